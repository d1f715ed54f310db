"""`--help` of a program names every key of its configuration file, in both languages."""

import pytest
from pydantic import BaseModel

from kiosk.uplink import UplinkConfig
from kiosk.words import LANGUAGES, load_words
from ui.command.config_help import fields
from ui.command.main import main
from ui.command.scanner import ScannerConfig
from ui.command.station_config import StationConfig
from ui.county.office import CountyConfig

PROGRAMS = (
    (("station",), StationConfig),
    (("uplink",), UplinkConfig),
    (("scanner",), ScannerConfig),
    (("county", "run"), CountyConfig),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("typed", "model"), PROGRAMS, ids=lambda value: value[0] if isinstance(value, tuple) else "")
def test_every_key_is_explained(
    typed: tuple[str, ...],
    model: type[BaseModel],
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LIANGZHENG_LANG", language)
    with pytest.raises(SystemExit) as ended:
        main([*typed, "--help"])
    assert ended.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    named = {line.split()[0].strip("[]") for line in lines if line.startswith("  ")}
    assert [key for key, _ in fields(model) if key not in named] == []
    assert load_words(language).say("command.config.keys", program=typed[0]) in lines
