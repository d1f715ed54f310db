"""The full check goes on where it stopped, finds every quiet change, and keeps what it found; days are closed."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk import contract, log
from kiosk.checking import Checked
from kiosk.checkpoint import open_checkpoint, open_countersigned
from kiosk.record import Record, RecordError
from kiosk.rules.messages import DayClosed
from kiosk.trust import public_bytes
from tests.kiosk.test_record import COUNTY, START, STATION, Box, incident
from tests.support.lots import certificate, voided
from tests.support.oversight import test as a_test
from tests.support.rich_record import fill

SIGNER = f"liangzheng/{COUNTY}/{STATION}"


@pytest.fixture
def box(tmp_path: Path) -> Box:
    box = Box(tmp_path)
    record = box.open()
    fill(box, record)
    record.close()
    return box


def whole(record: Record, most: int = 50) -> Checked:
    checked = record.check(most)
    while not checked.ended:
        checked = record.check(most)
    return checked


def changed(box: Box, statement: str, *values: object, trigger: str = "") -> None:
    with closing(sqlite3.connect(box.home.tables, isolation_level=None)) as sql:
        if trigger:
            sql.execute(f"drop trigger {trigger}")
        assert sql.execute(statement, values).rowcount == 1


def test_slices_go_on_over_a_restart_and_end_with_their_time(box: Box) -> None:
    record = box.open()
    assert record.checked == Checked(0, record.last, "", "")
    assert record.check(10) == Checked(10, record.last, "", "")
    record.close()
    again = box.open()
    assert again.checked.seq == 10
    assert again.check(10).seq == 20
    ended = whole(again)
    assert (ended.seq, ended.problem) == (again.last, "")
    assert ended.ended >= START.isoformat(timespec="milliseconds")
    assert again.checked == ended
    assert again.check(5) == Checked(5, again.last, "", "")
    again.close()


def test_a_log_that_grows_meanwhile_is_checked_to_its_end(box: Box) -> None:
    record = box.open()
    record.check(record.last - 1)
    record.append(incident(1))
    assert whole(record, 1).seq == record.last
    record.close()


@pytest.mark.parametrize(
    ("statement", "trigger", "problem"),
    [
        ("update node set hash = zeroblob(32) where level = 0 and idx = 4", "", "node 5"),
        ("update node set hash = zeroblob(32) where level = 2 and idx = 0", "", "node 4"),
        ("update entry set kind = 'x' where seq = 6", "entry_is_never_changed", "differs 6"),
        ("update entry set time = '2020-01-01' where seq = 6", "entry_is_never_changed", "differs 6"),
        ("update entry set envelope = (select envelope from entry where seq = 5) where seq = 6",
         "entry_is_never_changed", "differs 6"),
        ("delete from entry where seq = 7", "entry_is_never_deleted", "differs 7"),
        ("update receipt set note = replace(note, 'log/', 'log/0')", "", "receipt"),
        ("update receipt set through = through - 1", "", "receipt"),
    ],
)  # fmt: skip
def test_a_quiet_change_in_the_tables_is_found(box: Box, statement: str, trigger: str, problem: str) -> None:
    changed(box, statement, trigger=trigger)
    record = box.open()
    checked = whole(record)
    assert checked.problem.startswith(problem)
    assert record.check(1).problem == checked.problem, "a problem does not go because a new check began"
    record.close()


def test_a_damaged_segment_is_found_and_taken_back_when_it_is_whole_again(box: Box) -> None:
    (segment,) = (box.folder / "up").glob("*.seg")
    good = segment.read_bytes()
    record = box.open()
    segment.write_bytes(good[:300] + bytes([good[300] ^ 1]) + good[301:])
    assert whole(record).problem == "damaged 1"
    segment.write_bytes(good)
    assert whole(record).problem == ""
    record.close()


def test_both_copies_changed_alike_are_not_ours(box: Box) -> None:
    """Somebody who can write both copies still lacks the key."""
    record = box.open()
    payload = record.tables.payload(6) or b""
    record.close()
    forged = payload.replace(b'"time":"2026-11-22', b'"time":"2026-11-21', 1)
    assert forged != payload
    changed(box, "update entry set envelope = ? where seq = 6", forged, trigger="entry_is_never_changed")
    writer = log.Writer(box.home.up)
    writer.rewrite(lambda _, __: forged, [(6, 6)])
    writer.close()
    again = box.open()
    assert whole(again).problem == "foreign 6"
    again.close()


# --- days -------------------------------------------------------------------------------------------------------------


def test_a_day_is_closed_with_its_root_and_its_counts(tmp_path: Path) -> None:
    box = Box(tmp_path)
    record = box.open()
    for done in (a_test(), certificate("C1"), certificate("C2"), voided("C1")):
        record.append(done)
    assert record.last_day() == "2026-11-22"
    envelope = record.close_day("2026-11-22")
    body = envelope.entry
    assert isinstance(body, DayClosed)
    assert (body.certificates, body.voided, body.tests, body.positives, body.size) == (2, 1, 1, 0, 5)
    signed = open_checkpoint(body.checkpoint, SIGNER, public_bytes(box.own))
    assert (signed.log, signed.size, signed.root) == (record.log, 5, record.tables.root(5))
    assert signed.root.hex() == body.root
    assert record.last_day() == ""
    record.append(incident(1))
    assert record.last_day() == "2026-11-22"
    record.close()


def test_each_day_counts_its_own(tmp_path: Path) -> None:
    box = Box(tmp_path)
    record = box.open()
    record.append(certificate("C1"))
    record.close_day("2026-11-22")
    box.time = START.replace(day=23)
    record.append(certificate("C2"))
    record.append(certificate("C3"))
    body = record.close_day("2026-11-23").entry
    assert isinstance(body, DayClosed)
    assert (body.day, body.certificates) == ("2026-11-23", 2)
    again = record.close_day("2026-11-22").entry
    assert isinstance(again, DayClosed)
    assert again.certificates == 1
    assert whole(record).problem == ""
    record.close()


def test_the_kept_note_bears_both_signatures(box: Box) -> None:
    record = box.open()
    note = record.tables.receipt_note()
    receipt = open_countersigned(note, SIGNER, public_bytes(box.own), box.trust)
    assert (receipt.checkpoint.size, receipt.note) == (record.tables.receipted(), note)
    assert len([line for line in note.splitlines() if line.startswith("— ")]) == 2
    record.close()


def test_an_entry_of_newer_software_is_kept_and_said_to_be_unknown(tmp_path: Path) -> None:
    box = Box(tmp_path)
    record = box.open()
    envelope = record.append(incident(1))
    record.close()
    header = replace(envelope.header, seq=3, kind="of.tomorrow")
    payload = replace(envelope, header=header, signature=box.own.sign(header.bytes())).bytes()
    writer = log.Writer(box.home.up)
    writer.append(payload)
    writer.flush()
    writer.close()
    again = box.open()
    assert (again.took_over, again.last) == (1, 3)
    assert contract.read(again.tables.payload(3) or b"").header.kind == "of.tomorrow"
    with pytest.raises(RecordError, match="tomorrow"):
        again.read(3)
    assert whole(again).problem == ""
    again.close()
