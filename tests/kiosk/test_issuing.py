"""From a promise to a certificate: paper, entry and code say the same, and nothing unprintable is issued."""

from dataclasses import replace
from datetime import datetime

import pytest
import zxingcpp

from drivers.scanner.codes.decoders import read_codes
from kiosk.clock import BEIJING, ClockState, Now
from kiosk.issuing import Press, PressError
from kiosk.paper.certificate import load_press
from kiosk.rules.goods.quantity import Unit
from kiosk.rules.messages import Basis
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

RULES = law(method=False, proof=Proof.NONE)
COWPEA = PACKS.products["cowpea"]
AT = datetime(2026, 11, 22, 9, 30, tzinfo=BEIJING)
COUNTY_OFFICE = County()
KEY = COUNTY_OFFICE.enrol("gasa-01").key


@pytest.fixture(scope="module")
def press() -> Press:
    wordings = {wording.id: wording for wording in PACKS.wordings}
    return Press(COUNTY, HOST, KEY, load_words("zh"), wordings, load_press(), read_codes)


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
    assert press.again(made.certificate, 1, COWPEA).raster.tobytes() == made.raster.tobytes()
    assert any(said in note for note in press._notes(made.certificate))


def test_another_copy_is_the_same_certificate_word_for_word_and_marked(press: Press) -> None:
    made = press.issue(promised(press), known(promised(press), RULES, COWPEA), RULES, Now(AT, ClockState.NTP))
    again = press.again(made.certificate, 2, COWPEA)
    assert again.certificate == made.certificate
    assert again.raster.height > made.raster.height
    assert press.again(made.certificate, 1, COWPEA).raster.tobytes() == made.raster.tobytes()
    assert press.job(again).job_id != press.job(made).job_id


def test_a_name_that_no_font_has_is_refused_before_anything_is_recorded(press: Press) -> None:
    visit = promised(press, "李\U000e0100")
    with pytest.raises(PressError) as refused:
        press.issue(visit, known(visit, RULES, COWPEA), RULES, Now(AT, ClockState.NTP))
    assert refused.value.sentence.key == "problem.paper.glyph"
