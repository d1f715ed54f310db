"""Checkpoints and receipts in their C2SP text forms. A receipt is the county's cosignature under a log's checkpoint."""

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass
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
    text = checkpoint.text()
    stamp = _note_key(name, NOTE_ED25519, public_bytes(key)) + key.sign(text.encode())
    return f"{text}\n— {name} {base64.b64encode(stamp).decode()}\n"


def sign_receipt(checkpoint: Checkpoint, at: datetime, name: str, key: Ed25519PrivateKey) -> str:
    """A note with one line of the county witness (C2SP tlog-cosignature, cosignature/v1)."""
    text, seconds = checkpoint.text(), int(at.timestamp())
    signature = key.sign(_cosigned(text, seconds))
    stamp = _note_key(name, NOTE_COSIGNATURE, public_bytes(key)) + struct.pack(">Q", seconds) + signature
    return f"{text}\n— {name} {base64.b64encode(stamp).decode()}\n"


def open_receipt(note: str, trust: Trust) -> Receipt:
    """Check the county's line under a receipt. Raises Broken or Untrusted."""
    try:
        text, _, lines = note.partition("\n\n")
        origin, size, root = text.split("\n")
        dash, name, stamp = lines.removesuffix("\n").split(" ")
        raw = base64.b64decode(stamp, validate=True)
        seconds = struct.unpack(">Q", raw[4:12])[0]
        checkpoint = Checkpoint(origin.removeprefix("liangzheng/log/"), int(size), base64.b64decode(root))
        at = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, binascii.Error, struct.error, OverflowError, OSError) as wrong:
        raise Broken(f"not a receipt: {wrong}") from wrong
    if dash != "—" or checkpoint.text() != text + "\n":
        raise Broken("not a receipt of ours")
    for grant in trust.grants:
        if grant.use == Use.WITNESS and _note_key(name, NOTE_COSIGNATURE, grant.public) == raw[:4]:
            trust.grant(Use.WITNESS, key_id(grant.public), at.date())
            check_signature(grant.public, raw[12:], _cosigned(text + "\n", seconds), "receipt")
            return Receipt(checkpoint, at, note)
    raise Untrusted(f"no witness key is known for {name}")


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _note_key(name: str, algorithm: bytes, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + algorithm + public).digest()[:4]
