"""Errors form one tree per room; what is caught is named; nothing asserts on input; nobody else reads the clock."""

import ast
import builtins
import importlib
import inspect
from collections.abc import Iterator

import pytest

from tests.house.sources import Source, called, sources

# room → the one error from which all others of it derive, with the reason where a room is only a part of a folder
ROOTS: dict[str, str] = {
    "drivers": "drivers.errors.DeviceError",
    "drivers.simulated": "drivers.simulated.pty.UnpluggedError",  # a pulled plug: the twin's own end, never the house's
    "kiosk.rules": "kiosk.rules.errors.RuleError",
    "kiosk.paper": "kiosk.paper.errors.PaperError",
    "kiosk.documents": "kiosk.documents.errors.DocumentError",
    "kiosk.contract": "kiosk.contract.ContractError",
    "kiosk.log": "kiosk.log.LogError",
    "kiosk.tree": "kiosk.tree.TreeError",
    "kiosk.trust": "kiosk.trust.SealError",
    "kiosk.record_error": "kiosk.record_error.RecordError",
    "kiosk.export_read": "",  # ends a look at an export inside this file; what is wrong is told, never raised
    "kiosk.verify_proof": "kiosk.trust.SealError",
    "kiosk.config": "kiosk.config.ConfigError",
    "kiosk.pack": "kiosk.pack.PackError",
    "kiosk.words": "kiosk.words.WordError",
    "kiosk.wire": "kiosk.wire.WireError",
    "kiosk.private_data": "kiosk.private_data.PrivateError",
    "kiosk.bundle": "kiosk.bundle.BundleError",
    "kiosk.enrolment": "kiosk.enrolment.EnrolmentError",
    "kiosk.issuing": "kiosk.issuing.PressError",
    "kiosk.slips": "kiosk.slips.cited.CitedError",
    "kiosk.slip_faces": "kiosk.slip_faces.SlipError",
    "kiosk.voice": "kiosk.voice.errors.VoiceError",
    "kiosk.tools.network": "kiosk.tools.network.NetworkError",
    "kiosk.tools.wall_clock": "kiosk.tools.wall_clock.ClockRefused",
    "ui.audit": "ui.audit.errors.AuditError",
    "ui.command.main": "ui.command.main.OutputLost",
    "ui.command.record_place": "ui.command.record_place.NoRecord",
    "ui.command.verify": "ui.command.verify.Unread",
    "ui.county.accounts": "ui.county.accounts.errors.AccountError",
    "ui.county.alarms": "ui.county.alarms.errors.AlarmError",
    "ui.county.cases": "ui.county.cases.errors.CaseError",
    "ui.county.people": "ui.county.people.errors.PeopleError",
    "ui.county.field": "ui.county.field.errors.FieldError",
    "ui.county.office": "ui.county.office.OfficeError",
    "ui.county.sql": "ui.county.sql.DatabaseError",
    "ui.county.tls": "ui.county.tls.TlsError",
    "ui.county.unfit": "ui.county.unfit.Unfit",
    "ui.county.witness": "ui.county.witness.Contradiction",
    "ui.county.trace": "",  # two answers of one page, told apart by name; nothing catches both
    "ui.demo": "",  # the hand and the programs fail apart; the command names both
    "ui.assets": "ui.assets.MissingParts",
}

# a file that may catch everything once, and why
BROAD: dict[str, str] = {
    "kiosk/line.py": "the MQTT library raises whatever its parser meets; no broker may end the uplink",
    "ui/station/guard.py": "the last resort of a page: any fault becomes a page that says so",
    "ui/county/intake.py": "the same library: no broker may end the intake",
    "ui/county/sql_sqlite.py": "a transaction is rolled back whatever broke it, and the fault goes on",
    "ui/county/sql_postgresql.py": "the same",
    "ui/county/migration.py": "a connection is closed whatever broke its tables, and the fault goes on",
}

CLOCKS = {
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
}
CLOCK_HOME = "kiosk/clock.py"
RANDOM_HOME = "drivers/simulated/"  # seeded, so that a scenario is the same every time


def errors() -> Iterator[type[BaseException]]:
    for source in sources():
        module = importlib.import_module(source.module)
        for _, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, BaseException) and found.__module__ == module.__name__:
                yield found


def room_of(module: str) -> str:
    fitting = [room for room in ROOTS if module == room or module.startswith(f"{room}.")]
    return max(fitting, key=len, default="")


@pytest.mark.parametrize("error", list(errors()), ids=lambda error: error.__qualname__)
def test_every_error_hangs_on_its_rooms_tree(error: type[BaseException]) -> None:
    room = room_of(error.__module__)
    assert room, f"{error.__module__}.{error.__qualname__} belongs to no room that has errors"
    assert issubclass(error, Exception), f"{error.__qualname__} would escape every handler"
    names = [f"{parent.__module__}.{parent.__qualname__}" for parent in error.__mro__]
    assert not ROOTS[room] or ROOTS[room] in names, f"{error.__qualname__} does not derive from {ROOTS[room]}"


@pytest.mark.parametrize("room", [room for room, root in ROOTS.items() if root])
def test_every_tree_is_drawn_or_single(room: str) -> None:
    """A room with several errors draws them at the top of the file."""
    module, _, name = ROOTS[room].rpartition(".")
    base = getattr(importlib.import_module(module), name)
    drawn = importlib.import_module(module).__doc__ or ""
    several = [error for error in errors() if issubclass(error, base) and error.__module__ == module]
    assert len(several) == 1 or [error.__name__ for error in several if error.__name__ not in drawn] == []


def caught(handler: ast.ExceptHandler) -> list[str]:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return ["everything" if kind is None else ast.unparse(kind) for kind in kinds]


def broad(source: Source) -> list[str]:
    handlers = [node for node in ast.walk(source.tree) if isinstance(node, ast.ExceptHandler)]
    return [
        source.at(handler)
        for handler in handlers
        if {"everything", "Exception", "BaseException"}.intersection(caught(handler))
    ]


def test_only_the_listed_catch_everything() -> None:
    found = {source.name: broad(source) for source in sources() if broad(source)}
    unlisted = [place for name, places in found.items() if name not in BROAD for place in places]
    assert unlisted == [], "a broad except stands where none may"
    assert [places for places in found.values() if len(places) > 1] == [], "one broad except per file"
    assert sorted(BROAD.keys() - found.keys()) == [], "these no longer need their place in the list"


def test_what_is_swallowed_is_named() -> None:
    """`suppress(Exception)` is a broad except in another dress."""
    silent = [
        source.at(node)
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and called(node).endswith("suppress")
        and {"Exception", "BaseException"}.intersection(map(ast.unparse, node.args))
    ]
    assert silent == []


def test_nothing_asserts() -> None:
    """Under -O an assert is gone: it can check nothing."""
    asserting = [
        source.at(node) for source in sources() for node in ast.walk(source.tree) if isinstance(node, ast.Assert)
    ]
    assert asserting == []


def test_nothing_raises_a_plain_exception() -> None:
    plain = {"Exception", "BaseException", "RuntimeError", "AssertionError", "NotImplementedError"}
    assert plain <= set(dir(builtins))
    raising = [
        f"{source.at(node)} raises {ast.unparse(node.exc)}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Raise) and node.exc is not None
        and (called(node.exc) if isinstance(node.exc, ast.Call) else ast.unparse(node.exc)) in plain
    ]  # fmt: skip
    assert raising == []


def clock_readers(source: Source) -> list[str]:
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    return [f"{source.at(node)} calls {called(node)}" for node in calls if ends_like_a_clock(called(node))]


def ends_like_a_clock(name: str) -> bool:
    return ".".join(name.split(".")[-2:]) in CLOCKS


def test_only_the_clock_reads_the_time() -> None:
    assert [place for source in sources() if source.name != CLOCK_HOME for place in clock_readers(source)] == []


def test_chance_is_for_twins_and_numbers_come_from_secrets() -> None:
    using = [
        source.name
        for source in sources()
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Import) and any(name.name == "random" for name in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "random")
    ]
    assert [name for name in using if not name.startswith(RANDOM_HOME)] == []


def test_the_checks_themselves_bite() -> None:
    spoilt = Source("kiosk/x.py", ast.parse("try:\n f()\nexcept (OSError, Exception):\n t = datetime.datetime.now()"))
    assert broad(spoilt) == ["kiosk/x.py:3"]
    assert clock_readers(spoilt) != []
