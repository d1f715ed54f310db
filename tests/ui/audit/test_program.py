"""The program as people start it: alone, through `liangzheng`, in both languages, with its exit codes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.sources import ROOT
from tests.support.lies import told_in, written
from tests.support.scenarios import FOLDER, PLAYS
from tests.support.village import ROOT as ROOT_KEY
from ui.audit.program import main
from ui.audit.signatures import BATCH, Signatures
from ui.command.main import main as liangzheng


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANGZHENG_LANG", "en")


def test_it_runs_alone_with_nothing_of_the_house(tmp_path: Path) -> None:
    """Its folder, copied; of Python only the standard library and `cryptography`."""
    shutil.copytree(ROOT / "ui" / "audit", tmp_path / "ui" / "audit", ignore=shutil.ignore_patterns("__pycache__"))
    watch = (
        "import sys, runpy; sys.argv = ['audit', *sys.argv[1:]]\n"
        "try: runpy.run_module('ui.audit', run_name='__main__')\n"
        "finally: print(sorted({name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "LIANGZHENG_LANG": "en"}
    ended = subprocess.run(
        [sys.executable, "-c", watch, "--scenarios"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    *_, last, modules = ended.stdout.splitlines()
    assert last == f"{len(PLAYS)} of {len(PLAYS)} scenarios as expected."
    assert set(json.loads(modules.replace("'", '"'))) <= {
        "ui", "cryptography", "_openssl", "__main__",
        "_cffi_backend", "cffi", "typing_extensions", "__mp_main__", "_distutils_hack",
        "sitecustomize", "_virtualenv", "__editable___liangzheng_0_1_0_finder", "mpl_toolkits", "google",
    }  # fmt: skip


def test_findings_are_exit_code_1_and_told_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert liangzheng(["audit", str(FOLDER / "copied-original.zip"), "--root", ROOT_KEY]) == 1
    told = capsys.readouterr().out
    assert "entry 6: A second original of" in told
    assert "take back all but one" in told
    assert "Done: 1 certificates" in told
    assert told.endswith("Result: 1 findings.\n")


def test_nothing_wrong_is_exit_code_0(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert main([str(FOLDER / "normal-day.zip")]) == 0
    assert "the one in the file is believed" in capsys.readouterr().out
    monkeypatch.setenv("LIANGZHENG_LANG", "zh")
    assert main([str(FOLDER / "normal-day.zip"), "--root", ROOT_KEY]) == 0
    assert not capsys.readouterr().out.isascii()


def test_json_has_every_entry_when_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(FOLDER / "copied-original.zip"), "--root", ROOT_KEY, "--json", "--all"]) == 1
    (export,) = json.loads(capsys.readouterr().out)["exports"]
    assert [row["seq"] for row in export["entries"]] == list(range(1, 8))
    assert [row["seq"] for row in export["entries"] if row["findings"]] == [6]
    assert main([str(FOLDER / "copied-original.zip"), "--all"]) == 1
    assert "original_twice" in capsys.readouterr().out


def test_several_exports_in_any_order(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(FOLDER / name) for name in ("card-swap-2.zip", "card-swap-1.zip")]
    assert main([*files, "--root", ROOT_KEY]) == 0
    assert "Continues log" in capsys.readouterr().out
    assert main([files[0], "--root", ROOT_KEY]) == 0
    assert "that log is not here" in capsys.readouterr().out


def test_the_countys_own_receipt(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cut = str(FOLDER / "cut-tail.zip")
    assert main([cut, "--receipt", str(FOLDER / "cut-tail.txt")]) == 1
    assert "The tail is cut off" in capsys.readouterr().out
    (tmp_path / "no.txt").write_text("hello")
    for receipt, said in ((tmp_path / "no.txt", "not a note"), (tmp_path / "nothing.txt", "No such file")):
        assert main([cut, "--receipt", str(receipt)]) == 2
        assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([], "Name an export"),
        (["nowhere.zip"], "nowhere.zip No such file"),
        ([str(FOLDER)], "Is a directory"),
        ([str(FOLDER / "normal-day.zip"), "--root", "abc"], "32 bytes in base64"),
    ],
)
def test_what_cannot_be_read_is_exit_code_2(capsys: pytest.CaptureFixture[str], typed: list[str], said: str) -> None:
    assert main(typed) == 2
    assert said in capsys.readouterr().err


def test_wrong_usage_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--nothing"])
    assert ended.value.code == 2
    assert "Not understood" in capsys.readouterr().err


def test_many_signatures_are_checked_beside_the_reading() -> None:
    """Two wrong ones among more than a batch, by one worker and by two."""
    from tests.support.lies import public
    from tests.support.village import key
    from ui.audit.forms import unbase64

    own, messages = key("station"), [str(nth).encode() for nth in range(BATCH * 2 + 9)]
    for workers in (1, 2):
        signatures = Signatures(unbase64(public("station")), workers)
        for nth, message in enumerate(messages):
            signatures.check(nth, own.sign(message if nth not in (3, BATCH + 1) else b"other"), message)
        assert signatures.wrong() == [3, BATCH + 1]


def test_a_log_of_many_batches(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = told_in(FOLDER / "normal-day.zip")
    incidents = [story[0].later(seconds=nth) for nth in range(1, BATCH * 3)]
    whole = [story[0], *(incident.__class__("incident", {}, incident.time) for incident in incidents)]
    (tmp_path / "many.zip").write_bytes(written(whole))
    assert main([str(tmp_path / "many.zip"), "--root", ROOT_KEY]) == 0
    assert f"Entries 1 to {len(whole)}" in capsys.readouterr().out
