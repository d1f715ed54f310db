"""Tapes that end anywhere, tapes on a full disk, and what becomes of what they tell: each reading once."""

import queue
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from drivers.analyzer.analyzer import Analyzer
from drivers.errors import DeviceError, FrameError, LinkError
from drivers.profile.folder import shipped
from drivers.reading import Reading
from kiosk import blobs, leftovers, log
from kiosk.captures import FileTape, Untaken, told_on
from kiosk.contract import read
from kiosk.devices import AnalyzerLine, AnalyzerRead
from kiosk.record import Record, Unwritable
from kiosk.rules.messages import EntryBody, Incident, Observation
from tests.support.eraser import END, GET, HEAD, MONTH, NAME, Eraser, observed, opened, profile, record_bytes, shelf


class Wire:
    """The instrument as a port, without a line between; `breaks` after so many bytes of it."""

    def __init__(self, eraser: Eraser, breaks: int = 1 << 20) -> None:
        self.eraser = eraser
        self.left = breaks
        self.said: list[bytes] = []
        self._coming = b""

    def write(self, data: bytes) -> None:
        self.said.append(data)
        self._coming += self.eraser.answer(data)

    def read(self, size: int, timeout: float) -> bytes:
        if not self.left:
            raise LinkError("link.lost", port="wire")
        data = self._coming[: min(size, self.left)]
        self._coming, self.left = self._coming[len(data) :], self.left - len(data)
        return data

    def drain(self) -> bytes:
        return b""

    def close(self) -> None:
        self.eraser.interrupted()


class FullAfter(FileTape):
    """The disk takes so many `hold`s and then no more."""

    def __init__(self, path: Path, holds: int) -> None:
        super().__init__(path)
        self.holds = holds

    def hold(self) -> None:
        self.holds -= 1
        if self.holds < 0:
            raise OSError(28, "No space left on device")
        super().hold()


@contextmanager
def recording(folder: Path) -> Iterator[Record]:
    with closing(opened(folder)) as record:
        yield record


def tape_at(folder: Path) -> Path:
    return folder / "tapes" / f"{NAME}.tape"


def session(folder: Path, tape: FileTape, wire: Wire) -> tuple[Reading, ...]:
    analyzer = Analyzer(profile(folder), wire, pause=lambda _: None, tape=tape)
    untaken = Untaken(tape, shelf(folder).all_of, 0)
    try:
        untaken.know(analyzer.identify())
        return analyzer.read("read_all")
    finally:
        analyzer.close()


def taken_up(folder: Path, record: Record) -> int:
    return leftovers.recorded(record, folder / "tapes", folder / "blobs", MONTH, shelf(folder).all_of)


def numbers(readings: tuple[Reading, ...]) -> list[int]:
    return [reading.record or 0 for reading in readings]


def test_a_tape_torn_at_every_length_tells_every_record_that_was_whole(tmp_path: Path) -> None:
    tape = FileTape(tape_at(tmp_path))
    assert numbers(session(tmp_path, tape, Wire(Eraser()))) == [1, 2, 3]
    whole, told = tape.text, [0]
    for length in range(len(whole) + 1):
        found = told_on(whole[:length], shelf(tmp_path).all_of)
        assert numbers(found.readings) == [1, 2, 3][: len(found.readings)]
        assert not found.unread
        told.append(len(found.readings))
    assert told == sorted(told)
    assert set(told) == {0, 1, 2, 3}


@pytest.mark.parametrize("holds", range(5))
def test_on_a_full_disk_no_acknowledgement_is_sent(tmp_path: Path, holds: int) -> None:
    eraser = Eraser()
    wire = Wire(eraser)
    tape = FullAfter(tape_at(tmp_path), holds)
    if holds >= 3 + 1 - 1:  # three records, three acknowledgements
        assert numbers(session(tmp_path, tape, wire)) == [1, 2, 3]
    else:
        with pytest.raises(LinkError, match=r"analyzer\.unkept"):
            session(tmp_path, tape, wire)
    acknowledged = wire.said.count(b"\x24")
    assert acknowledged == min(3, holds)
    assert eraser.store == [1, 2, 3][acknowledged:]


def test_a_tape_that_is_full_ends_the_session_and_a_new_one_begins(tmp_path: Path) -> None:
    eraser = Eraser(list(range(1, 60)))
    tape = FileTape(tape_at(tmp_path), most=1200)
    seen: list[int] = []
    for _ in range(30):
        untaken = Untaken(tape, shelf(tmp_path).all_of, len(seen))
        wire = Wire(eraser)
        analyzer = Analyzer(profile(tmp_path), wire, pause=lambda _: None, tape=tape)
        untaken.begin()
        untaken.know(analyzer.identify())
        try:
            untaken.hear(analyzer.read("read_all"))
        except LinkError:
            assert untaken.broke()
        analyzer.close()
        seen += numbers(untaken.readings)
        assert tape.size <= 1200
        untaken.taken(len(seen))
        if not eraser.store:
            break
    assert seen == list(range(1, 60))


def test_a_broken_session_is_recorded_once_even_when_recording_breaks(tmp_path: Path) -> None:
    eraser = Eraser()
    tape = FileTape(tape_at(tmp_path))
    with pytest.raises(LinkError):
        session(tmp_path, tape, Wire(eraser, 2 + len(HEAD) + 2 * len(record_bytes(1)) + 1))
    tape.close()
    kept = tape.text
    assert eraser.store == [3]
    with recording(tmp_path) as record:
        taken_up(tmp_path, record)
        assert observed(tmp_path) == [1, 2]
        tape_at(tmp_path).write_text(kept)  # as if we had died before it went
        assert taken_up(tmp_path, record) == 0
    assert observed(tmp_path) == [1, 2]
    assert "case " not in tape.text


def test_what_was_not_surely_acknowledged_and_comes_again_is_the_same_reading(tmp_path: Path) -> None:
    eraser = Eraser()
    tape = FileTape(tape_at(tmp_path))
    with pytest.raises(LinkError):
        session(tmp_path, tape, Wire(eraser, 2 + len(HEAD) + len(record_bytes(1))))
    eraser.store.insert(0, 1)  # our last word never reached it
    with recording(tmp_path) as record:
        taken_up(tmp_path, record)
    untaken = Untaken(FileTape(tape_at(tmp_path)), shelf(tmp_path).all_of, 0)
    untaken.hear(session(tmp_path, untaken.tape, Wire(eraser)))
    assert numbers(untaken.readings) == [2, 3]
    untaken.taken(9)
    assert "unsure" not in untaken.tape.text


def test_a_tape_that_cannot_be_read_is_kept_and_told(tmp_path: Path) -> None:
    tape_at(tmp_path).parent.mkdir()
    tape_at(tmp_path).write_text(
        "golden 1\nprofile no-such@1\norigin captured\ncase c\nrun read_all\n> 1B B1\n< 1B C1\n"
    )
    with recording(tmp_path) as record:
        assert taken_up(tmp_path, record) == 0
        (incident,) = [body for body in bodies(tmp_path) if isinstance(body, Incident)]
    assert (incident.part, incident.problem) == (NAME, "analyzer.unread")
    assert b"no-such" in (blobs.find(tmp_path / "blobs", incident.facts["capture"]) or b"")
    assert not tape_at(tmp_path).exists()


def test_acknowledged_bytes_that_no_profile_reads_are_told(tmp_path: Path) -> None:
    text = "golden 1\nprofile test-eraser@1\norigin captured\ncase read_all_1\nrun read_all\n> 1B B1\n"
    text += "< 1B C1 00 01 01 FF FF\n> 24\n< 1B FE\n= refused amount:65535\n"
    assert told_on(text, shelf(tmp_path).all_of).unread
    assert "FF" not in END.hex().upper() + GET.hex().upper()


def test_a_capture_is_packed_and_found_by_the_hash_of_what_it_holds(tmp_path: Path) -> None:
    data = b"< 00 00 00\n" * 1000
    digest = leftovers.keep(tmp_path / "blobs", MONTH, data)
    (file,) = (tmp_path / "blobs" / MONTH).iterdir()
    assert file.stat().st_size < 200
    assert blobs.find(tmp_path / "blobs", digest) == blobs.read(file) == data
    assert leftovers.keep(tmp_path / "blobs", MONTH, data) == digest


def test_an_old_blob_that_is_not_packed_is_found(tmp_path: Path) -> None:
    digest = blobs.keep(tmp_path, MONTH, b"picture")
    assert (tmp_path / MONTH / digest).read_bytes() == b"picture"
    assert blobs.find(tmp_path, digest) == b"picture"
    assert blobs.find(tmp_path, "00" * 32) is None


@pytest.mark.parametrize("harm", [lambda kept: kept[:-3], lambda kept: b"x" + kept, lambda _: zlib.compress(b"other")])
def test_a_damaged_blob_is_told(tmp_path: Path, harm: Callable[[bytes], bytes]) -> None:
    digest = blobs.keep(tmp_path, MONTH, b"golden 1 and so on", pack=True)
    file = tmp_path / MONTH / f"{digest}.zlib"
    file.write_bytes(harm(file.read_bytes()))
    with pytest.raises(FrameError, match=r"capture\.damaged"):
        blobs.find(tmp_path, digest)


def test_a_capture_that_the_disk_refuses_stops_the_record(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("no folder")
    with pytest.raises(Unwritable):
        leftovers.keep(tmp_path / "blobs", MONTH, b"x")


def bodies(folder: Path) -> list[EntryBody]:
    return [read(payload).entry for _, payload in log.payloads(folder / "up")]


def test_readings_that_entries_hold_are_not_recorded_again(tmp_path: Path) -> None:
    analyzer = Analyzer(profile(tmp_path), Wire(Eraser()), pause=lambda _: None)
    identity, readings = analyzer.identify(), analyzer.read("read_all")
    with recording(tmp_path) as record:
        assert leftovers.record_rest(record, identity, readings[:2], "ab" * 32, 0) == 2
        assert leftovers.record_rest(record, identity, readings, "ab" * 32, 0) == 1
        assert leftovers.record_rest(record, identity, readings, "cd" * 32, 0) == 3
    assert [len(body.readings) for body in bodies(tmp_path) if isinstance(body, Observation)] == [2, 1, 3]


def test_a_long_message_around_each_of_many_readings_fits_into_entries(tmp_path: Path) -> None:
    """A panel of an ASTM instrument: every result carries its whole message. Too large an entry would stop the box."""
    identity = Analyzer(profile(tmp_path), Wire(Eraser()), pause=lambda _: None).identify()
    long = [Reading(n, "result", Decimal(n), "mg/kg" * 500, bytes(8000)) for n in range(150)]
    with recording(tmp_path) as record:
        assert leftovers.record_rest(record, identity, long, "ab" * 32, 0) == 150
    told = [one for body in bodies(tmp_path) if isinstance(body, Observation) for one in body.readings]
    assert [one.channel for one in told] == list(range(150))
    assert {len(one.raw) for one in told} == {2048}


def test_what_is_still_needed_stays_on_the_tape(tmp_path: Path) -> None:
    heard: queue.SimpleQueue[object] = queue.SimpleQueue()
    untaken = Untaken(FileTape(tape_at(tmp_path)), shelf(tmp_path).all_of, 1)
    eraser = Eraser([1, 2])

    def analyzer() -> Analyzer:
        return Analyzer(profile(tmp_path), Wire(eraser), pause=lambda _: None, tape=untaken.tape)

    line = AnalyzerLine(NAME, "read_all", analyzer, heard.put, untaken)
    line.start()
    for found, word in (([1, 2], None), ([1, 2, 3], None), ([1, 2, 3], 5), ([4], None)):
        line.read()
        while not isinstance(event := heard.get(timeout=20), AnalyzerRead):
            continue
        assert numbers(event.readings) == found
        assert numbers(told_on(event.capture.decode(), shelf(tmp_path).all_of).readings) == found
        eraser.store += [max(found) + 1] if max(found) < 3 or word else []
        assert event.taken is not None
        event.taken(word)
    line.stop()
    assert numbers(told_on(untaken.tape.text, shelf(tmp_path).all_of).readings) == [4]


class Printed:
    """A spectrophotometer's printer line: what it said, and then the cable is out."""

    def __init__(self, said: bytes) -> None:
        self._said = said

    def write(self, data: bytes) -> None:
        raise AssertionError(data)

    def read(self, size: int, timeout: float) -> bytes:
        if not self._said:
            raise LinkError("link.lost", port="printed")
        data, self._said = self._said[:size], self._said[size:]
        return data

    def drain(self) -> bytes:
        return b""

    def close(self) -> None:
        """Nothing to let go."""


def test_what_was_printed_before_a_break_is_kept_and_the_same_number_behind_it_is_another_one(tmp_path: Path) -> None:
    (spectronic,) = shipped().all_of("spectronic-20d")
    untaken = Untaken(FileTape(tape_at(tmp_path)), shipped().all_of, 0)
    told = []
    for said in (b"574NM 00.51 A\r\n574NM 00.49 A\r\n574N", b"574NM 00.51 A\r\n"):
        analyzer = Analyzer(spectronic, Printed(said), pause=lambda _: None, tape=untaken.tape)
        untaken.know(analyzer.identify())
        with pytest.raises(DeviceError):
            analyzer.listen(0.1)
        assert untaken.broke()
        told.append([str(one.value) for one in untaken.readings])
        assert [str(one.value) for one in told_on(untaken.tape.text, shipped().all_of).readings] == told[-1]
        untaken.taken(len(told))
    assert told == [["0.51", "0.49"], ["0.51"]]


def test_a_capture_that_is_larger_than_what_is_unpacked_is_kept_as_it_is(tmp_path: Path) -> None:
    data = bytes(blobs.MOST_UNPACKED + 1)
    assert blobs.find(tmp_path, blobs.keep(tmp_path, MONTH, data, pack=True)) == data
