"""What station.toml says of the voice, and the placeholder that comes by itself."""

from pathlib import Path

import pytest

from kiosk.clock import Clock, build_time
from kiosk.config import ConfigError, load
from kiosk.pack_in_force import PacksInForce
from kiosk.voice.pack import HEAD, open_pack
from kiosk.voice.placeholder import made, name_of
from tests.house.test_configuration import STATION
from tests.support.waiting import wait_for
from ui.command.station_config import StationConfig
from ui.command.station_voice import folder_of, placeholder_made, voice_of
from ui.command.voice import prompts_of
from ui.command.voice_folder import default_folder


def config(folder: Path, voice: str = "") -> StationConfig:
    file = folder / "station.toml"
    file.write_text(f"{STATION}[voice]\n{voice}", "utf-8")
    return load(file, StationConfig)


def test_where_the_packs_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert folder_of(config(tmp_path)) == default_folder() == tmp_path / "liangzheng" / "voice"
    assert folder_of(config(tmp_path, f'folder = "{tmp_path}"\n')) == tmp_path


@pytest.mark.parametrize("volume", ["80", '"80"', '["25 80"]', '["7 101"]', '["7:00 80"]', '["7"]', '[["7", "80"]]'])
def test_a_volume_that_is_none_is_refused(tmp_path: Path, volume: str) -> None:
    with pytest.raises(ConfigError, match=r"voice\.volume"):
        config(tmp_path, f"volume = {volume}\n")


def test_the_placeholder_is_made_behind_the_stations_back_and_once(tmp_path: Path) -> None:
    packs = PacksInForce()
    settings = config(tmp_path, f'folder = "{tmp_path / "voice"}"\nvolume = ["7 80", "20 40"]\n')
    ours = tmp_path / "voice" / name_of("zh")
    with placeholder_made(settings, packs, settled=0.0):
        wait_for(lambda: (ours / HEAD).is_file() and len(open_pack(ours).files) > 1, "it speaks", 30)
        assert list(made(tmp_path / "voice", "zh", prompts_of("zh"))) == [], "nobody else makes the same"
    begun = len(open_pack(ours).files)
    assert begun < len(prompts_of("zh")), "it ends with the station, and goes on the next time"
    assert voice_of(settings, packs, Clock(build_time())) is not None
