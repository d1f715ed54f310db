"""The producer's card: its size, and that the camera's own decoder reads it."""

import base64
from dataclasses import replace

import pytest

from drivers.scanner.codes.decoders import read_codes
from kiosk.paper.card import CardFace, load_card_press
from kiosk.paper.code import proofread
from kiosk.paper.errors import PaperError

FACE = CardFace(
    title="农产品生产者卡",
    name="普学明",
    number_label="卡号",
    number="5304271000123",
    hint="放到摄像头前即可",
    code_url="HTTPS://COUNTY.EXAMPLE/K/" + base64.b32encode(bytes(range(130))).decode().rstrip("="),
)


def test_it_is_a_bank_card_in_size_and_reads_back() -> None:
    image = load_card_press().draw(FACE)
    assert (image.mode, image.size) == ("1", (680, 432))
    proofread(image, FACE.code_url, read_codes)


def test_a_co_operative_with_a_long_name_gets_its_card() -> None:
    long = replace(FACE, name="新平彝族傣族自治县戛洒镇平寨红心火龙果种植农民专业合作社")
    proofread(load_card_press().draw(long), FACE.code_url, read_codes)


def test_a_name_never_runs_into_the_number() -> None:
    with pytest.raises(PaperError, match=r"paper\.overflow"):
        load_card_press().draw(replace(FACE, name="长" * 60))


def test_a_name_no_font_has_is_refused() -> None:
    with pytest.raises(PaperError, match=r"paper\.glyph"):
        load_card_press().draw(replace(FACE, name="李\ue000"))
