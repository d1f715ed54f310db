"""The stream that keeps a page fresh: what changed, when it changed, and nothing that did not."""

from collections.abc import Iterator

import httpx

from kiosk.rules.messages import Subject
from kiosk.screen import Link
from tests.ui.station.conftest import Served
from ui.station.live import event


def told(answer: httpx.Response) -> Iterator[tuple[str, str]]:
    name, data = "", ""
    for line in answer.iter_lines():
        if line.startswith("event: "):
            name, data = line.removeprefix("event: "), ""
        elif line.startswith("data: "):
            data += line.removeprefix("data: ") + "\n"
        elif name:
            yield name, data
            name = ""


def test_an_event_cannot_be_broken_by_its_data() -> None:
    assert event("main", "<p>\nevent: x\r\n</p>") == "event: main\ndata: <p>\ndata: event: x\ndata: </p>\n\n"
    assert event("beat", "") == "event: beat\ndata: \n\n"


def test_only_what_changed_is_told(served: Served, farmer: Subject) -> None:
    with served.browser() as browser, browser.stream("GET", "/live") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        news = told(answer)
        assert [next(news)[0] for _ in range(4)] == ["main", "strip", "hint", "beat"]
        served.attendant.show(link=Link(13, 12, ""))
        assert [next(news)[0] for _ in range(2)] == ["strip", "beat"]
        served.attendant.show(hint="nearer")
        assert [next(news)[0] for _ in range(2)] == ["hint", "beat"]
        served.attendant.show_card(farmer)
        name, html = next(news)
        assert name == "main"
        assert 'data-stage="product"' in html
        assert next(news)[0] == "beat"


def test_a_quiet_stream_beats(served: Served) -> None:
    with served.browser() as browser, browser.stream("GET", "/live?page=devices") as answer:
        news = told(answer)
        assert [next(news)[0] for _ in range(6)] == ["main", "strip", "hint", "beat", "beat", "beat"]
