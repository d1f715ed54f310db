"""Slips: what does not fit is refused by its field's name, what belongs together stays together, copies are exact."""

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from importlib import resources

import pytest
from PIL import Image

from drivers.scanner.codes.decoders import read_codes
from kiosk.paper.code import proofread
from kiosk.paper.errors import PaperError
from kiosk.paper.fonts import Fonts
from kiosk.paper.layout import FontList, check_layout, load_layout
from kiosk.paper.slip import SIZES, SlipFace, SlipPress
from kiosk.paper.slip_bands import Setter
from kiosk.paper.slip_blocks import (
    Big,
    Boxes,
    Coded,
    Field,
    Fields,
    Marks,
    Notes,
    Paragraph,
    Sign,
    Signatures,
    Table,
    Verbatim,
)
from kiosk.paper.slip_layout import SlipLayout
from kiosk.paper.slip_words import cut_lines
from tests.support.presses import fonts, slip_press_of

CODE = "HTTPS://COUNTY.EXAMPLE/N/5304277K3M9QX2VHA"
EVERY = (
    Marks(("样张",)),
    Big("检测结果", "阴性", framed=True),
    Fields(
        (Field("产品", "豆角"), Field("产地", "云南省玉溪市新平县", wide=True), Field("签收", "", write_in=True)),
        "样品",
    ),
    Paragraph("请带好这张单子。", "接下来", strong=True),
    Table(("项目", "数量"), (("检测", "58"), ("备注", "")), (3, 2), "当天"),
    Boxes("怎么告知的：", (("当面", True), ("寄出", False))),
    Coded(CODE, "编号", "5304277K3M9QX2VHA", "扫码"),
    Signatures((Sign("抽样人", "王建国"), Sign("被抽样人", "普学明", "拒绝签字"), Sign("见证人")), "签字"),
    Verbatim("liangzheng/log/3f2a\n1320\n\n\u2014 a b\n", "检查点"),
    Notes(("快检结果仅用于筛查。",)),
)


@pytest.fixture(scope="module", params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def press(size: str) -> SlipPress:
    return slip_press_of(size)


@pytest.fixture(scope="module")
def roll() -> SlipPress:
    return slip_press_of("58mm")


def slip(*blocks: object) -> SlipFace:
    return SlipFace("检测结果单", blocks, "平寨村服务点", "第 {page}/{pages} 页")  # type: ignore[arg-type]


def test_every_block_is_drawn_at_every_size(press: SlipPress, size: str) -> None:
    pages = press.draw(slip(*EVERY))
    widths = {"80mm": 576, "58mm": 384, "a5": 1776, "a4": 2520}
    assert {(page.mode, page.width) for page in pages} == {("1", widths[size])}
    found = [page for page in pages if len(read_codes(grey(page))) == 1]
    proofread(found[0], CODE, read_codes)


def grey(page: Image.Image) -> memoryview:
    return memoryview(page.convert("L").tobytes()).cast("B", (page.height, page.width))


def test_words_keep_to_the_margins(press: SlipPress, size: str) -> None:
    layout = load_layout(f"slip-{size}", SlipLayout)
    left, right = layout.dots(layout.margin.left), layout.dots(layout.width - layout.margin.right)
    for page in press.draw(slip(*EVERY)):
        box = page.convert("L").point(lambda level: 255 - level).getbbox()
        assert box is not None
        assert left <= box[0]
        assert box[2] <= right + layout.dots(layout.block.line)


@pytest.mark.parametrize(
    ("block", "field"),
    [
        (Fields((Field("产地", "长" * 400),)), "产地"),
        (Big("检测结果", "长" * 90), "检测结果"),
        (Paragraph("长" * 600, "接下来"), "接下来"),
        (Table(("项目", "数量"), (("检测", "长" * 300),), (3, 2)), "数量"),
        (Signatures((Sign("抽样人", "长" * 600),)), "抽样人"),
        (Boxes("怎么告知的：", (("长" * 600, True),)), "怎么告知的："),
    ],
)
def test_what_does_not_fit_is_refused_by_its_name(press: SlipPress, block: object, field: str) -> None:
    with pytest.raises(PaperError) as refused:
        press.check(slip(block))
    assert (refused.value.code, refused.value.facts["field"]) == ("paper.overflow", field)


def test_a_character_that_no_font_has_is_refused(press: SlipPress) -> None:
    with pytest.raises(PaperError) as refused:
        press.check(slip(Fields((Field("受检人", "李\ue000"),))))
    assert (refused.value.code, refused.value.facts["field"]) == ("paper.glyph", "受检人")


def test_an_empty_field_is_refused_unless_it_is_written_in_by_hand(press: SlipPress) -> None:
    press.check(slip(Fields((Field("送往", "", write_in=True),))))
    with pytest.raises(PaperError, match=r"paper\.empty"):
        press.check(slip(Fields((Field("送往", ""),))))


def test_a_code_that_is_too_large_is_refused(roll: SlipPress) -> None:
    with pytest.raises(PaperError, match=r"paper\.code"):
        roll.check(slip(Coded("A" * 400, "编号", "1", "扫码")))


def test_a_long_form_goes_on_another_page_and_says_which() -> None:
    press = slip_press_of("a5")
    rows = tuple((f"第{nth}行", "1") for nth in range(60))
    pages = press.draw(slip(Table(("项目", "数量"), rows, (3, 2)), Notes(("完",))))
    assert len(pages) > 1
    assert len({page.size for page in pages}) == 1


def test_a_roll_is_one_picture_however_long(roll: SlipPress) -> None:
    rows = tuple((f"第{nth}行", "1") for nth in range(100))
    (page,) = roll.draw(slip(Table(("项目", "数量"), rows, (3, 2))))
    assert page.height > 3000


def test_the_same_face_gives_the_same_dots(press: SlipPress) -> None:
    first, second = press.draw(slip(*EVERY)), press.draw(slip(*EVERY))
    assert [page.tobytes() for page in first] == [page.tobytes() for page in second]


def setter(size: str) -> Setter:
    fixed = Fonts(load_layout("slip-fonts", FontList).font)
    return Setter(load_layout(f"slip-{size}", SlipLayout), fonts(), fixed)


def copied(lines: Iterator[tuple[str, str]]) -> str:
    """As a person copies it: a number begins a line, what has none goes on."""
    return "".join(f"\n{piece}" if number else piece for number, piece in lines)[1:] + "\n"


@pytest.mark.parametrize("size", SIZES)
def test_what_is_copied_from_paper_is_the_text_itself(size: str) -> None:
    text = (
        "liangzheng/log/3f2a\n1320\nAAAA=\n\n\u2014 station " + "ab+/" * 60 + "\n\u2014 witness " + "Il0O" * 30 + "\n"
    )
    lines = list(cut_lines(text, setter(size)))
    assert copied(iter(lines)) == text
    assert all(piece == piece.strip() for _, piece in lines)


def test_a_space_never_stands_where_nobody_sees_it() -> None:
    """Whatever the length before it: no piece begins or ends with one."""
    ready = setter("58mm")
    for before in range(20, 60):
        lines = list(cut_lines("x" * before + " " + "y" * 40 + "\n", ready))
        assert all(piece == piece.strip() for _, piece in lines), before


def test_dates_and_numbers_are_not_torn(roll: SlipPress) -> None:
    ready = setter("58mm")
    told = ready.whole("x", "2026年11月22日 09:10", ready.styles.value, ready.dots(Decimal(33)))
    assert len(told.lines) == 1


def layout_text(size: str) -> str:
    return (resources.files("kiosk") / "packs" / "paper" / f"slip-{size}.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("size", "old", "new", "key"),
    [
        ("80mm", "width = 72", "width = 0", "width"),
        ("58mm", "columns = 1", "columns = 3", "fields.columns"),
        ("a4", "[sign]", "[sign]\nink = 1", "sign.ink"),
        ("a5", "gutter = 5", "gutter = -5", "verbatim.gutter"),
    ],
)
def test_a_wrong_layout_names_its_key(size: str, old: str, new: str, key: str) -> None:
    text = layout_text(size)
    assert old in text
    with pytest.raises(PaperError) as refused:
        check_layout(f"slip-{size}", text.replace(old, new, 1), SlipLayout)
    assert key in str(refused.value.facts["wrong"])


@pytest.mark.parametrize("size", SIZES)
def test_no_style_may_shrink_below_what_can_be_read(size: str) -> None:
    """2.25 mm Chinese characters are the smallest anywhere; sentences never below 2.75 mm on a roll."""
    styles = tomllib.loads(layout_text(size), parse_float=Decimal)["styles"]
    assert min(style["floor"] for style in styles.values()) >= Decimal("2.25")
    assert styles["body"]["floor"] >= Decimal("2.75")
