"""A station that lies: any entries, signed with its true key and confirmed by the true county, in a whole export.

What the house's record would refuse to write is written here; every signature, hash and root is right unless told.
"""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from kiosk import tree
from kiosk.checkpoint import Checkpoint, countersigned, open_receipt, sign_checkpoint, sign_note, sign_receipt
from kiosk.contract import Envelope, Header, key_id
from kiosk.export_form import Manifest, Package, pieces
from kiosk.rules.messages import Basis, Outcome
from kiosk.seal import CertificateCode, TestSummary, seal_certificate
from kiosk.trust import Trust, public_bytes
from tests.support.village import COUNTY, FARMER, HOST, METHOD, STATION, key, trust

SIGNER = f"liangzheng/{COUNTY}/{STATION}"
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One entry as it is to be signed; `gone`: retention took its body after that."""

    kind: str
    body: Body
    time: str
    clock: str = "ntp"
    gone: bool = False

    def but(self, **changed: object) -> "Told":
        return replace(self, body={**self.body, **changed})

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.time)

    def later(self, **passed: float) -> "Told":
        return replace(self, time=(self.at + timedelta(**passed)).isoformat(timespec="milliseconds"))


def told_in(export: Path) -> list[Told]:
    """The entries of an export, as they stand there."""
    with zipfile.ZipFile(export) as parts:
        envelopes = [json.loads(line) for line in parts.read("entries.jsonl").splitlines()]
    return [
        Told(one["header"]["kind"], one["body"] or {}, one["header"]["time"], one["header"]["clock"])
        for one in envelopes
    ]


@dataclass(frozen=True, slots=True)
class Lie:
    """How an export is written: by whom, which part, how much of it the county confirms (-1: all), and when."""

    own: str = "station"
    first: int = 1
    last: int = 0
    confirmed: int = -1
    listed: Trust | None = None
    witness: str = "witness"
    confirmed_at: datetime | None = None
    closes: bool = True  # checkpoints in closed days are made to fit


def written(entries: Sequence[Told], lie: Lie = Lie()) -> bytes:
    """The zip."""
    own, leaves, lines = key(lie.own), list[bytes](), list[bytes]()
    for seq, one in enumerate(entries, 1):
        body = _closing(one.body, own, leaves) if one.kind == "day.closed" and lie.closes else one.body
        line, header = _line(replace(one, body=body), seq, own)
        lines.append(line)
        leaves.append(tree.leaf_hash(header))
    last, size = lie.last or len(entries), len(entries) if lie.confirmed < 0 else lie.confirmed
    parts = {"entries.jsonl": b"".join(line + b"\n" for line in lines[lie.first - 1 : last])}
    parts["tree.txt"] = "".join(
        f"{level} {index} {root_of(leaves[index << level : (index + 1) << level]).hex()}\n"
        for start, end in pieces(lie.first, last, size)
        for level, index in tree.cover(start, end)
    ).encode()
    listed = lie.listed or trust(lie.own)
    parts["trust.json"] = listed.bytes()
    if size:
        at = lie.confirmed_at or max(one.at for one in entries[:size]).astimezone(UTC) + timedelta(minutes=1)
        parts["checkpoint.txt"] = _note(Checkpoint(_log(lie.own), size, root_of(leaves[:size])), at, lie, listed)
    digests = tuple((name, hashlib.sha256(data).hexdigest()) for name, data in parts.items())
    manifest = Manifest(_log(lie.own), COUNTY, STATION, lie.first, last, root_of(leaves[:last]), digests)
    return packed({**parts, "export.txt": sign_note(manifest.text(), SIGNER, own).encode()})


def packed(parts: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    package = Package(whole.write)
    for name, data in parts.items():
        package.add(name, [data])
    package.close()
    return whole.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def fitted(parts: dict[str, bytes], own: str = "station", **head: str) -> bytes:
    """Parts that were changed, in an export whose list names them as they are now, signed with this key.

    `head` takes the place of what the list says of `log`, `owner`, `span` or `root`.
    """
    rest = {name: data for name, data in parts.items() if name != "export.txt"}
    form, *told = parts["export.txt"].decode().split("\n")[:5]
    said = {**dict(zip(("log", "owner", "span", "root"), told, strict=True)), **head}
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in rest.items()]
    text = "\n".join((form, *said.values(), *sums)) + "\n"
    return packed({**rest, "export.txt": sign_note(text, f"liangzheng/{said['owner']}", key(own)).encode()})


def root_of(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1, as it is written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()


def _line(one: Told, seq: int, own: Any) -> tuple[bytes, bytes]:
    """The envelope and its signed header."""
    body, salt = canonical(one.body), hashlib.sha256(str(seq).encode()).digest()[:16]
    digest = hashlib.sha256(salt + body).hexdigest()
    log = key_id(public_bytes(own))
    header = Header(log, seq, one.time, one.clock, one.kind, digest)
    signature = own.sign(header.bytes())
    envelope = Envelope(header, log, salt, body, signature)
    kept = replace(envelope, salt=None, body=None) if one.gone else envelope
    return kept.bytes(), header.bytes()


def _closing(body: Body, own: Any, leaves: Sequence[bytes]) -> Body:
    root = root_of(leaves)
    note = sign_checkpoint(Checkpoint(key_id(public_bytes(own)), len(leaves), root), SIGNER, own)
    return {**body, "size": len(leaves), "root": root.hex(), "checkpoint": note}


def _note(checkpoint: Checkpoint, at: datetime, lie: Lie, listed: Trust) -> bytes:
    receipt = sign_receipt(checkpoint, at, f"liangzheng/{COUNTY}/witness", key(lie.witness))
    if lie.witness != "witness":
        own = sign_checkpoint(checkpoint, SIGNER, key(lie.own))
        return (own + receipt.partition("\n\n")[2]).encode()
    return countersigned(open_receipt(receipt, listed), SIGNER, key(lie.own)).encode()


def _log(own: str) -> str:
    return key_id(public_bytes(key(own)))


def canonical(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sealed(body: Body, own: str = "station", **said: object) -> str:
    """The code that says what a body says, or something else."""
    told = {**body, **said}
    code = CertificateCode(
        number=str(told["number"]), style=1, subject=FARMER.name, subject_id=FARMER.id, product="豇豆",
        quantity=Decimal(str(told["quantity"])), unit=str(told["unit"]), origin=FARMER.origin,
        date=date.fromisoformat(str(told["date"])), basis=tuple(Basis(one) for one in told["basis"]),
        tests=tuple(TestSummary(METHOD, Outcome.NEGATIVE, "5.5") for _ in told["tests"]),
        log=_log("station"), text=str(told["text"]),
    )  # fmt: skip
    return seal_certificate(code, key(own), HOST).hex()


def public(name: str) -> str:
    return base64.b64encode(public_bytes(key(name))).decode()
