"""What is said at a screen: names of prompts in the order in which they are spoken. Text of the screen is elsewhere."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.visits.turn import Stage, Turn
from kiosk.screen import Screen
from kiosk.voice.numbers import number
from kiosk.voice.prompts import SAID, promise_key, question_key
from ui.station import tones
from ui.station.view import View

NAME = "name"  # the piece that no pack holds: who stands there
OTHER_UNIT = "visit.other_unit"  # said in words of its own
UNUSUAL = "visit.unusual"  # a question of its own: it is heard with the amount that it asks about
SILENT = (Stage.DESK, Stage.TOOL, Stage.FILLING)  # of staff; a sheet is said by its question


@dataclass(frozen=True, slots=True)
class Spoken:
    """`id` is another one for everything that is to be said anew."""

    id: str
    pieces: tuple[str, ...]


def nothing_instead(own: str, general: str) -> bool:
    return False


def speech(view: View, *, names: bool = False, instead: Callable[[str, str], bool] = nothing_instead) -> Spoken:
    """`names`: the county wants the name of whoever comes to be spoken. `instead`: is a piece of its own there, in the
    voice that would say the general one?
    """
    screen = view.screen
    pieces = tuple(piece for piece in _said(view, names, instead) if piece)
    told = "" if screen.visit.notice is None else " ".join(screen.visit.notice.facts.values())
    where = f"{told} {screen.visit.id} {screen.place} {screen.visit.stage} {view.words.language} {' '.join(pieces)}"
    return Spoken(hashlib.sha256(where.encode()).hexdigest()[:16] if pieces else "", pieces)


def _said(view: View, names: bool, instead: Callable[[str, str], bool]) -> Iterator[str]:
    screen, stage = view.screen, view.stage
    if screen.halted is not None:
        yield "turn.halted"
    elif screen.checked is not None:
        yield f"turn.checked_{screen.checked.verdict}"
    elif stage is Stage.FILLING:
        yield from (*_notice(view), _question(screen, instead))
    elif stage not in SILENT:
        yield from (*tones.of(view), *_notice(view), *_stage(view, names))


def _stage(view: View, names: bool) -> Iterator[str]:
    visit = view.screen.visit
    match view.stage:
        case Stage.PRODUCT:
            yield from ("turn.hello", NAME) if names and view.who else ()
            yield "turn.product" if visit.last is None else "turn.product_again"
        case Stage.QUANTITY:
            yield from _quantity(view)
        case Stage.DRUGS:
            yield from _drugs(view)
        case Stage.PROMISE:
            yield from ("turn.promise", *map(promise_key, view.promise), "turn.agree")
        case Stage.LOADING:
            yield _bench(view)
        case Stage.TESTING:
            yield _step(view)
        case Stage.RESULT:
            yield _result(view)
        case Stage.BASKET:
            yield from _basket(view)
        case Stage.DONE | Stage.STOPPED:
            yield from _ended(view)
        case stage:
            yield _known(view, f"turn.{stage}")


def _basket(view: View) -> Iterator[str]:
    """The last paper and how many there are; where it was refused, why has been said."""
    papers, shown = view.screen.visit.basket, view.screen.basket
    if tones.refused(view):
        return
    if papers:
        yield "turn.kept_verified" if papers[-1].verified else "turn.kept_other"
        yield from (*numbered(Decimal(len(papers)), view.words.language), "number.papers")
        return
    yield from ("turn.carried",) if shown is not None and shown.carried else ()
    yield "turn.basket"


def _quantity(view: View) -> Iterator[str]:
    """Once an amount stands there, it is read back."""
    visit = view.screen.visit
    if visit.quantity is None:
        yield "turn.quantity"
        return
    if visit.notice is not None and visit.notice.key == OTHER_UNIT:
        return
    much = visit.notice is not None and visit.notice.key == UNUSUAL
    yield from (*amount(visit.quantity, view.words.language), "turn.much" if much else "turn.right")


def _ended(view: View) -> Iterator[str]:
    """How it ended, then the question how it was, where the faces stand."""
    visit, stopped = view.screen.visit, view.stage is Stage.STOPPED
    if visit.rated:
        yield "turn.rated"
        return
    yield "turn.stopped" if stopped else "turn.done" if visit.number else "turn.no_paper"
    yield "turn.rate" if stopped or visit.number else ""


def _drugs(view: View) -> Iterator[str]:
    visit, question = view.screen.visit, view.screen.question
    if question is not None:
        yield f"turn.{question.what}"
    elif visit.used:
        yield "turn.drugs_which"
    elif visit.again and visit.quantity is not None:
        yield from (f"product.{visit.product}", *amount(visit.quantity, view.words.language), "turn.drugs_again")
    else:
        yield "turn.drugs_again" if visit.last is not None else "turn.drugs"


def _bench(view: View) -> str:
    """What comes first; after that each tube is answered by what is told of it."""
    visit, loading = view.screen.visit, view.screen.loading
    if loading is None or not loading.analyzer:
        return "turn.loading_analyzer"
    return "" if visit.loaded or visit.notice is not None else "turn.loading"


def _step(view: View) -> str:
    """What the person does now at the instrument, or what it does."""
    screen = view.screen
    if screen.queue:
        return "turn.in_line"
    if screen.step is None and screen.visit.turn is Turn.STAFF:
        return "turn.running"
    if screen.step is None:
        return "turn.testing" if screen.led or screen.run_ready else "step.base"
    return _known(view, f"step.{screen.step.word or 'reacting'}") or "turn.look"


def _question(screen: Screen, instead: Callable[[str, str], bool]) -> str:
    """In its own words where somebody recorded them, else how it is answered."""
    sheet = screen.sheet
    if sheet is None or sheet.at is None:
        return "filling.summary"
    own, general = question_key(sheet.sheet, sheet.at.id), f"filling.{sheet.at.kind}"
    return own if instead(own, general) else general


def _notice(view: View) -> tuple[str, ...]:
    """Its own prompt where it has one; the eye is asked to help where not."""
    notice = view.screen.visit.notice
    if notice is None or view.stage is Stage.RESULT or notice.key == UNUSUAL or tones.is_good(notice.key):
        return ()
    known = _known(view, f"notice.{notice.key.replace('.', '_')}")
    return (known or ("" if view.stage is Stage.STOPPED else "turn.look"),)


def _result(view: View) -> str:
    """Of an inspector's samples: how many are positive is not for the whole hall."""
    if view.screen.visit.turn is Turn.STAFF:
        return "turn.results"
    return "turn.negative" if view.negative else "turn.invalid"


def _known(view: View, key: str) -> str:
    return key if view.words.knows(f"{SAID}{key}") else ""


def amount(quantity: Quantity, language: str) -> tuple[str, ...]:
    """三百二十千克; of boxes that were weighed, how many there are."""
    return (*numbered(quantity.amount, language), _unit(quantity.unit))


def numbered(told: Decimal, language: str) -> tuple[str, ...]:
    return tuple(f"number.{piece}" for piece in number(told, language))


def _unit(unit: Unit) -> str:
    return f"unit.{unit}"
