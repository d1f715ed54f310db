"""Every stage in every language, from the real words: complete, without script or style of its own."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from importlib import resources
from string import Formatter

import pytest

from kiosk.clock import ClockState, Now
from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.messages import Outcome, PrintOutcome, Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import issue
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import LastTime, Stage, Turn
from kiosk.screen import DeviceState, Link, Screen
from kiosk.words import LANGUAGES, load_words
from tests.support.law import law
from tests.ui.station.conftest import Served
from tests.ui.station.scripted import AT, IDENTITY, NUMBER, NUMBER_SHOWN, Scripted, note
from ui.station.view import SLOTS, View

Journey = Callable[[Scripted, Subject], None]
ASKING = (Stage.QUANTITY, Stage.DRUGS, Stage.PROMISE)  # their title is what is asked


def tap(attendant: Scripted, action: str, value: str = "") -> None:
    visit = attendant.screen().visit
    attendant.act(action, value, visit.id, visit.stage)


def to_quantity(attendant: Scripted, farmer: Subject) -> None:
    attendant.show_card(farmer)
    tap(attendant, "product", "tomato")


def to_choice(attendant: Scripted, farmer: Subject) -> None:
    to_quantity(attendant, farmer)
    tap(attendant, "quantity", "320 jin")
    tap(attendant, "drugs_none")


def to_drugs(attendant: Scripted, farmer: Subject) -> None:
    to_quantity(attendant, farmer)
    tap(attendant, "quantity", "320 jin")


def to_basket(attendant: Scripted, farmer: Subject) -> None:
    attendant.show_card(replace(farmer, kind="buyer"))


def to_continuing(attendant: Scripted, farmer: Subject) -> None:
    to_promise(attendant, farmer)
    tap(attendant, "split", "2")
    tap(attendant, "promise", "control")
    attendant.end_print(PrintOutcome.PRINTED)


def to_voiding(attendant: Scripted, farmer: Subject) -> None:
    ended(PrintOutcome.PRINTED)(attendant, farmer)
    tap(attendant, "wrong")


def to_testing(attendant: Scripted, farmer: Subject) -> None:
    to_choice(attendant, farmer)
    tap(attendant, "test")


def to_retesting(attendant: Scripted, farmer: Subject) -> None:
    to_testing(attendant, farmer)
    attendant.finish_run(note(7, Outcome.POSITIVE, "68.4"))


def to_stopped(attendant: Scripted, farmer: Subject) -> None:
    to_retesting(attendant, farmer)
    tap(attendant, "retest")
    attendant.finish_run(note(8, Outcome.POSITIVE, "66.0", 7), note(9, Outcome.POSITIVE, "70.1", 7))


def to_result(attendant: Scripted, farmer: Subject) -> None:
    to_testing(attendant, farmer)
    attendant.finish_run(note(7, Outcome.NEGATIVE, "12.3"))


def to_promise(attendant: Scripted, farmer: Subject) -> None:
    to_result(attendant, farmer)
    tap(attendant, "result_read")


def to_printing(attendant: Scripted, farmer: Subject) -> None:
    to_promise(attendant, farmer)
    tap(attendant, "promise", "control+self_test")


def ended(outcome: PrintOutcome) -> Journey:
    def journey(attendant: Scripted, farmer: Subject) -> None:
        to_printing(attendant, farmer)
        attendant.end_print(outcome)

    return journey


def to_abandoned(attendant: Scripted, farmer: Subject) -> None:
    attendant.show_card(farmer)
    tap(attendant, "abandon")


JOURNEYS: dict[Stage, Journey] = {
    Stage.IDLE: lambda attendant, farmer: None,
    Stage.KEYING: lambda attendant, farmer: tap(attendant, "number"),
    Stage.PROVING: lambda attendant, farmer: attendant.show_card(farmer, first_use=True),
    Stage.PRODUCT: lambda attendant, farmer: attendant.show_card(farmer),
    Stage.BASKET: to_basket,
    Stage.QUANTITY: to_quantity,
    Stage.DRUGS: to_drugs,
    Stage.CONTINUING: to_continuing,
    Stage.VOIDING: to_voiding,
    Stage.TEST_CHOICE: to_choice,
    Stage.TESTING: to_testing,
    Stage.RETESTING: to_retesting,
    Stage.RESULT: to_result,
    Stage.PROMISE: to_promise,
    Stage.PRINTING: to_printing,
    Stage.UNPRINTED: ended(PrintOutcome.FAILED),
    Stage.UNSURE: ended(PrintOutcome.UNKNOWN),
    Stage.DONE: ended(PrintOutcome.PRINTED),
    Stage.STOPPED: to_stopped,
    Stage.ABANDONED: to_abandoned,
}


def page(served: Served, language: str = "zh", route: str = "/") -> str:
    with served.browser() as browser:
        browser.cookies.set("language", language, domain="127.0.0.1")
        answer = browser.get(route)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", JOURNEYS)
def test_every_stage_is_drawn(served: Served, farmer: Subject, stage: Stage, language: str) -> None:
    JOURNEYS[stage](served.attendant, farmer)
    html = page(served, language)
    assert served.attendant.screen().visit.stage is stage
    assert f'data-stage="{stage}"' in html
    assert load_words(language).say(f"visit.stage.{stage}") in html or stage in ASKING
    assert load_words(language).say("screen.unsaid", code="") not in html
    assert " style=" not in html
    assert re.findall(r"<script(?![^>]* src=)", html) == []
    assert re.findall(r"\son\w+=", html) == []


def test_the_words_are_complete_in_both_languages() -> None:
    read = {}
    for language in LANGUAGES:
        pack = resources.files("kiosk") / "packs" / "words" / language / "station.toml"
        read[language] = blanks(tomllib.loads(pack.read_text(encoding="utf-8")))
    assert read["zh"] == read["en"]


def blanks(table: dict[str, object], prefix: str = "") -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= blanks(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = {blank for _, blank, _, _ in Formatter().parse(str(value)) if blank}
    return found


def test_a_name_cannot_become_markup(served: Served, farmer: Subject) -> None:
    served.attendant.show_card(replace(farmer, name="<script>alert(1)</script>"))
    assert "<script>alert" not in page(served)


def test_idle_says_what_the_scanner_saw_and_which_device_is_in_trouble(served: Served) -> None:
    words = load_words("zh")
    served.attendant.move(lambda visit: turn.noticed(visit, Sentence("code.id_number")))
    served.attendant.show(devices=(DeviceState("printer", Sentence("problem.of.tomorrow")),))
    html = page(served)
    assert words.say("code.id_number") in html
    assert words.say("screen.unsaid", code="problem.of.tomorrow") in html
    assert words.say("screen.strip.trouble", count=1) in html


@pytest.mark.parametrize(
    ("who", "address", "told"),
    [(Turn.PRODUCER, "/", False), (Turn.CLERK, "/", False), (Turn.STAFF, "/", True), (Turn.PRODUCER, "/devices", True)],
)
def test_what_is_not_confirmed_is_told_to_staff_and_frightens_nobody_else(
    who: Turn, address: str, told: bool, served: Served
) -> None:
    words = load_words("zh").say("screen.strip.unconfirmed", count=1)
    served.attendant.move(lambda visit: replace(visit, turn=who))
    served.attendant.show(unconfirmed=("certificate/2026-02-01",))
    with served.browser() as browser:
        assert (words in browser.get(address).text) is told


def test_the_result_names_number_limit_scope_and_doubts(served: Served, farmer: Subject) -> None:
    words = load_words("zh")
    to_result(served.attendant, farmer)
    served.attendant.show(
        devices=(DeviceState("tl310", None, IDENTITY),), unconfirmed=("methods/gbt-5009-199-2003/blank_min",)
    )
    html = page(served)
    assert words.say("verdict.negative", value="12.3", limit="50", unit="%") in html
    assert words.say("verdict.drug.organophosphate") in html
    assert words.say("verdict.screening_only") in html
    assert words.say("screen.unconfirmed") in html
    assert words.say("screen.provisional") in html


def test_an_invalid_test_is_never_called_good(served: Served, farmer: Subject) -> None:
    words = load_words("zh")
    to_testing(served.attendant, farmer)
    served.attendant.finish_run(note(7, Outcome.INVALID, ""))
    html = page(served)
    assert words.say("screen.result.invalid") in html
    assert words.say("screen.result.negative") not in html
    assert 'data-action="test_again"' in html


def test_the_promise_shows_the_legal_words_and_every_basis(served: Served, farmer: Subject) -> None:
    to_promise(served.attendant, farmer)
    wording = served.attendant.rules.wording
    assert wording is not None
    html = page(served, "en")
    for line in wording.styles[1].promise:
        assert line in html
    assert re.findall(r'name="value" value="(control[^"]*)"', html) == ["control", "control+self_test"]


def test_the_end_shows_the_number(served: Served, farmer: Subject) -> None:
    ended(PrintOutcome.PRINTED)(served.attendant, farmer)
    assert NUMBER_SHOWN in page(served)


@pytest.mark.parametrize("outcome", list(PrintOutcome))
def test_a_number_is_always_shown_in_groups(outcome: PrintOutcome, served: Served, farmer: Subject) -> None:
    ended(outcome)(served.attendant, farmer)
    assert NUMBER not in page(served)


def test_the_person_who_waits_for_a_test_is_told_of_a_silent_analyzer(served: Served, farmer: Subject) -> None:
    to_testing(served.attendant, farmer)
    silent = DeviceState("tl310", Sentence("problem.analyzer.silent", {"model": "TL-310"}))
    served.attendant.show(devices=(silent, DeviceState("printer", Sentence("problem.printer.offline"))))
    html = page(served)
    assert load_words("zh").say("problem.analyzer.silent", model="TL-310") in html
    assert load_words("zh").say("problem.printer.offline") not in html


def test_a_halted_station_serves_nothing_but_its_code(served: Served) -> None:
    served.attendant.show(halted=Sentence("problem.record.refused"))
    html = page(served)
    assert "record.refused 0318-0941" in html
    assert "data-action" not in html


def test_the_strip_tells_clock_and_queue(served: Served) -> None:
    words = load_words("zh")
    assert words.say("screen.strip.sent") in page(served)
    served.attendant.show(link=Link(40, 12, ""), now=Now(AT, ClockState.UNKNOWN))
    html = page(served)
    assert words.say("screen.strip.waiting", count=28) in html
    assert words.say("screen.strip.clock_wrong") in html


def test_devices_show_identity_and_readings(served: Served) -> None:
    words = load_words("zh")
    served.attendant.show(devices=(DeviceState("camera", None), DeviceState("tl310", None, IDENTITY)))
    with served.browser() as browser:
        html = browser.post("/act", data=tapped(served, "read", "tl310") | {"page": "devices"}).text
    assert "TL-310" in html
    assert words.say("screen.tech.documented") in html
    assert "0.449 AU" in html
    assert "7e 0a 00" in html


def test_many_products_come_in_leaves_and_his_own_first(farmer: Subject) -> None:
    attendant = Scripted()
    attendant.show_card(farmer, last=LastTime("ginger", Quantity(Decimal(20), Unit.KG)))
    tomato = attendant.products["tomato"]
    others = tuple(replace(tomato, id=f"other-{number}") for number in range(40))
    attendant.show(products=(*attendant.screen().products, *others))
    seen: list[str] = []
    leaf: int | None = 0
    for _ in range(9):
        tiles = view(attendant.screen(), leaf).tiles
        assert len(tiles.shown) < SLOTS - 1
        seen += [tile.product for tile in tiles.shown]
        leaf = tiles.more
        if leaf == 0:
            break
    assert seen[:2] == ["cowpea", "tomato"]
    assert sorted(seen) == sorted(product.id for product in attendant.screen().products)


def view(screen: Screen, leaf: int | None) -> View:
    return View(screen, load_words("zh"), (), None, leaf or 0)


def tapped(served: Served, action: str, value: str = "") -> dict[str, str]:
    visit = served.attendant.screen().visit
    return {"action": action, "value": value, "visit": visit.id, "place": visit.stage}


def to_boxes(attendant: Scripted, farmer: Subject) -> None:
    attendant.rules = law(AT, parts=("goods", "stub"))
    to_quantity(attendant, farmer)
    tap(attendant, "quantity", "200 box x 5")
    tap(attendant, "tail", "4321")
    tap(attendant, "drugs_none")
    tap(attendant, "no_test")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_box_each_is_offered_and_the_screen_counts_them(served: Served, farmer: Subject, language: str) -> None:
    attendant, say = served.attendant, load_words(language).say
    to_boxes(attendant, farmer)
    assert say("screen.promise.boxes") in page(served, language)
    tap(attendant, "split", "200")
    assert say("screen.promise.boxes") not in page(served, language)
    tap(attendant, "promise", "control")
    attendant.move(lambda visit: replace(visit, nth=37))
    here = f"{say('paper.count', nth=37, of=200)} · {say('papers.part.goods')}"
    assert here in page(served, language)
    assert 'max="200" value="36"' in page(served, language)
    for outcome, action in ((PrintOutcome.UNKNOWN, "paper_spoiled"), (PrintOutcome.FAILED, "print_again")):
        attendant.end_print(outcome)
        assert here in page(served, language)
        assert 'data-action="enough"' in page(served, language)
        tap(attendant, action)
    attendant.end_print(PrintOutcome.PRINTED)
    assert say("screen.continuing.part", part=say("papers.part.stub")) in page(served, language)
    attendant.move(issue.part_begun)
    tap(attendant, "enough")
    assert 'data-action="enough"' not in page(served, language)
    attendant.end_print(PrintOutcome.PRINTED)
    attendant.show(parts=("goods", "stub"))
    html = page(served, language)
    assert say("screen.done.stopped", nth=37, of=200) in html
    assert all(say("screen.done.spoiled_part", part=say(f"papers.part.{part}")) in html for part in ("goods", "stub"))


def test_kilograms_of_a_box_go_with_a_box_and_with_nothing_else(served: Served, farmer: Subject) -> None:
    to_quantity(served.attendant, farmer)
    with served.browser() as browser:
        visit = served.attendant.screen().visit
        form = {"action": "quantity", "visit": visit.id, "place": visit.stage, "amount": "20", "each": "2.5"}
        browser.post("/act", data={**form, "unit": "box"})
    quantity = served.attendant.screen().visit.quantity
    assert quantity == Quantity(Decimal(20), Unit.BOX, Decimal("2.5"))
    to_another = served.attendant
    to_another.begin_anew()
    to_quantity(to_another, farmer)
    with served.browser() as browser:
        visit = to_another.screen().visit
        browser.post("/act", data={**form, "visit": visit.id, "unit": "kg"})
    assert to_another.screen().visit.quantity == Quantity(Decimal(20), Unit.KG)
