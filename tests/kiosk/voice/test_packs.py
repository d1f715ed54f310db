"""Packs: what is missing, what is wrong, and what stands in for what nobody recorded."""

from pathlib import Path

import pytest

from kiosk.pack import load_packs
from kiosk.voice.errors import VoiceError
from kiosk.voice.listed import listed
from kiosk.voice.pack import MOST, begun, open_pack, packs, problems
from kiosk.voice.placeholder import made, name_of
from kiosk.voice.programs import decoded, encoded, spoken
from kiosk.voice.prompts import Prompt, promise_key
from kiosk.voice.shelf import Shelf
from kiosk.voice.sound import Level, level, opus_seconds, read_wav, trimmed, wav
from kiosk.words import LANGUAGES, load_words
from tests.kiosk.voice.sounds import copied, pack_of, tone

WANTED = listed(load_words("zh"), load_packs())
FEW = ("turn.idle", "turn.right", "number.3")


def wrong(folder: Path) -> list[str]:
    return [
        f"{one.code.rpartition('.')[2]} {one.facts.get('file', '')}".strip()
        for one in problems(open_pack(folder), WANTED)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_may_be_said_is_asked_for(language: str) -> None:
    packs_of_data = load_packs()
    wanted = listed(load_words(language), packs_of_data)
    heard = [key for key in wanted if not key.startswith("sheet.")]
    assert len(heard) < 180, "a clerk records them in less than an hour"
    assert list(wanted)[: len(heard)] == heard, "sheets come after what a farmer hears every time"
    assert {f"product.{one}" for one in packs_of_data.products} < wanted.keys()
    in_force = packs_of_data.wordings[-1].styles.values()
    assert {promise_key(line) for style in in_force for line in style.promise} < wanted.keys()
    assert [one.key for one in wanted.values() if not one.text.strip() or "{" in one.text] == []


def test_the_most_heard_come_first() -> None:
    keys = list(WANTED)
    assert keys[0] == "turn.idle"
    assert keys.index("turn.drugs_again") < keys.index("number.1") < keys.index("step.load")


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_of_sheets_can_be_recorded_those_of_anybody_first(language: str) -> None:
    keys = [key for key in listed(load_words(language), load_packs()) if key.startswith("sheet.")]
    assert {"sheet.newcomer.name", "sheet.complaint.text", "sheet.sampling.scene"} < set(keys)
    assert keys.index("sheet.complaint.text") < keys.index("sheet.sampling.scene")
    assert {"sheet.complaint", "sheet.complaint.done", "sheet.fault.done"}.isdisjoint(keys)


def test_own_words_are_said_by_whoever_says_the_rest(tmp_path: Path) -> None:
    own, general, other = "sheet.complaint.text", "filling.text", "filling.day"
    pack_of(tmp_path / "placeholder-zh", WANTED, (own, general, other))
    assert Shelf(tmp_path, "").same_voice(own, general, "zh")
    pack_of(tmp_path / "xinping", WANTED, (general,))
    shelf = Shelf(tmp_path, "xinping")
    assert not shelf.same_voice(own, general, "zh"), "a person says the rest, and did not record this"
    assert shelf.same_voice(own, other, "zh")
    assert not shelf.same_voice("sheet.no.body", other, "zh")


def test_what_is_missing_and_what_has_other_words_now(tmp_path: Path) -> None:
    pack = pack_of(tmp_path / "xinping", WANTED, FEW)
    assert {one.key for one in pack.missing(WANTED)} == WANTED.keys() - set(FEW)
    assert pack.changed(WANTED) == []
    later = {**WANTED, "turn.right": Prompt("turn.right", "?!")}
    assert [one.key for one in open_pack(pack.folder).changed(later)] == ["turn.right"]


def test_a_wrong_pack_is_told_file_by_file(tmp_path: Path) -> None:
    pack = pack_of(tmp_path / "xinping", WANTED, FEW)
    assert wrong(pack.folder) == []
    (pack.folder / "turn.nowhere.opus").write_bytes(encoded(tone(0.1)))
    (pack.folder / "turn.idle.wav").write_bytes(wav(tone(0.1)))
    (pack.folder / "number.3.opus").write_bytes(b"RIFF....WAVE")
    (pack.folder / "number.4.opus").write_bytes(b"")
    assert wrong(pack.folder) == [
        "format number.3.opus",
        "format number.4.opus",
        "key turn.idle.wav",
        "key turn.nowhere.opus",
    ]


def test_a_pack_that_is_too_large_is_told(tmp_path: Path) -> None:
    pack = pack_of(tmp_path / "xinping", WANTED, FEW)
    whole = (pack.folder / "number.3.opus").read_bytes()
    (pack.folder / "number.3.opus").write_bytes(whole[:60] + bytes(MOST) + whole[60:])
    assert "large" in wrong(pack.folder)


@pytest.mark.parametrize("head", ["", "name = 1", 'name = "x"\nlanguage = "zh"\nauthor = "y"', 'name = "x"', "[[["])
def test_a_pack_without_a_good_head_is_refused(tmp_path: Path, head: str) -> None:
    (tmp_path / "voice.toml").write_text(head, "utf-8")
    with pytest.raises(VoiceError) as told:
        open_pack(tmp_path)
    assert told.value.code == "problem.voice.head"
    assert str(tmp_path) in str(told.value.facts["folder"])


def test_what_nobody_recorded_is_the_placeholders(tmp_path: Path) -> None:
    mine = pack_of(tmp_path / "xinping", WANTED, ["turn.idle"])
    pack_of(tmp_path / name_of("zh"), WANTED, FEW)
    shelf = Shelf(tmp_path, "xinping")
    found = {key: shelf.found(key, "zh") for key in (*FEW, "turn.done")}
    assert [None if one is None else one.pack for one in found.values()] == [
        "xinping", "placeholder-zh", "placeholder-zh", None,
    ]  # fmt: skip
    assert shelf.found("turn.idle", "en") is None, "it speaks another language"
    assert not shelf.placeholder("zh")
    assert shelf.placeholder("en")
    assert shelf.file("xinping", "turn.idle.opus") == mine.files["turn.idle"]


@pytest.mark.parametrize(
    "name", ["../x.opus", "voice.toml", ".opus", "turn.idle", "a/b.opus", "turn.done.opus", "%2e.opus"]
)
def test_nothing_else_of_the_disk_can_be_asked_for(tmp_path: Path, name: str) -> None:
    pack_of(tmp_path / "xinping", WANTED, FEW)
    shelf = Shelf(tmp_path, "xinping")
    assert shelf.file("xinping", name) is None
    assert shelf.file("..", "x.opus") is None


def test_a_new_recording_is_heard_at_once_and_a_broken_pack_is_passed_over(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, "xinping")
    assert shelf.found("turn.idle", "zh") is None
    pack = pack_of(tmp_path / "xinping", WANTED, ["turn.idle"])
    before = shelf.found("turn.idle", "zh")
    assert before is not None
    (pack.folder / "voice.toml").write_text("[", "utf-8")
    (pack.folder / "touched").touch()
    assert shelf.found("turn.idle", "zh") is None


def test_packs_are_listed(tmp_path: Path) -> None:
    assert packs(tmp_path / "nowhere") == []
    pack = pack_of(tmp_path / "b", WANTED, FEW)
    copied(pack, "a")
    (tmp_path / "no-pack").mkdir()
    assert [one.name for one in packs(tmp_path)] == ["a", "b"]


def test_a_pack_goes_on_where_it_ended(tmp_path: Path) -> None:
    pack = pack_of(tmp_path / "xinping", WANTED, FEW)
    again = begun(pack.folder, pack.head.model_copy(update={"name": "another"}))
    assert (again.head.name, sorted(again.files)) == ("xinping", sorted(FEW))


# --- sounds ---


def test_silence_around_is_taken_away() -> None:
    said = tone(1.0, before=2.0, after=3.0)
    assert said.seconds == pytest.approx(6.0)
    assert trimmed(said).seconds == pytest.approx(1.24, abs=0.06)
    assert trimmed(tone(0.0)).seconds == pytest.approx(0.6), "of silence nothing is left out"


@pytest.mark.parametrize(
    ("loud", "told"), [(0.5, Level.GOOD), (0.03, Level.QUIET), (3.0, Level.CLIPPED), (0.001, Level.EMPTY)]
)
def test_a_level_is_told(loud: float, told: Level) -> None:
    assert level(tone(0.5, loud)) is told


def test_a_recorder_that_was_stopped_leaves_no_length() -> None:
    whole = wav(tone(0.5))
    torn = whole[:4] + b"\xff\xff\xff\x7f" + whole[8:40] + b"\x00\x00\xff\x7f" + whole[44:]
    assert read_wav(torn, "x").samples == tone(0.5).samples


@pytest.mark.parametrize("data", [b"", b"RIFF", b"OggS" * 30, bytes(100), b"RIFF\0\0\0\0WAVEfmt " + bytes(30)])
def test_what_is_no_sound_is_refused(data: bytes) -> None:
    with pytest.raises(VoiceError):
        read_wav(data, "x.wav")
    with pytest.raises(VoiceError):
        opus_seconds(data, "x.opus")


def test_an_encoded_sound_says_how_long_it_is_and_is_small() -> None:
    opus = encoded(tone(2.0, before=0, after=0))
    assert opus_seconds(opus, "x") == pytest.approx(2.0, abs=0.1)
    assert decoded(opus).seconds == pytest.approx(2.0, abs=0.1)
    assert len(opus) < 12_000
    assert encoded(tone(2.0, before=0, after=0)) == opus, "the same sound is the same file"


def test_the_computer_says_what_is_missing_and_labels_itself(tmp_path: Path) -> None:
    few = {key: WANTED[key] for key in FEW}
    counts = [len(one.files) for one in made(tmp_path, "zh", few)]
    pack = open_pack(tmp_path / name_of("zh"))
    assert (counts, pack.head.placeholder, pack.missing(few)) == ([1, 2, 3], True, [])
    assert list(made(tmp_path, "zh", few)) == [], "what is made is not made again"
    fewer = {key: few[key] for key in FEW[1:]} | {"number.3": Prompt("number.3", "三十")}
    assert [len(one.spoken) for one in made(tmp_path, "zh", fewer)] == [3]
    assert open_pack(pack.folder).files.keys() == fewer.keys(), "what is said no more is taken away"


def test_espeak_speaks_both_languages() -> None:
    assert spoken("您好，请把卡对着镜头。", "zh").seconds > 1
    assert spoken("Hello", "en").seconds > 0.2
