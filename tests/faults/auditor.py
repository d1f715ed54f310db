"""What must be true after every turn, whatever was killed: read from files, paper and the county, never from memory.

Each finding is a sentence about something lost, doubled or changed. No finding: nothing lost, nothing twice.
"""

import base64
import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kiosk import contract, log
from kiosk.checkpoint import Receipt, open_receipt
from kiosk.contract import Envelope
from kiosk.export import take_out
from kiosk.record import Home
from kiosk.rules.messages import Certificate, Opened, Print, PrintOutcome, Reprint, Test
from kiosk.trust import public_bytes, read_key, read_trust
from tests.faults.feed import Listener
from tests.faults.patient import HOLDS
from tests.faults.tray import Tray
from tests.support.waiting import came
from ui.audit.together import Asked, audit
from ui.county.act_tables import OFFICE
from ui.county.public import SEALED_OFF
from ui.demo.bench import Bench

SETTLED_WITHIN = 90.0


@dataclass(frozen=True, slots=True)
class Numbered:
    """An entry's body with its place in the log."""

    seq: int
    body: object


class Auditor:
    """Remembers what it saw at the last audit, so that a changed past is noticed."""

    def __init__(self, bench: Bench, listener: Listener, tray: Tray) -> None:
        self._bench = bench
        self._listener = listener
        self._tray = tray
        self._trust = read_trust(bench.county / "trust.json")
        self._public = public_bytes(read_key(bench.box / "keys" / "station.key"))
        self._before: list[bytes] = []
        self._read: list[Envelope] = []
        self._excused: set[str] = set()

    def audit(self, *, broker_killed: bool) -> list[str]:
        """Wait until the county has receipted everything, then look at all of it."""
        found = list(self._settle())
        found += self._log()
        found += self._numbers()
        found += self._papers()
        found += self._tests()
        found += self._tables()
        found += self._county()
        found += self._feed(broker_killed)
        found += self._exported()
        return found

    # --- the box ------------------------------------------------------------------------------------------------

    def _log(self) -> Iterator[str]:
        try:
            lying = [payload for _, payload in log.payloads(self._bench.box / "up")]
        except log.LogError as wrong:
            yield f"up/: {wrong}"
            return
        if lying[: len(self._before)] != self._before:
            yield "up/: an entry that was there has changed or is gone"
        for payload in lying[len(self._before) :]:
            envelope = contract.read(payload)
            contract.verify(envelope, self._public)
            self._read.append(envelope)
            if envelope.header.seq != len(self._read):
                yield f"up/: entry {envelope.header.seq} stands at place {len(self._read)}"
        self._before = lying

    def _numbers(self) -> Iterator[str]:
        certificates, bodies = self._certificates(), self._bodies()
        yield from _twice("certificate", (one.number for one in certificates))
        yield from _twice("certificate of turn", (one.visit for one in certificates))
        for certificate in certificates:
            again = [body.copy for body in bodies if isinstance(body, Reprint) and body.number == certificate.number]
            ends = [body for body in bodies if isinstance(body, Print) and body.number == certificate.number]
            if again != list(range(2, len(again) + 2)):
                yield f"{certificate.number}: reprints {again}"
            yield from _ended(certificate.number, 1 + len(again), ends)

    def _papers(self) -> Iterator[str]:
        self._tray.settle()
        for certificate in self._certificates():
            copies = self._tray.copies(certificate)
            if len(copies) != 1:
                yield f"{certificate.number}: {len(copies)} whole papers in hand (copies {copies})"

    def _tests(self) -> Iterator[str]:
        """No record of the device stands in two tests."""
        tests = [body for body in self._bodies() if isinstance(body, Test)]
        records = (
            f"{test.device.profile} record {one.record} channel {one.channel} {one.quantity} of {one.taken_at}"
            for test in tests
            for one in test.sample
        )
        yield from _twice("device record", records)

    def _tables(self) -> Iterator[str]:
        with closing(_opened(self._bench.box / "state" / "record.db")) as tables:
            rows = [bytes(row[0]) for row in tables.execute("select envelope from entry order by seq")]
            open_visits = tables.execute("select count(*) from open_visit where id not like '%/%'").fetchone()[0]
            through = tables.execute("select coalesce(max(through), 0) from receipt").fetchone()[0]
        if rows != self._before:
            yield f"record.db holds {len(rows)} entries that are not those of the {len(self._before)} in up/"
        if open_visits:
            yield f"{open_visits} visits are still open"
        if through != len(self._before):
            yield f"the station believes {through} of {len(self._before)} entries receipted"

    def _exported(self) -> Iterator[str]:
        """The independent auditor of exports finds nothing, beside the station that works."""
        box, opened = self._bench.box, self._read[0].entry
        if not isinstance(opened, Opened):
            yield f"the log begins with {self._read[0].header.kind}"
            return
        home = Home(opened.county, opened.station, "", box / "state" / "record.db", box / "up", box / "down")
        out = self._bench.folder / "audited.zip"
        take_out(home, read_key(box / "keys" / "station.key"), self._trust, 1, len(self._read), out)
        audited = audit(Asked([out], base64.b64encode(self._trust.root).decode()))
        for one in (*audited.each[0].tell.findings, *audited.together.findings):
            yield f"liangzheng audit: {one.code} at entry {one.seq}: {dict(one.facts)}"

    # --- the county ---------------------------------------------------------------------------------------------

    def _settle(self) -> Iterator[str]:
        """Nothing is on its way any more: receipted by the county, and the station knows."""
        if not came(self._is_settled, SETTLED_WITHIN, again=0.1):
            yield f"after {SETTLED_WITHIN:.0f} s the county has not receipted the whole log"

    def _is_settled(self) -> bool:
        recorded, receipt = log.Tail(self._bench.box / "up").through, self._receipt()
        if receipt is None or receipt.checkpoint.size != recorded:
            return False
        with closing(_opened(self._bench.box / "state" / "record.db")) as tables:
            known = tables.execute("select coalesce(max(through), 0) from receipt").fetchone()[0]
        with closing(_opened(self._bench.county / "county.db")) as county:
            waiting = county.execute("select count(*) from outgoing").fetchone()[0]
        return bool(known == recorded and not waiting)

    def _receipt(self) -> Receipt | None:
        notes = log.Tail(self._bench.box / "down" / "receipts")
        newest = notes.after(max(0, notes.through - 1), 1)
        return open_receipt(newest[0][1].decode(), self._trust) if newest else None

    def _county(self) -> Iterator[str]:
        name, size, root = self._read[0].header.log, len(self._read), _root(self._read)
        receipt = self._receipt()
        if receipt is None or (receipt.checkpoint.size, receipt.checkpoint.root) != (size, root):
            yield "the receipt's root is not that of the log"
        with closing(_opened(self._bench.county / "county.db")) as county:
            kept = county.execute("select seq, header, body from entry where log = ? order by seq", (name,)).fetchall()
            strange = "select count(*) from entry where log <> ? and station <> ?"  # its own log is the county's
            others = county.execute(strange, (name, OFFICE)).fetchone()[0]
            head = county.execute("select through, root from head where log = ?", (name,)).fetchone()
            wrong = {
                table: county.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608 - our own words
                for table in ("conflict", "parked")
            }
            issued = county.execute("select number from certificate").fetchall()
        ours = [(one.header.seq, one.header.bytes(), one.body) for one in self._read]
        if kept != ours or others:
            yield f"the county keeps {len(kept)} + {others} entries, the box {len(ours)}, or they differ"
        if head is None or (head[0], bytes(head[1])) != (size, root):
            yield "the county's tree is not that of the log"
        if any(wrong.values()):
            yield f"the county put aside: {wrong}"
        if Counter(row[0] for row in issued) != Counter(one.number for one in self._certificates()):
            yield "the county's certificates are not those of the log"

    def _feed(self, broker_killed: bool) -> Iterator[str]:
        """Each entry at least once. What a killed broker had taken and not passed on went down with it."""
        told = [one.header for one in self._read if one.header.kind not in SEALED_OFF]
        wanted = {f"{header.log}/{header.seq}" for header in told} - self._excused
        came(lambda: wanted <= set(self._listener.heard), 2.0 if broker_killed else 20.0, again=0.1)
        missing = wanted - set(self._listener.heard)
        if broker_killed:
            self._excused |= missing
        elif missing:
            yield f"the feed did not carry {sorted(missing)}"

    @property
    def excused(self) -> int:
        """Events of the feed that went down with a killed broker."""
        return len(self._excused)

    @property
    def entries(self) -> int:
        return len(self._read)

    def _bodies(self) -> Sequence[object]:
        return [envelope.entry for envelope in self._read]

    def _certificates(self) -> list[Certificate]:
        return [body for body in self._bodies() if isinstance(body, Certificate)]


def _ended(number: str, copies: int, ends: Sequence[Print]) -> Iterator[str]:
    """Every copy has an end, the last one is in somebody's hand, and no end is told twice."""
    by_copy = {copy: [end.outcome for end in ends if end.copy == copy] for copy in range(1, copies + 1)}
    for copy, outcomes in by_copy.items():
        if not outcomes:
            yield f"{number}: copy {copy} has no end"
        elif outcomes.count(PrintOutcome.PRINTED) + outcomes.count(PrintOutcome.CONFIRMED) > 1:
            yield f"{number}: copy {copy} ended {[str(one) for one in outcomes]}"
    if by_copy[copies] and by_copy[copies][-1] not in HOLDS:
        yield f"{number}: the last copy ended {by_copy[copies][-1]}"
    if any(not 1 <= end.copy <= copies for end in ends):
        yield f"{number}: an end of a copy that was never begun"


def _twice(what: str, names: Iterator[str]) -> Iterator[str]:
    for name, times in Counter(names).items():
        if times > 1:
            yield f"{what} {name} stands {times} times"


def _root(entries: Sequence[Envelope]) -> bytes:
    """RFC 6962 §2.1 as it is written there, so that the product's tree is not asked about itself."""
    return _hash([entry.header.bytes() for entry in entries])


def _hash(leaves: Sequence[bytes]) -> bytes:
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + _hash(leaves[:split]) + _hash(leaves[split:])).digest()


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)
