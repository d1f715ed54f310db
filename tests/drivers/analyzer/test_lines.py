"""Lines in a stream: junk, starts inside, checks after the end, sums in letters of both cases, any bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.analyzer.frames import Taken, body, take, wrap
from drivers.profile.link import Check, Line


def line(**keys: object) -> Line:
    return Line.model_validate({"kind": "line", **keys})


def check(**keys: object) -> Check:
    return Check.model_validate(keys)


TEXT = line(end="\r\n", max=20)
SUMMED = line(
    start="\x02",
    end="\x03",
    after=2,
    wrap=True,
    checks=[{"algo": "sum", "from": 1, "to": -2, "at": -2, "form": "hex"}],
)
XORED = line(start="\x02", end="\x03", after=1, wrap=True, checks=[{"algo": "xor", "from": 1, "to": -1, "at": -1}])


def sealed(data: bytes) -> bytes:
    inner = data + b"\x03"
    return b"\x02" + inner + b"%02X" % (sum(inner) % 256)


def test_a_line_and_what_follows_it() -> None:
    assert take(b"AB\r\nC", TEXT, ended=False) == Taken(b"AB\r\n", b"C")
    assert take(b"AB\r", TEXT, ended=False) == Taken(None, b"AB\r")
    assert take(b"AB\r", TEXT, ended=True) == Taken(None, b"", "analyzer.length")


def test_a_line_that_never_ends_is_given_up() -> None:
    assert take(b"A" * 21, TEXT, ended=False) == Taken(None, b"", "analyzer.length")


def test_the_last_line_may_end_by_silence_where_the_profile_says_so() -> None:
    quiet = line(end="\n", silence=True)
    assert take(b"AB", quiet, ended=False) == Taken(None, b"AB")
    assert take(b"AB", quiet, ended=True) == Taken(b"AB\n", b"")
    assert take(b"", quiet, ended=True) == Taken(None, b"")


def test_silence_is_no_end_where_a_check_should_follow() -> None:
    form = line(start="\x02", end="\x03", after=1, silence=True)
    assert take(b"\x02AB", form, ended=True) == Taken(None, b"", "analyzer.length")


def test_junk_before_the_start_is_dropped_and_named() -> None:
    assert take(b"\x00\xff" + sealed(b"AB"), SUMMED, ended=False) == Taken(sealed(b"AB"), b"", "analyzer.noise")
    assert take(b"\x00\xff", SUMMED, ended=False) == Taken(None, b"")
    assert take(b"\x00\xff", SUMMED, ended=True) == Taken(None, b"", "analyzer.noise")


def test_a_start_inside_begins_anew() -> None:
    assert take(b"\x02CUT" + sealed(b"AB"), SUMMED, ended=False).frame == sealed(b"AB")


@pytest.mark.parametrize("digits", [b"8f", b"8F"])
def test_sums_in_small_and_in_capital_letters(digits: bytes) -> None:
    frame = b"\x02AK\x03" + digits  # 41 + 4B + 03
    assert take(frame, SUMMED, ended=False).frame == frame
    assert body(frame, SUMMED) == b"AK"


def test_a_wrong_sum_is_passed_over_and_the_next_line_is_taken() -> None:
    broken = sealed(b"AB")[:-1] + b"0"
    assert take(broken, SUMMED, ended=False) == Taken(None, b"", "analyzer.checksum")
    assert take(broken + sealed(b"CD"), SUMMED, ended=False) == Taken(sealed(b"CD"), b"", "analyzer.checksum")


def test_the_check_after_the_end_is_waited_for() -> None:
    whole = sealed(b"AB")
    for size in range(1, len(whole)):
        assert take(whole[:size], SUMMED, ended=False) == Taken(None, whole[:size])
        assert take(whole[:size], SUMMED, ended=True).trouble in ("analyzer.length", "analyzer.noise")


def test_a_check_byte_may_look_like_a_mark() -> None:
    frame = wrap(b"\x42", XORED)  # 42 xor 03 = 41
    assert frame == b"\x02\x42\x03\x41"
    looks_like_start = wrap(b"\x01", XORED)  # 01 xor 03 = 02
    assert take(looks_like_start + frame, XORED, ended=False) == Taken(looks_like_start, frame)


def test_the_blocks_of_the_riele_manual() -> None:
    assert wrap(b"M0", XORED) == bytes.fromhex("024D30037E")
    assert wrap(b"Z", XORED) == bytes.fromhex("025A0359")


def test_a_thousand_broken_lines_are_no_more_than_a_thousand_broken_lines() -> None:
    assert take(b"\x02\x0300" * 5000, SUMMED, ended=True).frame is None


@given(st.binary(max_size=80), st.booleans(), st.sampled_from([TEXT, SUMMED, XORED]))
def test_no_bytes_break_the_reader(data: bytes, ended: bool, form: Line) -> None:
    taken = take(data, form, ended)
    assert len(taken.rest) <= len(data)
    assert taken.frame is None or taken.frame in data
    assert taken.frame is None or not form.wrap or wrap(body(taken.frame, form), form).upper() == taken.frame.upper()


@given(
    st.lists(st.binary(max_size=12).map(lambda data: data.replace(b"\x02", b"").replace(b"\x03", b"")), max_size=4),
    st.binary(max_size=5).map(lambda data: data.replace(b"\x02", b"")),
    st.integers(1, 9),
)
def test_lines_come_out_of_a_stream_in_any_pieces(bodies: list[bytes], junk: bytes, size: int) -> None:
    stream = b"".join(junk + wrap(data, XORED) for data in bodies)
    found, rest = [], b""
    for at in range(0, len(stream), size):
        rest += stream[at : at + size]
        while (taken := take(rest, XORED, ended=False)).frame:
            found.append(body(taken.frame, XORED))
            rest = taken.rest
        rest = taken.rest
    assert found == bodies
