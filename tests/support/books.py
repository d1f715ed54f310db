"""What a sheet asks of the record, as a test says it is; and a hand that answers a sheet's questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from kiosk.rules.goods.book import Balance
from kiosk.rules.goods.products import Product
from kiosk.rules.messages import EntryBody, SampleTaken, Staff, Subject
from kiosk.rules.quality_control.timing import Moment
from kiosk.rules.sheets import sheet as law
from kiosk.rules.sheets.document import documents_on
from kiosk.rules.sheets.sheet import Draft, Facts, Sheet
from tests.support.bodies import FARMER, START
from tests.support.law import PACKS

CLERK = Staff("u-1", "张敏", ("clerk",))
OTHER = Staff("u-2", "王强", ("inspector",))
TECHNICIAN = Staff("u-3", "老陈", ("technician",))


@dataclass(frozen=True)
class Told:
    """Books as told; whatever else is asked has no answer."""

    people: Mapping[str, Subject] = field(default_factory=lambda: {FARMER.id: FARMER})
    crew: tuple[Staff, ...] = (CLERK, OTHER, TECHNICIAN)
    left: Mapping[str, Decimal] = field(default_factory=dict)
    numbers_of: Mapping[str, Sequence[str]] = field(default_factory=dict)
    holders: Mapping[str, str] = field(default_factory=dict)
    places: Sequence[tuple[str, str]] = (("gasa", "戛洒镇"),)
    balances: Sequence[Balance] = ()
    waiting: Sequence[SampleTaken] = ()
    alarms: Sequence[int] = ()
    entries: Mapping[int, EntryBody] = field(default_factory=dict)

    @property
    def products(self) -> Mapping[str, Product]:
        return PACKS.products

    def subject(self, subject: str) -> Subject | None:
        return self.people.get(subject)

    def staff(self, staff: str) -> Staff | None:
        return next((one for one in self.crew if one.id == staff), None)

    def stock(self) -> Mapping[str, Decimal]:
        return self.left

    def cards(self, subject: str) -> Sequence[str]:
        return self.numbers_of.get(subject, ())

    def holder(self, card: str) -> str | None:
        return self.holders.get(card)

    def villages(self) -> Sequence[tuple[str, str]]:
        return self.places

    def lots(self, subject: str) -> Sequence[Balance]:
        return [one for one in self.balances if one.subject == subject]

    def samples_waiting(self) -> Sequence[tuple[int, SampleTaken]]:
        return list(enumerate(self.waiting, 1))

    def unseen_alarms(self) -> Sequence[int]:
        return self.alarms

    def entry(self, seq: int) -> EntryBody | None:
        return self.entries.get(seq)


def facts(books: Any = None, **said: Any) -> Facts:
    settings = replace(PACKS.settings, **said.pop("settings", {}))
    told = {"staff": CLERK, "subject": None, "documents": documents_on(START.date(), PACKS.agreements)} | said
    kept: Any = books or Told()
    moment = Moment(START, "boot-1", timedelta(0))
    return Facts(now=START, station="gasa-01", settings=settings, books=kept, moment=moment, **told)


def filled(sheet: Sheet, known: Facts, *answers: str | tuple[str, ...], about: str = "") -> Draft:
    """Answers in the order in which they are asked; an empty one passes over."""
    draft = Draft(sheet.id, about, fresh="0123456789abcdef")
    for answer in answers:
        ask = law.open_ask(sheet, draft, known)
        assert ask is not None, f"nothing is asked any more, but {answer} is left"
        values = (answer,) if isinstance(answer, str) else answer
        assert answer or ask.optional, f"{ask.id} cannot be passed over"
        draft = law.answered(draft, ask, values if answer else ())
    return draft


def questions(sheet: Sheet, draft: Draft, known: Facts) -> list[str]:
    return [ask.id for ask in sheet.asks(draft, known)]
