"""What a box has promised, heard outside of it: the oracle that no fault of its disk can touch.

entry SEQ SHA256      append returned            paper NUMBER COPY   the first byte is at the printer
visit ID STATE        shown on the screen        closed ID           the screen is empty again
sent SEQ SHA256       the uplink sent it         have ALL OWN        the uplink told the county what it has
obeyed STREAM SEQ     an order was done          receipt SIZE        the station believes a receipt
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field


@dataclass
class Promises:
    entries: dict[int, str] = field(default_factory=dict)
    papers: list[tuple[str, int]] = field(default_factory=list)
    visits: dict[str, str] = field(default_factory=dict)  # the last state that was shown; "" when closed
    have: tuple[int, int] = (0, 0)
    obeyed: set[tuple[str, int]] = field(default_factory=set)
    receipt: int = 0
    broken: list[str] = field(default_factory=list)

    def copy(self) -> "Promises":
        """What was promised until now; more may follow here."""
        return deepcopy(self)

    def hear(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._hear(*line.split(" "))

    def _hear(self, what: str, *facts: str) -> None:
        match what:
            case "entry" | "sent":
                seq, digest = int(facts[0]), facts[1]
                if self.entries.setdefault(seq, digest) != digest:
                    self.broken.append(f"entry {seq} was promised twice, with other bytes")
            case "paper":
                self.papers.append((facts[0], int(facts[1])))
            case "visit":
                self.visits[facts[0]] = facts[1]
            case "closed":
                self.visits[facts[0]] = ""
            case "have":
                self.have = (int(facts[0]), int(facts[1]))
            case "obeyed":
                self.obeyed.add((facts[0], int(facts[1])))
            case "receipt":
                self.receipt = int(facts[0])


class Pipe:
    """The hearing end of a program's standard output; what came without its end of line was not said."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._begun = b""  # a line whose end has not come

    def lines(self) -> list[str]:
        """Everything until the other end is closed."""
        said = bytearray()
        while data := os.read(self._handle, 1 << 16):
            said += data
        os.close(self._handle)
        return self._whole(bytes(said))

    def now(self) -> list[str]:
        """What has come until now."""
        said = bytearray()
        os.set_blocking(self._handle, False)
        with suppress(BlockingIOError):
            while data := os.read(self._handle, 1 << 16):
                said += data
        os.set_blocking(self._handle, True)
        return self._whole(bytes(said))

    def _whole(self, said: bytes) -> list[str]:
        *lines, self._begun = (self._begun + said).split(b"\n")
        return [line.decode() for line in lines]


def speak(handle: int, *words: object) -> None:
    os.write(handle, (" ".join(map(str, words)) + "\n").encode())
