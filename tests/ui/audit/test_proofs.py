"""What somebody without the station's key can do to a file, and what somebody with it can do to the file alone."""

import base64
import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from tests.support.lies import Lie, canonical, fitted, packed, public, told_in, unpacked, written
from tests.support.scenarios import FOLDER
from tests.support.village import ROOT, key
from ui.audit.report import report
from ui.audit.together import Asked, audit

NORMAL = (FOLDER / "normal-day.zip").read_bytes()
PARTS = unpacked(NORMAL)
Parts = dict[str, bytes]


def codes(tmp_path: Path, data: bytes, root: str = ROOT, receipt: bytes | None = None) -> list[str]:
    file = tmp_path / "x.zip"
    file.write_bytes(data)
    (found,) = report(audit(Asked([file], root, receipt)))["exports"]
    return [one["code"] for one in found["findings"]]


def test_the_export_itself_is_in_order(tmp_path: Path) -> None:
    assert packed(PARTS) == NORMAL
    assert fitted(PARTS) == NORMAL
    assert codes(tmp_path, NORMAL) == []


# --- the zip ---


def rezipped(change: Callable[[zipfile.ZipInfo], None], **settings: int) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", **settings) as whole:  # type: ignore[call-overload]
        for name, data in PARTS.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            info.compress_type = settings.get("compression", zipfile.ZIP_STORED)
            change(info)
            whole.writestr(info, data)
    return out.getvalue()


def nothing(_: zipfile.ZipInfo) -> None:
    """Sizes stand in the local header then, not behind the data."""


def another_day(info: zipfile.ZipInfo) -> None:
    info.date_time = (2026, 3, 2, 0, 0, 0)


def comment(info: zipfile.ZipInfo) -> None:
    info.comment = b"x"


def extra(info: zipfile.ZipInfo) -> None:
    info.extra = b"\xfe\xca\x00\x00"


def another_mode(info: zipfile.ZipInfo) -> None:
    info.external_attr = 0o755 << 16


ZIPS = {
    "written by another program": rezipped(nothing),
    "compressed": rezipped(nothing, compression=zipfile.ZIP_DEFLATED),
    "another day": rezipped(another_day),
    "a comment of a part": rezipped(comment),
    "an extra field": rezipped(extra),
    "another mode": rezipped(another_mode),
    "parts in another order": packed(dict(reversed(PARTS.items()))),
    "one part more": packed({**PARTS, "more.txt": b""}),
    "one part less": packed({name: PARTS[name] for name in ("entries.jsonl", "tree.txt", "trust.json")}),
    "something before it": b"#!/bin/sh\n" + NORMAL,
    "something behind it": NORMAL + b"\n",
    "a comment at the end": NORMAL[:-2] + b"\x01\x00x",
    "half of it": NORMAL[: len(NORMAL) // 2],
    "nothing": b"",
    "no zip": b"hello " * 100,
}


@pytest.mark.parametrize("name", ZIPS)
def test_there_is_one_way_to_write_the_zip(tmp_path: Path, name: str) -> None:
    assert codes(tmp_path, ZIPS[name]) == ["zip"]


# --- parts, with a list that the station's key signs again ---


def lines(change: Callable[[list[bytes]], object], parts: Parts = PARTS) -> Parts:
    told = parts["entries.jsonl"].splitlines()
    change(told)
    return {**parts, "entries.jsonl": b"".join(line + b"\n" for line in told)}


def bent(change: Callable[[dict[str, object]], None], at: int = 4) -> Parts:
    """One entry says something else, in canonical form."""

    def bend(told: list[bytes]) -> None:
        envelope = json.loads(told[at])
        change(envelope)
        told[at] = canonical(envelope)

    return lines(bend)


def text(part: str, old: str, new: str) -> Parts:
    told = PARTS[part].decode()
    if old not in told:
        raise LookupError(old)
    return {**PARTS, part: told.replace(old, new, 1).encode()}


def resign(envelope: dict[str, object]) -> None:
    envelope["sig"] = base64.b64encode(key("stranger").sign(canonical(envelope["header"]))).decode()


def loud(told: list[bytes]) -> None:
    told[4] = json.dumps(json.loads(told[4]), sort_keys=True, ensure_ascii=False).encode()


def escaped(told: list[bytes]) -> None:
    told[2] = json.dumps(json.loads(told[2]), sort_keys=True, separators=(",", ":")).encode()


def unsorted(told: list[bytes]) -> None:
    other = dict(reversed(json.loads(told[4]).items()))
    told[4] = json.dumps(other, separators=(",", ":"), ensure_ascii=False).encode()


def fraction(told: list[bytes]) -> None:
    told[4] = told[4].replace(b'"seq":5', b'"seq":5.0')


def header(**said: object) -> Callable[[dict[str, object]], None]:
    def change(envelope: dict[str, object]) -> None:
        envelope["header"] = {**envelope["header"], **said}  # type: ignore[dict-item]

    return change


def body(envelope: dict[str, object]) -> None:
    envelope["body"] = {**envelope["body"], "reason": "x"}  # type: ignore[dict-item]


INSIDE: dict[str, tuple[str, Parts]] = {
    "spaces that mean nothing": ("entry_form", lines(loud)),
    "escapes that mean nothing": ("entry_form", lines(escaped)),
    "another order of members": ("entry_form", lines(unsorted)),
    "a number written as 4.0": ("entry_form", lines(fraction)),
    "one member more": ("entry_form", bent(lambda one: one.update(more=1))),
    "a header of version 2": ("entry_form", bent(header(v=2))),
    "stray bits in base64": ("entry_form", bent(lambda one: one.update(salt=str(one["salt"]).replace("==", "=")))),
    "salt without body": ("entry_form", bent(lambda one: one.update(body=None))),
    "an entry less": ("entry_number", lines(lambda told: told.pop(4))),
    "an entry twice": ("entry_number", lines(lambda told: told.insert(4, told[4]))),
    "two entries changed places": ("entry_number", lines(lambda told: told.insert(4, told.pop(5)))),
    "the last entry less": ("entry_number", lines(lambda told: told.pop())),
    "an entry of another log": ("entry_number", bent(header(log="ab" * 16))),
    "an entry of another key": ("entry_key", bent(lambda one: one.update(key="ab" * 16))),
    "signed with another key": ("signature", bent(resign)),
    "another body": ("body_hash", bent(body)),
    "a time without its form": ("time_form", bent(header(time="2026-03-02 08:00"))),
    "a node that nobody needs": ("tree", {**PARTS, "tree.txt": b"0 0 " + b"ab" * 32 + b"\n"}),
    "a root that nobody signed": ("trust", text("trust.json", ROOT, public("stranger"))),
    "a grant of somebody else": ("trust", text("trust.json", "gasa-01", "gasa-02")),
    "no list": ("trust", {**PARTS, "trust.json": b"[]"}),
    "a checkpoint of more": ("checkpoint", text("checkpoint.txt", "\n15\n", "\n16\n")),
    "a checkpoint of the station alone": (
        "checkpoint", {**PARTS, "checkpoint.txt": b"\n".join(PARTS["checkpoint.txt"].split(b"\n")[:5]) + b"\n"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", INSIDE)
def test_a_part_that_was_changed_is_told_though_the_list_fits(tmp_path: Path, name: str) -> None:
    code, parts = INSIDE[name]
    assert code in codes(tmp_path, fitted(parts))


@pytest.mark.parametrize("name", INSIDE)
def test_a_part_that_was_changed_is_told_when_the_list_does_not_fit(tmp_path: Path, name: str) -> None:
    assert codes(tmp_path, packed(INSIDE[name][1])) != []


def test_the_list_is_held_to_its_signature_and_the_parts_to_the_list(tmp_path: Path) -> None:
    spaced = {**PARTS, "trust.json": PARTS["trust.json"] + b"\n"}
    assert codes(tmp_path, packed(spaced)) == ["digest"]
    assert codes(tmp_path, fitted(PARTS, "stranger")) == ["manifest"]
    assert codes(tmp_path, packed(text("export.txt", "\n1 15\n", "\n01 15\n"))) == ["manifest"]
    assert codes(tmp_path, fitted(PARTS, root=base64.b64encode(bytes(32)).decode())) == ["root"]
    assert codes(tmp_path, fitted(PARTS, owner="530427/gasa-02")) == ["ungranted"]
    assert codes(tmp_path, fitted(PARTS, owner="530428/gasa-01")) == ["ungranted"]


def test_the_county_is_who_the_reader_says(tmp_path: Path) -> None:
    assert codes(tmp_path, NORMAL, public("stranger")) == ["root_key"]
    assert codes(tmp_path, NORMAL, "") == []


def test_another_log_than_the_county_confirmed(tmp_path: Path) -> None:
    """Checkpoint and log are each whole, and of two stories under one key."""
    story = told_in(FOLDER / "normal-day.zip")
    other = unpacked(written([*story[:5], story[5].later(seconds=1), *story[6:]]))
    mixed = {**unpacked(written(story)), "checkpoint.txt": other["checkpoint.txt"]}
    assert codes(tmp_path, fitted(mixed)) == ["confirmed"]


def test_a_receipt_that_the_county_kept_is_held_against_the_export(tmp_path: Path) -> None:
    note = (FOLDER / "cut-tail.txt").read_bytes()
    assert codes(tmp_path, (FOLDER / "cut-tail.zip").read_bytes(), receipt=note) == ["cut_tail"]
    assert codes(tmp_path, (FOLDER / "card-swap-2.zip").read_bytes(), receipt=note) == []
    bent = note.replace(b"\n13\n", b"\n14\n")
    assert codes(tmp_path, (FOLDER / "cut-tail.zip").read_bytes(), receipt=bent) == ["checkpoint"]
    story = told_in(FOLDER / "cut-tail.zip")
    longer = [*story, *(story[-1].later(minutes=one) for one in range(1, 6))]
    assert "confirmed" in codes(tmp_path, written(longer), receipt=note)


def test_the_whole_tail_may_be_told_by_nodes(tmp_path: Path) -> None:
    story = told_in(FOLDER / "normal-day.zip")
    parts = unpacked(written(story, Lie(first=4, last=9)))
    assert codes(tmp_path, fitted(parts)) == []
    nodes = parts["tree.txt"].splitlines(keepends=True)
    for wrong in (nodes[1:], nodes[:-1], [*nodes, nodes[-1]], [nodes[0].replace(b"1 0", b"01 0"), *nodes[1:]]):
        assert "tree" in codes(tmp_path, fitted({**parts, "tree.txt": b"".join(wrong)}))
