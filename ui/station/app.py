"""The touch screen as a web app on the loopback: draws what the attendant shows, hands taps on, decides nothing."""

import secrets
from collections.abc import Callable
from typing import Protocol

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kiosk.rules.goods.quantity import Unit
from kiosk.rules.testing.methods import MethodPack
from kiosk.screen import Screen
from kiosk.words import LANGUAGES, Words, load_words
from ui.station import live
from ui.station.guard import COOKIE, ENTRANCE, Guard, LastResort
from ui.station.pages import ADDRESSES, DEVICES, STATIC, TURN, Pages

PACKED = tuple(unit for unit in Unit if unit.packed)
LANGUAGE = "language"  # the cookie of the language that a person chose; it ends with the turn


class Attendant(Protocol):
    """What the screen needs of kiosk.attendant; every method may be called from any thread."""

    def screen(self) -> Screen: ...

    def act(self, action: str, value: str, visit: str, stage: str) -> Screen:
        """A tap; `visit` and `stage` are those of the touched page: a stale tap changes nothing."""

    def wait(self, version: int, timeout: float) -> Screen:
        """The screen as soon as it is newer than `version`, or as it is after `timeout` seconds."""

    def preview(self) -> bytes | None: ...


def build_app(
    attendant: Attendant,
    words: Words,
    token: str,
    wording: Callable[[int], tuple[str, ...]],
    method: Callable[[], MethodPack | None] = lambda: None,
) -> Starlette:
    """The app for one station.

    `words` is the language that a turn begins in. `token` is random per boot; a browser shows it once at
    `/enter?token=…`.
    `wording` gives the promise of a style as it reads today; `method` is what the analyzer here measures by.
    """
    languages = {name: load_words(name) for name in LANGUAGES} | {words.language: words}
    pages = Pages(languages, wording, method, boot=secrets.token_hex(4))
    station = _Station(attendant, pages, words)
    return Starlette(
        routes=[
            Route(ENTRANCE, station.enter),
            Route(ADDRESSES[TURN], station.page),
            Route(ADDRESSES[DEVICES], station.page),
            Route("/screen", station.part),
            Route("/live", station.live),
            Route("/act", station.act, methods=["POST"]),
            Route("/language", station.language, methods=["POST"]),
            Route("/preview.jpg", station.preview),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[
            Middleware(Guard, token=token, refused=lambda: words.say("screen.forbidden")),
            Middleware(LastResort, mended=lambda code: pages.failed(words, code)),
        ],
    )


class _Station:
    def __init__(self, attendant: Attendant, pages: Pages, words: Words) -> None:
        self._attendant = attendant
        self._pages = pages
        self._words = words
        self._streams = CapacityLimiter(live.STREAMS)

    async def enter(self, request: Request) -> Response:
        """The guard has compared the token."""
        answer = RedirectResponse(ADDRESSES[TURN], status_code=303)
        token = request.query_params["token"]
        answer.set_cookie(COOKIE, token, httponly=True, samesite="strict")
        return answer

    async def page(self, request: Request) -> Response:
        page = DEVICES if request.url.path == ADDRESSES[DEVICES] else TURN
        screen = self._attendant.screen()
        return HTMLResponse(self._pages.whole(screen, self._language(request), page, _leaf(request)))

    async def part(self, request: Request) -> Response:
        screen = self._attendant.screen()
        piece = self._pages.main(screen, self._language(request), _page(request.query_params), _leaf(request))
        return HTMLResponse(piece.html)

    async def live(self, request: Request) -> Response:
        language, page = self._language(request), _page(request.query_params)
        stream = live.events(self._attendant, lambda screen: self._pages.pieces(screen, language, page), self._streams)
        return StreamingResponse(stream, media_type="text/event-stream")

    async def act(self, request: Request) -> Response:
        """Hand a tap on; answer with the part that changed, or, without script, with the page again."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        action, page = form.get("action", ""), _page(form)
        screen = await run_in_threadpool(
            self._attendant.act, action, _value(form), form.get("visit", ""), form.get("stage", "")
        )
        over = action == "next" and LANGUAGE in request.cookies  # the next person begins in the house's language
        if "hx-request" not in request.headers:
            answer: Response = RedirectResponse(ADDRESSES[page], status_code=303)
        else:
            answer = HTMLResponse(self._pages.main(screen, self._language(request), page).html)
        if over:
            answer.delete_cookie(LANGUAGE, httponly=True, samesite="strict")
            answer.headers["hx-refresh"] = "true"
        return answer

    async def language(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        answer = RedirectResponse(ADDRESSES[_page(form)], status_code=303)
        if form.get("to") in LANGUAGES:
            answer.set_cookie(LANGUAGE, form["to"], httponly=True, samesite="strict")
        return answer

    async def preview(self, _: Request) -> Response:
        picture = self._attendant.preview()
        return Response(status_code=404) if picture is None else Response(picture, media_type="image/jpeg")

    def _language(self, request: Request) -> str:
        chosen = request.cookies.get(LANGUAGE, "")
        return chosen if chosen in LANGUAGES else self._words.language


def _page(asked: "Form") -> str:
    page = asked.get("page") or TURN
    return page if page in ADDRESSES else TURN


def _leaf(request: Request) -> int:
    asked = request.query_params.get("leaf", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0


def _value(form: dict[str, str]) -> str:
    """What was keyed in; a quantity comes as an amount and a unit, a void as its reason, its paper and what follows."""
    if "reason" in form:
        return f"{form['reason']} {form.get('paper', '')} {form.get('again', '')}"
    if "amount" in form:
        each = f" x {form['each']}" if form.get("each") and form.get("unit") in PACKED else ""
        return f"{form['amount'].strip()} {form.get('unit', '')}{each}"
    return form.get("value", "")


class Form(Protocol):
    def get(self, name: str, /) -> str | None: ...
