"""A county that gave orders before it had a list of its own: the list takes over whom they named, once."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.clock import ClockState
from kiosk.rules.messages import (
    Card,
    CardRevoked,
    Credit,
    CreditPut,
    SubjectsMerged,
    SubjectsUpsert,
    SubjectsWithdrawn,
)
from kiosk.rules.scan.numbers import card_number
from tests.support.bodies import FARMER
from tests.support.broker import DAY, county_config
from tests.support.signing import AT, SigningOffice
from tests.ui.county.conftest import Desk
from ui.command.main import main
from ui.county.database import Database, open_reader
from ui.county.office import init_county
from ui.county.orders import Orders
from ui.county.people.adopting import adopt

SECOND, THIRD = replace(FARMER, id="s-2", name="王大山"), replace(FARMER, id="s-3", name="李秀英")
FIRST_CARD, LOST, OTHER = (card_number(bytes([nth]) * 8) for nth in (1, 2, 3))


@pytest.fixture
def office(desk: Desk) -> SigningOffice:
    desk.accounts.put("officer", "officer")
    office = SigningOffice(desk, desk.accounts.desks.folder)
    for body in (
        SubjectsUpsert((FARMER, SECOND), (Card(FIRST_CARD, FARMER.id), Card(LOST, FARMER.id))),
        SubjectsUpsert((THIRD, replace(FARMER, name="李秀英（新）")), (Card(OTHER, THIRD.id),)),
        SubjectsMerged(FARMER.id, (THIRD.id,)),
        SubjectsWithdrawn((SECOND.id,)),
        CardRevoked(LOST, "lost"),
        CreditPut((Credit(FARMER.id, "A", "", "2026-01-01"),)),
    ):
        office.orders.give("all", body, AT, ClockState.NTP)
    return office


def rows(office: SigningOffice, query: str) -> list[tuple[object, ...]]:
    with closing(open_reader(office.desk.file)) as sql:
        return [tuple(row) for row in sql.execute(query).fetchall()]


def test_the_list_is_what_the_orders_say_at_their_end(office: SigningOffice) -> None:
    assert adopt(office.orders, office.desk.accounts.desks.acts, office.desk.file, "officer") == 1
    assert rows(office, "select id, name, state, grade from subject") == [(FARMER.id, "李秀英（新）", "listed", "A")]
    cards = rows(office, "select card, subject from subject_card order by card")
    assert cards == sorted([(FIRST_CARD, FARMER.id), (OTHER, FARMER.id)])


def test_nothing_is_told_again_and_twice_changes_nothing(office: SigningOffice) -> None:
    before = office.orders.through("all")
    adopt(office.orders, office.desk.accounts.desks.acts, office.desk.file, "officer")
    office.signs()
    assert office.orders.through("all") == before
    assert office.signed.card(FIRST_CARD)
    assert adopt(office.orders, office.desk.accounts.desks.acts, office.desk.file, "officer") == 0


def test_as_a_person_runs_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = county_config(tmp_path / "county")
    init_county(config, DAY)
    Orders(config.folder).give("all", SubjectsUpsert((FARMER,)), AT, ClockState.NTP)
    Database(config.memory).close()
    command = ["county", "adopt", str(config.folder), "--by", "wang"]
    assert main(command) == 1
    assert "没有登记主体的权限" in capsys.readouterr().err
    assert main(["county", "user", "add", str(config.folder), "wang", "--name", "王", "--role", "officer"]) == 0
    assert main(command) == 0
    assert "接过来了 1 个主体" in capsys.readouterr().out
