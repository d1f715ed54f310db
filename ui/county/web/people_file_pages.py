"""档案: everything of one producer on a page, what is noted in it, his grades, and the pack to hand over."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute

from kiosk.rules.messages import CreditGraded, OrderAsked
from kiosk.rules.messages.registry import DOSSIER_LINES
from kiosk.rules.scan.numbers import shown_card
from ui.county.accounts.roles import Right
from ui.county.acted import Acted
from ui.county.deed_told import deed_told
from ui.county.people.asking import PRODUCTION, People, certifications_of, enrolled_on, exclusions
from ui.county.people.errors import Absent, Unfit
from ui.county.people.facts import day_of
from ui.county.people.lines import lines
from ui.county.people.linkage import linked
from ui.county.people.noting import note_of
from ui.county.people.pack import MOST, Named, Part, as_csv, packed, proofs
from ui.county.people.registering import GRADES, RISKS, Grading, is_listed
from ui.county.sql import Row
from ui.county.telling import Teller
from ui.county.web.doors import Visitor
from ui.county.web.people_desk import PEOPLE, REFUSED, PeopleDesk

TESTS = ("test", "test.positive")
# section of the page → kinds of entries in it
SECTIONS = {
    "tests": TESTS,
    "papers": ("certificate", "voucher", "label"),
    "records": (*PRODUCTION, "incoming"),
    "patrols": ("patrol",),
    "cases": ("test.positive", "disposal", "slaughter.entry"),
    "signed": ("agreement.signed",),
}
SHOWN, PAGE = 8, 50
PLATFORMS = ("national", "province")
STATES = ("asked", "enrolled", "refused", "left")


class PeopleFilePages:
    def __init__(self, desk: PeopleDesk) -> None:
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        doors, one = self._desk.doors, f"{PEOPLE}/{{subject}}"
        return [
            doors.page(one, self.file, Right.PEOPLE),
            doors.page(f"{one}/entries", self.entries, Right.PEOPLE),
            doors.page(f"{one}/pack.zip", self.pack, Right.PEOPLE),
            doors.form(f"{one}/credit", self.graded, Right.REGISTER),
            doors.form(f"{one}/note", self.noted, Right.REGISTER),
        ]

    def file(self, request: Request, visitor: Visitor) -> Response:
        return self._file(request, visitor)

    def entries(self, request: Request, visitor: Visitor) -> Response:
        """All of one section, page by page."""
        section = request.query_params.get("of", "")
        if section not in SECTIONS:
            return self._desk.doors.wrong(request, 404, "nothing")
        try:
            with self._desk.people(visitor) as people:
                row = people.one(request.path_params["subject"])
                before = request.query_params.get("before", "")[:200]
                found = people.entries(people.ids(row["id"]), SECTIONS[section], PAGE + 1, before)
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        last = found[PAGE - 1] if len(found) > PAGE else None
        more = "" if last is None else quote(f"{last['time']}|{last['log']}|{last['seq']}")
        return self._desk.draw(
            request, visitor, "people_entries.html",
            row=row, section=section, more=more, told=lambda tell: lines(found[:PAGE], tell, self._desk.today),
        )  # fmt: skip

    def graded(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        typed = {name: fields.get(name, "").strip() for name in ("grade", "listed", "since", "until", "risk", "reason")}
        try:
            with self._desk.people(visitor) as people:
                row = people.one(request.path_params["subject"])
            notice = fields.get("notice", "").strip()
            grading = Grading(row["id"], **typed, for_ever="for_ever" in fields, notice=notice)
            self._desk.registering.grade(grading, visitor.account.id)
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        except Unfit as unfit:
            return self._file(request, visitor, unfit, fields)
        return RedirectResponse(f"{PEOPLE}/{row['id']}#credit", 303)

    def noted(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        try:
            with self._desk.people(visitor) as people:
                row = people.one(request.path_params["subject"])
            self._desk.registering.note(note_of(fields, row["id"], visitor.account.id))
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        except Unfit as unfit:
            return self._file(request, visitor, unfit, fields)
        return RedirectResponse(f"{PEOPLE}/{row['id']}#notes", 303)

    def pack(self, request: Request, visitor: Visitor) -> Response:
        """A zip made while it is sent; only for who may open each of its entries."""
        if Right.ENTRY not in visitor.account.rights:
            return self._desk.doors.wrong(request, 403, "right")
        try:
            with self._desk.people(visitor) as people:
                row = people.one(request.path_params["subject"])
                names = people.names(people.ids(row["id"]), MOST)
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        cut = MOST if len(names) == MOST else 0
        summary = self._file(request, visitor, template="people_pack.html", shown=PAGE, cut=cut).body
        parts = self._parts(bytes(summary), names, visitor)
        headers = {"content-disposition": f'attachment; filename="{_safe(row["id"])}.zip"', "cache-control": "no-store"}
        return StreamingResponse(packed(parts), media_type="application/zip", headers=headers)

    def _parts(self, summary: bytes, names: list[Row], visitor: Visitor) -> Iterator[Part]:
        trust = self._desk.trust()
        table = [[row["time"], _kind(row["kind"]), row["station"], row["log"], str(row["seq"])] for row in names]
        yield "summary.html", summary
        yield "entries.csv", as_csv([["time", "kind", "station", "log", "seq"], *table])
        yield "trust.json", trust.bytes()
        listed = [Named(row["log"], row["seq"]) for row in names]
        yield from proofs(self._desk.where, visitor.account.scope, listed, trust)

    def _file(
        self,
        request: Request,
        visitor: Visitor,
        unfit: Unfit | None = None,
        typed: Mapping[str, str] | None = None,
        template: str = "people_file.html",
        shown: int = SHOWN,
        cut: int = 0,
    ) -> Response:
        today, subject = self._desk.today, request.path_params["subject"]
        try:
            with self._desk.people(visitor) as people:
                row = people.one(subject)
                facts = self._facts(people, row, shown, today)
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        status = 200 if unfit is None else REFUSED
        return self._desk.draw(
            request, visitor, template, status,
            row=row, problem=unfit, typed=typed or {}, grades=GRADES, risks=RISKS, whats=DOSSIER_LINES, states=STATES,
            platforms=PLATFORMS, shown_card=shown_card, deed_told=deed_told, county=self._desk.county,
            cut=cut, **facts,
        )  # fmt: skip

    def _facts(self, people: People, row: Row, shown: int, today: date) -> dict[str, object]:
        ids = people.ids(row["id"])
        dossier = people.dossier(ids)
        cards = [(one, self._desk.seal(one)) for one in people.cards(ids)]
        found = {name: people.entries(ids, kinds, shown + 1) for name, kinds in SECTIONS.items()}
        recorded = people.first_record(ids)
        acts = [one for one in Acted(people.sql).page(about=row["id"]).deeds if one.kind != OrderAsked.kind]
        return {
            "into": _seen(people, row["merged_into"]),
            "others": ids[1:],
            "products": json.loads(row["products"]),
            "certified": [(one, _is_over(one.until, today)) for one in certifications_of(row)],
            "sections": lambda tell: _sections(found, tell, today, shown),
            "dossier": dossier,
            "linked": linked(enrolled_on(dossier), day_of(recorded[:10]), exclusions(dossier), today),
            "enrolled": enrolled_on(dossier),
            "recorded": recorded[:10],
            "cards": cards,
            "waits": any(seal.waits for _, seal in cards),
            "acts": acts,
            "credits": [one for one in acts if isinstance(one.act, CreditGraded)],
            "black": is_listed(row["listed"], row["credit_since"], row["credit_until"], today),
        }


def _sections(found: Mapping[str, list[Row]], tell: Teller, today: date, shown: int) -> dict[str, object]:
    return {name: (lines(rows[:shown], tell, today), len(rows) > shown) for name, rows in found.items()}


def _kind(kind: str) -> str:
    return "test" if kind in TESTS else kind


def _seen(people: People, subject: str) -> Row | None:
    """None also for one whom this visitor may not see."""
    try:
        return people.one(subject) if subject else None
    except Absent:
        return None


def _is_over(until: str, today: date) -> bool:
    return bool(until) and until < today.isoformat()


def _safe(name: str) -> str:
    return "".join(one if one.isascii() and (one.isalnum() or one in "-_") else "_" for one in name)
