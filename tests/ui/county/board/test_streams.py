"""A stream ends with the session of who looks; what many lack at once is drawn once."""

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from kiosk.words import load_words
from tests.support.bodies import a_test
from tests.ui.county.conftest import DEADLINE, Desk
from ui.county.accounts.sessions import IDLE
from ui.county.changes import Changes
from ui.county.live import STILL_HERE, Frame, Live
from ui.county.web import streams

STREAMS = ("/live", "/board/live")


@pytest.mark.parametrize("path", STREAMS)
def test_a_stream_ends_with_its_session(
    desk: Desk, web: httpx.Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LOOK_S", 0.0)
    desk.take(desk.box.opened())
    with web.stream("GET", path) as answer:
        parts = answer.iter_text()
        assert "event: change" in next(parts)
        desk.at += IDLE + timedelta(seconds=1)
        desk.take(desk.box.write(a_test()))
        assert "event: ended" in "".join(parts)  # and no more comes


@pytest.mark.parametrize("path", STREAMS)
def test_to_look_on_is_not_to_be_there(
    desk: Desk, web: httpx.Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream itself never makes a session longer."""
    monkeypatch.setattr(streams, "LOOK_S", 0.0)
    desk.take(desk.box.opened())
    with web.stream("GET", path) as answer:
        parts = answer.iter_text()
        next(parts)
        desk.at += IDLE / 2
        desk.take(desk.box.write(a_test()))
        assert "event: change" in next(parts)
        desk.at += IDLE / 2 + timedelta(seconds=1)
        desk.take(desk.box.write(a_test()))
        assert "event: ended" in "".join(parts)


@pytest.mark.parametrize("path", STREAMS)
def test_nobody_gets_a_stream_without_a_session(desk: Desk, web: httpx.Client, path: str) -> None:
    web.cookies.clear()
    answer = web.get(path, headers={"accept": "text/event-stream"})
    assert answer.status_code == 401
    assert web.head("/me", headers={"accept": "application/json"}).status_code == 401  # what the page asks then
    assert load_words("zh").say("county.wrong.signed_out_title") in answer.text


def test_many_who_come_at_once_are_drawn_for_once() -> None:
    drawn: list[int | None] = []
    begun, go = threading.Semaphore(0), threading.Event()

    def draw(since: int | None) -> Frame:
        drawn.append(since)
        begun.release()
        go.wait(DEADLINE)
        return Frame(since, 1, b"all")

    async def come() -> list[bytes]:
        live = Live(Changes(), draw)

        async def first() -> bytes:
            stream = live.follow(None)
            data = await anext(stream)
            await stream.aclose()
            return data

        async with asyncio.timeout(DEADLINE), asyncio.TaskGroup() as group:
            tasks = [group.create_task(first()) for _ in range(200)]
            await asyncio.to_thread(begun.acquire)  # meanwhile each has asked
            go.set()
        return [task.result() for task in tasks]

    assert set(asyncio.run(come())) == {b"all"}
    assert drawn == [None]


def test_who_comes_after_a_change_joins_no_older_drawing() -> None:
    changes, begun, go = Changes(), threading.Semaphore(0), threading.Event()
    version = 1

    def draw(since: int | None) -> Frame:
        seen = version
        begun.release()
        go.wait(DEADLINE)
        return Frame(since, seen, b"%d" % seen)

    async def come() -> list[bytes]:
        nonlocal version
        live = Live(changes, draw)

        async def first() -> bytes:
            stream = live.follow(None)
            data = await anext(stream)
            await stream.aclose()
            return data

        async with asyncio.timeout(DEADLINE), asyncio.TaskGroup() as group:
            early = group.create_task(first())
            await asyncio.to_thread(begun.acquire)
            version = 2
            changes.announce()
            late = group.create_task(first())
            await asyncio.to_thread(begun.acquire)
            go.set()
        return [early.result(), late.result()]

    assert asyncio.run(come()) == [b"1", b"2"]


def test_a_quiet_stream_can_be_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that hears nothing knows that its line is dead."""
    monkeypatch.setattr("ui.county.live.HEARTBEAT", 0.01)

    async def hear() -> list[bytes]:
        stream: AsyncIterator[bytes] = Live(Changes(), lambda since: Frame(since, 1, b"all")).follow(None)
        async with asyncio.timeout(DEADLINE):
            return [await anext(stream), await anext(stream)]

    assert asyncio.run(hear()) == [b"all", STILL_HERE]
    assert STILL_HERE.startswith(b"event: still\n")  # a comment would reach no script
