"""Numbers of cards: none is given twice, not even one that was lost."""

from datetime import date
from pathlib import Path

from kiosk.clock import ClockState, Now
from kiosk.rules.messages import CardRevoked
from kiosk.rules.scan.numbers import CARD_BYTES, card_number
from tests.support.bodies import START
from ui.county.cards import give_card, new_number
from ui.county.office import CountyConfig, init_county
from ui.county.orders import Orders

NOW = Now(START, ClockState.NTP)


def test_no_number_is_given_twice(tmp_path: Path) -> None:
    config = CountyConfig(
        folder=tmp_path / "county", county="530427", host="lz.example.cn", broker_host="127.0.0.1", broker_port=8883
    )
    init_county(config, date(2026, 3, 1))
    orders = Orders(config.folder)
    draws = [bytes([nth]) * CARD_BYTES for nth in (1, 2, 1, 2, 3)]
    left = iter(draws)
    first = new_number(orders, lambda _: next(left))
    give_card(orders, first, "s-1", NOW)
    orders.give("gasa-01", CardRevoked(card_number(draws[1])), START)
    assert new_number(orders, lambda _: next(left)) == card_number(draws[4])
    assert first == card_number(draws[0])
