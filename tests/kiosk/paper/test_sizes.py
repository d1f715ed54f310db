"""The certificate in every size: as somebody looked at it and found it right, within its paper, readable, refusing."""

from dataclasses import replace
from itertools import product

import pytest

from drivers.scanner.codes.decoders import read_codes, zbar, zxing
from kiosk.pack import load_packs
from kiosk.paper.certificate import SIZES, Size, text_of
from kiosk.paper.code import proofread
from kiosk.paper.errors import PaperError
from kiosk.paper.layout import CertificateLayout, load_layout
from tests.kiosk.paper.conftest import FACE
from tests.support.certificates import KINDS, ONLINE, RARE, STYLES, full, suited
from tests.support.goldens import same
from tests.support.presses import press_of

FIXED = [size for size in SIZES if not size.endswith("mm")]


@pytest.mark.parametrize(("size", "style", "kind"), list(product(SIZES, STYLES, KINDS)))
def test_it_is_as_it_was_when_it_was_looked_at(size: Size, style: str, kind: str) -> None:
    press = press_of(size)
    face = suited(press, KINDS[kind](STYLES[style]))
    drawn = press.draw(face)
    same(f"certificate-{size}-{style}-{kind}", drawn)
    press.check(face)
    proofread(drawn, face.code_url, read_codes)


@pytest.mark.parametrize("size", SIZES)
def test_it_has_the_size_of_its_paper_and_two_decoders_read_it(size: Size) -> None:
    press, layout = press_of(size), load_layout(f"certificate-{size}", CertificateLayout)
    face = suited(press, FACE)
    drawn = press.draw(face)
    assert press.dots_per_mm == layout.dots_per_mm
    assert drawn.width == layout.dots(layout.width)
    assert layout.height is None or drawn.height == layout.dots(layout.height)
    gray = memoryview(drawn.convert("L").tobytes()).cast("B", (drawn.height, drawn.width))
    for decoder in (zxing, zbar):
        assert [found.seen.data for found in decoder(gray) if found.seen] == [face.code_url.encode()]


@pytest.mark.parametrize(("size", "style", "kind"), list(product(SIZES, STYLES, KINDS)))
def test_numbers_are_drawn_by_lot_and_none_is_too_wide(size: Size, style: str, kind: str) -> None:
    """The one of nothing but W, once in 10^16 papers, asks for a shorter name where everything else is at its most."""
    press = press_of(size)
    face = suited(press, KINDS[kind](STYLES[style]))
    wider_than_all_but_some_of_a_million = "530427-WMQWG-MHNWQ-8"
    press.check(replace(face, number=wider_than_all_but_some_of_a_million))
    press.check(replace(suited(press, STYLES[style]), number="530427-WWWWW-WWWWW-W"))


def test_a_number_on_the_smallest_paper_fits_beside_the_widest_code() -> None:
    url = f"HTTPS://{'A' * 28}.EXAMPLE/N/530427WWWWWWWWWWW"
    press_of("50x30").check(replace(FACE, number="530427-WWWWW-WWWWW-W", code_url=url))


@pytest.mark.parametrize("size", FIXED)
def test_nothing_stands_on_the_margin_but_a_frame(size: Size) -> None:
    layout = load_layout(f"certificate-{size}", CertificateLayout)
    press = press_of(size)
    drawn = press.draw(suited(press, full(FACE)))
    edge = layout.dots(layout.margin if layout.frame is None else layout.frame.inset)
    inked = drawn.convert("L").point(lambda level: 255 - level).getbbox()
    assert inked is not None
    assert min(inked[0], inked[1], drawn.width - inked[2], drawn.height - inked[3]) >= edge


@pytest.mark.parametrize(("size", "character"), list(product(SIZES, RARE)))
def test_a_rare_name_is_drawn_or_refused_by_its_character(size: Size, character: str) -> None:
    press = press_of(size)
    plain = suited(press, FACE)
    fields = tuple((label, f"李{character}" if label == "承诺主体" else value) for label, value in FACE.fields)
    try:
        drawn = press.draw(replace(plain, fields=fields)).tobytes()
    except PaperError as refused:
        drawn = str(refused.facts["character"]).encode()
    assert drawn != press.draw(plain).tobytes()
    assert len(drawn) > 100 or drawn == character.encode()


@pytest.mark.parametrize("size", SIZES)
def test_what_does_not_fit_is_refused_by_its_field(size: Size) -> None:
    fields = tuple((label, "长" * 400 if label == "承诺主体" else value) for label, value in FACE.fields)
    with pytest.raises(PaperError) as refused:
        press_of(size).check(replace(FACE, fields=fields, code_url=""))
    assert (refused.value.code, refused.value.facts["field"]) == ("paper.overflow", "承诺主体")


@pytest.mark.parametrize("size", ["75x65", "100x70"])
def test_a_label_too_full_names_the_field_that_takes_the_most_room(size: Size) -> None:
    fields = tuple((label, value * (6 if label == "产地" else 1)) for label, value in FACE.fields)
    with pytest.raises(PaperError) as refused:
        press_of(size).check(full(replace(FACE, fields=fields, notes=FACE.notes * 2)))
    assert (refused.value.code, refused.value.facts["field"]) == ("paper.overflow", "产地")


@pytest.mark.parametrize("size", ["60x40", "50x30"])
def test_a_small_paper_has_no_room_for_a_signature_and_says_so(size: Size) -> None:
    with pytest.raises(PaperError) as refused:
        press_of(size).check(full(FACE))
    assert (refused.value.code, refused.value.facts["field"]) == ("paper.overflow", "签名或盖章")


@pytest.mark.parametrize("size", ["60x40", "50x30"])
def test_a_small_paper_refuses_the_whole_code_and_a_certificate_without_its_fields(size: Size) -> None:
    with pytest.raises(PaperError, match=r"paper\.code"):
        press_of(size).draw(FACE)
    with pytest.raises(PaperError) as refused:
        press_of(size).check(replace(FACE, fields=FACE.fields[1:], code_url=""))
    assert (refused.value.code, refused.value.facts["field"]) == ("paper.empty", "产品名称")


@pytest.mark.parametrize("size", ["60x40", "50x30"])
def test_the_fields_of_a_small_paper_are_in_every_wording_that_is_printed(size: Size) -> None:
    named = load_layout(f"certificate-{size}", CertificateLayout).fields.only
    styles = [style for words in load_packs().wordings if words.printable for style in words.styles.values()]
    assert styles
    assert all(set(named) <= {label for _, label in style.fields} for style in styles)


def test_the_quantity_gives_way_on_the_smallest_paper_and_nothing_else() -> None:
    press = press_of("50x30")
    crowded = {"产品名称": "贵长猕猴桃（红心）", "承诺主体": "新平红心火龙果农民专业合作社"}
    fields = tuple((label, crowded.get(label, value)) for label, value in FACE.fields)
    face = replace(FACE, fields=fields, code_url=ONLINE)
    more = tuple((label, value.replace("160", "999") if label == "重量或数量" else value) for label, value in fields)
    assert press.draw(face).tobytes() == press.draw(replace(face, fields=more)).tobytes()
    roomy = replace(FACE, code_url=ONLINE)
    other = tuple((label, value.replace("160", "999")) for label, value in FACE.fields)
    assert press.draw(roomy).tobytes() != press.draw(replace(roomy, fields=other)).tobytes()


def test_what_belongs_to_the_piece_of_paper_is_no_part_of_the_text() -> None:
    assert text_of(full(FACE)) == text_of(FACE)
