"""A transcript as text: what is written can be read, whole or torn, and a case may begin with the device."""

import errno
from dataclasses import dataclass, field

import pytest

from drivers.errors import LinkError, ProfileError, Refused
from drivers.evidence.replay import ReplayPort, flipped, preceded, truncated
from drivers.transcript import Case, Golden, Recorder, Step, parse, parse_torn, told

TEXT = """golden 1
profile a-b@1
origin constructed # by hand

case days
run day 2018-03-31..2018-04-02
> 7E 01
< 7E
< 02 03
~ 250
! unplug
! replug
. insert_blank
= refused unit:ppm
"""


@dataclass
class Paper:
    """A tape that may be full."""

    text: str = ""
    full: bool = False
    held: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.text += text

    def hold(self) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, "no space")
        self.held.append(self.text)

    def restart(self) -> None:
        self.text = ""


def recorded(tape: Paper | None) -> Recorder:
    recorder = Recorder("a-b@1", tape)
    recorder.begin("identify")
    recorder.said(b"\x01")
    recorder.heard(b"\x02")
    recorder.end(('{"model": "A"}',))
    recorder.begin("sequence test")
    recorder.operator("insert_blank")
    recorder.said(b"\x7e")
    for byte in b"\x01\x02\x03":
        recorder.heard(bytes([byte]))
    recorder.heard(b"")
    recorder.lost()
    recorder.end(("error link.lost",))
    return recorder


def test_every_mark_is_read_and_written_again() -> None:
    golden = parse(TEXT)
    (case,) = golden.cases
    assert case.run == "day 2018-03-31..2018-04-02"
    assert case.steps == (
        Step(">", b"\x7e\x01"),
        Step("<", b"\x7e\x02\x03"),
        Step("~", ms=250),
        Step("!"),
        Step("!", word="replug"),
        Step(".", word="insert_blank"),
    )
    assert parse(str(golden)) == golden


@pytest.mark.parametrize("value", ["ppm # 3", "a\nb", "two\u2028lines", "x\x85y"])
def test_a_value_of_the_device_stays_on_its_line(value: str) -> None:
    lines = told(Refused("analyzer.refused", field="unit", value=value))
    golden = Golden("a-b@1", "captured", (Case("c", "r", (), lines),))
    assert parse(str(golden)) == golden


def test_a_recorder_says_the_same_on_paper_and_on_tape() -> None:
    tape = Paper()
    recorder = recorded(tape)
    golden = parse(recorder.text)
    assert parse_torn(tape.text) == golden
    assert [case.run for case in golden.cases] == ["identify", "sequence test"]
    assert golden.cases[1].steps[2:] == (Step("<", b"\x01\x02\x03"), Step("<"), Step("!"))


def test_a_tape_torn_anywhere_gives_everything_whole() -> None:
    tape = Paper()
    recorded(tape)
    whole = parse_torn(tape.text)
    sizes = []
    for length in range(len(tape.text) + 1):
        torn = parse_torn(tape.text[:length])
        sizes.append(sum(len(step.data) for case in torn.cases for step in case.steps))
        for one, other in zip(torn.cases, whole.cases, strict=False):
            assert "".join(map(str, one.steps)).rstrip() in "".join(map(str, other.steps))
            assert one.told in ((), other.told)
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[-1]) == (0, 6)


@pytest.mark.parametrize(("rest", "steps"), [("< 7", ()), ("< 7E 0", (Step("<", b"\x7e"),)), ("<", ()), ("~ 2", ())])
def test_a_line_that_was_not_finished_gives_its_whole_bytes(rest: str, steps: tuple[Step, ...]) -> None:
    head = "golden 1\nprofile a-b@1\norigin captured\ncase c\nrun r\n> 01\n"
    assert parse_torn(head + rest).cases[0].steps == (Step(">", b"\x01"), *steps)


def test_what_is_no_tape_is_told() -> None:
    with pytest.raises(ProfileError):
        parse_torn("hello\n")
    assert parse_torn("") == Golden("", "captured", ())


def test_nothing_is_durable_before_hold_and_a_full_disk_is_told() -> None:
    tape = Paper()
    recorder = recorded(tape)
    recorder.hold()
    assert tape.held == [tape.text]
    tape.full = True
    with pytest.raises(LinkError, match=r"analyzer\.unkept"):
        recorder.hold()
    recorder.forget()
    assert (tape.text, parse(recorder.text).cases) == ("", ())


def test_listening_to_silence_leaves_no_trace() -> None:
    tape = Paper()
    recorder = Recorder("a-b@1", tape)
    for _ in range(3):
        recorder.begin("listen")
        recorder.heard(b"")
        recorder.end(("nothing",))
    assert (tape.text, parse(recorder.text).cases) == ("", ())


def spoken_first() -> Case:
    steps = (Step("<", b"\x05"), Step(">", b"\x06"), Step("<", b"\x02\x03"), Step(">", b"\x06"), Step("<", b"\x04"))
    return Case("astm", "listen", steps, ())


def test_a_case_may_begin_with_the_device() -> None:
    port = ReplayPort(spoken_first())
    heard = port.read(9, 1.0)
    port.write(b"\x06")
    heard += port.read(1, 1.0) + port.read(9, 1.0)
    port.write(b"\x06")
    assert heard + port.read(9, 1.0) == b"\x05\x02\x03\x04"
    port.close()


def test_what_the_device_says_first_is_damaged_too() -> None:
    case = spoken_first()
    first = {
        damaged.steps[0] for cases in (flipped(case), truncated(case), preceded(case, b"\xff")) for damaged in cases
    }
    assert {Step("<", b"\x04"), Step("<"), Step("<", b"\xff\x05")} <= first


def test_an_operator_is_a_step_like_any_other() -> None:
    case = Case("c", "sequence test", (Step(">", b"\x01"), Step("<", b"\x02"), Step(".", word="insert_blank")), ())
    port = ReplayPort(case)
    with pytest.raises(ProfileError):
        port.operator("insert_blank")
    port.write(b"\x01")
    assert port.read(1, 1.0) == b"\x02"
    with pytest.raises(ProfileError):
        port.operator("start_run")
    with pytest.raises(ProfileError):
        port.close()
    port.operator("insert_blank")
    port.close()


def test_a_cable_that_is_put_back_works_again() -> None:
    steps = (
        Step(">", b"\x01"),
        Step("!"),
        Step("~", ms=500),
        Step("!", word="replug"),
        Step(">", b"\x01"),
        Step("<", b"\x02"),
    )
    port = ReplayPort(Case("c", "r", steps, ()))
    port.write(b"\x01")
    with pytest.raises(LinkError):
        port.read(1, 1.0)
    assert port.now == 0.5
    port.write(b"\x01")
    assert port.read(1, 1.0) == b"\x02"


def test_a_cable_that_stays_out_refuses_everything() -> None:
    port = ReplayPort(Case("c", "r", (Step("!"),), ()))
    for _ in range(2):
        with pytest.raises(LinkError):
            port.read(1, 1.0)
        with pytest.raises(LinkError):
            port.write(b"\x01")


def test_a_recorder_is_bounded() -> None:
    recorder = Recorder("a-b@1")
    for n in range(12):
        recorder.begin("read")
        recorder.heard(bytes([n]) * (1 << 20))
        recorder.end(("nothing",))
    assert sum(len(case.steps[0].data) for case in parse(recorder.text).cases) <= 5 << 20


def test_a_tape_may_hold_two_descriptions_of_one_model() -> None:
    """Another firmware was plugged in on the same line."""
    head = "golden 1\nprofile a-b@{}\norigin captured\ncase c\nrun read\n> 01\n< 02\n"
    tape = head.format(1) + head.format(2)
    assert [case.name for case in parse_torn(tape).cases] == ["c", "c"]
    assert all(len(parse_torn(tape[:length]).cases) <= 2 for length in range(len(tape)))
