"""主体名录: the list, one more producer, other facts of one, who is the same, what every station knows of them."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from kiosk.rules.messages import Certification
from ui.county.accounts.roles import Right
from ui.county.orders import ALL
from ui.county.people.asking import STANDING, Filters, People
from ui.county.people.errors import Absent, Unfit
from ui.county.people.facts import COLUMNS, MOST, Facts, Problem, certification, read
from ui.county.people.kinds import load_sorts
from ui.county.people.pack import as_csv
from ui.county.people.registering import MOST_REASON, is_listed
from ui.county.rows import envelope_of
from ui.county.sql import Row
from ui.county.web.doors import Visitor
from ui.county.web.people_desk import PEOPLE, REFUSED, PeopleDesk

SHOWS = ("confirm", "risk", "black", "withdrawn", "merged")
COUNTED = ("confirm", "risk", "black")
MARKS, BLANK_MARKS = 40, 3  # lines for certifications that are read; empty ones on the form
MOST_EXPORTED = 20_000
ORDERS = ("subjects.upsert", "subjects.withdrawn", "subjects.merged", "credit.put", "card.revoked")
NEWEST_ACTS, WAITING_SHOWN = 1000, 50


class PeoplePages:
    def __init__(self, desk: PeopleDesk) -> None:
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        doors = self._desk.doors
        return [
            doors.page(PEOPLE, self.listed, Right.PEOPLE),
            doors.page(f"{PEOPLE}.csv", self.exported, Right.PEOPLE),
            doors.page(f"{PEOPLE}/sync", self.sync, Right.PEOPLE),
            doors.page(f"{PEOPLE}/new", self.blank, Right.REGISTER),
            doors.form(f"{PEOPLE}/new", self.put, Right.REGISTER),
            doors.page(f"{PEOPLE}/{{subject}}/edit", self.edit, Right.REGISTER),
            doors.form(f"{PEOPLE}/{{subject}}/edit", self.changed, Right.REGISTER),
            doors.page(f"{PEOPLE}/{{subject}}/same", self.same, Right.REGISTER),
            doors.form(f"{PEOPLE}/{{subject}}/confirm", self.confirmed, Right.REGISTER),
            doors.form(f"{PEOPLE}/{{subject}}/merge", self.merged, Right.REGISTER),
            doors.form(f"{PEOPLE}/{{subject}}/withdraw", self.withdrawn, Right.REGISTER),
        ]

    # --- the list -------------------------------------------------------------------------------------------------

    def listed(self, request: Request, visitor: Visitor) -> Response:
        wanted = _filters(request.query_params)
        today = self._desk.today
        with self._desk.people(visitor) as people:
            found = people.find(wanted, today)
            counts = [(show, people.count(show, today)) for show in COUNTED]
            towns = people.towns()
        kept = {"q": wanted.text, "sort": wanted.sort, "town": wanted.town, "show": wanted.show}
        kept |= {"scale": "1"} if wanted.scale else {}
        page = urlencode({name: text for name, text in kept.items() if text})
        return self._desk.draw(
            request, visitor, "people.html",
            found=found, wanted=wanted, counts=counts, shows=SHOWS, towns=towns, page=page,
            black=lambda row: is_listed(row["listed"], row["credit_since"], row["credit_until"], today),
        )  # fmt: skip

    def exported(self, request: Request, visitor: Visitor) -> Response:
        """The same list as a table; one that is imported again changes nothing."""
        wanted, words = _filters(request.query_params), self._desk.words(request)
        with self._desk.people(visitor) as people:
            rows = people.find(wanted, self._desk.today, MOST_EXPORTED).rows
        heading = [words.say(f"county.people.column.{one}") for one in COLUMNS]
        typed = self._desk.typed(request)
        table = as_csv([heading, *([cells[one] for one in COLUMNS] for cells in map(typed.cells, rows))])
        headers = {"content-disposition": 'attachment; filename="people.csv"', "cache-control": "no-store"}
        return Response(table, media_type="text/csv; charset=utf-8", headers=headers)

    def sync(self, request: Request, visitor: Visitor) -> Response:
        """Which station holds which revision of the list, and what waits for a signature."""
        with self._desk.people(visitor) as people:
            stations, asked = people.stations(), people.asked_orders(ORDERS, NEWEST_ACTS)
        last = self._desk.orders.through(ALL)
        told = [(row, envelope_of(row).act, self._desk.signed.outcome(row["log"], row["seq"])) for row in asked]
        waiting = [one for one in told if one[2] is None]
        refused = [one for one in told if one[2] is not None and one[2].refused]
        return self._desk.draw(
            request, visitor, "people_sync.html",
            stations=stations, last=last, waiting=waiting, refused=refused[:WAITING_SHOWN], most=WAITING_SHOWN,
        )  # fmt: skip

    # --- one more, other facts ------------------------------------------------------------------------------------

    def blank(self, request: Request, visitor: Visitor) -> Response:
        regions = visitor.account.scope.regions
        return self._form(request, visitor, {"region": regions[0] if regions else self._desk.county})

    def put(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        return self._written(request, visitor, {**fields, "id": ""})

    def edit(self, request: Request, visitor: Visitor) -> Response:
        try:
            row, facts = self._standing(request, visitor)
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        if row["state"] == "merged":
            return self._desk.doors.wrong(request, 409, "subject_state")
        return self._form(request, visitor, facts, row=row)

    def changed(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        try:
            with self._desk.people(visitor) as people:
                row = people.one(request.path_params["subject"])
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        if row["state"] == "merged":  # he is somebody else; whoever means to part them has to ask the county
            return self._desk.doors.wrong(request, 409, "subject_state")
        return self._written(request, visitor, {**fields, "id": row["id"]}, row)

    def _standing(self, request: Request, visitor: Visitor) -> tuple[Row, dict[str, str]]:
        """Whom the page is about, and his facts as the form has them. Raises Absent."""
        with self._desk.people(visitor) as people:
            row = people.one(request.path_params["subject"])
            return row, self._desk.typed(request).fields(row, people.home(row), MARKS)

    def _written(
        self, request: Request, visitor: Visitor, fields: Mapping[str, str], row: Row | None = None
    ) -> Response:
        facts, problems = self._read(visitor, fields)
        doubles: list[Row] | None = None
        if row is None and not _stopping(problems) and "again" not in fields:
            doubles, hidden = self._doubles(visitor, facts)
            problems += [Problem("name", "double_elsewhere", warns=True)] if hidden else []
            doubles = doubles if doubles or hidden else None
        if doubles is not None or _stopping(problems):
            return self._form(request, visitor, fields, problems, row, doubles, REFUSED)
        subject = self._desk.registering.put(facts, visitor.account.id, _reason(fields))
        return RedirectResponse(f"{PEOPLE}/{subject}", 303)

    def _doubles(self, visitor: Visitor, facts: Facts) -> tuple[list[Row], bool]:
        """Who may be the same, and whether there is one whom this visitor may not see."""
        one, mine = facts.subject, list[Row]()
        with People(self._desk.where) as whole, self._desk.people(visitor) as people:
            found = whole.doubles(one.name, one.code, one.contact)
            for row in found:
                with suppress(Absent):
                    mine.append(people.one(row["id"]))
        return mine, len(mine) < len(found)

    def _read(self, visitor: Visitor, fields: Mapping[str, str]) -> tuple[Facts, list[Problem]]:
        """Of a form: certifications stand in numbered lines."""
        known = self._desk.known(visitor)
        facts, problems = read({**fields, "certifications": ""}, known, seen="seen" in fields)
        found = list[Certification]()
        for mark, product, since, until, number in _lines(fields):
            made, wrong = certification(mark, product, since, until, number, known)
            found += [made] if made else []
            problems += wrong
        return with_marks(facts, found), problems

    def _form(
        self,
        request: Request,
        visitor: Visitor,
        typed: Mapping[str, str],
        problems: list[Problem] | None = None,
        row: Row | None = None,
        doubles: list[Row] | None = None,
        status: int = 200,
    ) -> Response:
        return self._desk.draw(
            request, visitor, "people_form.html", status,
            typed=typed, problems=problems or [], row=row, doubles=doubles or (), most=MOST,
            asks_again=doubles is not None, lines=_shown_lines(typed),
            odd_code=any(one.code == "code_check" for one in problems or ()),
        )  # fmt: skip

    # --- who is the same ------------------------------------------------------------------------------------------

    def same(self, request: Request, visitor: Visitor) -> Response:
        """Two columns: somebody, and who he may be."""
        try:
            with self._desk.people(visitor) as people:
                row = people.one(request.path_params["subject"])
                alike = people.alike(row)
                chosen = request.query_params.get("with", "")
                other = people.one(chosen) if chosen else (alike[0] if alike else None)
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        cells = self._desk.typed(request).cells
        pair = None if other is None else [(one, cells(row)[one], cells(other)[one]) for one in COLUMNS]
        return self._desk.draw(request, visitor, "people_same.html", row=row, alike=alike, other=other, pair=pair)

    def confirmed(self, request: Request, visitor: Visitor, _fields_sent: Mapping[str, str]) -> Response:
        """He is who he says, and new: the facts of the box become the county's; what is missing is asked first."""
        try:
            row, facts = self._standing(request, visitor)
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        if row["state"] not in STANDING:
            return self._desk.doors.wrong(request, 409, "subject_state")
        return self._written(request, visitor, facts, row)

    def merged(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        try:
            with self._desk.people(visitor) as people:
                row, into = people.one(request.path_params["subject"]), people.one(fields.get("into", ""))
            if into["state"] != "listed" or row["state"] not in STANDING:
                return self._desk.doors.wrong(request, 409, "subject_state")
            reason = _reason(fields)
            self._desk.registering.merge(row["id"], into["id"], visitor.account.id, reason)
        except (Absent, Unfit) as wrong:
            return self._desk.gone(request, wrong)
        return RedirectResponse(f"{PEOPLE}/{into['id']}", 303)

    def withdrawn(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        try:
            with self._desk.people(visitor) as people:
                row = people.one(request.path_params["subject"])
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        if row["state"] not in STANDING:
            return self._desk.doors.wrong(request, 409, "subject_state")
        self._desk.registering.withdraw(row["id"], visitor.account.id, _reason(fields))
        return RedirectResponse(f"{PEOPLE}/{row['id']}", 303)


def with_marks(facts: Facts, found: list[Certification]) -> Facts:
    marks = tuple("/".join((one.mark, one.product, one.until, one.number)).rstrip("/") for one in found)
    return replace(facts, subject=replace(facts.subject, marks=marks), certifications=tuple(found))


def _filters(asked: Mapping[str, str]) -> Filters:
    sort, show, town = (asked.get(name, "") for name in ("sort", "show", "town"))
    return Filters(
        text=asked.get("q", "")[:40],
        sort=sort if sort in load_sorts() else "",
        town=town if town.isdecimal() and len(town) <= 12 else "",
        show=show if show in SHOWS else "",
        scale=bool(asked.get("scale")),
        after=asked.get("after", "")[:200],
    )


def _lines(fields: Mapping[str, str]) -> Iterator[tuple[str, str, str, str, str]]:
    for nth in range(MARKS):
        mark, product, since, until, number = (
            fields.get(f"{name}.{nth}", "").strip() for name in ("mark", "product", "since", "until", "number")
        )
        if mark:
            yield mark, product, since, until, number


def _shown_lines(typed: Mapping[str, str]) -> range:
    filled = [nth for nth in range(MARKS) if typed.get(f"mark.{nth}")]
    return range(min(max(filled, default=-1) + 1 + BLANK_MARKS, MARKS))


def _reason(fields: Mapping[str, str]) -> str:
    return fields.get("reason", "").strip()[:MOST_REASON]


def _stopping(problems: list[Problem]) -> bool:
    return any(not one.warns for one in problems)
