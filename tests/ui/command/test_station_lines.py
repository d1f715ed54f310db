"""What becomes of an `[[analyzer]]` table: read by itself, asked for days, led by a person, or refused by name."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from drivers.binding import Bound
from drivers.profile.folder import shipped
from kiosk.config import ConfigError
from kiosk.words import LANGUAGES, load_words
from ui.command.station_analyzers import AnalyzerConfig, bound, dated, led

FILE = Path("station.toml")


def one(profile: str, **more: object) -> AnalyzerConfig:
    return AnalyzerConfig.model_validate({"name": "a", "profile": profile, "port": "/dev/a", **more})


def of(profile: str) -> Bound:
    return Bound("a", shipped().all_of(profile), "/dev/a")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("profile", "more"),
    [
        ("dayuan-tl310", {"tests": True}),  # its old results are no readings of now
        ("dayuan-dy3500", {}),  # a person has to put something in
        ("biomerieux-minividas", {}),  # it speaks by itself
    ],
)
def test_what_cannot_be_read_by_itself_is_refused(profile: str, more: dict[str, object], language: str) -> None:
    with pytest.raises(ConfigError) as caught:
        bound([one(profile, log_every=60, **more)], FILE, load_words(language))
    ((where, told),) = caught.value.problems
    assert where == "analyzer.0.log_every"
    assert "log_every" in told


@pytest.mark.parametrize("profile", ["xy-md02", "globalwater-cl500", "yosemitech-y511", "mettler-mt-sics"])
def test_what_stands_beside_may_be_read_by_itself(profile: str) -> None:
    assert bound([one(profile, log_every=60)], FILE, load_words("zh"))


@pytest.mark.parametrize("seconds", [0, -1])
def test_never_is_no_interval(seconds: int) -> None:
    with pytest.raises(ValidationError):
        one("xy-md02", log_every=seconds)


def test_who_is_led_and_who_is_asked_for_days() -> None:
    assert led(of("dayuan-dy3500")) is not None
    assert led(of("yosemitech-y511")) is None  # it waits for nobody
    assert led(of("dayuan-dy3500-strip")) is None
    assert led(of("dayuan-dy3500-strip"), tests=True) is not None  # somebody has to put the strip in
    assert led(of("dayuan-tl310"), tests=True) is None
    assert [dated(of(profile)) for profile in ("dayuan-lz4000t", "dayuan-tl310")] == [True, False]
