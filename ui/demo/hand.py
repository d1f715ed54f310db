"""A hand at the touch screen, without a browser: it reads which page is shown and presses what stands on it."""

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Collection
from dataclasses import dataclass
from http.cookiejar import CookieJar

from kiosk.rules.visits.turn import Stage

SHOWN = re.compile(r'data-visit="([^"]*)"\s+data-stage="[^"]*"\s+data-place="([^"]*)"')


class HandError(Exception):
    """The screen did not show what the script expects."""


@dataclass(frozen=True, slots=True)
class Page:
    """`place` is what stands on the screen exactly (Screen.place): a tap is about it."""

    visit: str
    stage: Stage
    place: str
    html: str


class Hand:
    def __init__(self, url: str, token: str) -> None:
        """Raises HandError when the station does not let the hand in."""
        self._url = url
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        self._browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
        self._ask(f"/enter?token={urllib.parse.quote(token)}")

    def page(self) -> Page:
        html = self._ask("/")
        found = SHOWN.search(html)
        if found is None:
            raise HandError("the page does not say which screen it is")
        return Page(found[1], Stage(found[2].partition("/")[0]), found[2], html)

    def tap(self, action: str, **fields: str) -> Page:
        """Press one button of the page that is shown now."""
        shown = self.page()
        form = {"action": action, "visit": shown.visit, "place": shown.place, **fields}
        self._ask("/act", urllib.parse.urlencode(form).encode())
        return self.page()

    def until(self, stages: Collection[Stage], within: float) -> Page:
        """The page once it shows one of `stages`. Raises HandError when it does not in time."""
        end = time.monotonic() + within
        while True:
            shown = self.page()
            if shown.stage in stages:
                return shown
            if time.monotonic() > end:
                raise HandError(f"the screen stands at {shown.stage} instead of {', '.join(stages)}")
            time.sleep(0.1)

    def _ask(self, path: str, form: bytes | None = None) -> str:
        request = urllib.request.Request(self._url + path, form, {"Origin": self._url})
        try:
            with self._browser.open(request, timeout=15) as answer:
                text: str = answer.read().decode()
                return text
        except urllib.error.URLError as refused:
            raise HandError(f"{path.partition('?')[0]}: {refused}") from refused
