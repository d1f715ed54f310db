"""What anybody may open: the page behind a code or a number on paper, and whether the program is well."""

from collections.abc import Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kiosk.trust import Trust
from ui.county.ordered import Ordered
from ui.county.reader import Reader
from ui.county.sql import Where
from ui.county.trace import Gone, TracedPaper, Unknown, Unreadable, by_code, by_number
from ui.county.web.answering import Answering

MOST_TYPED = 30


class PublicPages:
    def __init__(self, where: Where, answering: Answering, trust: Callable[[], Trust], ordered: Ordered) -> None:
        self._where = where
        self._answering = answering
        self._trust = trust
        self._ordered = ordered

    def routes(self) -> list[BaseRoute]:
        return [
            *(Route(f"/{letter}/{{text}}", self.by_code) for letter in "Cc"),
            *(Route(f"/{letter}/{{text}}", self.by_number) for letter in "Nn"),
            Route("/n", self.typed),
            Route("/healthz", self.health),
        ]

    def by_code(self, request: Request) -> Response:
        try:
            with Reader(self._where) as reader:
                traced = by_code(request.path_params["text"], reader, self._trust(), self._ordered)
        except Unreadable:
            return self._answering.wrong(request, 400, "garbled", office=False)
        except Unknown:
            return self._answering.wrong(request, 404, "forged", office=False)
        return self._answering.page(request, lambda pages: pages.trace(traced))

    def by_number(self, request: Request) -> Response:
        text = request.path_params["text"]
        try:
            with Reader(self._where) as reader:
                traced = by_number(text, reader, self._trust(), self._ordered)
        except Unreadable:
            return self._answering.wrong(request, 400, "number_garbled", office=False, number=text[:MOST_TYPED])
        except Unknown:
            return self._answering.wrong(request, 404, "number", office=False, number=text[:MOST_TYPED])
        except Gone:
            return self._answering.wrong(request, 410, "number_gone", office=False, number=text[:MOST_TYPED])
        if isinstance(traced, TracedPaper):
            return self._answering.page(request, lambda pages: pages.paper(traced))
        return self._answering.page(request, lambda pages: pages.trace(traced))

    def typed(self, request: Request) -> Response:
        """From the form under a code that could not be read."""
        number = request.query_params.get("number", "").strip()[:MOST_TYPED]
        return RedirectResponse(f"/N/{quote(number, safe='') or '-'}", 303)

    def health(self, request: Request) -> Response:
        with Reader(self._where) as reader:
            return PlainTextResponse(f"ok {reader.version}\n")
