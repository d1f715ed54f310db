"""A full disk: every command whose answer cannot be printed, and whose file cannot be written, says so in words, ends
with 1, and leaves no half of a file."""

import argparse
import contextlib
import io
import os
import re
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.enrolment import prepare
from kiosk.rules.messages import SubjectsUpsert
from kiosk.words import LANGUAGES, load_words
from tests.house.sources import ROOT
from tests.house.test_help import command
from tests.kiosk.test_record import Box
from tests.support.bodies import COUNTY, FARMER
from tests.support.rich_record import fill, laid_out
from tests.support.site import Site
from ui.command.main import COMMANDS, Output, main
from ui.county.database import Database

# What each prints is there every time; {…} are places of the world below.
TOLD = (
    "county keys list {county}",
    "county order list {county}",
    "county card {county} s-0001 --name Li",
    "county broker {county}",
    "county openings {county}",
    "county waiting {county}",
    "county revoked {county} {out}/revoked.list",
    "join request {out}/keys --county 530427 --station gasa-07",
    "profile list",
    "profile check",
    "profile resolve dayuan-tl310/any",
    "profile doc",
    "profile schema",
    "profile bytes 010300000001",
    "pack list",
    "pack open methods",
    "rules list",
    "rules explain lot/over_issue",
    "printer models",
    "scenes {out}/scenes --kind easy --count 1",
    "code explain 6901234567892",
    "verify --hand-out {out}/check.py",
    "contract show",
    "contract schema test",
    "contract check",
    "contract write {out}/contract",
    "record export {record} {out}/log.zip",
    "record verify {record} --trust {record}/trust.json",
    "record rebuild {record}",
    "record backup {record} {out}/backup",
    "record retire {record} --dry-run --days 90",
    "paper list",
    "paper sample card --out {out}/card.png",
)


@dataclass(frozen=True, slots=True)
class World:
    county: Path
    record: Path
    request: Path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    site, box = Site(folder), Box(folder / "record")
    site.join()
    site.give(SubjectsUpsert((FARMER,)))
    Database(site.county / "county.db").close()
    with closing(box.open()) as record:
        fill(box, record)
        laid_out(box)
    request = folder / "request.json"
    request.write_bytes(prepare(folder / "gasa-09", COUNTY, "gasa-09"))
    return World(site.county, box.folder, request)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("LIANGZHENG_LANG", str(request.param))
    return str(request.param)


def with_full_output(arguments: list[str]) -> int:
    """With a standard output as a program has it, on a disk without room."""
    full = Output(os.open("/dev/full", os.O_WRONLY), "w")
    with io.TextIOWrapper(io.BufferedWriter(full), "utf-8") as out, contextlib.redirect_stdout(out):
        return main(arguments)


def typed(line: str, world: World, out: Path) -> list[str]:
    return line.format(county=world.county, record=world.record, request=world.request, out=out).split()


@pytest.mark.parametrize("line", TOLD)
def test_each_says_something(line: str, world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(typed(line, world, tmp_path)) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize("line", TOLD)
def test_what_cannot_be_printed_is_said_and_is_no_success(
    line: str, world: World, tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert with_full_output(typed(line, world, tmp_path)) == 1
    assert load_words(language).say("command.output_full") in capsys.readouterr().err


def leaves() -> list[str]:
    """Every command that can be typed, without its arguments."""
    parsers = [parser for name in COMMANDS for parser in command(name, "en")]
    return [one.prog.removeprefix("liangzheng ") for one in parsers if not any(map(_is_group, one._actions))]


def _is_group(action: argparse.Action) -> bool:
    return isinstance(action, argparse._SubParsersAction) and action.required


@pytest.mark.parametrize("line", ["", *COMMANDS, *leaves()])
def test_help_that_cannot_be_printed_is_no_success(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert with_full_output([*line.split(), "--help"]) == 1
    assert load_words("zh").say("command.output_full") in capsys.readouterr().err


@pytest.mark.parametrize("more", [(), ("-u",)])
@pytest.mark.parametrize("line", ["--version", "profile list"])
def test_the_program_as_the_shell_starts_it(line: str, more: tuple[str, ...]) -> None:
    start = [sys.executable, *more, "-m", "ui.command.main", *line.split()]
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "LIANGZHENG_LANG": "en"}

    def ended(out: int) -> tuple[int, str]:
        done = subprocess.run(
            start, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
        return done.returncode, done.stderr

    with Path("/dev/full").open("wb") as room:
        assert ended(room.fileno()) == (1, load_words("en").say("command.output_full") + "\n")
    reader, writer = os.pipe()
    os.close(reader)  # `… | head` that has seen enough
    try:
        assert ended(writer) == (0, "")
    finally:
        os.close(writer)


# --- files ---

# Each makes files in a folder; none of them may be there by half. {out}/… is where the disk is full.
MADE = (
    "county card {county} s-0001 --name Li --out {out}/card.png",
    "county cards {county} s-0001 --out {out}/cards.pdf",
    "county revoked {county} {out}/revoked.list",
    "county enrol {county} {request} --out {out}/answer.json",
    "join request {out}/keys --county 530427 --station gasa-07",
    "printer test /dev/null --model escpos-58mm --only {out}/trial.png",
    "profile doc --out {out}/DEVICES.md",
    "profile schema --out {out}/profile.json",
    "profile new maker-model --folder {out} --vendor V --model M --kind line",
    "scenes {out}/scenes --kind easy --count 1",
    "verify --hand-out {out}/check.py",
    "contract write {out}/contract",
    "record export {record} {out}/log.zip",
    "record backup {record} {out}/backup",
    "paper sample card --out {out}/card.png",
    "paper sample card --out {out}/card.pdf",
)


@pytest.mark.parametrize("line", MADE)
def test_a_file_that_does_not_fit_is_said_and_is_not_there_by_half(line: str, world: World, tmp_path: Path) -> None:
    """Each file that it makes finds the disk full, in turn, for as long as it makes another."""
    whole = tmp_path / "whole"
    whole.mkdir()
    assert main(typed(line, world, whole)) == 0
    made = sorted(str(file.relative_to(whole)) for file in whole.rglob("*") if file.is_file())
    assert made
    for nth, name in enumerate(dict.fromkeys((made[0], made[len(made) // 2], made[-1]))):
        out = tmp_path / f"full-{nth}"
        out.mkdir()
        ended = on_a_full_disk(typed(line, world, out), out / name)
        assert ended.returncode == 1, ended.stderr
        assert re.search("[\u4e00-\u9fff]", ended.stderr), ended.stderr
        assert not re.search(r"Traceback|No space left|Errno", ended.stderr), ended.stderr
        assert not (out / name).exists()
        assert not list(out.rglob("*.new")), "nothing is left of what did not fit"


def on_a_full_disk(arguments: list[str], file: Path) -> "subprocess.CompletedProcess[str]":
    """The command under strace, whose writes to `file`, also by the name that it has first, find no room."""
    watched = [option for name in (file, file.with_name(f"{file.name}.new")) for option in ("-P", str(name))]
    struck = ["-e", "trace=write,pwrite64", "-e", "inject=write,pwrite64:error=ENOSPC"]
    program = [sys.executable, "-m", "ui.command.main", *arguments]
    return subprocess.run(
        ["strace", "-f", "--seccomp-bpf", "-o", "/dev/null", *watched, *struck, *program],
        cwd=ROOT, env=os.environ | {"LIANGZHENG_LANG": "zh"}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
