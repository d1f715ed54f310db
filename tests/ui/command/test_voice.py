"""`liangzheng voice`: a dialect is recorded at a terminal by a microphone that is a program; lists and checks."""

import io
import os
import pty
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.pack import load_packs
from kiosk.voice.listed import listed
from kiosk.voice.pack import open_pack
from kiosk.voice.programs import encoded
from kiosk.voice.sound import wav
from kiosk.words import load_words
from tests.kiosk.voice.sounds import pack_of, tone
from tests.support.typed import run
from tests.support.waiting import wait_for
from ui.command import voice as command

WANTED = listed(load_words("zh"), load_packs())
KEYS = list(WANTED)
# arecord's command line: it records until SIGINT, and the file is whole then; what it hears is the next of `heard/`
ARECORD = """#!{python}
import pathlib, shutil, signal, sys
here = pathlib.Path({here!r})
with (here / "asked").open("a") as asked:
    asked.write(" ".join(sys.argv[1:]) + "\\n")
count = len((here / "asked").read_text().splitlines())
heard = here / "heard" / f"{{count}}.wav"
signal.signal(signal.SIGINT, lambda *_: (shutil.copy(heard, sys.argv[-1]), sys.exit(1)))
(here / f"recording-{{count}}").touch()
signal.pause()
"""
APLAY = """#!/bin/sh
cat > {here}/played
echo "$@" >> {here}/plays
"""


class Microphone:
    """Programs on PATH that speak ALSA's command lines."""

    def __init__(self, here: Path) -> None:
        self.here = here
        (here / "bin").mkdir(parents=True)
        (here / "heard").mkdir()
        self.program("arecord", ARECORD.format(python=sys.executable, here=str(here)))
        self.program("aplay", APLAY.format(here=here))

    def hears(self, *louds: float) -> None:
        for nth, loud in enumerate(louds, 1):
            (self.here / "heard" / f"{nth}.wav").write_bytes(wav(tone(0.4, loud)))

    @property
    def asked(self) -> list[str]:
        file = self.here / "asked"
        return file.read_text().splitlines() if file.exists() else []

    def recording(self, nth: int) -> bool:
        return (self.here / f"recording-{nth}").exists()

    @property
    def path(self) -> str:
        return f"{self.here / 'bin'}:{os.environ['PATH']}"

    def program(self, name: str, text: str) -> None:
        file = self.here / "bin" / name
        file.write_text(text, "utf-8")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)


class Terminal:
    """A clerk at a pty: reads what stands there, answers by one key."""

    def __init__(self, microphone: Microphone, *arguments: str) -> None:
        self._microphone = microphone
        self._ours, theirs = pty.openpty()
        self.said = ""
        self._recordings = len(microphone.asked)
        program = [sys.executable, "-m", "ui.command.main", "voice", *arguments]
        self.process = subprocess.Popen(
            program, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"LIANGZHENG_LANG": "en"}
        )
        os.close(theirs)

    def answer(self, told: str, line: str = "") -> None:
        """Wait for what is asked, then a line."""
        self.until(told)
        if told == "recording":
            self._recordings += 1
            wait_for(lambda: self._microphone.recording(self._recordings), "the microphone is on", 10)
        os.write(self._ours, f"{line}\n".encode())

    def until(self, told: str) -> str:
        while told not in self.said:
            try:
                self.said += os.read(self._ours, 4096).decode("utf-8", "replace")
            except OSError as ended:  # EIO: nobody is at the other end any more
                raise AssertionError(f"ended before {told!r}: {self.said}") from ended
        before, _, self.said = self.said.partition(told)
        return before

    def ended(self) -> int:
        code = self.process.wait(30)
        os.close(self._ours)
        return code


@dataclass(frozen=True, slots=True)
class Ended:
    returncode: int
    stdout: str
    stderr: str


Voice = Callable[..., Ended]


@pytest.fixture
def voice(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Voice:
    """The command in this process; `given` are the lines that are typed at it."""

    def typed(*arguments: str, given: str = "") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        code = run(command.add, ("voice", *arguments))
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return typed


@pytest.fixture
def microphone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Microphone:
    there = Microphone(tmp_path / "alsa")
    monkeypatch.setenv("PATH", there.path)
    return there


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    begun: list[Terminal] = []
    yield begun
    for one in begun:
        one.process.kill()
        one.process.wait()


def test_a_clerk_records_and_goes_on_later(tmp_path: Path, microphone: Microphone, terminals: list[Terminal]) -> None:
    """Good, too quiet, too loud, nothing at all; listened to and said again; skipped; stopped; gone on with."""
    microphone.hears(0.5, 0.02, 3.0, 0.0, 0.5, 0.5, 0.5)
    folder = tmp_path / "packs"
    desk = Terminal(microphone, "record", "xinping", "--folder", str(folder), "--device", "plughw:1", "--by", "Li Ming")
    terminals.append(desk)
    desk.until(f"{len(WANTED)} prompts to record")
    assert WANTED[KEYS[0]].text in desk.until("Enter: begin")
    os.write(desk._ours, b"\n")
    desk.answer("recording")
    desk.answer("Enter: keep")  # the first is kept
    for told in ("Too quiet", "Too loud", "Nothing was heard"):
        desk.answer("Enter: begin")
        desk.answer("recording")
        desk.until(told)
    desk.answer("Enter: begin")
    desk.answer("recording")
    desk.answer("Enter: keep", "p")  # once more, please
    desk.answer("Enter: keep", "r")  # not good
    desk.answer("Enter: begin")
    desk.answer("recording")
    desk.answer("Enter: keep")
    desk.answer("Enter: begin", "s")
    desk.answer("Enter: begin", "q")
    desk.until(f"2/{len(WANTED)} recorded")
    assert desk.ended() == 1
    pack = open_pack(folder / "xinping")
    assert sorted(pack.files) == sorted(KEYS[:2])
    assert (pack.head.recorded_by, pack.head.placeholder) == ("Li Ming", False)
    assert all("-D plughw:1" in asked and "S16_LE" in asked for asked in microphone.asked)
    assert (microphone.here / "plays").read_text().count("\n") == 4

    microphone.hears(*[0.5] * 9)
    later = Terminal(microphone, "record", "xinping", "--folder", str(folder))
    terminals.append(later)
    later.until(f"(3/{len(WANTED)})")
    later.answer("Enter: begin")
    later.answer("recording")
    later.answer("Enter: keep")
    later.answer("Enter: begin", "q")
    assert later.ended() == 1
    assert sorted(open_pack(folder / "xinping").files) == sorted(KEYS[:3])


@pytest.mark.usefixtures("microphone")
def test_recording_begins_where_it_is_told_to(tmp_path: Path, voice: Voice) -> None:
    folder = str(tmp_path / "packs")
    ended = voice("record", "x", "--folder", folder, "--from", "number.3", given="q\n")
    assert WANTED["number.3"].text in ended.stdout
    unknown = voice("record", "x", "--folder", folder, "--from", "number.x")
    assert (unknown.returncode, "number.x" in unknown.stderr) == (1, True)


def test_without_a_microphone_it_is_said(tmp_path: Path, microphone: Microphone, voice: Voice) -> None:
    microphone.program("arecord", "#!/bin/sh\necho 'arecord: main:831: audio open error: No such file' >&2\nexit 1\n")
    ended = voice("record", "x", "--folder", str(tmp_path), given="\n\n")
    assert ended.returncode == 1
    assert "arecord failed: arecord: main:831: audio open error" in ended.stderr


def test_what_was_recorded_elsewhere_is_taken_in(tmp_path: Path, voice: Voice) -> None:
    source, folder = tmp_path / "from", str(tmp_path / "packs")
    source.mkdir()
    (source / "turn.idle.wav").write_bytes(wav(tone(0.3)))
    (source / "turn.done.opus").write_bytes(encoded(tone(0.3)))
    (source / "notes.txt").write_text("x")
    refused = voice("import", "xinping", str(source), "--folder", folder)
    assert (refused.returncode, "notes.txt" in refused.stderr) == (1, True)
    assert open_pack(tmp_path / "packs" / "xinping").files == {}
    (source / "notes.txt").unlink()
    assert voice("import", "xinping", str(source), "--folder", folder).returncode == 0
    assert sorted(open_pack(tmp_path / "packs" / "xinping").files) == ["turn.done", "turn.idle"]


def test_lists_and_checks(tmp_path: Path, microphone: Microphone, voice: Voice) -> None:
    folder = ["--folder", str(tmp_path / "packs")]
    none = voice("list", *folder)
    assert (none.returncode, "liangzheng voice make" in none.stderr) == (1, True)
    pack = pack_of(tmp_path / "packs" / "xinping", WANTED, ["turn.idle", "turn.done"])
    assert f"2/{len(WANTED)} prompts" in voice("list", *folder).stdout
    missing = voice("missing", "xinping", *folder)
    assert missing.returncode == 1
    assert missing.stdout.count("missing ") == len(WANTED) - 2
    assert "turn.idle" not in missing.stdout
    assert voice("check", "xinping", *folder).returncode == 0
    (pack.folder / "turn.right.opus").write_bytes(b"x")
    wrong = voice("check", "xinping", *folder)
    assert (wrong.returncode, "turn.right.opus" in wrong.stdout) == (1, True)
    away = voice("check", "nowhere", *folder)
    assert (away.returncode, "There are: xinping" in away.stderr) == (1, True)
    played = voice("play", "xinping", "turn.idle", *folder)
    assert (played.returncode, (microphone.here / "played").read_bytes()[:4]) == (0, b"RIFF")
    assert voice("play", "xinping", "turn.nowhere", *folder).returncode == 1


def test_a_program_that_is_not_there_is_named_with_its_package(
    tmp_path: Path, voice: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack_of(tmp_path / "xinping", WANTED, ["turn.idle"])
    monkeypatch.setenv("PATH", str(tmp_path))
    told = voice("play", "xinping", "turn.idle", "--folder", str(tmp_path))
    assert (told.returncode, "apt-get install opus-tools" in told.stderr) == (1, True)
