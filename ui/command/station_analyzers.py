"""The `[[analyzer]]` tables of station.toml: what they may say, and the threads that they become."""

from collections.abc import Callable, Container, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from drivers.binding import AUTO, Binder, Bound, certain, indistinct, numbered
from drivers.errors import ProfileError
from drivers.evidence.lint import check
from drivers.evidence.salvage import forgets, listens
from drivers.profile.exchange import SequenceForm
from drivers.profile.folder import Shelf, shipped
from drivers.profile.sent import Days, asks_for
from drivers.sockets import same
from kiosk.captures import TAPES, FileTape, Untaken
from kiosk.clock import system_time
from kiosk.config import ConfigError
from kiosk.devices import AnalyzerLine, Post
from kiosk.guide import needs_a_person
from kiosk.serving import Tester
from kiosk.words import Words

PARTS = ("camera", "printer", "label_printer")  # names of what is no analyzer, on the screen and in the incidents
DAYS = frozenset({"day", "first", "last"})


class AnalyzerConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(description="what people here call it")
    profile: str = Field(description="id of its profile: liangzheng profile list")
    port: str = Field(
        description="its serial port, as `liangzheng analyzer find` writes it; /dev/serial/by-path/… follows the "
        "socket, not the order of plugging; socket://host:port and rfc2217://host:port; auto: looked for"
    )
    serial: str | None = Field(None, min_length=1, description="the instrument's own number; no other one is read")
    usb: str | None = Field(
        None, pattern=r"^[0-9a-f]{4}:[0-9a-f]{4}$", description="ids of the USB adapter that must be there: 1a86:7523"
    )
    baud: int | None = Field(
        None, gt=0, description="the line speed that is set on the instrument, where it can be; else the profile's"
    )
    tests: bool = Field(False, description="samples are tested on this one; several may")
    method: str = Field("", description="id of the method pack of the tests made on this one; empty: the station's")
    channels: int = Field(8, ge=1, le=96, description="how many places it has, where it tells them apart")
    log_every: float | None = Field(
        None, gt=0, description="seconds after which it is read by itself: a thermometer, a scale, a probe"
    )


def bound(
    analyzers: Sequence[AnalyzerConfig], file: Path, words: Words, shelf: Shelf | None = None
) -> tuple[Bound, ...]:
    """Raises ProfileError for a profile that is not there, ConfigError for what cannot be done."""
    shelf = shelf or shipped()
    made = tuple(
        Bound(one.name, shelf.all_of(one.profile), one.port, one.serial, one.usb, one.baud) for one in analyzers
    )
    problems = [
        (f"analyzer.{n}.profile", words.say(f"problem.{fault.code}", **fault.facts))
        for n, one in enumerate(analyzers)
        for fault in _unproven(one.profile, shelf)
    ]
    problems += [
        (f"analyzer.{n}.{key}", words.say(f"command.station.analyzer.{why}", model=one.model))
        for n, one in enumerate(made)
        for key, why in _impossible(one)
    ]
    problems += [
        (f"analyzer.{n}.log_every", words.say(f"command.station.analyzer.{why}", model=one.model))
        for n, one in enumerate(made)
        for why in _not_logged(analyzers[n], one)
    ]
    for one, other in indistinct(made):
        if AUTO in (one.port, other.port):
            told = words.say("command.station.analyzer.auto_twice", one=one.name, other=other.name, model=one.model)
            problems.append((f"analyzer.{made.index(other)}.port", told))
    problems += [
        (f"analyzer.{n}.{key}", words.say(f"command.station.analyzer.{why}", one=one, other=analyzers[n].name))
        for n, key, why, one in _twice(analyzers)
    ]
    if problems:
        raise ConfigError(file, problems)
    return made


def _unproven(model: str, shelf: Shelf) -> Iterator[ProfileError]:
    """What speaks against a description from a folder of one's own; ours were checked before they were shipped."""
    ours = shipped()
    for name in shelf.models().get(model, (model,)):
        if name not in ours.known() or str(shelf.place(name)) != str(ours.place(name)):
            yield from check(name, shelf)


def _twice(analyzers: Sequence[AnalyzerConfig]) -> Iterator[tuple[int, str, str, str]]:
    """What only one may have: else what two tell is mixed up under one name, or one takes the other's port away."""
    for n, this in enumerate(analyzers):
        if this.name in PARTS:
            yield n, "name", "name_of_part", this.name
        for other in analyzers[:n]:
            if this.name == other.name:
                yield n, "name", "name_twice", other.name
            if AUTO not in (this.port, other.port) and "://" not in this.port and same(this.port, other.port):
                yield n, "port", "port_twice", other.name


def _impossible(one: Bound) -> Iterator[tuple[str, str]]:
    if one.port == AUTO and not all(map(certain, one.profiles)):
        yield "port", "no_auto"
    if one.serial is not None and not numbered(one.profiles):
        yield "serial", "no_serial"


def _not_logged(config: AnalyzerConfig, one: Bound) -> Iterator[str]:
    """What cannot be read by itself every so often."""
    if config.log_every is not None and config.tests:
        yield "log_tester"
    elif config.log_every is not None and (any(map(listens, one.profiles)) or led(one) is not None):
        yield "log_itself"


def led(one: Bound, *, tests: bool = False) -> SequenceForm | None:
    """The run of the tester, or of an instrument in whose run a person has to do something, when it is a sequence."""
    profile = one.profiles[0]
    sequence = profile.sequence.get(profile.run.sequence or "")
    return sequence if sequence is not None and (tests or needs_a_person(sequence)) else None


def tester_of(config: AnalyzerConfig, one: Bound, method: str) -> Tester:
    """`method`: id of the pack that it measures by."""
    return Tester(
        name=one.name,
        control=one.profiles[0].run.control,
        channels=tuple(range(1, config.channels + 1)),
        dated=dated(one),
        led=led(one, tests=True) is not None,
        method=method,
    )


def dated(one: Bound) -> bool:
    """Does it tell one day at a time, or between two days?"""
    return any(asks_for(exchange) & DAYS for profile in one.profiles for exchange in profile.exchange.values())


def warnings(analyzers: Sequence[Bound], words: Words) -> Iterator[str]:
    """What is right today and may be wrong after a repair."""
    for one, other in indistinct(analyzers):
        yield words.say("command.station.analyzer.alike", one=one.name, other=other.name, model=one.model)


def lines_of(
    analyzers: Sequence[Bound],
    testers: Container[str],
    binder: Binder,
    tapes: Path,
    last: int,
    today: Callable[[str], date],
    post: Post,
    shelf: Shelf | None = None,
) -> list[AnalyzerLine]:
    """All of them; `testers` are the names of those that samples are tested on, `today` the day of one of them."""

    def line(one: Bound) -> AnalyzerLine:
        day = lambda: today(one.name)  # noqa: E731
        return line_of(one, binder, tapes, last, post, tests=one.name in testers, today=day, shelf=shelf)

    return [line(one) for one in analyzers]


def line_of(
    one: Bound,
    binder: Binder,
    tapes: Path,
    last: int,
    post: Post,
    *,
    tests: bool = False,
    today: Callable[[], date] = lambda: system_time().date(),
    shelf: Shelf | None = None,
) -> AnalyzerLine:
    """Its thread, not started. `tapes` keeps what an instrument tells only once; `last` entry of the record.

    `tests`: samples are tested on it. Of one that tells one day at a time, `today` and its neighbours are read: a run
    may go on behind midnight. What carries another date is not found.
    """
    untaken = _untaken(one, tapes, last, shelf or shipped()) if any(map(forgets, one.profiles)) else None
    tape = None if untaken is None else untaken.tape
    heard = all(map(listens, one.profiles))
    days = (lambda: _about(today())) if dated(one) else None
    return AnalyzerLine(
        one.name,
        "",
        lambda: binder.open(one, tape),
        post,
        untaken,
        listens=heard,
        days=days,
        sequence=led(one, tests=tests),
    )


def _about(day: date) -> Days:
    return Days(day - timedelta(days=1), day + timedelta(days=1))


def _untaken(one: Bound, tapes: Path, last: int, shelf: Shelf) -> Untaken:
    return Untaken(FileTape(tapes / f"{quote(one.name, safe='')}{TAPES}"), shelf.all_of, last)
