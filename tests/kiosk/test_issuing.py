"""From a promise to a certificate: paper, entry and code say the same, and nothing unprintable is issued."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest
import zxingcpp

from drivers.scanner.codes.decoders import read_codes
from kiosk.clock import BEIJING, ClockState, Now
from kiosk.issuing import CODES, Copy, Press, PressError
from kiosk.paper.certificate import SIZES, Size
from kiosk.rules.certify.certificate import Wording
from kiosk.rules.goods.quantity import Unit
from kiosk.rules.messages import Basis, Certificate
from kiosk.rules.ruling import Ruling, warn
from kiosk.rules.scan.numbers import parse_number
from kiosk.rules.settings import Proof
from kiosk.rules.visits import arrival, drug_turn, issue
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Visit
from kiosk.seal import open_certificate
from kiosk.words import load_words
from tests.support.bodies import COUNTY, FARMER, HOST, County
from tests.support.law import PACKS, known, law
from tests.support.presses import press_of

RULES = law(method=False, proof=Proof.NONE)
COWPEA = PACKS.products["cowpea"]
AT = datetime(2026, 11, 22, 9, 30, tzinfo=BEIJING)
COUNTY_OFFICE = County()
KEY = COUNTY_OFFICE.enrol("gasa-01").key


@pytest.fixture(scope="module")
def press() -> Press:
    wordings = {wording.id: wording for wording in PACKS.wordings}
    return Press(COUNTY, HOST, KEY, load_words("zh"), wordings, press_of(), read_codes)


def promised(press: Press, name: str = FARMER.name) -> Visit:
    subject = replace(FARMER, name=name)
    visit = arrival.card_shown(Visit("v1"), RULES, subject, "K1", first_use=True)
    visit = turn.quantity_given(turn.product_chosen(visit, COWPEA), RULES, "320", Unit.JIN)
    visit = drug_turn.drugs_told(visit, RULES, COWPEA, used=False)
    return issue.promised(visit, RULES, known(visit, RULES, COWPEA), (Basis.CONTROL,), press.number())


def test_paper_entry_and_code_say_the_same(press: Press) -> None:
    visit = promised(press)
    made = press.issue(visit, known(visit, RULES, COWPEA), RULES, Now(AT, ClockState.NTP))
    (seen,) = zxingcpp.read_barcodes(made.raster)
    code, grant = open_certificate(bytes.fromhex(made.certificate.code), COUNTY_OFFICE.trust)
    assert seen.text.startswith(f"HTTPS://{HOST.upper()}/C/")
    assert (code.number, grant.name) == (made.certificate.number, "gasa-01")
    assert parse_number(code.number) == code.number
    assert (str(code.quantity), code.unit, made.certificate.quantity_typed) == ("160", "kg", "320 jin")
    assert made.certificate.text.startswith(code.text)
    assert code.date == AT.date()


@pytest.mark.parametrize(
    ("state", "taller"), [(ClockState.NTP, False), (ClockState.UNKNOWN, True), (ClockState.FLOOR, True)]
)
def test_a_clock_that_nobody_vouches_for_is_said_on_the_paper(press: Press, state: ClockState, taller: bool) -> None:
    visit = promised(press)
    sure = press.issue(visit, known(visit, RULES, COWPEA), RULES, Now(AT, ClockState.COUNTY))
    made = press.issue(visit, known(visit, RULES, COWPEA), RULES, Now(AT, state))
    assert made.certificate.clock_trusted is not taller
    assert (made.raster.height > sure.raster.height) is taller


@pytest.mark.parametrize(
    ("remark", "said"),
    [
        (warn("certificate/list_old", "certificate.list_old", as_of="2026-03-01"), "2026-03-01"),
        (warn("certificate/list_old", "certificate.list_never"), load_words("zh").say("paper.list_never")),
    ],
)
def test_an_old_list_is_said_on_the_paper_and_on_every_copy(press: Press, remark: Ruling, said: str) -> None:
    visit = promised(press)
    heard = replace(known(visit, RULES, COWPEA), remarks=(remark,))
    made = press.issue(visit, heard, RULES, Now(AT, ClockState.NTP))
    plain = press.issue(visit, known(visit, RULES, COWPEA), RULES, Now(AT, ClockState.NTP))
    assert [finding.reason for finding in made.certificate.findings] == [remark.say.key]
    assert made.raster.height > plain.raster.height
    assert press.again(made.certificate, Copy(), COWPEA).raster.tobytes() == made.raster.tobytes()
    assert any(said in note for note in press._notes(made.certificate))


def test_another_copy_is_the_same_certificate_word_for_word_and_marked(press: Press) -> None:
    made = press.issue(promised(press), known(promised(press), RULES, COWPEA), RULES, Now(AT, ClockState.NTP))
    again = press.again(made.certificate, Copy(2), COWPEA)
    assert again.certificate == made.certificate
    assert again.raster.height > made.raster.height
    assert press.again(made.certificate, Copy(), COWPEA).raster.tobytes() == made.raster.tobytes()
    assert press.job(again).job_id != press.job(made).job_id


def test_a_name_that_no_font_has_is_refused_before_anything_is_recorded(press: Press) -> None:
    visit = promised(press, "李\U000e0100")
    with pytest.raises(PressError) as refused:
        press.issue(visit, known(visit, RULES, COWPEA), RULES, Now(AT, ClockState.NTP))
    assert refused.value.sentence.key == "problem.paper.glyph"


def labelling(size: Size) -> Press:
    """With a label printer."""
    wordings = {wording.id: wording for wording in PACKS.wordings}
    return Press(COUNTY, HOST, KEY, load_words("zh"), wordings, press_of(), read_codes, press_of(size))


def test_every_form_is_rehearsed_on_every_paper_that_has_room_for_it(press: Press) -> None:
    forms = sum(len(wording.styles) for wording in PACKS.wordings)
    usual = forms * len(CODES)
    assert [raster.width for raster in press.rehearse()] == [576] * usual
    assert len(list(labelling("100x70").rehearse())) == 2 * usual
    assert usual < len(list(labelling("60x40").rehearse())) <= usual + forms  # a short link is always as long


def boxes(press: Press) -> Visit:
    visit = arrival.card_shown(Visit("v1"), RULES, FARMER, "K1", first_use=True)
    visit = turn.quantity_given(turn.product_chosen(visit, COWPEA), RULES, "20", Unit.BOX, "5")
    visit = issue.split(drug_turn.drugs_told(visit, RULES, COWPEA, used=False), 20)
    return issue.promised(visit, RULES, known(visit, RULES, COWPEA), (Basis.CONTROL,), press.number())


def test_each_part_is_the_same_certificate_on_its_own_paper(press: Press) -> None:
    rules = law(method=False, proof=Proof.NONE, parts=("goods", "stub"))
    visit = promised(press)
    goods = replace(visit, part="goods", waiting=("stub",))
    made = press.issue(goods, known(visit, rules, COWPEA), rules, Now(AT, ClockState.NTP))
    stub = press.again(made.certificate, Copy(1, "stub"), COWPEA)
    assert made.certificate.parts == ("goods", "stub")
    assert stub.certificate == made.certificate
    assert stub.raster.tobytes() != made.raster.tobytes()
    jobs = [press.job(made), press.job(stub), press.job(press.again(made.certificate, Copy(2, "stub"), COWPEA))]
    assert [(job.part, job.copy) for job in jobs] == [("goods", 1), ("stub", 1), ("stub", 2)]
    assert len({job.job_id for job in jobs}) == 3


def test_a_box_for_a_signature_stands_where_the_county_wants_one_and_changes_no_word(press: Press) -> None:
    visit = promised(press)
    boxed = law(method=False, proof=Proof.NONE, signature_box=True)
    plain = press.issue(visit, known(visit, RULES, COWPEA), RULES, Now(AT, ClockState.NTP))
    made = press.issue(visit, known(visit, boxed, COWPEA), boxed, Now(AT, ClockState.NTP))
    assert made.certificate == plain.certificate
    assert made.raster.height > plain.raster.height


def test_one_paper_of_many_is_counted_on_it(press: Press) -> None:
    visit = replace(promised(press), papers=200, nth=37)
    made = press.issue(visit, known(visit, RULES, COWPEA), RULES, Now(AT, ClockState.NTP)).certificate
    assert (made.nth, made.of) == (37, 200)
    alone = press.again(replace(made, nth=0, of=0), Copy(), COWPEA)
    assert press.again(made, Copy(), COWPEA).raster.tobytes() != alone.raster.tobytes()


@pytest.mark.parametrize("size", ["75x65", "100x70", "60x40", "50x30"])
def test_the_paper_of_one_box_is_a_label_where_there_is_a_label_printer(press: Press, size: Size) -> None:
    labels = labelling(size)
    visit = boxes(labels)
    made = labels.issue(visit, known(visit, RULES, COWPEA), RULES, Now(AT, ClockState.NTP))
    assert (made.certificate.quantity_typed, str(made.certificate.quantity)) == ("1 box x 5", "5")
    assert labels.job(made).label
    (seen,) = zxingcpp.read_barcodes(made.raster)
    short = f"HTTPS://{HOST.upper()}/N/{made.certificate.number}"
    assert (seen.text == short) is press_of(size).online_only
    whole = labels.issue(promised(labels), known(promised(labels), RULES, COWPEA), RULES, Now(AT, ClockState.NTP))
    assert not labels.job(whole).label
    assert not press.job(press.again(made.certificate, Copy(), COWPEA)).label


# --- what changed between the issue and a copy of it ---


def issued(press: Press) -> Certificate:
    visit = promised(press)
    return press.issue(visit, known(visit, RULES, COWPEA), RULES, Now(AT, ClockState.NTP)).certificate


def with_wordings(wordings: Mapping[str, Wording], size: Size = "80mm") -> Press:
    return Press(COUNTY, HOST, KEY, load_words("zh"), wordings, press_of(size), read_codes)


def test_a_copy_in_other_words_is_refused(press: Press) -> None:
    """The code binds the words, and a pack of the same name may say others by now."""
    made = issued(press)
    changed = {}
    for wording in PACKS.wordings:
        styles = {nth: replace(style, promise=(*style.promise, "X")) for nth, style in wording.styles.items()}
        changed[wording.id] = replace(wording, styles=styles)
    for again, product in (
        (with_wordings(changed), COWPEA),
        (press, replace(COWPEA, names={**COWPEA.names, "zh": "X"})),
    ):
        with pytest.raises(PressError) as refused:
            again.again(made, Copy(2), product)
        assert refused.value.sentence.key == "problem.paper.other_words"
    with pytest.raises(PressError) as refused:
        with_wordings({}).again(made, Copy(2), COWPEA)
    assert refused.value.sentence.key == "problem.rules.no_wording"


@pytest.mark.parametrize("size", SIZES)
def test_a_copy_on_another_paper_is_the_same_certificate(press: Press, size: Size) -> None:
    made = issued(press)
    other = with_wordings({wording.id: wording for wording in PACKS.wordings}, size)
    copy = other.again(made, Copy(2, boxed=press_of(size).online_only), COWPEA)
    assert copy.certificate == made
    (seen,) = zxingcpp.read_barcodes(copy.raster)
    name = made.number if press_of(size).online_only else "/C/"
    assert name in seen.text


def test_a_paper_without_room_for_a_signature_is_printed_without_it(press: Press) -> None:
    labels, boxed = labelling("50x30"), law(method=False, proof=Proof.NONE, signature_box=True)
    visit = boxes(labels)
    made = labels.issue(visit, known(visit, boxed, COWPEA), boxed, Now(AT, ClockState.NTP))
    assert labels.job(made).label
