"""What anybody may open: the page behind a code or a number on paper, and whether the program is well."""

from collections.abc import Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from ui.county.pages import Pages
from ui.county.reader import Reader
from ui.county.sql import Where
from ui.county.telling import Teller
from ui.county.trace import Gone, Stranger, Unknown, Unreadable
from ui.county.tracing.enquiry import Enquiry
from ui.county.tracing.facts import Fact
from ui.county.tracing.page import TEMPLATES, values
from ui.county.web.answering import Answering
from ui.county.web.outside import Outside, refusal

MOST_TYPED = 30
Ask = Callable[[str, Reader, Teller], Fact]


class PublicPages:
    def __init__(self, where: Where, answering: Answering, enquiry: Enquiry, outside: Outside) -> None:
        self._where = where
        self._answering = answering
        self._enquiry = enquiry
        self._outside = outside

    def routes(self) -> list[BaseRoute]:
        return [
            *(Route(f"/{letter}/{{text}}", self.by_code) for letter in "Cc"),
            *(Route(f"/{letter}/{{text}}", self.by_number) for letter in "Nn"),
            Route("/n", self.typed),
            Route("/healthz", self.health),
        ]

    def by_code(self, request: Request) -> Response:
        try:
            return self._answered(request, self._enquiry.code)
        except Unreadable:
            return self._wrong(request, 400, "garbled")
        except Unknown:
            return self._wrong(request, 404, "forged")
        except Stranger as other:
            return self._wrong(request, 404, "stranger", other.page, county=other.county)

    def by_number(self, request: Request) -> Response:
        number = request.path_params["text"][:MOST_TYPED]
        try:
            return self._answered(request, self._enquiry.number)
        except Unreadable:
            return self._wrong(request, 400, "number_garbled", number=number)
        except Unknown:
            return self._wrong(request, 404, "number", number=number)
        except Gone:
            return self._wrong(request, 410, "number_gone", number=number)
        except Stranger as other:
            return self._wrong(request, 404, "elsewhere", other.page, number=number, county=other.county)

    def typed(self, request: Request) -> Response:
        """From the form under a code that could not be read."""
        number = request.query_params.get("number", "").strip()[:MOST_TYPED]
        return RedirectResponse(f"/N/{quote(number, safe='') or '-'}", 303)

    def health(self, request: Request) -> Response:
        with Reader(self._where) as reader:
            return PlainTextResponse(f"ok {reader.version}\n")

    def _answered(self, request: Request, ask: Ask) -> Response:
        no = refusal(request, self._outside)
        if no is not None:
            answer = self._wrong(request, no.status, no.why, seconds=no.wait)
            answer.headers.update(no.headers)
            return answer

        def draw(pages: Pages) -> str:
            with Reader(self._where) as reader:
                fact = ask(request.path_params["text"], reader, pages.tell)
            return pages.draw(TEMPLATES[fact.kind], **values(fact, pages.tell))

        return self._answering.page(request, draw)

    def _wrong(self, request: Request, status: int, name: str, link: str = "", **facts: object) -> Response:
        """A calm page that says what is wrong; `link` leads to another county's own page."""

        def draw(pages: Pages) -> str:
            title, words = pages.tell.say(f"county.wrong.{name}_title"), pages.tell.say(f"county.wrong.{name}", **facts)
            return pages.draw("wrong.html", title=title, words=words, office=False, link=link)

        return self._answering.page(request, draw, status)
