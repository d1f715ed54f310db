"""What the program that holds order and card key made of what pages asked for. One line of JSON each, only added.

`orders/signed.jsonl`: {"log", "asked", "stream", "seq"} an order was given, {"log", "asked", "refused"} it was not
(a word-pack key), {"log", "asked", "card", "text"} the text of a card. `asked` is the number of the act.
"""

import json
import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """`stream` and `seq` of the order that was given; or the reason why none was."""

    stream: str = ""
    seq: int = 0
    refused: str = ""


class Signed:
    """Used by many threads; reads what was added since it was asked last. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "orders" / "signed.jsonl"
        self._lock = threading.Lock()
        self._read = 0
        self._outcomes: dict[tuple[str, int], Outcome] = {}
        self._cards: dict[str, str] = {}

    def outcome(self, log: str, asked: int) -> Outcome | None:
        """What came of the act `asked`; None while it waits."""
        self._follow()
        return self._outcomes.get((log, asked))

    def card(self, number: str) -> str:
        """The text of a card's code; empty while it waits."""
        self._follow()
        return self._cards.get(number, "")

    def _follow(self) -> None:
        with self._lock:
            if not self._file.exists():
                return
            with self._file.open("rb") as lines:
                lines.seek(self._read)
                for line in lines:
                    if not line.endswith(b"\n"):  # still being written
                        return
                    self._read += len(line)
                    self._take(json.loads(line))

    def _take(self, line: dict[str, object]) -> None:
        if "card" in line:
            self._cards[str(line["card"])] = str(line["text"])
            return
        name = str(line["log"]), int(str(line["asked"]))
        self._outcomes[name] = Outcome(
            str(line.get("stream", "")), int(str(line.get("seq", 0))), str(line.get("refused", ""))
        )
