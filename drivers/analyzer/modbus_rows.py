"""Modbus exchanges → rows. pymodbus is loaded with the first of them: most instruments need none."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from drivers.analyzer import fields
from drivers.analyzer.answers import Answers, Rows
from drivers.analyzer.conversation import Conversation
from drivers.analyzer.fields import Row, Value
from drivers.analyzer.messages import Message
from drivers.profile.exchange import Pdu, Registers, Write
from drivers.profile.form import Profile
from drivers.profile.parts import length_of, record_of

if TYPE_CHECKING:
    from drivers.analyzer.modbus import Modbus


class ModbusRows:
    """Of one profile over one open port. `once`: the rows of another exchange, asked before in this session."""

    def __init__(self, profile: Profile, talk: Conversation, answers: Answers, once: Callable[[str], Rows]) -> None:
        self._profile = profile
        self._talk = talk
        self._answers = answers
        self._once = once
        self._open: Modbus | None = None

    def rows(self, exchange: Registers | Write | Pdu) -> Rows:
        if isinstance(exchange, Write):
            self._modbus.write(exchange.write)
            return ()
        return self._raw(exchange) if isinstance(exchange, Pdu) else self._read(exchange)

    @property
    def _modbus(self) -> "Modbus":
        """One per port: a connection numbers its questions."""
        from drivers.analyzer.modbus import Modbus

        self._open = self._open or Modbus(self._profile.link, self._talk)
        return self._open

    def _read(self, exchange: Registers) -> Rows:
        beside: dict[str, Value] = {}
        for name in exchange.beside:
            beside |= self._once(name)[0].fields
        read = exchange.read
        data, frame = self._modbus.read(read)
        decode = fields.coils if read.table in ("coil", "discrete") else fields.registers
        decoded = beside | decode(data, read.addr, exchange.fields)
        fields.obey(decoded, exchange.require)
        return (Row(decoded, frame),)

    def _raw(self, exchange: Pdu) -> Rows:
        record = record_of(self._profile, exchange)
        body, frame = self._modbus.pdu(exchange.pdu, length_of(record) if record else None)
        return self._answers.rows(Message(body, frame), record) if record else ()
