"""A reagent lot from the log: opened, thawed, out of the fridge, used up. Its life is its own: what is unclear stops.

A kit without a lot number gets a label of ours, and the label's tag is its lot. `used_up` ends one bottle: what is
opened after it is a new one of the same lot.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from kiosk.rules.messages import ReagentOpened
from kiosk.rules.quality_control.timing import BEIJING, day_of, minute
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import ReagentLife

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
EXPIRES = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")
WHOLE = ReagentLife("kit", {}, opened_days=None, low=None, high=None)  # of a method that names no life of its own
CURVE = ("k", "b", "low", "high", "wavelength")


@dataclass(frozen=True, slots=True)
class State:
    """What the log says of one lot: of the lot itself, and of the bottle that is in use.

    `unclear`: its times contradict each other, or it was entered in a word that we do not know.
    """

    lot: str
    method: str = ""
    expires: str = ""
    curve: dict[str, str] = field(default_factory=dict)
    opened: datetime | None = None
    thaws: int = 0
    out: timedelta = timedelta(0)  # of the fridge, over all the times that it was put back
    warm_since: datetime | None = None
    used_up: bool = False
    unclear: bool = False

    @property
    def uses(self) -> int | None:
        """How many tests the kit is for, when its code says so."""
        told = self.curve.get("uses", "")
        return int(told) if told.isascii() and told.isdigit() else None


@dataclass(frozen=True, slots=True)
class InUse:
    """One reagent as a run takes it. `state` None: the station has no entry of this lot. `used`: tests made with it."""

    life: ReagentLife
    lot: str
    state: State | None
    used: int = 0


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of it; None where nothing limits it. `until` is the first moment at which it is no longer good."""

    uses: int | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class LotLabel:
    """What our own label on a bottle carries. `tag` is made by the codes; it is the lot from now on."""

    tag: str
    reagent: str  # id of the ReagentLife
    names: dict[str, str]
    method: str
    opened: datetime
    good_until: datetime | None
    low: Decimal | None  # °C of its place
    high: Decimal | None
    by: str


def state_of(lot: str, events: Iterable[tuple[datetime, ReagentOpened]]) -> State | None:
    """Fold of the entries of one lot, oldest first, with their times; None when there is none."""
    state = None
    for at, event in events:
        if event.lot == lot:
            state = _after(state or State(lot), at, event)
    return state


def kit(lives: Sequence[ReagentLife], lot: str, state: State | None, used: int = 0) -> tuple[InUse, ...]:
    """Every reagent of a kit that has one lot."""
    return tuple(InUse(life, lot, state, used) for life in lives or (WHOLE,))


def reagent_rulings(one: InUse, method: str, at: datetime, *, curve: bool = False) -> tuple[Ruling, ...]:
    """Whether it may be used now for `method` (a pack's `rule`); `curve`: its lot has to carry a standard curve."""
    life, state = one.life, one.state
    if not one.lot:
        return (stop("reagent/lot_unknown", "reagent.lot_unknown", reagent=life.id),)
    if state is None:
        return (stop("reagent/unregistered", "reagent.unregistered", lot=one.lot),)
    found = (
        _for_method(state, method),
        _used_up(state, one.used),
        _expired(state, at),
        _unclear(life, state, at) or _opened(life, state, at),
        _thawed(life, state),
        _out(life, state, at),
        _curve(state) if curve else None,
    )
    return tuple(ruling for ruling in found if ruling is not None)


def left(one: InUse) -> Left:
    if one.state is None:
        return Left(None, None)
    uses = one.state.uses
    return Left(
        None if uses is None else max(uses - one.used, 0), _until(one.life, one.state.opened, one.state.expires)
    )


def told(one: InUse) -> tuple[Sentence, ...]:
    """What is left, as people are told it."""
    rest, sentences = left(one), []
    if rest.uses is not None:
        sentences.append(
            Sentence("reagent.left_uses", {"reagent": one.life.id, "lot": one.lot, "uses": str(rest.uses)})
        )
    if rest.until is not None:
        facts = {"reagent": one.life.id, "lot": one.lot, "until": minute(rest.until)}
        sentences.append(Sentence("reagent.left_until", facts))
    return tuple(sentences)


def lot_label(
    tag: str, life: ReagentLife, method: str, opened: datetime, *, expires: str = "", by: str = ""
) -> LotLabel:
    """The label of a bottle whose kit has no lot number, when it is opened or dissolved."""
    return LotLabel(tag, life.id, life.names, method, opened, _until(life, opened, expires), life.low, life.high, by)


def last_day(expires: str) -> date | None:
    """The last good day of `2026-11-30`, or of the month `2026-11`; None for any other text."""
    parts = EXPIRES.fullmatch(expires)
    if parts is None:
        return None
    try:
        day = date(int(parts[1]), int(parts[2]), int(parts[3] or 1))
        return day if parts[3] else (day + 31 * DAY).replace(day=1) - DAY
    except (ValueError, OverflowError):
        return None


def out_of_fridge(state: State, at: datetime) -> timedelta:
    """Altogether, the present time included."""
    return state.out if state.warm_since is None else state.out + (at - state.warm_since)


def _after(state: State, at: datetime, event: ReagentOpened) -> State:
    curve = event.curve or state.curve
    lot = replace(state, method=event.method or state.method, expires=event.expires or state.expires, curve=curve)
    match event.event:
        case "received":
            after = replace(lot, used_up=False)
        case "opened":
            after = replace(lot, opened=state.opened or at, used_up=False)
        case "thawed":
            after = replace(lot, thaws=state.thaws + 1)
        case "warm":
            after = replace(lot, warm_since=state.warm_since or at)
        case "cold":
            after = _cold(lot, at)
        case "used_up":
            after = State(lot.lot, lot.method, lot.expires, curve, used_up=True)
        case _:
            after = replace(lot, unclear=True)
    return after


def _cold(state: State, at: datetime) -> State:
    if state.warm_since is None:
        return state
    if at < state.warm_since:
        return replace(state, warm_since=None, unclear=True)
    return replace(state, warm_since=None, out=state.out + (at - state.warm_since))


def _until(life: ReagentLife, opened: datetime | None, expires: str) -> datetime | None:
    ends = []
    if opened is not None and life.opened_days is not None:
        ends.append(opened + life.opened_days * DAY)
    if (last := last_day(expires)) is not None and last < date.max:
        ends.append(datetime(last.year, last.month, last.day, tzinfo=BEIJING) + DAY)
    return min(ends, default=None)


def _for_method(state: State, method: str) -> Ruling | None:
    if not state.method or state.method == method:
        return None
    return stop("reagent/other_method", "reagent.other_method", lot=state.lot, belongs=state.method, method=method)


def _used_up(state: State, used: int) -> Ruling | None:
    if state.used_up:
        return stop("reagent/used_up", "reagent.used_up", lot=state.lot)
    if state.uses is not None and used >= state.uses:
        return stop("reagent/no_uses", "reagent.no_uses", lot=state.lot, limit=str(state.uses), used=str(used))
    return None


def _expired(state: State, at: datetime) -> Ruling | None:
    last = last_day(state.expires)
    if last is None:
        return warn("reagent/expiry_unknown", "reagent.expiry_unknown", lot=state.lot)
    today = day_of(at)
    if today <= last:
        return None
    return stop("reagent/expired", "reagent.expired", lot=state.lot, limit=str(last), today=str(today))


def _unclear(life: ReagentLife, state: State, at: datetime) -> Ruling | None:
    if (life.opened_days, life.out_minutes, life.thaws) == (None, None, None):
        return None
    to_come = any(when is not None and when > at for when in (state.opened, state.warm_since))
    if not state.unclear and not to_come:
        return None
    return stop("reagent/unclear", "reagent.unclear", reagent=life.id, lot=state.lot)


def _opened(life: ReagentLife, state: State, at: datetime) -> Ruling | None:
    if life.opened_days is None:
        return None
    if state.opened is None:
        return stop("reagent/not_opened", "reagent.not_opened", reagent=life.id, lot=state.lot)
    if at <= state.opened + life.opened_days * DAY:
        return None
    facts = {"reagent": life.id, "lot": state.lot, "opened": minute(state.opened), "days": str(life.opened_days)}
    return stop("reagent/opened_long", "reagent.opened_long", **facts)


def _thawed(life: ReagentLife, state: State) -> Ruling | None:
    if life.thaws is None or state.thaws <= life.thaws:
        return None
    facts = {"thaws": str(state.thaws), "limit": str(life.thaws)}
    return stop("reagent/thawed", "reagent.thawed", reagent=life.id, lot=state.lot, **facts)


def _out(life: ReagentLife, state: State, at: datetime) -> Ruling | None:
    if life.out_minutes is None:
        return None
    out = out_of_fridge(state, at)
    if out <= life.out_minutes * MINUTE:
        return None
    facts = {"minutes": str(-(-out // MINUTE)), "limit": str(life.out_minutes)}
    return stop("reagent/out_long", "reagent.out_long", reagent=life.id, lot=state.lot, **facts)


def _curve(state: State) -> Ruling | None:
    missing = ", ".join(name for name in CURVE if not state.curve.get(name))
    if not missing:
        return None
    return stop("reagent/no_curve", "reagent.no_curve", lot=state.lot, missing=missing)
