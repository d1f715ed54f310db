"""Training mode (培训模式): practice in a place of its own, under a key that no county trusts. Its one trace in the
station's log is that somebody practised, when, and how much.

The place is state/training: `who.json`, and below it keys, record, logs and papers of a station that is none. It is
taken away when the practice has ended, also when that was a power cut.
"""

import json
import logging
import shutil
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.contract import read
from kiosk.durable import write_whole
from kiosk.log import LogError, payloads
from kiosk.record import Record
from kiosk.rules.messages import Certificate, Rating, Test, Trained

logger = logging.getLogger(__name__)

MINUTES = 60  # then it ends by itself
HOST = "training.invalid"  # RFC 2606: no name of anybody, ever
FOLDER = "training"
WHO = "who.json"
SHEETS_LEFT_OUT = frozenset({"log.opened", "incident", "print", "reprint", "order.done", "day.closed", "observation"})
TOLD_LATELY = 200  # entries back in which we look whether it was told already


@dataclass(frozen=True, slots=True)
class Card:
    """A practice card that lies on the screen; `seen` is what its code says."""

    id: str
    name: str
    sign: str  # icon
    hint: str  # what is asked for behind it: a telephone's tail, a PIN
    seen: str


@dataclass(frozen=True, slots=True)
class Training:
    """Who practises since when (ISO 8601). `paper`: on the real printer, each paper marked all over."""

    person: str
    began: str
    paper: bool = False
    cards: tuple[Card, ...] = ()

    @property
    def until(self) -> datetime:
        return datetime.fromisoformat(self.began) + timedelta(minutes=MINUTES)


def keep(place: Path, training: Training) -> None:
    """Before anything else of the practice: so that its end can be told whatever happens."""
    place.mkdir(parents=True, exist_ok=True)
    write_whole(place / WHO, json.dumps(asdict(training) | {"cards": []}).encode())


def tell(record: Record, place: Path) -> None:
    """What an ended practice was goes into the station's log, once; then its place goes. Raises RecordError."""
    if not place.exists():
        return
    done = _done(place)
    if done is not None and not _told(record, done):
        record.append(done)
    shutil.rmtree(place, ignore_errors=True)


def _done(place: Path) -> Trained | None:
    """None where it was cut off before it had begun."""
    try:
        who = json.loads((place / WHO).read_text("utf-8"))
        person, began = str(who["person"]), datetime.fromisoformat(who["began"])
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        logger.warning("a practice that nobody can tell of: %s", wrong)
        return None
    counted, last = _counted(place / "up")
    ended = max(began, min(last or began, began + timedelta(minutes=MINUTES)))
    known = counted[Certificate.kind], counted[Test.kind]
    others = SHEETS_LEFT_OUT | {Certificate.kind, Test.kind, Rating.kind, "lot.declared", "drugs.stated", "control"}
    sheets = sum(count for kind, count in counted.items() if kind not in others)
    return Trained(person, who["began"], int((ended - began).total_seconds()) // 60, *known, sheets)


def _counted(up: Path) -> tuple[Counter[str], datetime | None]:
    """Entries of the practice by kind, and when the last one was made."""
    counted: Counter[str] = Counter()
    last: datetime | None = None
    try:
        for _, payload in payloads(up):
            header = read(payload).header
            counted[header.kind] += 1
            last = datetime.fromisoformat(header.time)
    except (LogError, OSError) as wrong:
        logger.warning("the log of a practice ends early: %s", wrong)
    return counted, last


def _told(record: Record, done: Trained) -> bool:
    """A power cut between the entry and the taking away."""
    lately = range(max(1, record.last - TOLD_LATELY), record.last + 1)
    return any(record.tables.head_of(seq)[0] == Trained.kind and record.read(seq) == done for seq in lately)
