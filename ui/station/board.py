"""The public board (公示屏) in words: leaves of results, a notice of the county in between; they turn by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.rules.messages import NoticePut
from kiosk.screen import BoardLine
from ui.station.view import View

ROWS = 8
TURNS = 12  # seconds that a leaf stands


@dataclass(frozen=True, slots=True)
class Row:
    at: str
    product: str
    item: str
    outcome: str
    word: str
    method: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """Either results or one notice; `nth` of `of`."""

    rows: tuple[Row, ...]
    notice: NoticePut | None
    nth: int
    of: int


def leaf(view: View) -> Leaf:
    """The one that stands at this moment. There is always one: without results and notices it is empty."""
    lines = view.screen.board or ()
    shown: list[Sequence[BoardLine] | NoticePut] = [
        lines[begin : begin + ROWS] for begin in range(0, max(1, len(lines)), ROWS)
    ]
    for place, notice in enumerate(view.screen.house.notices, 1):
        shown.insert(min(2 * place - 1, len(shown)), notice)
    nth = int(view.screen.now.at.timestamp()) // TURNS % len(shown)
    now = shown[nth]
    if isinstance(now, NoticePut):
        return Leaf((), now, nth + 1, len(shown))
    return Leaf(tuple(_row(view, line) for line in now), None, nth + 1, len(shown))


def day(view: View) -> str:
    at = view.screen.now.at
    return view.say("board.day", year=at.year, month=at.month, day=at.day)


def clock(view: View) -> str:
    return f"{view.screen.now.at:%H:%M}"


def _row(view: View, line: BoardLine) -> Row:
    product = next((one for one in view.screen.products if one.id == line.product), None)
    name = line.product if product is None else product.names.get(view.words.language, product.id)
    word = view.say(f"outcome.{line.outcome}")
    return Row(line.at, name, _item(view, line), line.outcome, word, line.method, line.confirmed)


def _item(view: View, line: BoardLine) -> str:
    """Named by the test, else by the method's pack; a method that sees whole classes is said by them."""
    known = None if view.method is None else view.method.item(line.item)
    if known is not None:
        return known.names.get(view.words.language, line.item)
    if line.item or view.method is None:
        return line.item
    drugs = (view.say(f"verdict.drug.{drug}") for drug in view.method.scope)
    return view.say("screen.list_and").join(drugs)
