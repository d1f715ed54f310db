"""Targets: an export that somebody changed, before the auditor. He says what is wrong, and never stumbles over it."""

import base64
import hashlib
import io
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.checkpoint import sign_note
from kiosk.export import take_out
from kiosk.export_form import ENTRIES, MANIFEST, Package
from tests.fuzz.mutate import damaged
from tests.fuzz.sealed import World
from tests.fuzz.target import Broken, Target
from tests.kiosk.test_record import Box, incident
from tests.support.rich_record import receipted
from ui.audit.errors import Unopened
from ui.audit.report import report
from ui.audit.together import Asked, audit


@dataclass(frozen=True, slots=True)
class Made:
    """A short log and the end of it, the county's key in base64, and the station's."""

    files: tuple[bytes, ...]
    root: str
    key: Ed25519PrivateKey


def targets(_: World) -> tuple[Target, ...]:
    return _exports(), _parts()


def _exports() -> Target:
    place = Path(tempfile.mkdtemp(prefix="liangzheng-fuzz-"))
    file, made = place / "mutated.zip", cache(lambda: _made(place))

    def check(data: bytes) -> bool:
        file.write_bytes(data)
        try:
            found = report(audit(Asked([file], made().root)))
        except Unopened:
            return False
        if found["clean"] != (data in made().files):
            raise Broken("a changed export is clean" if found["clean"] else "a true export is not clean")
        return bool(found["clean"])

    def breed(draw: Random) -> bytes:
        return damaged(draw, made().files) if draw.random() < 0.98 else draw.choice(made().files)

    return Target("audit.exports", breed, check, weight=4, within=2.0, smoke=40)


def _parts() -> Target:
    """Damage inside a part, in a whole zip whose list a hostile station has signed anew: the entries stay the same."""
    place = Path(tempfile.mkdtemp(prefix="liangzheng-fuzz-"))
    file, made = place / "mutated.zip", cache(lambda: _made(place))

    def breed(draw: Random) -> bytes:
        whole = draw.choice(made().files)
        with zipfile.ZipFile(io.BytesIO(whole)) as found:
            parts = {name: found.read(name) for name in found.namelist()}
        name = draw.choice(list(parts))
        hurt = damaged(draw, (parts[name],))
        return _packed(parts | {name: hurt}, None if name == MANIFEST else made().key)

    def check(data: bytes) -> bool:
        file.write_bytes(data)
        found = report(audit(Asked([file], made().root)))
        if found["clean"] and not any(_entries(data) == _entries(one) for one in made().files):
            raise Broken("changed entries are clean")
        return bool(found["clean"])

    return Target("audit.parts", breed, check, weight=4, within=2.0, smoke=40)


def _packed(parts: dict[str, bytes], key: Ed25519PrivateKey | None) -> bytes:
    """A zip of the one form; the list of parts made to fit, and signed, when there is a key."""
    if key is not None:
        head = parts[MANIFEST].decode().split("\n")[:5]
        lines = [f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in parts.items() if name != MANIFEST]
        text = "".join(f"{line}\n" for line in (*head, *lines))
        parts = parts | {MANIFEST: sign_note(text, f"liangzheng/{head[2]}", key).encode()}
    out = io.BytesIO()
    package = Package(out.write)
    for name, data in parts.items():
        package.add(name, (data,))
    package.close()
    return out.getvalue()


def _entries(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        return found.read(ENTRIES)


def _made(place: Path) -> Made:
    box = Box(place / "box")
    record = box.open()
    for nth in range(6):
        record.append(incident(nth))
    receipted(box, record)
    record.close()
    files = []
    for nth, first in enumerate((1, 4)):
        take_out(box.home, box.own, box.trust, first, 0, out := place / f"{nth}.zip")
        files.append(out.read_bytes())
    return Made(tuple(files), base64.b64encode(box.trust.root).decode(), box.own)
