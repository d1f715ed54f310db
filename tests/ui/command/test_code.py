"""`liangzheng code explain`."""

import argparse

import pytest

from kiosk.words import load_words
from ui.command import code


def explain(text: str, language: str = "en") -> int:
    words = load_words(language)
    parser = argparse.ArgumentParser(prog="liangzheng")
    code.add(parser.add_subparsers(required=True), words)
    args = parser.parse_args(["code", "explain", text])
    status: int = args.run(args, words)
    return status


@pytest.mark.parametrize(
    ("text", "status", "told"),
    [
        ("11140500012420117H", 0, "holder: public authority"),
        ("91350211M0000XUF46", 1, "should be R"),
        ("HTTPS://COUNTY.EXAMPLE/K/MFRGG", 0, "signed content: 3 bytes"),
        ("6901234567893", 1, "its check is wrong"),
        ("hello", 1, "We do not know this code: hello"),
        ("\udcff\udcfe", 1, "no text in this code"),
    ],
)
def test_explain(capsys: pytest.CaptureFixture[str], text: str, status: int, told: str) -> None:
    assert explain(text) == status
    assert told in capsys.readouterr().out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_id_number_is_not_printed(capsys: pytest.CaptureFixture[str], language: str) -> None:
    assert explain("11010519491231002X", language) == 0
    assert "1101051949" not in capsys.readouterr().out
