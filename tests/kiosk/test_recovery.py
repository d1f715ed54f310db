"""A start judges before it touches anything, and what it costs does not grow with history."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import contract, log
from kiosk.record import Foreign, RolledBack, Unreadable
from kiosk.tables import VERSION
from tests.kiosk.test_record import Box, incident, receipt


def tree(folder: Path) -> dict[str, str]:
    """Every file and what it holds; SQLite's shared memory is no content: it is made anew by whoever reads."""
    files = (file for file in folder.rglob("*") if not file.name.endswith("-shm"))
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
        for file in files
    }


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """As it lies after a crash: with a write-ahead log, and a torn frame behind the last entry."""
    box = Box(tmp_path)
    record = box.open()
    for number in range(30):
        record.append(incident(number))
    box.bring("receipts", receipt(box, record, record.last))
    record.hear_receipts()
    for name in ("record.db", "record.db-wal"):
        shutil.copy(tmp_path / name, tmp_path / f"{name}.crashed")
    record.close()
    for name in ("record.db", "record.db-wal"):
        (tmp_path / f"{name}.crashed").replace(tmp_path / name)
    with segment(box).open("ab") as end:
        end.write(b"\0\0\0\x40half a frame")
    return box


def segment(box: Box) -> Path:
    (only,) = box.home.up.glob("*.seg")
    return only


def rolled_back(box: Box) -> None:
    """Yesterday's card: less in both copies than the county has confirmed."""
    shutil.rmtree(box.home.up)
    for file in box.folder.glob("record.db*"):
        file.unlink()


def foreign_key(box: Box) -> None:
    box.own = Ed25519PrivateKey.generate()


def another_entry_in_tables(box: Box) -> None:
    with closing(sqlite3.connect(box.home.tables, isolation_level=None)) as sql:
        sql.execute("drop trigger entry_is_never_changed")
        sql.execute("update entry set envelope = (select envelope from entry where seq = 29) where seq = 30")


def a_longer_foreign_tail(box: Box) -> None:
    """Segments that go on with entries of another key."""
    stranger = contract.write(
        incident(1), log="0" * 32, seq=32, time="2026-11-22T09:00:00.000+08:00", clock="ntp", salt=bytes(16),
        key=box.witness,
    )  # fmt: skip
    data = segment(box).read_bytes()
    whole = data[: data.rindex(b"\0\0\0\x40half")]
    payload = stranger.bytes()
    segment(box).write_bytes(whole + log._framed(payload))


def a_bad_middle(box: Box) -> None:
    data = segment(box).read_bytes()
    segment(box).write_bytes(data[:500] + bytes([data[500] ^ 1]) + data[501:])


def newer_tables(box: Box) -> None:
    with closing(sqlite3.connect(box.home.tables)) as sql:
        sql.execute(f"pragma user_version = {VERSION + 1}")


def spoiled_tables(box: Box) -> None:
    (box.folder / "record.db-wal").unlink()
    box.home.tables.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)


@pytest.mark.parametrize(
    ("case", "refusal"),
    [
        (rolled_back, RolledBack),
        (foreign_key, Foreign),
        (another_entry_in_tables, Foreign),
        (a_longer_foreign_tail, Foreign),
        (a_bad_middle, log.Damaged),
        (newer_tables, Unreadable),
        (spoiled_tables, Unreadable),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_refused_is_left_as_it_was_found(
    box: Box, case: Callable[[Box], None], refusal: type[Exception]
) -> None:
    case(box)
    before = tree(box.folder)
    for _ in range(2):
        with pytest.raises(refusal):
            box.open()
        assert tree(box.folder) == before


def test_what_is_sound_goes_on_after_the_crash(box: Box) -> None:
    record = box.open()
    assert (record.last, record.took_over) == (31, 0)
    assert len(list((box.home.up / "torn").iterdir())) == 1
    record.append(incident(1))
    record.close()


def test_a_log_without_its_folder_is_made_again_from_the_tables(box: Box) -> None:
    shutil.rmtree(box.home.up)
    record = box.open()
    assert (record.last, record.took_over) == (31, 31)
    record.close()


def read_by_start(box: Box) -> int:
    """Bytes that the process asked the system for while it opened the record: proc(5), rchar."""

    def so_far() -> int:
        return int(Path("/proc/self/io").read_text().split()[1])

    before = so_far()
    record = box.open()
    read = so_far() - before
    record.close()
    return read


def test_the_cost_of_a_start_does_not_grow_with_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "SEGMENT_BYTES", 20_000)
    box = Box(tmp_path)
    record = box.open()
    reads: list[int] = []
    for _ in range(2):
        for number in range(100 if not reads else 800):
            record.append(incident(number))
        record.close()
        box.open().close()
        reads.append(read_by_start(box))
        record = box.open()
    record.close()
    assert len(list(box.home.up.glob("*.seg"))) > 20
    assert reads[1] < reads[0] + 40_000, reads
