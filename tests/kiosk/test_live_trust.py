"""Keys renewed, lost and stolen: what the uplink lets in, what the station believes, what both know later."""

import base64
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk import log
from kiosk.checkpoint import Checkpoint
from kiosk.clock import Clock
from kiosk.contract import ContractError
from kiosk.downward import Downward
from kiosk.enrolment import TrustFile, install
from kiosk.entrance import Entrance, Known
from kiosk.live_trust import LiveTrust, live
from kiosk.order_checks import hindrance
from kiosk.record import Home, Record
from kiosk.rules.messages import CardRevoked, Incident, KeysPut, OrderDone, SubjectsUpsert
from kiosk.seal import CardCode, link, seal_card
from kiosk.trust import Broken, SealError, Trust, Use
from kiosk.words import load_words
from tests.support.bodies import FARMER, HOST, START, Station, a_key
from tests.support.office import Office, keys, new_key

NEW = new_key("order")
TOMORROW = START + timedelta(days=1)
LOST = CardRevoked("K-1", "lost")


class Box:
    """Uplink and station of one box; orders come in by one of two ways."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.office = Office()
        self.station: Station = self.office.enrol("gasa")
        (folder / "trust.json").write_bytes(self.office.trust.bytes())
        self.record = self.open()

    def open(self) -> Record:
        folder = self.folder
        home = Home(self.office.name, "gasa", "0", folder / "record.db", folder / "up", folder / "down")
        clock = Clock(START - timedelta(days=1), lambda: START, self.folder / "never")
        trust = LiveTrust(TrustFile(self.folder / "trust.json").now)
        return Record(home, self.station.key, trust, clock, hindrance=hindrance(load_words("en")))

    def restart(self) -> None:
        self.record.close()
        self.record = self.open()

    def downward(self) -> Downward:
        return Downward(self.folder / "down", self.office.name, "gasa", TrustFile(self.folder / "trust.json"))

    def carried(self, *orders: bytes) -> list[OrderDone]:
        """Through the uplink's door."""
        down = self.downward()
        try:
            down.orders(list(orders))
        finally:
            down.close()
        return self.record.obey()

    def slipped(self, *orders: bytes, stream: str = "all") -> list[OrderDone]:
        """As a broken uplink would write them."""
        writer = log.Writer(self.folder / "down" / stream)
        for order in orders:
            writer.append(order)
        writer.flush()
        writer.publish(writer.last)
        writer.close()
        return self.record.obey()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture(params=["carried", "slipped"])
def bring(request: pytest.FixtureRequest, box: Box) -> Callable[..., list[OrderDone]]:
    way: Callable[..., list[OrderDone]] = getattr(box, request.param)
    return way


def done(orders: list[OrderDone]) -> list[bool]:
    return [order.done for order in orders]


# --- the order key ----------------------------------------------------------------------------------------------------


def test_a_renewed_order_key_signs_the_next_order(box: Box, bring: Callable[..., list[OrderDone]]) -> None:
    renewal = keys(box.office.grant(Use.ORDER, NEW))
    orders = box.office.signed(1, renewal, box.office.order), box.office.signed(2, LOST, NEW)
    assert done(bring(*orders)) == [True, True]
    assert box.record.tables.orders.is_revoked("K-1")


def test_a_lost_order_key_is_replaced_by_an_order_of_the_new_one(
    box: Box, bring: Callable[..., list[OrderDone]]
) -> None:
    words = box.office.grant(Use.ORDER, NEW), box.office.revocation(Use.ORDER, box.office.order, "2026-11-23")
    orders = box.office.signed(1, keys(*words), NEW), box.office.signed(2, LOST, NEW)
    assert done(bring(*orders)) == [True, True]


def test_what_orders_said_of_keys_is_known_after_a_restart_with_nothing_in_down(box: Box) -> None:
    box.carried(box.office.signed(1, keys(box.office.grant(Use.ORDER, NEW)), NEW))
    shutil.rmtree(box.folder / "down")
    box.restart()
    assert len(box.record.tables.orders.key_words().grants) == 1
    box.slipped(box.office.signed(1, LOST, NEW), box.office.signed(2, LOST, NEW))
    assert box.record.tables.orders.is_revoked("K-1")


@pytest.mark.parametrize("file", ["kept", "missing", "half", "forged"])
def test_the_uplink_knows_after_a_restart_what_it_heard(box: Box, file: str) -> None:
    stranger = new_key("stranger")
    box.carried(box.office.signed(1, keys(box.office.grant(Use.ORDER, NEW)), NEW))
    kept = box.folder / "down" / "keys.json"
    if file == "missing":
        kept.unlink()
    elif file == "half":
        kept.write_bytes(kept.read_bytes()[:100])
    elif file == "forged":
        table = json.loads(kept.read_bytes())
        table["grants"][0]["key"] = base64.b64encode(stranger.public_key().public_bytes_raw()).decode()
        kept.write_text(json.dumps(table))
    with pytest.raises(SealError):
        box.carried(box.office.signed(2, LOST, stranger))
    assert done(box.carried(box.office.signed(2, LOST, NEW))) == [True]


def test_behind_the_order_that_took_it_back_an_order_key_signs_nothing_of_any_day(
    box: Box, bring: Callable[..., list[OrderDone]]
) -> None:
    """A thief can put any day on what he signs; he cannot put it before what everybody has."""
    words = box.office.grant(Use.ORDER, NEW), box.office.revocation(Use.ORDER, box.office.order, "2026-11-23")
    bring(box.office.signed(1, keys(*words), NEW))
    stolen = box.office.signed(2, LOST, box.office.order, START - timedelta(days=30))
    with pytest.raises(SealError, match="taken back by an earlier order"):
        box.carried(stolen)
    assert done(box.slipped(stolen)) == [False]
    assert not box.record.tables.orders.is_revoked("K-1")


def test_a_box_that_joins_later_reads_what_the_old_key_signed_in_its_time(box: Box) -> None:
    """Its trust list knows the revocation from the first day on."""
    ending = box.office.revocation(Use.ORDER, box.office.order, "2026-11-23")
    words = box.office.grant(Use.ORDER, NEW), ending
    (box.folder / "trust.json").write_bytes(box.office.trust.merged([words[0]], [ending]).bytes())
    orders = (
        box.office.signed(1, LOST, box.office.order),
        box.office.signed(2, keys(*words), NEW),
        box.office.signed(3, CardRevoked("K-2"), NEW, TOMORROW),
    )
    assert done(box.carried(*orders)) == [True, True, True]


@pytest.mark.parametrize("at", [TOMORROW, TOMORROW + timedelta(days=300)])
def test_a_revoked_order_key_signs_nothing_more(box: Box, at: datetime) -> None:
    """Also where the word came with the trust list, which no order of the stream repeats."""
    ending = box.office.revocation(Use.ORDER, box.office.order, "2026-11-23")
    (box.folder / "trust.json").write_bytes(box.office.trust.merged([], [ending]).bytes())
    stolen = box.office.signed(1, LOST, box.office.order, at)
    with pytest.raises(SealError, match="revoked"):
        box.carried(stolen)
    (told,) = box.slipped(stolen)
    assert (told.done, told.order) == (False, "")


def test_a_new_trust_list_counts_at_once(box: Box) -> None:
    order = box.office.signed(1, LOST, NEW)
    assert done(box.slipped(order)) == [False]
    install(box.folder / "trust.json", box.office.trust.merged([box.office.grant(Use.ORDER, NEW)], []).bytes())
    assert done(box.record.obey()) == [True]


def test_a_trust_list_that_broke_leaves_the_last_one_in_force(box: Box, caplog: pytest.LogCaptureFixture) -> None:
    install(box.folder / "trust.json", b"{}")
    orders = box.office.signed(1, LOST, box.office.order), box.office.signed(2, LOST, box.office.order)
    assert done(box.slipped(*orders)) == [True, True]
    assert [message for message in caplog.messages if "cannot be read" in message] == caplog.messages[:1]
    with pytest.raises(Broken):
        LiveTrust(TrustFile(box.folder / "trust.json").now)


# --- words that are not the root's ------------------------------------------------------------------------------------


def forged(box: Box) -> dict[str, KeysPut]:
    true, other = box.office.grant(Use.ORDER, NEW), Office("530428")
    ending = box.office.revocation(Use.WITNESS, box.office.witness, "2026-01-01")
    other_root = replace(other.grant(Use.ORDER, NEW), county=box.office.name)
    return {
        "no signature": keys(replace(true, signature="")),
        "another use": keys(replace(true, use=Use.WITNESS)),
        "another key": keys(replace(true, key=box.office.grant(Use.ORDER, new_key("x")).key)),
        "another root": keys(other_root),
        "another county": keys(other.grant(Use.ORDER, NEW)),
        "one of two": keys(true, replace(true, until="2099-01-01")),
        "a revocation": keys(true, replace(ending, since="2020-01-01")),
    }


@pytest.mark.parametrize(
    "case",
    ["no signature", "another use", "another key", "another root", "another county", "one of two", "a revocation"],
)
def test_words_that_are_not_the_roots_grant_nothing(box: Box, bring: Callable[..., list[OrderDone]], case: str) -> None:
    """The office's own signature does not make them so: the order is refused with its reason, and passed."""
    order = forged(box)[case]
    (refused,) = bring(box.office.signed(1, order, box.office.order))
    assert (refused.order, refused.done) == (KeysPut.kind, False)
    assert "530427" in refused.reason or "signature" in refused.reason
    assert box.record.tables.orders.key_words().grants == ()
    with pytest.raises(SealError):
        box.carried(box.office.signed(2, LOST, NEW))
    assert not box.folder.joinpath("down", "keys.json").exists()


def test_a_stranger_who_brings_words_of_the_root_is_still_a_stranger(box: Box) -> None:
    """Anybody may carry what the root signed; only whom it names becomes an officer."""
    order = box.office.signed(1, keys(box.office.grant(Use.ORDER, NEW)), new_key("stranger"))
    with pytest.raises(SealError):
        box.carried(order)
    (told,) = box.slipped(order)
    assert (told.done, told.order) == (False, "")
    assert box.record.tables.orders.key_words().grants == ()


@pytest.mark.parametrize("key", ["witness", "card", "station"])
def test_a_key_of_another_use_makes_no_order(box: Box, key: str) -> None:
    signer = {"witness": box.office.witness, "card": box.office.card, "station": box.station.key}[key]
    for order in (box.office.signed(1, LOST, signer), box.office.signed(1, keys(), signer)):
        with pytest.raises((SealError, ContractError)):
            box.carried(order)
    assert done(box.slipped(box.office.signed(1, LOST, signer))) == [False]


# --- receipts ---------------------------------------------------------------------------------------------------------


def receipt(box: Box, key: str, at: datetime, size: int = 2) -> bytes:
    signer = {"order": box.office.order, "witness": box.office.witness, "new": new_key("witness")}[key]
    box.record.append(Incident("printer", "printer.paper_out", {}))
    root = box.record.tables.root(size)
    return box.office.witnessed(Checkpoint(box.record.log, size, root), signer, at)


def test_an_order_key_signs_no_receipt(box: Box) -> None:
    note = receipt(box, "order", START)
    with pytest.raises(SealError):
        box.downward().receipt(note, box.record.log)


def test_a_stolen_witness_key_receipts_nothing_more(box: Box) -> None:
    ending = box.office.revocation(Use.WITNESS, box.office.witness, "2026-11-22")
    before, after = receipt(box, "witness", START - timedelta(days=2)), receipt(box, "witness", START, 3)
    box.carried(box.office.signed(1, keys(ending), box.office.order))
    down = box.downward()
    assert down.receipt(before, box.record.log)
    with pytest.raises(SealError, match="revoked"):
        down.receipt(after, box.record.log)
    down.close()
    box.slipped(after, stream="receipts")
    held = box.record.hear_receipts()
    assert held is not None
    assert held.note.encode() == before


def test_an_uplink_whose_last_receipt_counts_no_more_starts_with_the_one_before(box: Box) -> None:
    down = box.downward()
    for note in (receipt(box, "witness", START - timedelta(days=2)), receipt(box, "witness", START, 3)):
        assert down.receipt(note, box.record.log)
    assert down.through(box.record.log) == 3
    down.close()
    ending = box.office.revocation(Use.WITNESS, box.office.witness, "2026-11-22")
    box.carried(box.office.signed(1, keys(ending), box.office.order))
    assert box.downward().through(box.record.log) == 2


def test_a_renewed_witness_key_receipts(box: Box) -> None:
    note = receipt(box, "new", START)
    down = box.downward()
    with pytest.raises(SealError):
        down.receipt(note, box.record.log)
    down.close()
    box.carried(box.office.signed(1, keys(box.office.grant(Use.WITNESS, new_key("witness"))), box.office.order))
    assert box.downward().receipt(note, box.record.log)
    assert box.record.hear_receipts() is not None


# --- codes on paper ---------------------------------------------------------------------------------------------------


def card(box: Box, days_ago: int) -> bytes:
    issued = (START - timedelta(days=days_ago)).date()
    token = seal_card(CardCode("12345675", FARMER.id, FARMER.name, issued), box.office.card)
    return link(HOST, "K", token).encode()


def test_a_card_of_a_revoked_key_that_no_list_names_opens_nothing(box: Box) -> None:
    """Whoever has the key can write any day; a listed number is told of in test_taken_back."""
    entrance = Entrance(box.record.trust, box.record.tables)
    box.carried(box.office.signed(1, SubjectsUpsert((FARMER,)), box.office.order))
    assert isinstance(entrance.who(card(box, 0)), Known)
    ending = box.office.revocation(Use.CARD, box.office.card, "2026-11-20")
    box.carried(box.office.signed(2, keys(ending), box.office.order))
    assert [isinstance(entrance.who(card(box, days)), Known) for days in (0, 2, 3)] == [False, False, False]
    assert [entrance.proves(card(box, days)) for days in (2, 3)] == [False, False]


def test_a_list_that_never_changes_is_live_too() -> None:
    trust = Trust("530427", a_key("x").public_key().public_bytes_raw(), ())
    assert live(trust).now() is trust
    assert live(live(trust)).now() is trust
