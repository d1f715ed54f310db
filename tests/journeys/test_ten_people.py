"""Ten people come one after another to two analyzers and one printer: nobody waits for anybody's test at the screen."""

from collections.abc import Iterator

import pytest

from kiosk.rules import messages
from kiosk.rules.messages import Certificate, Outcome, Print, PrintOutcome, Subject
from tests.support.stage import bench, entries
from tests.support.touch import Touch
from tests.support.turn_steps import brings, comes, ends, promises, wants_a_test
from ui.demo.bench import Bench, Plan

NAMES = ("李桂芳", "王秀英", "刀玉兰", "白文华", "方建国", "杨丽萍", "普正祥", "罗开明", "马学东", "张顺义")
PRODUCTS = ("cowpea", "tomato", "celery", "spinach", "cucumber")
PEOPLE = tuple(
    Subject(f"q{nth:04}", "farmer", name, f"1380000{1000 + nth}", "云南省玉溪市新平县戛洒镇", region="530427")
    for nth, name in enumerate(NAMES)
)


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=4.0, testers=2), people=PEOPLE) as made:
        made.start_all()
        yield made


def hand_in(touch: Touch, who: int) -> None:
    """Goods, test, and room for the next person."""
    comes(touch, who)
    brings(touch, str(20 + who), product=PRODUCTS[who % len(PRODUCTS)])
    wants_a_test(touch)
    touch.stands_at("testing")
    touch.press("next_person")
    touch.stands_at("idle")


def fetch(touch: Touch, who: int) -> None:
    """His card again: the result, the promise, the paper."""
    comes(touch, who, to="result")
    touch.press("result_read")
    promises(touch, "control+self_test")
    ends(touch)


def test_ten_people_two_analyzers_one_printer(stage: Bench, touch: Touch) -> None:
    for who in range(len(PEOPLE)):
        hand_in(touch, who)
        if who == 3:
            touch.axe()
            touch.fits()
            touch.reload()
    for who in range(len(PEOPLE)):
        fetch(touch, who)
    certificates, tests, prints = entries(stage, Certificate), entries(stage, messages.Test), entries(stage, Print)
    assert [one.subject.name for one in certificates] == list(NAMES)
    assert sorted(one.subject_name for one in tests) == sorted(NAMES)
    assert all(one.verdict.outcome is Outcome.NEGATIVE for one in tests)
    papers = {one.number for one in certificates}
    assert {one.number for one in prints if one.outcome is PrintOutcome.PRINTED} >= papers
    assert min(stage.residue.runs, stage.residue2.runs) > 1
    by_subject = {one.subject.id: one.lot for one in certificates}
    assert all(one.lot == by_subject[one.subject] for one in tests)
