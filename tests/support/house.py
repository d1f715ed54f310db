"""A station's record without its devices, on a clock that the test sets, and a county that orders and acknowledges."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from kiosk import log
from kiosk.clock import Clock
from kiosk.contract import read
from kiosk.record import Home, Record
from kiosk.rules.messages import EntryBody, OrderBody
from tests.support.bodies import COUNTY, START, County

STATION = "gasa-01"


class House:
    """`time` is what the wall clock says; `synchronised` is touched when something vouches for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.county = County()
        self.station = self.county.enrol(STATION)
        self.home = Home(COUNTY, STATION, "0.1", folder / "record.db", folder / "up", folder / "down")
        self.blobs = folder / "blobs"
        self.synchronised = folder / "synchronised"
        self.time = START
        self.clock = self._clock()

    @contextmanager
    def record(self) -> Iterator[Record]:
        """From one start of the program to its end."""
        self.clock = self._clock()
        with closing(Record(self.home, self.station.key, self.county.trust, self.clock)) as record:
            yield record

    def order(self, *bodies: OrderBody, stream: str = "own") -> None:
        name = "all" if stream == "all" else STATION
        with closing(log.Writer(self.home.down / stream)) as writer:
            for body in bodies:
                writer.append(self.county.give(name, writer.last + 1, body).bytes())
            writer.flush()
            writer.publish(writer.last)

    def receipt(self, record: Record) -> None:
        """For all that is recorded, at the time of the clock."""
        note = self.county.receipt(record.log, record.last, record.tables.root(record.last), self.time)
        with closing(log.Writer(self.home.down / "receipts")) as writer:
            writer.append(note.encode())
            writer.flush()
            writer.publish(writer.last)

    def entries(self, *kinds: type[EntryBody]) -> list[EntryBody]:
        bodies = [read(payload).entry for _, payload in log.payloads(self.home.up)]
        return [body for body in bodies if isinstance(body, kinds)]

    def passes(self, **time: float) -> None:
        self.time += timedelta(**time)

    def spoil(self, seq: int) -> None:
        """Turn one bit of an entry's body in its segment, with a checksum that fits: a change that the log allows."""
        (file,) = self.home.up.glob("*.seg")
        frames = [payload for _, payload in log.payloads(self.home.up)]
        frames[seq - 1] = frames[seq - 1].replace(b'"part":"camera"', b'"part":"kamera"')
        file.unlink()
        (self.home.up / "through").unlink()
        with closing(log.Writer(self.home.up)) as writer:
            for frame in frames:
                writer.append(frame)
            writer.flush()
            writer.publish(writer.last)

    def _clock(self) -> Clock:
        return Clock(START - timedelta(days=30), lambda: self.time, self.synchronised, lambda: 0.0)


def at(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds")
