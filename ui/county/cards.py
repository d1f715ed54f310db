"""Numbers of producers' cards: short enough to be keyed in, none given twice, and every box is told whose they are."""

import secrets
from collections.abc import Callable, Iterator

from kiosk.clock import Now
from kiosk.contract import Envelope, read
from kiosk.rules.messages import Card, CardRevoked, SubjectsSnapshot, SubjectsUpsert
from kiosk.rules.scan.numbers import CARD_BYTES, card_number
from ui.county.orders import ALL, Orders

READ_AT_ONCE = 500  # orders


def new_number(orders: Orders, random: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """One that no card has or had."""
    taken = set(named(orders))
    while (number := card_number(random(CARD_BYTES))) in taken:
        continue
    return number


def give_card(orders: Orders, number: str, subject_id: str, now: Now) -> Envelope:
    """Tell all boxes whose card this is. Raises kiosk.log.Locked while another program gives an order."""
    return orders.give(ALL, SubjectsUpsert((), (Card(number, subject_id),)), now.at, now.state)


def named(orders: Orders) -> Iterator[str]:
    """Every number that an order speaks of, also of those that were lost."""
    for stream in orders.streams():
        seq = 0
        while some := orders.after(stream, seq, READ_AT_ONCE):
            seq += len(some)
            for payload in some:
                match read(payload).order:
                    case (SubjectsUpsert() | SubjectsSnapshot()) as given:
                        yield from (card.number for card in given.cards)
                    case CardRevoked(card):
                        yield card
