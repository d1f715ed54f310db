"""更正: one typed field, with its reason, and a second person where the county wants one. What stood there stays."""

from kiosk.rules.messages import Correction
from tests.kiosk.rules.sheets.test_reading import sampled
from tests.kiosk.test_attendant import Served
from tests.support.desk import DeskBox, touch
from tests.support.sheets import done, opened


def test_a_name_is_corrected_once_and_once_more(box: DeskBox, served: Served) -> None:
    box.answers["second_reviewer"] = False
    sampled(box, served)
    seq = served.attendant.screen().link.recorded
    done(served, "correction", str(seq), field="origin", new="元江", reason="写错了")
    done(served, "correction", str(seq), field="origin", new="戛洒", reason="又写错")
    first, second = box.entries(Correction)
    assert isinstance(first, Correction)
    assert isinstance(second, Correction)
    assert (first.corrects, first.old, first.new, second.old) == (seq, "新平", "元江", "元江")


def test_a_second_person_agrees(box: DeskBox, served: Served) -> None:
    box.answers["second_reviewer"] = True
    sampled(box, served)
    seq = served.attendant.screen().link.recorded
    done(served, "correction", str(seq), field="origin", new="元江", reason="写错了", second="clerk")
    (one,) = box.entries(Correction)
    assert isinstance(one, Correction)
    assert one.second == "张敏"


def test_what_a_seal_or_a_clock_covers_is_not_offered(box: DeskBox, served: Served) -> None:
    sampled(box, served)
    seq = served.attendant.screen().link.recorded
    sheet = opened(served, "correction", str(seq)).sheet
    assert sheet is not None
    assert sheet.at is not None
    offered = {choice.value for choice in sheet.at.choices}
    assert "origin" in offered
    assert not offered & {"seals", "taken_at", "sample_code", "signatures"}
    touch(served, "sheet_leave")
