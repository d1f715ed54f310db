"""The whole station under fingers, codes, devices, orders, time and restarts: nothing that happens may end its thread.

An input is text, one step a line: `<what> <seed>`. Lines can be taken out, and what is left is still a sequence:
tests/fuzz/shrink.py finds the short one.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from drivers.scanner.wire import Seen
from kiosk import log
from kiosk.attendant import Tap
from kiosk.contract import read
from kiosk.rules.messages import Certificate, EntryBody, LotDeclared
from kiosk.rules.visits.turn import Stage, Turn
from kiosk.screen import Screen
from tests.fuzz import screen_hands as hands
from tests.fuzz.screen_box import CARDS, ID_NUMBER, PEOPLE, PIN, STAFF, ScreenBox, Station, drawn
from tests.fuzz.sealed import World
from tests.fuzz.target import Broken, Target

# What happens how often.
STEPS = (
    *["press"] * 16, *["on"] * 60, *["wild"] * 14, *["code"] * 5, *["card"] * 6, *["badge"] * 3, *["pin"] * 5,
    *["leave"] * 6,
    *["device"] * 10, *["print"] * 3, *["order"] * 2, "lapse", "restart", "tick", "tick",
)  # fmt: skip
LONGEST = 140
DESK = (Stage.DESK, Stage.TOOL, Stage.LOADING)
# Entries that nobody but staff makes.
OF_STAFF = frozenset(
    {
        "gate.check", "patrol", "slaughter.entry", "reviewed", "handover", "supply", "reagent", "result.delivered",
        "objection.closed", "subject.proposed", "card.given", "pin.set", "tube.bound", "correction", "disposal",
        "doctor.report",
    }
)  # fmt: skip
PROOFS = ("tail", "pin", "vouch", "badge_pin", "sheet_done", "card")


def targets(_: World) -> tuple[Target, ...]:
    return (Target("station.taps", breed, check, weight=250, within=120.0, smoke=6),)


def breed(draw: Random) -> bytes:
    first = [f"county {draw.randrange(1 << 30)}", *draw.choice(([], [], ["badge 0", "pin 0"], ["card 0"]))]
    steps = [f"{draw.choice(STEPS)} {draw.randrange(1 << 30)}" for _ in range(draw.randrange(10, LONGEST))]
    return "\n".join([*first, *steps]).encode()


def check(data: bytes) -> bool:
    """Whether somebody was served. Raises what the attendant's thread, or one of its helpers, let out."""
    lines = data.decode("ascii", "replace").splitlines()
    with TemporaryDirectory(prefix="liangzheng-taps-") as folder, threads_watched() as broken:
        walk = Walk(Path(folder), Random(lines[0] if lines else ""))
        try:
            for line in lines[1:]:
                what, _, seed = line.partition(" ")
                walk.step(what, Random(seed))
                if broken:
                    raise Broken(broken[0])
        finally:
            walk.close()
        return walk.served


@contextmanager
def threads_watched() -> Iterator[list[str]]:
    """In the station such a fault ends the program (ui/command/station.py)."""
    broken: list[str] = []
    before = threading.excepthook
    threading.excepthook = lambda fault: broken.append(f"thread: {fault.exc_type.__name__}: {fault.exc_value}")
    try:
        yield broken
    finally:
        threading.excepthook = before


class Walk:
    """One sequence, and what must be so after each of its steps."""

    def __init__(self, folder: Path, draw: Random) -> None:
        self.station = Station(ScreenBox(folder, draw))
        self.served = False
        self._nth = 0
        self._whose: dict[str, str] = {}  # visit -> subject
        self._proved: set[str] = set()  # staff whose PIN was right, in this sequence
        self._places: list[tuple[str, str]] = []
        self._html = drawn(self.screen, draw)
        self._read = self.station.record.last
        self._numbers: set[str] = set()

    @property
    def screen(self) -> Screen:
        return self.station.attendant.screen()

    def close(self) -> None:
        self.station.record.close()

    def step(self, what: str, draw: Random) -> None:
        self._nth += 1
        before = self.screen
        self._places.append((before.visit.id, before.place))
        events = self._events(what, draw, before)
        for event in events:
            self.station.take(event)
        self._html = drawn(self.screen, draw)
        self._holds(what, before, events)

    def _events(self, what: str, draw: Random, screen: Screen) -> list[object]:
        ways: dict[str, Callable[[], list[object]]] = {
            "press": lambda: _one(hands.pressed(draw, self._html, screen)),
            "on": lambda: self._onward(draw, screen),
            "leave": lambda: [hands.left(screen)],
            "wild": lambda: [hands.wild(draw, self.station, screen, self._places)],
            "code": lambda: [*hands.held_up(draw, self.station, self._nth)],
            "card": lambda: [*hands.card_of(draw, self.station, self._nth)],
            "badge": lambda: [*hands.badge_of(draw, self._nth)],
            "pin": lambda: [self._pin(screen)],
            "device": lambda: [hands.device(draw, self.station, self._nth)],
            "print": lambda: [self.station.printed(draw)],
            "order": lambda: self._order(draw, screen),
            "lapse": self._lapse,
            "restart": self._restart,
        }
        return ways.get(what, lambda: [None])()

    def _onward(self, draw: Random, screen: Screen) -> list[object]:
        if screen.visit.stage is Stage.IDLE and (chance := draw.random()) < 0.8:
            return self._events("card" if chance < 0.5 else "badge", draw, screen)
        if screen.visit.stage is Stage.PRINTING:
            return [self.station.printed(draw)]
        if screen.visit.stage is Stage.TESTING and draw.random() < 0.7:
            return [hands.measured(draw, screen, self._nth)]
        return _one(hands.onward(draw, screen))

    def _order(self, draw: Random, screen: Screen) -> list[object]:
        self.station.box.bring(hands.order(draw, self.station, screen))
        return [None]

    def _lapse(self) -> list[object]:
        """Nobody has touched the screen for very long."""
        self.station.attendant._touched -= 1e9
        return [None]

    def _restart(self) -> list[object]:
        self.station.again()
        return [None]

    def _pin(self, screen: Screen) -> Tap:
        tail = "" if screen.visit.subject is None else screen.visit.subject.contact[-4:]
        if screen.sheet is not None:
            return hands.tap("staff_pin", PIN, screen)
        if screen.helper is not None or screen.visit.turn is Turn.STAFF:
            return hands.tap("badge_pin", PIN, screen)
        return hands.tap("tail", tail, screen)

    # --- what must be so ------------------------------------------------------------------------------------------

    def _holds(self, what: str, before: Screen, events: list[object]) -> None:
        after = self.screen
        self._noted(before, events)
        self._somebody(what, before, after, events)
        self._staffed(after)
        self._entries(before, after)
        self._secret(after)
        self.served |= after.visit.subject is not None

    def _noted(self, before: Screen, events: list[object]) -> None:
        """Whose PIN was keyed in, for the badge that was shown."""
        for event in events:
            if not isinstance(event, Tap) or event.value != PIN:
                continue
            if event.action == "badge_pin":
                self._proved |= {before.visit.staff if before.helper is None else before.helper.id}
            elif event.action == "staff_pin" and before.sheet is not None:
                self._proved |= set(before.sheet.draft.taken)

    def _somebody(self, what: str, before: Screen, after: Screen, events: list[object]) -> None:
        """A turn is its subject's from its card to its end; nobody sees another's."""
        visit = after.visit
        if visit.subject is None or (visit.id == before.visit.id and before.visit.subject == visit.subject):
            return
        if (known := self._whose.setdefault(visit.id, visit.subject.id)) != visit.subject.id:
            raise Broken(f"the turn of {known} is now {visit.subject.id}'s, by {what}")
        codes = {event.data for event in events if isinstance(event, Seen)}
        taps = {event.action for event in events if isinstance(event, Tap)}
        box = self.station.box
        cards = {box.card_of(one): one.id for one in PEOPLE} | {
            number.encode(): one.id for number, one in zip(CARDS, PEOPLE, strict=True)
        }
        if taps & set(PROOFS) or what == "restart":
            return
        same = self.station.record.tables.orders.same(visit.subject.id)
        if any(cards.get(code) in same for code in codes) or (codes and visit.slip) or _credited(codes):
            return
        raise Broken(f"{visit.subject.id} stands there by {what} {sorted(taps)} at {before.place}")

    def _staffed(self, after: Screen) -> None:
        visit = after.visit
        opened = visit.stage in DESK or (visit.turn is Turn.STAFF and visit.stage not in (Stage.PROVING, Stage.IDLE))
        if opened and visit.stage is not Stage.ABANDONED and visit.staff not in self._proved:
            raise Broken(f"{visit.stage} {visit.tool} without a PIN of {visit.staff!r}")
        if visit.turn is not Turn.STAFF and visit.staff and visit.staff not in self._proved:
            raise Broken(f"{visit.staff} beside somebody, without a PIN")

    def _entries(self, before: Screen, after: Screen) -> None:
        for seq, payload in log.payloads(self.station.box.home.up, self._read):
            self._entry(read(payload).entry, before, after)
            self._read = seq
            if PIN in payload.decode("utf-8", "replace"):
                raise Broken(f"entry {seq} has a PIN in it")

    def _entry(self, body: EntryBody, before: Screen, after: Screen) -> None:
        if body.kind in OF_STAFF and not self._proved:
            raise Broken(f"{body.kind} was made by nobody of the staff")
        if isinstance(body, Certificate):
            if body.number in self._numbers:
                raise Broken(f"two originals of {body.number}")
            self._numbers.add(body.number)
        if isinstance(body, LotDeclared) and self._whose.get(body.visit, body.subject) != body.subject:
            raise Broken(f"goods of {self._whose.get(body.visit)} are declared as {body.subject}'s")
        by = getattr(body, "by", "")
        if by in {one.id for one in STAFF} and by not in self._proved:
            raise Broken(f"{body.kind} is said to be by {by}, who was not here")

    def _secret(self, after: Screen) -> None:
        for name, saved, _ in self.station.record.tables.open_visits():
            if PIN in saved or ID_NUMBER in saved:
                raise Broken(f"the saved turn {name} holds what nobody may read")
        if PIN in repr(after):
            raise Broken("a PIN stands on the screen")


def _credited(codes: set[bytes]) -> bool:
    """A business licence speaks for itself (tests/fuzz/shown.py)."""
    return any(b"93530427" in code for code in codes)


def _one(tap: Tap | None) -> list[object]:
    return [] if tap is None else [tap]
