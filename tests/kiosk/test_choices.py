"""What is chosen at the screen stands over station.toml, key by whole key, and never stops the station."""

from pathlib import Path

import pytest

from kiosk.choices import WITHOUT, Choices, over
from kiosk.config import ConfigError
from kiosk.tools.analyzers import KEY
from kiosk.tools.printers import WHICH
from kiosk.words import load_words
from ui.command.station_choices import CHOOSABLE, FILE, chosen
from ui.command.station_config import StationConfig

PRINTER = '[printer]\nport = "/dev/usb/lp0"\nmodel = "escpos-80mm"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    table = {"county": "530427", "station": "gasa-01", "host": "lz.example"}
    table |= {name: str(tmp_path / name) for name in ("state", "up", "down", "key", "trust", "scanner")}
    file = tmp_path / "station.toml"
    file.write_text("".join(f'{key} = "{value}"\n' for key, value in table.items()) + PRINTER, "utf-8")
    return file


def test_a_choice_counts_and_can_be_taken_back(file: Path) -> None:
    words, before = load_words("zh"), file.read_bytes()
    choices = chosen(file, words).choices
    choices.choose("printer", {"port": "usb:0416:5011", "model": "escpos-58mm", "paper": "58mm"})
    choices.choose("label_printer", {"port": "/dev/usb/lp1", "model": "tspl-203"})
    config = chosen(file, words).config
    assert config.printer is not None
    assert config.printer.model == "escpos-58mm"
    assert config.label_printer is not None
    choices.take_back("printer")
    printer = chosen(file, words).config.printer
    assert printer is not None
    assert printer.port == "/dev/usb/lp0"
    choices.choose("printer", WITHOUT)
    assert chosen(file, words).config.printer is None
    assert file.read_bytes() == before, "the installer's file is his"


def test_what_may_be_chosen_is_a_key_of_the_configuration_that_a_page_chooses() -> None:
    assert set(CHOOSABLE) == {*WHICH, KEY}
    assert set(CHOOSABLE) <= set(StationConfig.model_fields)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("county", "000000"),
        ("printer", {"port": "usb:0416:5011", "modell": "escpos-80mm"}),
        ("printer", {"port": "usb:0416:5011", "model": "no-such-model"}),
        ("printer", {"port": "usb:0416:5011", "model": "escpos-58mm", "paper": "80mm"}),
        ("analyzer", [{"name": "1", "profile": "no-such-profile", "port": "/dev/ttyUSB0"}]),
    ],
)
def test_what_could_not_serve_is_never_written(key: str, value: object, file: Path) -> None:
    choices = chosen(file, load_words("zh")).choices
    with pytest.raises(ConfigError):
        choices.choose(key, value)
    assert choices.now() == {}


def test_choices_that_fit_no_more_are_left_aside_and_told(file: Path) -> None:
    state = file.parent / "state"
    state.mkdir()
    (state / FILE).write_text('printer = {"port" = "usb:0416:5011", "model" = "gone"}\n', "utf-8")
    found = chosen(file, load_words("zh"))
    assert found.wrong
    assert found.config.printer is not None
    assert found.config.printer.model == "escpos-80mm"
    (state / FILE).write_text("not toml", "utf-8")
    assert chosen(file, load_words("zh")).wrong


def test_whole_keys_stand_over_whole_keys() -> None:
    assert over({"a": 1, "b": {"c": 2}}, {"b": {"d": 3}, "e": [1]}) == {"a": 1, "b": {"d": 3}, "e": [1]}


def test_strange_letters_survive_the_file(tmp_path: Path) -> None:
    choices = Choices(tmp_path / FILE, lambda _: None)
    value = [{"name": 'a"b\\c\n农残', "tests": True, "baud": 9600}]
    choices.choose("analyzer", value)
    assert choices.now() == {"analyzer": value}
