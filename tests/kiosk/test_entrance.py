"""Who stands at the box after the county changed its list: withdrawn, merged, on a card or by a code."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.entrance import Entrance, Known
from kiosk.record import Record
from kiosk.rules.messages import Card, Subject, SubjectsMerged, SubjectsUpsert, SubjectsWithdrawn
from kiosk.rules.scan.numbers import card_number
from kiosk.rules.sentence import Sentence
from kiosk.words import load_words
from tests.support.bodies import FARMER
from tests.support.broker import DAY
from tests.support.site import Site
from ui.county.office import make_card

NUMBER = card_number(bytes(range(8)))
OTHER = Subject("s-0002", "cooperative", "合作社", "13900001234", "戛洒镇")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.join()
    site.give(SubjectsUpsert((FARMER, OTHER), (Card(NUMBER, FARMER.id),)))
    return site


@pytest.fixture
def record(site: Site) -> Iterator[Record]:
    with closing(site.open()) as record:
        site.hear(record)
        yield record


def shown(site: Site) -> bytes:
    return make_card(site.county, FARMER.id, FARMER.name, NUMBER, DAY).encode()


def test_who_was_withdrawn_is_told_so_politely(site: Site, record: Record) -> None:
    entrance = Entrance(record.trust, record.tables)
    assert isinstance(entrance.who(shown(site)), Known)
    site.give(SubjectsWithdrawn((FARMER.id,), "moved"))
    site.hear(record)
    for found in (entrance.who(shown(site)), entrance.numbered(NUMBER)):
        assert found == Sentence("entrance.card_withdrawn", {"card": NUMBER})
        assert NUMBER in load_words("zh").say(found.key, **found.facts)


def test_the_card_of_one_who_was_merged_opens_for_whom_he_became(site: Site, record: Record) -> None:
    site.give(SubjectsMerged(OTHER.id, (FARMER.id,)))
    site.hear(record)
    entrance = Entrance(record.trust, record.tables)
    for found in (entrance.who(shown(site)), entrance.numbered(NUMBER)):
        assert isinstance(found, Known)
        assert found.subject == OTHER


def test_a_card_whose_holder_never_came_is_told_otherwise(site: Site, record: Record) -> None:
    card = make_card(site.county, "s-9999", "Li", "22345674", DAY).encode()
    assert Entrance(record.trust, record.tables).who(card) == Sentence("entrance.card_unlisted", {"card": "22345674"})
