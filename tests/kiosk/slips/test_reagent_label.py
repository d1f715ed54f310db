"""A box without a number carries ours: what the scanner reads is the lot."""

from dataclasses import replace

from kiosk.rules.scan.tags import Tag, shown_tag, tag_number
from kiosk.slips import reagent_label
from kiosk.slips.desk import Desk
from tests.support.staff_work import reagent

NUMBER = tag_number(Tag.REAGENT, bytes(5))


def test_the_code_is_the_lot(desk: Desk) -> None:
    face = reagent_label.face(replace(reagent(), lot=NUMBER, method="GB/T 1"), desk)
    assert (face.code, face.big) == (NUMBER, shown_tag(NUMBER))
    assert face.lines[0][1] == "GB/T 1"
