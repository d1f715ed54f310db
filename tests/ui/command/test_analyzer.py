"""`liangzheng analyzer find | read | watch` as a technician types them, against twins on real terminals."""

import io
import json
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivers.errors import Refused
from drivers.ports import Line, open_port
from drivers.profile.folder import shipped
from drivers.profile.form import Profile
from drivers.simulated.analyzer import ResidueTwin
from drivers.simulated.analyzer_modbus import ChlorineTwin
from drivers.simulated.pty import PtyDevice, Twin
from drivers.transcript import parse_torn
from kiosk.words import LANGUAGES, load_words
from tests.house.sources import ROOT
from tests.support.typed import run
from ui.command import analyzer
from ui.command.analyzer_read import Terminal
from ui.command.analyzer_session import erases

Plug = Callable[[str, Twin], str]
MINE = ("--profile", "dayuan-tl310", "--profile", "globalwater-cl500")


def call(*words: str, language: str = "en") -> int:
    return run(analyzer.add, ("analyzer", *words), language)


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Plug]:
    with ExitStack() as plugged:

        def made(name: str, twin: Twin) -> str:
            return str(plugged.enter_context(PtyDevice(twin, tmp_path / name)).link)

        yield made


class Newer(ChlorineTwin):
    """Its next firmware: 2.4.2."""

    def _input(self) -> list[int]:
        return [*(words := super()._input())[:4], 2, *words[5:]]


def ports(*where: str) -> list[str]:
    return [word for place in where for word in ("--port", place)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_found_can_be_pasted(language: str, plug: Plug, capsys: pytest.CaptureFixture[str]) -> None:
    left, right = plug("left", ResidueTwin()), plug("right", ChlorineTwin())
    assert call("find", *MINE, *ports(left, right), language=language) == 0
    out = capsys.readouterr().out
    lines = [line for line in out.splitlines() if line == "[[analyzer]]" or " = " in line]
    assert tomllib.loads("\n".join(lines))["analyzer"] == [
        {"name": "TL-310", "profile": "dayuan-tl310", "port": left},
        {"name": "CL500", "profile": "globalwater-cl500", "port": right},
    ]
    assert "1.4.2" in out


def test_two_of_a_model_are_numbered_and_warned_of(plug: Plug, capsys: pytest.CaptureFixture[str]) -> None:
    places = [plug(name, ResidueTwin()) for name in ("left", "right")]
    assert call("find", *MINE[:2], *ports(*places)) == 0
    out = capsys.readouterr().out
    assert 'name = "TL-310 1"' in out
    assert 'name = "TL-310 2"' in out
    assert "Label instruments" in out
    assert out.count("provisional") == 1


def test_as_json(plug: Plug, capsys: pytest.CaptureFixture[str]) -> None:
    known, newer, used = plug("known", ChlorineTwin()), plug("newer", Newer()), plug("used", ResidueTwin())
    held = open_port(used, Line(115200))
    assert call("find", *MINE, "--json", *ports(known, newer, used)) == 0
    held.close()
    told = json.loads(capsys.readouterr().out)
    found, unknown, busy = told["sockets"]
    assert [place["outcome"] for place in told["sockets"]] == ["found", "analyzer.unknown", "link.busy"]
    assert (found["model"], found["firmware"], found["serial"], found["weak"]) == ("CL500", "1.4.2", None, False)
    assert "2.4.2" in unknown["told"]
    assert used in busy["told"]
    assert len(told["warnings"]) == 1


def test_nothing_found_is_told_apart(plug: Plug, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("find", *MINE, *ports(str(tmp_path / "gone"))) == 1
    assert "no device" in capsys.readouterr().out


def test_an_unknown_profile_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("find", "--profile", "dayuan-tl31") == 1
    assert "dayuan-tl310" in capsys.readouterr().err


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_session_is_shown_as_a_table(language: str, plug: Plug, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("read", plug("cl", ChlorineTwin(seed=4)), "--profile", "globalwater-cl500", language=language) == 0
    told = capsys.readouterr()
    said = load_words(language)
    assert said.say("command.profile.quantity.free_chlorine") in told.out
    assert "mg/L" in told.out
    assert said.say("command.analyzer.find.firmware", value="1.4.2") in told.err


def test_a_session_as_json_with_its_bytes(plug: Plug, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept, where = tmp_path / "kept.golden", plug("tl", ResidueTwin())
    asked = ("read", where, "--profile", "dayuan-tl310", "--capture", str(kept), "--json")
    assert call(*asked, "--exchange", "read_last") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["identity"]["model"], told["identity"]["evidence"]) == ("TL-310", "documented")
    assert {reading["record"] for reading in told["readings"]} == {1}
    assert [case.run for case in parse_torn(kept.read_text("utf-8")).cases][-1] == "read_last"
    before = kept.read_bytes()
    assert call(*asked) == 1
    assert "not written over" in capsys.readouterr().err
    assert kept.read_bytes() == before


def test_another_instrument_is_not_read(plug: Plug, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("read", plug("new", Newer()), "--profile", "globalwater-cl500") == 1
    told = capsys.readouterr()
    assert "2.4.2" in told.err
    assert told.out == ""


def test_an_exchange_that_is_not_there_names_those_that_are(plug: Plug, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("read", plug("tl", ResidueTwin()), "--profile", "dayuan-tl310", "--exchange", "read_al") == 1
    assert "read_all" in capsys.readouterr().err


def test_days_that_are_none_are_wrong_usage() -> None:
    for days in ("yesterday", "2026-03-02..2026-03-01"):
        with pytest.raises(SystemExit) as ended:
            call("read", "/dev/null", "--profile", "dayuan-tl310", "--days", days)
        assert ended.value.code == 2


def test_the_person_is_asked_and_waits_are_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = load_words("en")
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    terminal = Terminal(said)
    terminal.waiting(90)
    err = ""
    while said.say("command.analyzer.read.waiting", seconds=90) not in err:
        err += capsys.readouterr().err
    terminal.asked("insert_sample")
    told = capsys.readouterr()
    assert said.say("command.analyzer.operator.insert_sample") in told.err
    assert told.out == ""
    with pytest.raises(Refused) as nobody:
        terminal.asked("close_lid")
    assert nobody.value.code == "analyzer.nobody_there"


def test_what_is_told_only_once_needs_a_file() -> None:
    found = shipped().find("taiyang-ttj-8h16")
    exchange = found.exchange["read_all"].model_copy(update={"consumes": True})
    forgetful: Profile = found.model_copy(update={"exchange": {**found.exchange, "read_all": exchange}})
    assert [erases(one) for one in (found, forgetful)] == [False, True]


class Watching:
    """`liangzheng analyzer watch` in a process of its own, line by line."""

    def __init__(self, *words: str) -> None:
        typed = [sys.executable, "-m", "ui.command.main", "analyzer", "watch", *words]
        environment = {**os.environ, "LIANGZHENG_LANG": "en"}
        self.process = subprocess.Popen(
            typed, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def until(self, fragment: str) -> str:
        """The next line that says so."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if fragment in line:
                return line
        raise AssertionError(f"never said {fragment!r}")

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=30)
        return self.process.returncode


@pytest.fixture
def watch() -> Iterator[Callable[..., Watching]]:
    begun: list[Watching] = []
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it, and so would these

    def made(*words: str) -> Watching:
        begun.append(Watching(*words))
        return begun[-1]

    yield made
    for one in begun:
        one.process.kill()
        one.process.communicate()


def test_a_live_value_is_told_again_when_it_changes_and_a_loss_and_a_return_once(
    tmp_path: Path, watch: Callable[..., Watching]
) -> None:
    with PtyDevice(ChlorineTwin(), tmp_path / "cl") as device:
        watching = watch(str(device.link), "--profile", "globalwater-cl500", "--every", "0.05")
        watching.until("Stop with Ctrl-C")
        first, second = watching.until("free chlorine"), watching.until("free chlorine")
        assert first != second
        device.unplug()
        assert "cable" in watching.until("Lost:")
        device.replug()
        watching.until("Back again")
        watching.until("free chlorine")
        assert watching.interrupt() == 0


def test_a_store_tells_only_what_is_new(tmp_path: Path, watch: Callable[..., Watching]) -> None:
    twin = ResidueTwin(run_seconds=0.05, auto=False)
    with PtyDevice(twin, tmp_path / "tl") as device:
        watching = watch(str(device.link), "--profile", "dayuan-tl310", "--every", "0.05")
        watching.until("2 readings already")
        twin.start_run()
        lines = [watching.until("inhibition") for _ in range(3)]
        assert [line.split()[0] for line in lines] == ["1", "2", "3"]
        assert watching.interrupt() == 0


def test_watching_nothing_ends_with_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("watch", str(tmp_path / "gone"), "--profile", "dayuan-tl310") == 1
    assert "no device" in capsys.readouterr().err
