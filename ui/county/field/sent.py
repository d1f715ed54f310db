"""What a phone sent, read field by field: every mistake is told beside its field, all at once."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from kiosk.rules.errors import Unusable
from kiosk.rules.goods.quantity import Quantity, Unit, quantity
from kiosk.rules.messages import Position
from kiosk.rules.messages.forms import CLOCK, DAY, ZONE
from kiosk.rules.sentence import Sentence
from ui.county.field.errors import Unfit

ID = re.compile("[0-9a-f]{32}")
TIME = re.compile(f"{DAY}T{CLOCK}{ZONE}")
DEGREES = re.compile(r"-?[0-9]{1,3}([.][0-9]{1,7})?")
CASE = re.compile(r"(?P<log>[0-9a-f]{32})/(?P<seq>[0-9]{1,12})")
OTHER = "other"  # goods or a name that no list has
SHORT, LONG = 40, 200  # letters
NAME = 64


@dataclass(frozen=True, slots=True)
class Sent:
    """`fields` as text, `pictures` as (field, SHA-256) in their order; `name` of whoever sent it."""

    id: str
    at: str
    today: date
    name: str
    fields: Mapping[str, str]
    pictures: tuple[tuple[str, str], ...] = ()
    region: str = ""


@dataclass
class Answers:
    """Of one note. What is wrong gathers in `problems`; `done` raises Unfit when there is any."""

    sent: Sent
    problems: dict[str, Sentence] = field(default_factory=dict)

    def wrong(self, name: str, say: Sentence) -> None:
        self.problems.setdefault(name, say)

    def text(self, name: str, most: int = SHORT, *, optional: bool = False) -> str:
        """One line without marks that nobody sees: a name cannot turn the words beside it around."""
        typed = self.sent.fields.get(name, "")
        told = " ".join("".join(one if one.isprintable() else " " for one in typed).split())
        if not told and not optional:
            self.wrong(name, Sentence("county.field.wrong.empty"))
        if len(told) > most:
            self.wrong(name, Sentence("county.field.wrong.long", {"most": str(most)}))
        return told

    def choice(self, name: str, among: Iterable[str], *, optional: bool = False) -> str:
        """One of a list; what is none of it is told, and the first of it returned."""
        words = tuple(map(str, among))
        typed = self.sent.fields.get(name, "")
        if typed in words or (optional and not typed):
            return typed
        self.wrong(name, Sentence("county.field.wrong.choice"))
        return words[0]

    def product(self) -> str:
        """The id of the list's product, or the name that somebody typed."""
        typed = self.sent.fields.get("product", "")
        return self.text("product_other") if typed == OTHER else self.text("product")

    def amount(self, name: str, *, optional: bool = False) -> Quantity | None:
        """With its unit in `<name>_unit`, kilograms where none is sent."""
        typed = self.text(name, optional=optional)
        unit = self.choice(f"{name}_unit", Unit, optional=True) or Unit.KG
        if not typed:
            return None
        try:
            return quantity(typed, Unit(unit))
        except Unusable as wrong:
            self.wrong(name, Sentence(f"problem.{wrong.code}", dict(wrong.facts)))
            return None

    def grams(self, name: str) -> Decimal | None:
        told = self.amount(name)
        return None if told is None else told.amount

    def day(self, name: str) -> str:
        typed = self.text(name, optional=True)
        try:
            return date.fromisoformat(typed).isoformat() if typed else ""
        except ValueError:
            self.wrong(name, Sentence("county.field.wrong.day"))
            return ""

    def case(self) -> tuple[str, int] | None:
        found = CASE.fullmatch(self.sent.fields.get("case", ""))
        return None if found is None else (found["log"], int(found["seq"]))

    def position(self) -> Position | None:
        """None where nobody asked for it."""
        typed = [self.sent.fields.get(name, "") for name in ("longitude", "latitude")]
        if not any(typed):
            return None
        degrees = [Decimal(one) if DEGREES.fullmatch(one) else Decimal(999) for one in typed]
        if abs(degrees[0]) > 180 or abs(degrees[1]) > 90:
            self.wrong("position", Sentence("county.field.wrong.position"))
            return None
        return Position(*degrees)

    def pictures(self, *, least: int = 0) -> tuple[str, ...]:
        digests = tuple(dict.fromkeys(digest for _, digest in self.sent.pictures))
        if len(digests) < least:
            self.wrong("picture", Sentence("county.field.wrong.picture"))
        return digests

    def done(self) -> None:
        if self.problems:
            raise Unfit(self.problems)


def is_time(text: str) -> bool:
    """A moment with its offset, as an act writes it."""
    if not TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:  # the 31st of February
        return False
    return True
