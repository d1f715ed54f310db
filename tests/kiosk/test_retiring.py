"""Retention: what is named goes from every byte of the box, the rest stays verifiable, and a cut is finished later."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import contract, log
from kiosk.record import Kept, Record, RecordError
from kiosk.rules.messages import Certificate, Incident
from kiosk.tables import read_tables
from tests.kiosk.test_record import Box, entries, rows
from tests.support.rich_record import fill, of, receipted

SECRET = "a name that has to go"


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture
def record(box: Box) -> Iterator[Record]:
    opened = box.open()
    fill(box, opened)
    for number in range(40):
        opened.append(Incident("printer", "printer.paper_out", {"n": f"{SECRET} {number}"}))
    receipted(box, opened)
    yield opened
    opened.close()


def secrets_in(folder: Path) -> dict[str, int]:
    """How often what had to go still stands in any file of the box."""
    found = {str(file.relative_to(folder)): file.read_bytes().count(SECRET.encode()) for file in folder.rglob("*.*")}
    return {name: count for name, count in found.items() if count}


def span(record: Record, count: int = 40) -> tuple[int, int]:
    return record.last - count + 1, record.last


def test_what_is_named_goes_from_every_file_and_the_rest_stays_true(box: Box, record: Record) -> None:
    first, last = span(record)
    root = record.tables.root(last)
    assert secrets_in(box.folder)
    seq = record.retire(of((first, last))).header.seq
    assert secrets_in(box.folder) == {}
    assert entries(box) == rows(box)
    assert record.tables.root(last) == root
    assert [contract.read(payload).body is None for payload in entries(box)[first - 1 : last]] == [True] * 40
    assert record.tables.retired.unfinished() == []
    with pytest.raises(RecordError, match="retired"):
        record.read(first)
    record.append(Incident("printer", "x", {}))
    while not (checked := record.check(50)).ended:
        pass
    assert (checked.problem, checked.last) == ("", seq + 1)


def test_rows_that_came_of_it_go_too(box: Box, record: Record) -> None:
    certificate = next(
        seq for seq in range(1, record.last) if isinstance(contract.read(entries(box)[seq - 1]).entry, Certificate)
    )
    assert record.tables.issued("C1") is not None
    record.retire(of((certificate, certificate)))
    assert record.tables.issued("C1") is None
    assert record.tables.issued("C2") is not None
    assert record.tables.lots.book("A").of_paper("C1") is None


@pytest.mark.parametrize(
    ("spans", "why"),
    [
        (((5, 4),), "order"),
        (((8, 9), (9, 10)), "order"),
        (((0, 2),), "confirmed"),
        (((2, 10_000),), "confirmed"),
        (((1, 2),), "log.opened"),
        (((2, 60),), "order.done"),
    ],
)
def test_what_has_to_stay_is_not_taken_and_not_recorded(
    record: Record, spans: tuple[tuple[int, int], ...], why: str
) -> None:
    before = record.last
    with pytest.raises(Kept, match=why):
        record.retire(of(*spans))
    assert record.last == before
    record.append(Incident("printer", "x", {}))
    with pytest.raises(Kept, match="confirmed"):
        record.retire(of((record.last, record.last)))


def test_nothing_is_taken_twice(box: Box, record: Record) -> None:
    record.retire(of((2, 3)))
    with pytest.raises(Kept, match="before"):
        record.retire(of((3, 4)))


@pytest.mark.parametrize("call", ["pwrite", "rename", "wal"])
def test_a_cut_is_finished_by_the_next_start(box: Box, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = box.open()
    opened.append(Incident("printer", "x", {"n": SECRET}))
    receipted(box, opened)
    kept = {name: (box.folder / name).read_bytes() for name in ("record.db", "record.db-wal")}
    if call == "rename":
        monkeypatch.setattr(Path, "replace", _refusing("00000000000000000001.seg.new"))
        opened.retire(of((2, 2)))
        assert opened.tables.retired.unfinished() == [(3, 2, 2)]
        assert opened.check(50).problem == ""
        monkeypatch.undo()
    elif call == "wal":  # somebody reads the tables: the write-ahead log cannot be emptied
        with closing(read_tables(box.home.tables)) as reader:
            reader.execute("begin")
            reader.execute("select count(*) from entry").fetchone()
            opened.retire(of((2, 2)))
            assert opened.tables.retired.unfinished() == [(3, 2, 2)]
            reader.execute("rollback")
        opened.checkpoint()
        assert opened.tables.retired.unfinished() == []
        assert secrets_in(box.folder) == {}
    else:
        opened.retire(of((2, 2)))
    opened.close()
    if call == "pwrite":  # the tables of before come back, as after a cut before their flush
        for name, data in kept.items():
            (box.folder / name).write_bytes(data)
    again = box.open()
    assert again.tables.retired.unfinished() == []
    again.close()
    assert secrets_in(box.folder) == {}
    assert entries(box) == rows(box)
    assert contract.read(entries(box)[1]).body is None


def _refusing(name: str) -> object:
    def replace(self: Path, target: Path) -> Path:
        if self.name == name:
            raise OSError(5, "Input/output error")
        os.replace(self, target)  # noqa: PTH105 — Path.replace is what stands aside here
        return Path(target)

    return replace


@pytest.mark.parametrize("left", ["record.db.20261122T090000", "record.db.20261122T090000-wal", "record.db.rebuilt"])
def test_tables_beside_the_tables_go_too(box: Box, left: str) -> None:
    opened = box.open()
    opened.append(Incident("printer", "x", {"n": SECRET}))
    receipted(box, opened)
    (box.folder / left).write_bytes(SECRET.encode())
    opened.retire(of((2, 2)))
    opened.close()
    assert secrets_in(box.folder) == {}


def test_a_disk_too_full_to_take_from_serves_on(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also over a restart: what was named goes when there is room."""

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    opened = box.open()
    opened.append(Incident("printer", "x", {"n": SECRET}))
    receipted(box, opened)
    monkeypatch.setattr(log, "written", full)
    opened.retire(of((2, 2)))
    opened.append(Incident("printer", "x", {}))
    opened.close()
    again = box.open()
    again.append(Incident("printer", "x", {}))
    assert again.tables.retired.unfinished() == [(3, 2, 2)]
    monkeypatch.undo()
    again.checkpoint()
    assert again.tables.retired.unfinished() == []
    again.close()
    assert secrets_in(box.folder) == {}


def test_a_body_that_nobody_announced_as_taken_is_a_problem(box: Box, record: Record) -> None:
    first, _ = span(record)
    with closing(sqlite3.connect(box.home.tables, isolation_level=None)) as sql:
        payload = record.tables.payload(first) or b""
        bare = b'{"body":null,"header"' + payload.partition(b',"header"')[2]
        salt = bare.index(b'"salt":"')
        bare = bare[:salt] + b'"salt":null' + bare[bare.index(b'"', salt + 8) + 1 :]
        sql.execute("update entry set envelope = ? where seq = ?", (bare, first))
    writer = record._writer
    writer.rewrite(lambda _, __: bare, [(first, first)])
    while not (checked := record.check(50)).ended:
        pass
    assert checked.problem == f"taken {first}"
    assert log.Tail(box.home.up).through == record.last
