"""A list from a file: sent, looked at row by row, then taken all at once or left. Nothing changes by looking."""

import hashlib
import io
from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute

from ui.county.accounts.roles import Right
from ui.county.people.asking import STANDING, People, certifications_of
from ui.county.people.drafts import Drafts
from ui.county.people.errors import Absent, Unreadable
from ui.county.people.facts import COLUMNS
from ui.county.people.importing import Listed, Standing, check_table, template
from ui.county.people.pack import as_csv
from ui.county.people.reading import MOST_BYTES, MOST_ROWS, read_table
from ui.county.people.texts import visible
from ui.county.people.typed import Typed
from ui.county.web.doors import Visitor
from ui.county.web.people_desk import PEOPLE, REFUSED, PeopleDesk

IMPORT = f"{PEOPLE}/import"
ENVELOPE = 64 * 1024  # bytes that a form puts round a file
MOST_NAME = 60
MOST_SHOWN = 500  # rows with problems on one page
GOOD_SHOWN = 20
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PeopleImportPages:
    def __init__(self, desk: PeopleDesk) -> None:
        self._desk = desk
        self._drafts = Drafts(desk.where, desk.acts)

    def routes(self) -> list[BaseRoute]:
        doors, one = self._desk.doors, f"{IMPORT}/{{draft}}"
        return [
            doors.page(IMPORT, self.blank, Right.REGISTER),
            doors.stream(IMPORT, self.sent, Right.REGISTER, "POST"),
            doors.page(f"{IMPORT}/template.csv", self.template_csv, Right.REGISTER),
            doors.page(f"{IMPORT}/template.xlsx", self.template_xlsx, Right.REGISTER),
            doors.page(one, self.looked_at, Right.REGISTER),
            doors.page(f"{one}/far", self.far, Right.REGISTER),
            doors.form(f"{one}/take", self.taken, Right.REGISTER),
            doors.form(f"{one}/drop", self.dropped, Right.REGISTER),
        ]

    def blank(self, request: Request, visitor: Visitor) -> Response:
        return self._ask(request, visitor)

    async def sent(self, request: Request, visitor: Visitor) -> Response:
        size = request.headers.get("content-length", "")
        if not size.isdecimal() or int(size) > MOST_BYTES + ENVELOPE:
            large = Unreadable("file_size", most=MOST_BYTES // 2**20)
            return await run_in_threadpool(self._ask, request, visitor, large)
        try:
            async with request.form(max_files=1, max_fields=5) as form:
                file = form.get("file")
                name = file.filename or "" if isinstance(file, UploadFile) else ""
                data = await file.read() if isinstance(file, UploadFile) else b""
        except HTTPException:  # the form itself is broken
            return await run_in_threadpool(self._ask, request, visitor, Unreadable("file_form"))
        return await run_in_threadpool(self._looked, request, visitor, name, data)

    def looked_at(self, request: Request, visitor: Visitor) -> Response:
        try:
            kept = self._drafts.find(request.path_params["draft"], visitor.account.id)
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        draft = kept.draft
        stopped = [row for row in draft.troubled if row.facts is None]
        warned = [row for row in draft.troubled if row.facts is not None]
        return self._desk.draw(
            request, visitor, "people_preview.html",
            kept=kept, draft=draft, stopped=stopped[:MOST_SHOWN], warned=warned[:MOST_SHOWN], stops=len(stopped),
            good=draft.good[:GOOD_SHOWN], changes=sum(row.changes for row in draft.good), most=MOST_SHOWN,
        )  # fmt: skip

    def far(self, request: Request, _visitor: Visitor) -> Response:
        """How far a list is that is being taken: for the page's own script."""
        done = self._drafts.far(request.path_params["draft"])
        return JSONResponse(None if done is None else {"done": done[0], "of": done[1]})

    def taken(self, request: Request, visitor: Visitor, _fields: Mapping[str, str]) -> Response:
        try:
            kept = self._drafts.find(request.path_params["draft"], visitor.account.id)
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        if kept.state == "ready" and kept.draft.good:
            self._drafts.take(kept, visitor.account.id)
        return RedirectResponse(f"{IMPORT}/{kept.id}", 303)

    def dropped(self, request: Request, visitor: Visitor, _fields: Mapping[str, str]) -> Response:
        self._drafts.drop(request.path_params["draft"], visitor.account.id)
        return RedirectResponse(IMPORT, 303)

    def template_csv(self, request: Request, _visitor: Visitor) -> Response:
        headers = {"content-disposition": 'attachment; filename="people-template.csv"'}
        return Response(as_csv(self._template(request)), media_type="text/csv; charset=utf-8", headers=headers)

    def template_xlsx(self, request: Request, _visitor: Visitor) -> Response:
        from openpyxl import Workbook  # half a second, and few pages need it

        book, out = Workbook(write_only=True), io.BytesIO()
        sheet = book.create_sheet()
        for row in self._template(request):
            sheet.append(row)
        book.save(out)
        headers = {"content-disposition": 'attachment; filename="people-template.xlsx"'}
        return Response(out.getvalue(), media_type=EXCEL, headers=headers)

    def _template(self, request: Request) -> list[list[str]]:
        words = self._desk.words(request)
        shown = ("name", "sort", "contact", "origin", "village", "products", "scale", "certifications")
        return template(words, {one: words.say(f"county.people.example.{one}") for one in shown})

    def _looked(self, request: Request, visitor: Visitor, name: str, data: bytes) -> Response:
        """The file checked and kept to be looked at; or the same page again, saying why it cannot be read."""
        try:
            table = read_table(data)
            with self._desk.people(visitor) as mine, People(self._desk.where) as whole:
                draft = check_table(
                    table,
                    visible(name)[:MOST_NAME],
                    hashlib.sha256(data).hexdigest(),
                    self._desk.known(visitor),
                    _listed(mine, whole, self._desk.typed(request)),
                    tuple(self._desk.spoken.values()),
                )
        except Unreadable as wrong:
            return self._ask(request, visitor, wrong)
        kept = self._drafts.keep(draft, visitor.account.id, self._desk.now())
        return RedirectResponse(f"{IMPORT}/{kept}", 303)

    def _ask(self, request: Request, visitor: Visitor, wrong: Unreadable | None = None) -> Response:
        status = 200 if wrong is None else REFUSED
        words = self._desk.words(request)
        missing = wrong.facts.get("columns", ()) if wrong is not None else ()
        names = [words.say(f"county.people.column.{one}") for one in missing] if isinstance(missing, tuple) else []
        facts = {} if wrong is None else {**wrong.facts, "columns": words.say("county.trace.scope_join").join(names)}
        return self._desk.draw(
            request, visitor, "people_import.html", status,
            problem=wrong, facts=facts, columns=COLUMNS, most_rows=MOST_ROWS, most_size=MOST_BYTES // 2**20,
        )  # fmt: skip


def _listed(mine: People, whole: People, typed: Typed) -> Listed:
    """Whom he may change are his own; who stands there already is looked for in the whole list."""

    def by_id(subject: str) -> Standing | None:
        try:
            row = mine.one(subject)
        except Absent:
            return None
        if row["state"] not in STANDING:
            return None
        return Standing(typed.cells(row), certifications_of(row))

    def doubles(name: str, code: str, contact: str) -> list[tuple[str, str]]:
        found = (row["id"] for row in whole.doubles(name, code, contact))
        return [("", "") if (known := by_id(one)) is None else (one, known.cells["name"]) for one in found]

    return Listed(by_id, doubles)
