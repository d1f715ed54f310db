"""What the program that holds order and card key made of what pages asked for: one line of JSON each, only added.

`orders/signed.jsonl`, each line with `log` and `asked`, the name of the act:
  {"begun", "at"}     an order to the stream `begun` is about to stand at number `at`; it may not have come to that
  {"stream", "seq"}   the order was given
  {"refused"}         it was not: a key of the words
  {"card", "text"}    the text of a card's code
"""

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.log import Locked
from ui.county.office import give_back

FILE = Path("orders") / "signed.jsonl"
Line = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`stream` and `seq` of the order that was given; or the reason why none was."""

    stream: str = ""
    seq: int = 0
    refused: str = ""


class Signed:
    """For pages: reads what was added since it was asked last. Used by many threads. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._lock = threading.Lock()
        self._read = 0
        self._outcomes: dict[tuple[str, int], Outcome] = {}
        self._cards: dict[str, str] = {}

    def outcome(self, log: str, asked: int) -> Outcome | None:
        """What came of the act `asked`; None while it waits."""
        with self._lock:
            self._follow()
            return self._outcomes.get((log, asked))

    def card(self, number: str) -> str:
        """The text of a card's code; empty while it waits."""
        with self._lock:
            self._follow()
            return self._cards.get(number, "")

    def _follow(self) -> None:
        for line, end in _lines(self._file, self._read):
            self._read = end
            name = str(line["log"]), int(line["asked"])
            if "card" in line:
                self._cards[str(line["card"])] = str(line["text"])
            if "begun" not in line:
                self._outcomes[name] = Outcome(
                    str(line.get("stream", "")), int(line.get("seq", 0)), str(line.get("refused", ""))
                )


class Book:
    """For the one program that signs: what it did so far, and each further line, durable when the call returns.

    Raises OSError, and kiosk.log.Locked while another program signs for this county.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._file.parent.mkdir(exist_ok=True)
        self._out = self._file.open("ab")
        give_back(folder, self._file)
        try:
            fcntl.flock(self._out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            self._out.close()
            raise Locked(f"{self._file} is being written") from taken
        self._done: dict[str, int] = {}
        self._begun: dict[tuple[str, int], int] = {}
        whole = list(_lines(self._file, 0))
        for line, _ in whole:
            self._learn(line)
        self._out.truncate(whole[-1][1] if whole else 0)  # a last line that a power cut tore goes

    def close(self) -> None:
        self._out.close()

    def through(self, log: str) -> int:
        """The last act of that log which is done with."""
        return self._done.get(log, 0)

    def begun(self, log: str, asked: int) -> int:
        """Where its order may stand already; 0 when none was begun."""
        return self._begun.get((log, asked), 0)

    def add(self, log: str, asked: int, **said: str | int) -> None:
        line: Line = {"log": log, "asked": asked, **said}
        self._out.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self._out.flush()
        os.fsync(self._out.fileno())
        self._learn(line)

    def _learn(self, line: Line) -> None:
        log, asked = str(line["log"]), int(line["asked"])
        if "begun" in line:
            self._begun[log, asked] = int(line["at"])
        else:
            self._done[log] = asked
            self._begun.pop((log, asked), None)


def _lines(file: Path, after: int) -> Iterator[tuple[Line, int]]:
    """Each whole line behind byte `after`, and where it ends."""
    if not file.exists():
        return
    with file.open("rb") as text:
        text.seek(after)
        for line in text:
            if not line.endswith(b"\n"):  # still being written
                return
            after += len(line)
            yield json.loads(line), after
