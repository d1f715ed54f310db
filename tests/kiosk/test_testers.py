"""Testers of other kinds: one that is asked for a day, one that speaks by itself. What they tell is never lost."""

from contextlib import closing
from datetime import date
from pathlib import Path

from drivers.simulated.shelf import Plan, twin_of
from kiosk.rules.messages import Outcome
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits.turn import Stage
from tests.kiosk.test_led import asked
from tests.support.bodies import START
from tests.support.tester import BenchBox, begins

TODAY = START.date()
LONG_AGO = date(2018, 3, 31)


class Dated:
    """An LZ-4000T: counts and tells the records of one day. `days` are the days that it was asked for."""

    def __init__(self) -> None:
        self.records: list[date] = []
        self.days: list[date] = []
        self._got = b""

    def answer(self, data: bytes) -> bytes:
        self._got += data
        said = b""
        while (end := self._got.find(b"\xaa")) >= 0:
            frame, self._got = self._got[: end + 1], self._got[end + 1 :]
            said += self._said(frame)
        return said

    def tick(self) -> bytes:
        return b""

    def _said(self, frame: bytes) -> bytes:
        if frame[1] == 0x00:
            return framed(b"\x01\x03\x00\x00\x00\x00")
        asked = frame[4:7]
        day = date(2000 + asked[0], asked[1], asked[2])
        self.days.append(day)
        found = [number for number, one in enumerate(self.records, 1) if one == day]
        if frame[1] == 0x12:
            return framed(b"\x13\x05\x00" + asked + len(found).to_bytes(2, "little"))
        return b"".join(framed(_record(len(found), n, number, asked)) for n, number in enumerate(found, 1))


def _record(total: int, index: int, number: int, day: bytes) -> bytes:
    head = b"\x11\x14\x00" + total.to_bytes(2, "little") + index.to_bytes(2, "little") + number.to_bytes(2, "little")
    return head + b"sample" + day + b"\x0a\x1e\x05" + (3479).to_bytes(2, "little")


def framed(body: bytes) -> bytes:
    """CRC-8 with 0x31 behind everything, as the dossier's examples have it."""
    check = 0
    for byte in body:
        check ^= byte
        for _ in range(8):
            check = (check << 1 ^ (0x31 if check & 0x80 else 0)) & 0xFF
    return b"\x7e" + body + bytes([check]) + b"\xaa"


def test_one_that_is_asked_for_a_day_is_asked_for_that_day_and_its_neighbours(tmp_path: Path) -> None:
    twin = Dated()
    twin.records = [TODAY, LONG_AGO]
    with closing(BenchBox(tmp_path, "dayuan-lz4000t", twin)) as box, box.serves() as served:
        begins(served, box)
        served.until(lambda screen: screen.run_ready)
        twin.records.append(TODAY)
        screen = served.at(Stage.RESULT)
        assert screen.visit.notice is not None
        assert screen.visit.notice.key == "verdict.no_blank"
    (test,) = box.judged
    assert (test.verdict.outcome, str(test.device_value)) == (Outcome.INVALID, "34.79")
    assert [one.record for one in test.sample] == [3]
    assert {(TODAY - day).days for day in twin.days} == {-1, 0, 1}


def test_a_device_with_a_wrong_date_is_named_when_the_run_ends_without_anything_new(tmp_path: Path) -> None:
    twin = Dated()
    with closing(BenchBox(tmp_path, "dayuan-lz4000t", twin)) as box:
        box.run_within = 1.5
        with box.serves() as served:
            begins(served, box)
            served.until(lambda screen: screen.run_ready)
            twin.records.append(LONG_AGO)
            screen = served.at(Stage.TEST_CHOICE)
            assert screen.visit.notice == Sentence("visit.run_nothing_new", {"today": str(TODAY)})
    assert (box.judged, box.ends) == ([], ["visit.run_nothing_new"])


def test_what_one_that_speaks_by_itself_says_in_a_run_is_of_this_run(tmp_path: Path) -> None:
    twin = twin_of("biomerieux-minividas", Plan())
    with closing(BenchBox(tmp_path, "biomerieux-minividas", twin)) as box, box.serves() as served:
        served.until(lambda screen: any(one.readings for one in screen.devices))
        begins(served, box)
        served.at(Stage.RESULT)
    (test,) = box.judged
    (before, *_) = box.observed
    assert before.device.profile == test.device.profile == "biomerieux-minividas"
    assert test.verdict.outcome is Outcome.INVALID  # the method of this box is another
    assert test.sample
    assert test.capture != before.capture


def test_one_that_asks_a_person_for_nothing_is_not_read_before_the_sample_is_in(tmp_path: Path) -> None:
    twin = twin_of("dayuan-dy3500-strip", Plan())
    with closing(BenchBox(tmp_path, "dayuan-dy3500-strip", twin)) as box, box.serves() as served:
        begins(served, box)
        step = asked(served, "insert_sample")
        assert box.judged == []
        served.tap("did", step.id)
        served.at(Stage.RESULT)
    (test,) = box.judged
    assert [one.quantity for one in test.sample] == ["line_c", "line_t"]
