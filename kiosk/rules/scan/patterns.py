"""A county's pattern for codes of others: a closed part of regular expressions, matched without going back.

A match costs at most states x characters, whatever the pattern says, so none can hang a station. Whole texts only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

from kiosk.rules.errors import Unusable

PATTERN_MOST = 200  # characters
BUILT_MOST = 1500  # states, and steps to make them
TEXT_MOST = 300  # characters; a longer text does not match
REPEAT_MOST = 300

DIGITS = (("0", "9"),)
WORDS = (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z"))
SPACES = ((" ", " "), ("\t", "\r"))
NAMED = {"d": DIGITS, "w": WORDS, "s": SPACES}
SPECIAL = "\\[](){}*+?|^$"

Ranges = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class One:
    """One character of these ranges, or of none of them."""

    ranges: Ranges
    others: bool = False

    def fits(self, character: str) -> bool:
        return any(low <= character <= high for low, high in self.ranges) is not self.others


@dataclass(frozen=True, slots=True)
class Row:
    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    parts: tuple["Part", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    part: "Part"
    least: int
    most: int | None


Part = One | Row | Choice | Repeat


@dataclass(slots=True)
class State:
    """Takes one character, or (`one` None) goes to any of the next without taking any."""

    one: One | None
    next: list[int]


class Pattern:
    def __init__(self, text: str) -> None:
        """Raises Unusable("rules.pattern") with the place of what cannot be read."""
        self.text = text
        self._states: list[State] = []
        self._built = 0
        self._end = self._add(None, [])
        self._start = self._build(_Reader(text).whole(), self._end)

    def fits(self, text: str) -> bool:
        if len(text) > TEXT_MOST:
            return False
        here = self._reached([self._start])
        for character in text:
            here = self._reached(step for at in here for step in self._taken(at, character))
        return self._end in here

    def _taken(self, at: int, character: str) -> list[int]:
        state = self._states[at]
        return state.next if state.one is not None and state.one.fits(character) else []

    def _reached(self, from_: Iterable[int]) -> set[int]:
        reached: set[int] = set()
        left = list(from_)
        while left:
            at = left.pop()
            if at not in reached:
                reached.add(at)
                left += self._states[at].next if self._states[at].one is None else []
        return reached

    def _add(self, one: One | None, then: list[int]) -> int:
        self._states.append(State(one, then))
        return len(self._states) - 1

    def _build(self, part: Part, then: int) -> int:
        """The state from which `part` leads to `then`."""
        self._built += 1
        if self._built > BUILT_MOST:
            raise Unusable("rules.pattern_large", pattern=self.text, most=str(BUILT_MOST))
        match part:
            case One():
                return self._add(part, [then])
            case Row(parts):
                for one in reversed(parts):
                    then = self._build(one, then)
                return then
            case Choice(parts):
                return self._add(None, [self._build(one, then) for one in parts])
            case Repeat():
                return self._repeat(part, then)

    def _repeat(self, repeat: Repeat, then: int) -> int:
        if repeat.most is None:
            loop = self._add(None, [then])
            self._states[loop].next.append(self._build(repeat.part, loop))
            then = loop
        else:
            out = then
            for _ in range(repeat.most - repeat.least):
                then = self._add(None, [out, self._build(repeat.part, then)])
        for _ in range(repeat.least):
            then = self._build(repeat.part, then)
        return then


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def whole(self) -> Part:
        if len(self._text) > PATTERN_MOST:
            raise Unusable("rules.pattern_large", pattern=self._text[:PATTERN_MOST], most=str(PATTERN_MOST))
        self._skip("^")
        part = self._choice()
        self._skip("$")
        return part if self._at == len(self._text) else self._refuse()

    def _choice(self) -> Part:
        parts = [self._row()]
        while self._skip("|"):
            parts.append(self._row())
        return Choice(tuple(parts)) if len(parts) > 1 else parts[0]

    def _row(self) -> Part:
        parts: list[Part] = []
        while self._peek() not in ("", "|", ")", "$"):
            parts.append(self._repeated(self._single()))
        return Row(tuple(parts))

    def _single(self) -> Part:
        if self._skip("("):
            if self._skip("?") and not self._skip(":"):
                self._refuse()
            part = self._choice()
            return part if self._skip(")") else self._refuse()
        if self._skip("["):
            return self._class()
        if self._skip("\\"):
            return self._escaped()
        if self._skip("."):
            return One((("\n", "\n"),), others=True)
        return One(((self._peek(), self._plain()),))

    def _repeated(self, part: Part) -> Part:
        for sign, least, most in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self._skip(sign):
                return self._once(Repeat(part, least, most))
        if not self._skip("{"):
            return part
        least = self._number()
        most = (None if self._peek() == "}" else self._number()) if self._skip(",") else least
        if not self._skip("}") or (most is not None and most < least):
            self._refuse()
        return self._once(Repeat(part, least, most))

    def _once(self, repeat: Repeat) -> Part:
        return self._refuse() if self._peek() in ("*", "+", "?", "{") else repeat

    def _number(self) -> int:
        digits = ""
        while self._peek() in tuple("0123456789"):
            digits += self._take()
        return int(digits) if digits and int(digits) <= REPEAT_MOST else self._refuse()

    def _class(self) -> One:
        others = self._skip("^")
        ranges: Ranges = ()
        while not ranges or self._peek() != "]":
            ranges += self._range()
        self._take()
        return One(ranges, others)

    def _range(self) -> Ranges:
        low = self._member()
        following = self._text[self._at + 1 : self._at + 2]
        if len(low) > 1 or low[0][0] != low[0][1] or self._peek() != "-" or following in ("]", ""):
            return low
        self._take()
        high = self._member()
        if len(high) > 1 or high[0][0] != high[0][1] or high[0][0] < low[0][0]:
            self._refuse()
        return ((low[0][0], high[0][0]),)

    def _member(self) -> Ranges:
        if not self._skip("\\"):
            return ((self._peek(), self._take()),)
        escaped = self._escaped()
        return self._refuse() if escaped.others else escaped.ranges

    def _escaped(self) -> One:
        letter = self._take()
        if letter.lower() in NAMED:
            return One(NAMED[letter.lower()], others=letter.isupper())
        return One(((letter, letter),)) if not letter.isalnum() else self._refuse()

    def _plain(self) -> str:
        return self._refuse() if self._peek() in SPECIAL else self._take()

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self) -> str:
        self._at += 1
        return self._text[self._at - 1] if self._at <= len(self._text) else self._refuse()

    def _skip(self, sign: str) -> bool:
        found = self._peek() == sign
        self._at += found
        return found

    def _refuse(self) -> NoReturn:
        raise Unusable("rules.pattern", pattern=self._text, place=str(min(self._at + 1, len(self._text))))


def pattern(text: str) -> Pattern | None:
    """None for an empty or an unreadable pattern: nothing is recognised by it. Settings refuse the unreadable."""
    if not text:
        return None
    try:
        return Pattern(text)
    except Unusable:
        return None
