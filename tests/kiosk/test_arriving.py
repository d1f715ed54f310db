"""Who comes to the box, with a real record: by one read of his card, by two of another code, by the number on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.scanner.wire import Advice, Camera, CameraState, Hint, Seen
from kiosk import blobs
from kiosk.attendant import SCANS, Attendant, Hardware
from kiosk.entrance import Entrance, Known
from kiosk.keyed import PACE, Keyed
from kiosk.rules.messages import Card, CardRevoked, Certificate, Incoming, Presence, SubjectsUpsert
from kiosk.rules.scan.numbers import card_number
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Screen
from kiosk.tries import Tries
from tests.kiosk.test_attendant import Box, Served, in_basket, number, refused
from tests.support.bodies import FARMER
from tests.support.law import PACKS

NUMBER, LOST, STRANGER = (card_number(bytes([nth]) * 8) for nth in (1, 2, 3))
UNKNOWN = Sentence("entrance.number_unknown")
RESTS = Sentence("entrance.number_rests", {"seconds": "30"})
TAIL = FARMER.contact[-4:]


@pytest.fixture
def box(tmp_path: Path) -> Box:
    box = Box(tmp_path)
    box.bring(SubjectsUpsert((), (Card(NUMBER, FARMER.id), Card(LOST, FARMER.id))), CardRevoked(LOST, "lost"))
    return box


@contextmanager
def serving(box: Box) -> Iterator[Served]:
    """With all orders obeyed."""
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 4)
        yield served


def keys_in(served: Served, digits: str) -> Screen:
    if served.attendant.screen().visit.stage is Stage.IDLE:
        served.tap("number")
    return served.tap("card", digits)


# --- codes ---


def test_our_own_card_is_served_at_its_first_read(box: Box) -> None:
    with serving(box) as served:
        served.attendant.post(Seen(box.card.encode(), "QRCode", "zxing", reads=1, showing=1))
        served.at(Stage.PRODUCT)


def test_what_proves_nothing_waits_for_its_second_read(box: Box) -> None:
    with serving(box) as served:
        served.attendant.post(Seen(b"hello", "QRCode", "zxing", reads=1, showing=1))
        assert served.tap("?").visit.notice is None
        served.attendant.post(Seen(b"hello", "QRCode", "zxing", reads=2, showing=1))
        told = served.until(lambda screen: screen.visit.notice is not None)
        assert told.visit.stage is Stage.IDLE


@pytest.mark.parametrize("cut", [0, 40, 90])
def test_a_card_of_somebody_else_is_not_believed_at_one_read(box: Box, cut: int) -> None:
    forged = box.card[: -cut or None][:-1] + ("A" if box.card[-1] != "A" else "B")
    with serving(box) as served:
        served.attendant.post(Seen(forged.encode(), "QRCode", "zxing", reads=1, showing=1))
        assert (served.tap("?").visit.stage, served.tap("?").visit.notice) == (Stage.IDLE, None)
        served.attendant.post(Seen(forged.encode(), "QRCode", "zxing", reads=2, showing=1))
        assert served.until(lambda screen: screen.visit.notice is not None).visit.stage is Stage.IDLE


def test_a_paper_shown_once_is_taken_once(box: Box) -> None:
    paper = box.paper(PACKS.products["cowpea"].names["zh"], FARMER.id, number(1))
    with serving(box) as served:
        in_basket(box, served)
        served.attendant.post(Seen(paper.encode(), "QRCode", "zxing", reads=1, showing=9))
        kept = served.until(lambda screen: len(screen.visit.basket) == 1).visit
        served.attendant.post(Seen(paper.encode(), "QRCode", "zxing", reads=2, showing=9))
        assert served.tap("?").visit == kept
    assert len(box.entries(Incoming)) == 1


def test_a_strange_code_does_not_disturb_who_keys_a_number(box: Box) -> None:
    with serving(box) as served:
        keying = served.tap("number")
        served.shows("hello")
        assert served.tap("?").visit == keying.visit
        served.shows(box.card)
        served.until(lambda screen: screen.visit.stage not in (Stage.IDLE, Stage.KEYING))


# --- what helps ---


def test_advice_stands_where_a_code_is_awaited_and_nowhere_else(box: Box) -> None:
    with serving(box) as served:
        before = served.attendant.screen().visit
        served.attendant.post(Advice(Hint.GLARE))
        assert served.until(lambda screen: screen.hint == "glare").visit == before
        served.tap("number")
        assert served.attendant.screen().hint == ""
        served.shows(box.buyers_card)
        assert served.at(Stage.BASKET).hint == "glare"
        served.attendant.post(Advice(None))
        served.until(lambda screen: screen.hint == "")


def test_a_scanner_that_is_away_for_a_moment_is_no_trouble_of_the_machine(box: Box) -> None:
    with serving(box) as served:
        served.attendant.post(Camera(CameraState.DARK, "scanner.dark"))
        served.until(lambda screen: bool(screen.problems))
        served.attendant.post(Camera(CameraState.ABSENT, "scanner.again"))
        screen = served.until(lambda screen: screen.hint == "again")
        assert screen.problems == ()
        served.attendant.post(Camera(CameraState.ABSENT, "scanner.down"))
        screen = served.until(lambda screen: screen.hint == "")
        assert screen.problems == (Sentence("problem.scanner.down"),)
        served.attendant.post(Camera(CameraState.READY))
        served.until(lambda screen: screen.problems == ())


def test_a_camera_of_which_no_trouble_is_named_is_no_trouble(box: Box) -> None:
    with serving(box) as served:
        served.attendant.post(Camera(CameraState.ABSENT))
        served.attendant.post(Advice(Hint.NEARER))
        assert served.until(lambda screen: screen.hint == "nearer").problems == ()


def test_a_finger_does_not_wait_behind_a_flood_of_codes(box: Box) -> None:
    with serving(box) as served:
        for nth in range(50 * SCANS):
            served.attendant.post(Seen(b"junk %d" % nth, "QRCode", "gun", reads=2, showing=nth))
        assert served.attendant._inbox.qsize() <= SCANS
        assert served.tap("number").visit.stage is Stage.KEYING
        served.shows(box.card)
        served.at(Stage.PRODUCT)


# --- pictures ---


class SeeingBox(Box):
    """Its camera answers a wish for a still with `still`."""

    still = b""

    @contextmanager
    def hardware(self, attendant: Attendant) -> Iterator[Hardware]:
        yield Hardware({}, self.jobs.append, still=lambda _: self.still)


def test_a_full_basket_takes_nothing_and_records_nothing(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "MOST_PAPERS", 1)
    name = PACKS.products["cowpea"].names["zh"]
    with serving(box) as served:
        screen = in_basket(box, served, *(box.paper(name, FARMER.id, number(nth)) for nth in (1, 2)))
    assert len(screen.visit.basket) == 1
    assert screen.visit.notice == Sentence("visit.papers_many", {"most": "1"})
    assert len(box.entries(Incoming)) == 1


@pytest.mark.parametrize("still", [b"\xff\xd8 a whole picture", b""])
def test_a_paper_is_kept_with_a_still_of_it(tmp_path: Path, still: bytes) -> None:
    box = SeeingBox(tmp_path)
    box.still = still
    with box.serves() as served:
        in_basket(box, served, box.paper(PACKS.products["cowpea"].names["zh"], FARMER.id, number(1)))
    (paper,) = box.entries(Incoming)
    assert isinstance(paper, Incoming)
    assert (blobs.find(box.captures, paper.picture) or b"" if paper.picture else b"") == still


# --- the number on the card ---


def test_a_number_always_asks_for_the_phone_tail(box: Box) -> None:
    """The county of this box asks for no proof of those who show a card."""
    with serving(box) as served:
        visit = keys_in(served, NUMBER).visit
        assert (visit.stage, visit.card, visit.keyed, visit.presence) == (Stage.PROVING, NUMBER, True, None)
        assert served.tap("tail", "0000").visit.stage is Stage.PROVING
        visit = served.tap("tail", TAIL).visit
        assert (visit.stage, visit.presence, visit.keyed) == (Stage.PRODUCT, Presence.TAIL, True)
        served.tap("product", "cowpea")
        served.tap("quantity", "320 jin")
        served.tap("drugs_none")
        screen = served.at(Stage.PROMISE)
        served.tap("promise", "+".join(screen.offered[0]))
        served.at(Stage.PRINTING)
    papers = [one for one in box.entries(Certificate) if isinstance(one, Certificate)]
    assert [one.presence for one in papers] == [Presence.TAIL]


def test_a_turn_that_was_set_aside_is_not_opened_by_a_number_alone(box: Box) -> None:
    with serving(box) as served:
        job = served.promises(box)
        served.attendant.post(refused(job))
        served.at(Stage.UNPRINTED)
        served.tap("park")
        served.at(Stage.IDLE)
        assert keys_in(served, NUMBER).visit.stage is Stage.PROVING
        visit = served.tap("tail", TAIL).visit
        assert (visit.stage, visit.number) == (Stage.UNPRINTED, job.number)
    with box.serves() as served:
        assert served.at(Stage.UNPRINTED).visit.number == job.number


def test_a_card_may_still_be_shown_while_a_number_is_keyed_in(box: Box) -> None:
    with serving(box) as served:
        assert served.tap("number").visit.stage is Stage.KEYING
        served.shows(box.card)
        visit = served.at(Stage.PRODUCT).visit
        assert (visit.card, visit.keyed) == ("K-1", False)


def test_a_lost_card_is_refused_by_its_number_as_by_its_code(box: Box) -> None:
    with serving(box) as served:
        visit = keys_in(served, LOST).visit
        assert (visit.stage, visit.notice) == (Stage.KEYING, Sentence("entrance.card_lost", {"card": LOST}))


@pytest.mark.parametrize("digits", [STRANGER, "12345678", "", "K-1", "9" * 5000, "\u0661" * 8])
def test_an_unknown_number_reveals_nothing_else(box: Box, digits: str) -> None:
    with serving(box) as served:
        visit = keys_in(served, digits).visit
        assert (visit.stage, visit.notice, visit.subject) == (Stage.KEYING, UNKNOWN, None)


def test_after_three_wrong_numbers_the_keypad_rests_also_for_the_next_person(box: Box) -> None:
    with serving(box) as served:
        told = [keys_in(served, STRANGER).visit.notice for _ in range(PACE.most)]
        assert told == [*[UNKNOWN] * (PACE.most - 1), RESTS]
        assert served.tap("back").visit.stage is Stage.IDLE
        assert keys_in(served, NUMBER).visit.notice == RESTS
        served.shows(box.card)
        served.at(Stage.PRODUCT)


def test_a_number_that_its_finder_knows_does_not_help_to_find_another(box: Box) -> None:
    with serving(box) as served:
        for _ in range(PACE.most - 1):
            assert keys_in(served, STRANGER).visit.notice == UNKNOWN
        assert keys_in(served, NUMBER).visit.stage is Stage.PROVING
        served.tap("abandon")
        served.tap("next")
        assert keys_in(served, STRANGER).visit.notice == RESTS


def test_who_has_proved_himself_leaves_a_fresh_keypad(box: Box) -> None:
    with serving(box) as served:
        for _ in range(PACE.most - 1):
            keys_in(served, STRANGER)
        keys_in(served, NUMBER)
        assert served.tap("tail", TAIL).visit.stage is Stage.PRODUCT
        served.tap("abandon")
        served.tap("next")
        assert keys_in(served, STRANGER).visit.notice == UNKNOWN


def test_a_number_whose_tail_was_guessed_at_lets_the_keypad_rest(box: Box) -> None:
    with serving(box) as served:
        keys_in(served, NUMBER)
        while served.attendant.screen().visit.stage is Stage.PROVING:
            served.tap("tail", "0000")
        served.tap("next")
        assert keys_in(served, NUMBER).visit.notice == RESTS


def test_the_keypad_is_awake_again_after_its_rest(box: Box) -> None:
    with serving(box):
        pass
    record = box.record()
    try:
        now = [0.0]
        keyed = Keyed(Entrance(box.county.trust, record.tables), Tries(record, lambda: now[0]))
        assert [keyed.who(STRANGER) for _ in range(PACE.most)][-1] == RESTS
        now[0] = PACE.rest / 2
        assert keyed.who(NUMBER) == RESTS
        now[0] = PACE.rest
        assert isinstance(keyed.who(NUMBER), Known)
        assert [keyed.who(STRANGER) for _ in range(PACE.most)] == [UNKNOWN, UNKNOWN, RESTS]
    finally:
        record.close()


def test_a_power_cut_on_the_keypad_keeps_nothing_but_the_keypad(box: Box) -> None:
    with serving(box) as served:
        served.tap("number")
    with box.serves() as served:
        assert served.at(Stage.KEYING).visit.subject is None
        assert served.tap("back").visit.stage is Stage.IDLE
