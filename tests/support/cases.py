"""Entries of one positive and what follows it, for tests of cases: a sample, its tests, the result, the goods."""

from dataclasses import replace
from decimal import Decimal

from kiosk.rules.messages import (
    Correction,
    Disposal,
    Objection,
    ObjectionClosed,
    Outcome,
    ResultDelivered,
    SampleTaken,
    Test,
    TubeBound,
)
from tests.support.bodies import FARMER, a_test
from tests.support.oversight import sample as a_sample

CODE, LOT = "v-1-1", "lot-1"


def positive(inhibition: str = "81", retest_of: int | None = None, lot: str = LOT) -> Test:
    return replace(a_test(inhibition, retest_of=retest_of), lot=lot)


def taken(code: str = CODE) -> SampleTaken:
    return a_sample(sample_code=code, subject=FARMER.id, subject_name=FARMER.name, seals=("A1", "A2"))


def bound(code: str = CODE, *, late: bool = False) -> TubeBound:
    return TubeBound("T-0001", code, "r-1", 2, late=late, by="王芳")


def delivered(test: int, code: str = CODE) -> ResultDelivered:
    """Signed for at 10:00: the four hours end at 14:00."""
    times = ("2026-11-22T10:00:00+08:00", "2026-11-22T14:00:00+08:00")
    return ResultDelivered(test, code, FARMER.id, Outcome.POSITIVE, "signed", times[0], (), times[1])


def objected(delivery: int, code: str = CODE) -> Objection:
    return Objection(delivery, code, FARMER.id, "2026-11-22T11:00:00+08:00", in_time=True, by=FARMER.name)


def ended(objection: int, result: str = "dismissed") -> ObjectionClosed:
    outcome = Outcome.POSITIVE if result == "dismissed" else Outcome.NEGATIVE
    times = ("2026-11-23T09:00:00+08:00", "2026-11-25T09:00:00+08:00")
    return ObjectionClosed(objection, result, "R-77", "县检测中心", *times, outcome)


def disposal(*tests: int, measure: str = "destroyed", lot: str = LOT) -> Disposal:
    return Disposal(lot, FARMER.id, "cowpea", measure, Decimal(60), "kg", "戛洒镇填埋场", "王芳", tests)


def correction(corrects: int) -> Correction:
    return Correction(corrects, "product", "cowpea", "cabbage", "选错了产品", "王芳", "刘强")
