"""The public interface: what the trace page says, as JSON, for anybody and from any page; mistakes as RFC 9457."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from ui.county.database import Absent
from ui.county.pages import Pages
from ui.county.reader import Reader
from ui.county.sql import Where
from ui.county.telling import Teller
from ui.county.trace import Gone, Stranger, Unknown, Unreadable
from ui.county.tracing.enquiry import Enquiry
from ui.county.tracing.facts import CertificateFact, Fact, ForeignFact, PaperFact
from ui.county.tracing.openapi import CODE, NUMBER, PREFIX, Problem, openapi, problem_name
from ui.county.web.outside import Outside, refusal

MOST_TYPED = 30
FACTS: TypeAdapter[Fact] = TypeAdapter(CertificateFact | PaperFact | ForeignFact)
PROBLEM: TypeAdapter[Problem] = TypeAdapter(Problem)
EVERYBODY = {"access-control-allow-origin": "*", "vary": "accept-language"}
Ask = Callable[[str, Reader, Teller], Fact]
Answer = Callable[[Request], Response]


class PublicApi:
    """`pages` by language; `default` is that of a program which names none of ours."""

    def __init__(
        self, where: Where, pages: Mapping[str, Pages], default: str, enquiry: Enquiry, outside: Outside
    ) -> None:
        self._where = where
        self._tellers = {language: one.tell for language, one in pages.items()}
        self._default = default
        self._enquiry = enquiry
        self._outside = outside

    def routes(self) -> list[BaseRoute]:
        answers: dict[str, Answer] = {
            "/certificate/{number}": self.certificate,
            "/code/{text}": self.code,
            "/health": self.health,
            "/openapi.json": self.document,
        }
        inner = Starlette(
            routes=[Route(path, self._limited(answer), methods=["GET"]) for path, answer in answers.items()],
            exception_handlers={HTTPException: self._refused, Absent: self._absent},
        )
        return [Mount(PREFIX, app=inner)]

    def certificate(self, request: Request) -> Response:
        number = request.path_params["number"]
        shown = number[:MOST_TYPED]
        if NUMBER.fullmatch(number) is None:
            return self._problem(request, 400, "number_garbled", number=shown)
        try:
            return self._fact(request, number, self._enquiry.number)
        except (Unreadable, Unknown):
            return self._problem(request, 404, "number", number=shown)
        except Gone:
            return self._problem(request, 410, "number_gone", number=shown)
        except Stranger as other:
            return self._problem(request, 404, "elsewhere", other.page, number=shown, county=other.county)

    def code(self, request: Request) -> Response:
        text = request.path_params["text"]
        if CODE.fullmatch(text) is None:
            return self._problem(request, 400, "garbled")
        try:
            return self._fact(request, text, self._enquiry.code)
        except (Unreadable, Unknown):
            return self._problem(request, 404, "forged")
        except Stranger as other:
            return self._problem(request, 404, "stranger", other.page, county=other.county)

    def health(self, request: Request) -> Response:
        with Reader(self._where) as reader:
            return self._json(request, {"status": "ok", "version": reader.version})

    def document(self, request: Request) -> Response:
        return self._json(request, openapi(self._tell(request), self._outside.page(PREFIX)))

    # --- answers --------------------------------------------------------------------------------------------------

    def _fact(self, request: Request, text: str, ask: Ask) -> Response:
        with Reader(self._where) as reader:
            fact = ask(text, reader, self._tell(request))
        return self._json(request, FACTS.dump_python(fact, mode="json"))

    def _json(self, request: Request, table: Any) -> Response:
        headers = EVERYBODY | {"cache-control": "no-store", "content-language": self._language(request)}
        return JSONResponse(table, headers=headers)

    def _problem(self, request: Request, status: int, name: str, link: str = "", **facts: object) -> Response:
        tell = self._tell(request)
        problem = Problem(
            problem_name(name),
            tell.say(f"county.wrong.{name}_title"),
            status,
            tell.say(f"county.wrong.{name}", **facts),
            link,
        )
        headers = EVERYBODY | {"cache-control": "no-store", "content-language": tell.language}
        body = PROBLEM.dump_python(problem, mode="json")
        return JSONResponse(body, status, headers=headers, media_type="application/problem+json")

    def _limited(self, answer: Answer) -> Answer:
        def limited(request: Request) -> Response:
            no = refusal(request, self._outside)
            if no is None:
                return answer(request)
            refused = self._problem(request, no.status, no.why, seconds=no.wait)
            refused.headers.update(no.headers)
            return refused

        return limited

    def _refused(self, request: Request, wrong: Exception) -> Response:
        """No such address, or no such way to ask."""
        status = wrong.status_code if isinstance(wrong, HTTPException) else 404
        answer = self._problem(request, status, "method" if status == 405 else "nothing")
        if isinstance(wrong, HTTPException) and wrong.headers:
            answer.headers.update(wrong.headers)
        return answer

    def _absent(self, request: Request, _wrong: Exception) -> Response:
        return self._problem(request, 503, "starting")

    # --- languages ------------------------------------------------------------------------------------------------

    def _tell(self, request: Request) -> Teller:
        return self._tellers[self._language(request)]

    def _language(self, request: Request) -> str:
        return language_of(request.headers.get("accept-language", ""), tuple(self._tellers), self._default)


def language_of(wishes: str, known: tuple[str, ...], default: str) -> str:
    """The one of ours that is wished for most (RFC 9110 §12.5.4); of equal wishes the first."""
    found: list[tuple[float, str]] = []
    for wish in wishes.split(","):
        name, _, weight = wish.partition(";")
        language = name.strip().partition("-")[0].lower()
        found += [(_weight(weight), language)] if language in known else []
    best = max(found, key=lambda one: one[0], default=(0.0, default))
    return best[1] if best[0] > 0 else default


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return min(max(float(value), 0.0), 1.0) if name == "q" else 1.0
    except ValueError:
        return 0.0
