"""The receiver of ASTM E1381 frames: published instruments, and everything that a line or a sender does to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.analyzer.analyzer import Analyzer
from drivers.errors import FrameError, Refused
from drivers.profile.folder import find
from drivers.reading import Reading

ENQ, ACK, NAK, EOT = b"\x05", b"\x06", b"\x15", b"\x04"
HEAD = b"H|\\^&|||SENDER|||||||P|1|20260302091540\r"
ORDER = b"P|1\rO|1|A1||^^^413|||||||N\r"
RESULT = b"R|1|^^^413|40.13|g/L||N||F||||20260302091400\r"
LAST = b"L|1|N\r"
WHOLE = HEAD + ORDER + RESULT + LAST


def frame(number: int, text: bytes, *, last: bool = False, tail: bytes = b"\r\n") -> bytes:
    inner = b"%d" % (number % 8) + text + (b"\x03" if last else b"\x17")
    return b"\x02" + inner + b"%02X" % (sum(inner) % 256) + tail


def framed(text: bytes, size: int) -> list[bytes]:
    parts = [text[at : at + size] for at in range(0, len(text), size)]
    return [frame(n, part, last=n == len(parts)) for n, part in enumerate(parts, 1)]


@dataclass
class Sender:
    """An instrument: says the next part when it hears anything; `pieces` cuts what it says. Keeps what it heard.

    After the last part, and where a part is empty, it is silent.
    """

    parts: list[bytes]
    pieces: Iterable[int] = ()
    heard: list[bytes] = field(default_factory=list)
    now: float = 0.0
    unheld: int = 0

    def __post_init__(self) -> None:
        self._sizes = iter(self.pieces)
        self._coming = self.parts.pop(0)

    def write(self, data: bytes) -> None:
        assert self.unheld == 0, "acknowledged before it was on disk"
        self.heard.append(data)
        self._coming += self.parts.pop(0) if self.parts else b""

    def read(self, size: int, timeout: float) -> bytes:
        data = self._coming[: min(size, next(self._sizes, size))]
        self._coming = self._coming[len(data) :]
        self.now += 0 if data else timeout
        return data

    def drain(self) -> bytes:
        return b""

    def close(self) -> None:
        pass

    def clock(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Disk:
    """Counts the bytes that are written and not yet held."""

    sender: Sender

    def write(self, text: str) -> None:
        self.sender.unheld += sum(line.startswith("<") for line in text.splitlines())

    def hold(self) -> None:
        self.sender.unheld = 0

    def restart(self) -> None:
        self.sender.unheld = 0


def listened(sender: Sender, name: str = "astm-e1394") -> tuple[Reading, ...]:
    analyzer = Analyzer(find(name), sender, sender.clock, sender.pause, tape=Disk(sender))
    return analyzer.listen(5)


def values(parts: list[bytes], pieces: Iterable[int] = (), name: str = "astm-e1394") -> list[tuple[str | None, str]]:
    readings = listened(Sender(parts, pieces), name)
    return [(None if reading.value is None else str(reading.value), reading.unit) for reading in readings]


def published(name: str) -> list[bytes]:
    text = (Path(__file__).parent / "astm" / f"{name}.hex").read_text("ascii")
    return [bytes.fromhex(line) for line in text.splitlines() if not line.startswith("#")]


GOOD = [("40.13", "g/L")]


@pytest.mark.parametrize(
    ("file", "name", "frames", "told"),
    [
        ("roche-c111", "roche-c111", 7, [("40.13", "g/L")]),
        ("abbott-afinion2", "abbott-afinion2", 1, [("5.9", "%")]),
        ("siemens-dca-vantage", "astm-e1394", 1, [("63.7", "mg/L"), ("230.8", "mg/dL"), ("27.6", "mg/g")]),
    ],
)
def test_published_frames(file: str, name: str, frames: int, told: list[tuple[str, str]]) -> None:
    sent = published(file)
    sender = Sender([ENQ, *sent, EOT])
    readings = listened(sender, name)
    assert [(str(reading.value), reading.unit) for reading in readings] == told
    assert sender.heard == [ACK] * (frames + 1)
    assert readings[0].raw == b"".join(part.removesuffix(b"\r\n") for part in sent)


def test_a_published_frame_of_1565_bytes_is_taken_and_its_unnamed_tests_are_refused() -> None:
    """The XP-100 writes the name of the test into the fifth component: that is for a profile of its own to say."""
    (sent,) = published("sysmex-xp100")
    sender = Sender([ENQ, sent, EOT])
    with pytest.raises(Refused) as caught:
        listened(sender)
    assert (len(sent) - 7, sender.heard) == (1565, [ACK, ACK])
    assert caught.value.facts["field"] == "test"


@pytest.mark.parametrize("tail", [b"\r\n", b"\n", b"\r", b""])
def test_the_line_end_after_a_frame_may_be_missing(tail: bytes) -> None:
    assert values([ENQ, frame(1, HEAD + ORDER, tail=tail), frame(2, RESULT + LAST, last=True, tail=tail), EOT]) == GOOD


@pytest.mark.parametrize("size", [1, 7, 40, 300])
def test_records_may_be_split_anywhere(size: int) -> None:
    assert values([ENQ, *framed(WHOLE, size), EOT]) == GOOD


@given(st.lists(st.integers(1, 40), max_size=200), st.integers(5, 60))
def test_any_pieces_give_the_same_message(pieces: list[int], size: int) -> None:
    assert values([ENQ, *framed(WHOLE, size), EOT], pieces) == GOOD


def test_a_frame_that_comes_twice_counts_once() -> None:
    parts = [HEAD + ORDER, RESULT, LAST]
    first, second, last = (frame(n, part, last=n == 3) for n, part in enumerate(parts, 1))
    sender = Sender([ENQ, first, second, second, last, EOT])
    assert len(listened(sender)) == 1
    assert sender.heard == [ACK] * 5


def test_the_number_of_the_frame_before_with_other_bytes_is_refused() -> None:
    sender = Sender([ENQ, frame(1, HEAD), frame(1, ORDER), frame(2, ORDER + RESULT + LAST, last=True), EOT])
    assert len(listened(sender)) == 1
    assert sender.heard == [ACK, ACK, NAK, ACK]


@pytest.mark.parametrize(
    "broken",
    [
        frame(2, RESULT).replace(b"40.13", b"41.13"),
        frame(3, RESULT),
        frame(2, RESULT)[1:],
        frame(2, RESULT)[:20],
        b"\x02" + b"9" + frame(2, RESULT)[2:],
        frame(2, RESULT).replace(b"\x17", b"\x17Z"),
        b"\xff\xfe\x80",
    ],
)
def test_a_broken_frame_is_refused_and_taken_when_it_comes_again(broken: bytes) -> None:
    sender = Sender([ENQ, frame(1, HEAD + ORDER), broken, frame(2, RESULT), frame(3, LAST, last=True), EOT])
    assert [str(reading.value) for reading in listened(sender)] == ["40.13"]
    assert sender.heard == [ACK, ACK, NAK, ACK, ACK]


def test_noise_in_front_of_a_frame_is_passed_over() -> None:
    sender = Sender([b"\x00\xff" + ENQ, b"\xff\x00" + frame(1, WHOLE, last=True), EOT])
    assert len(listened(sender)) == 1
    assert sender.heard == [ACK, ACK]


def test_six_failures_and_the_sender_gives_up() -> None:
    broken = frame(1, WHOLE, last=True)[:-3] + b"0\r\n"
    sender = Sender([ENQ, *[broken] * 6, EOT])
    with pytest.raises(FrameError, match=r"analyzer\.checksum"):
        listened(sender)
    assert sender.heard == [ACK] + [NAK] * 6


def test_a_sender_that_never_gives_up_is_given_up() -> None:
    broken = frame(1, WHOLE, last=True)[:-3] + b"0\r\n"
    sender = Sender([ENQ, *[broken] * 20])
    with pytest.raises(FrameError, match=r"analyzer\.checksum"):
        listened(sender)
    assert sender.heard == [ACK] + [NAK] * 6


def test_an_enq_inside_begins_anew() -> None:
    sender = Sender([ENQ, frame(1, HEAD), frame(2, ORDER), ENQ, frame(1, WHOLE, last=True), EOT])
    assert len(listened(sender)) == 1
    assert sender.heard == [ACK] * 5


def test_an_eot_after_enq_is_a_keep_alive() -> None:
    sender = Sender([ENQ, EOT])
    assert listened(sender) == ()
    assert sender.heard == [ACK]


def test_nothing_at_all_and_the_end_of_something() -> None:
    assert listened(Sender([b""])) == ()
    assert listened(Sender([b"\r\n\x00" + EOT])) == ()
    with pytest.raises(FrameError, match=r"analyzer\.noise"):
        listened(Sender([b"NOT ASTM\r\n"]))


def test_silence_in_the_middle_ends_after_thirty_seconds_and_nothing_is_told() -> None:
    sender = Sender([ENQ, frame(1, HEAD), frame(2, ORDER), b""])
    with pytest.raises(FrameError, match=r"analyzer\.length"):
        listened(sender)
    assert 30 <= sender.now < 40


def test_the_line_is_usable_after_a_session_that_broke_off() -> None:
    sender = Sender([ENQ, frame(1, HEAD), b""])
    analyzer = Analyzer(find("astm-e1394"), sender, sender.clock, sender.pause)
    with pytest.raises(FrameError):
        analyzer.listen(5)
    sender.parts = [frame(1, WHOLE, last=True), EOT]
    sender._coming = EOT + ENQ
    assert len(analyzer.listen(5)) == 1


def test_a_frame_may_be_longer_than_the_240_bytes_of_the_standard_but_not_endless() -> None:
    long = HEAD + ORDER + b"C|1|I|" + b"x" * 5000 + b"\r" + RESULT + LAST
    assert values([ENQ, frame(1, long, last=True), EOT]) == GOOD
    with pytest.raises(FrameError, match=r"analyzer\.noise"):
        values([ENQ, b"\x021" + b"x" * 70000])


@pytest.mark.parametrize(
    ("text", "error", "code"),
    [
        (HEAD + ORDER + RESULT, FrameError, "analyzer.absent"),
        (ORDER + RESULT + LAST, FrameError, "analyzer.text"),
        (WHOLE.replace(b"L|1|N", b"L|1|T"), Refused, "analyzer.refused"),
        (WHOLE.replace(b"|P|1|", b"|T|1|"), Refused, "analyzer.refused"),
        (WHOLE.replace(b"40.13", b"many"), Refused, "analyzer.refused"),
        (WHOLE.replace(b"g/L", b"\xb5g/L"), FrameError, "analyzer.encoding"),
    ],
)
def test_messages_that_are_taken_and_not_used(text: bytes, error: type[Exception], code: str) -> None:
    sender = Sender([ENQ, frame(1, text, last=True), EOT])
    with pytest.raises(error, match=code.replace(".", r"\.")):
        listened(sender)
    assert sender.heard == [ACK, ACK]


@pytest.mark.parametrize(
    ("old", "new", "state"),
    [(b"||F||", b"||P||", "status:P"), (b"||||N\r", b"||||Q\r", "action:Q"), (b"||F||", b"||X||", "status:X")],
)
def test_what_is_not_final_or_not_a_sample_has_no_number(old: bytes, new: bytes, state: str) -> None:
    (reading,) = listened(Sender([ENQ, frame(1, WHOLE.replace(old, new), last=True), EOT]))
    assert (reading.value, reading.state) == (None, state)


def test_a_corrected_result_and_an_escaped_unit() -> None:
    text = WHOLE.replace(b"||F||", b"||C||").replace(b"g/L", b"10&S&9&F&L")
    (reading,) = listened(Sender([ENQ, frame(1, text, last=True), EOT]))
    assert (reading.value, reading.unit) == (Decimal("40.13"), "10^9|L")


def test_a_sender_that_begins_anew_in_the_same_breath_is_not_kept_waiting() -> None:
    whole = frame(1, WHOLE, last=True)
    sender = Sender([ENQ, whole, EOT + b"\r\n" + ENQ, frame(1, WHOLE.replace(b"40.13", b"5.1"), last=True), EOT])
    analyzer = Analyzer(find("astm-e1394"), sender, sender.clock, sender.pause, tape=Disk(sender))
    told = [[str(reading.value) for reading in analyzer.listen(5)] for _ in range(3)]
    assert told == [["40.13"], ["5.1"], []]
    assert sender.heard == [ACK] * 4


def test_frames_without_end_are_given_up() -> None:
    sender = Sender([ENQ, *(frame(n, b"C" * 4000) for n in range(1, 400))])
    with pytest.raises(FrameError, match=r"analyzer\.noise"):
        listened(sender)
    assert len(sender.heard) < 300
