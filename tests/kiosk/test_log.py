"""Segment files: what a power cut may do to them, and what only damage can have done."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import log


def filled(folder: Path, count: int) -> log.Writer:
    writer = log.Writer(folder)
    for number in range(1, count + 1):
        writer.append(f"entry {number}".encode())
    writer.flush()
    writer.publish(count)
    return writer


def segment(folder: Path) -> Path:
    (only,) = folder.glob("*.seg")
    return only


def test_appended_entries_are_read_in_order_and_only_when_published(tmp_path: Path) -> None:
    writer = filled(tmp_path, 3)
    writer.append(b"entry 4")
    tail = log.Tail(tmp_path)
    assert tail.after(0, 10) == [(1, b"entry 1"), (2, b"entry 2"), (3, b"entry 3")]
    assert tail.after(3, 10) == []
    writer.publish(4)
    assert tail.after(2, 1) == [(3, b"entry 3")]
    assert tail.after(3, 10) == [(4, b"entry 4")]
    assert tail.after(0, 1) == [(1, b"entry 1")]


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    writer = filled(tmp_path, 1)
    with pytest.raises(log.Locked):
        log.Writer(tmp_path)
    writer.close()
    log.Writer(tmp_path).close()


@given(cut=st.integers(1, 14), zeros=st.integers(0, 40))
@settings(max_examples=40, deadline=None)
def test_a_torn_last_frame_is_cut_off_and_its_number_used_again(
    tmp_path_factory: pytest.TempPathFactory, cut: int, zeros: int
) -> None:
    folder = tmp_path_factory.mktemp("log")
    filled(folder, 2).close()
    size = segment(folder).stat().st_size
    writer = log.Writer(folder)
    writer.append(b"entry 3")
    writer.close()
    os.truncate(segment(folder), size + cut)
    with segment(folder).open("ab") as end:
        end.write(bytes(zeros) if cut + zeros < 15 else b"")
    again = log.Writer(folder)
    assert again.last == 2
    assert again.append(b"entry 3, later") == 3
    again.close()
    assert [payload for _, payload in log.payloads(folder)] == [b"entry 1", b"entry 2", b"entry 3, later"]


def test_every_flipped_byte_before_the_end_is_damage_and_never_repaired(tmp_path: Path) -> None:
    filled(tmp_path, 4).close()
    whole = segment(tmp_path).read_bytes()
    for offset in range(len(whole)):
        spoiled = bytearray(whole)
        spoiled[offset] ^= 0x40
        segment(tmp_path).write_bytes(spoiled)
        with pytest.raises(log.Damaged):
            log.Writer(tmp_path)
        assert segment(tmp_path).read_bytes() == spoiled


def test_segments_roll_over_and_any_entry_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "SEGMENT_BYTES", 100)
    filled(tmp_path, 30).close()
    assert len(list(tmp_path.glob("*.seg"))) > 3
    tail = log.Tail(tmp_path)
    for seq in (30, 1, 17, 18, 5):
        assert tail.after(seq - 1, 1) == [(seq, f"entry {seq}".encode())]
    again = log.Writer(tmp_path)
    assert again.last == 30
    again.close()
    (sorted(tmp_path.glob("*.seg"))[1]).unlink()
    with pytest.raises(log.Damaged):
        list(log.payloads(tmp_path))


def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = filled(tmp_path, 2)
    before = segment(tmp_path).read_bytes()
    real = os.pwrite

    def half(handle: int, data: bytes, offset: int) -> int:
        return real(handle, data[: len(data) // 2], offset)

    monkeypatch.setattr(os, "pwrite", half)
    with pytest.raises(OSError, match="bytes written"):
        writer.append(b"entry 3")
    monkeypatch.undo()
    assert segment(tmp_path).read_bytes() == before
    assert writer.append(b"entry 3") == 3


def test_entries_behind_a_number_are_read_without_the_segments_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "SEGMENT_BYTES", 100)
    filled(tmp_path, 30).close()
    for old in sorted(tmp_path.glob("*.seg"))[:2]:
        old.write_bytes(b"spoiled")
    assert [seq for seq, _ in log.payloads(tmp_path, 25)] == [26, 27, 28, 29, 30]
    assert list(log.payloads(tmp_path, 30)) == []
    with pytest.raises(log.Damaged):
        list(log.payloads(tmp_path, 2))


def test_a_segment_larger_than_any_of_ours_is_not_searched(tmp_path: Path) -> None:
    filled(tmp_path, 3).close()
    os.truncate(segment(tmp_path), log.LARGEST_SEGMENT + 1)
    with pytest.raises(log.Damaged):
        log.Tail(tmp_path).after(0, 1)
