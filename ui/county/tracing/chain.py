"""What the county's records know of a batch: how it was grown, what it was made of, where it went.

Of a batch counts what the station says that certified it; of a step forward what any station says. Every question
reads an index, and gives no more than a page can show.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.rules.messages import (
    Certificate,
    Correction,
    Dispatched,
    DrugsStated,
    EntryBody,
    FarmWork,
    Incoming,
    LotDeclared,
)
from kiosk.rules.scan.numbers import parse_number
from ui.county.reader import Kept, Reader
from ui.county.sheet import body_of
from ui.county.sql import Row
from ui.county.tracing.tables import key

SEASON = timedelta(days=365)  # a producer's record of what he did before
MOST = 20  # lines of each part of the page
AT_BOX = "seq:"  # a paper without a number, by its entry (kiosk.rules.messages.Proofs)
ON_LOT = """select log, seq from trace_lot where lot = ? and station = ? and kind = ? order by seq desc limit ?"""
WORK = """select log, seq from trace_work where subject = ? and product = ? and day between ? and ? and station = ?
  order by day desc, log desc, seq desc limit ?"""
MADE = "select log, seq from trace_source where source = ? order by time, log, seq limit ?"
ON_NUMBER = "select log, seq from trace_lot where number = ? and kind = ? order by time, log, seq limit ?"
CORRECTED = "select log, seq from correction where log = ? and corrects = ? order by seq limit ?"
BRANDS = "select name, since, until from trace_brand where subject = ? order by since desc limit ?"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry with its body."""

    kept: Kept
    body: EntryBody


class Chain:
    """Of one certificate whose entry is here; `station` is the one that made it."""

    def __init__(self, reader: Reader, log: str, station: str, certificate: Certificate) -> None:
        self._reader = reader
        self._log = log
        self._station = station
        self._certificate = certificate

    def drugs(self) -> DrugsStated | None:
        """What the certificate itself rests on, else what was said of the batch last."""
        named = self._certificate.proofs.drugs
        found = [] if named is None else self._read([(self._log, named)])
        stated = next((one.body for one in found), None) or next(iter(self._on_lot(DrugsStated.kind, 1)), None)
        return stated if isinstance(stated, DrugsStated) else None

    def work(self) -> tuple[FarmWork, ...]:
        """What the producer did in the year before, on this plot where it is known, the oldest first."""
        paper, day = self._certificate, _day(self._certificate.date)
        if day is None or not paper.subject.id:
            return ()
        about = (key(paper.subject.id), key(paper.product), (day - SEASON).isoformat(), paper.date, self._station)
        found = self._bodies(self._reader.sql.execute(WORK, (*about, MOST)).fetchall())
        plots = {one.plot for one in self._declared()} - {""}
        lines = [one for one in found if isinstance(one, FarmWork) and (not plots or one.plot in (*plots, ""))]
        return tuple(reversed(lines))

    def back(self) -> tuple[Certificate | Incoming | str, ...]:
        """What a buyer mixed: certificates of ours, papers that he collected, numbers of papers that are not here."""
        found: dict[str, Certificate | Incoming | str] = {}
        for source in self._certificate.proofs.incoming[:MOST]:
            number = parse_number(source)
            one = self._named(number) if number else self._collected(source)
            if one is not None:
                found[source] = one
        for paper in self._sources():
            found.setdefault(paper.number, paper)
        return tuple(found.values())[:MOST]

    def forward(self, kind: str) -> tuple[Recorded, ...]:
        """Entries of a kind that say what became of the goods: a paper made on this one, a dispatch, a collection."""
        number, lot = self._certificate.number, self._certificate.lot
        if kind == Certificate.kind:
            rows = self._reader.sql.execute(MADE, (number, MOST)).fetchall()
        else:
            rows = self._reader.sql.execute(ON_NUMBER, (number, kind, MOST)).fetchall()
        if kind == Dispatched.kind and lot:
            rows += self._reader.sql.execute(ON_LOT, (key(lot), self._station, kind, MOST)).fetchall()
        names = dict.fromkeys((row["log"], row["seq"]) for row in rows)
        return self._read(names)[:MOST]

    def corrections(self, seq: int) -> tuple[Recorded, ...]:
        return corrections(self._reader, self._log, seq)

    def _declared(self) -> tuple[LotDeclared, ...]:
        return tuple(one for one in self._on_lot(LotDeclared.kind, MOST) if isinstance(one, LotDeclared))

    def _sources(self) -> list[Certificate]:
        """Certificates of the batches that went into this one."""
        lots = dict.fromkeys(lot for one in self._declared() for lot in (*one.sources, one.parent) if lot)
        found = [paper for lot in tuple(lots)[:MOST] for paper in self._on_lot(Certificate.kind, MOST, lot)]
        own = self._certificate.number
        return [one for one in found if isinstance(one, Certificate) and one.number != own]

    def _named(self, number: str) -> Certificate | str:
        row = self._reader.certificate(number)
        found = [] if row is None else self._read([(row["log"], row["seq"])])
        return next((one.body for one in found if isinstance(one.body, Certificate)), number)

    def _collected(self, source: str) -> Incoming | None:
        seq = source.removeprefix(AT_BOX)
        if not source.startswith(AT_BOX) or not seq.isascii() or not seq.isdecimal() or len(seq) > 15:
            return None
        found = self._read([(self._log, int(seq))])
        return next((one.body for one in found if isinstance(one.body, Incoming)), None)

    def _on_lot(self, kind: str, most: int, lot: str | None = None) -> tuple[EntryBody, ...]:
        name = self._certificate.lot if lot is None else lot
        if not name:
            return ()
        rows = self._reader.sql.execute(ON_LOT, (key(name), self._station, kind, most)).fetchall()
        return self._bodies(rows)

    def _bodies(self, rows: list[Row]) -> tuple[EntryBody, ...]:
        return tuple(one.body for one in self._read((row["log"], row["seq"]) for row in rows))

    def _read(self, names: Iterable[tuple[str, int]]) -> tuple[Recorded, ...]:
        return read(self._reader, names)


def read(reader: Reader, names: Iterable[tuple[str, int]]) -> tuple[Recorded, ...]:
    """The entries of these names whose bodies are here and known."""
    kept = [one for name in names if (one := reader.entry(*name)) is not None]
    return tuple(Recorded(one, body) for one in kept if (body := body_of(one)) is not None)


def corrections(reader: Reader, log: str, seq: int) -> tuple[Recorded, ...]:
    """Corrections of an entry, the oldest first."""
    rows = reader.sql.execute(CORRECTED, (log, seq, MOST)).fetchall()
    found = read(reader, ((row["log"], row["seq"]) for row in rows))
    return tuple(one for one in found if isinstance(one.body, Correction))


def brands(reader: Reader, subject: str, today: date) -> tuple[tuple[str, str], ...]:
    """Names of a producer's brands that the office noted and that stand today, with the day since when."""
    rows = reader.sql.execute(BRANDS, (key(subject), MOST)).fetchall() if subject else []
    day = today.isoformat()
    return tuple((row["name"], row["since"]) for row in rows if row["since"] <= day <= (row["until"] or day))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
