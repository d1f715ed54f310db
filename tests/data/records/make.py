"""Makes one kept record with a program of another time, whose tree comes first on PYTHONPATH:

    git archive COMMIT kiosk drivers firmware_profiles ui | tar x -C OLD
    PYTHONPATH=OLD python tests/data/records/make.py tests/data/records/v3

Versions 1 to 6 of the tables were made so, by the programs of 1d18088, 7b889d7, 9fe1bf6, b6cd352, d11ee03 and 939ddb6.
The key of the box is 05 × 32, those of the county 01, 02, 03 × 32, as in FORMATS.md §1.
"""

import base64
import importlib
import json
import re
import sys
import zlib
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter

PAGE = Path(__file__).resolve().parents[3] / "kiosk" / "FORMATS.md"
COUNTY, STATION = "530427", "dc-01"
ROOT, ORDER, WITNESS, OWN = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3, 5))
FARMER = {
    "id": "s-0001", "kind": "farmer", "name": "Li", "contact": "13800001234", "origin": "Gasa", "region": "530427",
    "code": "", "products": ["cowpea"], "controller": "",
}  # fmt: skip
DAY = "2026-03-02"
SUPERVISED = 32  # seq of the positive test of a supervision sample


def named(name: str) -> Any:
    """Where this program keeps a thing: rooms were split over the years."""
    for module in ("record", "checkpoint", "trust", "seal", "contract", "clock", "log", "tree"):
        try:
            return getattr(importlib.import_module(f"kiosk.{module}"), name)
        except (ImportError, AttributeError):
            continue
    raise LookupError(name)


def example(name: str) -> Any:
    found = re.search(rf"<!-- example: {name} -->\n```json\n(.*?)\n```", PAGE.read_text("utf-8"), re.DOTALL)
    return json.loads(found[1])["body"] if found else {}


def entries(kinds: dict[str, Any]) -> list[Any]:
    """What a day may bring, as far as this program knows it."""
    tested, certified = example("test"), example("certificate")
    one = {"subject": "s-0001", "product": "cowpea", "unit": "kg"}
    told: list[tuple[str, dict[str, Any]]] = [
        ("lot.declared", {**one, "lot": "A", "quantity": "100", "quantity_typed": "100 kg", "origin": "Gasa"}),
        ("test", {**tested, "lot": "A"}),
        ("certificate", {**certified, "number": "C1", "lot": "A", "visit": "v-1"}),
        ("print", {"number": "C1", "copy": 1, "outcome": "unknown", "evidence": "job", "reason": "paper"}),
        ("print", {"number": "C1", "copy": 1, "outcome": "printed", "evidence": "person", "reason": ""}),
        ("reprint", {"number": "C1", "copy": 2, "reason": "smudged"}),
        ("certificate.voided", {"number": "C1", "reason": "wrong_quantity", "by": "Li", "paper": "taken_back"}),
        ("lot.declared", {**one, "lot": "A", "quantity": "20", "quantity_typed": "20 kg", "origin": "Gasa"}),
        ("certificate", {**certified, "number": "C2", "lot": "A", "visit": "v-2"}),
        ("print", {"number": "C2", "copy": 1, "outcome": "printed", "evidence": "job", "reason": ""}),
        ("incoming", {**one, "visit": "v-3", "receiver": "b-1", "paper": "ours", "verified": True, "quantity": "50",
                      "issuer": "Li", "number": "P1", "contact": "", "origin": "Gasa"}),
        ("lot.lost", {"lot": "A", "quantity": "5", "unit": "kg", "quantity_typed": "5 kg", "reason": "rotten"}),
        ("incident", {"part": "printer", "problem": "printer.paper_out", "facts": {}}),
    ]  # fmt: skip
    if "part" in {field.name for field in fields(kinds["print"])}:
        told += in_parts(certified)
        told += supervised(tested)
    return [made(kinds, kind, body) for kind, body in told if kind in kinds]


def in_parts(certified: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """A certificate in two parts, and three labels, for programs whose prints name their part."""
    said = {"copy": 1, "evidence": "completion", "reason": ""}
    label = {"subject": "s-0001", "product": "cowpea", "lot": "A", "code": "", "certificate": "C3", "marks": []}
    return [
        ("certificate", {**certified, "number": "C3", "lot": "A", "visit": "v-4", "parts": ["goods", "stub"]}),
        ("print", {**said, "number": "C3", "part": "goods", "outcome": "printed"}),
        ("print", {**said, "number": "C3", "part": "stub", "outcome": "unknown"}),
        ("reprint", {"number": "C3", "copy": 2, "reason": "spoiled", "part": "stub"}),
        ("label", {**label, "number": "T1", "visit": "v-5", "labels": 3}),
        ("print", {**said, "number": "T1", "part": "1", "outcome": "printed"}),
    ]


def supervised(tested: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Samples of a task, one of them tested, delivered and objected to; a reagent, and a control."""
    sample = {
        "sample_type": "supervision", "scene": "wholesale", "subject": "s-0001", "subject_name": "Li",
        "product": "cowpea", "lot": "", "origin": "Gasa", "taken_at": f"{DAY}T09:00:00+08:00", "sampler": "Wang",
    }  # fmt: skip
    test = {**tested, "sample_code": "S-1", "sample_type": "supervision", "visit": "v-6"}
    positive = {**test, "verdict": {**tested["verdict"], "outcome": "positive"}}
    control = {"what": "blank", "run": "r-1", "method": "m", "readings": [], "passed": True, "findings": [],
               "capture": "0" * 64, "device": tested["device"]}  # fmt: skip
    told = {"sample_code": "S-1", "subject": "s-0001", "outcome": "positive", "how": "signed", "signatures": [],
            "received_at": f"{DAY}T10:00:00+08:00", "deadline": f"{DAY}T14:00:00+08:00"}  # fmt: skip
    asked = {"sample_code": "S-1", "subject": "s-0001", "asked_at": f"{DAY}T11:00:00+08:00", "in_time": True,
             "by": "Li"}  # fmt: skip
    return [
        ("reagent", {"lot": "R-1", "method": "m", "event": "received"}),
        ("control", control),
        ("sample.taken", {**sample, "sample_code": "S-1", "task": "t-1"}),
        ("sample.taken", {**sample, "sample_code": "S-2", "task": ""}),
        ("test", positive),
        ("test", {**test, "sample_code": "S-3"}),
        ("result.delivered", {**told, "test": SUPERVISED}),
        ("objection", {**asked, "delivery": SUPERVISED + 2}),
        ("objection", {**asked, "delivery": SUPERVISED + 2}),
        ("objection.closed", {"objection": SUPERVISED + 3, "result": "withdrawn", "report": "", "laboratory": "",
                              "received_at": "", "reported_at": "", "outcome": None}),
    ]  # fmt: skip


def orders(kinds: dict[str, Any]) -> list[Any]:
    text = "[[product]]\n"
    told: list[tuple[str, dict[str, Any]]] = [
        ("subjects.upsert", {"subjects": [FARMER], "cards": [{"number": "K0001", "subject": "s-0001"}]}),
        ("card.revoked", {"card": "K0002", "reason": "lost"}),
        ("pack.put", {"file": "products/county.toml", "text": text, "digest": "0" * 64, "in_force_from": DAY}),
        ("settings.put", {"values": {"lot_days": "2"}, "by": "Wang", "reason": "meeting"}),
        ("certificate.revoked", {"number": "C9", "reason": "forged"}),
        ("task.given", {"task": "t-1", "what": "gate", "title": "gate", "until": "2027-01-01"}),
        ("lot.released", {"lot": "B", "outcome": "negative", "report": "R-1", "laboratory": "county"}),
    ]
    return [made(kinds, kind, body) for kind, body in told if kind in kinds]


def made(kinds: dict[str, Any], kind: str, body: dict[str, Any]) -> Any:
    known = {field.name for field in fields(kinds[kind])}
    return TypeAdapter(kinds[kind]).validate_python({name: said for name, said in body.items() if name in known})


def trust() -> Any:
    grants = []
    for use, name, key in (("order", "office", ORDER), ("witness", "office", WITNESS), ("station", STATION, OWN)):
        public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
        grants.append(named("granted")(ROOT, named("Grant")(COUNTY, use, name, public, "2026-01-01", "2036-01-01")))
    return named("Trust")(COUNTY, ROOT.public_key().public_bytes_raw(), tuple(grants))


def bring(folder: Path, *payloads: bytes) -> None:
    log = importlib.import_module("kiosk.log")
    writer = log.Writer(folder)
    for payload in payloads:
        writer.append(payload)
    writer.flush()
    writer.publish(writer.last)
    writer.close()


def main(folder: Path) -> None:
    messages = importlib.import_module("kiosk.rules.messages")
    at = datetime.fromisoformat(f"{DAY}T09:30:00+08:00")
    home = named("Home")(COUNTY, STATION, "old", folder / "record.db", folder / "up", folder / "down")
    clock = named("Clock")(at - timedelta(days=1), lambda: at, folder / "never")
    record = named("Record")(home, OWN, trust(), clock)
    write = importlib.import_module("kiosk.contract").write
    given = [
        write(order, log=f"{COUNTY}.all", seq=seq, time=at.isoformat(timespec="milliseconds"), clock="ntp",
              salt=bytes(16), key=ORDER).bytes()
        for seq, order in enumerate(orders(messages.ORDER_KINDS), 1)
    ]  # fmt: skip
    bring(folder / "down" / "all", *given)
    while record.obey():
        pass
    for body in entries(messages.ENTRY_KINDS):
        record.append(body)
    checkpoint = named("Checkpoint")(record.log, record.last, record.tables.root(record.last))
    note = named("sign_receipt")(checkpoint, at, f"liangzheng/{COUNTY}/witness", WITNESS)
    bring(folder / "down" / "receipts", note.encode())
    record.hear_receipts()
    record.append(made(messages.ENTRY_KINDS, "incident", {"part": "x", "problem": "x", "facts": {}}))
    record.save_visit("v-open", "{}", None)
    record.close()
    for lock in folder.rglob("lock"):
        lock.unlink()
    tables = folder / "record.db"
    (folder / "record.db.zlib").write_bytes(zlib.compress(tables.read_bytes(), 9))
    tables.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
