"""Checkpoints and receipts in their C2SP text forms. A receipt is the county's cosignature under a log's checkpoint."""

import base64
import binascii
import hashlib
import re
import struct
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.contract import key_id
from kiosk.trust import Broken, Trust, Untrusted, Use, check_signature, public_bytes

NOTE_ED25519, NOTE_COSIGNATURE = b"\x01", b"\x04"  # C2SP signed-note, tlog-cosignature


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log of `size` entries with this root (C2SP tlog-checkpoint)."""

    log: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"liangzheng/log/{self.log}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The county's signed word that it has committed the first `checkpoint.size` entries: a witness cosignature."""

    checkpoint: Checkpoint
    time: datetime
    note: str


def sign_checkpoint(checkpoint: Checkpoint, name: str, key: Ed25519PrivateKey) -> str:
    """The station's own signed note (C2SP signed-note, Ed25519)."""
    return sign_note(checkpoint.text(), name, key)


def open_checkpoint(note: str, name: str, public: bytes) -> Checkpoint:
    """What the station `name` with this key signed, alone. Raises Broken."""
    return _checkpoint(open_signed(note, name, public))


def sign_note(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Lines of text, each with its line feed, under one signature (C2SP signed-note, Ed25519)."""
    stamp = _note_key(name, NOTE_ED25519, public_bytes(key)) + key.sign(text.encode())
    return f"{text}\n— {name} {base64.b64encode(stamp).decode()}\n"


def open_signed(note: str, name: str, public: bytes) -> str:
    """The text under which exactly this one signature stands. Raises Broken."""
    text, _, line = note.partition("\n\n")
    try:
        note.encode()  # JSON may hold half a character, which no note does
        dash, signer, written = line.removesuffix("\n").split(" ")
        stamp = base64.b64decode(written, validate=True)
    except (ValueError, binascii.Error) as wrong:
        raise Broken(f"not a signed note: {wrong}") from wrong
    if (dash, signer, stamp[:4]) != ("—", name, _note_key(name, NOTE_ED25519, public)):
        raise Broken(f"{name} has not signed this note with this key")
    check_signature(public, stamp[4:], f"{text}\n".encode(), "note")
    if f"{text}\n\n— {name} {base64.b64encode(stamp).decode()}\n" != note:
        raise Broken("not a signed note as we write it")
    return f"{text}\n"


def countersigned(receipt: Receipt, name: str, key: Ed25519PrivateKey) -> str:
    """A receipt with the station's own line above that of the county: one note that both have signed."""
    return sign_checkpoint(receipt.checkpoint, name, key) + receipt.note.partition("\n\n")[2]


def open_countersigned(note: str, name: str, public: bytes, trust: Trust) -> Receipt:
    """The receipt in a note that station and county, and nobody else, have signed. Raises Broken or Untrusted."""
    text, _, lines = note.partition("\n\n")
    own, _, county = lines.partition("\n")
    checkpoint = open_checkpoint(f"{text}\n\n{own}\n", name, public)
    receipt = open_receipt(f"{text}\n\n{county}", trust)
    return replace(receipt, checkpoint=checkpoint, note=note)


def sign_receipt(checkpoint: Checkpoint, at: datetime, name: str, key: Ed25519PrivateKey) -> str:
    """A note with one line of the county witness (C2SP tlog-cosignature, cosignature/v1)."""
    return _cosign(checkpoint.text(), at, name, key)


def open_receipt(note: str, trust: Trust) -> Receipt:
    """Check the county's line under a receipt. Raises Broken or Untrusted."""
    text, at = _open_cosigned(note, trust, "receipt")
    return Receipt(_checkpoint(text), at, note)


def _checkpoint(text: str) -> Checkpoint:
    try:
        origin, size, root = text.removesuffix("\n").split("\n")
        checkpoint = Checkpoint(origin.removeprefix("liangzheng/log/"), int(size), base64.b64decode(root))
    except (ValueError, binascii.Error) as wrong:
        raise Broken(f"not a checkpoint: {wrong}") from wrong
    if checkpoint.text() != text:
        raise Broken("not a checkpoint of ours")
    return checkpoint


def sign_kept(blob: str, at: datetime, name: str, key: Ed25519PrivateKey) -> str:
    """The county's word that it has every byte of a blob (SHA-256, hex): the form of a receipt with another text."""
    return _cosign(_kept_text(blob), at, name, key)


def open_kept(note: str, trust: Trust) -> str:
    """The blob (SHA-256, hex) that the county says it keeps. Raises Broken or Untrusted."""
    text, _ = _open_cosigned(note, trust, "word for a blob")
    blob = text.removeprefix("liangzheng/blob/").removesuffix("\n")
    if _kept_text(blob) != text or re.fullmatch("[0-9a-f]{64}", blob) is None:
        raise Broken("not a word for a blob")
    return blob


def _kept_text(blob: str) -> str:
    return f"liangzheng/blob/{blob}\n"


def _cosign(text: str, at: datetime, name: str, key: Ed25519PrivateKey) -> str:
    seconds = int(at.timestamp())
    signature = key.sign(_cosigned(text, seconds))
    stamp = _note_key(name, NOTE_COSIGNATURE, public_bytes(key)) + struct.pack(">Q", seconds) + signature
    return f"{text}\n— {name} {base64.b64encode(stamp).decode()}\n"


def _open_cosigned(note: str, trust: Trust, what: str) -> tuple[str, datetime]:
    """Text and time of a note with exactly one line, that of a witness of this county."""
    try:
        note.encode()
        text, _, lines = note.partition("\n\n")
        dash, name, stamp = lines.removesuffix("\n").split(" ")
        raw = base64.b64decode(stamp, validate=True)
        seconds = struct.unpack(">Q", raw[4:12])[0]
        at = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, binascii.Error, struct.error, OverflowError, OSError) as wrong:
        raise Broken(f"not a {what}: {wrong}") from wrong
    if dash != "—":
        raise Broken(f"not a {what} of ours")
    for grant in trust.grants:
        if grant.use == Use.WITNESS and _note_key(name, NOTE_COSIGNATURE, grant.public) == raw[:4]:
            trust.grant(Use.WITNESS, key_id(grant.public), at.date())
            check_signature(grant.public, raw[12:], _cosigned(text + "\n", seconds), what)
            return text + "\n", at
    raise Untrusted(f"no witness key is known for {name}")


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _note_key(name: str, algorithm: bytes, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + algorithm + public).digest()[:4]
