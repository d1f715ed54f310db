"""`liangzheng county cards`: sheets of cards for many producers, one person a card, told to all boxes at once."""

import json
from pathlib import Path

import pytest
from PIL import Image

from drivers.scanner.codes.decoders import read_codes
from kiosk.contract import read
from kiosk.paper.labels import load_sheet
from kiosk.rules.messages import Card, SubjectsUpsert
from kiosk.rules.scan.numbers import parse_card
from tests.support.bodies import FARMER
from ui.command import main
from ui.county.orders import Orders

PEOPLE = [
    {"id": f"p-{nth}", "kind": "farmer", "name": f"普学{nth}", "contact": FARMER.contact, "origin": FARMER.origin}
    for nth in range(12)
]


def call(*typed: object) -> int:
    return main.main([str(word) for word in typed])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIANGZHENG_LANG", "en")
    made = tmp_path / "county"
    hosts = ("--host", "lz.example.cn", "--broker-host", "localhost", "--broker-user", "root")
    assert call("county", "init", made, "--county", "530427", *hosts) == 0
    (tmp_path / "people.json").write_text(json.dumps(PEOPLE))
    assert call("county", "order", "subjects", made, tmp_path / "people.json") == 0
    return made


def cards(folder: Path) -> list[Card]:
    bodies = [read(order).order for order in Orders(folder).after("all", 0)]
    return [card for body in bodies if isinstance(body, SubjectsUpsert) for card in body.cards]


def test_everybody_without_a_card_gets_one(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("county", "cards", folder, "--out", tmp_path / "cards.pdf") == 0
    given = cards(folder)
    assert [card.subject for card in given] == [person["id"] for person in PEOPLE]
    assert len({card.number for card in given}) == len(PEOPLE)
    assert all(parse_card(card.number) for card in given)
    assert (tmp_path / "cards.pdf").read_bytes().count(b"/Type /Page\n") == 2
    assert "12 cards" in capsys.readouterr().err
    assert call("county", "cards", folder, "--out", tmp_path / "again.pdf") == 1
    assert not (tmp_path / "again.pdf").exists()


def test_every_card_of_a_sheet_reads_as_its_own(folder: Path, tmp_path: Path) -> None:
    assert call("county", "cards", folder, "p-1", "p-4", "--out", tmp_path / "cards.png") == 0
    sheet = load_sheet("card-a4")
    wide, tall = sheet.dots(sheet.cell_width), sheet.dots(sheet.cell_height)
    with Image.open(tmp_path / "cards.png") as image:
        left, top = sheet.dots(sheet.left), sheet.dots(sheet.top)
        codes = [_read(image.crop((left + n * wide, top, left + (n + 1) * wide, top + tall))) for n in (0, 1)]
    assert len(set(codes)) == 2
    assert all(code.startswith(b"HTTPS://LZ.EXAMPLE.CN/K/") for code in codes)


def _read(cell: Image.Image) -> bytes:
    (code,) = read_codes(memoryview(cell.convert("L").tobytes()).cast("B", (cell.height, cell.width)))
    return code


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("p-1", "stranger", "--out", "cards.pdf"), "stranger"),
        (("p-1", "--out", "cards.docx"), "Only .png or .pdf"),
    ],
)
def test_what_is_wrong_gives_no_card(
    folder: Path,
    tmp_path: Path,
    typed: tuple[str, ...],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("county", "cards", folder, *typed) == 1
    assert said in capsys.readouterr().err
    assert cards(folder) == []


def test_a_single_card_as_pdf(folder: Path, tmp_path: Path) -> None:
    assert call("county", "card", folder, "p-1", "--name", "普学明", "--out", tmp_path / "card.pdf") == 0
    assert (tmp_path / "card.pdf").read_bytes().startswith(b"%PDF-")
    assert [card.subject for card in cards(folder)] == ["p-1"]


def test_a_name_that_cannot_be_drawn_opens_nothing(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("county", "card", folder, "p-1", "--name", "李\ue000", "--out", tmp_path / "card.png") == 1
    assert cards(folder) == []
    told = capsys.readouterr().err
    assert "The name on the card" in told
    assert "U+E000" in told
    assert not (tmp_path / "card.png").exists()


@pytest.mark.parametrize("typed", [("card", "p-1", "--name", "Li"), ("cards", "--out", "cards.pdf")])
def test_a_folder_that_is_no_county_is_told(
    typed: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("county", typed[0], tmp_path, *typed[1:]) == 1
    assert "county.toml" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
