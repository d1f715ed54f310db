"""The intake without its line: messages in; the commit; receipts, orders and feed events out. No network.

Identity comes from the signature, the topic is routing: an entry under another station's topic is parked, like every
message that is not what it should be. Parked means put aside with its reason, never asked for again.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError

from kiosk.checkpoint import Checkpoint, sign_receipt
from kiosk.clock import Clock, Now
from kiosk.contract import ContractError, Envelope, Forged, key_id, read, verify
from kiosk.enrolment import TrustFile
from kiosk.trust import Grant, Trust, Use
from kiosk.wire import JSON_TYPE, TEXT_TYPE, Status, Topics, Want, WireError, pack, unpack
from ui.county.database import Arrived, Database, Taken
from ui.county.feed import EVENT_TYPE, event, is_told
from ui.county.orders import ALL, Orders

ORDERS_AT_ONCE = 500  # read from a log at a time

Tell = Callable[[str, str, str], None]  # station, channel, reason


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


class Acceptance:
    """Belongs to the thread that made its database."""

    def __init__(
        self,
        database: Database,
        trust: TrustFile,
        witness: Ed25519PrivateKey,
        orders: Orders,
        clock: Clock,
        parked: Tell,
    ) -> None:
        self._database = database
        self._trust = trust
        self._witness = witness
        self._orders = orders
        self._clock = clock
        self._parked = parked
        self._county = trust.now().county
        self._topics = Topics(self._county)
        self._stations = _Stations()
        self._ordered: dict[str, int] = {}  # last order of each stream that was announced on this connection

    def take(self, messages: Sequence[Message]) -> list[Letter]:
        """Commit what arrived; the messages may be acknowledged when this returns. The letters are our answers."""
        now = self._clock.now()
        entries: list[Arrived] = []
        wants: dict[str, Want] = {}
        for message in messages:
            try:
                self._sort(message, entries, wants, now)
            except (WireError, ContractError, ValidationError) as wrong:
                self._park(message, message.payload, wrong, now)
        letters = self._receipts(self._database.take(entries, now.text), now) if entries else []
        for station, want in wants.items():
            letters += self._answer(station, want)
        return letters

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
        for stream in self._orders.streams():
            through = self._orders.through(stream)
            after = self._ordered.get(stream, max(through - 1, 0))
            letters += self._letters(stream, stream, after)
            self._ordered[stream] = through
        return letters

    def _event(self, entry: Envelope) -> Letter:
        grant = self._stations.of(self._trust.now()).get(entry.header.log)
        payload = event(entry, grant.name if grant else "")
        return Letter(self._topics.feed(entry.header.kind), payload, EVENT_TYPE)

    def _sort(self, message: Message, entries: list[Arrived], wants: dict[str, Want], now: Now) -> None:
        station, channel = self._topics.split(message.topic)
        if channel == "up":
            for data in unpack(message.payload, message.deflated):
                try:
                    entries.append(self._judge(data, station))
                except ContractError as wrong:
                    self._park(message, data, wrong, now)
        elif channel == "want":
            wants[station] = Want.model_validate_json(message.payload)
        elif channel == "status":
            status = Status.model_validate_json(message.payload)
            self._database.status(station, status.model_dump(), now.text)
        else:
            raise WireError(f"nothing is taken from {channel}")

    def _judge(self, data: bytes, station: str) -> Arrived:
        envelope = read(data)
        grant = self._stations.of(self._trust.now()).get(envelope.header.log)
        if grant is None:
            raise Forged(f"log {envelope.header.log} belongs to no station of this county")
        if envelope.key != envelope.header.log:
            raise Forged("the entry does not name its log's key")
        verify(envelope, grant.public)
        if grant.name != station:
            raise Forged(f"an entry of {grant.name} came under the topic of {station}")
        return Arrived(grant.name, envelope)

    def _park(self, message: Message, payload: bytes, wrong: Exception, now: Now) -> None:
        station, channel = message.topic.split("/")[-2:]
        reason = "not in the form of its channel" if isinstance(wrong, ValidationError) else str(wrong)
        self._database.park(message.topic, payload, reason, now.text)
        self._parked(station, channel, reason)

    def _receipts(self, taken: Taken, now: Now) -> list[Letter]:
        stations = self._stations.of(self._trust.now())
        letters = []
        for log, head in taken.heads.items():
            checkpoint = Checkpoint(log, head.through, head.root)
            note = sign_receipt(checkpoint, now.at, f"liangzheng/{self._county}/witness", self._witness)
            self._database.receipted(log, head.through, note)
            letters.append(Letter(self._topics.of(stations[log].name, "receipt"), note.encode(), TEXT_TYPE))
        return letters

    def _answer(self, station: str, want: Want) -> list[Letter]:
        """The orders that a station misses, both streams, on its own topic."""
        return [*self._letters(ALL, station, want.all), *self._letters(station, station, want.own)]

    def _letters(self, stream: str, station: str, after: int) -> Iterator[Letter]:
        topic = self._topics.of(station, "order")
        while found := self._orders.after(stream, after, ORDERS_AT_ONCE):
            after += len(found)
            while found:
                parcel = pack(found)
                yield Letter(topic, parcel.payload, JSON_TYPE, parcel.deflated)
                found = found[parcel.count :]


class _Stations:
    """Grants of station keys by log; made anew when the trust list is."""

    def __init__(self) -> None:
        self._trust: Trust | None = None
        self._grants: dict[str, Grant] = {}

    def of(self, trust: Trust) -> dict[str, Grant]:
        if trust is not self._trust:
            self._trust = trust
            self._grants = {key_id(grant.public): grant for grant in trust.grants if grant.use == Use.STATION}
        return self._grants
