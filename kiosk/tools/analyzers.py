"""The analyzers page: which are set, who answers on which socket, and which of them the station is to serve with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from drivers.errors import DeviceError
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import desk
from kiosk.tools.changes import Changes
from kiosk.tools.errand import Errand
from kiosk.tools.tool import Reach

KEY = "analyzer"
MOST = 8


@dataclass(frozen=True, slots=True)
class Instrument:
    """One `[[analyzer]]` of station.toml; `other` are its remaining keys, as they stand there."""

    name: str
    profile: str
    port: str
    tests: bool = False
    other: tuple[tuple[str, object], ...] = ()

    def table(self) -> dict[str, object]:
        facts: dict[str, object] = {"name": self.name, "profile": self.profile, "port": self.port}
        return {**facts, **({"tests": True} if self.tests else {}), **dict(self.other)}


@dataclass(frozen=True, slots=True)
class Looked:
    """One socket: who answers there (`profile` empty: nobody whom we know), or why we cannot say."""

    where: str
    adapter: str
    profile: str = ""
    model: str = ""
    serial: str = ""
    problem: Sentence | None = None


@dataclass(frozen=True, slots=True)
class AnalyzersShown:
    """`instruments` as they will be after the restart; `open` is the nth of them whose page it is, -1: the list."""

    instruments: tuple[Instrument, ...]
    looks: tuple[Looked, ...]
    looked: bool
    names: tuple[str, ...]
    chosen: bool
    pending: bool
    busy: str
    told: Sentence | None
    open: int


class Analyzers:
    """`find` asks every free socket, in a thread of its own; `names` may be given to an instrument by a finger."""

    id = "analyzers"
    roles = frozenset({desk.TECHNICIAN})

    def __init__(
        self,
        reach: Reach,
        find: Callable[[], tuple[Looked, ...]],
        names: Sequence[str],
        configured: Sequence[Instrument],
        changes: Changes,
    ) -> None:
        self._reach = reach
        self._find = find
        self._names = tuple(names)
        self._configured = tuple(configured)
        self._changes = changes
        self._errand = Errand(reach.post, DeviceError, OSError)
        self._looks: tuple[Looked, ...] = ()
        self._looked = False
        self._told: Sentence | None = changes.told

    def shown(self, about: str) -> AnalyzersShown:
        instruments = self._instruments()
        nth = _nth(about, instruments)
        taken = {one.name for one in instruments}
        return AnalyzersShown(
            instruments,
            self._looks,
            self._looked,
            tuple(name for name in self._names if name not in taken),
            self._changes.chosen(KEY),
            self._changes.pending,
            self._errand.busy,
            self._told,
            -1 if nth is None else nth,
        )

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        return {
            "find": lambda _: self._errand.run("find", self._find),
            "enable": self._enable,
            "disable": lambda nth: self._changed(nth, None),
            "rename": self._rename,
            "tests": self._tests,
            "take_back": lambda _: self._take_back(),
            "apply": lambda _: self._changes.apply(),
        }

    def heard(self, event: object) -> bool:
        ended = self._errand.heard(event)
        if ended is None:
            return False
        if isinstance(ended.result, tuple):
            self._looks, self._looked = ended.result, True
        else:
            self._told = Sentence("tools.analyzers.unfound")
        self._reach.show()
        return True

    def _instruments(self) -> tuple[Instrument, ...]:
        table = self._changes.table().get(KEY)
        if not isinstance(table, list):
            return self._configured
        return tuple(instrument(one) for one in table if isinstance(one, dict))

    def _enable(self, where: str) -> None:
        """What answered there is served with from the next start on; the first one tests."""
        look = next((one for one in self._looks if one.where == where and one.profile), None)
        names = self.shown("").names
        if look is None or not names or any(one.port == where for one in self._instruments()):
            return
        others = self._instruments()
        serial = (("serial", look.serial),) if look.serial else ()
        fresh = Instrument(names[0], look.profile, where, not any(one.tests for one in others), serial)
        self._put((*others, fresh))

    def _rename(self, words: str) -> None:
        """`<nth> <name>`."""
        nth, _, name = words.partition(" ")
        if name in self.shown("").names:
            self._changed(nth, lambda one: replace(one, name=name))

    def _tests(self, which: str) -> None:
        """This one tests too, or no more; where only one can, this one instead of the other."""
        instruments = self._instruments()
        nth = _nth(which, instruments)
        if nth is None:
            return
        wanted = not instruments[nth].tests
        beside = tuple(replace(one, tests=wanted) if at == nth else one for at, one in enumerate(instruments))
        alone = tuple(replace(one, tests=wanted and at == nth) for at, one in enumerate(instruments))
        if not self._changes.choose(KEY, [one.table() for one in beside]):
            self._changes.choose(KEY, [one.table() for one in alone])
        self._tell()

    def _changed(self, which: str, change: Callable[[Instrument], Instrument] | None) -> None:
        """`change` None: it is taken out."""
        instruments = list(self._instruments())
        nth = _nth(which, instruments)
        if nth is None:
            return
        if change is None:
            del instruments[nth]
            self._reach.open.step(desk.tool_opened(self._reach.open.visit, self.id))
        else:
            instruments[nth] = change(instruments[nth])
        self._put(tuple(instruments))

    def _put(self, instruments: tuple[Instrument, ...]) -> None:
        self._changes.choose(KEY, [one.table() for one in instruments[:MOST]])
        self._tell()

    def _take_back(self) -> None:
        self._changes.take_back(KEY)
        self._tell()

    def _tell(self) -> None:
        self._told = self._changes.told
        self._reach.show()


def instrument(table: Mapping[str, object]) -> Instrument:
    known = ("name", "profile", "port", "tests")
    other = tuple((key, value) for key, value in table.items() if key not in known and value is not None)
    name, profile, port = (str(table.get(key, "")) for key in known[:3])
    return Instrument(name, profile, port, bool(table.get("tests", False)), other)


def _nth(told: str, instruments: Sequence[Instrument]) -> int | None:
    """Which of them a finger means; None for none."""
    known = told.isascii() and told.isdigit() and len(told) < 3 and int(told) < len(instruments)
    return int(told) if known else None
