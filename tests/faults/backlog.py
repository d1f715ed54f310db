"""A long log without a station: signed entries of a realistic day, written as the record writes them, flushed once."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.contract import key_id, write
from kiosk.log import Writer
from kiosk.rules.messages import EntryBody, Incident, Print, PrintOutcome
from kiosk.rules.scan.numbers import certificate_number
from kiosk.trust import public_bytes, read_key
from tests.support.bodies import Station, a_print, a_test

STEP = timedelta(seconds=40)


class Backlog:
    """Adds to the log of an enrolled box in `folder` (station.key, up/)."""

    def __init__(self, folder: Path, county: str, station: str, at: datetime) -> None:
        self.folder = folder
        self.key = read_key(folder / "station.key")
        self.log = key_id(public_bytes(self.key))
        self.at = at
        self._face = Station(county, station, self.key, at)
        self._paper = self._face.certificate()  # its sealed code names another number: nobody looks at it here
        self._turn = 0

    def add(self, count: int, step: timedelta = STEP) -> int:
        """Write `count` more entries, `step` apart; the last number."""
        writer = Writer(self.folder / "up")
        bodies = self._bodies(first=writer.last == 0)
        for _ in range(count):
            writer.append(self._signed(writer.last + 1, next(bodies)))
            self.at += step
        writer.flush()
        writer.publish(writer.last)
        writer.close()
        return writer.last

    def blobs(self, count: int, size: int = 60_000) -> list[str]:
        """Captures of a run, as kiosk.blobs lays them: names of their bytes."""
        names = []
        home = self.folder / "blobs" / f"{self.at:%Y-%m}"
        home.mkdir(parents=True, exist_ok=True)
        for _ in range(count):
            data = secrets.token_bytes(size)
            names.append(hashlib.sha256(data).hexdigest())
            (home / names[-1]).write_bytes(data)
        return names

    def _signed(self, seq: int, body: EntryBody) -> bytes:
        time = self.at.isoformat(timespec="milliseconds")
        salt = secrets.token_bytes(16)
        return write(body, log=self.log, seq=seq, time=time, clock="ntp", salt=salt, key=self.key).bytes()

    def _bodies(self, *, first: bool) -> Iterator[EntryBody]:
        """A farmer's turn after the other: a test, his certificate, its print; sometimes a device in trouble."""
        if first:
            yield Incident("station", "station.started", {})
        while True:
            self._turn += 1
            number = certificate_number(self._face.county, secrets.token_bytes(7))
            certificate = replace(self._paper, number=number, visit=f"v-{self._turn}", date=f"{self.at:%Y-%m-%d}")
            yield a_test(nth=self._turn)
            yield certificate
            yield a_print(certificate.number)
            if self._turn % 7 == 0:
                yield Incident("printer", "printer.paper_out", {"nth": str(self._turn)})
            if self._turn % 11 == 0:
                yield Print(certificate.number, 2, PrintOutcome.PRINTED, "GS ( H 0002")
