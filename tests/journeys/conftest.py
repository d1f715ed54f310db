"""A finger at a bench with everything running, in headless Chromium; every request that leaves the loopback fails.

A file whose people, scenario or staff are others has a `stage` or a `touch` of its own.
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.support.browser import chromium_running
from tests.support.stage import bench
from tests.support.touch import Touch
from ui.demo.bench import Bench, Plan


@pytest.fixture(scope="module")  # Playwright's loop must be gone before other tests run loops of their own
def chromium() -> Iterator[Browser]:
    with chromium_running() as browser:
        yield browser


@pytest.fixture
def window(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(30_000)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    yield context
    context.close()
    outside = [url for url in asked if urlsplit(url).scheme != "data" and urlsplit(url).hostname != "127.0.0.1"]
    assert not outside


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3)) as made:
        made.start_all()
        yield made


@pytest.fixture
def touch(stage: Bench, window: BrowserContext) -> Iterator[Touch]:
    """Before the idle page; nothing went wrong in the page by the end."""
    touch = Touch(stage, window)
    touch.enter()
    yield touch
    touch.quiet()


@pytest.fixture
def inspector(touch: Touch) -> None:
    """At the desk when a test begins."""
    touch.log_in("inspector")
