"""The live stream: frames follow versions, browsers see entries arrive, and nobody keeps a stopping server waiting."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager

import httpx
from playwright.sync_api import Page, expect

from tests.support.bodies import a_print, a_test
from tests.support.browser import chromium_running
from tests.ui.county.conftest import DEADLINE, Desk, officer, served
from ui.county.changes import Changes
from ui.county.live import Frame, Live


class Drawn:
    """Draws versions of a counter and remembers what was asked."""

    def __init__(self) -> None:
        self.version = 1
        self.asked: list[int | None] = []

    def __call__(self, since: int | None) -> Frame:
        self.asked.append(since)
        return Frame(since, self.version, f"{since}>{self.version}".encode())


async def run_with(
    changes: Changes, draw: Callable[[int | None], Frame], use: Callable[[Live], AsyncIterator[bytes]]
) -> list[bytes]:
    live = Live(changes, draw)
    pump = asyncio.create_task(live.run())
    async with asyncio.timeout(DEADLINE):
        seen = [data async for data in use(live)]
    changes.close()
    await pump
    return seen


def test_each_browser_gets_what_it_lacks() -> None:
    changes, draw = Changes(), Drawn()

    async def use(live: Live) -> AsyncIterator[bytes]:
        new, back = live.follow(None), live.follow(1)
        yield await anext(new)
        yield await anext(back)
        for version in (2, 3):
            draw.version = version
            changes.announce()
            yield await anext(new)
            yield await anext(back)

    first, second, *later = asyncio.run(run_with(changes, draw, use))
    assert (first, second) == (b"None>1", b"1>1")
    assert later == [b"1>2", b"1>2", b"2>3", b"2>3"]


def test_streams_end_when_the_program_stops() -> None:
    changes = Changes()

    async def use(live: Live) -> AsyncIterator[bytes]:
        stream = live.follow(None)
        yield await anext(stream)
        changes.close()
        async for data in stream:
            yield data

    assert asyncio.run(run_with(changes, Drawn(), use)) == [b"None>1"]


def test_announcements_of_other_threads_are_heard() -> None:
    async def hear() -> int:
        changes, listens = Changes(), asyncio.Event()

        async def listen() -> int:
            listens.set()  # who waits for this goes on when we wait, not before
            return await changes.after(0, 2 * DEADLINE)

        async with asyncio.timeout(DEADLINE), asyncio.TaskGroup() as both:
            heard = both.create_task(listen())
            await listens.wait()
            await asyncio.to_thread(changes.announce)
        return heard.result()

    assert asyncio.run(hear()) == 1


@contextmanager
def browser_page(desk: Desk, address: str, *, may_fail: bool = False) -> Iterator[Page]:
    """A page of Debian's Chromium that fails the test when it asks anything of another host, or logs an error."""
    asked: list[str] = []
    errors: list[str] = []
    with chromium_running() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.context.add_cookies(
            [{"name": name, "value": text, "url": address} for name, text in desk.cookies().items()]
        )
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        yield page
    assert [url for url in asked if not url.startswith(f"{address}/")] == []
    assert may_fail or errors == []


def test_a_browser_sees_entries_arrive_and_change_without_reload(desk: Desk) -> None:
    desk.take(desk.box.opened(), desk.box.write(a_test(nth=1)))
    with served(desk) as address, browser_page(desk, address) as page:
        page.evaluate("window.sameDocument = true")
        expect(page.locator("#link")).to_have_attribute("data-state", "up")
        expect(page.locator("#feed .line.negative")).to_have_count(1)
        first = desk.box.write(a_test("81.2", nth=2))
        desk.take(first)
        expect(page.locator("#feed .line").first).to_contain_text("81.2%")
        expect(page.locator("#feed .line.positive.fresh")).to_have_count(1)
        expect(page.locator("#tests-today")).to_have_text("2")
        expect(page.locator("#alarms .alarm.open")).to_have_count(1)
        for value in ("79", "83"):
            desk.take(desk.box.write(a_test(value, nth=3, retest_of=first.header.seq)))
        expect(page.locator("#alarms .alarm.confirmed")).to_have_count(1)
        certificate = desk.box.certificate()
        desk.take(desk.box.write(certificate))
        line = page.locator("#feed .line.certificate")
        expect(line.locator(".tag.plain")).to_have_count(1)
        desk.take(desk.box.write(a_print(certificate.number)))
        expect(line.locator(".tag.good")).to_have_count(1)
        expect(page.locator("#feed .line")).to_have_count(6)
        assert page.evaluate("window.sameDocument")


def test_a_long_list_stays_short_and_in_order(desk: Desk) -> None:
    desk.take(desk.box.opened())
    with served(desk) as address, browser_page(desk, address) as page:
        expect(page.locator("#link")).to_have_attribute("data-state", "up")
        for batch in range(3):
            desk.take(*(desk.box.write(a_test(str(batch), nth=batch)) for _ in range(40)))
            expect(page.locator("#feed .line").first).to_contain_text(f"{batch}.0%")
        expect(page.locator("#feed .line")).to_have_count(60)
        places = [
            int(re.sub(r"\D", "", name))
            for name in page.eval_on_selector_all("#feed > li", "all => all.map(one => one.id)")
        ]
        assert places == sorted(places, reverse=True)


def test_a_browser_that_comes_back_gets_only_what_it_lacks(desk: Desk) -> None:
    desk.take(desk.box.opened(), desk.box.write(a_test("1")))
    with served(desk) as address, officer(desk, address) as client:
        whole = first_event(client, {})
        assert 'id="feed" hx-swap-oob="innerHTML"' in whole
        seen = re.findall(r"^id: (\d+)$", whole, re.MULTILINE)[0]
        desk.take(desk.box.write(a_test("2")))
        lacking = first_event(client, {"last-event-id": seen})
        assert lacking.count('class="line') == 1
        assert "2.0%" in lacking
        for nonsense in ("x", "-1", "9" * 40, "999999"):
            assert 'id="feed" hx-swap-oob="innerHTML"' in first_event(client, {"last-event-id": nonsense})


def first_event(client: httpx.Client, headers: dict[str, str]) -> str:
    with client.stream("GET", "/live", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        text = ""
        for part in answer.iter_text():
            text += part
            if "\n\n" in text:
                return text.partition("\n\n")[0]
    raise AssertionError("the stream ended before its first event")


def test_a_browser_survives_a_restart_of_the_county(desk: Desk) -> None:
    desk.take(desk.box.opened())
    with ExitStack() as browser:
        with served(desk) as address:
            page = browser.enter_context(browser_page(desk, address, may_fail=True))
            expect(page.locator("#link")).to_have_attribute("data-state", "up")
        expect(page.locator("#link")).to_have_attribute("data-state", "down")
        desk.start()
        desk.take(desk.box.write(a_test("66")))
        browser.enter_context(served(desk, int(address.rpartition(":")[2])))
        expect(page.locator("#feed .line").first).to_contain_text("66.0%", timeout=DEADLINE * 1000)
        expect(page.locator("#feed .line")).to_have_count(2)
        expect(page.locator("#link")).to_have_attribute("data-state", "up")
