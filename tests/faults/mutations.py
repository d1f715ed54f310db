"""Exports that somebody changed: each is found by the auditor (ui.audit) and, as a second opinion, by the house.

Bytes are bent anywhere, the zip is written in other ways; what a clever hand without the keys would do: parts changed,
the list of parts made to fit, signed with another key, two logs spliced; and what the box's owner could do with its
true key to the file alone, which the auditor has to find by itself.
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
from kiosk.export_form import MANIFEST
from kiosk.export_read import examine
from kiosk.rules.messages import Retired, Span
from kiosk.trust import Trust, public_bytes
from tests.support.lies import canonical, fitted, packed, unpacked
from tests.support.village import Village, days_on, seeded, trust
from ui.audit.together import Asked, audit

COUNT = 10_000
IN_UNIT = 250
INSIDER = "by the owner: "  # the house's own look does not follow what entries say
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
            if not (by_auditor and (by_house or name.startswith(INSIDER))):
                wrong.append(f"{number} ({name}): auditor {by_auditor}, verify {by_house}")
    return wrong


def judged(data: bytes, exports: Exports, file: Path) -> tuple[bool, bool]:
    file.write_bytes(data)
    by_auditor = not audit(Asked([file], exports.root)).clean
    return by_auditor, bool(examine(file, exports.trust, lambda _: None).findings)


def made(folder: Path) -> Exports:
    """Two boxes of one county; of the first the whole log and parts of it, with bodies that retention took."""
    both = trust("station", "second")
    with seeded("mutations"):
        one, two = (Village(folder / own, own, trust=both) for own in ("station", "second"))
        for box in (one, two):
            lived(box)
        spans = ((1, 0), (1, 12), (10, 20), (20, 0))
        files = [one.export(folder / f"{nth}.zip", *span).read_bytes() for nth, span in enumerate(spans)]
        other = two.export(folder / "other.zip").read_bytes()
        for box in (one, two):
            box.stop()
    return Exports(tuple(files), other, both)


def lived(box: Village) -> None:
    """Old entries that retention took, a day of everything, a receipt, and more behind it."""
    box.sell("L0")
    old = box.record.last
    box.close_day()
    box.receipt()
    box.time = days_on(box.time.date(), 300)
    box.record.retire(Retired(box.time.date().isoformat(), 200, (Span(2, old),), 0, ()))
    for lot in ("L1", "L2", "L3"):
        number = box.sell(lot)
        box.reprint(number)
        box.printed(number, copy=2)
    box.void(number)
    box.close_day()
    box.receipt()
    box.sell("L4")


# --- what is done to them ---------------------------------------------------------------------------------------------


def mutated(exports: Exports, dice: Random) -> tuple[str, bytes]:
    """A file that is none of ours, and what was done to it."""
    while True:
        whole = dice.choice(exports.files)
        way = dice.random()
        if way < 0.4:
            bend = dice.choice(BYTES)
            name, data = bend.__name__, bend(whole, dice)
        elif way < 0.8:
            change = dice.choice(PARTS)
            name, data = change.__name__, clever(exports, change, whole, dice)
        else:
            change = dice.choice(OWNERS)
            name, data = f"{INSIDER}{change.__name__}", fitted(change(unpacked(whole), unpacked(exports.other), dice))
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
    lines[at] = canonical(envelope)
    return with_lines(parts, lines)


def same_meaning(parts: Parts, _: Parts, dice: Random) -> Parts:
    """One line in another JSON of the same value: spaces, escapes, another order, a fraction, a member twice."""
    lines = lines_of(parts)
    at = dice.randrange(len(lines))
    table = json.loads(lines[at])
    lines[at] = dice.choice(
        (
            json.dumps(table, sort_keys=True, ensure_ascii=False).encode(),
            json.dumps(dict(reversed(table.items())), separators=(",", ":"), ensure_ascii=False).encode(),
            lines[at].replace(b'"v":1', b'"v":1.0'),
            lines[at].replace(b'"v":1', b'"v":1,"v":1'),
            lines[at].replace(b'"kind"', b'"\\u006bind"'),
            lines[at] + b" ",
        )
    )
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
        one["signature"] = base64.b64encode(STRANGER.sign(canonical(one))).decode()
    return {**parts, "trust.json": json.dumps(table, indent=1).encode() + b"\n"}


def strip_inside(parts: Parts, other: Parts, dice: Random) -> Parts:
    """A body is gone that no retention took: not one of those that it did take.

    In a part that ends before the log does, the word for it may stand behind: nobody can find that there.
    """
    last = int(parts[MANIFEST].split(b"\n")[3].split()[1])
    if int(parts["checkpoint.txt"].split(b"\n")[1]) > last:
        return drop_entry(parts, other, dice)
    lines = lines_of(parts)
    held = [seq for seq, line in enumerate(lines) if read(line).body is not None]
    at = dice.choice(held)
    lines[at] = replace(read(lines[at]), salt=None, body=None).bytes()
    return with_lines(parts, lines)


def rezip(data: bytes, dice: Random) -> bytes:
    """The same parts in another zip."""
    out, parts = io.BytesIO(), list(unpacked(data).items())
    way = dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2))
    if dice.random() < 0.3:
        dice.shuffle(parts)
    with zipfile.ZipFile(out, "w", way) as whole:
        for name, part in parts:
            info = zipfile.ZipInfo(name, dice.choice(((1980, 1, 1, 0, 0, 0), (2026, 3, 2, 0, 0, 0))))
            info.compress_type, info.comment = way, dice.choice((b"", b"x"))
            whole.writestr(info, part)
    return out.getvalue()


BYTES: tuple[Callable[[bytes, Random], bytes], ...] = (flip, delete, insert, swap, truncate, rezip)
PARTS: tuple[Callable[[Parts, Parts, Random], Parts], ...] = (
    drop_entry, cut_tail, double_entry, swap_entries, change_value, same_meaning, strip_body, resign_entry, splice,
    foreign_parts, bend_part, no_checkpoint, another_root,
)  # fmt: skip
OWNERS: tuple[Callable[[Parts, Parts, Random], Parts], ...] = (
    drop_entry, cut_tail, double_entry, swap_entries, change_value, same_meaning, strip_inside, resign_entry, splice,
    another_root,
)  # fmt: skip
