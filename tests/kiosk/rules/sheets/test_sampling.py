"""抽样单 as it is filled at the box, and the samples that the others begin with."""

from kiosk.rules.messages import SampleTaken, SampleType
from tests.kiosk.test_attendant import Served
from tests.support.bodies import FARMER
from tests.support.desk import DeskBox
from tests.support.sheets import done

ROUTINE = {"type": "self", "subject": FARMER.id, "product": "tomato", "scene": "base", "origin": "新平"}
SUPERVISED = {
    **ROUTINE, "type": "supervision", "place": "基地", "test_grams": "500", "reserve_grams": "500",
    "subject_signs": "signed",
}  # fmt: skip


def test_a_supervised_sample_has_seals_and_hands(box: DeskBox, served: Served) -> None:
    done(served, "sampling", **SUPERVISED)
    (sample,) = box.entries(SampleTaken)
    assert isinstance(sample, SampleTaken)
    assert (sample.sample_type, sample.subject_name) == (SampleType.SUPERVISION, FARMER.name)
    assert sample.seals == (f"{sample.sample_code}-1", f"{sample.sample_code}-2")
    assert [one.role for one in sample.signatures] == ["sampler", "subject"]
    assert FARMER.name.upper() not in sample.sample_code
    assert [name for name, _ in box.slips] == ["sampling"]


def test_who_does_not_sign_is_witnessed(box: DeskBox, served: Served) -> None:
    done(served, "sampling", **{**SUPERVISED, "subject_signs": "refused", "witness": "李四"})
    (sample,) = box.entries(SampleTaken)
    assert isinstance(sample, SampleTaken)
    assert [(one.role, one.signed) for one in sample.signatures] == [
        ("sampler", True), ("subject", False), ("witness", True),
    ]  # fmt: skip


def test_a_self_test_needs_no_hands(box: DeskBox, served: Served) -> None:
    done(served, "sampling", **ROUTINE)
    (sample,) = box.entries(SampleTaken)
    assert isinstance(sample, SampleTaken)
    assert (sample.seals, sample.signatures) == ((), ())
