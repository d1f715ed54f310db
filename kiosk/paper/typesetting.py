"""Setting text: where lines may break, how far a text may shrink. Widths come from the fonts; nothing is drawn here."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from kiosk.paper.errors import PaperError
from kiosk.paper.fonts import Fonts, Type
from kiosk.paper.layout import Style

# Numbers and Latin words stay whole and may break after a hyphen; every other character may stand alone.
_PIECES = re.compile(r"[A-Za-z0-9.,:/+@_%*]+-?|.", re.DOTALL)
_NEVER_FIRST = frozenset("\u3001\uff0c\u3002\uff1b\uff1a\uff01\uff1f\uff09\u300b\u300d\u300f\u3011\u2019\u201d)]%")
_TAIL = re.compile("(.+[\u3001\uff0c\uff1b])([^\u3001\uff0c\uff1b A-Za-z0-9]{1,3})", re.DOTALL)
_NEVER_LAST = frozenset("\uff08\u300a\u300c\u300e\u3010\u2018\u201c([")


@dataclass(frozen=True, slots=True)
class Setting:
    """A text as it will stand: its lines, their type, and the distance from one line to the next, in dots."""

    lines: tuple[str, ...]
    kind: Type
    step: int

    @property
    def height(self) -> int:
        return self.step * len(self.lines)


def set_text(
    fonts: Fonts, field: str, text: str, style: Style, dots_per_mm: int, width: int, height: int | None = None
) -> Setting:
    """The largest setting that fits; PaperError("paper.overflow") names the field when not even the smallest does."""
    if not text.strip():
        raise PaperError("paper.empty", field=field)
    fonts.require(text, field)
    for most, size in _trials(style, dots_per_mm):
        kind = Type(size, style.bold)
        lines = balanced(text, width, partial(fonts.width, kind=kind), size)
        if lines is None or len(lines) > most:
            continue
        setting = Setting(lines, kind, round(size * style.leading))
        if height is None or setting.height <= height:
            return setting
    raise PaperError("paper.overflow", field=field, text=text)


def _trials(style: Style, dots_per_mm: int) -> Iterator[tuple[int, int]]:
    """In how many lines at most, at which size in dots."""
    largest, smallest = round(style.size * dots_per_mm), round(style.floor * dots_per_mm)
    if style.whole is not None:
        yield from ((1, size) for size in range(largest, round(style.whole * dots_per_mm) - 1, -1))
    yield from ((style.lines, size) for size in range(largest, smallest - 1, -1))


def balanced(text: str, width: int, measure: Callable[[str], int], step: int) -> tuple[str, ...] | None:
    """As few lines as `wrap` needs, but of like length, so that no name or word ends alone on the last one."""
    room, best = width, wrap(text, width, measure)
    while best is not None and len(best) > 1:
        width -= step
        narrower = wrap(text, width, measure)
        if narrower is None or len(narrower) > len(best):
            break
        best = narrower
    return best if best is None else _after_commas(best, room, measure)


def _after_commas(lines: tuple[str, ...], width: int, measure: Callable[[str], int]) -> tuple[str, ...]:
    """A few characters that follow a comma at the end of a line go to the next one, where there is room for them."""
    moved = list(lines)
    for number in range(len(moved) - 1):
        head, tail = _TAIL.fullmatch(moved[number]), moved[number + 1]
        if head is not None and measure(head[2] + tail) <= width:
            moved[number], moved[number + 1] = head[1], head[2] + tail
    return tuple(moved)


def wrap(text: str, width: int, measure: Callable[[str], int]) -> tuple[str, ...] | None:
    """Lines no wider than `width`, each as full as can be; None when a piece that must stay whole is wider."""
    lines = [""]
    for piece in _clusters(text):
        if measure(piece) > width:
            return None
        if measure((lines[-1] + piece).rstrip()) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    return tuple(line.strip() for line in lines)


def _clusters(text: str) -> list[str]:
    """Pieces that must not be torn apart, with the punctuation that clings to them."""
    clusters: list[str] = []
    for piece in _PIECES.findall(text):
        if clusters and (piece in _NEVER_FIRST or clusters[-1][-1] in _NEVER_LAST):
            clusters[-1] += piece
        else:
            clusters.append(piece)
    return clusters
