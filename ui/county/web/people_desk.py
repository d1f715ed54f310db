"""What the pages of producers have in common: who may see whom, what typed words are compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from kiosk.pack import Packs
from kiosk.words import LANGUAGES, Words, load_words
from ui.county.orders import Orders
from ui.county.people.asking import People
from ui.county.people.errors import PeopleError
from ui.county.people.facts import Known
from ui.county.people.kinds import load_sorts
from ui.county.people.registering import Registering
from ui.county.people.texts import visible
from ui.county.people.typed import Typed
from ui.county.signed import Signed
from ui.county.sql import Row
from ui.county.web.doors import Visitor
from ui.county.web.office import Office

PEOPLE = "/people"
REFUSED = 422


@dataclass(frozen=True, slots=True)
class Seal:
    """Of a card: its code, or why it gets none (a key of the words), or that it waits."""

    code: str
    refused: str
    waits: bool


class PeopleDesk:
    """Shared by the rooms of producers; used by many threads."""

    def __init__(self, office: Office) -> None:
        self.where = office.where
        self.doors = office.doors
        self.packs = office.packs
        self.county = office.county
        self.trust = office.trust
        self.now = office.now
        self.registering = Registering(office.acts)
        self.acts = office.acts
        self.orders = Orders(office.folder)
        self.signed = Signed(office.folder)
        self.spoken: Mapping[str, Words] = {language: load_words(language) for language in LANGUAGES}
        self._answering = office.answering
        self._names = _names(office.packs)

    @property
    def today(self) -> date:
        return self.now().date()

    def words(self, request: Request) -> Words:
        return self.spoken[self._answering.language(request)]

    def typed(self, request: Request) -> Typed:
        return Typed(self.packs, self.words(request))

    def people(self, visitor: Visitor) -> People:
        return People(self.where, visitor.account.scope)

    def known(self, visitor: Visitor) -> Known:
        scope = visitor.account.scope
        marks, products = self._names
        yes, no = (self._spoken(f"county.people.{word}_words") for word in ("yes", "no"))
        return Known(self.county, marks, products, yes, no, scope.regions, not (scope.is_whole or scope.regions))

    def seal(self, row: Row) -> Seal:
        """What became of a card's code; `row` names the act that made it, if the office did."""
        code = self.signed.card(row["card"])
        outcome = self.signed.outcome(row["log"], row["seq"]) if row["log"] and not code else None
        refused = "" if outcome is None else outcome.refused
        return Seal(code, refused, not (code or refused or row["ended"]) and row["event"] == "made")

    def draw(self, request: Request, visitor: Visitor, template: str, status: int = 200, **values: object) -> Response:
        facts = {
            "visible": visible,
            "sorts": load_sorts(),
            "marks": self.packs.marks.marks,
            "today": self.today,
            "may": "register" in visitor.account.rights,
            "problem": None,
            **values,
        }
        return self.doors.draw(request, visitor, template, status, **facts)

    def gone(self, request: Request, wrong: PeopleError) -> Response:
        """A calm page for what is not there, or not for this visitor."""
        return self.doors.wrong(request, 404, "subject", id=str(wrong.facts.get("id", "")))

    def _spoken(self, key: str) -> tuple[str, ...]:
        return tuple(one for words in self.spoken.values() for one in words.say(key).casefold().split(","))


def _names(packs: Packs) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    marks = {one.id: _called(one.id, one.names) for one in packs.marks.marks.values()}
    products = {one.id: _called(one.id, one.names) for one in packs.products.values()}
    return marks, products


def _called(name: str, names: Mapping[str, str]) -> tuple[str, ...]:
    return (name, *(one.casefold() for one in names.values()))
