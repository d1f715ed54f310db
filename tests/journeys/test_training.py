"""Training by touch: from the desk into a practice, a farmer's whole turn there, and back to the real station."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import pytest
from playwright.sync_api import expect

from kiosk.rules.messages import EntryBody, Trained
from kiosk.training import FOLDER
from kiosk.words import load_words
from tests.support.stage import bench, entries
from tests.support.touch import SOON, Touch
from tests.support.turn_steps import brings, promises, wants_a_test
from tests.support.waiting import wait_for
from ui.demo.bench import Bench, Plan

EVERY = get_args(EntryBody)
NOW = load_words("zh").say("training.now")
TAIL = "1234"  # of the practice farmer's telephone: it stands on his card


@pytest.fixture(scope="module")
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3)) as made:
        made.start_all()
        yield made


@contextmanager
def watched(stage: Bench, trace: Path) -> Iterator[None]:
    """Every file that the uplink opens, as the kernel is asked for it."""
    command = ["strace", "-f", "-q", "-e", "trace=open,openat,openat2", "-o", str(trace), "-p", str(uplink(stage))]
    strace = subprocess.Popen(command)
    try:
        wait_for(lambda: "TracerPid:\t0" not in status(uplink(stage)), "the uplink is watched", 10)
        yield
    finally:
        strace.send_signal(signal.SIGINT)
        strace.wait(10)


def uplink(stage: Bench) -> int:
    return next(pid for pid in stage.programs.pids() if b"\0uplink\0" in Path(f"/proc/{pid}/cmdline").read_bytes())


def status(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text("ascii")


def held_open(pid: int) -> list[str]:
    return [str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_symlink()]


def practise_a_turn(touch: Touch) -> None:
    """Everything that a farmer does, on what lies on the screen."""
    touch.stands_at("idle")
    touch.press("practise_card", "farmer")
    touch.stands_at("proving")
    touch.key_in(TAIL)
    touch.press("tail")
    brings(touch, "320", "jin")
    wants_a_test(touch)
    touch.stands_at("result")
    touch.press("result_read")
    promises(touch, "control+self_test")


def test_a_practice_from_the_desk_and_back(stage: Bench, touch: Touch, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    practice = stage.box / "state" / FOLDER
    touch.log_in("technician")
    before = entries(stage, *EVERY)
    touch.press("tool", "training")
    touch.stands_at("tool/training")
    with watched(stage, trace):
        touch.press("practise", "")
        expect(touch.page.locator(".training-word")).to_have_text(NOW, timeout=SOON)
        practise_a_turn(touch)
        assert list((practice / "papers").glob("*.png")), "a paper came out of the simulated printer"
        assert not [name for name in held_open(uplink(stage)) if FOLDER in name]
        touch.press("practise_end")
        expect(touch.page.locator(".training-word")).to_have_count(0, timeout=SOON)
    touch.stands_at("idle")
    new = entries(stage, *EVERY)[len(before) :]
    (told,) = (one for one in new if isinstance(one, Trained))
    assert (told.certificates, told.tests) == (1, 1)
    assert [one for one in new if one is not told] == [], "a practice leaves one entry and no other"
    assert not practice.exists()
    opened = trace.read_text("utf-8").splitlines()
    assert any(str(stage.box) in line for line in opened), "the uplink was at work"
    assert [line for line in opened if f"/{FOLDER}" in line] == []
    touch.log_in("technician")
