"""Layouts are data and are checked; a font that is not there is said by its package."""

from importlib import resources

import pytest

from kiosk.paper.certificate import SIZES, Size
from kiosk.paper.errors import PaperError
from kiosk.paper.fonts import Fonts, Type, load_fonts
from kiosk.paper.layout import CardLayout, CertificateLayout, FontFile, StyleName, check_layout, load_layout
from tests.support.presses import press_of


def shipped() -> str:
    return (resources.files("kiosk") / "packs" / "paper" / "certificate-80mm.toml").read_text(encoding="utf-8")


def floor_of(layout: CertificateLayout, *styles: StyleName) -> int:
    return min(layout.dots(layout.styles[style].floor) for style in styles)


def test_the_shipped_layouts_hold_what_the_design_asks() -> None:
    layouts = {size: load_layout(f"certificate-{size}", CertificateLayout) for size in SIZES}
    assert all(layout.code.max_version <= 14 for layout in layouts.values())
    assert {layouts[roll].code.min_dots for roll in ("80mm", "58mm")} == {4}
    assert min(layout.code.min_dots for layout in layouts.values()) == 3
    assert (layouts["80mm"].dots(layouts["80mm"].width), layouts["58mm"].dots(layouts["58mm"].width)) == (576, 384)
    assert floor_of(layouts["80mm"], "body", "value", "label") >= 24
    assert floor_of(layouts["58mm"], "body", "value", "label") >= 22
    for size in ("75x65", "100x70", "60x40", "50x30"):
        assert floor_of(layouts[size], *layouts[size].styles.keys() - {"number"}) >= 20
    assert load_layout("card", CardLayout).code.max_version <= 14


def test_only_the_two_smallest_papers_need_a_network() -> None:
    assert [size for size in SIZES if press_of(size).online_only] == ["60x40", "50x30"]


@pytest.mark.parametrize("size", SIZES)
def test_a_box_for_a_signature_is_large_enough(size: Size) -> None:
    sign = load_layout(f"certificate-{size}", CertificateLayout).sign
    assert sign is None or (sign.width >= 40 and sign.height >= 15)
    assert (sign is None) == (size in ("60x40", "50x30"))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[styles.mark]", "[styles.online]", "mark, online"),
        ('beside = "code"', "", "the code stands once"),
        ("[sign]", "[signature]", "signature"),
        ("[sign]\nwidth = 72\nheight = 18", "", "box and sign"),
        ("min_dots = 4", "min_dots = 3", "too few"),
        ('name = "certificate-80mm"', 'name = "mine"\nonline = "!"', "online"),
        ("width = 72\nheight = 18", "width = 72\nheight = 14", "sign.height"),
    ],
)
def test_a_layout_that_is_not_whole_is_refused(old: str, new: str, told: str) -> None:
    assert old in shipped()
    with pytest.raises(PaperError) as refused:
        check_layout("mine", shipped().replace(old, new), CertificateLayout)
    assert told in str(refused.value.facts["wrong"])


def test_every_wrong_key_is_named() -> None:
    wrong = shipped().replace("[box]", "[box]\ncolour = 3").replace("width = 40.5", "width = -1")
    with pytest.raises(PaperError) as refused:
        check_layout("mine", wrong, CertificateLayout)
    assert refused.value.code == "paper.layout"
    assert "box.colour" in str(refused.value.facts["wrong"])
    assert "width" in str(refused.value.facts["wrong"])


def test_a_layout_that_is_no_toml_or_not_there_is_said() -> None:
    with pytest.raises(PaperError, match=r"paper\.layout"):
        check_layout("mine", "width = ", CertificateLayout)
    with pytest.raises(PaperError, match=r"paper\.layout"):
        load_layout("poster", CertificateLayout)


def test_a_missing_font_is_said_by_its_package() -> None:
    with pytest.raises(PaperError) as refused:
        Fonts((FontFile(package="fonts-nowhere", regular="/nowhere.ttf"),))
    assert (refused.value.code, refused.value.facts) == ("paper.font", {"package": "fonts-nowhere"})


def test_a_character_is_taken_from_the_next_font_that_has_it() -> None:
    latin = FontFile(package="fonts-dejavu-core", regular="/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    noto = FontFile(package="fonts-noto-cjk", regular="/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", index=2)
    with pytest.raises(PaperError, match=r"paper\.glyph"):
        Fonts((latin,)).require("A豆", "name")
    mixed = Fonts((latin, noto))
    mixed.require("A豆", "name")
    size = Type(24)
    assert mixed.width("A豆A", size) == pytest.approx(2 * mixed.width("A", size) + mixed.width("豆", size), abs=2)


def test_chinese_characters_are_as_wide_as_their_size() -> None:
    assert load_fonts().width("豆角", Type(32, bold=True)) == 64
