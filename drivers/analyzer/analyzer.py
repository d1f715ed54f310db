"""Runs a profile over a port: who are you, what have you measured. Blocking, one thread, no judgement of the numbers.

A refusal is an answer; only broken or missing bytes are asked for again, and only where that is harmless.
"""

import re
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Protocol, TypeVar

from drivers.analyzer import fields
from drivers.analyzer.answers import Rows
from drivers.analyzer.conversation import Conversation, Port
from drivers.analyzer.derive import derived
from drivers.analyzer.exchanges import Exchanges
from drivers.analyzer.fields import DOUBT, Row
from drivers.analyzer.joined import joined
from drivers.errors import DeviceError, FrameError, LinkError, ProfileError, Refused
from drivers.profile.exchange import Accept, Confirm, Identify, Operator, Quantity, SequenceForm, Step, Wait
from drivers.profile.firmware import within
from drivers.profile.folder import digest
from drivers.profile.form import Profile
from drivers.profile.sent import Days
from drivers.reading import Identity, Reading
from drivers.transcript import Recorder, Tape, told

T = TypeVar("T", Identity, tuple[Reading, ...])


class Person(Protocol):
    """Who stands at the instrument during a sequence. Either may raise Refused to give it up."""

    def asked(self, word: str) -> None:
        """Returns when the person has done what `word` names."""

    def waiting(self, seconds: int) -> float:
        """Told before a wait begins; says how long it shall be: the method's own time, where there is one."""


class Analyzer:
    """One analyzer on one open port; whoever opens the port again asks `identify` again."""

    def __init__(
        self,
        profile: Profile,
        port: Port,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
        tape: Tape | None = None,
    ) -> None:
        self.profile = profile
        self._digest = digest(profile)
        self._port = port
        self._recorder = Recorder(f"{profile.id}@{profile.revision}", tape)
        self._talk = Conversation(port, profile.link, self._recorder, clock, pause)
        self._exchanges = Exchanges(profile, self._talk)

    @property
    def listens(self) -> bool:
        """Does the instrument speak by itself? Then `listen` is how its results come."""
        return self.profile.link.initiative == "device"

    def identify(self) -> Identity:
        """Refused `analyzer.unknown` when it is not the model, or not a firmware, that the profile describes.

        An instrument that speaks by itself, or that nothing can be asked, is who the person who set it up says.
        """
        asked = self.profile.identify
        if asked is None or asked.exchange is None or self.listens:
            return self._identity(None)
        return self._told("identify", lambda: self._session(lambda: self._identity(self._answered(asked))))

    def read(self, name: str = "", days: Days | None = None, person: Person | None = None) -> tuple[Reading, ...]:
        """All readings of one exchange or sequence (of the profile's own run without a name).

        `days`: which days, for instruments that tell one day at a time. Where the profile demands it, read twice.
        """
        name = name or self.profile.run.exchange or self.profile.run.sequence or ""
        run = " ".join(filter(None, (name, str(days) if days else "")))
        if name in self.profile.sequence:
            return self._told(run, lambda: self._session(lambda: self._sequence(name, person)))
        if name not in self.profile.exchange:
            raise ProfileError("profile.exchange", name=name, known=", ".join(self.profile.exchange))
        return self._told(run, lambda: self._session(lambda: self._exchange(name, days)))

    def listen(self, patience: float) -> tuple[Reading, ...]:
        """What the instrument says by itself; () when it says nothing for `patience` seconds."""
        name = self.profile.run.exchange or ""
        return self._told(name, lambda: self._readings(self._heard(name, patience), None))

    @property
    def transcript(self) -> str:
        """Every byte both ways since the port was opened or `forget` was called, in the form of a golden."""
        return self._recorder.text

    def forget(self) -> None:
        self._recorder.forget()

    def close(self) -> None:
        self._port.close()

    def _told(self, run: str, work: Callable[[], T]) -> T:
        self._recorder.begin(run)
        try:
            outcome = work()
        except DeviceError as problem:
            self._note(problem)
            raise
        self._recorder.end(told(outcome))
        return outcome

    def _note(self, problem: DeviceError) -> None:
        if problem.code.startswith("link."):
            self._talk.lost()
        self._talk.distrust()
        problem.facts.setdefault("model", self.profile.device.model)
        self._recorder.end(told(problem))

    def _session(self, work: Callable[[], T]) -> T:
        """`open` exchanges before, `close` exchanges after, whatever happened: they give the keyboard back."""
        self._exchanges.fresh()
        session = self.profile.session
        try:
            self._exchanges.greeted()
            for name in session.open:
                self._exchanges.rows(name)
            outcome = work()
        except DeviceError:
            self._given_back(session.close)
            raise
        self._closed(session.close, quietly=False)
        return outcome

    def _given_back(self, names: tuple[str, ...]) -> None:
        """After a failure: what is still on its way is no answer to a farewell."""
        self._talk.distrust()
        self._closed(names, quietly=True)

    def _closed(self, names: tuple[str, ...], *, quietly: bool) -> None:
        """All of them, even when one fails."""
        problems: list[DeviceError] = []
        for name in names:
            try:
                self._exchanges.rows(name)
            except DeviceError as problem:
                problems.append(problem)
        if problems and not quietly:
            raise problems[0]

    def _answered(self, asked: Identify) -> Row | None:
        """What it says of itself; None of one that may be too old to know the question."""
        try:
            rows = self._exchanges.rows(asked.exchange or "")
        except LinkError as silent:
            if not asked.silence or silent.code != "analyzer.silent":
                raise
            return None
        if not rows:
            raise FrameError("analyzer.length")
        return rows[0]

    def _identity(self, row: Row | None) -> Identity:
        asked, device = self.profile.identify, self.profile.device
        firmware = serial = None
        if row is not None and asked is not None:
            for accept in asked.accept:
                _accept(row, accept)
            firmware = None if asked.firmware is None else _firmware(row, asked.firmware)
            serial = row.text(asked.serial)
        if firmware is not None and not within(firmware, device.firmware):
            raise Refused("analyzer.unknown", field="firmware", value=firmware)
        return Identity(
            profile=self.profile.id,
            revision=self.profile.revision,
            digest=self._digest,
            vendor=device.vendor,
            model=device.model,
            firmware=firmware,
            evidence=device.evidence,
            serial=serial,
        )

    def _heard(self, name: str, patience: float) -> Rows:
        """Rows of one message, each of an instrument that the profile describes."""
        rows = self._exchanges.listen(name, patience)
        for row in rows:
            self._identity(row)
        return rows

    def _exchange(self, name: str, days: Days | None) -> tuple[Reading, ...]:
        """The instrument's units first: what they belong to may change while we ask."""
        for value in self.profile.result.values:
            self._unit(value.unit, days)
        return self._readings(self._confirmed(name, days), days)

    def _confirmed(self, name: str, days: Days | None) -> Rows:
        """Where the profile demands it, read again and compared: the last pass counts."""
        rows = self._exchanges.rows(name, days)
        confirm = self.profile.confirm.get(name)
        for _ in range(confirm.times - 1 if confirm else 0):
            again = self._exchanges.rows(name, days)
            if confirm is not None and not _same(rows, again, confirm):
                raise Refused("analyzer.unsteady")
            rows = again
        return rows

    def _sequence(self, name: str, person: Person | None) -> tuple[Reading, ...]:
        form = self.profile.sequence[name]
        try:
            sets = self._steps(form, person)
        except DeviceError:
            self._given_back(form.always)
            raise
        self._closed(form.always, quietly=False)
        return self._readings(joined(sets, form.join), None)

    def _steps(self, form: SequenceForm, person: Person | None) -> dict[str, Rows]:
        sets: dict[str, Rows] = {}
        since = self._talk.now
        for step in form.steps:
            if isinstance(step, Operator):
                self._operator(step.operator, person)
            elif isinstance(step, Wait):
                self._talk.pause(step.wait_s if person is None else person.waiting(step.wait_s))
            else:
                self._in_time(step, since)
                rows = self._confirmed(step.run, None)
                self._in_time(step, since)  # an answer that had to be asked for again may come too late
                if step.into and not rows:
                    raise Refused("analyzer.refused", field=step.run, value="-")
                sets |= {step.into: rows} if step.into else {}
            since = self._talk.now
        return sets

    def _in_time(self, step: Step, since: float) -> None:
        late = self._talk.now - since
        if step.within_s is not None and late > step.within_s:
            raise Refused("analyzer.late", field=step.run, value=f"{late:.0f} s")

    def _operator(self, word: str, person: Person | None) -> None:
        if person is None:
            raise Refused("analyzer.person", field="operator", value=word)
        person.asked(word)
        self._talk.did(word)

    def _readings(self, rows: Rows, days: Days | None) -> tuple[Reading, ...]:
        whole = [derived(row, self.profile.derive) for row in rows]
        units = {value.unit: self._unit(value.unit, days) for value in self.profile.result.values}
        return tuple(self._reading(row, value, units) for row in whole for value in self.profile.result.values)

    def _unit(self, unit: str, days: Days | None) -> str:
        """The instrument's own unit, asked for in this session, or the manual's. Of `@field`: each row tells it."""
        if not unit.startswith("@") or "." not in unit:
            return unit
        return str(self._exchanges.field(unit, days))

    def _reading(self, row: Row, value: Quantity, units: dict[str, str]) -> Reading:
        if value.field not in row.fields:
            raise ProfileError("profile.result", field=value.field, profile=self.profile.id)
        result, number, doubt = self.profile.result, row.fields[value.field], row.text(DOUBT)
        unit = units[value.unit]
        return Reading(
            channel=row.number(result.channel),
            quantity=value.quantity,
            value=None if number is None or doubt is not None else fields.decimal(number),
            unit=row.text(unit[1:]) or "" if unit.startswith("@") else unit,
            raw=row.raw,
            record=row.number(result.record),
            taken_at=row.text(result.taken_at),
            method=row.text(result.method),
            device_verdict=row.text(result.device_verdict),
            state=doubt or row.text(result.state),
            item=row.text(result.item),
        )


def _firmware(row: Row, form: str) -> str:
    """Refused when the instrument leaves out a part of it."""
    missing = [name for name in re.findall(r"\{(\w+)\}", form) if row.fields.get(name) is None]
    if missing:
        raise Refused("analyzer.unknown", field=missing[0], value="-")
    return form.format_map(row.fields)


def _accept(row: Row, accept: Accept) -> None:
    found = row.fields.get(accept.field)
    if found not in accept.among:
        raise Refused("analyzer.unknown", field=accept.field, value=found)


def _same(one: Rows, other: Rows, confirm: Confirm) -> bool:
    """Two passes over the same results."""
    if confirm.equal or len(one) != len(other):
        return one == other
    return all(_near(first, second, confirm) for first, second in zip(one, other, strict=True))


def _near(first: Row, second: Row, confirm: Confirm) -> bool:
    """Numbers may differ by the noise that the profile states; everything else must agree."""
    return first.fields.keys() == second.fields.keys() and all(
        _alike(found, second.fields[name], confirm) for name, found in first.fields.items()
    )


def _alike(found: fields.Value, again: fields.Value, confirm: Confirm) -> bool:
    if isinstance(found, int | Decimal) and isinstance(again, int | Decimal):
        return abs(Decimal(again) - found) <= confirm.within + abs(Decimal(found)) * confirm.percent / 100
    return found == again
