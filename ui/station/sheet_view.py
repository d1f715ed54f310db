"""A sheet in words: the open question, what may be tapped, the summary. Leaves are further pages of one question."""

import calendar
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk.rules.scan import tags
from kiosk.rules.sheets.sheet import Ask, Choice, Hides, Kind
from kiosk.screen import SheetShown
from ui.station.view import View

LEAVE = 99  # leaves: the question whether to leave
KEYS = 1  # a code is keyed in; a product is looked for by letters
MONTH = 500  # the month of today; months before and behind it beside it
MONTHS = 60
LONGEST_MONTH = 31  # days
TILES = 12  # choices on one leaf
PICTURES = 18  # products on one leaf, with their pictures
CHARACTERS, NAMES, PEOPLE = 10, 5, 3  # candidates in a row, with the way to more
LINES = 8  # of the summary on one leaf
BIG = 4  # so few choices stand big
LETTERS = "abcdefghijklmnopqrstuvwxyz"
CODE_KEYS = "1234567890QWERTYUIOPASDFGHJKLZXCVBNM"
DAYS = 4  # today and the days before it
DOTS = "••••"
TIME = slice(11, 19)  # of day, in ISO 8601
GOOD_KEYS = ("entrance.staff_here", "incoming.verified", "incoming.kept", "visit.voided")
GOOD = re.compile(r"sheet\.[a-z_]+\.done(_[a-z_]+)?")
DONE = {  # answers that are told by what was done
    Kind.PICTURE: "screen.sheet.pictures",
    Kind.SIGNATURE: "screen.sheet.signed",
    Kind.READ: "screen.sheet.was_read",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One button: what its tap sends, what stands on it."""

    value: str
    label: str
    about: str = ""
    chosen: bool = False
    off: bool = False  # stands there, and cannot be meant


@dataclass(frozen=True, slots=True)
class Options:
    shown: tuple[Option, ...]
    more: int | None = None  # the next leaf


def title(view: View) -> str:
    return view.say(f"sheet.{_sheet(view).sheet}")


def question(view: View) -> str:
    at = _sheet(view).at
    return view.say("screen.sheet.summary") if at is None else _question(view, at)


def help_of(view: View) -> str:
    sheet, at = _sheet(view), _sheet(view).at
    key = "" if at is None else f"sheet.{sheet.sheet}.{at.said}.help"
    return view.say(key) if view.words.knows(key) else ""


def texts(view: View) -> tuple[str, ...]:
    at = _sheet(view).at
    return () if at is None else tuple(view.tell(sentence) for sentence in at.text)


def left(view: View) -> int:
    """Seconds for which one still waits here; 0: for none."""
    at = None if view.screen.sheet is None else view.screen.sheet.at
    if at is None or not at.until:
        return 0
    return max(0, math.ceil((datetime.fromisoformat(at.until) - view.screen.now.at).total_seconds()))


def step(view: View) -> str:
    sheet = _sheet(view)
    count = len(sheet.asks) + 1
    return view.say("screen.sheet.step", nth=sheet.nth, of=count)


def kind(view: View) -> str:
    """Which template asks; the summary has one of its own."""
    at = _sheet(view).at
    if at is None:
        return "summary"
    if at.kind is Kind.NAME:
        return Kind.TEXT
    return at.kind


def is_good(view: View) -> bool:
    """What is told is that a sheet was done, or that staff help: nothing is wrong."""
    notice = view.screen.visit.notice
    return notice is not None and (GOOD.fullmatch(notice.key) is not None or notice.key in GOOD_KEYS)


# --- choices ---


def options(view: View) -> Options:
    """The choices of this leaf; one is marked where it was taken or stands there already."""
    sheet, at = _sheet(view), _at(view)
    taken = sheet.draft.taken if at.kind is Kind.SEVERAL else sheet.draft.all(at.id) or at.first
    every = [Option(one.value, _label(view, at, one), _about(view, one), one.value in taken) for one in at.choices]
    return _leafed(every, view.leaf, TILES)


def is_big(view: View) -> bool:
    return len(_at(view).choices) <= BIG


def kept(view: View) -> Option | None:
    """What stands there already, and may stay."""
    at = _at(view)
    if not at.first or at.choices:
        return None
    return Option(" ".join(at.first), _told(view, at, at.first))


# --- letters ---


def found(view: View) -> Options:
    """What the letters lead to; one row of it. Behind the last leaf the finder's own next ones come."""
    at = _at(view)
    slots = {Kind.TEXT: CHARACTERS, Kind.NAME: CHARACTERS, Kind.SUBJECT: PEOPLE}.get(at.kind, NAMES)
    every = [
        Option(one.value, view.named(dict(one.names), one.text or one.value), one.about) for one in _sheet(view).found
    ]
    return _leafed(every, view.leaf, slots)


def written(view: View) -> str:
    """What was taken so far."""
    return "".join(_sheet(view).draft.taken)


def typed(view: View) -> str:
    return _sheet(view).draft.letters.rstrip("+")


def figures(view: View) -> tuple[str, ...]:
    """Digits and marks where no letter has been typed yet and nothing is offered."""
    at = _at(view)
    if at.kind is not Kind.TEXT or typed(view) or _sheet(view).found:
        return ()
    return tuple("1234567890")


def products(view: View) -> Options:
    """Every product that answers, with its picture, where no letter was typed."""
    answers = {one.value for one in _at(view).choices}
    fitting = [one for one in view.screen.products if not answers or one.id in answers]
    names = [(one.id, one.names.get(view.words.language, one.id)) for one in fitting]
    every = [Option(id_, name, name[:1]) for id_, name in names]
    return _leafed(every, view.leaf, PICTURES - 1)


def units(view: View) -> tuple[tuple[str, str], ...]:
    return tuple((unit, _unit(view, unit)) for unit in _at(view).units)


def hides(view: View) -> bool:
    """What is typed is shown as dots."""
    return _at(view).hides is Hides.HASH


def agreed(view: View) -> str:
    """What the button below a text says: of this question, or that it was read."""
    sheet, at = _sheet(view), _at(view)
    own = f"sheet.{sheet.sheet}.{at.id}.yes"
    return view.say(own if view.words.knows(own) else "screen.sheet.read")


def by_letters(view: View) -> bool:
    """The keyboard stands there instead of the pictures."""
    return view.leaf == LEAVE - 1 or bool(_sheet(view).draft.letters)


# --- days ---


def days(view: View) -> tuple[Option, ...]:
    today = view.screen.now.at.date()
    near = [today - timedelta(days=back) for back in range(DAYS)]
    names = [view.say(f"screen.sheet.back.{back}") for back in range(DAYS)]
    return tuple(
        Option(day.isoformat(), name, view.say("screen.sheet.day", month=day.month, day=day.day))
        for day, name in zip(near, names, strict=True)
    )


def in_month(view: View) -> bool:
    return abs(view.leaf - MONTH) <= MONTHS


def month(view: View) -> tuple[str, tuple[Option, ...]]:
    """The month of this leaf: its name, its days; those that are too late for the question are off."""
    first = _month_of(view)
    last = calendar.monthrange(first.year, first.month)[1]
    every = [(first.replace(day=day).isoformat(), str(day)) for day in range(1, last + 1)]
    days = tuple(Option(value, label, off=_too_late(view, value)) for value, label in every)
    return view.say("screen.sheet.month", year=first.year, month=first.month), days


def goes_on(view: View) -> bool:
    """A later month has days that answer."""
    month = _month_of(view)
    return not _too_late(view, (month + timedelta(days=LONGEST_MONTH)).replace(day=1).isoformat())


def _too_late(view: View, day: str) -> bool:
    latest = _at(view).latest
    return bool(latest) and day > latest


def _month_of(view: View) -> date:
    today = view.screen.now.at.date()
    months = today.year * 12 + today.month - 1 + view.leaf - MONTH
    return date(months // 12, months % 12 + 1, 1)


# --- summary ---


def leaf_of_answers(view: View) -> Options:
    """Every question with its answer; `value` is the question that a tap goes back to."""
    sheet = _sheet(view)
    every = [Option(ask.id, _told(view, ask, sheet.draft.all(ask.id)), _question(view, ask)) for ask in sheet.asks]
    return _leafed(every, view.leaf, LINES)


def badge(view: View) -> str:
    """Whose badge was shown, before his PIN."""
    sheet = _sheet(view)
    return next((sheet.names.get(one, one) for one in sheet.draft.taken), "")


# --- within ---


def _sheet(view: View) -> SheetShown:
    shown = view.screen.sheet
    if shown is None:
        raise ValueError("no sheet is open")
    return shown


def _at(view: View) -> Ask:
    at = _sheet(view).at
    if at is None:
        raise ValueError("no question is open")
    return at


def _question(view: View, ask: Ask) -> str:
    if ask.names:
        return dict(ask.names).get(view.words.language, ask.names[0][1])
    key = f"sheet.{_sheet(view).sheet}.{ask.said}"
    return view.say(key if view.words.knows(key) else f"ask.{ask.said}")


def _label(view: View, ask: Ask, choice: Choice) -> str:
    if choice.names:
        return view.named(dict(choice.names), choice.text or choice.value)
    if choice.text:
        return choice.text
    own = f"sheet.{_sheet(view).sheet}.{ask.id}.{choice.value}"
    return view.say(own if view.words.knows(own) else f"choice.{choice.value}")


def _about(view: View, choice: Choice) -> str:
    return choice.about if choice.told is None else view.tell(choice.told)


def _told(view: View, ask: Ask, values: Sequence[str]) -> str:
    """An answer as it is read back."""
    if not values:
        return view.say("screen.sheet.passed")
    if ask.hides is Hides.HASH or ask.stamp:
        return values[0].rpartition(" ")[2][TIME] if ask.stamp else DOTS
    key = "screen.sheet.sealed" if ask.hides is Hides.SEAL else DONE.get(ask.kind)
    if key is not None:
        return view.say(key, count=len(values))
    if ask.kind is Kind.DAY:
        day = date.fromisoformat(values[0])
        return view.say("screen.sheet.whole_day", year=day.year, month=day.month, day=day.day)
    if ask.units and len(values) > 1:
        return f"{values[0]} {_unit(view, values[1])}"
    return view.say("screen.list_and").join(_name(view, ask, value) for value in values)


def _name(view: View, ask: Ask, value: str) -> str:
    choice = next((one for one in ask.choices if one.value == value), None)
    if choice is not None:
        return _label(view, ask, choice)
    if ask.kind is Kind.PRODUCT:
        product = next((one for one in view.screen.products if one.id == value), None)
        return value if product is None else product.names.get(view.words.language, value)
    if ask.kind is Kind.SCAN and (number := tags.parse_tag(value)) is not None:
        return tags.shown_tag(number)
    return _sheet(view).names.get(value, value)


def _unit(view: View, unit: str) -> str:
    key = f"unit.{unit}"
    return view.say(key) if view.words.knows(key) else unit


def _leafed(every: Sequence[Option], leaf: int, slots: int) -> Options:
    """All where they fit; else as many as leave a slot for the way to the next leaf."""
    if len(every) <= slots:
        return Options(tuple(every))
    here = slots - 1
    leaves = -(-len(every) // here)
    begin = leaf % leaves * here
    return Options(tuple(every[begin : begin + here]), (leaf + 1) % leaves)
