"""Lines of the scanner's socket: there and back, and nothing else believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import FrameError
from drivers.scan_wire import (
    Camera,
    CameraState,
    Message,
    Preview,
    Seen,
    line_of,
    message_of,
    preview_line,
    wants_preview,
)

MESSAGES = st.one_of(
    st.builds(Seen, st.binary(max_size=300), st.sampled_from(["QRCode", "EAN13"]), st.just("zxing")),
    st.builds(Camera, st.sampled_from(CameraState), st.none() | st.just("scanner.dark")),
    st.builds(Preview, st.binary(max_size=300)),
)


@given(MESSAGES)
def test_a_message_survives_its_line(message: Message) -> None:
    line = line_of(message)
    assert line.count(b"\n") == 1
    assert message_of(line) == message


def test_the_form_on_the_wire_is_the_published_one() -> None:
    assert line_of(Seen(b"A", "QRCode", "zxing")) == (
        b'{"seen":{"bytes":"QQ==","symbology":"QRCode","decoder":"zxing"}}\n'
    )
    assert line_of(Camera(CameraState.ABSENT, "scanner.absent")) == b'{"camera":"absent","problem":"scanner.absent"}\n'
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
        b'{"frame":"' + b"QUFB" * 400_000 + b'"}',
        b'{"seen":{"bytes":"' + b"QUFB" * 3000 + b'","symbology":"QRCode","decoder":"zxing"}}',
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


@pytest.mark.parametrize(("line", "wish"), [(preview_line(True), True), (preview_line(False), False), (b"x", None)])
def test_a_client_asks_for_previews(line: bytes, wish: bool | None) -> None:
    assert wants_preview(line) is wish
    assert wants_preview(b'{"preview": 1}') is None
