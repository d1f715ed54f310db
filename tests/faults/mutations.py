"""Exports that somebody changed: each is found by the auditor who knows only the page, and by the house's own look.

Bytes are bent anywhere; and what a clever hand without the keys would do: parts changed, the list of parts made to fit,
signed with another key, two logs spliced.
"""

import base64
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.checkpoint import sign_note
from kiosk.contract import read
from kiosk.export import MANIFEST, Package, take_out
from kiosk.export_read import examine
from kiosk.trust import Trust, Use, public_bytes
from tests.kiosk.test_record import Box, grant
from tests.record.audit import audit
from tests.support.rich_record import fill, of, receipted

COUNT = 10_000
IN_UNIT = 250
STRANGER = Ed25519PrivateKey.from_private_bytes(b"\x66" * 32)
Parts = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Exports:
    """Whole logs and parts of them, of two boxes of one county, and the county's list of keys."""

    files: tuple[bytes, ...]
    other: bytes
    trust: Trust

    @property
    def root(self) -> str:
        return base64.b64encode(self.trust.root).decode()


def units(seed: int, count: int | None) -> Iterator[tuple[str, Callable[[], Sequence[str]]]]:
    total = COUNT if count is None else count
    for start in range(0, total, IN_UNIT):
        yield f"mutations/{seed}/{start}", partial(held, seed, start, min(IN_UNIT, total - start))


def held(seed: int, start: int, count: int) -> list[str]:
    """So many mutations, each looked at twice; and the unmodified files, which nobody may complain of."""
    with tempfile.TemporaryDirectory() as folder:
        exports, file = made(Path(folder)), Path(folder) / "mutated.zip"
        wrong = [
            f"unmodified file {nth} is complained of"
            for nth, one in enumerate(exports.files)
            if judged(one, exports, file) != (False, False)
        ]
        for number in range(start, start + count):
            name, data = mutated(exports, Random(f"{seed}/{number}"))
            by_auditor, by_house = judged(data, exports, file)
            if not (by_auditor and by_house):
                wrong.append(f"{number} ({name}): auditor {by_auditor}, verify {by_house}")
    return wrong


def judged(data: bytes, exports: Exports, file: Path) -> tuple[bool, bool]:
    file.write_bytes(data)
    return bool(audit(data, exports.root)), bool(examine(file, exports.trust, lambda _: None).findings)


def made(folder: Path) -> Exports:
    one = Box(folder / "one")
    two = Box(folder / "two", root=one.root, order=one.order, witness=one.witness)
    both = replace_grants(one, two)
    for box in (one, two):
        record = box.open()
        fill(box, record)
        record.retire(of((3, 5)))
        receipted(box, record)
        record.append(read(record.tables.payload(2) or b"").entry)
        record.close()
    spans = ((1, 0), (1, 30), (20, 40), (40, 0))
    files = [taken(one, both, first, last, folder / f"{nth}.zip") for nth, (first, last) in enumerate(spans)]
    return Exports(tuple(files), taken(two, both, 1, 0, folder / "other.zip"), both)


def replace_grants(one: Box, two: Box) -> Trust:
    second = grant(one.root, Use.STATION, two.home.station, two.own)
    return Trust(one.trust.county, one.trust.root, (*one.trust.grants, second))


def taken(box: Box, trust: Trust, first: int, last: int, out: Path) -> bytes:
    take_out(box.home, box.own, trust, first, last, out)
    return out.read_bytes()


# --- what is done to them ---------------------------------------------------------------------------------------------


def mutated(exports: Exports, dice: Random) -> tuple[str, bytes]:
    """A file that is none of ours, and what was done to it."""
    while True:
        whole = dice.choice(exports.files)
        if dice.random() < 0.4:
            bend = dice.choice(BYTES)
            name, data = bend.__name__, bend(whole, dice)
        else:
            change = dice.choice(PARTS)
            name, data = change.__name__, clever(exports, change, whole, dice)
        if data not in (whole, *exports.files, exports.other):
            return name, data


def flip(data: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :]


def delete(data: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(data))
    return data[:at] + data[at + dice.choice((1, 1, 2, 8, 400)) :]


def insert(data: bytes, dice: Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.randbytes(dice.choice((1, 1, 2, 8, 400))) + data[at:]


def swap(data: bytes, dice: Random) -> bytes:
    size = dice.choice((1, 8, 400))
    low, high = sorted(dice.sample(range(len(data) - 2 * size), 2))
    high = max(high, low + size)
    return (
        data[:low] + data[high : high + size] + data[low + size : high] + data[low : low + size] + data[high + size :]
    )


def truncate(data: bytes, dice: Random) -> bytes:
    return data[: dice.randrange(len(data))]


def clever(exports: Exports, change: Callable[[Parts, Parts, Random], Parts], whole: bytes, dice: Random) -> bytes:
    """Change the parts, make the list of parts fit, and sign it as well as one can without the key."""
    parts = change(unpacked(whole), unpacked(exports.other), dice)
    text, _, line = parts.pop(MANIFEST).decode().partition("\n\n")
    head = text.split("\n")[:5]
    if dice.random() < 0.3:
        last = int(head[3].split()[0]) + parts["entries.jsonl"].count(b"\n") - 1
        head[3] = f"{head[3].split()[0]} {last}"
    if dice.random() < 0.3:
        head[1] = hashlib.sha256(public_bytes(STRANGER)).hexdigest()[:32]
    sums = [f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in parts.items()]
    fitted = "\n".join((*head, *sums)) + "\n"
    signer = f"liangzheng/{head[2]}"
    note = sign_note(fitted, signer, STRANGER) if dice.random() < 0.7 else f"{fitted}\n{line}"
    return packed({**parts, MANIFEST: note.encode()})


def unpacked(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def packed(parts: Parts) -> bytes:
    whole = io.BytesIO()
    package = Package(whole.write)
    for name, data in parts.items():
        package.add(name, [data])
    package.close()
    return whole.getvalue()


def with_lines(parts: Parts, lines: list[bytes]) -> Parts:
    return {**parts, "entries.jsonl": b"".join(line + b"\n" for line in lines)}


def lines_of(parts: Parts) -> list[bytes]:
    return parts["entries.jsonl"].splitlines()


def drop_entry(parts: Parts, _: Parts, dice: Random) -> Parts:
    lines = lines_of(parts)
    del lines[dice.randrange(len(lines))]
    return with_lines(parts, lines)


def cut_tail(parts: Parts, _: Parts, dice: Random) -> Parts:
    lines = lines_of(parts)
    return with_lines(parts, lines[: dice.randrange(len(lines))])


def double_entry(parts: Parts, _: Parts, dice: Random) -> Parts:
    lines = lines_of(parts)
    at = dice.randrange(len(lines))
    return with_lines(parts, [*lines[:at], lines[at], *lines[at:]])


def swap_entries(parts: Parts, _: Parts, dice: Random) -> Parts:
    lines = lines_of(parts)
    low, high = dice.sample(range(len(lines)), 2)
    lines[low], lines[high] = lines[high], lines[low]
    return with_lines(parts, lines)


def change_value(parts: Parts, _: Parts, dice: Random) -> Parts:
    """One member of a header or body says something else; canonical all the same."""
    lines = lines_of(parts)
    at = dice.randrange(len(lines))
    envelope = json.loads(lines[at])
    part = envelope[dice.choice(("header", "body"))] or envelope["header"]
    name = dice.choice(sorted(part))
    part[name] = dice.choice(("", "x", 7, None, [], True))
    lines[at] = json.dumps(envelope, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return with_lines(parts, lines)


def strip_body(parts: Parts, _: Parts, dice: Random) -> Parts:
    lines = lines_of(parts)
    at = dice.randrange(len(lines))
    lines[at] = replace(read(lines[at]), salt=None, body=None).bytes()
    return with_lines(parts, lines)


def resign_entry(parts: Parts, _: Parts, dice: Random) -> Parts:
    """The same entry, signed with a key that is not the station's."""
    lines = lines_of(parts)
    at = dice.randrange(len(lines))
    envelope = read(lines[at])
    signature = STRANGER.sign(envelope.header.bytes())
    lines[at] = replace(envelope, signature=signature).bytes()
    return with_lines(parts, lines)


def splice(parts: Parts, other: Parts, dice: Random) -> Parts:
    """One log up to an entry, then the other."""
    ours, theirs = lines_of(parts), lines_of(other)
    at = dice.randrange(len(ours))
    return with_lines(parts, [*ours[:at], *theirs[at : len(ours)]])


def foreign_parts(parts: Parts, other: Parts, dice: Random) -> Parts:
    names = [name for name in parts if name in other and name != "trust.json"]
    return {**parts, **{name: other[name] for name in dice.sample(names, dice.randrange(1, len(names)))}}


def bend_part(parts: Parts, _: Parts, dice: Random) -> Parts:
    name = dice.choice([name for name, data in parts.items() if data and name != MANIFEST])
    return {**parts, name: dice.choice((flip, delete, insert))(parts[name], dice)}


def no_checkpoint(parts: Parts, _: Parts, __: Random) -> Parts:
    return {name: data for name, data in parts.items() if name != "checkpoint.txt"}


def another_root(parts: Parts, _: Parts, __: Random) -> Parts:
    """A county of one's own that grants everything."""
    table = json.loads(parts["trust.json"])
    table["root"] = base64.b64encode(public_bytes(STRANGER)).decode()
    table["grants"] = [{**one, "key": table["root"]} for one in table["grants"]]
    for one in table["grants"]:
        del one["signature"]
        signed = json.dumps(one, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        one["signature"] = base64.b64encode(STRANGER.sign(signed)).decode()
    return {**parts, "trust.json": json.dumps(table, indent=1).encode() + b"\n"}


BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (flip, delete, insert, swap, truncate)
PARTS: tuple[Callable[[Parts, Parts, Random], Parts], ...] = (
    drop_entry, cut_tail, double_entry, swap_entries, change_value, strip_body, resign_entry, splice, foreign_parts,
    bend_part, no_checkpoint, another_root,
)  # fmt: skip
