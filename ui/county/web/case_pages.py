"""Cases of positives: the list, one case with everything that happened and the next step, and its evidence sheet."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from kiosk.rules.messages import AlarmSeen
from ui.county.accounts.roles import Right
from ui.county.accounts.scope import WHOLE
from ui.county.acts import Act
from ui.county.cases import pictures
from ui.county.cases.book import VIEWS, Case, CaseBook
from ui.county.cases.course import SCREENED, SEEING, State, stamped
from ui.county.cases.errors import CaseError
from ui.county.cases.noting import PICTURED, RIGHTS, Noter, noted, released
from ui.county.cases.timeline import Timeline
from ui.county.migration import open_reader
from ui.county.office import OfficeError
from ui.county.pictures import MOST_BYTES
from ui.county.place import MOST_SEQ
from ui.county.web.doors import Visitor
from ui.county.web.office import Office

CASES, CASE = "/cases", "/case/{log}/{seq:int}"
MOST_FORM = pictures.MOST_PICTURES * MOST_BYTES + (1 << 20)
# Which forms stand where; the first is what is usually next.
FORMS: Mapping[State, tuple[str, ...]] = {
    State.OPEN: ("taken", "sent", "result", "disposed", "enforcement", "police", "closed", "note"),
    State.CONFIRMED: ("sent", "result", "disposed", "enforcement", "police", "closed", "taken", "note"),
    State.SUSPECT: ("sent", "result", "disposed", "enforcement", "police", "closed", "taken", "note"),
    State.AT_LAB: ("result", "disposed", "enforcement", "police", "closed", "taken", "note"),
    State.LAB_POSITIVE: ("disposed", "enforcement", "police", "closed", "result", "sent", "taken", "note"),
    State.LAB_NEGATIVE: ("closed", "sent", "result", "taken", "note"),
    State.DISPOSED: ("closed", "enforcement", "police", "sent", "result", "taken", "note"),
    State.HANDED_OVER: ("answered", "disposed", "result", "sent", "closed", "taken", "note"),
    State.CLOSED: ("reopened", "note"),
}


class CasePages:
    """`folder` is the county's; `tellers` by language."""

    def __init__(self, office: Office) -> None:
        self._where = office.where
        self._doors = office.doors
        self._acts = office.acts
        self._folder = office.folder
        self._timeline = Timeline(office.packs)
        self._teller = office.teller
        self._now = office.now

    def routes(self) -> list[BaseRoute]:
        steps = [
            self._doors.stream(f"{CASE}/{what}", self._noting(what), right, "POST") for what, right in RIGHTS.items()
        ]
        return [
            self._doors.page(CASES, self.listed, Right.CASE),
            self._doors.page(CASE, self.one, Right.CASE),
            self._doors.page(f"{CASE}/evidence", self.evidence, Right.CASE),
            self._doors.page(f"{CASE}/picture/{{digest}}", self.picture, Right.CASE),
            *steps,
        ]

    # --- reading --------------------------------------------------------------------------------------------------

    def listed(self, request: Request, visitor: Visitor) -> Response:
        asked, now, tell = request.query_params, self._now(), self._teller(request)
        view = asked.get("view", "")
        view, station = view if view in VIEWS else "open", asked.get("station", "")[:64]
        with closing(open_reader(self._where)) as sql:
            book = CaseBook(sql, visitor.account.scope)
            found = book.page(view, stamped(now), station, asked.get("before", ""))
            urgent = book.urgent(stamped(now))
            due = [self._timeline.due(book.stands(row).wait, now, tell) for row in found.rows]
        rows = list(zip(found.rows, due, strict=True))
        return self._doors.draw(
            request, visitor, "cases.html",
            rows=rows, more=found.more, view=view, views=VIEWS, station=station, urgent=urgent, today=now.date(),
        )  # fmt: skip

    def one(self, request: Request, visitor: Visitor) -> Response:
        case = self._case(request, visitor)
        return self._missing(request) if case is None else self._page(request, visitor, case)

    def evidence(self, request: Request, visitor: Visitor) -> Response:
        """What is handed over with the goods and the letter: printed, or saved by the browser."""
        case = self._case(request, visitor)
        if case is None:
            return self._missing(request)
        return self._draw(request, visitor, "case_evidence.html", case, 200)

    def picture(self, request: Request, visitor: Visitor) -> Response:
        """Only one that the case itself names."""
        case, digest = self._case(request, visitor), request.path_params["digest"]
        found = pictures.shown(self._folder, digest) if case is not None and digest in case.pictures else None
        if found is None:
            return self._doors.wrong(request, 404, "case_picture")
        return Response(found[0], media_type=found[1], headers={"cache-control": "private, no-store"})

    # --- writing --------------------------------------------------------------------------------------------------

    def _noting(self, what: str) -> Callable[[Request, Visitor], Awaitable[Response]]:
        async def answered(request: Request, visitor: Visitor) -> Response:
            size = request.headers.get("content-length", "")
            if not size.isdecimal() or int(size) > MOST_FORM:
                return self._doors.wrong(request, 413, "form_size")
            try:
                fields, files = await _sent(request)
            except HTTPException:
                return self._doors.wrong(request, 413, "form_size")
            return await run_in_threadpool(self._noted, request, visitor, what, fields, files)

        return answered

    def _noted(
        self, request: Request, visitor: Visitor, what: str, fields: Mapping[str, str], files: list[bytes]
    ) -> Response:
        case = self._case(request, visitor)
        if case is None:
            return self._missing(request)
        now = self._now()
        by = Noter(visitor.account.id, visitor.account.name, now)
        try:
            noted(case, what, fields, by)  # before a picture is kept for nothing
            kept = pictures.kept(self._folder, f"{now:%Y-%m}", files) if what in PICTURED else ()
            self._acts.do(lambda act: self._say(act, self._as_it_stands(act, case), what, fields, by, kept))
        except CaseError as wrong:
            return self._page(request, visitor, case, 422, wrong=wrong, form=what, typed=fields)
        except OfficeError:
            return self._page(request, visitor, case, 422, wrong=CaseError("personal"), form=what, typed=fields)
        return RedirectResponse(self._address(case), 303)

    def _say(
        self, act: Act, case: Case, what: str, fields: Mapping[str, str], by: Noter, kept: tuple[str, ...]
    ) -> None:
        """The step as an act, and what the station has to hear of it, in one commit."""
        log, seq, station = case.row["log"], case.row["seq"], case.row["station"]
        note, about = noted(case, what, fields, by, kept), f"{log}/{seq}"
        act.says(note)
        if not case.stands.seen and what in SEEING:
            act.asks(station, AlarmSeen(log, seq, by.name, note.at), by.id, about)
        order = released(case, note)
        if order is not None:
            act.asks(station, order, by.id, about, note.text)

    def _as_it_stands(self, act: Act, case: Case) -> Case:
        """Somebody may have been faster: whether the step is still possible is asked where it is said."""
        return CaseBook(act.sql, WHOLE).one(case.row["log"], case.row["seq"]) or case

    # --- within ---------------------------------------------------------------------------------------------------

    def _case(self, request: Request, visitor: Visitor) -> Case | None:
        log, seq = request.path_params["log"], request.path_params["seq"]
        if seq > MOST_SEQ:
            return None
        with closing(open_reader(self._where)) as sql:
            return CaseBook(sql, visitor.account.scope).one(log, seq)

    def _page(
        self,
        request: Request,
        visitor: Visitor,
        case: Case,
        status: int = 200,
        wrong: CaseError | None = None,
        form: str = "",
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        mine = [what for what in FORMS[case.stands.state] if RIGHTS[what] in visitor.account.rights]
        if Right.LAB in visitor.account.rights and case.stands.state in SCREENED:  # it looks for its own form
            mine.sort(key=lambda what: what != "result")
        mine += [form] if form and form not in mine else []  # where it was sent from another page
        return self._draw(
            request, visitor, "case.html", case, status,
            forms=mine, wrong=wrong, form=form, typed=typed or {}, pictured=PICTURED,
        )  # fmt: skip

    def _draw(
        self, request: Request, visitor: Visitor, template: str, case: Case, status: int, **values: object
    ) -> Response:
        now, tell = self._now(), self._teller(request)
        due = self._timeline.due(case.stands.wait, now, tell)
        lines = self._timeline.lines(case, now, tell)
        facts = {"case": case, "row": case.row, "due": due, "lines": lines, "now": now, "address": self._address(case)}
        return self._doors.draw(request, visitor, template, status, **facts, **values)

    def _missing(self, request: Request) -> Response:
        return self._doors.wrong(request, 404, "case")

    def _address(self, case: Case) -> str:
        return f"/case/{case.row['log']}/{case.row['seq']}"


async def _sent(request: Request) -> tuple[dict[str, str], list[bytes]]:
    """Fields and pictures of a form. Raises HTTPException for one that has too many of them."""
    async with request.form(max_files=pictures.MOST_PICTURES, max_fields=20) as sent:
        fields = {name: value for name, value in sent.items() if isinstance(value, str)}
        files = [await one.read() for one in sent.getlist("pictures") if isinstance(one, UploadFile) and one.size]
    return fields, files
