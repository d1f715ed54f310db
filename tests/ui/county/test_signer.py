"""The signer: what pages ask for becomes orders and cards, once, and only what they may ask for."""

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.log import Locked
from kiosk.rules.messages import (
    AlarmSeen,
    Card,
    CardMade,
    OrderAsked,
    PackPut,
    SubjectsUpsert,
    TaskGiven,
)
from kiosk.rules.scan.numbers import card_number
from kiosk.seal import open_card
from tests.support.bodies import FARMER
from tests.support.checked import token_of
from tests.support.signing import AT, SigningOffice
from tests.ui.county.conftest import Desk
from ui.county.signed import FILE

TASK = TaskGiven("t-1", "patrol", "巡查合作社", "2026-12-31")


Ask = Callable[[SigningOffice], tuple[str, int]]


@pytest.fixture
def office(desk: Desk, tmp_path: Path) -> SigningOffice:
    desk.accounts.put("officer", "officer")
    desk.accounts.put("lab", "lab")
    return SigningOffice(desk, tmp_path / "county")


def test_an_order_that_a_page_asked_for_is_given_once(office: SigningOffice) -> None:
    name = office.ask(TASK)
    assert office.signed.outcome(*name) is None
    assert office.signs() == 1
    outcome = office.signed.outcome(*name)
    assert outcome is not None
    assert (outcome.stream, outcome.seq, outcome.refused) == ("all", 1, "")
    assert office.given() == [TASK]
    assert office.signs() == 0
    assert office.given() == [TASK]


def test_one_station_s_own_order_goes_to_it_alone(office: SigningOffice) -> None:
    office.ask(TASK, stream="gasa")
    office.signs()
    assert (office.given("gasa"), office.given()) == ([TASK], [])


@pytest.mark.parametrize(
    ("ask", "refused"),
    [
        (lambda office: office.ask(TASK, by="lab"), "office.unsigned_right"),
        (lambda office: office.ask(TASK, by="nobody"), "office.unsigned_right"),
        (lambda office: office.ask(TASK, by=""), "office.unsigned_right"),
        (lambda office: office.ask(TASK, stream="../../etc"), "office.unsigned_station"),
        (lambda office: office.ask(PackPut("methods/x.toml", "", "0" * 64)), "office.unsigned_kind"),
        (lambda office: office.says(OrderAsked("all", "task.given", "{}", by="officer")), "office.unsigned_unreadable"),
        (
            lambda office: office.says(CardMade("12345678", "s-nobody", "new", by="officer")),
            "office.unsigned_subject",
        ),
    ],
    ids=["role", "nobody", "no name", "station", "kind", "form", "card of nobody"],
)  # fmt: skip
def test_what_a_page_may_not_ask_for_is_not_signed(office: SigningOffice, ask: Ask, refused: str) -> None:
    name = ask(office)
    office.signs()
    assert office.refusal(name) == refused
    assert office.given() == []


def test_what_was_refused_does_not_hold_up_what_follows(office: SigningOffice) -> None:
    office.ask(TASK, by="lab")
    office.ask(AlarmSeen("0" * 32, 7, "officer", AT.isoformat()), stream="gasa")
    assert office.signs() == 2
    assert len(office.given("gasa")) == 1


def test_who_lost_his_role_meanwhile_gets_nothing(office: SigningOffice) -> None:
    name = office.ask(TASK)
    office.desk.accounts.put("officer", "reviewer")
    office.signs()
    assert office.refusal(name) == "office.unsigned_right"


def test_a_card_is_sealed_for_whom_an_order_named(office: SigningOffice) -> None:
    number = card_number(bytes(range(8)))
    early = office.says(CardMade(number, FARMER.id, "new", by="officer"))
    office.signs()
    assert office.refusal(early) == "office.unsigned_subject"
    office.ask(SubjectsUpsert((FARMER,), (Card(number, FARMER.id),)))
    office.says(CardMade(number, FARMER.id, "new", by="officer"))
    office.signs()
    text = office.signed.card(number)
    card = open_card(token_of(text), office.trust())
    assert (card.card, card.subject_id, card.name) == (number, FARMER.id, FARMER.name)


def test_killed_between_order_and_line_it_is_given_once(office: SigningOffice) -> None:
    """The last line, that says what came of it, is cut away: as after a power cut right behind the order's flush."""
    office.ask(TASK)
    office.signs()
    file = office.folder / FILE
    begun, given = file.read_bytes().splitlines(keepends=True)
    assert ("begun" in json.loads(begun), json.loads(given)["seq"]) == (True, 1)
    for torn in (b"", given[:9]):
        file.write_bytes(begun + torn)
        assert office.signs() == 1
        assert office.given() == [TASK]
        assert file.read_bytes() == begun + given


def test_killed_before_the_order_it_is_given_then(office: SigningOffice) -> None:
    name = office.ask(TASK)
    (office.folder / FILE).write_text(json.dumps({"log": name[0], "asked": name[1], "begun": "all", "at": 1}) + "\n")
    office.signs()
    assert office.given() == [TASK]


def test_two_do_not_sign_at_once(office: SigningOffice) -> None:
    with closing(office.signer()), pytest.raises(Locked):
        office.signer()


def test_an_office_key_that_was_taken_back_asks_in_vain(office: SigningOffice) -> None:
    name = office.ask(TASK)
    office.desk.county.take_back_office("2026-01-01")
    office.signs()
    assert office.refusal(name) == "office.unsigned_key"


LOOKS = """
import os, sys
from ui.county.closed import close_to_others
if sys.argv[1] == "closed":
    close_to_others()
os.setgid(65534); os.setuid(65534)
if sys.argv[1] == "closed":
    close_to_others()
else:
    import ctypes; ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(("how", "seen"), [("open", True), ("closed", False)])
def test_nobody_of_the_same_user_looks_into_it(how: str, seen: bool) -> None:
    """The way that a broken web program would take: the signer's own root, with the keys in it."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOOKS, how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    looked = subprocess.run(
        ["ls", f"/proc/{process.pid}/root/"], user=65534, group=65534, capture_output=True, check=False
    )
    process.communicate("", timeout=20)
    assert (looked.returncode == 0) is seen
