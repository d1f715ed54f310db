"""An ASTM sender that broke off: results of acknowledged frames are kept, and are not counted twice when it repeats."""

from pathlib import Path

import pytest

from drivers.evidence import salvage
from drivers.profile.form import Profile
from drivers.transcript import Case, Step
from kiosk.captures import Told
from tests.support.eraser import shelf

PROFILE = """
format = 1
id = "test-eraser"
revision = 1
[device]
vendor = "Test"
model = "Sender"
analysis = "any"
evidence = "documented"
sources = ["made for this test"]
[link]
kind = "serial"
baud = 9600
initiative = "device"
gap_ms = 1
reply_ms = 1000
byte_ms = 500
[frame]
kind = "astm"
[exchange.results]
idempotent = false
hear = "@message"
[record.message]
text = { kind = "segments", row = "R" }
fields = [
  { id = "number", type = "int", segment = "R", col = 1 },
  { id = "amount", type = "number", segment = "R", col = 3 },
]
[result]
values = [{ quantity = "concentration", field = "amount", unit = "mg/L" }]
record = "number"
[run]
exchange = "results"
"""
LINES = (r"H|\\^&|||Test", "P|1", "O|1|S1", "R|1|^^^A|1.5|mg/L", "R|2|^^^A|2.5|mg/L", "L|1|N")
ACK = Step(">", b"\x06")


@pytest.fixture
def sender(tmp_path: Path) -> Profile:
    return shelf(tmp_path, PROFILE).find("test-eraser")


def frame(place: int, line: str) -> Step:
    body = f"{place % 8}{line}\r".encode() + b"\x03"
    return Step("<", b"\x02" + body + f"{sum(body) % 256:02X}\r\n".encode())


def session(frames: int) -> Case:
    """ENQ and so many frames, each acknowledged; EOT behind the last."""
    steps = [Step("<", b"\x05"), ACK]
    for place, line in enumerate(LINES[:frames], 1):
        steps += [frame(place, line), ACK]
    ended = frames == len(LINES)
    return Case("results_1", "results", (*steps, *([Step("<", b"\x04")] if ended else [])), ())


def test_a_sender_that_broke_off_and_repeats_all_of_it(sender: Profile) -> None:
    broken = salvage.saved(sender, session(4))
    whole = salvage.saved(sender, session(len(LINES)))
    assert broken is not None
    assert whole is not None
    assert ([one.record for one in broken], [one.record for one in whole]) == ([1], [1, 2])
    told = Told().more(broken, whole=False).more(whole, whole=True)
    assert [one.record for one in told.readings] == [1, 2]
    assert told.unsure == ()


@pytest.mark.parametrize("frames", range(len(LINES)))
def test_broken_anywhere_it_tells_the_frames_that_were_whole(sender: Profile, frames: int) -> None:
    case = session(frames)
    torn = Case(case.name, case.run, (*case.steps, Step("<", frame(frames + 1, LINES[frames]).data[:-4])), ())
    assert [len(salvage.saved(sender, one) or ()) for one in (case, torn)] == [max(0, frames - 3)] * 2
