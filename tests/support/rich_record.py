"""A record in which something of everything happened, for tests of what stands in tables, exports and backups."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from kiosk.checkpoint import Checkpoint, sign_receipt
from kiosk.record import Record
from kiosk.rules.messages import (
    ORDER_KINDS,
    Check,
    DoctorReport,
    EntryBody,
    PackPut,
    Print,
    PrintOutcome,
    Reprint,
    Retired,
    Span,
)
from tests.kiosk.documents.drawn import filled
from tests.kiosk.test_record import COUNTY, Box, incident
from tests.support.lots import certificate, declared, incoming, lost, sent, voided
from tests.support.oversight import test as tested
from tests.support.staff_work import day_of_work

GIVEN = len(ORDER_KINDS)


def bodies() -> list[EntryBody]:
    """One after the other, as they could come of visits."""
    return [
        declared("A"), tested(), certificate("C1", lot="A"), Print("C1", 1, PrintOutcome.UNKNOWN, "job", "paper"),
        Print("C1", 1, PrintOutcome.CONFIRMED, "person"), Reprint("C1", 2, "smudged"),
        Print("C1", 2, PrintOutcome.PRINTED, "job"), voided("C1"), certificate("C2", lot="A"),
        Print("C2", 1, PrintOutcome.PRINTED, "job"), declared("A", "20"), incoming("P1"),
        incoming("7", paper="handwritten"), declared("B", "50", sources=("A", "P1")), sent(lot="B"), lost(lot="B"),
        replace(tested(), lot="B"), certificate("C3", lot="B"), Print("C3", 1, PrintOutcome.FAILED, "job", "cover"),
        incident(7),
    ]  # fmt: skip


def fill(box: Box, record: Record) -> None:
    """Entries of a day, an order of every kind on either stream (once forwards, once backwards), a receipt, an end."""
    for body in bodies():
        record.append(body)
    for body in day_of_work(record.last):
        record.append(body)
    for stream, name in (("all", "all"), ("own", "gasa-01")):
        orders = [filled(kind) for kind in ORDER_KINDS]
        orders = [replace(one, file="methods/county.toml") if isinstance(one, PackPut) else one for one in orders]
        orders = orders if stream == "all" else orders[::-1]
        box.bring(stream, *(box.order_bytes(seq, one, name=name) for seq, one in enumerate(orders, 1)))
    while record.obey():
        pass
    record.append(DoctorReport("own/1", (Check("record", "ok", "", {}),)))
    record.close_day(record.last_day())
    receipted(box, record)
    record.append(incident(8))
    record.save_visit("v-open", '{"stage": "promise"}', None)


def receipted(box: Box, record: Record) -> None:
    """The county confirms everything up to now."""
    checkpoint = Checkpoint(record.log, record.last, record.tables.root(record.last))
    at = datetime(2026, 11, 22, 2, tzinfo=UTC) + timedelta(seconds=record.last)
    box.bring("receipts", sign_receipt(checkpoint, at, f"liangzheng/{COUNTY}/witness", box.witness).encode())
    record.hear_receipts()


def of(*spans: tuple[int, int]) -> Retired:
    return Retired("2026-01-01", 730, tuple(Span(*span) for span in spans), 0, ())


def laid_out(box: Box) -> Path:
    """The folder as a box has it, for commands."""
    pem = box.own.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (box.folder / "station.key").write_bytes(pem)
    (box.folder / "trust.json").write_bytes(box.trust.bytes())
    return box.folder
