"""Which bytes are an answer. The first table is what pymodbus was measured to accept (analyzers.md C.1)."""

import pytest

from drivers.errors import DeviceError, FrameError, LinkError, Refused
from tests.drivers.modbus.buses import Bus, rtu, scripted, tcp

ASK = rtu("01 03 00 00 00 02")
GOOD = rtu("01 03 04 00 07 00 09")
WORDS = bytes.fromhex("00 07 00 09")


def failed(bus: Bus, table: str = "holding", count: int = 2) -> DeviceError:
    with pytest.raises(DeviceError) as caught:
        bus.read(table, 0, count)
    return caught.value


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (rtu("01 03 02 00 07"), "analyzer.answer"),  # fewer registers
        (rtu("01 03 06 00 07 00 09 00 0B"), "analyzer.answer"),  # more
        (rtu("01 03 00"), "analyzer.answer"),  # none
        (rtu("01 03 03 00 07 00 09"), "analyzer.answer"),  # a byte count that lies
        (rtu("01 04 04 00 07 00 09"), "analyzer.answer"),  # another function
        (rtu("02 03 04 00 07 00 09"), "analyzer.answer"),  # another unit
        (rtu("00 03 04 00 07 00 09"), "analyzer.answer"),  # nobody's unit
        (rtu("01 84 02"), "analyzer.answer"),  # an exception to another function
        (GOOD[:-1] + "0", "analyzer.checksum"),
        (f"{GOOD} {rtu('01 03 04 00 01 00 02')}", "analyzer.length"),  # two answers
        (f"{ASK} {GOOD}", "analyzer.length"),  # a local echo on a line that has none
        ("00 00 00 00 " + GOOD, "analyzer.length"),  # more than a glitch: it could be anything
    ],
)
def test_what_is_no_answer_on_a_serial_line(answer: str, code: str) -> None:
    problem = failed(scripted(f"> {ASK}\n< {answer}"))
    assert (type(problem), problem.code) == (FrameError, code)


@pytest.mark.parametrize("junk", ["00", "FF", "01", "01 03", "00 FF 00", "01 03 04"])
def test_a_few_stray_bytes_around_an_answer(junk: str) -> None:
    assert scripted(f"> {ASK}\n< {junk} {GOOD}").read("holding", 0, 2) == WORDS
    assert scripted(f"> {ASK}\n< {GOOD} {junk}").read("holding", 0, 2) == WORDS


def test_an_answer_byte_by_byte() -> None:
    pieces = "\n~ 20\n".join(f"< {byte}" for byte in GOOD.split())
    assert scripted(f"> {ASK}\n{pieces}").read("holding", 0, 2) == WORDS


def test_a_late_answer_is_not_the_next_answer() -> None:
    """pymodbus gave register 100 to whoever had asked for register 200."""
    other = rtu("01 03 00 C8 00 02")
    bus = scripted(f"> {ASK}\n~ 400\n< {GOOD}\n> {other}\n< {rtu('01 03 04 00 01 00 02')}")
    assert failed(bus).code == "analyzer.silent"
    assert bus.read("holding", 200, 2) == bytes.fromhex("00 01 00 02")


def test_an_answer_later_than_any_silence_is_not_the_next_answer_either() -> None:
    """It comes while we wait for the next one; the next one comes behind it and gives it away."""
    other = rtu("01 03 00 C8 00 02")
    own = rtu("01 03 04 00 01 00 02")
    late = f"> {ASK}\n<\n> {other}\n~ 100\n< {GOOD}\n~ 100\n< {own}\n> {other}\n< {own}"
    bus = scripted(late)
    assert failed(bus).code == "analyzer.silent"
    with pytest.raises(FrameError, match=r"analyzer\.answer"):
        bus.read("holding", 200, 2)
    assert bus.read("holding", 200, 2) == bytes.fromhex("00 01 00 02")


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 6, 8, 10, 11])
def test_an_exception_is_a_refusal(code: int) -> None:
    problem = failed(scripted(f"> {ASK}\n< {rtu(f'01 83 {code:02X}')}"))
    assert (type(problem), problem.code) == (Refused, "analyzer.exception")
    assert problem.facts == {"field": "exception", "value": code}


def test_silence() -> None:
    problem = failed(scripted(f"> {ASK}\n<"))
    assert (type(problem), problem.code) == (LinkError, "analyzer.silent")


def test_unit_0_is_a_unit_like_any_other() -> None:
    """Supmea probes answer as unit 0 (analyzers.md A.14)."""
    ask, answer = "00 03 00 00 00 02 C5 DA", "00 03 04 00 00 00 00 EA F3"
    assert scripted(f"> {ask}\n< {answer}", unit=0).read("holding", 0, 2) == bytes(4)
    assert failed(scripted(f"> {ask}\n< {rtu('01 03 04 00 00 00 00')}", unit=0)).code == "analyzer.answer"


def test_an_answer_from_another_unit_where_the_profile_expects_that() -> None:
    """Dragino probes are asked at FE and answer with their own address (analyzers.md A.14)."""
    lines = "> FE 03 00 50 00 00 51 D4\n< 01 03 00 20 F0"
    assert scripted(lines, unit=0xFE, any_unit=True).read("holding", 0x50, 0) == b""
    with pytest.raises(FrameError, match=r"analyzer\.answer"):
        scripted(lines, unit=0xFE).read("holding", 0x50, 0)


def test_a_read_of_another_unit_on_the_same_line() -> None:
    assert scripted(f"> {rtu('07 03 00 00 00 02')}\n< {rtu('07 03 04 00 07 00 09')}").read("holding", 0, 2, 7) == WORDS


def test_a_read_of_nothing_is_a_command() -> None:
    start = "01 03 25 00 00 00 4E C6"
    assert scripted(f"> {start}\n< 01 03 00 20 F0").read("holding", 0x2500, 0) == b""
    for wrong in (rtu("01 03 02 00 00"), rtu("01 04 00"), rtu("02 03 00")):
        with pytest.raises(FrameError):
            scripted(f"> {start}\n< {wrong}").read("holding", 0x2500, 0)
    with pytest.raises(Refused):
        scripted(f"> {start}\n< {rtu('01 83 03')}").read("holding", 0x2500, 0)


def test_a_write_is_answered_by_its_echo() -> None:
    coil, register = rtu("01 05 00 01 FF 00"), rtu("01 06 00 6F 00 01")
    scripted(f"> {coil}\n< {coil}").write("coil", 1, 1)
    scripted(f"> {rtu('01 05 00 01 00 00')}\n< {rtu('01 05 00 01 00 00')}").write("coil", 1, 0)
    scripted(f"> {register}\n< {register}").write("holding", 0x6F, 1)
    for wrong in (rtu("01 05 00 01 00 00"), rtu("01 05 00 02 FF 00"), register, rtu("01 05 00")):
        with pytest.raises(FrameError, match=r"analyzer\.answer"):
            scripted(f"> {coil}\n< {wrong}").write("coil", 1, 1)
    with pytest.raises(Refused, match=r"analyzer\.exception"):
        scripted(f"> {coil}\n< {rtu('01 85 04')}").write("coil", 1, 1)


def test_a_raw_request() -> None:
    """Yosemitech: wiper now, a write of no registers (published frames)."""
    wiper = "> 01 10 31 00 00 00 00 74 94\n< 01 10 31 00 00 00 CE F5"
    answer = bytes.fromhex("10 31 00 00 00")
    assert scripted(wiper).pdu("10 31 00 00 00 00", 5) == answer
    assert scripted(wiper).pdu("10 31 00 00 00 00", None) == answer
    own = rtu("01 41 05")
    assert scripted(f"> {own}\n< 00 {rtu('01 41 06 07 08')}").pdu("41 05", None) == bytes.fromhex("41 06 07 08")
    for wrong in (rtu("01 42 06"), rtu("02 41 06"), rtu("01 41 06")[:-1] + "0"):
        with pytest.raises(FrameError):
            scripted(f"> {own}\n< {wrong}").pdu("41 05", None)


def test_a_line_with_an_echo() -> None:
    """It gives our bytes back, or it does not; both is one cable (analyzers.md C.1)."""
    assert scripted(f"> {ASK}\n< {ASK} {GOOD}", echo=True).read("holding", 0, 2) == WORDS
    assert scripted(f"> {ASK}\n< {ASK}\n~ 50\n< {GOOD}", echo=True).read("holding", 0, 2) == WORDS
    assert scripted(f"> {ASK}\n< {GOOD}", echo=True).read("holding", 0, 2) == WORDS


def test_an_echo_alone_is_no_answer_to_a_write() -> None:
    coil = rtu("01 05 00 01 FF 00")
    scripted(f"> {coil}\n< {coil} {coil}", echo=True).write("coil", 1, 1)
    with pytest.raises(LinkError, match=r"analyzer\.silent"):
        scripted(f"> {coil}\n< {coil}", echo=True).write("coil", 1, 1)


NUMBERED = tcp(1, "01 03 00 00 00 02")
SOUND = "01 03 04 00 07 00 09"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (tcp(1, "01 03 02 00 07"), "analyzer.answer"),
        (tcp(1, "01 03 00"), "analyzer.answer"),
        (tcp(1, "01 04 04 00 07 00 09"), "analyzer.answer"),
        (tcp(1, "02 03 04 00 07 00 09"), "analyzer.answer"),
        (f"{tcp(1, SOUND)} {tcp(1, SOUND)}", "analyzer.answer"),
        (f"{tcp(1, SOUND)} 00", "analyzer.answer"),
        (tcp(0, SOUND), "analyzer.silent"),  # nobody's number
        (tcp(1, SOUND)[:-3], "analyzer.length"),
        ("00 01 00 01" + tcp(1, SOUND)[11:], "analyzer.noise"),  # another protocol
        (rtu(SOUND), "analyzer.noise"),  # RTU behind a gateway that was set up wrongly
    ],
)
def test_what_is_no_answer_on_a_connection(answer: str, code: str) -> None:
    assert failed(scripted(f"> {NUMBERED}\n< {answer}", kind="modbus-tcp")).code == code


def test_an_answer_with_an_old_number_is_dropped() -> None:
    second = tcp(2, "01 03 00 C8 00 02")
    own = tcp(2, "01 03 04 00 01 00 02")
    bus = scripted(f"> {NUMBERED}\n<\n> {second}\n< {tcp(1, SOUND)}\n~ 50\n< {own}", kind="modbus-tcp")
    assert failed(bus).code == "analyzer.silent"
    assert bus.read("holding", 200, 2) == bytes.fromhex("00 01 00 02")


def test_old_answers_without_end() -> None:
    stale = "\n".join([f"< {tcp(9, SOUND)}"] * 20)
    assert failed(scripted(f"> {NUMBERED}\n{stale}", kind="modbus-tcp")).code == "analyzer.noise"


def test_numbers_begin_again_before_they_no_longer_fit() -> None:
    turn = scripted(f"> {NUMBERED}\n< {tcp(1, SOUND)}", kind="modbus-tcp")
    turn.modbus._line._transaction = 0xFFFF  # type: ignore[union-attr]
    assert turn.read("holding", 0, 2) == WORDS


@pytest.mark.parametrize("chunk", range(1, 8))
def test_a_connection_in_pieces(chunk: int) -> None:
    data = tcp(1, SOUND).split()
    pieces = "\n~ 10\n".join("< " + " ".join(data[at : at + chunk]) for at in range(0, len(data), chunk))
    assert scripted(f"> {NUMBERED}\n{pieces}", kind="modbus-tcp").read("holding", 0, 2) == WORDS


def test_an_exception_on_a_connection() -> None:
    problem = failed(scripted(f"> {NUMBERED}\n< {tcp(1, '01 83 0B')}", kind="modbus-tcp"))
    assert (problem.code, problem.facts["value"]) == ("analyzer.exception", 11)
