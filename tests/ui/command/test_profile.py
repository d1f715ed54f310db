"""`liangzheng profile` and `liangzheng simulate` as a technician types them, in both languages."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.analyzer.analyzer import Analyzer
from drivers.evidence.lint import NOTE
from drivers.ports import open_serial
from drivers.profile.folder import find, known
from drivers.profile.link import Link
from drivers.simulated.analyzer import ResidueTwin
from drivers.simulated.pty import PtyDevice
from kiosk.words import load_words
from tests.support.typed import run
from ui.command import profile, simulate

TAIYANG = Path(__file__).parents[2] / "data" / "taiyang-ttj-8h16.hex"
SOURCES = Path(__file__).parents[3]


def call(*words: str, language: str = "en") -> int:
    return run((profile.add, simulate.add), words, language)


def test_the_list_names_every_profile(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("profile", "list") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]] == list(known())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_profile_is_good(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("profile", "check", language=language) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(known())


def test_an_unknown_profile_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("profile", "check", "dayuan-tl301") == 1
    assert "dayuan-tl310" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_published_capture_decodes(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("profile", "decode", str(TAIYANG), language=language) == 0
    out = capsys.readouterr().out
    assert all(number in out for number in ("1.9322355", "1010.94507", "1.9164128", "14378.028", "2012-07-02T16:53:19"))


def test_the_published_capture_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("profile", "decode", str(TAIYANG), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["profile"], told["evidence"], told["problems"]) == ("taiyang-ttj-8h16", "documented", [])
    assert [(r["channel"], r["value"]) for r in told["readings"]][1::2] == [(8, "1010.94507"), (7, "14378.028")]


def test_a_profile_named_on_the_line_and_bytes_of_one_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "heard.hex"
    file.write_text("7E1615 00FF 0100 0100 0500 12031F0A1E05 0000 0000 FE7F 02 00 5AAA", "utf-8")
    assert call("profile", "decode", str(file), "--profile", "dayuan-tl310", "--exchange", "read_last", "--json") == 0
    assert json.loads(capsys.readouterr().out)["readings"][0]["value"] is None


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("7E 01", "which instrument"),
        ("profile dayuan-tl310\n7E 0", "line 2"),
        ("profile dayuan-tl310\n7E 01", "incomplete"),
        ("profile dayuan-tl310\nrun read_al\n7E 01", "no exchange"),
        ("golden 1\nprofile x", "golden 1, profile and origin"),
    ],
)
def test_bytes_that_cannot_be_read_get_a_sentence(
    text: str, fragment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.hex"
    file.write_text(text, "utf-8")
    assert call("profile", "decode", str(file)) == 1
    assert fragment in capsys.readouterr().err


def test_an_absent_file_gets_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("profile", "decode", str(tmp_path / "absent")) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_what_a_station_kept_is_decoded_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    description = find("dayuan-tl310")
    with PtyDevice(ResidueTwin(), tmp_path / "tl") as device:
        analyzer = Analyzer(description, open_serial(str(device.link), description.link))
        analyzer.identify()
        readings = analyzer.read("read_all")
        (tmp_path / "kept").write_text(analyzer.transcript, "utf-8")
    assert call("profile", "decode", str(tmp_path / "kept"), "--json") == 0
    assert [r["value"] for r in json.loads(capsys.readouterr().out)["readings"]] == [str(r.value) for r in readings]


def test_simulate_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    link = tmp_path / "cl"
    script = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); from test_profile import call; "
    script += f"sys.exit(call('simulate', 'globalwater-cl500', '--link', {str(link)!r}))"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=SOURCES) as process:
        assert process.stdout is not None
        assert str(link) in process.stdout.readline()
        description = find("globalwater-cl500")
        analyzer = Analyzer(description, open_serial(str(link), description.link))
        assert analyzer.identify().model == "CL500"
        analyzer.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert not link.is_symlink()


def test_simulate_refuses_a_scenario_of_another_instrument(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("simulate", "globalwater-cl500", "--scenario", "clean", "--link", str(tmp_path / "cl")) == 1
    assert "over-range" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_of_the_analyzer_room_has_a_sentence(language: str) -> None:
    said = load_words(language)
    rooms = ("analyzer", "evidence", "profile", "simulated")
    files = [
        *(SOURCES / "drivers").glob("*.py"),
        *(file for room in rooms for file in (SOURCES / "drivers" / room).glob("*.py")),
    ]
    sources = "".join(file.read_text("utf-8") for file in files)
    codes = set(re.findall(r'"((?:link|analyzer|profile)\.[a-z_.]+)"', sources))
    codes -= {f"link.{key}" for key in Link.model_fields} | {NOTE}
    codes |= {"profile.key", "profile.word"}
    assert len(codes) > 30
    assert [code for code in sorted(codes) if not said.knows(f"problem.{code}")] == []
