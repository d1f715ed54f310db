"""The intake without its line: messages in; the commit; receipts, orders and feed events out. No network.

Identity comes from the signature, the topic is routing: an entry under another station's topic is parked, like every
message that is not what it should be. Parked means put aside with its reason, never asked for again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from kiosk.checkpoint import Checkpoint
from kiosk.clock import Clock, Now
from kiosk.contract import ContractError, Envelope
from kiosk.enrolment import TrustFile
from kiosk.tree import Nodes
from kiosk.wire import JSON_TYPE, MOST_CHUNK_HEAD, TEXT_TYPE, Status, Topics, Want, WireError, pack, read_chunk, unpack
from ui.county.act_tables import OFFICE
from ui.county.blobs import Blobs
from ui.county.database import Arrived, Database, Head, Sign
from ui.county.feed import EVENT_TYPE, event, is_told
from ui.county.judging import Judge
from ui.county.orders import ALL, Orders
from ui.county.parking import Parking, Tell
from ui.county.unfit import Unfit, parked, why
from ui.county.witness import Contradiction, Witness

ORDERS_AT_ONCE = 500  # read from a log at a time
ANSWER_S = 1.0  # between two answers to one station's want
REMIND_S = 30.0  # between two receipts for a station that believes more than we have


@dataclass(frozen=True, slots=True)
class Message:
    topic: str
    payload: bytes
    deflated: bool


@dataclass(frozen=True, slots=True)
class Letter:
    topic: str
    payload: bytes
    content_type: str
    deflated: bool = False


@dataclass(frozen=True, slots=True)
class Files:
    """What an intake has beside its database."""

    trust: TrustFile
    witness: Witness
    orders: Orders
    blobs: Blobs


def files_of(folder: Path, county: str, key: Ed25519PrivateKey) -> Files:
    """Of a county's folder; `key` is its witness key. Raises OSError."""
    witness = Witness(folder / "witness", f"liangzheng/{county}/witness", key)
    return Files(TrustFile(folder / "trust.json"), witness, Orders(folder), Blobs(folder / "blobs"))


class Acceptance:
    """Belongs to the thread that made its database."""

    def __init__(self, database: Database, files: Files, clock: Clock, tell: Tell) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._tell = tell
        self._county = files.trust.now().county
        self._topics = Topics(self._county)
        self._judge = Judge(files.trust)
        self._parking = Parking(database, tell)
        self._ordered: dict[str, int] = {}  # last order of each stream that was announced on this connection
        self._wants: dict[str, Want] = {}
        self._answered: dict[str, float] = {}
        self._beliefs: dict[str, int] = {}  # entries of a log that its station says are receipted
        self._unheard: dict[str, int] = {}  # the same, not yet compared with what we hold
        self._remind_at = float("-inf")
        self._unwitnessed: set[str] = set()  # logs of the office that contradict what was signed of them

    def take(self, messages: Sequence[Message], seconds: float) -> list[Letter]:
        """Commit what arrived; the messages may be acknowledged when this returns. The letters are our answers."""
        self._judge.look()
        now, entries, letters = self._clock.now(), list[Arrived](), list[Letter]()
        for message in messages:
            try:
                letters += self._sort(message, entries, now, seconds)
            except (Unfit, WireError, ContractError, ValidationError) as wrong:
                self._park(message, message.payload, wrong, now, seconds)
        if entries:
            refused = dict[str, Contradiction]()
            taken = self._database.take(entries, now.text, self._sign(refused))
            letters += self._receipts(taken.receipts, refused, now)
        self._parking.settle(lambda station: self._topics.of(station, "up"), now.text)
        return letters

    def due(self, seconds: float) -> list[Letter]:
        """What is to be said by now, whether or not anything came."""
        letters = [letter for station in self._askers(seconds) for letter in self._answer(station)]
        if seconds >= self._remind_at:
            self._remind_at = seconds + REMIND_S
            self._unheard |= self._beliefs
        return letters + self._corrections() if self._unheard else letters

    def feed(self, most: int) -> list[tuple[Envelope, Letter]]:
        """Entries that the feed has not had yet, in order, each with its event. What it never has is passed over."""
        while entries := self._database.unpublished(most):
            told = [entry for entry in entries if is_told(entry.header.kind)]
            if told:
                return [(entry, self._event(entry)) for entry in told]
            self.fed(entries)
        return []

    def fed(self, entries: Sequence[Envelope]) -> None:
        self._database.published(entries)

    def forget_announced(self) -> None:
        """On a new connection the last order of each stream is announced again: who misses some will ask."""
        self._ordered.clear()

    def fresh_orders(self) -> list[Letter]:
        letters: list[Letter] = []
        for stream in self._files.orders.streams():
            through = self._files.orders.through(stream)
            after = self._ordered.get(stream, max(through - 1, 0))
            letters += self._letters(stream, stream, after)
            self._ordered[stream] = through
        return letters

    def _event(self, entry: Envelope) -> Letter:
        payload = event(entry, self._judge.station_of(entry.header.log))
        return Letter(self._topics.feed(entry.header.kind), payload, EVENT_TYPE)

    # --- what came ----------------------------------------------------------------------------------------------

    def _sort(self, message: Message, entries: list[Arrived], now: Now, seconds: float) -> Iterable[Letter]:
        station, channel = self._topics.split(message.topic)
        self._judge.log_of(station)
        if channel == "up":
            self._entries(message, station, entries, now, seconds)
        elif channel == "want":
            self._wants[station] = Want.model_validate_json(message.payload)
        elif channel == "status":
            self._status(station, Status.model_validate_json(message.payload), now)
        elif channel == "blob":
            return self._blob(station, message.payload, now)
        else:
            raise Unfit("channel", channel=channel)
        return ()

    def _entries(self, message: Message, station: str, entries: list[Arrived], now: Now, seconds: float) -> None:
        for data in unpack(message.payload, message.deflated):
            try:
                entries.append(self._judge.entry(data, station))
            except (Unfit, ContractError) as wrong:
                self._park(message, data, wrong, now, seconds)

    def _status(self, station: str, status: Status, now: Now) -> None:
        self._database.status(station, status.model_dump(), now.text)
        log = self._judge.log_of(station)
        self._unheard[log] = status.through
        if status.state == "online":
            self._beliefs[log] = status.through
        else:
            self._beliefs.pop(log, None)  # what it was told once waits for it at the broker

    def _blob(self, station: str, payload: bytes, now: Now) -> Iterable[Letter]:
        chunk = read_chunk(payload)
        head = chunk.head
        if not self._files.blobs.take(station, chunk):
            return ()
        if not self._database.blob_kept(head.blob):
            self._database.keep_blob(head.blob, head.month, head.of, station, now.text)
        note = self._files.witness.kept(chunk.head.blob, now.at)
        return (Letter(self._topics.of(station, "kept"), note.encode(), TEXT_TYPE),)

    def _park(self, message: Message, payload: bytes, wrong: Exception, now: Now, seconds: float) -> None:
        kept = payload[:MOST_CHUNK_HEAD] if message.topic.endswith("/blob") else payload
        self._parking.put(message.topic, kept, why(wrong), now.text, seconds)

    # --- receipts -----------------------------------------------------------------------------------------------

    def _sign(self, refused: dict[str, Contradiction]) -> Sign:
        """Signs within the commit; logs that get no receipt, and why, are put into `refused`.

        The time is that of the moment in which nobody else can sign for the log: a lower receipt is never the newer.
        """
        witness, trust = self._files.witness, self._files.trust.now()

        def sign(log: str, head: Head, nodes: Nodes, before: str, /) -> str | None:
            held = Checkpoint(log, head.through, head.root)
            try:
                return witness.receipt(held, self._clock.now().at, nodes, database_says=before, trust=trust)
            except Contradiction as wrong:
                refused[log] = wrong
                return None

        return sign

    def _receipts(self, notes: Mapping[str, str], refused: Mapping[str, Contradiction], now: Now) -> list[Letter]:
        for log, wrong in refused.items():
            station, told = self._judge.station_of(log), parked("contradiction", size=wrong.size)
            self._database.park(self._topics.of(station, "receipt"), log.encode(), told.key, now.text, told.facts)
            self._tell("office.intake.contradiction", station=station, size=wrong.size)
        return [
            Letter(self._topics.of(self._judge.station_of(log), "receipt"), note.encode(), TEXT_TYPE)
            for log, note in notes.items()
        ]

    def witness_own(self) -> bool:
        """Sign how far the county's own log goes, as those of stations: what was done at the office is bound as well.

        True when there was something to sign.
        """
        refused = dict[str, Contradiction]()
        waiting = [log for log in self._database.unwitnessed(OFFICE) if log not in self._unwitnessed]
        if waiting:
            self._database.receipts(dict.fromkeys(waiting, OFFICE), self._sign(refused))
        for log, wrong in refused.items():
            self._unwitnessed.add(log)  # said once, until the program is started again
            self._tell("office.intake.contradiction", station=OFFICE, size=wrong.size)
        return len(waiting) > len(refused)

    def _corrections(self) -> list[Letter]:
        """A receipt for each station that believes more than we hold: we were restored, and it fills us again."""
        believed, self._unheard = self._unheard, {}
        held = {log: head.through for log in believed if (head := self._database.head(log)) is not None}
        short = {log: self._judge.station_of(log) for log in believed if believed[log] > held.get(log, 0)}
        if not short:
            return []
        for log, station in short.items():
            self._tell("office.intake.refill", station=station, believed=believed[log], held=held.get(log, 0))
        now, refused = self._clock.now(), dict[str, Contradiction]()
        return self._receipts(self._database.receipts(short, self._sign(refused)), refused, now)

    # --- orders -------------------------------------------------------------------------------------------------

    def _askers(self, seconds: float) -> list[str]:
        """Stations that may be answered now: one that asks without pause is answered at a measured pace."""
        due = [station for station in self._wants if seconds >= self._answered.get(station, float("-inf")) + ANSWER_S]
        self._answered |= dict.fromkeys(due, seconds)
        return due

    def _answer(self, station: str) -> list[Letter]:
        """The orders that a station misses, both streams, on its own topic."""
        want = self._wants.pop(station)
        return [*self._letters(ALL, station, want.all), *self._letters(station, station, want.own)]

    def _letters(self, stream: str, station: str, after: int) -> Iterator[Letter]:
        topic = self._topics.of(station, "order")
        while found := self._files.orders.after(stream, after, ORDERS_AT_ONCE):
            after += len(found)
            while found:
                parcel = pack(found)
                yield Letter(topic, parcel.payload, JSON_TYPE, parcel.deflated)
                found = found[parcel.count :]
