"""`liangzheng code explain`."""

import argparse

import pytest

from kiosk.words import load_words
from ui.command import code

UNIT = "10812341001234567890123456789012"


def explain(text: str, *options: str, language: str = "en") -> int:
    words = load_words(language)
    parser = argparse.ArgumentParser(prog="liangzheng")
    code.add(parser.add_subparsers(required=True), words)
    args = parser.parse_args(["code", "explain", text, *options])
    status: int = args.run(args, words)
    return status


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("11140500012420117H", 0, "kind of registration: public authority"),
        ("11140500012420117H", 0, "check: right"),
        ("91350211M0000XUF46", 1, "should be R"),
        ("91350211M0000XUF46", 1, "check: wrong"),
        ("HTTPS://COUNTY.EXAMPLE/K/MFRGG", 0, "signed content: 3 bytes"),
        ("T7K-3M9-QXC", 0, "This is the label of tube T7K-3M9-QXC."),
        ("T7K-3M9-QX0", 1, "check is wrong"),
        ("6901234567893", 1, "its check is wrong"),
        ("]d201095212345432133103001500", 0, "net weight (kg): 1.500"),
        ("(01)09521234543214", 1, "parts that are wrong: (01)"),
        (f"https://a.example/t?c={UNIT}", 0, "last six digits of the registration: 081234"),
        (f"https://a.example/t?c={UNIT}", 0, "who made it: made by the holder of the registration"),
        ("PD20081234", 0, "confidence: not confirmed"),
        ("PD20081234", 0, "check: none, or we do not know its rule"),
        ("JT530427MF1234567X", 0, "check: wrong"),  # a farm's check only warns
        ("JT530427MF1234567X", 0, "confidence: not confirmed"),
        ("6901234567892", 0, "rule: codes/goods"),
        ("hello", 1, "We do not know this code: hello"),
        ("\udcff\udcfe", 1, "no text in this code"),
    ],
)
def test_explain(capsys: pytest.CaptureFixture[str], text: str, status: int, told: str) -> None:
    assert explain(text) == status
    assert told in capsys.readouterr().out


def test_all_that_is_said_of_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    explain("92232701MA1B000097")
    assert capsys.readouterr().out.splitlines() == [
        "This is the unified social credit code 92232701MA1B000097 (sole trader).",
        "kind: unified social credit code",
        "code: 92232701MA1B000097",
        "region: 232701 漠河市 (since 2018) 加格达奇区 (1981 to 2018)",
        "kind of registration: sole trader",
        "check character by the rule: 7",
        "check: right",
        "rule: codes/credit_check, codes/region",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("93532428MA6N000090", "region: 532428 新平彝族傣族自治县 (until 1997)"),
        ("93530427MA6N000091", "region: 530427 新平彝族傣族自治县 (since 1997)"),
        ("91530499MA6N000090", "region: 530499 云南省 (not confirmed) 玉溪市 (since 1997) (not confirmed)"),
        ("91350211M0000XUF46", "region: 350211\n"),
        ("91350211M0000XUF46", "rule: codes/credit_check\n"),
    ],
)
def test_regions_are_named_with_their_years(capsys: pytest.CaptureFixture[str], text: str, told: str) -> None:
    explain(text)
    assert told in capsys.readouterr().out


def test_patterns_can_be_tried(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain("Z123", "--subject", "Z[0-9]{3}", "--trace", "Z.*") == 0
    assert "kind: subject code of the national platform" in capsys.readouterr().out
    assert explain("Z1234", "--subject", "Z[0-9]{3}", "--trace", "Z.*") == 0
    assert "kind: trace code of the national platform" in capsys.readouterr().out
    assert explain("Z1234", "--subject", "Z[0-9") == 2
    said = capsys.readouterr()
    assert (said.out, "Character 5 of the regular expression “Z[0-9”" in said.err) == ("", True)
    assert explain("Z1234", "--trace", "((Z{99}){99}){99}", language="zh") == 2
    assert "太大" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "text", ["11010519491231002X", "110105 19491231 002x", "https://a.example/?id=11010519491231002X"]
)
def test_an_id_number_is_not_printed(capsys: pytest.CaptureFixture[str], language: str, text: str) -> None:
    assert explain(text, language=language) == 0
    said = capsys.readouterr()
    assert "19491231" not in said.out + said.err
