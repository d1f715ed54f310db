"""The card that a box hands out: printed on every paper for slips, and what a scanner reads of it opens the box."""

from datetime import date

import pytest

from drivers.scanner.codes.decoders import read_codes
from kiosk.paper.code import proofread
from kiosk.paper.slip import SIZES, load_slip_press
from kiosk.seal import CardCode, link, seal_card
from kiosk.slips import card
from kiosk.words import load_words
from tests.support.bodies import HOST, a_key

LONG = "新平县戛洒镇南蚌村农产品种植专业合作社联合社"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["李秀英", LONG])
def test_the_code_reads_back_on_every_paper(size: str, name: str) -> None:
    code = CardCode("10000017", "gasa-01-0123456789", name, date(2026, 3, 1))
    url = link(HOST, "K", seal_card(code, a_key("station")))
    (page,) = load_slip_press(size).draw(card.face(name, code.card, url, load_words("zh")))
    proofread(page, url, read_codes)
