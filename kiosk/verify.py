"""Is a code on paper genuine, and does it still count? Pure and offline: bytes, the counties' lists and a day in, an
answer in sentences out. What a list cannot tell is said, and an old list warns; it never fails a paper by itself.

A sealed code proves what was recorded where. It says nothing of a copy: a photocopy is as genuine as its original.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Protocol

from kiosk.rules.scan import codes, numbers
from kiosk.rules.scan.scanned import Kind, Scanned
from kiosk.rules.sentence import Sentence
from kiosk.seal import CertificateCode, Unchecked, open_card, read_certificate, signers
from kiosk.trust import Broken, Counts, Grant, SealError, Trust, Use

OLD_DAYS = 7  # an older list of revoked certificates is warned of (reliability.md §4.2)
COUNTY_DIGITS = 6  # with which a certificate's number begins


class Verdict(StrEnum):
    GENUINE = "genuine"  # sealed by a key that counts, and on no list that was asked
    FALSE = "false"  # no seal of a station, or not by a key that counted on its day
    REVOKED = "revoked"  # sealed, and void or taken back since
    UNCLEAR = "unclear"  # what is at hand cannot tell


class Why(StrEnum):
    """Why a number is on a list of revoked certificates."""

    ORDER = "order"  # the county declared it void
    VOID = "void"  # its station did (certificate.voided)


class RevokedNumbers(Protocol):
    """A list of revoked certificates, as of `day`; None where nobody has confirmed it yet.

    `counter` is None where the list is a station's own tables.
    """

    @property
    def day(self) -> date | None: ...

    @property
    def counter(self) -> int | None: ...

    def why(self, number: str) -> Why | None: ...


@dataclass(frozen=True, slots=True)
class County:
    """What is at hand of one county."""

    trust: Trust
    revoked: RevokedNumbers | None = None


@dataclass(frozen=True, slots=True)
class PaperCheck:
    """The answer: a verdict and why, what is known besides, what could not be known.

    `code` holds the signed words, to be compared with the paper; None where no known key vouches for them.
    """

    verdict: Verdict
    why: Sentence
    told: tuple[Sentence, ...] = ()
    doubts: tuple[Sentence, ...] = ()
    code: CertificateCode | None = None
    number: str = ""
    of_certificate: bool = True  # False: it is the code of something else


@dataclass(frozen=True, slots=True)
class Witnessed:
    """Where a log's proof places a certificate: entry `seq` of a log that the county had on `day`."""

    seq: int
    day: date


def judge(data: bytes, counties: Sequence[County], today: date, witnessed: Witnessed | None = None) -> PaperCheck:
    """What scanned or typed bytes are. `witnessed` is known of a certificate whose entry was proved."""
    scanned = codes.explain(data)
    match scanned.kind:
        case Kind.CERTIFICATE if scanned.token is not None:
            return judge_token(scanned.token, counties, today, witnessed)
        case Kind.CERTIFICATE:
            return PaperCheck(Verdict.FALSE, Sentence("verify.false.broken"))
        case Kind.NUMBER:
            return _number(scanned, counties, today)
        case Kind.CARD:
            return _card(scanned, counties)
    other = Sentence(scanned.note, dict(scanned.facts))
    return PaperCheck(Verdict.UNCLEAR, Sentence("verify.unclear.other"), (other,), of_certificate=False)


def judge_token(
    token: bytes, counties: Sequence[County], today: date, witnessed: Witnessed | None = None
) -> PaperCheck:
    """What the payload of a certificate's code is worth."""
    try:
        found = read_certificate(token)
    except Broken:
        return PaperCheck(Verdict.FALSE, Sentence("verify.false.broken"))
    number = numbers.parse_number(found.code.number)
    if number != found.code.number:
        return PaperCheck(Verdict.FALSE, Sentence("verify.false.number"))
    county = _county(number, counties)
    if county is None:
        return _shown(number, Verdict.UNCLEAR, "verify.unclear.county", county=number[:COUNTY_DIGITS])
    grants = county.trust.grants_of(Use.STATION, found.kid)
    if not grants:
        return _stranger(found, county.trust)
    ours = signers(found, grants)
    if not ours:
        return _shown(number, Verdict.FALSE, "verify.false.broken")
    return _standing(found.code, ours, county, today, witnessed)


def _county(number: str, counties: Sequence[County]) -> County | None:
    return next((one for one in counties if one.trust.county == number[:COUNTY_DIGITS]), None)


def _stranger(found: Unchecked, trust: Trust) -> PaperCheck:
    """A list that is newer than the paper would name its station; an older one may not know it yet."""
    newest = trust.newest()
    verdict = Verdict.FALSE if found.code.date.isoformat() < newest else Verdict.UNCLEAR
    return _shown(found.code.number, verdict, f"verify.{verdict}.key", county=trust.county, newest=newest)


def _standing(
    code: CertificateCode, ours: Sequence[Grant], county: County, today: date, witnessed: Witnessed | None
) -> PaperCheck:
    """A code that a key of the county sealed, with the grants of that key: whether both counted, and count."""
    day = code.date.isoformat()
    grant = next((one for one in ours if one.since <= day <= one.until), None)
    if grant is None:
        last = ours[-1]
        facts = {"day": day, "since": last.since, "until": last.until, "station": last.name}
        return PaperCheck(Verdict.FALSE, Sentence("verify.false.day", facts), code=code, number=code.number)
    sealed = Sentence("verify.told.sealed", {"station": grant.name, "county": county.trust.county})
    key = Sentence("verify.told.key", {"since": grant.since, "until": grant.until})
    checked = PaperCheck(Verdict.GENUINE, Sentence("verify.genuine.why"), (sealed, key), code=code, number=code.number)
    if code.date > today:
        checked = replace(checked, doubts=(Sentence("verify.doubt.future", {"day": day}),))
    checked = _key_of(checked, code, county.trust, witnessed)
    return _listed(checked, code.number, county, today, code.date)


def _key_of(checked: PaperCheck, code: CertificateCode, trust: Trust, witnessed: Witnessed | None) -> PaperCheck:
    """Of a key that was taken back: the day on the paper is its own word, unless the county saw the entry before."""
    word = trust.revocation(Use.STATION, code.log)
    if word is None:
        return checked
    through = trust.station_through(code.log) or 0
    facts = {"since": word.since, "through": str(through)}
    counts = trust.counts(Use.STATION, code.log, code.date, None if witnessed is None else witnessed.seq)
    if counts is Counts.YES:
        return replace(checked, told=(*checked.told, Sentence("verify.told.key_ended", facts)))
    if counts is Counts.NO:
        return replace(checked, verdict=Verdict.REVOKED, why=Sentence("verify.revoked.key", facts))
    unclear = "verify.unclear.replaced" if word.is_replacement else "verify.unclear.key_ended"
    return replace(checked, verdict=Verdict.UNCLEAR, why=Sentence(unclear, facts))


def _listed(checked: PaperCheck, number: str, county: County, today: date, day: date | None) -> PaperCheck:
    """What the list of revoked certificates says, as of when; `day` is that of the certificate, where it is known."""
    listed = county.revoked
    found = None if listed is None else listed.why(number)
    if found is not None:
        checked = replace(checked, verdict=Verdict.REVOKED, why=Sentence(f"verify.revoked.{found}"))
    if listed is None or listed.day is None:
        return _unlisted(checked, "verify.doubt.no_list" if listed is None else "verify.doubt.never")
    age = (today - listed.day).days
    facts = {"day": listed.day.isoformat(), "days": str(max(age, 0)), "counter": str(listed.counter)}
    as_of = Sentence("verify.told.list" if listed.counter is not None else "verify.told.tables", facts)
    checked = replace(checked, told=(*checked.told, as_of))
    if age < 0:
        return replace(checked, doubts=(*checked.doubts, Sentence("verify.doubt.ahead", facts)))
    if found is None and age > OLD_DAYS:
        return replace(checked, doubts=(*checked.doubts, Sentence("verify.doubt.old", facts)))
    if found is None and day is not None and listed.day < day:
        return replace(checked, doubts=(*checked.doubts, Sentence("verify.doubt.before", facts)))
    return checked


def _unlisted(checked: PaperCheck, doubt: str) -> PaperCheck:
    if checked.verdict is Verdict.REVOKED:
        return checked
    why = Sentence("verify.genuine.unlisted") if checked.verdict is Verdict.GENUINE else checked.why
    return replace(checked, why=why, doubts=(*checked.doubts, Sentence(doubt)))


def _number(scanned: Scanned, counties: Sequence[County], today: date) -> PaperCheck:
    """A number proves nothing; but a list may know that it is void."""
    number = numbers.parse_number(scanned.text)
    if number is None:  # a code has no slips of the finger; who types has
        typed = "host" not in scanned.facts
        verdict, key = (Verdict.UNCLEAR, "unclear.typed") if typed else (Verdict.FALSE, "false.number")
        return PaperCheck(verdict, Sentence(f"verify.{key}"))
    checked = PaperCheck(Verdict.UNCLEAR, Sentence("verify.unclear.online"), number=number)
    county = _county(number, counties)
    return checked if county is None else _listed(checked, number, county, today, None)


def _card(scanned: Scanned, counties: Sequence[County]) -> PaperCheck:
    token = scanned.token
    ours = token is not None and any(_opens(token, county.trust) for county in counties)
    told = Sentence("verify.told.card" if ours else "verify.told.card_unknown")
    return PaperCheck(Verdict.UNCLEAR, Sentence("verify.unclear.card"), (told,), of_certificate=False)


def _opens(token: bytes, trust: Trust) -> bool:
    try:
        open_card(token, trust)
    except SealError:
        return False
    return True


def _shown(number: str, verdict: Verdict, key: str, **facts: str) -> PaperCheck:
    return PaperCheck(verdict, Sentence(key, facts), number=number)
