"""Our quick reading of a font's characters says what fontTools says; a font without a full map is read by fontTools."""

from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from kiosk.paper.characters import Edges, character_map, draws, edges_of, full_map
from kiosk.paper.layout import FontFile

NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc"


def points(edges: Edges) -> set[int]:
    return {point for first, behind in zip(edges[::2], edges[1::2], strict=True) for point in range(first, behind)}


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
@pytest.mark.parametrize("index", [0, 2])
def test_it_says_what_fonttools_says(weight: str, index: int) -> None:
    file = NOTO.format(weight)
    with TTFont(file, fontNumber=index, lazy=True) as font:
        assert points(edges_of(file, index)) == set(font.getBestCmap())


def test_both_ends_of_a_range_are_drawn_and_what_is_beside_it_is_not(tmp_path: Path) -> None:
    font = FontFile(package="made", regular=str(made(tmp_path, "BCDX")))
    assert [one for one in "ABCDEWXY" if draws(font, one)] == list("BCDX")


def test_every_weight_must_have_a_character(tmp_path: Path) -> None:
    regular, bold = made(tmp_path, "AB"), made(tmp_path, "B")
    font = FontFile(package="made", regular=str(regular), bold=str(bold))
    assert [one for one in "AB" if draws(font, one)] == ["B"]


def test_a_table_without_a_full_map_has_none() -> None:
    assert full_map(b"\0\0\0\1\0\3\0\1\0\0\0\x0c\0\4\0\x20") == ()


def test_a_font_without_a_character_map_has_none() -> None:
    assert character_map(b"\0\1\0\0\0\0" + bytes(6), 0) == b""


def made(folder: Path, characters: str) -> Path:
    """A font of one face whose map is of format 4, as small Latin fonts have it."""
    names = {ord(one): f"glyph{one}" for one in characters}
    empty = TTGlyphPen(None).glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap(names)
    builder.setupGlyf(dict.fromkeys([".notdef", *names.values()], empty))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names.values()], (500, 0)))
    builder.setupHorizontalHeader()
    builder.setupOS2()
    builder.setupPost()
    file = folder / f"{characters}.ttf"
    builder.save(file)
    return file
