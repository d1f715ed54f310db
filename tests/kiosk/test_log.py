"""Segment files: what a power cut may do to them, and what only damage can have done."""

import os
import shutil
import subprocess
import sys
from functools import partial
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


@pytest.mark.parametrize("lost", [1, 4])
def test_behind_what_was_published_a_power_cut_may_leave_whole_frames_after_a_torn_one(
    tmp_path: Path, lost: int
) -> None:
    """Writes that nobody flushed come to the disk in any order, sector by sector; `lost` of them were under way."""
    writer = filled(tmp_path, 2)
    end = segment(tmp_path).stat().st_size
    for number in range(lost):
        writer.append(f"unflushed {number} ".encode() * 60)
    writer.close()
    with segment(tmp_path).open("r+b") as file:
        file.seek(end)
        file.write(bytes(512))  # the sector with the first head never came
    again = log.Writer(tmp_path)
    assert (again.last, again.torn > 0) == (2, True)
    assert again.append(b"entry 3") == 3
    again.close()
    assert [payload for _, payload in log.payloads(tmp_path)] == [b"entry 1", b"entry 2", b"entry 3"]


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


# --- evidence ---------------------------------------------------------------------------------------------------------


def test_what_was_torn_is_kept_and_a_start_is_not_refused_for_want_of_it(tmp_path: Path) -> None:
    filled(tmp_path / "up", 2).close()
    size = segment(tmp_path / "up").stat().st_size
    torn = b"\0\0\0\x20half a frame"
    with segment(tmp_path / "up").open("ab") as end:
        end.write(torn)
    writer = log.Writer(tmp_path / "up")
    assert (writer.torn, writer.last) == (len(torn), 2)
    (kept,) = (tmp_path / "up" / "torn").iterdir()
    assert kept.read_bytes() == torn
    assert kept.name.startswith(f"{3:020d}-{size}-")
    writer.close()
    shutil.rmtree(tmp_path / "up" / "torn")
    (tmp_path / "up" / "torn").write_text("a file where the folder would be")
    with segment(tmp_path / "up").open("ab") as end:
        end.write(torn)
    again = log.Writer(tmp_path / "up")
    assert (again.torn, again.last) == (len(torn), 2)
    again.close()


@pytest.mark.parametrize("size", range(len(log.MAGIC)))
def test_a_segment_that_was_just_begun_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(log, "SEGMENT_BYTES", 50)
    filled(tmp_path, 3).close()
    (tmp_path / f"{4:020d}.seg").write_bytes(log.MAGIC[:size])
    writer = log.Writer(tmp_path)
    assert (writer.last, writer.append(b"entry 4")) == (3, 4)
    writer.close()
    assert [payload for _, payload in log.payloads(tmp_path)] == [b"entry 1", b"entry 2", b"entry 3", b"entry 4"]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def bent(folder: Path, case: str) -> None:
    first, second, *_, last = sorted(folder.glob("*.seg"))
    head, whole, end = first.read_bytes()[8:], first.read_bytes(), last.read_bytes()
    spoiled = {
        "header of the last": (last, b"LZSEG2\n\n" + end[8:]),
        "the last is cut below what was published": (last, end[:-1]),
        "header of an older": (first, b"LZSEG2\n\n" + head),
        "checksum in an older": (first, whole[:-1] + b"?"),
        "zeros behind an older": (first, whole + bytes(40)),
        "half a frame behind an older": (first, whole + b"\0\0\0\x09"),
    }
    if case in spoiled:
        file, data = spoiled[case]
        file.write_bytes(data)
    elif case.endswith("name"):
        second.rename(folder / (f"{int(second.stem) + 1:020d}.seg" if "wrong" in case else f"{int(second.stem)}.seg"))
    else:
        (first if "first" in case else second).unlink()


ANYWHERE = (
    "header of an older", "wrong name", "short name", "one between is missing", "the first is missing",
    "checksum in an older", "zeros behind an older", "half a frame behind an older",
)  # fmt: skip
AT_THE_END = ("header of the last", "the last is cut below what was published")


@pytest.mark.parametrize("case", [*ANYWHERE, *AT_THE_END])
def test_damage_is_found_and_nothing_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    """Opening looks at the last segment only; everything else is for who reads all."""
    monkeypatch.setattr(log, "SEGMENT_BYTES", 100)
    filled(tmp_path, 30).close()
    bent(tmp_path, case)
    before = tree(tmp_path)
    if case in AT_THE_END:
        with pytest.raises(log.Damaged):
            log.Writer(tmp_path)
    else:
        log.Writer(tmp_path).close()
        with pytest.raises(log.Damaged):
            list(log.payloads(tmp_path))
    assert tree(tmp_path) == before


# --- rewriting --------------------------------------------------------------------------------------------------------


def shouted(seq: int, payload: bytes) -> bytes:
    return payload.upper() + b"!" * (seq % 3)


def test_segments_are_rewritten_whole_and_the_writer_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "SEGMENT_BYTES", 100)
    writer = filled(tmp_path, 30)
    untouched = sorted(tmp_path.glob("*.seg"))[1].read_bytes()
    spans = [(2, 3), (29, 30)]
    assert writer.rewrite(shouted, spans) == 2
    assert sorted(tmp_path.glob("*.seg"))[1].read_bytes() == untouched
    assert list(tmp_path.glob("*.new")) == []
    writer.append(b"entry 31")
    writer.flush()
    writer.publish(31)
    read = dict(log.payloads(tmp_path))
    assert [read[seq] for seq in (1, 2, 3, 4, 29, 30, 31)] == [
        b"entry 1", b"ENTRY 2!!", b"ENTRY 3", b"entry 4", b"ENTRY 29!!", b"ENTRY 30", b"entry 31",
    ]  # fmt: skip
    writer.close()
    again = log.Writer(tmp_path)
    assert (again.last, again.torn) == (31, 0)
    again.close()


def test_rewriting_the_same_again_writes_nothing(tmp_path: Path) -> None:
    writer = filled(tmp_path, 3)
    assert writer.rewrite(lambda _, payload: payload.upper(), [(1, 2)]) == 1
    assert writer.rewrite(lambda _, payload: payload.upper(), [(1, 2)]) == 0
    writer.close()


def test_a_rewrite_takes_what_was_torn_where_an_entry_of_it_was_to_be(tmp_path: Path) -> None:
    for seq in (3, 4):
        writer = filled(tmp_path, 1) if seq == 3 else log.Writer(tmp_path)
        writer.append(f"entry {seq - 1}".encode())
        writer.close()
        with segment(tmp_path).open("ab") as end:
            end.write(b"\0\0\0\x20half")
        log.Writer(tmp_path).close()
    writer = log.Writer(tmp_path)
    assert len(list((tmp_path / "torn").iterdir())) == 2
    writer.rewrite(shouted, [(1, 3)])
    (kept,) = (tmp_path / "torn").iterdir()
    assert kept.name.startswith(f"{4:020d}-")
    writer.close()


def test_what_a_power_cut_left_of_a_rewrite_is_cleared_away(tmp_path: Path) -> None:
    filled(tmp_path, 2).close()
    (tmp_path / f"{1:020d}.seg.new").write_bytes(b"half a segment")
    writer = log.Writer(tmp_path)
    assert writer.last == 2
    assert list(tmp_path.glob("*.new")) == []
    writer.close()


def longer(letter: bytes, seq: int, payload: bytes) -> bytes:
    return payload + letter * (seq % 5)


@pytest.mark.parametrize("rewrites", [1, 2, 3])
def test_a_tail_reads_on_over_rewritten_segments(tmp_path: Path, rewrites: int) -> None:
    """Twice rewritten, a file may have the number of the first one again."""
    writer = filled(tmp_path, 20)
    tail = log.Tail(tmp_path)
    assert tail.after(8, 2) == [(9, b"entry 9"), (10, b"entry 10")]
    for nth in range(rewrites):
        writer.rewrite(partial(longer, bytes([65 + nth])), [(1, 7)])
    assert tail.after(10, 2) == [(11, b"entry 11"), (12, b"entry 12")]
    assert tail.after(3, 1)[0][1].startswith(b"entry 4A")
    writer.close()


def loud(_: int, payload: bytes) -> bytes:
    return payload.upper() + b"!"


def quiet(_: int, payload: bytes) -> bytes:
    return payload.rstrip(b"!").lower()


READER = """
import sys
from functools import partial
from pathlib import Path
from kiosk.log import Tail
tail, seen, after = Tail(Path(sys.argv[1])), set(), 0
print("reading", flush=True)
while sys.stdin.read(1) == ".":
    for seq, payload in tail.after(after, 7):
        name, _, rest = payload.partition(b" ")
        if name.lower() != b"entry" or int(rest.rstrip(b"!")) != seq or (name.isupper() != (b"!" in rest)):
            print("mixed", seq, payload, flush=True)
        after = seq
    after = after if after < 40 else 0
print("end", flush=True)
"""


def test_a_reader_in_another_process_never_sees_a_mixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "SEGMENT_BYTES", 200)
    writer = filled(tmp_path, 40)
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
        for turn in range(60):
            change = loud if turn % 2 == 0 else quiet
            reader.stdin.write("." * 5)
            reader.stdin.flush()
            writer.rewrite(change, [(1, 40)])
        reader.stdin.close()
        told = reader.stdout.read()
    assert told == "end\n"
    writer.close()
