"""What README.md says is there: commands, targets, programs, files, folders, languages."""

import re
import subprocess
from pathlib import Path

import pytest

from drivers.simulated.analyzer import SCENARIOS
from kiosk.words import LANGUAGES, load_words
from tests.house.sources import ROOT
from tests.house.test_configuration import PROGRAMS
from ui.command.main import COMMANDS, parser_for

README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
LONG_RUNS = {"bench", "faults", "fuzz"}  # a target as soon as tests/<name>/run.py stands


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)) | {
        name for name in LONG_RUNS if (ROOT / "tests" / name / "run.py").exists()
    }


def test_every_make_command_is_a_target() -> None:
    told = re.findall(r"^make ([a-z]+)", README, re.MULTILINE) + re.findall(r"`make ([a-z]+)`", README)
    assert told
    assert [name for name in told if name not in targets()] == []


def test_every_target_is_phony_or_a_file() -> None:
    phony = set(re.findall(r"\S+", " ".join(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE))))
    assert [name for name in targets() - phony - LONG_RUNS if not (ROOT / name).exists()] == []


def test_the_settings_of_the_demo_reach_it() -> None:
    told = set(re.findall(r"\b([A-Z]+)=", README)) - {"LANG"}
    assert {"ONCE", "SCENARIO"} <= told
    assert [name for name in told if f"$({name})" not in MAKEFILE and f"$(if $({name})" not in MAKEFILE] == []
    assert [name for name in re.findall(r"SCENARIO=([a-z-]+)", README) if name not in SCENARIOS] == []


def test_every_program_is_a_command() -> None:
    programs = re.findall(r"^\| `liangzheng ([a-z ]+)` \|", README, re.MULTILINE)
    assert len(programs) >= 4
    for program in programs:
        name, *rest = program.split()
        parser_for([name], load_words("en")).parse_args([name, *rest, "--config", "x.toml"])


def test_every_command_in_the_text_exists() -> None:
    """`liangzheng NAME PART`: each has its own help."""
    for told in re.findall(r"`liangzheng ([a-z]+(?: [a-z]+)*)", README):
        name, *rest = told.split()
        assert name in COMMANDS
        with pytest.raises(SystemExit) as ended:
            parser_for([name], load_words("en")).parse_args([name, *rest, "--help"])
        assert ended.value.code == 0, f"liangzheng {told}"


def test_the_configuration_files_are_those_of_the_programs() -> None:
    assert set(re.findall(r"`(\w+\.toml)`", README)) == {program.name for program in PROGRAMS}
    for program in PROGRAMS:
        name = program.name.removesuffix(".toml")
        assert re.search(rf"^\| `liangzheng {name}[a-z ]*` \|.*`{program.name}` \|$", README, re.MULTILINE)


def test_every_folder_and_link_exists() -> None:
    folders = re.findall(r"^\| `([a-z_]+/)` \|", README, re.MULTILINE)
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert len(folders) == 6
    assert [name for name in folders + links if not (ROOT / name).exists()] == []


def test_the_language_setting_is_the_programs_own() -> None:
    assert re.findall(r"LIANGZHENG_LANG=(\w+)", README) == ["en"]
    assert "en" in LANGUAGES
    assert "LIANGZHENG_LANG" in (ROOT / "ui" / "command" / "main.py").read_text("utf-8")


def test_the_python_version_is_that_of_the_project() -> None:
    wanted = re.search(r'requires-python = ">=([0-9.]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert wanted is not None
    assert f"Python ≥ {wanted[1]}" in README


def test_make_alone_lists_what_there_is() -> None:
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [name for name in ("demo", "test", "check") if f"make {name}" not in listed.stdout] == []


@pytest.mark.parametrize("file", ["LICENSE", "CHANGELOG.md"])
def test_what_every_project_has(file: str) -> None:
    assert Path(ROOT / file).stat().st_size > 100
