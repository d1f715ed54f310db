"""What goes wrong in front of the box: a sentence with what to do, an entry where it matters, never a traceback.

One bench serves all cases; every case leaves it idle and whole.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from importlib import resources

import pytest

from kiosk.rules import messages
from kiosk.rules.messages import Certificate, Incident, Print, PrintOutcome, Reprint
from kiosk.rules.visits.turn import Stage
from kiosk.words import load_words
from tests.support.stage import bench, card, entries
from tests.support.waiting import came, wait_for
from ui.demo.bench import PROGRAMS, Bench, number_of
from ui.demo.hand import Hand, Page
from ui.demo.turn import PRINT, RUN, SOON, name_lot, show_card

WORDS = load_words("zh")


@pytest.fixture(scope="module")
def stage() -> Iterator[Bench]:
    with bench() as made:
        for name in PROGRAMS:
            made.start(name)
        made.await_entry(lambda entry: isinstance(entry, messages.OrderDone))
        yield made


@pytest.fixture
def hand(stage: Bench) -> Iterator[Hand]:
    hand = Hand(stage.station_url, stage.token)
    hand.until((Stage.IDLE,), SOON)
    yield hand
    page = hand.page()
    assert "Traceback" not in page.html
    if page.stage in (Stage.DONE, Stage.STOPPED, Stage.ABANDONED):
        hand.tap("next")
    hand.until((Stage.IDLE,), SOON)


def until(look: Callable[[], Page], holds: Callable[[Page], bool], within: float = 30.0) -> Page:
    page = look()

    def held() -> bool:
        nonlocal page
        page = look()
        return holds(page)

    assert came(held, within, again=0.1), page.html
    return page


def says(page: Page, key: str) -> bool:
    """The page shows this sentence, whatever fills its blanks."""
    sentence = re.escape(WORDS.say(key, **Blanks()))
    return re.search(sentence.replace("BLANK", ".*"), page.html) is not None


class Blanks(dict[str, str]):
    """Fills every blank of a sentence."""

    def keys(self) -> "Blanks":  # type: ignore[override]
        return self

    def __iter__(self) -> Iterator[str]:
        return iter(("port", "model", "name", "field", "value", "excerpt", "code", "card", "kind", "number"))

    def __getitem__(self, name: str) -> str:
        return "BLANK"


def to_testing(stage: Bench, hand: Hand, who: int = 0) -> None:
    show_card(stage, hand, card(stage, who))
    name_lot(hand, stage.people[who])
    hand.until((Stage.TEST_CHOICE,), SOON)


def to_promise(stage: Bench, hand: Hand, who: int = 0) -> None:
    to_testing(stage, hand, who)
    hand.tap("no_test")
    hand.until((Stage.PROMISE,), SOON)


@pytest.mark.parametrize(
    ("fault", "problem"), [("silent", "problem.analyzer.silent"), ("bad-crc", "problem.analyzer.checksum")]
)
def test_an_analyzer_that_fails_in_a_run_is_named_and_the_run_goes_on_when_it_is_back(
    stage: Bench, hand: Hand, fault: str, problem: str
) -> None:
    to_testing(stage, hand)
    stage.residue.fault = fault
    hand.tap("test")
    until(hand.page, lambda page: says(page, problem))
    assert any(isinstance(entry, Incident) for entry in entries(stage, Incident))
    stage.residue.fault = None
    hand.until((Stage.RESULT,), RUN)
    hand.tap("abandon")


def test_an_unplugged_analyzer_is_named_and_found_again(stage: Bench, hand: Hand) -> None:
    to_testing(stage, hand)
    stage.plugs["residue"].unplug()
    hand.tap("test")
    until(hand.page, lambda page: says(page, "problem.link.lost") or says(page, "problem.link.absent"))
    stage.plugs["residue"].replug()
    hand.until((Stage.RESULT,), RUN)
    hand.tap("abandon")


def test_no_paper_records_the_certificate_and_prints_it_when_paper_is_there(stage: Bench, hand: Hand) -> None:
    before = len(stage.printer.papers)
    to_promise(stage, hand)
    stage.printer.fault = "paper-out"
    page = hand.tap("promise", value="control")
    page = hand.until((Stage.UNPRINTED,), PRINT)
    assert says(page, "problem.printer.paper_out")
    stage.printer.load_paper()
    until(lambda: hand.tap("print_again"), lambda page: page.stage in (Stage.DONE, Stage.PRINTING), PRINT)
    hand.until((Stage.DONE,), PRINT)
    assert len(stage.printer.papers) == before + 1
    certificate = entries(stage, Certificate)[-1]
    assert isinstance(certificate, Certificate)
    ends = [end for end in entries(stage, Print) if isinstance(end, Print) and end.number == certificate.number]
    assert (ends[0].outcome, ends[-1].outcome) == (PrintOutcome.FAILED, PrintOutcome.PRINTED)


def test_paper_that_ends_in_the_middle_is_reprinted_under_the_same_number(stage: Bench, hand: Hand) -> None:
    to_promise(stage, hand)
    certificates = len(entries(stage, Certificate))
    stage.printer.rows_left, stage.printer.fault = 200, "paper-out-mid"
    hand.tap("promise", value="control")
    hand.until((Stage.UNSURE,), PRINT)
    stage.printer.load_paper()
    until(lambda: hand.tap("paper_spoiled"), lambda page: page.stage in (Stage.DONE, Stage.PRINTING), PRINT)
    page = hand.until((Stage.DONE, Stage.UNPRINTED), PRINT)
    while page.stage is Stage.UNPRINTED:  # the printer line is still opening the printer again
        hand.tap("print_again")
        page = hand.until((Stage.DONE, Stage.UNPRINTED), PRINT)
    assert len(entries(stage, Certificate)) == certificates + 1
    reprint = entries(stage, Reprint)[-1]
    assert isinstance(reprint, Reprint)
    assert reprint.copy == 2


def test_a_printer_that_never_says_done_leaves_the_answer_to_the_person(stage: Bench, hand: Hand) -> None:
    to_promise(stage, hand)
    stage.printer.fault = "no-completion"
    hand.tap("promise", value="control")
    hand.until((Stage.UNSURE,), PRINT)
    stage.printer.fault = ""
    hand.tap("paper_whole")
    hand.until((Stage.DONE,), SOON)
    end = entries(stage, Print)[-1]
    assert isinstance(end, Print)
    assert end.outcome is PrintOutcome.CONFIRMED


def test_a_missing_camera_is_named_on_the_idle_screen(stage: Bench, hand: Hand) -> None:
    away = stage.camera.with_name("camera-away")
    stage.camera.rename(away)
    until(hand.page, lambda page: says(page, "problem.scanner.absent"))
    away.rename(stage.camera)
    until(hand.page, lambda page: not says(page, "problem.scanner.absent"))


def test_a_stopped_scanner_program_is_named_and_heard_again(stage: Bench, hand: Hand) -> None:
    stage.programs.kill("scanner")
    asked = until(hand.page, lambda page: says(page, "screen.hint.again"))
    assert not says(asked, "problem.scanner.down")
    assert "trouble" not in asked.html
    until(hand.page, lambda page: says(page, "problem.scanner.down"))
    stage.start("scanner")
    until(hand.page, lambda page: not says(page, "problem.scanner.down"))


def test_without_a_card_its_number_and_the_phone_tail_serve(stage: Bench, hand: Hand) -> None:
    person = stage.people[0]
    hand.tap("number")
    hand.until((Stage.KEYING,), SOON)
    hand.tap("card", value="00000000")
    assert says(hand.page(), "entrance.number_unknown")
    hand.tap("card", value=number_of(person))
    hand.until((Stage.PROVING,), SOON)
    assert person.name not in hand.page().html
    hand.tap("tail", value=person.contact[-4:])
    hand.until((Stage.PRODUCT,), SOON)
    hand.tap("abandon")
    hand.until((Stage.ABANDONED,), SOON)


def test_a_code_that_is_not_ours_is_named_politely(stage: Bench, hand: Hand) -> None:
    """The picture comes with pyzbar; nobody here made it."""
    with resources.as_file(resources.files("pyzbar") / "tests" / "qrcode.png") as picture:
        stage.hold_up(picture)
        until(hand.page, lambda page: says(page, "code.unknown"))
    stage.take_away()
    assert hand.page().stage is Stage.IDLE


def test_without_a_broker_the_farmer_gets_the_paper_and_the_entries_arrive_later(stage: Bench, hand: Hand) -> None:
    stage.programs.stop("broker")
    to_promise(stage, hand, who=1)
    hand.tap("promise", value="control")
    hand.until((Stage.DONE,), PRINT)
    stage.start("broker")
    up = stage.box / "up" / "through"
    until(
        hand.page,
        lambda _: _receipted(stage) == int(up.read_text()),
        60.0,
    )


def test_the_uplink_drains_with_the_station_stopped(stage: Bench, hand: Hand) -> None:
    stage.programs.stop("uplink")
    to_promise(stage, hand)
    hand.tap("promise", value="control")
    hand.until((Stage.DONE,), PRINT)
    stage.programs.stop("station")
    stage.start("uplink")
    through = int((stage.box / "up" / "through").read_text())
    wait_for(lambda: _receipted(stage) >= through, "the county has receipted all", 60)
    stage.start("station")
    Hand(stage.station_url, stage.token).until((Stage.IDLE,), SOON)


def test_a_station_that_lost_its_record_shows_a_safe_screen_and_issues_nothing(stage: Bench, hand: Hand) -> None:
    stage.programs.stop("station")
    (segment, *_) = sorted((stage.box / "up").glob("*.seg"))
    kept = stage.box / "up.kept"
    shutil.copytree(stage.box / "up", kept)
    spoiled = bytearray(segment.read_bytes())
    spoiled[200] ^= 1
    segment.write_bytes(spoiled)
    stage.start("station")
    page = Hand(stage.station_url, stage.token)._ask("/")
    assert WORDS.say("problem.record.damaged") in page
    stage.programs.stop("station")
    assert segment.read_bytes() == spoiled
    shutil.rmtree(stage.box / "up")
    kept.rename(stage.box / "up")
    stage.start("station")


def _receipted(stage: Bench) -> int:
    from kiosk.checkpoint import open_receipt
    from kiosk.log import Tail
    from kiosk.trust import read_trust

    tail = Tail(stage.box / "down" / "receipts")
    newest = tail.after(max(0, tail.through - 1), 1)
    trust = read_trust(stage.county / "trust.json")
    return open_receipt(newest[0][1].decode(), trust).checkpoint.size if newest else 0
