"""The certificate: its measure, its words, its boxes, its code, and what it refuses."""

from collections.abc import Callable

import pytest
from PIL import Image, ImageChops

from drivers.scanner.codes.decoders import read_codes, zbar, zxing
from kiosk.paper.certificate import CertificateFace, CertificatePress, text_of
from kiosk.paper.code import proofread
from kiosk.paper.errors import PaperError

Make = Callable[..., CertificateFace]
NAMES = ("㐂", "䶮", "𠮷", "𬭚", "㛃", "镕")


def gray(image: Image.Image) -> memoryview:
    return memoryview(image.convert("L").tobytes()).cast("B", (image.height, image.width))


def test_it_fills_the_roll_exactly_and_is_black_and_white(press: CertificatePress, face: Make) -> None:
    image = press.draw(face())
    assert (image.mode, image.width) == ("1", 576)
    assert 900 < image.height < 1200


def test_the_same_face_gives_the_same_pixels(press: CertificatePress, face: Make) -> None:
    assert press.draw(face()).tobytes() == press.draw(face()).tobytes()


def test_two_decoders_read_the_code_from_the_finished_paper(press: CertificatePress, face: Make) -> None:
    paper, expected = gray(press.draw(face())), face().code_url.encode()
    for decoder in (zxing, zbar):
        assert [found.seen.data for found in decoder(paper) if found.seen] == [expected]


@pytest.mark.parametrize("copies", ["HTTPS://COUNTY.EXAMPLE/C/A", "HTTPS://COUNTY.EXAMPLE/C/" + "Z7" * 240])
def test_small_and_large_codes_read_back(press: CertificatePress, face: Make, copies: str) -> None:
    proofread(press.draw(face(code_url=copies)), copies, read_codes)


def test_a_code_too_large_for_the_roll_is_refused(press: CertificatePress, face: Make) -> None:
    with pytest.raises(PaperError, match=r"paper\.code"):
        press.draw(face(code_url="HTTPS://COUNTY.EXAMPLE/C/" + "A" * 560))


def test_a_code_with_lower_case_is_refused(press: CertificatePress, face: Make) -> None:
    with pytest.raises(PaperError, match=r"paper\.code"):
        press.draw(face(code_url="https://county.example/c/a"))


def test_proofreading_notices_another_code_and_a_damaged_one(press: CertificatePress, face: Make) -> None:
    image = press.draw(face())
    with pytest.raises(PaperError, match=r"paper\.unreadable"):
        proofread(image, face().code_url + "A", read_codes)
    image.paste(1, (300, image.height - 320, 576, image.height - 200))
    with pytest.raises(PaperError, match=r"paper\.unreadable"):
        proofread(image, face().code_url, read_codes)


def test_a_ticked_box_differs_from_an_empty_one_only_there(press: CertificatePress, face: Make) -> None:
    basis = face().basis
    ticked = press.draw(face(basis=((basis[0][0], False), *basis[1:])))
    difference = ImageChops.logical_xor(ticked, press.draw(face())).getbbox()
    assert difference is not None
    left, top, right, bottom = difference
    assert right - left <= 30
    assert bottom - top <= 30


def outcome(press: CertificatePress, face: Make, name: str) -> str:
    try:
        press.check(face(producer=f"李{name}"))
    except PaperError as refused:
        return f"refused {refused.facts['character']}"
    plain, named = press.draw(face(producer="李")), press.draw(face(producer=f"李{name}"))
    return "drawn" if ImageChops.logical_xor(plain, named).getbbox() else "left out"


@pytest.mark.parametrize("name", NAMES)
def test_rare_names_are_drawn_or_refused_by_character(press: CertificatePress, face: Make, name: str) -> None:
    assert outcome(press, face, name) in ("drawn", f"refused {name}")


@pytest.mark.parametrize("character", ["☑", "\U0001f34e", "\u0007", "\u200b", "\ue000"])
def test_what_no_font_can_draw_is_refused_with_its_field(press: CertificatePress, face: Make, character: str) -> None:
    with pytest.raises(PaperError) as refused:
        press.check(face(producer=f"李{character}四"))
    assert refused.value.code == "paper.glyph"
    assert refused.value.facts["field"] == "承诺主体"
    assert refused.value.facts["character"] == character


def test_a_long_name_wraps_and_makes_the_paper_longer(press: CertificatePress, face: Make) -> None:
    long = press.draw(face(producer="新平彝族傣族自治县戛洒镇平寨红心火龙果种植农民专业合作社联合社"))
    assert long.height > press.draw(face()).height


def test_a_name_that_fits_at_no_size_is_refused_by_its_field(press: CertificatePress, face: Make) -> None:
    with pytest.raises(PaperError) as refused:
        press.check(face(producer="长" * 60))
    assert (refused.value.code, refused.value.facts["field"]) == ("paper.overflow", "承诺主体")


def test_an_empty_field_is_refused(press: CertificatePress, face: Make) -> None:
    with pytest.raises(PaperError) as refused:
        press.check(face(producer=" "))
    assert (refused.value.code, refused.value.facts["field"]) == ("paper.empty", "承诺主体")


def test_check_needs_no_code_yet(press: CertificatePress, face: Make) -> None:
    press.check(face(code_url=""))


def test_a_reprint_is_marked_and_has_the_same_text(press: CertificatePress, face: Make) -> None:
    again = face(marks=("补打 2",))
    assert press.draw(again).height > press.draw(face()).height
    assert text_of(again) == text_of(face())


def test_the_text_holds_every_word_in_reading_order(face: Make) -> None:
    text = text_of(face())
    words = [
        "承诺达标合格证",
        "我承诺",
        "☑质量安全",
        "☐自行检测",
        "豆角",
        "普学明",
        "530427-7K3M9-QX2VH-A",
        "仅提供载体",
    ]
    places = [text.index(word) for word in words]
    assert places == sorted(places)
    assert text_of(face(producer="李四")) != text


def test_a_paper_torn_in_the_middle_carries_no_code(press: CertificatePress, face: Make) -> None:
    image = press.draw(face())
    assert read_codes(gray(image.crop((0, 0, image.width, image.height * 3 // 4)))) == ()


def test_the_second_template_without_origin_is_drawn(press: CertificatePress, face: Make) -> None:
    fields = tuple(field for field in face().fields if field[0] != "产地")
    promise = ("我承诺销售的食用农产品：", "已按规定收取并保存该批次农产品承诺达标合格证或者其他质量安全合格证明；")
    proofread(press.draw(face(fields=fields, promise=promise)), face().code_url, read_codes)
