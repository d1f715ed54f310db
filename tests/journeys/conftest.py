"""Headless Chromium for the journeys; every request that leaves the loopback fails the test."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.support.browser import chromium_running


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
