"""Every pair of colours that words are written in: at least 7:1, by the formula of WCAG 2."""

import re
from pathlib import Path

import pytest

from ui.station.pages import STATIC

LEAST = 7.0
WORDS = ("ink", "quiet", "green", "green-deep")
BEHIND = ("paper", "sheet", "green-pale")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
COLOUR = re.compile(r"(?:^|;)\s*(color|background|background-color):\s*([^;]+)")
GROWING = ("station", "sheet", "voice", "bench")  # what a producer reads
SHEETS = sorted(STATIC.glob("*.css"))


def variables() -> dict[str, str]:
    text = (STATIC / "station.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", text))


def light(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def resolved(value: str) -> str | None:
    """`#rrggbb`; None for what is no plain colour."""
    value = value.strip()
    if named := re.fullmatch(r"var\(--([a-z-]+)\)", value):
        return variables().get(named[1])
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        return "#" + "".join(2 * part for part in value[1:])
    return value if re.fullmatch(r"#[0-9a-f]{6}", value) else None


def test_black_on_white_is_21() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("words", WORDS)
def test_words_on_paper(words: str, behind: str) -> None:
    assert contrast(variables()[words], variables()[behind]) >= LEAST


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda file: file.stem)
def test_each_rule_that_sets_both_colours(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    faint = []
    for selector, body in RULE.findall(text):
        told = {name.removesuffix("-color"): resolved(value) for name, value in COLOUR.findall(body)}
        front, back = told.get("color"), told.get("background")
        if front and back and contrast(front, back) < LEAST:
            faint.append(f"{selector.strip()}: {contrast(front, back):.2f}")
    assert faint == []


@pytest.mark.parametrize("sheet", [file for file in SHEETS if file.stem in GROWING], ids=lambda file: file.stem)
def test_letters_grow_with_the_size_that_was_chosen(sheet: Path) -> None:
    """But for the strip, whose room is fixed, and marks in a circle."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    fixed = [one.strip() for one, body in RULE.findall(text) if re.search(r"font(-size)?:[^;]*\dpx", body)]
    assert [one for one in fixed if not re.search(r"html|strip|facts|brand|\.way|figcaption b", one)] == []
