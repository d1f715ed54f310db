"""Blobs arrive in pieces, in any disorder, from stations that lie: what is whole is kept, and only that."""

import hashlib
import secrets
import threading
import zlib
from pathlib import Path

import pytest

from kiosk import blobs as kept
from kiosk.wire import MOST_BLOB, Chunk, ChunkHead
from ui.county.blobs import MOST_PART_BYTES, MOST_PARTS, Blobs
from ui.county.unfit import Unfit

MONTH = "2026-11"
CHUNK = 1000


def chunks(data: bytes, *, packed: bool = False, blob: str = "") -> list[Chunk]:
    digest = blob or hashlib.sha256(data).hexdigest()
    lying = zlib.compress(data) if packed else data
    return [
        Chunk(ChunkHead(blob=digest, month=MONTH, packed=packed, at=at, of=len(lying)), lying[at : at + CHUNK])
        for at in range(0, len(lying), CHUNK)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "blobs").mkdir()
    return tmp_path / "blobs"


@pytest.mark.parametrize("packed", [False, True])
def test_a_whole_blob_is_kept_as_the_station_keeps_it(folder: Path, packed: bool) -> None:
    data = secrets.token_bytes(1500) * 3
    parts = chunks(data, packed=packed)
    ours = Blobs(folder)
    assert [ours.take("gasa-01", part) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert kept.find(folder, hashlib.sha256(data).hexdigest()) == data
    assert [file.parent.name for file in folder.glob("[0-9]*/*")] == [MONTH]
    assert ours.unfinished("gasa-01") == []


def test_a_blob_that_is_there_is_answered_at_once(folder: Path) -> None:
    (data,) = [b"whole"]
    assert [Blobs(folder).take(station, chunks(data)[0]) for station in ("gasa-01", "gasa-02")] == [True, True]


def test_it_goes_on_where_a_dead_intake_stopped_and_takes_pieces_twice(folder: Path) -> None:
    data = secrets.token_bytes(5500)
    parts = chunks(data)
    for part in parts[:3]:
        Blobs(folder).take("gasa-01", part)
    again = [Blobs(folder).take("gasa-01", part) for part in parts]
    assert (again[-1], kept.find(folder, hashlib.sha256(data).hexdigest())) == (True, data)


def test_a_piece_that_is_ahead_is_not_taken(folder: Path) -> None:
    parts = chunks(secrets.token_bytes(3000))
    ours = Blobs(folder)
    assert [ours.take("gasa-01", part) for part in (parts[0], parts[2], parts[1])] == [False, False, False]
    assert ours.take("gasa-01", parts[2])


def test_two_intakes_that_hear_the_same_chunks_at_the_same_moment_keep_whole_blobs(folder: Path) -> None:
    """What has no answer is said again, to whomever; the first one may still be at it."""
    datas = [secrets.token_bytes(40 * CHUNK) for _ in range(4)]
    together = threading.Barrier(2)
    failed: list[BaseException] = []

    def hear(intake: Blobs) -> None:
        try:
            for part in [part for data in datas for part in chunks(data)]:
                together.wait(10)
                intake.take("gasa-01", part)
        except BaseException as wrong:  # noqa: BLE001  told by the test's own thread
            together.abort()
            failed.append(wrong)

    threads = [threading.Thread(target=hear, args=(Blobs(folder),)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failed == []
    assert [kept.find(folder, hashlib.sha256(data).hexdigest()) for data in datas] == datas
    assert Blobs(folder).unfinished("gasa-01") == []


@pytest.mark.parametrize("packed", [False, True])
def test_bytes_that_are_not_those_of_the_hash_are_dropped(folder: Path, packed: bool) -> None:
    ours, (*parts, last) = Blobs(folder), chunks(secrets.token_bytes(2500), packed=packed, blob="ab" * 32)
    assert [ours.take("gasa-01", part) for part in parts] == [False] * len(parts)
    with pytest.raises(Unfit, match="blob_bytes"):
        ours.take("gasa-01", last)
    assert [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".lock"] == []


@pytest.mark.parametrize("lying", [zlib.compress(bytes(40 << 20)), b"not deflated at all", zlib.compress(b"x")[:-3]])
def test_a_packed_blob_that_bursts_or_is_cut_off_is_dropped(folder: Path, lying: bytes) -> None:
    head = ChunkHead(blob="cd" * 32, month=MONTH, packed=True, at=0, of=len(lying))
    with pytest.raises(Unfit):
        Blobs(folder).take("gasa-01", Chunk(head, lying))


def test_unfinished_blobs_of_a_station_have_a_bound_and_the_oldest_goes(folder: Path) -> None:
    ours, names = Blobs(folder), [f"{nth:064x}" for nth in range(MOST_PARTS * 4)]
    for name in names:
        head = ChunkHead(blob=name, month=MONTH, packed=False, at=0, of=MOST_BLOB)
        ours.take("flood", Chunk(head, b"x" * CHUNK))
    ours.take("calm", chunks(secrets.token_bytes(1500))[0])
    assert [part.file.name for part in ours.unfinished("flood")] == names[-MOST_PARTS:]
    assert len(ours.unfinished("calm")) == 1


def test_so_have_their_bytes(folder: Path) -> None:
    ours, step = Blobs(folder), 1 << 20
    for nth in range(3):
        for at in range(0, MOST_BLOB - step, step):
            head = ChunkHead(blob=f"{nth:064x}", month=MONTH, packed=False, at=at, of=MOST_BLOB)
            ours.take("flood", Chunk(head, bytes(step)))
            assert sum(part.size for part in ours.unfinished("flood")) <= MOST_PART_BYTES
    assert f"{2:064x}" in {part.file.name for part in ours.unfinished("flood")}
