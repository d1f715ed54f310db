"""A subject's own papers in words: the list, one batch, the numbers of its papers, what a buyer took in, the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.own_shown import Batch, Begun, OwnShown, PaperIn
from kiosk.rules.goods.quantity import plain, told
from kiosk.rules.scan import numbers
from kiosk.rules.visits.turn import IN, Turn
from ui.station.basket import amount, name_of, state
from ui.station.view import View

ROWS = 8  # on one leaf, with the way to more
NUMBERS = 27  # papers of a batch on one leaf
PICK = 1  # leaves of a batch: the first is about the paper that stands open, the others let one choose


@dataclass(frozen=True, slots=True)
class Row:
    """One tap: `action` with `value`. `sign` is an icon, `off` for what is only to be read."""

    action: str
    value: str
    name: str
    about: str
    sign: str = "paper"
    void: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    shown: tuple[Row, ...]
    more: int | None = None


@dataclass(frozen=True, slots=True)
class Number:
    """第 `nth` 张 of a batch."""

    number: str
    nth: int
    void: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Numbers:
    shown: tuple[Number, ...]
    more: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    amount: str


def rows(view: View) -> Rows:
    """What is not wholly printed first, then his batches, the newest first; or what he took in."""
    own = own_of(view)
    if own.archive is not None:
        return _leafed([_taken_in(view, one) for one in own.archive], view.leaf)
    begun = [_begun(view, one) for one in own.begun]
    buyer = view.screen.visit.turn is Turn.BUYER
    archive = [Row("own", IN, view.say("screen.mine.archive"), view.say("screen.mine.archive_about"))] if buyer else []
    farming = [] if buyer else [_farming(view)]
    return _leafed([*archive, *farming, *begun, *(_row(view, one) for one in own.batches)], view.leaf)


def own_of(view: View) -> OwnShown:
    return view.screen.own or OwnShown()


def batch(view: View) -> Batch | None:
    return own_of(view).batch


def goods(view: View) -> str:
    """Product and quantity of the batch that stands open."""
    shown = batch(view)
    return "" if shown is None else _goods(view, shown)


def on(view: View) -> str:
    shown = batch(view)
    return "" if shown is None else day(view, shown.date)


def day(view: View, text: str) -> str:
    """An ISO date as people say it; another text as it was told."""
    year, _, rest = text.partition("-")
    month, _, of = rest.partition("-")
    if not (year.isdigit() and month.isdigit() and of.isdigit()):
        return text
    return view.say("screen.mine.day", year=year, month=int(month), day=int(of))


def which(view: View) -> str:
    """Which paper of several stands open; empty where the batch is one paper."""
    shown = batch(view)
    if shown is None or len(shown.papers) < 2:
        return ""
    nth = next((one.nth for one in shown.papers if one.number == view.screen.visit.number), 0)
    return view.say("paper.count", nth=nth, of=len(shown.papers)) if nth else ""


def is_void(view: View) -> bool:
    shown = batch(view)
    return shown is not None and any(one.void and one.number == view.screen.visit.number for one in shown.papers)


def picks(view: View, leaf: int) -> Numbers:
    """The papers of the batch by their place in it; those that are to be void, or the open one, are marked."""
    shown, visit = batch(view), view.screen.visit
    every = () if shown is None else shown.papers
    chosen = visit.picked if visit.picking is not None else (visit.number,)
    leaves = -(-len(every) // NUMBERS) or 1
    begin = leaf % leaves * NUMBERS
    some = tuple(Number(one.number, one.nth, one.void, one.number in chosen) for one in every[begin : begin + NUMBERS])
    return Numbers(some, None if leaves == 1 else (leaf + 1) % leaves)


def wrong_ones(view: View) -> str:
    """Which papers of a batch are to be void, in words; empty where there is only one."""
    shown, visit = batch(view), view.screen.visit
    if shown is None or len(shown.papers) < 2:
        return ""
    if len(visit.picked) > 1:
        return view.say("screen.mine.wrong_many", count=len(visit.picked))
    number = visit.picked[0] if visit.picked else visit.number
    nth = next((one.nth for one in shown.papers if one.number == number), 0)
    return view.say("screen.mine.wrong_one", nth=nth, of=len(shown.papers))


def ledger(view: View) -> tuple[Figure, ...]:
    """这批共 / 已开 / 还剩."""
    shown = own_of(view).ledger
    if shown is None:
        return ()
    told_ = (("declared", shown.declared), ("issued", shown.issued), ("left", shown.left))
    return tuple(Figure(view.say(f"screen.mine.ledger.{name}"), amount(view, much, shown.unit)) for name, much in told_)


def pieces_title(view: View) -> str:
    """What comes out of the printer piece by piece."""
    shown = view.screen.pieces
    return "" if shown is None else view.say("papers.label" if shown.labels else "papers.voucher")


# --- within ---


def _row(view: View, shown: Batch) -> Row:
    count = view.say("screen.mine.papers", count=len(shown.papers)) if len(shown.papers) > 1 else ""
    all_void = shown.void == len(shown.papers)
    void = view.say("screen.mine.void") if all_void else ""
    some = view.say("screen.mine.some_void", count=shown.void) if shown.void and not all_void else ""
    about = " · ".join(filter(None, (day(view, shown.date), void, some, count)))
    return Row("own", shown.visit, _goods(view, shown), about, "no" if all_void else "paper", all_void)


def _farming(view: View) -> Row:
    return Row("sheet", "farming", view.say("desk.farming"), view.say("screen.mine.farming"), "hand")


def _begun(view: View, begun: Begun) -> Row:
    kind = view.say("papers.label" if begun.labels else "papers.voucher")
    about = view.say("screen.mine.begun", done=begun.done, of=begun.of)
    return Row("pieces", begun.number, f"{kind} {name_of(view, begun.product)}", about, "print")


def _taken_in(view: View, paper: PaperIn) -> Row:
    """What became of it: used up, or so much is left."""
    name = f"{name_of(view, paper.product)} {amount(view, paper.quantity, paper.unit)}"
    left = paper.left
    fate = "" if left is None else view.say("screen.mine.used") if not left else ""
    still = view.say("screen.mine.still", left=amount(view, left, paper.unit)) if left else ""
    about = " · ".join(filter(None, (day(view, paper.taken_on), paper.issuer, state(view, paper), fate, still)))
    return Row("", str(paper.seq), name, about, "yes" if paper.verified else "camera")


def _goods(view: View, shown: Batch) -> str:
    much = "" if shown.amount is None else view.tell(told(shown.amount))
    return " ".join(filter(None, (name_of(view, shown.product), much)))


def _leafed(rows: Sequence[Row], leaf: int) -> Rows:
    if len(rows) <= ROWS:
        return Rows(tuple(rows))
    here = ROWS - 1
    leaves = -(-len(rows) // here)
    begin = leaf % leaves * here
    return Rows(tuple(rows[begin : begin + here]), (leaf + 1) % leaves)


def number(view: View) -> str:
    told_ = view.screen.visit.number
    return numbers.shown(told_) if told_ else ""


def left(view: View) -> str:
    shown = own_of(view).ledger
    return "" if shown is None else plain(shown.left)
