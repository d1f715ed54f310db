"""What entries and acts change in the tables behind proof and trace. The caller owns the transaction.

Of an entry stands here what it is found by; what it says is read from the entry itself.
"""

import hashlib

from kiosk.contract import Envelope
from kiosk.rules.messages import (
    ActBody,
    Certificate,
    Control,
    Correction,
    Dispatched,
    DossierNoted,
    DrugsStated,
    EntryBody,
    FarmWork,
    Incoming,
    LotDeclared,
    Reviewed,
    TraceLabel,
    Voucher,
)
from kiosk.rules.scan.numbers import parse_number
from ui.county.place import Place
from ui.county.sql import Sql

MOST_NAME = 64  # letters of what is searched for; what is longer is found by its hash, or no index could hold it


class TraceTables:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def reported(self, body: EntryBody, entry: Envelope, at: Place) -> None:
        """An entry of a station."""
        match body:
            case Correction(corrects=seq):
                self._sql.execute("insert into correction values (?, ?, ?)", (at.log, at.seq, seq))
            case Reviewed(test=seq):
                self._sql.execute("insert into reviewed values (?, ?, ?)", (at.log, at.seq, seq))
            case Control(run=run, method=method):
                names = (at.log, at.seq, key(run), key(method))
                self._sql.execute("insert into trace_control values (?, ?, ?, ?)", names)
            case FarmWork(subject=subject, product=product, on=day):
                row = (at.log, at.seq, at.station, key(subject), key(product), day)
                self._sql.execute("insert into trace_work values (?, ?, ?, ?, ?, ?)", row)
            case _:
                self._on_lot(body, entry, at)

    def acted(self, act: ActBody, _entry: Envelope, at: Place) -> None:
        """An act of the office."""
        match act:
            case DossierNoted(what="brand") as brand:
                row = (at.log, at.seq, key(brand.subject), brand.name, brand.on, brand.until)
                self._sql.execute("insert into trace_brand values (?, ?, ?, ?, ?, ?)", row)

    def _on_lot(self, body: EntryBody, entry: Envelope, at: Place) -> None:
        match body:
            case Certificate() as certificate:
                self._lot(certificate.lot, certificate.number, entry, at)
                self._sources(certificate, entry, at)
            case Voucher() | TraceLabel():
                self._lot(body.lot, body.certificate, entry, at)
            case Dispatched(lot=lot, certificate=number) | Incoming(lot=lot, number=number):
                self._lot(lot, number, entry, at)
            case LotDeclared(lot=lot) | DrugsStated(lot=lot):
                self._lot(lot, "", entry, at)

    def _lot(self, lot: str, number: str, entry: Envelope, at: Place) -> None:
        if lot or number:
            row = (at.log, at.seq, entry.header.kind, at.station, key(lot), paper(number), entry.header.time)
            self._sql.execute("insert into trace_lot values (?, ?, ?, ?, ?, ?, ?)", row)

    def _sources(self, certificate: Certificate, entry: Envelope, at: Place) -> None:
        for source in dict.fromkeys(paper(one) for one in certificate.proofs.incoming if parse_number(one)):
            row = (at.log, at.seq, source, at.station, entry.header.time)
            self._sql.execute("insert into trace_source values (?, ?, ?, ?, ?)", row)


def key(name: str) -> str:
    """What a batch, a run or a producer is found by."""
    fits = len(name) <= MOST_NAME and "\0" not in name
    return name if fits else hashlib.sha256(name.encode()).hexdigest()


def paper(number: str) -> str:
    """What a paper is found by: its number however somebody wrote it."""
    return parse_number(number) or key(number)
