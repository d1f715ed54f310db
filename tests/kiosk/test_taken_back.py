"""A key that the county took back: check screen, basket and card go by one rule. The day on a paper is its key's own
word; what came before is known by a receipt, or by the county's list."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.clock import ClockState, Now
from kiosk.collecting import Collecting
from kiosk.contract import key_id
from kiosk.entrance import Entrance, Known
from kiosk.open_visit import OpenVisit
from kiosk.pictures import Pictures
from kiosk.record import Record
from kiosk.rules.messages import Card, Incoming, Subject, SubjectsUpsert
from kiosk.rules.scan.numbers import card_number
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.visits import arrival
from kiosk.rules.visits.turn import Visit
from kiosk.seal import CardCode, link, open_certificate, open_given_card, read_certificate, seal_card, seal_certificate
from kiosk.trust import REPLACED, Broken, Counts, Untold, Untrusted, Use, public_bytes, read_key, revoked
from kiosk.verify import County, Verdict, Witnessed, judge
from tests.support.bodies import COUNTY, FARMER, HOST, START, Station
from tests.support.broker import DAY
from tests.support.checked import TODAY, Checking, days, token_of
from tests.support.law import PACKS, law
from tests.support.line import NOON
from tests.support.site import Site
from ui.county import keys
from ui.county.office import make_card

RULES = law(proof=Proof.NONE)
BUYER = Subject("s-0003", "buyer", "合作社", "13900001234", "戛洒镇")
SINCE, THROUGH = date(2026, 11, 23), 12
VERDICTS = {Counts.YES: Verdict.GENUINE, Counts.NO: Verdict.REVOKED, Counts.UNTOLD: Verdict.UNCLEAR}
MINE, OTHER = card_number(bytes(8)), card_number(bytes(range(8)))


@pytest.fixture
def at_hand() -> Checking:
    return Checking()


def opened(at_hand: Checking, text: str, seq: int | None) -> Counts:
    try:
        open_certificate(token_of(text), at_hand.trust, seq)
    except Untold:
        return Counts.UNTOLD
    except Untrusted:
        return Counts.NO
    return Counts.YES


@pytest.mark.parametrize("reason", ["stolen", f"{REPLACED}ab"])
@pytest.mark.parametrize(
    ("day", "seq", "counts"),
    [
        (-1, None, Counts.UNTOLD),
        (0, None, Counts.NO),
        (1, None, Counts.NO),
        (-1, THROUGH, Counts.YES),
        (-1, THROUGH + 1, Counts.NO),
        (0, THROUGH, Counts.YES),
        (0, THROUGH + 1, Counts.NO),
    ],
)
def test_who_opens_a_code_and_who_judges_it_say_the_same(
    at_hand: Checking, reason: str, day: int, seq: int | None, counts: Counts
) -> None:
    at = START.replace(year=SINCE.year, month=SINCE.month, day=SINCE.day) + days(day)
    text = at_hand.paper(at=at)[1]
    assert opened(at_hand, text, seq) is Counts.YES
    word = at_hand.county.revocation(Use.STATION, at_hand.box.key, SINCE.isoformat(), THROUGH)
    word = revoked(at_hand.county.root, replace(word, reason=reason, signature=""))
    at_hand.trust = at_hand.trust.merged([], [word])
    witnessed = None if seq is None else Witnessed(seq, at.date())
    assert opened(at_hand, text, seq) is counts
    assert judge(text.encode(), [County(at_hand.trust)], TODAY, witnessed).verdict is VERDICTS[counts]


def test_a_code_that_names_another_log_than_its_keys_is_broken(at_hand: Checking) -> None:
    """Whoever has the key of one box cannot make papers of another."""
    code = read_certificate(token_of(at_hand.paper()[1])).code
    thief = at_hand.county.enrol("gasa-02")
    token = seal_certificate(code, thief.key, HOST)
    with pytest.raises(Broken):
        open_certificate(token, at_hand.county.trust)
    text = link(HOST, "C", token)
    assert judge(text.encode(), [County(at_hand.county.trust)], TODAY).verdict is Verdict.FALSE


# --- cards ---


def test_a_card_of_a_key_that_was_taken_back_is_known_by_the_countys_list(site: Site) -> None:
    """What a thief seals with it says an earlier day as well; but no list has it."""
    told, forged = (
        make_card(site.county, FARMER.id, FARMER.name, number, DAY - days(1)).encode() for number in (MINE, OTHER)
    )
    late = make_card(site.county, FARMER.id, FARMER.name, MINE, DAY + days(9)).encode()
    with closing(site.open()) as record:
        site.hear(record)
        entrance = Entrance(record.trust, record.tables)
        assert isinstance(entrance.who(forged), Known), "while the key counts, it vouches"
        assert all(isinstance(entrance.who(one), Known) for one in (told, late))
        take_back(site, record, site.county / "keys" / "card.key")
        found = entrance.who(told)
        assert isinstance(found, Known)
        assert found.subject == FARMER
        for one in (forged, late):
            assert entrance.who(one) == Sentence("entrance.card_forged")
            assert not entrance.proves(one)


def test_a_card_that_a_box_handed_out_stays_in_use_when_another_takes_its_place(at_hand: Checking) -> None:
    """Its number is the holder's by tables; the key only says which box printed it."""
    card = CardCode(MINE, FARMER.id, FARMER.name, START.date())
    token = seal_card(card, at_hand.box.key)
    at_hand.revoke(at_hand.box, (START.date() + days(1)).isoformat(), THROUGH)
    assert open_given_card(token, at_hand.trust)[0] == card
    late = seal_card(replace(card, issued=START.date() + days(1)), at_hand.box.key)
    with pytest.raises(Untrusted):
        open_given_card(late, at_hand.trust)


# --- a buyer's basket ---


def test_a_paper_of_a_key_that_was_taken_back_is_kept_and_not_verified(site: Site, tmp_path: Path) -> None:
    box = Station(COUNTY, site.station, read_key(site.places.keys / "station.key"), NOON)
    first, second = (link(HOST, "C", bytes.fromhex(box.certificate(nth).code)).encode() for nth in (1, 2))
    with closing(site.open()) as record:
        site.hear(record)
        open_visit = OpenVisit(record, lambda _: RULES, lambda _: None)
        pictures = Pictures(lambda _: b"a picture", tmp_path, lambda: "2026-11")
        basket = Collecting(open_visit, record.trust, lambda: PACKS.wordings, PACKS.products, pictures)
        open_visit.visit = arrival.card_shown(Visit("v-1"), RULES, BUYER, "K-2", first_use=True)
        basket.scanned(first)
        take_back(site, record, site.places.keys / "station.key")
        basket.scanned(second)
        kept = [record.read(one.seq) for one in open_visit.visit.basket]
    assert [one.verified for one in kept if isinstance(one, Incoming)] == [True, False]
    assert len({one.product for one in kept if isinstance(one, Incoming)}) == 1, (
        "what stands on it is read all the same"
    )


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.join()
    site.give(SubjectsUpsert((FARMER, BUYER), (Card(MINE, FARMER.id),)))
    return site


def take_back(site: Site, record: Record, key: Path) -> None:
    """From tomorrow on; the station hears it."""
    through = 1 if key.name == "station.key" else None
    keys.revoke(site.county, key_id(public_bytes(read_key(key))), DAY, "stolen", since=DAY + days(1), through=through)
    keys.tell(site.county, site.orders, Now(NOON, ClockState.NTP))
    site.hear(record)
