"""Labels of a fixed size, and sheets of them: read back by a decoder, never cut off, in the middle of their cells."""

from dataclasses import replace

import pytest
from PIL import Image

from drivers.scanner.codes.decoders import read_codes
from kiosk.paper.code import proofread
from kiosk.paper.errors import PaperError
from kiosk.paper.labels import SIZES, LabelFace, LabelPress, laid_out, load_sheet
from kiosk.rules.scan.tags import Tag, parse_tag, tag_number
from tests.support.presses import label_press_of

HOST = "HTTPS://" + "A" * 52 + ".EXAMPLE"  # 60 characters, the most that a county's host may have
LONG = f"{HOST}/N/5304277K3M9QX2VHA"
FACE = LabelFace("追溯标识", "豆角", (("生产者", "普学明"), ("批次", "L261122-7K3M9QX2-V")), LONG, ("扫码联网查询",))
BIG = {"60x40": (480, 320), "50x30": (400, 240)}


@pytest.fixture(scope="module", params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def press(size: str) -> LabelPress:
    return label_press_of(size)


def test_it_has_its_size_and_reads_back(press: LabelPress, size: str) -> None:
    image = press.draw(FACE)
    assert (image.mode, image.size) == ("1", BIG[size])
    proofread(image, LONG, read_codes)


def test_a_long_name_becomes_smaller_and_the_code_stays(press: LabelPress) -> None:
    long = replace(FACE, lines=(("生产者", "新平县平寨红心火龙果种植农民专业合作社"), *FACE.lines[1:]))
    proofread(press.draw(long), LONG, read_codes)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"lines": (("生产者", "长" * 200),)}, "paper.overflow"),
        ({"big": "长" * 90}, "paper.overflow"),
        ({"lines": tuple((f"行{nth}", "普学明") for nth in range(20))}, "paper.overflow"),
        ({"foot": ("长" * 200,)}, "paper.overflow"),
        ({"big": "李\ue000"}, "paper.glyph"),
        ({"code": "A" * 300}, "paper.code"),
        ({"code": "small"}, "paper.code"),
    ],
)
def test_what_cannot_be_printed_is_refused(press: LabelPress, changed: dict[str, object], code: str) -> None:
    with pytest.raises(PaperError) as refused:
        press.check(replace(FACE, **changed))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_field_that_does_not_fit_is_named(press: LabelPress) -> None:
    with pytest.raises(PaperError) as refused:
        press.check(replace(FACE, lines=(("生产者", "长" * 200),)))
    assert refused.value.facts["field"] == "生产者"


def test_a_place_to_sign_is_free(press: LabelPress) -> None:
    """Above the rule nobody has written yet."""
    image = press.draw(LabelFace("封条", "启封无效", sign="封样人", framed=True))
    rule = next(y for y in range(image.height - 8, 0, -1) if _ink(image, y, 100, image.width - 30) > 200)
    assert all(_ink(image, y, image.width // 2, image.width - 30) == 0 for y in range(rule - 32, rule - 2))


def _ink(image: Image.Image, y: int, left: int, right: int) -> int:
    return sum(image.getpixel((x, y)) == 0 for x in range(left, right))


def tubes(count: int) -> list[str]:
    return [tag_number(Tag.TUBE, bytes((nth * 37 + one * 11) % 256 for one in range(5))) for nth in range(count)]


def test_every_tube_of_a_sheet_reads_as_its_number() -> None:
    """Each in its cell, as the station's scanner reads it."""
    press, sheet, numbers = label_press_of("tube"), load_sheet("tube-a4"), tubes(65)
    (page,) = laid_out([press.draw(LabelFace("试管", number, code=number)) for number in numbers], sheet)
    assert page.size == (2520, 3564)
    for nth, number in enumerate(numbers):
        row, column = divmod(nth, sheet.columns)
        left = sheet.dots(sheet.left + column * (sheet.cell_width + sheet.gap_across))
        top = sheet.dots(sheet.top + row * (sheet.cell_height + sheet.gap_down))
        cell = page.crop((left, top, left + sheet.dots(sheet.cell_width), top + sheet.dots(sheet.cell_height)))
        proofread(cell, number, read_codes)
        assert parse_tag(number, Tag.TUBE) == number


def test_one_more_than_a_sheet_begins_another() -> None:
    press, sheet = label_press_of("tube"), load_sheet("tube-a4")
    label = press.draw(LabelFace("试管", "T", code=tubes(1)[0]))
    assert len(laid_out([label] * 66, sheet)) == 2
    assert laid_out([], sheet) == ()


def test_what_is_larger_than_its_cell_is_refused() -> None:
    with pytest.raises(PaperError, match=r"paper\.overflow"):
        laid_out([Image.new("1", (2000, 10), 1)], load_sheet("tube-a4"))


@pytest.mark.parametrize("name", ["tube-a4", "card-a4"])
def test_a_sheet_holds_its_cells(name: str) -> None:
    sheet = load_sheet(name)
    wide = sheet.left + sheet.columns * (sheet.cell_width + sheet.gap_across) - sheet.gap_across
    tall = sheet.top + sheet.rows * (sheet.cell_height + sheet.gap_down) - sheet.gap_down
    assert wide + sheet.marks <= sheet.width
    assert tall + sheet.marks <= sheet.height


def test_cut_marks_stand_outside_the_cards() -> None:
    sheet = load_sheet("card-a4")
    (page,) = laid_out([Image.new("1", (sheet.dots(sheet.cell_width), sheet.dots(sheet.cell_height)), 1)], sheet)
    inside = page.crop((sheet.dots(sheet.left) + 2, sheet.dots(sheet.top) + 2, 2280 - 2, 3400 - 4))
    assert inside.convert("L").getextrema() == (255, 255)
    assert page.convert("L").getextrema() == (0, 255)
