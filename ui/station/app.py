"""The touch screen as a web app on the loopback: draws what the attendant shows, hands taps on, decides nothing."""

import secrets
from collections.abc import AsyncGenerator, Callable
from typing import Protocol

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kiosk.rules.goods.quantity import Unit
from kiosk.rules.testing.methods import MethodPack
from kiosk.screen import Screen
from kiosk.words import Words, languages, load_words
from ui.station import live, sent
from ui.station.alive import Alive
from ui.station.chosen import LANGUAGE, TEXT, Chosen
from ui.station.guard import COOKIE, ENTRANCE, Guard, LastResort, support_code
from ui.station.pages import ADDRESSES, STATIC, TURN, Pages
from ui.station.small import Small
from ui.station.voice import Voice, silent

PACKED = tuple(unit for unit in Unit if unit.packed)
CROSSED = "cross-site"  # Fetch Metadata: a page of somebody else led here, such as the file that systemd/page opens
# A cookie that was just set for a page which somebody else opened goes with the next step only from a page of ours.
ENTERED = '<!doctype html><title>-</title><meta http-equiv="refresh" content="0;url={to}">'


class Attendant(Protocol):
    """What the screen needs of kiosk.attendant; every method may be called from any thread."""

    def screen(self) -> Screen: ...

    def act(self, action: str, value: str, visit: str, place: str) -> Screen:
        """A tap; `visit` and `place` are those of the touched page: a stale tap changes nothing."""

    def wait(self, version: int, timeout: float) -> Screen:
        """The screen as soon as it is newer than `version`, or as it is after `timeout` seconds."""

    def preview(self) -> bytes | None: ...


def build_app(
    attendant: Attendant,
    words: Words,
    token: str,
    wording: Callable[[int], tuple[str, ...]],
    method: Callable[[], MethodPack | None] = lambda: None,
    voice: Voice | None = None,
) -> Starlette:
    """The app for one station.

    `words` is the language that a turn begins in. `token` is random per boot; a browser shows it once at
    `/enter?token=…`.
    `wording` gives the promise of a style as it reads today; `method` is what the analyzer here measures by; without
    `voice` nothing is said.
    """
    spoken = {name: words if name == words.language else load_words(name) for name in languages()}
    heard = voice or silent()
    pages = Pages(spoken, wording, method, boot=secrets.token_hex(4), voice=heard)
    station = _Station(attendant, pages, Chosen(tuple(spoken), words.language))
    return Starlette(
        routes=[
            Route(ENTRANCE, station.enter),
            *(Route(address, station.page) for address in ADDRESSES.values()),
            Route("/screen", station.part),
            Route("/live", station.live),
            Route("/act", station.act, methods=["POST"]),
            Route("/language", station.chose, methods=["POST"]),
            Route("/text", station.chose, methods=["POST"]),
            Route("/preview.jpg", station.preview),
            Route("/alive", station.alive),
            Route("/alive", station.beat, methods=["POST"]),
            *heard.routes(attendant.screen),
            *sent.routes(STATIC),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[
            Middleware(Guard, token=token, refused=lambda: words.say("screen.forbidden")),
            Middleware(Small),
            Middleware(LastResort, mended=lambda code, whole: pages.failed(words, code, whole=whole)),
        ],
        exception_handlers={404: station.nowhere, 405: station.nowhere},
    )


class _Station:
    def __init__(self, attendant: Attendant, pages: Pages, chosen: Chosen) -> None:
        self._attendant = attendant
        self._pages = pages
        self._chosen = chosen
        self._streams = CapacityLimiter(live.STREAMS)
        self._open = 0  # streams, those that wait for the limiter too
        self._alive = Alive(tuple(ADDRESSES))

    async def enter(self, request: Request) -> Response:
        """The guard has compared the token."""
        to = ADDRESSES[_page(request.query_params)]
        crossed = request.headers.get("sec-fetch-site") == CROSSED
        answer = HTMLResponse(ENTERED.format(to=to)) if crossed else RedirectResponse(to, status_code=303)
        token = request.query_params["token"]
        answer.set_cookie(COOKIE, token, httponly=True, samesite="strict")
        return answer

    async def page(self, request: Request) -> Response:
        page = next(page for page, address in ADDRESSES.items() if address == request.url.path)
        screen = self._attendant.screen()
        language, text = self._chosen.language(request), self._chosen.text(request)
        return HTMLResponse(self._pages.whole(screen, language, page, _leaf(request.query_params), text))

    async def part(self, request: Request) -> Response:
        screen = self._attendant.screen()
        page, leaf = _page(request.query_params), _leaf(request.query_params)
        piece = self._pages.main(screen, self._language(request), page, leaf)
        return HTMLResponse(piece.html)

    async def live(self, request: Request) -> Response:
        if self._open >= live.MOST:
            return Response(status_code=503)
        language, page = self._language(request), _page(request.query_params)
        stream = live.events(self._attendant, lambda screen: self._pages.pieces(screen, language, page), self._streams)
        return StreamingResponse(self._counted(stream), media_type="text/event-stream")

    async def _counted(self, stream: AsyncGenerator[str, None]) -> AsyncGenerator[str, None]:
        self._open += 1
        try:
            async for piece in stream:
                yield piece
        finally:
            self._open -= 1
            await stream.aclose()

    async def act(self, request: Request) -> Response:
        """Hand a tap on; answer with the part that changed, or, without script, with the page again."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        action, page = form.get("action", ""), _page(form)
        screen = await run_in_threadpool(
            self._attendant.act, action, _value(form), form.get("visit", ""), form.get("place", "")
        )
        if "hx-request" not in request.headers:
            answer: Response = RedirectResponse(ADDRESSES[page], status_code=303)
        else:
            leaf = _leaf(form) if screen.place == form.get("place") else 0
            answer = HTMLResponse(self._pages.main(screen, self._language(request), page, leaf).html)
        if action == "next":
            self._chosen.forget(request, answer)
        return answer

    async def chose(self, request: Request) -> Response:
        """Another language, or letters of another size."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        answer = RedirectResponse(ADDRESSES[_page(form)], status_code=303)
        name = TEXT if request.url.path == "/text" else LANGUAGE
        self._chosen.keep(answer, name, form.get("to", ""))
        return answer

    async def preview(self, _: Request) -> Response:
        picture = self._attendant.preview()
        return Response(status_code=404) if picture is None else Response(picture, media_type="image/jpeg")

    async def alive(self, _: Request) -> Response:
        """Seconds since each page was heard, one a line: for whoever started the browser."""
        return PlainTextResponse("".join(f"{page} {silent}\n" for page, silent in self._alive.silent().items()))

    async def beat(self, request: Request) -> Response:
        """A page of ours draws."""
        self._alive.beat(_page(request.query_params))
        return Response(status_code=204)

    async def nowhere(self, request: Request, _: Exception) -> Response:
        """There is no such page; a browser that strayed is led back."""
        language, code = self._language(request), support_code("nowhere")
        return HTMLResponse(self._pages.failed(self._pages.words(language), code, whole=True), 404)

    def _language(self, request: Request) -> str:
        return self._chosen.language(request)


def _page(asked: "Form") -> str:
    page = asked.get("page") or TURN
    return page if page in ADDRESSES else TURN


def _leaf(asked: "Form") -> int:
    leaf = asked.get("leaf") or ""
    return int(leaf) if leaf.isascii() and leaf.isdigit() and len(leaf) < 4 else 0


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
