"""The calibration sheet: what a certificate says, of an analyzer that answers."""

from datetime import timedelta

import pytest

from kiosk.rules.messages import Control
from kiosk.rules.sheets import calibration
from kiosk.rules.sheets.sheet import Unfit
from tests.support.bodies import START
from tests.support.books import TECHNICIAN, facts, filled, questions
from tests.support.quality import DEVICE

TODAY = START.date()
PICTURE = "ab" * 32
KNOWN = facts(staff=TECHNICIAN, devices={"residue": DEVICE})


def test_a_certificate_is_a_control_of_its_analyzer() -> None:
    draft = filled(calibration.SHEET, KNOWN, "YX-2026-0117", "2026-02-20", PICTURE, about="residue")
    done = calibration.made(draft, KNOWN)
    (entry,) = done.entries
    assert isinstance(entry, Control)
    assert (entry.what, entry.device, entry.passed, entry.capture) == ("calibration", DEVICE, True, PICTURE)
    assert (entry.certificate, entry.certified_on) == ("YX-2026-0117", "2026-02-20")
    assert done.said is not None
    assert done.said.facts == {"part": "residue", "day": "2026-02-20"}


def test_without_a_name_it_is_asked_among_those_that_answer() -> None:
    draft = filled(calibration.SHEET, KNOWN, "residue", "1", "2026-02-20", PICTURE)
    assert questions(calibration.SHEET, draft, KNOWN) == ["analyzer", "certificate", "day", "picture"]
    (entry,) = calibration.made(draft, KNOWN).entries
    assert isinstance(entry, Control)
    assert entry.device == DEVICE


@pytest.mark.parametrize(
    ("about", "day", "key"),
    [
        ("residue", str(TODAY + timedelta(days=1)), "sheet.calibration.ahead"),
        ("chlorine", str(TODAY), "sheet.calibration.silent"),
    ],
)
def test_a_day_to_come_and_a_silent_analyzer_do_not_do(about: str, day: str, key: str) -> None:
    draft = filled(calibration.SHEET, KNOWN, "1", day, PICTURE, about=about)
    with pytest.raises(Unfit) as refused:
        calibration.made(draft, KNOWN)
    assert refused.value.sentence.key == key
