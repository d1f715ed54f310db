"""GS1 elements: as scanners give them, as people print them, as Digital Link. Formats as in domain.md §3.6 (S28)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kiosk.rules.scan import identifiers
from kiosk.rules.scan.links import Link, pairs, unquoted

SEPARATOR = "\x1d"  # FNC1 between elements
SYMBOLOGIES = ("]C1", "]e0", "]d2", "]Q3", "]J1")  # scanners name GS1 symbols so; others have no elements
BRACKETED = re.compile(r"\(([0-9]{2,4})\)")
TEXT = re.compile(r"[!-\"%-?A-Z_a-z]+")  # GS1's 82 characters
QUALIFIERS = ("22", "10", "21")  # of a GTIN in a link, in this order
KEYS = ("00", "01", "02")
WINDOW = 50  # years: GS1's sliding century


@dataclass(frozen=True, slots=True)
class Element:
    """One application identifier. `fact` names its value; `decimals` None: not a measure."""

    ai: str
    fact: str
    least: int
    most: int
    fits: Callable[[str], bool]
    dated: bool = False
    decimals: int | None = None

    def right(self, value: str) -> bool:
        return self.least <= len(value) <= self.most and self.fits(value)

    @property
    def fixed(self) -> bool:
        return self.least == self.most


@dataclass(frozen=True, slots=True)
class Elements:
    """The first value of each fact; `rest` begins with an AI that we do not know.

    `wrong` are AIs whose value is not of its form, or that say one fact in two ways.
    """

    values: tuple[tuple[str, str], ...]
    wrong: tuple[str, ...]
    rest: str = ""

    @property
    def ok(self) -> bool:
        return not self.wrong

    def value(self, ai: str) -> str | None:
        return next((value for name, value in self.values if name == ai), None)

    def facts(self, today: date | None = None) -> dict[str, str]:
        """Every value by its name: days as dates, weights as kilograms; what is wrong stays as it was written."""
        return {_element(ai).fact: self._told(ai, value, today) for ai, value in self.values}

    def _told(self, ai: str, value: str, today: date | None) -> str:
        element = _element(ai)
        if ai in self.wrong:
            return value
        if element.decimals is not None:
            return str(measure(element, value))
        return day_text(value, today) if element.dated else value


def element_string(text: str) -> Elements | None:
    """Plain elements; None when they do not begin with an AI that we know."""
    values: list[tuple[str, str]] = []
    rest = text.lstrip(SEPARATOR)
    while element := _begins(rest):
        value, rest = _cut(element, rest[len(element.ai) :])
        values.append((element.ai, value))
    return _elements(values, rest)


def bracketed(text: str) -> Elements | None:
    """`(01)09521234543213(10)AB`: the print below a symbol. A bracket in a value is no AI unless we know it."""
    starts = [found for found in BRACKETED.finditer(text) if found[1] in BY_AI]
    if not starts or starts[0].start():
        return None
    ends = [*(found.start() for found in starts[1:]), len(text)]
    values, rest = [], ""
    for start, end in zip(starts, ends, strict=True):
        value, unknown = _before_unknown(BY_AI[start[1]], text[start.end() : end].strip())
        values.append((start[1], value))
        rest += unknown
    return _elements(values, rest)


def digital_link(link: Link) -> Elements | None:
    """`…/01/<GTIN>` with its qualifiers in their order, more AIs in the query; None when it is no Digital Link.

    Eight or twelve digits are a GTIN only with a right check: a day or an article's number stands in links as well.
    """
    steps = link.path.rstrip("/").split("/")
    place = next((nth for nth in range(len(steps) - 1) if steps[nth] == "01" and _gtin_like(steps[nth + 1])), None)
    if place is None:
        return None
    gtin, rest = steps[place + 1], steps[place + 2 :]
    named = rest[::2]
    if len(rest) % 2 or [ai for ai in QUALIFIERS if ai in named] != named:
        return None
    values = [(ai, unquoted(value)) for ai, value in zip(named, rest[1::2], strict=True)]
    values += [(ai, unquoted(value)) for ai, value in pairs(link.query) if ai in BY_AI and ai not in KEYS]
    return _elements([("01", gtin.zfill(14)), *values], "")


def wholly(elements: Elements | None) -> bool:
    """Read to the end, all right, and of some goods: only so do mere digits count as elements."""
    return elements is not None and elements.ok and not elements.rest and elements.values[0][0] in KEYS


def net_weight(elements: Elements) -> Decimal | None:
    """Kilograms of AI 310n; None when none is told or it is wrong."""
    for ai, value in elements.values:
        element = _element(ai)
        if element.fact == "net_kg" and ai not in elements.wrong:
            return measure(element, value)
    return None


def measure(element: Element, value: str) -> Decimal:
    """The AI's last digit says how many of the six digits are decimals."""
    return Decimal(value).scaleb(-(element.decimals or 0))


def day_text(value: str, today: date | None = None) -> str:
    """YYMMDD as a date; day 00 names the month only. The century is the one near today, 20 when no day is told."""
    year, month, day = int(value[:2]), value[2:4], value[4:]
    year += 2000 if today is None else _century(year, today.year)
    return f"{year}-{month}" if day == "00" else f"{year}-{month}-{day}"


def _century(year: int, now: int) -> int:
    """GS1 General Specifications 7.12: 51 years or more ahead is the last century, 50 or more behind the next."""
    century, ahead = now - now % 100, year - now % 100
    if ahead > WINDOW:
        return century - 100
    return century + 100 if ahead < 1 - WINDOW else century


def _elements(values: list[tuple[str, str]], rest: str) -> Elements | None:
    if not values:
        return None
    first: dict[str, tuple[str, str]] = {}  # of one fact; two net weights contradict each other as well
    for ai, value in values:
        first.setdefault(_element(ai).fact, (ai, value))
    kept = tuple(first.values())
    wrong = {ai for ai, value in values if not _element(ai).right(value)}
    for ai, value in values:
        told = first[_element(ai).fact]
        wrong |= {ai, told[0]} if told != (ai, value) else set()
    return Elements(kept, tuple(sorted(wrong)), rest)


def _cut(element: Element, rest: str) -> tuple[str, str]:
    """The value and what comes after it; a value that may be shorter ends at a separator."""
    end = rest.find(SEPARATOR)
    if element.fixed and not 0 <= end < element.most:
        end = min(element.most, len(rest))
    elif end < 0:
        end = len(rest)
    return rest[:end], rest[end:].removeprefix(SEPARATOR)


def _before_unknown(element: Element, value: str) -> tuple[str, str]:
    """A value of fixed length ends there: what follows in brackets is an AI that we do not know."""
    known = value[: element.most].strip()
    rest = value[element.most :].strip()
    return (known, rest) if element.fixed and BRACKETED.match(rest) else (value, "")


def _begins(text: str) -> Element | None:
    return next((BY_AI[text[:size]] for size in (2, 3, 4) if text[:size] in BY_AI), None)


def _element(ai: str) -> Element:
    return BY_AI[ai]


def _gtin_like(step: str) -> bool:
    if not (step.isascii() and step.isdigit()):
        return False
    return len(step) in (13, 14) or identifiers.gtin_ok(step)


def _digits(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _text(value: str) -> bool:
    return TEXT.fullmatch(value) is not None


def _day(value: str) -> bool:
    """A real day, or 00 for a month. Leap days are those of this century: 2000 is one as well."""
    if not _digits(value):
        return False
    year, month, day = 2000 + int(value[:2]), int(value[2:4]), int(value[4:])
    return identifiers.real_day(year, month, day or 1) is not None


ELEMENTS = (
    Element("00", "sscc", 18, 18, identifiers.gs1_check_ok),
    Element("01", "gtin", 14, 14, identifiers.gs1_check_ok),
    Element("02", "content", 14, 14, identifiers.gs1_check_ok),
    Element("10", "lot", 1, 20, _text),
    Element("11", "produced", 6, 6, _day, dated=True),
    Element("12", "due", 6, 6, _day, dated=True),
    Element("13", "packed", 6, 6, _day, dated=True),
    Element("15", "best_before", 6, 6, _day, dated=True),
    Element("16", "sell_by", 6, 6, _day, dated=True),
    Element("17", "expires", 6, 6, _day, dated=True),
    Element("21", "serial", 1, 20, _text),
    Element("22", "variant", 1, 20, _text),
    Element("30", "pieces", 1, 8, _digits),
    Element("37", "count", 1, 8, _digits),
    Element("251", "source", 1, 30, _text),
    Element("254", "extension", 1, 20, _text),
    *(Element(f"310{places}", "net_kg", 6, 6, _digits, decimals=places) for places in range(6)),
    *(Element(f"330{places}", "gross_kg", 6, 6, _digits, decimals=places) for places in range(6)),
)
BY_AI = {element.ai: element for element in ELEMENTS}
