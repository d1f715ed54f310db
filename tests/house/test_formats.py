"""kiosk/FORMATS.md is exact: its examples are ours to the byte, and a stranger who has only the page can read them.

The stranger is this file: struct, zlib, json, hashlib and `openssl`; of the house nothing. What the page says in tables
is compared with the code at the end.
"""

import base64
import dataclasses
import hashlib
import importlib
import json
import re
import struct
import subprocess
import zlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest
from stdnum.iso7064 import mod_37_36

from kiosk import contract, wire
from kiosk.rules import messages
from kiosk.rules.messages import ACT_KINDS, ENTRY_KINDS, ORDER_KINDS
from kiosk.trust import Use
from tests.house import tables
from tests.house.examples import DOCUMENT, examples, rewritten, told
from ui.county.broker import access_list
from ui.county.public import PUBLIC, SEALED_OFF

PAGE = DOCUMENT.read_text("utf-8")
TOLD = told()
ED25519_DER = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: SubjectPublicKeyInfo before the raw key
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Stranger:
    """Reads the page's own examples; `folder` is for openssl."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        rows = [line.split() for line in TOLD["keys"].splitlines()]
        self.ids = {name: kid for name, kid, _ in rows}
        self.keys = {name: base64.b64decode(raw) for name, _, raw in rows}

    def signed(self, key: bytes, signed: bytes, signature: bytes) -> bool:
        """Whether openssl says so."""
        parts = {"key": ED25519_DER + key, "signed": signed, "signature": signature}
        for name, data in parts.items():
            (self.folder / name).write_bytes(data)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-rawin"]
        ended = subprocess.run(
            [*command, "-in", "signed", "-sigfile", "signature"], cwd=self.folder, capture_output=True, check=False
        )
        return ended.returncode == 0


@pytest.fixture
def stranger(tmp_path: Path) -> Stranger:
    return Stranger(tmp_path)


def canonical(value: object) -> bytes:
    """RFC 8785 as far as our formats need it: no fractions, ASCII member names."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def frames(segment: bytes) -> list[bytes]:
    assert segment[:8] == b"LZSEG1\n\n"
    found, at = [], 8
    while at < len(segment):
        length, check = struct.unpack(">II", segment[at : at + 8])
        payload = segment[at + 8 : at + 8 + length]
        assert zlib.crc32(payload) == check
        found.append(payload)
        at += 8 + length
    return found


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, as it is written there."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + root_of(leaves[:half]) + root_of(leaves[half:])).digest()


def note(text: str) -> tuple[bytes, str, bytes]:
    """Signed part, signer's name, and the raw stamp of a C2SP note with one line."""
    body, _, line = text.partition("\n\n")
    dash, name, stamp = line.split(" ")
    assert dash == "—"
    return f"{body}\n".encode(), name, base64.b64decode(stamp, validate=True)


def note_key(name: str, kind: bytes, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + kind + key).digest()[:4]


def sign1(link: str) -> tuple[str, dict[int, Any], bytes, bytes, bytes]:
    """Room, claims, key id, signed bytes and signature of a link on paper."""
    scheme, _, host, room, text = link.split("/")
    assert (scheme, host) == ("HTTPS:", "LZ.EXAMPLE.CN")
    token = cbor2.loads(base64.b32decode(text + "=" * (-len(text) % 8)))
    assert token.tag == 18
    protected, unprotected, payload, signature = token.value
    header = cbor2.loads(protected)
    assert (header.keys(), header[1], unprotected) == ({1, 4}, -8, {})
    signed = b"\x84\x6aSignature1" + text_of_bytes(protected) + b"\x40" + text_of_bytes(payload)
    return room, cbor2.loads(payload), header[4], signed, signature


def text_of_bytes(data: bytes) -> bytes:
    """A CBOR byte string (RFC 8949 §3, major type 2)."""
    if len(data) < 24:
        return bytes([0x40 + len(data)]) + data
    return (b"\x58" + bytes([len(data)]) if len(data) < 256 else b"\x59" + struct.pack(">H", len(data))) + data


def test_the_examples_are_ours_to_the_byte() -> None:
    ours = examples()
    assert TOLD.keys() == ours.keys()
    assert [name for name, text in TOLD.items() if text != ours[name]] == []
    assert rewritten(PAGE) == PAGE


def test_key_ids(stranger: Stranger) -> None:
    assert {name: hashlib.sha256(key).hexdigest()[:32] for name, key in stranger.keys.items()} == stranger.ids


@pytest.mark.parametrize(
    ("example", "key"), [("entry", "station"), ("test", "station"), ("certificate", "station"), ("order", "order")]
)
def test_envelopes(example: str, key: str, stranger: Stranger) -> None:
    envelope = json.loads(TOLD[example])
    assert canonical(envelope) == TOLD[example].encode()
    assert envelope.keys() == {"body", "header", "key", "salt", "sig"}
    header = envelope["header"]
    assert header.keys() == {"body", "clock", "kind", "log", "seq", "time", "v"}
    bound = base64.b64decode(envelope["salt"]) + canonical(envelope["body"])
    assert header["body"] == hashlib.sha256(bound).hexdigest()
    assert envelope["key"] == stranger.ids[key]
    assert header["log"] == (stranger.ids["station"] if key == "station" else "530427.all")
    signature = base64.b64decode(envelope["sig"])
    assert stranger.signed(stranger.keys[key], canonical(header), signature)
    assert not stranger.signed(stranger.keys[key], canonical(header | {"seq": 99}), signature)


def test_what_is_signed_and_what_retention_leaves(stranger: Stranger) -> None:
    entry, retired = json.loads(TOLD["entry"]), json.loads(TOLD["retired"])
    assert canonical(entry["header"]) == TOLD["header"].encode()
    assert retired == entry | {"body": None, "salt": None}
    assert stranger.signed(stranger.keys["station"], TOLD["header"].encode(), base64.b64decode(retired["sig"]))


def test_the_segment() -> None:
    payloads = frames(base64.b64decode(TOLD["segment"]))
    assert payloads == [TOLD[name].encode() for name in ("entry", "test", "certificate")]
    assert [json.loads(payload)["header"]["seq"] for payload in payloads] == [1, 2, 3]


def test_the_tree() -> None:
    headers = [canonical(json.loads(payload)["header"]) for payload in frames(base64.b64decode(TOLD["segment"]))]
    leaves = [hashlib.sha256(b"\x00" + header).digest() for header in headers]
    assert TOLD["leaves"].splitlines() == [*(leaf.hex() for leaf in leaves), f"root {root_of(leaves).hex()}"]


def test_the_checkpoint(stranger: Stranger) -> None:
    signed, name, stamp = note(TOLD["checkpoint"])
    root = bytes.fromhex(TOLD["leaves"].split()[-1])
    assert signed.decode() == f"liangzheng/log/{stranger.ids['station']}\n3\n{base64.b64encode(root).decode()}\n"
    assert name == "liangzheng/530427/dc-01"
    assert stamp[:4] == note_key(name, b"\x01", stranger.keys["station"])
    assert stranger.signed(stranger.keys["station"], signed, stamp[4:])


def test_the_receipt(stranger: Stranger) -> None:
    signed, name, stamp = note(TOLD["receipt"])
    assert signed == note(TOLD["checkpoint"])[0]
    assert name == "liangzheng/530427/witness"
    assert stamp[:4] == note_key(name, b"\x04", stranger.keys["witness"])
    (seconds,) = struct.unpack(">Q", stamp[4:12])
    assert seconds == 1772415060  # 2026-03-02 09:31 in Beijing
    assert stranger.signed(stranger.keys["witness"], f"cosignature/v1\ntime {seconds}\n".encode() + signed, stamp[12:])


def test_the_proof_of_an_entry(stranger: Stranger) -> None:
    top, _, receipt = TOLD["proof"].partition("\n\n")
    title, extra, index, *steps = top.split("\n")
    assert (title, index, receipt) == ("c2sp.org/tlog-proof@v1", "index 0", TOLD["receipt"])
    told = json.loads(base64.b64decode(extra.removeprefix("extra ")))
    assert canonical(told["envelope"]) == TOLD["entry"].encode()
    assert told["grant"] in json.loads(TOLD["trust"])["grants"]
    node = hashlib.sha256(b"\x00" + canonical(told["envelope"]["header"])).digest()
    for step in steps:
        node = hashlib.sha256(b"\x01" + node + base64.b64decode(step)).digest()
    assert base64.b64decode(receipt.split("\n")[2]) == node


def test_the_list_of_void_certificates(stranger: Stranger) -> None:
    whole = base64.b64decode(TOLD["void-list"])
    (length,) = struct.unpack(">I", whole[8:12])
    signed, name, stamp = note(whole[12 : 12 + length].decode().removesuffix("\n"))
    index, entries = whole[12 + length :][:40], whole[12 + length + 40 :]
    origin, counter, _, through, count, digest = signed.decode().split("\n")[:6]
    assert (whole[:8], origin, name) == (b"LZREV1\n\n", "liangzheng/revoked/530427", "liangzheng/530427/order")
    assert (counter, through, count) == ("7", "1", "2")
    assert stamp[:4] == note_key(name, b"\x01", stranger.keys["order"])
    assert stranger.signed(stranger.keys["order"], signed, stamp[4:])
    assert base64.b64decode(digest) == hashlib.sha256(index).digest()
    assert index == entries[:8] + hashlib.sha256(entries).digest()
    number = TOLD["number"].splitlines()[0]
    begin = hashlib.sha256(number.encode()).digest()[:8]
    assert begin[:7] + bytes([begin[7] & 0xFE]) in (entries[:8], entries[8:])
    assert entries[:8] < entries[8:]
    assert (entries[7] & 1) + (entries[15] & 1) == 1, "one of the county, one of its station"


def test_trust_and_grants(stranger: Stranger) -> None:
    trust = json.loads(TOLD["trust"])
    assert base64.b64decode(trust["root"]) == stranger.keys["root"]
    assert [grant["use"] for grant in trust["grants"]] == ["order", "witness", "card", "station"]
    for grant in trust["grants"]:
        signature = base64.b64decode(grant.pop("signature"))
        assert base64.b64decode(grant["key"]) == stranger.keys[grant["use"]]
        assert stranger.signed(stranger.keys["root"], canonical(grant), signature)
    assert canonical(trust["grants"][0]) == TOLD["grant"].encode()


def test_a_word_that_takes_a_key_back(stranger: Stranger) -> None:
    word = json.loads(TOLD["revoked"])
    assert canonical(word) == TOLD["revoked"].encode()
    assert (word["key"], word["use"]) == (stranger.ids["order"], "order")
    signature = base64.b64decode(TOLD["revoked-signature"])
    assert stranger.signed(stranger.keys["root"], canonical(word), signature)


def test_the_certificate_number() -> None:
    number, printed = TOLD["number"].splitlines()
    assert printed.replace("-", "") == number
    assert mod_37_36.is_valid(number, CROCKFORD)
    assert number.startswith("530427")


def test_the_code_of_a_certificate(stranger: Stranger) -> None:
    room, claims, kid, signed, signature = sign1(TOLD["code-link"])
    assert room == "C"
    assert len(TOLD["code-link"]) <= 528
    assert kid.hex() == stranger.ids["station"][:16]
    assert stranger.signed(stranger.keys["station"], signed, signature)
    entry = json.loads(TOLD["certificate"])["body"]
    day = date(1970, 1, 1) + timedelta(days=claims[9])
    tested = json.loads(TOLD["test"])["body"]["verdict"]["facts"]["value"]
    assert (claims[1], claims[2], claims[4], claims[6], claims[7]) == (
        TOLD["number"].splitlines()[0], entry["style"], entry["subject"]["id"], entry["quantity"], entry["unit"],
    )  # fmt: skip
    assert (claims[3], claims[5], claims[8]) == (entry["subject"]["name"], "豇豆", entry["origin"])
    assert (day.isoformat(), claims[10], claims[11]) == (entry["date"], [2], [["GB/T 5009.199-2003", 1, tested]])
    assert (claims[12].hex(), claims[13].hex()) == (stranger.ids["station"], entry["text"][:32])


def test_the_entry_binds_paper_and_code() -> None:
    body = json.loads(TOLD["certificate"])["body"]
    lines = TOLD["printed-text"].split("\n")
    assert body["text"] == hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert body["promise"] == hashlib.sha256("\n".join(lines[1:4]).encode()).hexdigest()
    text = TOLD["code-link"].rpartition("/")[2]
    assert bytes.fromhex(body["code"]) == base64.b32decode(text + "=" * (-len(text) % 8))


def test_the_code_of_a_card(stranger: Stranger) -> None:
    room, claims, kid, signed, signature = sign1(TOLD["card-link"])
    assert (room, kid.hex()) == ("K", stranger.ids["card"][:16])
    assert stranger.signed(stranger.keys["card"], signed, signature)
    assert claims == {1: "92051111", 2: "s-0001", 3: "李秀英", 4: (date(2026, 1, 5) - date(1970, 1, 1)).days}


def test_arrays_want_and_status() -> None:
    assert TOLD["array"] == f"[{TOLD['order']}]"
    parcel = wire.pack([TOLD[name].encode() for name in ("entry", "test", "certificate")])
    assert parcel.deflated
    inflated = zlib.decompress(parcel.payload)
    assert inflated == f"[{TOLD['entry']},{TOLD['test']},{TOLD['certificate']}]".encode()
    assert json.loads(TOLD["want"]) == {"all": 1, "own": 0}
    status = json.loads(TOLD["status"])
    older = {"state", "time", "all", "own", "receipt", "through"}
    assert status.keys() == older | {"recorded", "oldest", "blobs"}
    assert wire.Status.model_validate({name: status[name] for name in older} | {"of tomorrow": 1}).recorded == 0


def test_the_chunk_and_the_word_for_its_blob(stranger: Stranger) -> None:
    line, _, data = base64.b64decode(TOLD["chunk"]).partition(b"\n")
    head = json.loads(line)
    assert head.keys() == {"blob", "month", "packed", "at", "of"}
    assert head["at"] + len(data) == head["of"]
    lies = zlib.compress(b"golden 1\n", 9)
    assert lies[head["at"] :] == data
    assert hashlib.sha256(zlib.decompress(lies)).hexdigest() == head["blob"]
    signed, name, stamp = note(TOLD["kept"])
    assert signed.decode() == f"liangzheng/blob/{head['blob']}\n"
    assert stamp[:4] == note_key(name, b"\x04", stranger.keys["witness"])
    (seconds,) = struct.unpack(">Q", stamp[4:12])
    assert stranger.signed(stranger.keys["witness"], f"cosignature/v1\ntime {seconds}\n".encode() + signed, stamp[12:])


def test_the_event_is_a_cloudevent_without_a_person() -> None:
    event, entry = json.loads(TOLD["feed"]), json.loads(TOLD["test"])
    required = {"specversion", "id", "source", "type"}
    assert required <= event.keys()
    assert event["specversion"] == "1.0"
    assert event["id"] == f"{entry['header']['log']}/{entry['header']['seq']}"
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in event)
    assert event["data"]["value"] == entry["body"]["value"]
    private = [entry["body"][name] for name in ("subject", "subject_name", "origin", "capture")]
    assert [word for word in private if word in TOLD["feed"]] == []


# --- what the page says in tables ------------------------------------------------------------------------------------


def table(head: str) -> list[list[str]]:
    """Cells of the table whose first line begins so."""
    after = PAGE[PAGE.index(f"\n| {head} |") + 1 :].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in after.splitlines()[2:]]


def ticked(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize(
    ("head", "kinds"), [("kind of entry", ENTRY_KINDS), ("kind of order", ORDER_KINDS), ("kind of act", ACT_KINDS)]
)
def test_kinds_and_their_members(head: str, kinds: dict[str, type[Any]]) -> None:
    said = {ticked(row[0])[0]: ticked(row[1]) for row in table(head)}
    assert said == {kind: [field.name for field in dataclasses.fields(body)] for kind, body in kinds.items()}


def test_parts_and_lists() -> None:
    for head, known in (("part", tables.parts()), ("list", tables.lists())):
        said = {ticked(row[0])[0]: ticked(row[1]) for row in table(head)}
        assert said.keys() == {of.__name__ for of in known}
        for name, members in said.items():
            of = getattr(messages, name)
            words = [field.name for field in dataclasses.fields(of)] if dataclasses.is_dataclass(of) else list(of)
            assert members == words, name


def test_every_generated_table_stands_on_the_page() -> None:
    assert [name for name, _ in tables.TABLE.findall(PAGE)] == list(tables.tables())


def test_kinds_that_are_not_told_have_no_public_members() -> None:
    assert {ticked(row[0])[0] for row in table("kind that is not told")} == SEALED_OFF.keys()
    assert SEALED_OFF.keys() | PUBLIC.keys() == ENTRY_KINDS.keys()
    assert SEALED_OFF.keys() & PUBLIC.keys() == set()


def test_limits() -> None:
    for row in table("limit"):
        module, _, name = ticked(row[0])[0].rpartition(".")
        assert int(row[1]) == getattr(importlib.import_module(module), name), row[0]


def test_uses_of_keys() -> None:
    said = ticked(PAGE[PAGE.index("## 6.") : PAGE.index("## 7.")])
    assert [word for word in said if word in set(Use)] == [use.value for use in Use]


def test_topics_are_those_of_the_broker() -> None:
    """Rights of the page = rights of mosquitto's list, for a station, the intake and a reader of the feed."""
    said = set()
    for topic, writer, reader in ([ticked(row[0])[0], row[1], row[2]] for row in table("topic")):
        for who, right in ((writer, "write"), (reader, "read")):
            said.add((who, right, filled(topic, "dc-01" if who == "station" else "+")))
    granted, user = set(), ""
    for line in access_list("530427", ["dc-01"]).splitlines():
        words = line.split()
        if words[:1] == ["user"]:
            user = words[1].replace("dc-01", "station")
        elif words:
            granted.add((user, words[1], words[2]))
    wide = {("intake", "write", "liangzheng/1/530427/all/order")}  # within + of its own right
    assert granted == said - wide


def filled(topic: str, station: str) -> str:
    return topic.replace("<county>", "530427").replace("<station>", station).replace("<kind>", "#")


def test_public_members_are_those_of_the_feed() -> None:
    said = {ticked(row[0])[0]: ticked(row[1]) for row in table("kind")}
    assert said.keys() == PUBLIC.keys()
    for kind, members in PUBLIC.items():
        named = [name for member, inner in members.items() for name in (member, *inner)]
        assert said[kind] == named, kind


def test_claims_of_the_codes() -> None:
    for head, link in (("claim of a certificate", "code-link"), ("claim of a card", "card-link")):
        assert [int(row[0]) for row in table(head)] == list(sign1(TOLD[link])[1])


def test_a_spoilt_example_is_found() -> None:
    spoilt = base64.b64decode(TOLD["segment"]).replace(b"530427", b"530428", 1)
    with pytest.raises(AssertionError):
        frames(spoilt)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"v":1', '"v":1.0'),
        ('{"body"', '{ "body"'),
        ('"sig":"', '"sig": "'),
        ('EA=="', 'EB=="'),  # the same 16 bytes of salt, with stray bits behind them
        ('"salt":', '"more":0,"salt":'),
    ],
)
def test_other_bytes_with_the_same_meaning_are_refused(old: str, new: str) -> None:
    spoilt = TOLD["entry"].replace(old, new, 1)
    assert spoilt != TOLD["entry"]
    assert contract.read(TOLD["entry"].encode())
    with pytest.raises(contract.Malformed):
        contract.read(spoilt.encode())
