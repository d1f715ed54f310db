"""What the code on a paper opens: what it is, is it genuine, does it still count, what does the county know of it.

No log-in.

Unreadable   the address is not a code or a number at all
Unknown      a code that no station of this county sealed, or a number that nobody reported
Gone         retention took what was recorded under the number
Stranger     of another county, of which no list of keys is at hand
"""

import base64
import binascii
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import Basis, Certificate, PrintOutcome, SubjectProposed, TraceLabel, Voided, Voucher
from kiosk.rules.scan.numbers import parse_number
from kiosk.seal import V14_M_CHARACTERS, CertificateCode, TestSummary, open_certificate, read_certificate
from kiosk.trust import Broken, Trust, Untold, Untrusted, Use
from ui.county.ordered import Heard
from ui.county.reader import Kept, Reader
from ui.county.sheet import body_of
from ui.county.telling import moment

MOST_DIGITS = 12


class Unreadable(Exception):
    pass


class Unknown(Exception):
    pass


class Gone(Exception):
    pass


class Stranger(Exception):
    """`page`: that county's own page for it; empty while nobody has said where it is."""

    def __init__(self, county: str, page: str) -> None:
        super().__init__(county, page)
        self.county = county
        self.page = page


class Void(StrEnum):
    """Who declared a paper void."""

    NOBODY = ""
    STATION = "station"  # the one that issued it
    COUNTY = "county"


class Standing(StrEnum):
    """How the sealed code and the county's records stand to each other."""

    RECORDED = "recorded"  # in the verified part of the log, and a receipt covers it
    STORED = "stored"
    AWAITED = "awaited"  # nothing later has arrived from this station either
    MISSING = "missing"  # later entries have arrived, this one has not
    DIFFERS = "differs"  # the number is recorded with another code
    UNTOLD = "untold"  # its key was taken back since, and no receipt says that it was sealed before


@dataclass(frozen=True, slots=True)
class Printed:
    """Pieces of paper that came, or may have come, out of a printer; each part has an original of its own."""

    parts: int = 0
    again: int = 0  # marked 补打


@dataclass(frozen=True, slots=True)
class Traced:
    """`recorded` is the certificate's entry when it is here and its body has not been retired."""

    code: CertificateCode
    station: str
    standing: Standing
    recorded: Certificate | None
    printed: Printed
    void: Void = Void.NOBODY
    by_number: bool = False  # nobody has shown the sealed code: a number can be copied by anybody
    seq: int = 0  # of the certificate's entry in `code.log`; 0 while it is not here

    @property
    def subject(self) -> str:
        return self.recorded.subject.name if self.recorded else self.code.subject

    @property
    def product(self) -> str:
        return self.recorded.product if self.recorded else self.code.product

    @property
    def origin(self) -> str:
        return self.recorded.origin if self.recorded else self.code.origin

    @property
    def contact(self) -> str:
        return self.recorded.subject.contact if self.recorded else ""

    @property
    def quantity(self) -> str:
        return plain(self.code.quantity) if abs(self.code.quantity.adjusted()) <= MOST_DIGITS else "—"

    @property
    def basis(self) -> tuple[Basis, ...]:
        return self.code.basis

    @property
    def tests(self) -> tuple[TestSummary, ...]:
        return self.code.tests


@dataclass(frozen=True, slots=True)
class TracedPaper:
    """A paper with a number that is no certificate. `name` is the producer's, empty when nobody knows it."""

    paper: Voucher | TraceLabel
    kept: Kept
    standing: Standing
    name: str
    void: Void


def by_code(text: str, reader: Reader, trust: Trust, ordered: Heard) -> Traced:
    """The certificate behind the base32 text of a code. Raises Unreadable or Unknown."""
    return _traced(token_of(text), reader, trust, ordered)


def by_number(text: str, reader: Reader, trust: Trust, ordered: Heard) -> Traced | TracedPaper:
    """What has the number that somebody typed, or that a small paper's code names. Raises Unreadable, Unknown, Gone."""
    number = parse_number(text)
    if number is None:
        raise Unreadable(text)
    kept = _kept(number, reader)
    if kept is None:
        return _paper(number, reader, ordered)
    body = body_of(kept)
    if kept.envelope.body is None:
        raise Gone(number)
    if not isinstance(body, Certificate):
        raise Unknown(number)
    try:
        token = bytes.fromhex(body.code)
    except ValueError as wrong:
        raise Unknown(number) from wrong
    return replace(_traced(token, reader, trust, ordered), by_number=True)


def _paper(number: str, reader: Reader, ordered: Heard) -> TracedPaper:
    """The first paper of the number."""
    rows = [row for kind in (Voucher.kind, TraceLabel.kind) for row in reader.papers(number, kind)]
    for row in rows:
        kept = reader.entry(row["log"], row["seq"])
        body = None if kept is None else body_of(kept)
        if kept is not None and isinstance(body, Voucher | TraceLabel):
            name = body.subject.name if isinstance(body, Voucher) else _name(body.subject, reader, ordered)
            return TracedPaper(body, kept, _covered(kept, reader), name, void_of(number, kept.station, reader, ordered))
    raise Gone(number) if rows else Unknown(number)


def _name(subject: str, reader: Reader, ordered: Heard) -> str:
    """As the county's list has it, else as a station took him in."""
    taken_in = reader.proposed(subject) if not (listed := ordered.name(subject)) else None
    body = None if taken_in is None else body_of(taken_in)
    return body.subject.name if isinstance(body, SubjectProposed) else listed


def void_of(number: str, station: str, reader: Reader, ordered: Heard) -> Void:
    """What a station says of another station's paper counts nothing."""
    if ordered.is_revoked(number):
        return Void.COUNTY
    voided = any(row["station"] == station for row in reader.papers(number, Voided.kind))
    return Void.STATION if voided else Void.NOBODY


def token_of(text: str) -> bytes:
    """The bytes of a code's base32; only the one right spelling is one. Raises Unreadable."""
    letters = text.upper()
    if len(letters) > V14_M_CHARACTERS:
        raise Unreadable(text[:20])
    try:
        token = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except (binascii.Error, ValueError) as wrong:
        raise Unreadable(text[:20]) from wrong
    if not token or base64.b32encode(token).decode().rstrip("=") != letters:
        raise Unreadable(text[:20])
    return token


def _traced(token: bytes, reader: Reader, trust: Trust, ordered: Heard) -> Traced:
    try:
        code = read_certificate(token).code
        kept = _kept(code.number, reader)
        body = None if kept is None else body_of(kept)
        recorded = body if isinstance(body, Certificate) and body.code == token.hex() else None
        standing = _standing(code, kept, recorded, reader)
        proved = None if kept is None or recorded is None or standing is not Standing.RECORDED else kept.envelope.header
        station = open_certificate(token, trust, None if proved is None else proved.seq)[1].name
    except Untold:
        station, standing = trust.grants_of(Use.STATION, code.log)[-1].name, Standing.UNTOLD
    except (Broken, Untrusted) as forged:
        raise Unknown(str(forged)) from forged
    void = void_of(code.number, station, reader, ordered)
    seq = 0 if kept is None or recorded is None else kept.envelope.header.seq
    return Traced(code, station, standing, recorded, _printed(code, reader), void, seq=seq)


def _printed(code: CertificateCode, reader: Reader) -> Printed:
    """As the log says that issued it."""
    newest: dict[str, int] = {}
    for row in reader.copies(code.number):
        if row["log"] == code.log and row["outcome"] != PrintOutcome.FAILED:
            newest[row["part"]] = max(row["copy"], newest.get(row["part"], 1))
    return Printed(len(newest), sum(newest.values()) - len(newest))


def _kept(number: str, reader: Reader) -> Kept | None:
    row = reader.certificate(number)
    return None if row is None else reader.entry(row["log"], row["seq"])


def _standing(code: CertificateCode, kept: Kept | None, recorded: Certificate | None, reader: Reader) -> Standing:
    if kept is None:
        return Standing.MISSING if _later_arrived(code, reader) else Standing.AWAITED
    retired = kept.envelope.body is None
    if kept.envelope.header.log != code.log or (recorded is None and not retired):
        return Standing.DIFFERS
    return _covered(kept, reader)


def _covered(kept: Kept, reader: Reader) -> Standing:
    head = reader.head(kept.envelope.header.log)
    covered = head is not None and kept.envelope.header.seq <= head.receipted
    return Standing.RECORDED if covered else Standing.STORED


def _later_arrived(code: CertificateCode, reader: Reader) -> bool:
    newest = moment(reader.last_time(code.log))
    return newest is not None and newest.date() > code.date
