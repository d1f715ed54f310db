"""A demo that is killed leaves no program behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.waiting import wait_for
from ui.demo.lifeline import outlived

DEMO = """
import sys
from pathlib import Path
from ui.demo.programs import Programs
programs = Programs(Path(sys.argv[1]), {})
for name in ("one", "two"):
    programs.start(name, ["tail", "-f", "/dev/null"], says_ready=False)
programs.stop("one")
print(programs._running["two"].pid, flush=True)
sys.stdin.read()
"""


def runs(number: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{number}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_what_ended_is_not_named() -> None:
    assert outlived(["11\n", "12\n", "-11\n", "13\n"]) == [13, 12]


def test_a_killed_demo_takes_its_programs_along(tmp_path: Path) -> None:
    command = [sys.executable, "-c", DEMO, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        number = int(demo.stdout.readline())
        assert runs(number)
        os.kill(demo.pid, signal.SIGKILL)
        wait_for(lambda: not runs(number), "the program ends with the demo")
