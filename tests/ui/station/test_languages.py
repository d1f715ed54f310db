"""A further language is a folder of words: no line of code knows how many there are."""

import shutil
from importlib import resources
from pathlib import Path

import pytest

from kiosk.rules.messages import Subject
from kiosk.rules.visits.turn import Stage
from kiosk.words import WordError, languages, load_words
from tests.ui.station.scripted import Scripted
from tests.ui.station.test_pages import JOURNEYS
from ui.station.chosen import following
from ui.station.pages import TURN, Pages
from ui.station.voice import silent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ours, and a language that was made up: its words are marked, its names nobody has."""
    with resources.as_file(resources.files("kiosk") / "packs" / "words") as words:
        shutil.copytree(words, tmp_path / "words")
    shutil.copytree(tmp_path / "words" / "en", tmp_path / "words" / "xx")
    pack = tmp_path / "words" / "xx" / "station.toml"
    text = pack.read_text(encoding="utf-8").replace('name = "English"', 'name = "Made up"').replace('"Back"', '"Xack"')
    pack.write_text(text.replace('tag = "en"', 'tag = "xx"'), encoding="utf-8")
    return tmp_path / "words"


def test_every_folder_is_a_language_ours_first(folder: Path) -> None:
    assert languages(folder) == ("zh", "en", "xx")
    assert load_words("xx", folder).say("language.name") == "Made up"
    with pytest.raises(WordError, match="xx"):
        load_words("yy", folder)


def test_the_next_language_comes_in_a_round() -> None:
    among = ("zh", "en", "xx")
    assert [following(among, one) for one in (*among, "gone")] == ["en", "xx", "zh", "zh"]


@pytest.mark.parametrize("stage", list(JOURNEYS))
def test_every_stage_speaks_it(stage: Stage, folder: Path, farmer: Subject) -> None:
    attendant = Scripted()
    JOURNEYS[stage](attendant, farmer)
    spoken = {name: load_words(name, folder) for name in languages(folder)}
    pages = Pages(spoken, lambda _: (), lambda: attendant.method, boot="boot", voice=silent())
    html = pages.whole(attendant.screen(), "xx", TURN)
    assert '<html lang="xx"' in html
    assert pages.whole(attendant.screen(), "en", TURN).count("Made up") == 1
    assert "Xack" in html or not attendant.screen().may_go_back
