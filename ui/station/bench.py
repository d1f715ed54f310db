"""The inspector's bench in words and places: what stands in which hole, what comes next, how the run goes on.

A leaf of its page is a number: the bench itself, one half of a big rack, more samples, or what one hole, the reagent,
the rulings and the clocks are asked on. The page decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.rules.ruling import Ruling
from kiosk.rules.testing.methods import MethodPack
from kiosk.screen import ChannelShown, LoadingShown, RunShown, SampleShown, TesterShown, TimerShown
from ui.station.leaves import Tile, Tiles, leaf_of
from ui.station.view import View

ANALYZERS, REAGENTS, RULINGS, CLOCKS = 100, 101, 102, 103
HOLE = 200  # + its channel: what stands there
HOLES = 200  # of them there are leaves
RULED = 110  # + which leaf of the rulings
RULED_LEAVES = 10
HALVES, SAMPLES = 1, 20  # + which half of the rack; + which leaf of the samples
ROW = 10  # holes side by side, at most: a finger takes 18 mm
ROWS = 2
WAITING = 5  # samples on one leaf of the bench
RULING_LINES = 4  # of up to two lines, on one leaf
TAIL = 4  # characters of a sample's code that tell it from its neighbours


@dataclass(frozen=True, slots=True)
class Hole:
    channel: int
    use: str  # control | positive | sample | empty
    words: str
    tile: Tile | None  # picture of the product
    picked: bool
    leaf: int


@dataclass(frozen=True, slots=True)
class Rack:
    """The holes of this leaf; `columns` of them stand side by side."""

    holes: tuple[Hole, ...]
    columns: int
    other: tuple[str, int] | None = None  # which channels come next, and their leaf


# --- which page ---------------------------------------------------------------------------------------------------


def page(view: View) -> str:
    """bench | analyzers | reagents | rulings | clocks | hole"""
    leaf = view.leaf
    if not loading(view).analyzer or leaf == ANALYZERS:
        return "analyzers"
    if HOLE <= leaf < HOLE + HOLES:
        return "hole"
    if RULED <= leaf < RULED + RULED_LEAVES:
        return "rulings"
    return {REAGENTS: "reagents", RULINGS: "rulings", CLOCKS: "clocks"}.get(leaf, "bench")


def loading(view: View) -> LoadingShown:
    shown = view.screen.loading
    return LoadingShown("", (), (), ()) if shown is None else shown


def tester(view: View) -> TesterShown | None:
    shown = loading(view)
    return next((one for one in shown.testers if one.name == shown.analyzer), None)


def method(view: View) -> MethodPack | None:
    """Of the chosen analyzer, where it is the one that the page can name."""
    chosen, known = tester(view), view.method
    return known if known is not None and (chosen is None or chosen.method in ("", known.id)) else None


def method_name(view: View) -> str:
    known, chosen = method(view), tester(view)
    return view.named(known.names, known.rule) if known is not None else "" if chosen is None else chosen.method


def tester_state(view: View, one: TesterShown) -> str:
    key = "busy" if one.busy else "ready" if one.ready else "absent"
    return view.say(f"bench.tester.{key}")


# --- the rack -----------------------------------------------------------------------------------------------------


def rack(view: View) -> Rack:
    """A big one is shown by halves, so that every hole takes a finger; the first is where the hand goes next."""
    channels = loading(view).channels
    parts = _parts(channels)
    here = _here(view, parts)
    columns = -(-len(parts[here]) // (1 if len(parts[here]) <= ROW - 4 else ROWS)) if parts[here] else 1
    return Rack(tuple(_hole(view, one) for one in parts[here]), columns, _other(parts, (here + 1) % len(parts)))


def _other(parts: list[Sequence[ChannelShown]], nth: int) -> tuple[str, int] | None:
    """What the next leaf shows, and its number; None where there is only this one, which may have no holes at all."""
    if len(parts) < 2:
        return None
    return f"{parts[nth][0].channel}-{parts[nth][-1].channel}", HALVES + nth


def hole(view: View) -> Hole | None:
    """The one that is asked about."""
    wanted = view.leaf - HOLE
    return next((_hole(view, one) for one in loading(view).channels if one.channel == wanted), None)


def _parts(channels: Sequence[ChannelShown]) -> list[Sequence[ChannelShown]]:
    """As many leaves as are needed, each as large as the others."""
    leaves = -(-len(channels) // (ROW * ROWS)) or 1
    each = -(-len(channels) // leaves)
    return [channels[at : at + each] for at in range(0, len(channels), each or 1)] or [()]


def _here(view: View, parts: list[Sequence[ChannelShown]]) -> int:
    if HALVES <= view.leaf < SAMPLES:
        return (view.leaf - HALVES) % len(parts)
    picked = loading(view).picked
    wanted = [nth for nth, part in enumerate(parts) if any(picked and one.sample == picked for one in part)]
    free = [nth for nth, part in enumerate(parts) if any(one.use == "empty" for one in part)]
    return next(iter((*wanted, *free)), 0)


def _hole(view: View, one: ChannelShown) -> Hole:
    sampled = one.use == "sample"
    words = tail(one.sample) if sampled else view.say(f"bench.use.{one.use}")
    picked = sampled and one.sample == loading(view).picked
    return Hole(one.channel, one.use, words, tile(view, one.product) if sampled else None, picked, HOLE + one.channel)


# --- samples ------------------------------------------------------------------------------------------------------


def waiting(view: View) -> tuple[tuple[SampleShown, ...], int | None]:
    """Those that stand in no hole, of this leaf; and the leaf of the next ones."""
    every = [one for one in loading(view).samples if not _stands(view, one)]
    here = view.leaf - SAMPLES if SAMPLES <= view.leaf < ANALYZERS else 0
    slots = WAITING - bool(page(view) == "bench" and rack(view).other)
    shown: Tiles = leaf_of([Tile(one.code, "", "") for one in every], here, slots)
    kept = {one.product for one in shown.shown}
    following = None if shown.more is None else SAMPLES + shown.more
    return tuple(one for one in every if one.code in kept), following


def bound(view: View) -> tuple[SampleShown, ...]:
    return tuple(one for one in loading(view).samples if _stands(view, one))


def at_hole(view: View) -> SampleShown | None:
    """The sample that stands in the hole that is asked about."""
    wanted = view.leaf - HOLE
    return next((one for one in loading(view).samples if one.channel == wanted), None)


def next_free(view: View) -> str:
    """Where a sample that is tapped goes: the first empty hole; `-` where the instrument has none; else nothing."""
    shown = loading(view)
    if not shown.channels:
        return "-"
    return next((str(one.channel) for one in shown.channels if one.use == "empty"), "")


def tail(code: str) -> str:
    return f"…{code[-TAIL:]}" if len(code) > TAIL + 2 else code


def tile(view: View, product: str) -> Tile:
    known = next((one for one in view.screen.products if one.id == product), None)
    name = product if known is None else view.named(known.names, product)
    return Tile(product, name, name[:1])


def _stands(view: View, one: SampleShown) -> bool:
    """A sample that was let in by its tube alone stands in an instrument without holes."""
    here = {place.sample.sample_code for place in view.screen.visit.loaded}
    return one.channel is not None or (not loading(view).channels and one.code in here)


# --- what is said before a run ------------------------------------------------------------------------------------


def clock(view: View) -> TimerShown | None:
    """The step that is timed now, or else the one that comes next, or else the last one."""
    timers = loading(view).timers
    running = [one for one in timers if one.phase not in ("", "done")]
    return next(iter((*running, *(one for one in timers if not one.phase), *timers[-1:])), None)


def clock_words(view: View, timer: TimerShown) -> str:
    key = timer.phase or "not_begun"
    most = "" if timer.most is None else view.say("bench.clock.most", minutes=_minutes(timer.most))
    return view.say(f"bench.clock.{key}", minutes=_minutes(timer.least), most=most)


def clock_short(view: View, timer: TimerShown) -> str:
    """How the step stands, or which of them it is."""
    if timer.phase:
        return view.say(f"bench.clock.{timer.phase}_short")
    timers = loading(view).timers
    return view.say("screen.sheet.step", nth=timers.index(timer) + 1, of=len(timers))


def rulings(view: View) -> tuple[Sequence[Ruling], int | None]:
    """Those of this leaf, what stops the run first; and the next leaf."""
    every = loading(view).rulings
    leaves = -(-len(every) // RULING_LINES) or 1
    here = (view.leaf - RULED) % leaves if view.leaf >= RULED else 0
    some = every[here * RULING_LINES : (here + 1) * RULING_LINES]
    return some, None if leaves == 1 else RULED + (here + 1) % leaves


def stopped(view: View) -> bool:
    return any(one.stops for one in loading(view).rulings)


def _minutes(seconds: int) -> str:
    return str(seconds // 60) if seconds % 60 == 0 else f"{seconds / 60:.1f}"


# --- while it runs ------------------------------------------------------------------------------------------------


def run(view: View) -> RunShown | None:
    """That of whoever stands there."""
    return next((one for one in view.screen.runs if one.visit == view.screen.visit.id), None)


def path(curve: Sequence[object], low: float, high: float) -> str:
    """Of an SVG of 100 x 40: the points of a curve from left to right, between the lowest and the highest of all."""
    values = [float(str(one)) for one in curve]
    spread, step = (high - low) or 1.0, 100 / max(len(values) - 1, 1)
    points = (f"{nth * step:.1f} {38 - 36 * (value - low) / spread:.1f}" for nth, value in enumerate(values))
    return "M" + "L".join(points) if values else ""


def spread(one: RunShown) -> tuple[float, float]:
    """The lowest and the highest value of the run: one scale for all, so that curves can be compared."""
    values = [float(value) for channel in one.channels for value in channel.curve]
    return (min(values), max(values)) if values else (0.0, 0.0)


def short(value: float) -> str:
    return f"{value:.3g}"
