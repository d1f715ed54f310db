"""The `[[analyzer]]` tables of station.toml: what may stand there, and what is said of what may not."""

import queue
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import ValidationError

from drivers.binding import AUTO, Binder
from drivers.errors import ProfileError
from drivers.ports import open_port
from drivers.simulated.analyzer import ResidueTwin
from drivers.simulated.analyzer_modbus import ChlorineTwin
from drivers.simulated.pty import PtyDevice, Twin
from drivers.sockets import Socket
from kiosk.config import ConfigError
from kiosk.devices import AnalyzerReady, DeviceLost
from kiosk.words import LANGUAGES, load_words
from ui.command.station_analyzers import AnalyzerConfig, bound, line_of, warnings
from ui.command.station_config import StationConfig
from ui.command.station_parts import analyzers_that_test, methods_of

FILE = Path("station.toml")
RESIDUE, CHLORINE = "dayuan-tl310", "globalwater-cl500"


def one(name: str = "left", profile: str = RESIDUE, port: str = "/dev/a", **more: str) -> AnalyzerConfig:
    return AnalyzerConfig.model_validate({"name": name, "profile": profile, "port": port, **more})


def told(*analyzers: AnalyzerConfig) -> StationConfig:
    folders = dict.fromkeys(("state", "up", "down", "key", "trust", "scanner"), Path("x"))
    return StationConfig(county="530427", station="gasa-01", host="lz.example.cn", analyzer=analyzers, **folders)


def refused(*analyzers: AnalyzerConfig, language: str = "en") -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        bound(analyzers, FILE, load_words(language))
    return caught.value.problems


@pytest.mark.parametrize("port", ["/dev/serial/by-path/x", "socket://10.0.0.7:4001", "rfc2217://10.0.0.7:4001", AUTO])
def test_where_an_instrument_may_be(port: str) -> None:
    (made,) = bound([one(port=port)], FILE, load_words("zh"))
    assert (made.name, made.port, made.model) == ("left", port, "TL-310")


def test_one_that_tells_no_number_has_no_serial() -> None:
    ((key, told),) = refused(one(serial="A-77"))
    assert key == "analyzer.0.serial"
    assert "TL-310" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_of_a_kind_cannot_both_be_looked_for(language: str) -> None:
    ((key, told),) = refused(one("left"), one("right", port=AUTO), language=language)
    assert key == "analyzer.1.port"
    assert "left" in told
    assert "right" in told


def test_two_of_a_kind_on_their_sockets_are_warned_of_once() -> None:
    made = bound([one("left"), one("right", port="/dev/b"), one("pool", CHLORINE, "/dev/c")], FILE, load_words("en"))
    (told,) = warnings(made, load_words("en"))
    assert "left" in told
    assert "right" in told
    assert "pool" not in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("first", "second", "key"),
    [
        ({}, {"port": "/dev/b"}, "analyzer.1.name"),
        ({}, {"name": "right"}, "analyzer.1.port"),
        ({}, {"name": "printer", "port": "/dev/b"}, "analyzer.1.name"),
    ],
)
def test_what_only_one_may_have(language: str, first: dict[str, str], second: dict[str, str], key: str) -> None:
    """Two of one name would share a tape, a line on the screen and a button."""
    ((found, told),) = refused(one(**first), one(**{"name": "left", **second}), language=language)
    assert found == key
    assert "left" in told or "printer" in told


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ProfileError) as caught:
        bound([one(profile="dayuan-tl31")], FILE, load_words("en"))
    assert caught.value.code == "profile.unknown"


@pytest.mark.parametrize("more", [{"usb": "1A86:7523"}, {"usb": "7523"}, {"serial": ""}, {"socket": "x"}])
def test_what_cannot_stand_there(more: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        one(**more)


def test_adapters_swapped_while_the_station_runs_find_their_names_again(tmp_path: Path) -> None:
    """Both are looked for at the same time, on the same two sockets."""
    made = bound([one("residue", port=AUTO), one("chlorine", CHLORINE, AUTO)], FILE, load_words("en"))
    models = {"residue": "TL-310", "chlorine": "CL500"}
    told: queue.SimpleQueue[object] = queue.SimpleQueue()
    with ExitStack() as stack:
        places = [tmp_path / "left", tmp_path / "right"]
        binder = Binder(made, open_port, present=lambda: tuple(Socket(str(place)) for place in places))
        plugged = plug(places, (ResidueTwin(), ChlorineTwin()))
        for line in (line_of(each, binder, tmp_path / "tapes", 0, told.put) for each in made):
            line.start()
            stack.callback(line.stop)
        assert ready(told) == models
        for device in plugged:
            device.close()
        assert lost(told) == set(models)
        plugged = plug(places, (ChlorineTwin(), ResidueTwin()))
        assert ready(told) == models
    for device in plugged:
        device.close()


def plug(places: list[Path], twins: tuple[Twin, Twin]) -> list[PtyDevice]:
    return [PtyDevice(twin, place) for place, twin in zip(places, twins, strict=True)]


def ready(told: "queue.SimpleQueue[object]") -> dict[str, str]:
    """Name and model of both, as soon as they are there."""
    found: dict[str, str] = {}
    while len(found) < 2:
        event = told.get(timeout=60)
        if isinstance(event, AnalyzerReady):
            found[event.name] = event.identity.model
    return found


def lost(told: "queue.SimpleQueue[object]") -> set[str]:
    found: set[str] = set()
    while len(found) < 2:
        event = told.get(timeout=60)
        if isinstance(event, DeviceLost):
            found.add(event.part)
    return found


def test_samples_are_tested_on_several_each_by_its_own_method() -> None:
    left, right = one(name="left", tests="true"), one(name="right", port="/dev/b", tests="true", method="nyt-448-2001")
    beside = one(name="beside", port="/dev/c")
    made = bound((left, right, beside), FILE, load_words("en"))
    config = told(left, right, beside)
    assert [(each.name, each.method, each.control) for each in analyzers_that_test(config, made)] == [
        ("left", config.method, 1),
        ("right", "nyt-448-2001", 1),
    ]
    assert analyzers_that_test(config, made)[0].channels == tuple(range(1, 9))
    assert methods_of(config) == (config.method, "nyt-448-2001")
