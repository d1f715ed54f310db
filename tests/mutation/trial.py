"""One mutant before its tests: a forked child imports the changed module in place of the real one and runs them.

Whatever ends the child other than tests that all passed has noticed the mutant: a failure, a crash, the limit of time.
"""

import gc
import os
import resource
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType

import hypothesis
import pytest

EXAMPLES, STEPS = 20, 15  # of a property, and of one run of a state machine
MEMORY = 3 << 30
CRASHED = 9
SWITCHES = (
    "-x", "-q", "--tb=no", "--assert=plain", "--import-mode=importlib", "-p", "no:cacheprovider", "-o", "timeout=0",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Selection:
    """`rooms`: of the worked rows only these; all of them when it is None."""

    files: tuple[Path, ...]
    rooms: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: 0 when every test passed."""

    code: int
    seconds: float


class Replaced(MetaPathFinder, Loader):
    """Hands out this code when the module of this name is imported."""

    def __init__(self, name: str, code: CodeType) -> None:
        self._name, self._code = name, code

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        return spec_from_loader(fullname, self, origin=self._name) if fullname == self._name else None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)  # noqa: S102 (a mutant is run, nothing else)


class Few:
    """A pytest plugin: properties try a few fixed examples, worked rows are those of the rooms."""

    def __init__(self, rooms: frozenset[str] | None) -> None:
        self._rooms = rooms
        self._settings = hypothesis.settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            database=None,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if self._is_wanted(item)]
        for item in items:
            test = getattr(item, "obj", None)
            if hasattr(test, "_hypothesis_internal_use_settings"):
                setattr(test, "_hypothesis_internal_use_settings", self._settings)  # noqa: B010
            if hasattr(getattr(item, "cls", None), "settings"):
                item.cls.settings = self._settings  # type: ignore[attr-defined]

    def _is_wanted(self, item: pytest.Item) -> bool:
        if self._rooms is None or item.path.name != "test_worked.py":
            return True
        room, slash, _ = item.name.partition("[")[2].partition("/")
        return bool(slash) and room in self._rooms


def prepare(modules: Iterable[str]) -> None:
    """Import once what no mutant changes; the children find it there."""
    sys.dont_write_bytecode = True
    for name in modules:
        import_module(name)
    if "kiosk.pack" in sys.modules:
        read_packs_once()
    gc.freeze()


def read_packs_once() -> None:
    for name, function in (("kiosk.pack", "load_packs"), ("kiosk.words", "load_words")):
        module = import_module(name)
        setattr(module, function, _once(getattr(module, function)))


def _once(read: Callable[..., object]) -> Callable[..., object]:
    """Only for plain calls: what a test puts into a call of its own is read anew."""
    kept = cache(read)

    def once(*given: object, **named: object) -> object:
        plain = not named and all(isinstance(one, str) for one in given)
        return kept(*given) if plain else read(*given, **named)

    return once


def tried(name: str, code: CodeType, tests: Selection, seconds: int) -> Ended:
    """The tests with `code` as the module `name`, within so many seconds of the processor."""
    if name in sys.modules:
        raise ValueError(f"{name} is imported already")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = os.fork()
    if not child:
        os._exit(_in_child(name, code, tests, seconds))
    status = os.waitpid(child, 0)[1]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Ended(os.waitstatus_to_exitcode(status), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _in_child(name: str, code: CodeType, tests: Selection, seconds: int) -> int:
    try:
        _limit(seconds)
        _silence()
        sys.meta_path.insert(0, Replaced(name, code))
        return _run(name, tests)
    except BaseException:  # noqa: BLE001 (whatever a mutant throws, it was noticed)
        return CRASHED


def _run(name: str, tests: Selection) -> int:
    if name.startswith("kiosk.") and "kiosk.pack" not in sys.modules:
        read_packs_once()
    return int(pytest.main(_arguments(tests.files), plugins=[Few(tests.rooms)]))


def _arguments(files: Sequence[Path]) -> list[str]:
    return [*SWITCHES, *(str(file) for file in files)]


def _limit(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
