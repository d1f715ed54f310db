"""Runs a profile over a port: who are you, what have you measured. Blocking, one thread, no judgement of the numbers.

Only idempotent exchanges are asked again, and only after broken or missing bytes; a refusal is an answer.
"""

import re
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from drivers.analyzer import fields, frames
from drivers.analyzer.conversation import Conversation, Port
from drivers.analyzer.fields import Row
from drivers.errors import DeviceError, FrameError, LinkError, ProfileError, Refused
from drivers.evidence.transcript import Recorder, told
from drivers.profile.folder import digest, length_of, record_of
from drivers.profile.form import Accept, Ask, Exchange, Framed, Pages, Profile, Quantity, Registers
from drivers.profile.form import Sequence as Numbering
from drivers.reading import Identity, Reading

MOST = 1 << 20  # bytes of one answer; more is a device gone mad

T = TypeVar("T", Identity, tuple[Reading, ...])


class Analyzer:
    """One analyzer on one open port; whoever opens the port again asks `identify` again."""

    def __init__(
        self,
        profile: Profile,
        port: Port,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.profile = profile
        self._digest = digest(profile)
        self._port = port
        self._recorder = Recorder(f"{profile.id}@{profile.revision}")
        self._talk = Conversation(port, profile.link, self._recorder, clock, pause)

    def identify(self) -> Identity:
        """Refused `analyzer.unknown` when it is not the model, or not a firmware, that the profile describes."""
        return self._told("identify", self._identify)

    def read(self, exchange: str) -> tuple[Reading, ...]:
        """All readings of one exchange; where the profile demands it, read again and compared."""
        if exchange not in self.profile.exchange:
            raise ProfileError("profile.exchange", name=exchange, known=", ".join(self.profile.exchange))
        return self._told(exchange, lambda: self._read(exchange))

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

    def _identify(self) -> Identity:
        asked = self.profile.identify
        row = self._rows(asked.exchange)[0]
        for accept in asked.accept:
            _accept(row, accept)
        firmware = None if asked.firmware is None else asked.firmware.format_map(row.fields)
        device = self.profile.device
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
        )

    def _read(self, exchange: str) -> tuple[Reading, ...]:
        units = {value.unit: self._unit(value) for value in self.profile.result.values}
        rows = self._rows(exchange)
        confirmed = self.profile.confirm.get(exchange)
        for _ in range(confirmed.times - 1 if confirmed else 0):
            if self._rows(exchange) != rows:
                raise Refused("analyzer.unsteady")
        return tuple(self._reading(row, value, units) for row in rows for value in self.profile.result.values)

    def _unit(self, value: Quantity) -> str:
        """The instrument's own unit, asked for in this session, or the manual's."""
        if not value.unit.startswith("@"):
            return value.unit
        exchange, _, field = value.unit[1:].partition(".")
        return str(self._rows(exchange)[0].fields[field])

    def _reading(self, row: Row, value: Quantity, units: dict[str, str]) -> Reading:
        if value.field not in row.fields:
            raise ProfileError("profile.result", field=value.field, profile=self.profile.id)
        result, number = self.profile.result, row.fields[value.field]
        return Reading(
            channel=row.number(result.channel),
            quantity=value.quantity,
            value=None if number is None else fields.decimal(number),
            unit=units[value.unit],
            raw=row.raw,
            record=row.number(result.record),
            taken_at=row.text(result.taken_at),
            method=row.text(result.method),
            device_verdict=row.text(result.device_verdict),
            state=row.text(result.state),
        )

    def _rows(self, name: str) -> tuple[Row, ...]:
        """One exchange, asked again while the bytes are broken and the profile allows it."""
        exchange = self.profile.exchange[name]
        for left in range(self.profile.link.retries if exchange.idempotent else 0, -1, -1):
            try:
                return self._once(exchange)
            except (FrameError, LinkError) as problem:
                self._talk.distrust()
                if not left or problem.code.startswith("link."):
                    raise
        raise ProfileError("profile.exchange", name=name, known="")

    def _once(self, exchange: Exchange) -> tuple[Row, ...]:
        if isinstance(exchange, Registers):
            return (self._registers(exchange),)
        if isinstance(exchange, Pages):
            return self._pages(exchange)
        if isinstance(self.profile.frame, Framed):
            return self._framed(exchange, self.profile.frame)
        return self._fixed(exchange)

    def _registers(self, exchange: Registers) -> Row:
        from drivers.analyzer.modbus import Modbus

        words, frame = Modbus(self.profile.link.unit or 0, self._talk).read(exchange.read)
        decoded = fields.registers(words, exchange.read.addr, exchange.fields)
        fields.obey(decoded, exchange.require)
        return Row(decoded, frame)

    def _framed(self, exchange: Ask, form: Framed) -> tuple[Row, ...]:
        record = record_of(self.profile, exchange)
        self._talk.ask(frames.wrap(exchange.send, form))
        rows: list[Row] = []
        stream = _Frames(self._talk, form)
        while True:
            frame = stream.next()
            found = fields.rows(_sized(frames.body(frame, form), length_of(record)), record, frame)
            rows += found
            if exchange.until is None or _last(rows, record.sequence, exchange.limit):
                stream.ended()
                return tuple(rows)

    def _fixed(self, exchange: Ask) -> tuple[Row, ...]:
        record = record_of(self.profile, exchange)
        self._talk.ask(exchange.send)
        body = self._talk.exactly(length_of(record))
        self._nothing_more()
        return fields.rows(body, record, body)

    def _pages(self, exchange: Pages) -> tuple[Row, ...]:
        """The mark is as long as the head, and no record begins with an end mark."""
        record = record_of(self.profile, exchange)
        rows: list[Row] = []
        self._talk.ask(exchange.send)
        mark = self._talk.exactly(len(exchange.head))
        if mark not in (exchange.head, *exchange.end):
            raise FrameError("analyzer.answer", field="head", value=mark.hex(" ").upper())
        mark = b"" if mark == exchange.head else mark
        for _ in range(exchange.limit + 1):
            if mark in exchange.end:
                self._nothing_more()
                return tuple(rows)
            body = mark + self._talk.exactly(length_of(record) - len(mark))
            rows += fields.rows(body, record, body)
            self._talk.ask(exchange.next)
            mark = self._talk.exactly(len(exchange.head))
        raise Refused("analyzer.refused", field="limit", value=exchange.limit)

    def _nothing_more(self) -> None:
        if self._talk.after():
            raise FrameError("analyzer.answer", field="end", value="-")


class _Frames:
    """The frames of one answer, one after the other."""

    def __init__(self, talk: Conversation, form: Framed) -> None:
        self._talk = talk
        self._form = form
        self._stream = b""
        self._trouble: str | None = None
        self._heard = 0

    def next(self) -> bytes:
        while True:
            taken = self._take(ended=False)
            if taken is not None:
                return taken
            more = self._talk.more(4096) if self._heard else self._talk.answer(4096)
            self._heard += len(more)
            self._stream += more
            if not more:
                taken = self._take(ended=True)
                if taken is None:
                    raise frames.fault(self._trouble)
                return taken

    def ended(self) -> None:
        """Noise may follow the last frame; another frame means that this was not the answer to our question."""
        if self._form.start in self._stream + self._talk.after():
            raise FrameError("analyzer.answer", field="end", value="-")

    def _take(self, ended: bool) -> bytes | None:
        taken = frames.take(self._stream, self._form, ended)
        self._stream = taken.rest
        self._trouble = taken.trouble or self._trouble
        if self._heard > MOST:
            raise FrameError("analyzer.noise")
        return taken.frame


def within(firmware: str, span: str) -> bool:
    """Is `1.4.2` inside `>=1.0.0,<2.0.0`? Numbers are compared, not text."""
    if span == "*":
        return True
    low, high = (_version(bound) for bound in re.findall(r"[0-9.]+", span))
    return low <= _version(firmware) < high


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _accept(row: Row, accept: Accept) -> None:
    found = row.fields[accept.field]
    if found not in accept.among:
        raise Refused("analyzer.unknown", field=accept.field, value=found)


def _sized(body: bytes, size: int) -> bytes:
    if len(body) != size:
        raise FrameError("analyzer.answer", field="length", value=len(body))
    return body


def _last(rows: Sequence[Row], numbering: Numbering | None, limit: int) -> bool:
    """Is the set complete? FrameError when a record is missing or the total changed."""
    if numbering is None:
        return True
    index, total = (rows[-1].number(name) for name in (numbering.index, numbering.total))
    if index != numbering.start + len(rows) - 1 or total != rows[0].number(numbering.total):
        raise FrameError("analyzer.sequence", field=numbering.index, value=index)
    if total is None or total > limit or total < index:
        raise Refused("analyzer.refused", field=numbering.total, value=total)
    return index == total
