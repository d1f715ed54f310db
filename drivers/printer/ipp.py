"""IPP in the few words that a spooler needs (RFC 8010 encoding, RFC 8011 operations). Bytes and values, no line."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from drivers.errors import FrameError

PRINT_JOB, CANCEL_JOB, GET_JOB, GET_PRINTER, CUPS_GET_PRINTERS = 0x0002, 0x0008, 0x0009, 0x000B, 0x4002
NOT_FOUND = 0x0406
VERSION = 0x0200
_OPERATION, _END = 0x01, 0x03
_INTEGER, _BOOLEAN, _ENUM = 0x21, 0x22, 0x23
_TAGS = {
    "attributes-charset": 0x47,
    "attributes-natural-language": 0x48,
    "printer-uri": 0x45,
    "job-id": _INTEGER,
    "requesting-user-name": 0x42,
    "job-name": 0x42,
    "document-format": 0x49,
}

Value = int | bool | str


@dataclass(frozen=True, slots=True)
class Answer:
    """Attributes of all groups by name; several values under one name stay in order."""

    status: int
    attributes: Mapping[str, tuple[Value, ...]]

    @property
    def done(self) -> bool:
        return self.status < 0x0100

    def number(self, name: str) -> int:
        """FrameError when the spooler did not say it."""
        for value in self.attributes.get(name, ()):
            if isinstance(value, int):
                return value
        raise FrameError("printer.garbled")

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(value for value in self.attributes.get(name, ()) if isinstance(value, str))


def request(operation: int, attributes: Mapping[str, str | int]) -> bytes:
    named = {"attributes-charset": "utf-8", "attributes-natural-language": "en", **attributes}
    fields = b"".join(_field(name, value) for name, value in named.items())
    return struct.pack(">HHIB", VERSION, operation, 1, _OPERATION) + fields + bytes([_END])


def _field(name: str, value: str | int) -> bytes:
    data = struct.pack(">i", value) if isinstance(value, int) else value.encode("utf-8")
    return _sized(bytes([_TAGS[name]]), name.encode("ascii")) + _sized(b"", data)


def _sized(head: bytes, data: bytes) -> bytes:
    return head + struct.pack(">H", len(data)) + data


def answer(data: bytes) -> Answer:
    """FrameError for what is no IPP."""
    try:
        _, status, _ = struct.unpack_from(">HHI", data)
        return Answer(status, {name: tuple(values) for name, values in _attributes(data, 8).items()})
    except (struct.error, IndexError) as wrong:
        raise FrameError("printer.garbled") from wrong


def _attributes(data: bytes, at: int) -> dict[str, list[Value]]:
    found: dict[str, list[Value]] = {}
    name = ""
    while (tag := data[at]) != _END:
        at += 1
        if tag < 0x10:  # a group begins
            continue
        fresh, at = _taken(data, at)
        value, at = _taken(data, at)
        name = fresh.decode("ascii", "replace") or name
        found.setdefault(name, []).append(_value(tag, value))
    return found


def _taken(data: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">H", data, at)
    end = at + 2 + length
    if end > len(data):
        raise IndexError
    return data[at + 2 : end], end


def _value(tag: int, data: bytes) -> Value:
    if tag in (_INTEGER, _ENUM):
        number: int = struct.unpack(">i", data)[0]
        return number
    if tag == _BOOLEAN:
        return bool(data[0])
    return data.decode("utf-8", "replace")
