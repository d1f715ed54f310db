"""Tables from segments: the same ones, also after retention; what is not of the log is said; nothing is lost."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from kiosk import log
from kiosk.rebuild import Difference, compared, entries_in, put_in_force, rebuild
from kiosk.record import Foreign, Unreadable
from kiosk.rules.certify.cases import NEVER
from kiosk.tables import Tables, read_tables
from tests.kiosk.test_record import Box, incident
from tests.support.rich_record import GIVEN, fill, of, receipted


@pytest.fixture
def box(tmp_path: Path) -> Box:
    box = Box(tmp_path)
    record = box.open()
    fill(box, record)
    record.close()
    return box


def differences(box: Box) -> list[Difference]:
    made = rebuild(box.home, box.own, box.trust)
    return compared(box.home.tables, made.file)


def changed(box: Box, *statements: str) -> None:
    with closing(sqlite3.connect(box.home.tables, isolation_level=None)) as sql:
        for statement in statements:
            sql.execute(statement)


def test_a_rich_record_is_rebuilt_identical(box: Box) -> None:
    made = rebuild(box.home, box.own, box.trust)
    assert compared(box.home.tables, made.file) == []
    assert (made.entries, made.lost, made.visits) == (entries_in(box.home.tables), 0, 1)
    with closing(read_tables(made.file)) as new, closing(read_tables(box.home.tables)) as old:
        for table in ("receipt", "open_visit"):
            query = f"select * from {table}"  # noqa: S608
            assert new.execute(query).fetchall() == old.execute(query).fetchall()
        filled = [name for (name,) in new.execute("select name from sqlite_master where type = 'table'")]
        counts = {name: new.execute(f"select count(*) from {name}").fetchone()[0] for name in filled}  # noqa: S608
    empty = {name for name, count in counts.items() if not count}
    assert empty == {"retired", "full_check", "key_word", "snapshot_part"}


@pytest.mark.parametrize("seed", range(12))
def test_a_retired_record_is_rebuilt_identical(box: Box, seed: int) -> None:
    """Whatever entries go, also a part of a certificate's story, in several steps."""
    record, dice = box.open(), Random(seed)
    receipted(box, record)
    for _ in range(3):
        gone = [record.tables.retired.takes(seq) is not None for seq in range(record.tables.receipted() + 1)]
        kinds = [record.tables.head_of(seq)[0] for seq in range(record.tables.receipted() + 1)]
        free = [seq for seq in range(2, len(gone)) if not gone[seq] and kinds[seq] not in NEVER]
        chosen = sorted(dice.sample(free, min(len(free), 5)))
        record.retire(of(*((seq, seq) for seq in chosen)))
        record.append(incident(1))
        receipted(box, record)
    record.close()
    assert differences(box) == []


def test_every_difference_is_told_by_its_table(box: Box) -> None:
    changed(
        box,
        "delete from certificate where number = 'C1'",
        "update lot set plot = 'elsewhere' where lot = 'B'",
        "insert into revoked_card values ('invented', 'x')",
    )
    assert differences(box) == [
        Difference("certificate", 0, 1, 0),
        Difference("lot", 0, 0, 1),
        Difference("revoked_card", 1, 0, 0),
    ]


def test_orders_that_the_uplink_no_longer_has_are_counted_and_asked_for_again(box: Box) -> None:
    shutil.rmtree(box.folder / "down" / "own")
    made = rebuild(box.home, box.own, box.trust)
    assert made.lost > 0
    put_in_force(box.home.tables, made.file, "20261122T090000")
    again = box.open()
    assert (again.tables.cursor("own"), again.tables.cursor("all")) == (0, GIVEN)
    again.close()


def test_damaged_tables_are_made_again_and_kept_aside(box: Box) -> None:
    spoiled = b"SQLite format 3\0" + bytes(range(256)) * 40
    box.home.tables.write_bytes(spoiled)
    made = rebuild(box.home, box.own, box.trust)
    with pytest.raises(Unreadable):
        compared(box.home.tables, made.file)
    kept = put_in_force(box.home.tables, made.file, "20261122T090000")
    assert kept.read_bytes() == spoiled
    again = box.open()
    assert again.last == made.entries
    again.close()


def test_a_write_ahead_log_of_the_old_tables_does_not_meet_the_new_ones(box: Box) -> None:
    record = box.open()
    record.append(incident(9))
    for name in ("record.db", "record.db-wal"):
        shutil.copy(box.folder / name, box.folder / f"{name}.crashed")
    record.close()
    for name in ("record.db", "record.db-wal"):
        (box.folder / f"{name}.crashed").replace(box.folder / name)
    made = rebuild(box.home, box.own, box.trust)
    assert compared(box.home.tables, made.file) == []
    kept = put_in_force(box.home.tables, made.file, "20261122T090000")
    assert not (box.folder / "record.db-wal").exists()
    assert kept.with_name(f"{kept.name}-wal").exists()
    with closing(read_tables(kept)) as old:
        assert Tables(old, lambda _: None).last() == made.entries
    again = box.open()
    assert (again.last, again.took_over) == (made.entries, 0)
    again.close()


def test_nothing_is_made_of_segments_that_are_damaged_or_of_another_log(box: Box) -> None:
    (segment,) = (box.folder / "up").glob("*.seg")
    whole = segment.read_bytes()
    segment.write_bytes(whole[:200] + b"?" + whole[201:])
    with pytest.raises(log.Damaged):
        rebuild(box.home, box.own, box.trust)
    segment.write_bytes(whole)
    with pytest.raises(Foreign):
        rebuild(box.home, box.witness, box.trust)
