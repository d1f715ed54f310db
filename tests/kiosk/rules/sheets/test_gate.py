"""进货查验: what the law asks of a seller without papers is sealed before it is stored, and only then."""

import json
from decimal import Decimal

from kiosk.private_data import opened as unsealed
from kiosk.rules.messages import GateCheck, SampleTaken
from tests.kiosk.test_attendant import Served
from tests.support.bodies import FARMER
from tests.support.desk import DeskBox, logs_on, ready, touch
from tests.support.sheets import answer, asked, done, fills

ID_NUMBER = "110101199003072578"
GROWN = {
    "paper": "none", "grower": "grown", "id_number": ID_NUMBER, "contact": "13912345678", "residence": "漠沙镇",
    "seller": "李四", "product": "tomato", "quantity": "30 kg", "origin": "新平", "decision": "test_first",
}  # fmt: skip


def durable(box: DeskBox) -> str:
    """Everything that the record's files hold, as text."""
    files = [file for file in box.captures.parent.rglob("*") if file.is_file()]
    return "".join(file.read_bytes().decode("utf-8", "ignore") for file in files)


def test_what_a_self_grown_seller_left_is_sealed_to_the_county(box: DeskBox, served: Served) -> None:
    screen = done(served, "gate", **GROWN)
    (check,) = box.entries(GateCheck)
    assert isinstance(check, GateCheck)
    left = unsealed(box.data_key, check.sealed)
    assert (left.id_number, left.contact, left.residence) == (ID_NUMBER, "13912345678", "漠沙镇")
    assert (check.id_tail, bool(check.person), check.advice) == ("2578", True, "test_first")
    assert screen.visit.notice is not None
    assert screen.visit.notice.key == "sheet.gate.said.test_first"
    assert screen.sheet is not None
    assert screen.sheet.sheet == "sampling"
    for told in (ID_NUMBER, "13912345678", "漠沙镇", json.dumps("漠沙镇")[1:-1]):
        assert told not in durable(box)


def test_letters_of_a_private_answer_are_not_durable(box: DeskBox, served: Served) -> None:
    fills(served, "gate", **GROWN)
    touch(served, "sheet_at", "residence")
    for one in "漠沙":
        touch(served, "take", one)
    sheet = served.attendant.screen().sheet
    assert sheet is not None
    assert sheet.draft.taken == ("漠", "沙")
    assert "漠" not in durable(box)
    assert json.dumps("漠")[1:-1] not in durable(box)


def test_an_id_number_that_cannot_be_right_is_asked_again(box: DeskBox, served: Served) -> None:
    screen = done(served, "gate", **{**GROWN, "id_number": "110101199003072570"})
    assert screen.visit.notice is not None
    assert (screen.visit.notice.key, box.entries(GateCheck)) == ("problem.private.id_wrong", [])


def test_after_a_restart_what_was_left_is_asked_again(box: DeskBox) -> None:
    with box.serves() as served:
        ready(served)
        logs_on(served, "inspector")
        fills(served, "gate", **GROWN)
    with box.serves() as again:
        screen = touch(again, "sheet_done")
    assert box.entries(GateCheck) == []
    assert screen.sheet is not None


def test_another_decision_than_advised_wants_its_reason(box: DeskBox, served: Served) -> None:
    done(served, "gate", **{**GROWN, "decision": "refuse", "reason": "烂了"})
    (check,) = box.entries(GateCheck)
    assert isinstance(check, GateCheck)
    assert (check.advice, check.decision, check.reason) == ("test_first", "refuse", "烂了")


def test_what_is_to_be_tested_first_is_sampled_next(box: DeskBox, served: Served) -> None:
    """Its product, origin and amount are told already; what is not of weight is asked."""
    done(served, "gate", **{**GROWN, "stall": "12"})
    asks = []
    while (ask := asked(served)) is not None:
        asks.append(ask.id)
        answer(served, ask, {"type": "routine", "subject": FARMER.id, "scene": "wholesale"})
    touch(served, "sheet_done")
    (sample,) = box.entries(SampleTaken)
    assert isinstance(sample, SampleTaken)
    assert (sample.product, sample.origin, sample.place, sample.quantity_seen) == ("tomato", "新平", "12", Decimal(30))
    assert not {"product", "origin", "place", "seen"} & set(asks)
