"""The record: one entry in two copies, recovery when one lacks it, orders once, receipts only when they hold."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import contract, log
from kiosk.checkpoint import Checkpoint, sign_receipt
from kiosk.clock import BEIJING, Clock
from kiosk.contract import key_id
from kiosk.live_trust import KeyWords
from kiosk.record import ORDERS_AT_ONCE, Foreign, Home, Oversized, Record, RolledBack, Unreadable, Unwritable
from kiosk.rules.messages import CardRevoked, Incident, OrderBody, Subject, SubjectsMerged, SubjectsUpsert
from kiosk.trust import Grant, Revoked, Trust, Use, granted, public_bytes, revoked
from tests.support.lots import declared, incoming

COUNTY, STATION = "530427", "gasa-01"
START = datetime(2026, 11, 22, 9, 0, tzinfo=BEIJING)
FARMER = Subject("u1", "farmer", "李四", "13800001234", "新平县戛洒镇")


def grant(root: Ed25519PrivateKey, use: Use, name: str, key: Ed25519PrivateKey) -> Grant:
    import base64

    public = base64.b64encode(public_bytes(key)).decode()
    return granted(root, Grant(COUNTY, use, name, public, "2026-01-01", "2036-01-01"))


@dataclass
class Box:
    """A station's folders and the county's keys, without any program."""

    folder: Path
    root: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    order: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    witness: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    own: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    time: datetime = START

    @property
    def trust(self) -> Trust:
        grants = (
            grant(self.root, Use.ORDER, "office", self.order),
            grant(self.root, Use.WITNESS, "office", self.witness),
            grant(self.root, Use.STATION, STATION, self.own),
        )
        return Trust(COUNTY, public_bytes(self.root), grants)

    @property
    def home(self) -> Home:
        return Home(COUNTY, STATION, "0", self.folder / "record.db", self.folder / "up", self.folder / "down")

    def open(self) -> Record:
        clock = Clock(START - timedelta(days=1), lambda: self.time, self.folder / "never")
        return Record(self.home, self.own, self.trust, clock)

    def bring(self, stream: str, *payloads: bytes) -> None:
        """What the uplink does: append, flush, publish."""
        writer = log.Writer(self.folder / "down" / stream)
        for payload in payloads:
            writer.append(payload)
        writer.flush()
        writer.publish(writer.last)
        writer.close()

    def order_bytes(self, seq: int, body: OrderBody, key: Ed25519PrivateKey | None = None, name: str = "all") -> bytes:
        envelope = contract.write(
            body,
            log=f"{COUNTY}.{name}",
            seq=seq,
            time=START.isoformat(timespec="milliseconds"),
            clock="ntp",
            salt=bytes(16),
            key=key or self.order,
        )
        return envelope.bytes()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture
def record(box: Box) -> Iterator[Record]:
    opened = box.open()
    yield opened
    opened.close()


def incident(number: int) -> Incident:
    return Incident("printer", "printer.paper_out", {"n": str(number)})


def entries(box: Box) -> list[bytes]:
    return [payload for _, payload in log.payloads(box.folder / "up")]


def rows(box: Box) -> list[bytes]:
    with sqlite3.connect(box.folder / "record.db") as sql:
        return [row for (row,) in sql.execute("select envelope from entry order by seq")]


def test_a_new_log_begins_with_whose_it_is(record: Record) -> None:
    opening = contract.read(record.tables.payload(1) or b"").entry
    assert (opening.kind, record.last) == ("log.opened", 1)
    assert record.log == key_id(public_bytes(record._key))


def test_every_entry_is_in_both_copies_signed_and_numbered_without_gaps(box: Box, record: Record) -> None:
    for number in range(5):
        record.append(incident(number))
    assert entries(box) == rows(box)
    for seq, payload in enumerate(entries(box), 1):
        envelope = contract.read(payload)
        contract.verify(envelope, public_bytes(box.own))
        assert (envelope.header.seq, envelope.header.log) == (seq, record.log)
        assert envelope.bytes() == payload
    assert log.Tail(box.folder / "up").through == 6


def test_an_append_costs_one_flush_of_the_segment(box: Box) -> None:
    flushes: list[int] = []

    def counted(handle: int) -> None:
        flushes.append(handle)
        os.fdatasync(handle)

    clock = Clock(START, lambda: box.time, box.folder / "never")
    opened = Record(box.home, box.own, box.trust, clock, flush=counted)
    before = len(flushes)
    opened.append(incident(1))
    assert len(flushes) == before + 1
    opened.close()


def test_tables_that_lost_the_last_entries_are_rolled_forward(box: Box) -> None:
    opened = box.open()
    opened.append(incident(1))
    opened.close()
    shutil.copy(box.folder / "record.db", box.folder / "yesterday.db")
    opened = box.open()
    opened.append(incident(2))
    opened.append(incident(3))
    opened.close()
    (box.folder / "yesterday.db").replace(box.folder / "record.db")
    again = box.open()
    assert (again.took_over, again.last) == (2, 4)
    again.close()
    assert entries(box) == rows(box)


def test_segments_that_lost_the_last_entry_get_it_back_from_the_tables(box: Box) -> None:
    opened = box.open()
    opened.append(incident(1))
    opened.close()
    (segment,) = (box.folder / "up").glob("*.seg")
    kept = segment.read_bytes()
    opened = box.open()
    opened.append(incident(2))
    opened.close()
    segment.write_bytes(kept)
    (box.folder / "up" / "through").write_text("2\n")
    again = box.open()
    assert (again.took_over, again.last) == (1, 3)
    again.close()
    assert entries(box) == rows(box)


def test_two_copies_that_tell_different_stories_are_never_served(box: Box) -> None:
    opened = box.open()
    opened.append(incident(1))
    opened.close()
    other = contract.write(
        incident(9),
        log=opened.log,
        seq=2,
        time="2026-11-22T09:00:00.000+08:00",
        clock="ntp",
        salt=bytes(16),
        key=box.own,
    ).bytes()
    with sqlite3.connect(box.folder / "record.db") as sql:
        sql.execute("drop trigger entry_is_never_changed")
        sql.execute("update entry set envelope = ? where seq = 2", (other,))
    with pytest.raises(Foreign):
        box.open()


def test_another_key_does_not_continue_the_log(box: Box) -> None:
    box.open().close()
    box.own = Ed25519PrivateKey.generate()
    with pytest.raises(Foreign):
        box.open()


def test_entries_in_the_tables_cannot_be_changed_or_deleted(box: Box) -> None:
    box.open().close()
    with sqlite3.connect(box.folder / "record.db") as sql:
        for statement in ("update entry set kind = 'x'", "delete from entry"):
            with pytest.raises(sqlite3.IntegrityError, match="never"):
                sql.execute(statement)


def test_orders_are_applied_once_in_order_and_each_is_an_entry(box: Box, record: Record) -> None:
    box.bring("all", box.order_bytes(1, SubjectsUpsert((FARMER,))), box.order_bytes(2, CardRevoked("K1", "lost")))
    done = record.obey()
    assert [(order.seq, order.done) for order in done] == [(1, True), (2, True)]
    assert record.tables.orders.subject("u1") == FARMER
    assert record.tables.orders.is_revoked("K1")
    assert record.obey() == []
    assert record.last == 3


@pytest.mark.parametrize("case", ["another key", "another stream", "another number", "garbage"])
def test_an_order_that_is_not_the_countys_next_is_refused_by_name(box: Box, record: Record, case: str) -> None:
    body = SubjectsUpsert((FARMER,))
    payload = {
        "another key": box.order_bytes(1, body, key=box.witness),
        "another stream": box.order_bytes(1, body, name="other-station"),
        "another number": box.order_bytes(2, body),
        "garbage": b"{}",
    }[case]
    box.bring("all", payload)
    (refused,) = record.obey()
    assert not refused.done
    assert refused.reason
    assert record.tables.orders.subject("u1") is None


def test_an_order_that_was_done_is_found_though_the_uplink_has_not_told_of_it(box: Box) -> None:
    """A power cut takes back `through`, which nobody flushes, and leaves the order that the log names."""
    opened = box.open()
    box.bring("all", box.order_bytes(1, SubjectsUpsert((FARMER,))))
    assert [done.done for done in opened.obey()] == [True]
    opened.close()
    (box.folder / "record.db").unlink()
    (box.folder / "down" / "all" / "through").unlink()
    again = box.open()
    assert again.tables.orders.subject("u1") == FARMER
    assert again.obey() == []
    again.close()


def test_an_order_whose_tables_were_lost_is_done_again_from_the_log(box: Box) -> None:
    opened = box.open()
    opened.close()
    shutil.copy(box.folder / "record.db", box.folder / "yesterday.db")
    box.bring("all", box.order_bytes(1, SubjectsUpsert((FARMER,))))
    opened = box.open()
    opened.obey()
    opened.close()
    (box.folder / "yesterday.db").replace(box.folder / "record.db")
    again = box.open()
    assert again.tables.orders.subject("u1") == FARMER
    assert again.obey() == []
    again.close()


def receipt(box: Box, record: Record, size: int, root: bytes | None = None) -> bytes:
    checkpoint = Checkpoint(record.log, size, root or record.tables.root(min(size, record.last)))
    return sign_receipt(checkpoint, datetime.now(UTC), f"liangzheng/{COUNTY}/witness", box.witness).encode()


def test_a_receipt_is_kept_when_our_own_tree_has_that_root(box: Box, record: Record) -> None:
    record.append(incident(1))
    box.bring("receipts", b"not a note", receipt(box, record, 1))
    heard = record.hear_receipts()
    assert heard is not None
    assert heard.checkpoint.size == 1
    assert record.tables.receipted() == 1
    box.bring("receipts", receipt(box, record, 2))
    record.hear_receipts()
    assert record.tables.receipted() == 2


def test_lots_and_papers_of_a_merged_producer_are_his(box: Box, record: Record) -> None:
    """His lot that was stopped under the old id is found under the new one."""
    people = [replace(FARMER, id=name) for name in ("a", "b", "c")]
    merge = SubjectsMerged("b", ("a",))
    box.bring("all", box.order_bytes(1, SubjectsUpsert(tuple(people))), box.order_bytes(2, merge))
    for name, lot in (("a", "L1"), ("c", "L2")):
        record.append(replace(declared(), lot=lot, subject=name, product="tomato", plot=""))
    papers = [record.append(replace(incoming(), receiver=name)).header.seq for name in ("b", "a", "c")]
    record.obey()
    lots, same = record.tables.lots, record.tables.orders.same
    kept = [lots.of_goods(same(name), "tomato", "", "2026-01-01") for name in ("a", "b", "c")]
    assert kept == [("L1",), ("L1",), ("L2",)]
    assert [seq for seq, _ in lots.taken_by(same("b"))] == papers[:2]


def test_a_card_that_has_less_than_the_county_is_not_continued(box: Box) -> None:
    opened = box.open()
    opened.append(incident(1))
    opened.append(incident(2))
    note = receipt(box, opened, 3)
    opened.close()
    shutil.rmtree(box.folder / "up")
    (box.folder / "record.db").unlink()
    box.bring("receipts", note)
    with pytest.raises(RolledBack):
        box.open()


@pytest.mark.parametrize(("size", "root"), [(2, bytes(32)), (3, None)])
def test_a_receipt_for_what_is_not_ours_stops_the_record(box: Box, size: int, root: bytes | None) -> None:
    """A card that was set back is told while it works, and told again at every start, also when it went on alone."""
    opened = box.open()
    opened.append(incident(1))
    box.bring("receipts", receipt(box, opened, 1), receipt(box, opened, size, root))
    with pytest.raises(RolledBack):
        opened.hear_receipts()
    opened.append(incident(2))
    opened.close()
    for _ in range(2):
        with pytest.raises(RolledBack):
            box.open()


def test_an_entry_that_only_one_copy_has_is_followed_by_none(box: Box) -> None:
    opened = box.open()
    with sqlite3.connect(box.home.tables, isolation_level=None, timeout=0) as other:
        opened._sql.execute("pragma busy_timeout = 0")
        other.execute("begin immediate")
        for _ in range(2):
            with pytest.raises(Unwritable):
                opened.append(incident(1))
        other.execute("rollback")
    with pytest.raises(Unwritable, match="one copy"):
        opened.append(incident(2))
    opened.close()
    again = box.open()
    assert (again.took_over, again.last) == (1, 2)
    assert entries(box) == rows(box)
    again.close()


@pytest.mark.parametrize("begun", [b"", log.MAGIC[:3], bytes(len(log.MAGIC))])
@pytest.mark.parametrize("first", [1, 3])
def test_a_cut_while_a_segment_is_begun_is_no_damage(box: Box, begun: bytes, first: int) -> None:
    if first > 1:
        opened = box.open()
        opened.append(incident(1))
        opened.close()
    box.home.up.mkdir(exist_ok=True)
    (box.home.up / f"{first:020d}.seg").write_bytes(begun)
    again = box.open()
    assert again.append(incident(2)).header.seq == max(first, 2)
    again.close()
    assert entries(box) == rows(box)


def test_a_key_that_the_root_took_back_is_told(box: Box, record: Record) -> None:
    assert record.taken_back is None
    word = revoked(box.root, Revoked(COUNTY, Use.STATION, record.log, "2026-12-01", 1, "stolen"))
    record.trust.learn(KeyWords(revoked=(word,)))
    assert record.taken_back == word


def test_a_disk_that_refuses_stops_the_record_and_loses_nothing(
    box: Box, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", refuse)
    with pytest.raises(Unwritable):
        record.append(incident(1))
    monkeypatch.undo()
    assert record.last == 1
    record.append(incident(1))
    assert entries(box) == rows(box)


def test_time_never_goes_back_in_a_log(box: Box, record: Record) -> None:
    first = record.append(incident(1))
    box.time = START - timedelta(days=800)
    second = record.append(incident(2))
    assert second.header.time >= first.header.time
    assert second.header.clock == "floor"
    assert date.fromisoformat(second.header.time[:10]) == START.date()


def test_time_does_not_go_back_over_a_restart(box: Box) -> None:
    box.open().close()
    box.time = START - timedelta(hours=12)
    again = box.open()
    assert again.append(incident(1)).header.time >= START.isoformat(timespec="milliseconds")
    again.close()


def test_a_forged_order_is_told_once_and_the_true_one_still_comes(box: Box, record: Record) -> None:
    box.bring("all", box.order_bytes(1, SubjectsUpsert((FARMER,)), key=box.witness))
    (told,) = record.obey()
    assert (told.done, told.order) == (False, "")
    assert record.obey() == []
    shutil.rmtree(box.folder / "down")
    box.bring("all", box.order_bytes(1, SubjectsUpsert((FARMER,))))
    (done,) = record.obey()
    assert done.done
    assert record.tables.orders.subject("u1") == FARMER


def test_an_order_of_the_county_that_we_do_not_know_is_refused_and_passed(box: Box, record: Record) -> None:
    time = START.isoformat(timespec="milliseconds")
    unknown = contract.write(
        incident(1), log=f"{COUNTY}.all", seq=1, time=time, clock="ntp", salt=bytes(16), key=box.order
    )
    box.bring("all", unknown.bytes(), box.order_bytes(2, CardRevoked("K1", "lost")))
    assert [(order.order, order.done) for order in record.obey()] == [("incident", False), ("card.revoked", True)]
    assert record.tables.orders.is_revoked("K1")


def test_a_long_list_of_orders_comes_in_parts(box: Box, record: Record) -> None:
    box.bring("all", *(box.order_bytes(seq, CardRevoked(f"K{seq}")) for seq in range(1, 26)))
    parts = []
    while done := record.obey():
        parts.append(len(done))
    assert sum(parts) == 25
    assert max(parts) == ORDERS_AT_ONCE
    assert record.tables.orders.is_revoked("K25")


@pytest.mark.parametrize("brought", ["another order", "nothing"])
def test_an_order_that_was_swapped_after_its_entry_is_not_applied_and_may_be_brought_again(
    box: Box, brought: str
) -> None:
    box.open().close()
    shutil.copy(box.folder / "record.db", box.folder / "yesterday.db")
    true = box.order_bytes(1, SubjectsUpsert((FARMER,)))
    box.bring("all", true)
    opened = box.open()
    opened.obey()
    opened.close()
    (box.folder / "yesterday.db").replace(box.folder / "record.db")
    shutil.rmtree(box.folder / "down")
    if brought == "another order":
        box.bring("all", box.order_bytes(1, SubjectsUpsert((replace(FARMER, contact="evil"),)), key=box.witness))
    again = box.open()
    assert again.tables.orders.subject("u1") is None
    shutil.rmtree(box.folder / "down", ignore_errors=True)
    box.bring("all", true)
    assert [order.done for order in again.obey()] == [True]
    assert again.tables.orders.subject("u1") == FARMER
    again.close()


def spoil(down: Path, case: str) -> None:
    """What a broken or hostile uplink may leave in its folder."""
    (segment,) = down.glob("*.seg")
    match case:
        case "a promise of more":
            (down / "through").write_text("999999\n")
        case "less than nothing":
            (down / "through").write_text("-3\n")
        case "a pipe":
            (down / "through").unlink()
            os.mkfifo(down / "through")
        case "a pipe for a segment":
            segment.unlink()
            os.mkfifo(segment)
        case "a folder for a segment":
            segment.unlink()
            segment.mkdir()
        case "an odd name":
            (down / "²³.seg").write_bytes(b"")
        case "nothing behind the promise":
            segment.unlink()
        case "zeros":
            segment.write_bytes(log.MAGIC + bytes(4000))
        case "noise":
            segment.write_bytes(bytes(range(256)) * 20)


@pytest.mark.parametrize("stream", ["all", "receipts"])
@pytest.mark.parametrize(
    "case",
    [
        "a promise of more",
        "less than nothing",
        "a pipe",
        "a pipe for a segment",
        "a folder for a segment",
        "an odd name",
        "nothing behind the promise",
        "zeros",
        "noise",
    ],
)
def test_whatever_the_uplink_leaves_in_its_folder_the_record_serves(box: Box, stream: str, case: str) -> None:
    box.bring(stream, b"\xff not text", b"{}")
    spoil(box.folder / "down" / stream, case)
    opened = box.open()
    for _ in range(2):
        opened.obey()
        opened.hear_receipts()
    opened.append(incident(1))
    opened.close()
    box.open().close()


def test_of_many_receipts_the_newest_that_holds_is_kept(box: Box, record: Record) -> None:
    for number in range(30):
        record.append(incident(number))
    box.bring("receipts", *(receipt(box, record, size) for size in range(1, 31)), b"not a note")
    heard = record.hear_receipts()
    assert heard is not None
    assert heard.checkpoint.size == 30
    assert record.hear_receipts() is None


def test_a_body_that_no_reader_would_take_is_refused_before_it_is_written(box: Box) -> None:
    opened = box.open()
    with pytest.raises(Oversized):
        opened.append(Incident("printer", "x", {"n": "9" * contract.MOST_BYTES}))
    assert opened.append(incident(1)).header.seq == 2
    opened.close()
    box.open().close()


def test_damaged_tables_are_said_to_be_so(box: Box) -> None:
    box.open().close()
    (box.folder / "record.db").write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    with pytest.raises(Unreadable):
        box.open()
