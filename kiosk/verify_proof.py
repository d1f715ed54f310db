"""A county's proof of one entry, checked with nothing but the counties' root keys: who signed it, that its words are
whole, and that it stands in the log which the county receipted. Both of the county's forms: JSON and tlog-proof.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import rfc8785

from kiosk import contract, tree
from kiosk.checkpoint import Receipt, open_receipt
from kiosk.contract import ContractError, Envelope
from kiosk.rules.messages import Certificate
from kiosk.rules.sentence import Sentence
from kiosk.tlog_proof import TITLE, TlogProof, parse_tlog_proof
from kiosk.trust import Grant, SealError, Trust, Use
from kiosk.verify import County, PaperCheck, Verdict, Witnessed, judge_token

MARK = b"\xef\xbb\xbf"  # before UTF-8, as some editors write it
MOST_BYTES = 1 << 20  # that are read of a proof; an entry has 256 KiB at most
WRONG_FORM = (ValueError, KeyError, TypeError, AttributeError, RecursionError, SealError)


Parts = tuple[Any, tuple[bytes, ...], Any, dict[str, Any]]  # index, path, receipt, envelope and grant


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof file says; nothing of it is checked."""

    envelope: bytes
    grant: Grant
    index: int
    path: tuple[bytes, ...]
    receipt: str


class _Wrong(SealError):
    """Ends a look at a proof inside this file: `key` says where it fails."""

    def __init__(self, key: str, **facts: str) -> None:
        super().__init__(key)
        self.sentence = Sentence(f"verify.proof.{key}", facts)


def is_proof(data: bytes) -> bool:
    """Whether these bytes look like a proof: of a picture or a code's text they never do."""
    return data.lstrip()[:1] == b"{" or data.startswith(TITLE.encode())


def judge_proof(data: bytes, counties: Sequence[County], today: date) -> PaperCheck:
    try:
        proof = _read(data[: MOST_BYTES + 1].removeprefix(MARK))
        county = next((one for one in counties if one.trust.county == proof.grant.county), None)
        if county is None:
            facts = {"county": proof.grant.county}
            return PaperCheck(Verdict.UNCLEAR, Sentence("verify.unclear.county", facts), of_certificate=False)
        return _judged(proof, county, today)
    except _Wrong as wrong:
        return PaperCheck(Verdict.FALSE, wrong.sentence, of_certificate=False)


def as_tlog_proof(document: dict[str, Any]) -> str:
    """The county's JSON proof (ui.county.proof) in the other form."""
    extra = rfc8785.dumps({"envelope": document["envelope"], "grant": document["grant"]})
    path = tuple(base64.b64decode(step) for step in document["path"])
    return TlogProof(document["index"], path, document["receipt"], extra).text()


def _read(data: bytes) -> Proof:
    try:
        index, path, receipt, extra = _tlog(data) if data.startswith(TITLE.encode()) else _table(json.loads(data))
        grant = Grant(**extra["grant"])
        envelope = rfc8785.dumps(extra["envelope"])
    except (*WRONG_FORM, rfc8785.CanonicalizationError) as wrong:
        raise _Wrong("form") from wrong
    texts = (*(getattr(grant, name) for name in Grant.__slots__), receipt)
    if type(index) is not int or index < 0 or not all(isinstance(one, str) for one in texts):
        raise _Wrong("form")
    return Proof(envelope, grant, index, path, receipt)


def _tlog(data: bytes) -> Parts:
    proof = parse_tlog_proof(data.decode())
    return proof.index, proof.path, proof.note, json.loads(proof.extra)


def _table(table: dict[str, Any]) -> Parts:
    path = tuple(base64.b64decode(step, validate=True) for step in table["path"])
    return table["index"], path, table["receipt"], table


def _judged(proof: Proof, county: County, today: date) -> PaperCheck:
    trust, envelope = _trusted(proof, county.trust), _envelope(proof)
    _signed(envelope, trust)
    receipt = _receipted(proof, envelope, trust)
    through = trust.station_through(envelope.header.log)
    header = envelope.header
    if through is not None and header.seq > through:
        sentence = Sentence("verify.proof.through", {"through": str(through)})
        return PaperCheck(Verdict.REVOKED, sentence, _told(envelope, receipt), of_certificate=False)
    seen = Witnessed(header.seq, receipt.time.date())
    checked = _certificate(envelope, County(trust, county.revoked), today, seen)
    return replace(checked, told=(*checked.told, *_told(envelope, receipt)))


def _trusted(proof: Proof, trust: Trust) -> Trust:
    """The list and the grant that comes with the proof, which the same root signed."""
    try:
        return trust.merged([proof.grant], [])
    except SealError as wrong:
        raise _Wrong("signature") from wrong


def _envelope(proof: Proof) -> Envelope:
    try:
        return contract.read(proof.envelope)
    except contract.Forged as wrong:
        raise _Wrong("body") from wrong
    except ContractError as wrong:
        raise _Wrong("form") from wrong


def _signed(envelope: Envelope, trust: Trust) -> None:
    """The log, the key that signed and the granted key are one; the day is not asked (FORMATS.md §6)."""
    log = envelope.header.log
    # of a box, or of the county's own log
    for grant in (*trust.grants_of(Use.STATION, log), *trust.grants_of(Use.OFFICE, log)):
        if envelope.key == log:
            try:
                contract.verify(envelope, grant.public)
            except ContractError as wrong:
                raise _Wrong("signature") from wrong
            return
    raise _Wrong("signature")


def _receipted(proof: Proof, envelope: Envelope, trust: Trust) -> Receipt:
    try:
        receipt = open_receipt(proof.receipt, trust)
    except SealError as wrong:
        raise _Wrong("receipt") from wrong
    if receipt.checkpoint.log != envelope.header.log:
        raise _Wrong("receipt")
    leaf = tree.leaf_hash(envelope.header.bytes())
    try:
        tree.verify_inclusion(leaf, proof.index, receipt.checkpoint.size, list(proof.path), receipt.checkpoint.root)
    except tree.TreeError as wrong:
        raise _Wrong("inclusion") from wrong
    if proof.index != envelope.header.seq - 1:
        raise _Wrong("inclusion")
    return receipt


def _certificate(envelope: Envelope, county: County, today: date, seen: Witnessed) -> PaperCheck:
    """What the entry is: a certificate is judged as its paper would be, and the county had it on that day."""
    whole = PaperCheck(Verdict.GENUINE, Sentence("verify.proof.whole"), of_certificate=False)
    if envelope.body is None:
        return replace(whole, told=(Sentence("verify.told.retired"),))
    try:
        body = envelope.entry
    except ContractError:
        return whole  # a kind of tomorrow: its bytes are proved all the same
    if not isinstance(body, Certificate):
        return whole
    try:
        token = bytes.fromhex(body.code)
    except ValueError as wrong:
        raise _Wrong("body") from wrong
    checked = judge_token(token, [county], today, seen)
    if checked.code is not None and (checked.code.log, checked.code.number) != (envelope.header.log, body.number):
        raise _Wrong("body")
    return checked


def _told(envelope: Envelope, receipt: Receipt) -> tuple[Sentence, ...]:
    header = envelope.header
    entry = {"log": header.log[:16], "seq": str(header.seq), "kind": header.kind, "time": header.time}
    seen = {"size": str(receipt.checkpoint.size), "time": receipt.time.isoformat()}
    return (Sentence("verify.told.entry", entry), Sentence("verify.told.witnessed", seen))
