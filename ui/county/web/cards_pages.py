"""亮证卡: one for a producer, many at once, a lost one; what the signer has sealed is printed."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from kiosk.paper.errors import PaperError
from kiosk.rules.scan.numbers import shown_card
from ui.county.accounts.roles import Right
from ui.county.people.asking import People
from ui.county.people.card_paper import Printed, as_card, as_sheets
from ui.county.people.errors import Absent
from ui.county.people.numbers import CardNumbers
from ui.county.web.doors import Visitor
from ui.county.web.people_desk import PEOPLE, REFUSED, PeopleDesk

CARDS = f"{PEOPLE}/cards"
LOST = ("lost", "damaged")
ENDS = (*LOST, "withdrawn")
SHOWN = 100  # newest cards on the page, and on the sheets of one file
MARK = "subject."  # before the id of somebody who was ticked
CARD = "card."


class CardsPages:
    def __init__(self, desk: PeopleDesk) -> None:
        self._desk = desk
        self._numbers = CardNumbers(desk.where, desk.orders)

    def routes(self) -> list[BaseRoute]:
        doors = self._desk.doors
        return [
            doors.page(CARDS, self.listed, Right.REGISTER),
            doors.form(CARDS, self.made, Right.REGISTER),
            doors.page(f"{CARDS}.pdf", self.sheets, Right.REGISTER),
            doors.page(f"{CARDS}/{{card}}.pdf", self.single, Right.REGISTER),
            doors.form(f"{CARDS}/{{card}}/end", self.ended, Right.REGISTER),
        ]

    def listed(self, request: Request, visitor: Visitor) -> Response:
        with self._desk.people(visitor) as people:
            cards = [(row, self._desk.seal(row)) for row in people.newest_cards(SHOWN)]
        waits = any(seal.waits for _, seal in cards)
        return self._desk.draw(request, visitor, "people_cards.html", cards=cards, waits=waits, shown_card=shown_card)

    def made(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        """For everybody who was ticked: who stands in the list and whom this visitor may see."""
        wanted = [name.removeprefix(MARK) for name in fields if name.startswith(MARK)][:SHOWN]
        try:
            with self._desk.people(visitor) as people:
                rows = [people.one(subject) for subject in wanted]
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        listed = [row["id"] for row in rows if row["state"] == "listed"]
        if not listed:
            return self._desk.doors.wrong(request, REFUSED, "subject_cards")
        old = fields.get("replaces", "")
        reason = fields.get("reason", "new")
        if old and (len(listed) != 1 or reason not in LOST or not self._is_his(old, listed[0])):
            return self._desk.doors.wrong(request, 409, "subject_card")
        self._desk.registering.make_cards(listed, self._numbers.new, visitor.account.id, reason if old else "new", old)
        return RedirectResponse(f"{PEOPLE}/{listed[0]}#cards" if len(listed) == 1 else CARDS, 303)

    def ended(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        number, reason = request.path_params["card"], fields.get("reason", "")
        try:
            with self._desk.people(visitor) as people:
                card = people.card(number)
                people.one(card["subject"])
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        if card["ended"] or reason not in ENDS:
            return self._desk.doors.wrong(request, 409, "subject_card")
        self._desk.registering.end_card(number, card["subject"], reason, visitor.account.id)
        return RedirectResponse(f"{PEOPLE}/{card['subject']}#cards", 303)

    def single(self, request: Request, visitor: Visitor) -> Response:
        return self._drawn(request, visitor, [request.path_params["card"]], sheets=False)

    def sheets(self, request: Request, visitor: Visitor) -> Response:
        """Those that were ticked, as far as they are sealed and open something."""
        ticked = [name.removeprefix(CARD) for name in request.query_params if name.startswith(CARD)][:SHOWN]
        return self._drawn(request, visitor, ticked, sheets=True)

    def _drawn(self, request: Request, visitor: Visitor, numbers: list[str], *, sheets: bool) -> Response:
        try:
            with self._desk.people(visitor) as people:
                printed = [one for number in numbers if (one := self._printed(number, people)) is not None]
        except Absent as wrong:
            return self._desk.gone(request, wrong)
        if not printed:
            return self._desk.doors.wrong(request, 409, "subject_card_waits")
        words = self._desk.words(request)
        try:
            document = as_sheets(printed, words) if sheets else as_card(printed[0], words)
        except PaperError as wrong:
            told = words.say(f"problem.{wrong.code}", **wrong.facts)
            return self._desk.doors.wrong(request, REFUSED, "subject_paper", reason=told)
        name = "cards" if sheets else f"card-{printed[0].number}"
        headers = {"content-disposition": f'attachment; filename="{name}.pdf"', "cache-control": "no-store"}
        return Response(document, media_type="application/pdf", headers=headers)

    def _printed(self, number: str, people: People) -> Printed | None:
        """None while it waits for its seal, and for one that opens nothing. Raises Absent."""
        card = people.card(number)
        row = people.one(card["subject"])
        code = "" if card["ended"] else self._desk.signed.card(number)
        return Printed(number, row["name"], code) if code else None

    def _is_his(self, number: str, subject: str) -> bool:
        with People(self._desk.where) as people:
            return any(row["card"] == number and not row["ended"] for row in people.cards(people.ids(subject)))
