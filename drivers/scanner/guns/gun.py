"""What a scan gun sends as bytes, made into codes. Bytes in, codes and refusals out; no port, no clock, no thread.

A code is told whole or not at all: one byte that may not be in it spoils it and all that follows without a pause.
"""

import unicodedata
from dataclasses import dataclass

from drivers.scanner.wire import DATA_LIMIT, text_of

STX, ETX, TAB, LF, CR, GS, DEL = 0x02, 0x03, 0x09, 0x0A, 0x0D, 0x1D, 0x7F
ENDS = frozenset((TAB, LF, CR))
QUIET = 0.075  # seconds; 72 characters at 9600 baud: a gun that is still sending is never silent for so long


@dataclass(frozen=True, slots=True)
class Unread:
    """A code that was refused; `problem` is the code of a sentence (`problem.<code>`)."""

    problem: str


Scan = bytes | Unread


class Draft:
    """One code while it comes in. A spoilt one stays so, and is told once, until `fresh`."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._spoilt = False

    def __bool__(self) -> bool:
        return bool(self._text)

    @property
    def clean(self) -> bool:
        return not self._text and not self._spoilt

    def add(self, byte: int) -> list[Scan]:
        if len(self._text) == DATA_LIMIT:
            return self.spoil("scanner.gun_long")
        if not self._spoilt:
            self._text.append(byte)
        return []

    def spoil(self, problem: str) -> list[Scan]:
        self._text.clear()
        told: list[Scan] = [] if self._spoilt else [Unread(problem)]
        self._spoilt = True
        return told

    def end(self) -> list[Scan]:
        """The code, where one came in since the last end."""
        data = bytes(self._text)
        if _controls(data):
            return self.spoil("scanner.gun_control")
        self._text.clear()
        return [data] if data else []

    def fresh(self) -> None:
        self._text.clear()
        self._spoilt = False


def _controls(data: bytes) -> bool:
    """Whether control characters are in the text, C1 in any character set among them; GS parts a GS1 code."""
    text = text_of(data) or ""
    return any(unicodedata.category(one) == "Cc" and ord(one) != GS for one in text)


class Stream:
    """The bytes of a gun that hangs on a serial line: ended by CR, LF, CRLF, Tab or silence, or framed by STX and ETX.

    An AIM identifier (`]Q3…`) is part of the code: `codes.explain` knows it.
    """

    def __init__(self) -> None:
        self._draft = Draft()
        self._framed = False

    @property
    def waiting(self) -> bool:
        """Something came in that silence would end."""
        return self._framed or not self._draft.clean

    def took(self, data: bytes) -> list[Scan]:
        return [scan for byte in data for scan in self._took(byte)]

    def silent(self) -> list[Scan]:
        """Nothing came for `QUIET` seconds. A frame without its end is half a code."""
        told = self._draft.spoil("scanner.gun_half") if self._framed else self._draft.end()
        self._draft.fresh()
        self._framed = False
        return told

    def _took(self, byte: int) -> list[Scan]:
        if byte in ENDS or (byte == ETX and (self._framed or not self._draft)):
            self._framed = False
            return self._draft.end()
        if byte == STX and not self._framed and not self._draft:
            self._framed = True
            return []
        if (byte < 0x20 and byte != GS) or byte == DEL:
            return self._draft.spoil("scanner.gun_control")
        return self._draft.add(byte)
