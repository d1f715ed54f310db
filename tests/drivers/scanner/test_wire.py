"""Lines of the scanner's socket: there and back, and nothing else believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import FrameError
from drivers.scanner.wire import (
    MARK_LIMIT,
    Advice,
    Camera,
    CameraState,
    Hint,
    Message,
    Preview,
    Quality,
    Seen,
    Still,
    line_of,
    message_of,
    preview_line,
    still_line,
    wish_of,
)

MESSAGES = st.one_of(
    st.builds(
        Seen,
        st.binary(min_size=1, max_size=300),
        st.sampled_from(["QRCode", "EAN13"]),
        st.just("zxing"),
        st.none() | st.builds(Quality, st.integers(0, 4000), st.integers(0, 100), st.integers(0, 100)),
        st.sampled_from([1, 2]),
        st.integers(0, 1 << 40),
    ),
    st.builds(Advice, st.none() | st.sampled_from(Hint)),
    st.builds(Still, st.text(max_size=MARK_LIMIT), st.binary(max_size=300)),
    st.builds(Camera, st.sampled_from(CameraState), st.none() | st.just("scanner.dark")),
    st.builds(Preview, st.binary(max_size=300)),
)

SEEN = b'{"bytes":"QQ==","symbology":"QRCode","decoder":"zxing","quality":null,"reads":1,"showing":0}'


@given(MESSAGES)
def test_a_message_survives_its_line(message: Message) -> None:
    line = line_of(message)
    assert line.count(b"\n") == 1
    assert message_of(line) == message


def test_the_form_on_the_wire_is_the_published_one() -> None:
    assert line_of(Seen(b"A", "QRCode", "zxing")) == (
        b'{"seen":{"bytes":"QQ==","symbology":"QRCode","decoder":"zxing","quality":null,"reads":1,"showing":0}}\n'
    )
    assert line_of(Camera(CameraState.ABSENT, "scanner.absent")) == b'{"camera":"absent","problem":"scanner.absent"}\n'
    assert b'"quality":[200,61,3]' in line_of(Seen(b"A", "QRCode", "zxing", Quality(200, 61, 3)))
    assert line_of(Advice(Hint.NEARER)) == b'{"advice":"nearer"}\n'
    assert line_of(Still("a1", b"A")) == b'{"still":"a1","jpeg":"QQ=="}\n'
    assert line_of(Preview(b"A")) == b'{"frame":"QQ=="}\n'


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b'{"seen":{"bytes":"QQ==","symbology":"QRCode"}}',
        b'{"seen":{"bytes":"Q","symbology":"QRCode","decoder":"zxing"}}',
        b'{"seen":{"bytes":7,"symbology":"QRCode","decoder":"zxing"}}',
        b'{"camera":"happy","problem":null}',
        b'{"camera":"ready","problem":3}',
        b'{"seen":' + SEEN.replace(b'"QQ=="', b'""') + b"}",
        b'{"seen":' + SEEN.replace(b'"reads":1', b'"reads":3') + b"}",
        b'{"seen":' + SEEN.replace(b'"reads":1', b'"reads":true') + b"}",
        b'{"seen":' + SEEN.replace(b'"showing":0', b'"showing":0.0') + b"}",
        b'{"seen":' + SEEN.replace(b"null", b"[1,2]") + b"}",
        b'{"seen":' + SEEN.replace(b"null", b"[1,2,false]") + b"}",
        b'{"seen":' + SEEN.replace(b"QQ==", b"QUFB" * 3000) + b"}",
        b'{"advice":"dance"}',
        b'{"still":3,"jpeg":""}',
        b'{"frame":"' + b"QUFB" * 1_500_000 + b'"}',
        b"[" * 100_000,
    ],
)
def test_anything_else_is_garbled(line: bytes) -> None:
    with pytest.raises(FrameError, match=r"scanner\.garbled"):
        message_of(line)


@given(st.binary(max_size=200))
def test_no_bytes_do_worse_than_garbled(line: bytes) -> None:
    try:
        message_of(line)
    except FrameError as garbled:
        assert garbled.code == "scanner.garbled"  # noqa: PT017 - most bytes are garbled, some may not be


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        (preview_line(True), True),
        (preview_line(False), False),
        (b'{"preview": 1}', None),
        (still_line("7"), "7"),
        (still_line(""), None),
        (still_line("x" * (MARK_LIMIT + 1)), None),
        (b"x", None),
    ],
)
def test_a_client_wishes_for_previews_or_a_still(line: bytes, wish: bool | str | None) -> None:
    assert wish_of(line) == wish


@pytest.mark.parametrize("problem", ["", "x" * 3_000_000, "a.\x1b[31m", "scanner.dark\n", "Scanner.dark", "dark"])
def test_a_trouble_is_the_code_of_a_sentence_or_nothing(problem: str) -> None:
    with pytest.raises(FrameError):
        message_of(line_of(Camera(CameraState.ABSENT, problem)))
