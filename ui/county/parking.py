"""What is nobody's entry is put aside with its reason, and shown. A flood of it is counted, and fills no disk."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.rules.sentence import Sentence
from ui.county.database import Database
from ui.county.unfit import parked

BURST = 50  # messages of one station that are kept at once
REFILL_S = 600.0  # seconds until one more is
TOLD_S = 60.0  # between two sentences about the same station

Tell = Callable[..., None]


@dataclass(slots=True)
class Bucket:
    left: float
    at: float
    dropped: int = 0
    told_at: float = float("-inf")


class Parking:
    """Used by one thread. Seconds are monotonic."""

    def __init__(self, database: Database, tell: Tell) -> None:
        self._database = database
        self._tell = tell
        self._buckets: dict[str, Bucket] = {}

    def put(self, topic: str, payload: bytes, why: Sentence, received: str, seconds: float) -> None:
        station, channel = topic.split("/")[-2:]
        bucket = self._bucket(station, seconds)
        if bucket.left >= 1:
            bucket.left -= 1
            self._database.park(topic, payload, why.key, received, why.facts)
        else:
            bucket.dropped += 1
        if seconds - bucket.told_at >= TOLD_S or bucket.left >= 1:
            bucket.told_at = seconds
            self._tell("office.intake.parked", station=station, channel=channel)
            self._tell(why.key, **why.facts)

    def settle(self, topic: Callable[[str], str], received: str) -> None:
        """Say on the page, once a commit and in one row per station, that more came than was kept."""
        for station, bucket in self._buckets.items():
            if bucket.dropped:
                bucket.dropped = 0
                self._database.park(topic(station), b"", parked("counted").key, received)

    def _bucket(self, station: str, seconds: float) -> Bucket:
        bucket = self._buckets.setdefault(station, Bucket(BURST, seconds))
        bucket.left = min(BURST, bucket.left + (seconds - bucket.at) / REFILL_S)
        bucket.at = seconds
        return bucket
