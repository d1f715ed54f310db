"""Set-up says in words what it cannot do, never asks twice, and installs only what a lock names."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.units import SYSTEMD

ROOT = SYSTEMD.parent
LOCKS = [*ROOT.glob("requirements*.txt"), *SYSTEMD.glob("prepare-*.txt")]
SCRIPTS = [SYSTEMD / "prepare", SYSTEMD / "verify", SYSTEMD / "screen", SYSTEMD / "page", ROOT / ".ci/run"]
NEED = re.compile(r"[a-z0-9][a-z0-9.+-]+( \| [a-z0-9][a-z0-9.+-]+)*  +# \S.*")


def _ran(*command: str | Path, path: str | None = None) -> "subprocess.CompletedProcess[str]":
    place = {**os.environ, "PATH": path} if path else None
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=place)


def _only(folder: Path, *programs: str) -> str:
    """A PATH on which nothing but these programs is found."""
    for program in programs:
        found = shutil.which(program)
        assert found, program
        (folder / program).symlink_to(found)
    return str(folder)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_shell_scripts_are_clean_and_executable(script: Path) -> None:
    assert os.access(script, os.X_OK)
    done = _ran("shellcheck", script)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("arguments", [(), ("everything",), ("demo", "--venv")])
def test_wrong_use_is_answered_with_the_usage(arguments: tuple[str, ...]) -> None:
    done = _ran(SYSTEMD / "prepare", *arguments)
    assert done.returncode == 2
    assert "systemd/prepare demo|test" in done.stderr


def test_help() -> None:
    done = _ran(SYSTEMD / "prepare", "--help")
    assert done.returncode == 0
    assert "systemd/prepare demo|test" in done.stdout


def test_another_system_than_debian_is_told_what_would_be_needed(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    tools = _only(
        tmp_path, "bash", "dirname", "realpath", "mktemp", "rm", "cat", "sed", "tr", "flock", "sha256sum", "cut"
    )
    done = _ran(shutil.which("bash") or "bash", SYSTEMD / "prepare", "demo", "--venv", venv, path=tools)
    assert done.returncode == 1
    assert "not Debian" in done.stderr
    assert "libzbar0" in done.stderr
    assert not venv.exists()


@pytest.mark.parametrize("role", ["demo", "test"])
def test_every_debian_package_says_why(role: str) -> None:
    lines = (SYSTEMD / f"packages-{role}.txt").read_text("utf-8").splitlines()
    needs = [line for line in lines if not line.startswith("#")]
    assert needs
    assert [line for line in needs if not NEED.fullmatch(line)] == []


def _text_of_a_lock(file: Path) -> str:
    """Without comments, and without the pages on which authors ask for donations."""
    lines = "\n".join(line for line in file.read_text("utf-8").splitlines() if not line.startswith("#"))
    return re.sub(r'"(url|funding)": "https?://[^"]*"', "", lines)


@pytest.mark.parametrize("lock", [*LOCKS, ROOT / "package-lock.json"], ids=lambda lock: lock.name)
def test_no_lock_names_a_registry(lock: Path) -> None:
    text = _text_of_a_lock(lock)
    assert "://" not in text
    assert '"resolved"' not in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_package_has_one_version_and_its_hashes(lock: Path) -> None:
    packages = _text_of_a_lock(lock).replace("\\\n", " ").splitlines()
    assert packages
    for package in packages:
        assert re.match(r"[a-z0-9-]+==\S+ ", package), package
        assert "--hash=sha256:" in package


def test_make_alone_lists_every_target() -> None:
    listed = re.findall(r"^  make (\w+)", _ran("make").stdout, re.MULTILINE)
    long = sorted(file.parent.name for file in ROOT.glob("tests/*/run.py"))
    assert listed == ["help", "demo", "test", "check", "goldens", "lock", "clean", *long]


def test_make_demo_passes_its_switches_on() -> None:
    make = ("make", "--no-print-directory", "-n", "demo")  # `make test` is a make above this one
    both, none = _ran(*make, "ONCE=1", "SCENARIO=contaminated", "ARGS="), _ran(*make, "ARGS=")
    assert both.stdout.split()[-5:] == [".venv/bin/liangzheng", "demo", "--once", "--scenario", "contaminated"]
    assert none.stdout.split()[-2:] == [".venv/bin/liangzheng", "demo"]
