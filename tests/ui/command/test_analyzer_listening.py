"""`analyzer read` and `watch` with an instrument that speaks by itself: nothing is asked, what it says is shown."""

from pathlib import Path

import pytest

from drivers.binding import Bound, certain
from drivers.discovery import askable
from drivers.profile.folder import Shelf
from drivers.profile.form import Profile
from drivers.simulated.pty import PtyDevice
from kiosk.words import load_words
from ui.command.analyzer_read import listened
from ui.command.analyzer_session import Session, erases
from ui.command.analyzer_watch import Watch

SCALE = """
format = 1
id = "test-scale"
revision = 1
[device]
vendor = "Test"
model = "Scale"
analysis = "weight"
evidence = "documented"
sources = ["made for this test"]
[link]
kind = "serial"
baud = 9600
initiative = "device"
gap_ms = 5
reply_ms = 500
byte_ms = 100
[frame]
kind = "line"
end = "\\r\\n"
[exchange.weight]
idempotent = false
hear = "@weight"
[record.weight]
text = { kind = "pattern", text = "{amount} g" }
fields = [{ id = "amount", type = "number" }]
[result]
values = [{ quantity = "weight", field = "amount", unit = "g" }]
[run]
exchange = "weight"
"""


class Scale:
    """Says a weight when it is told to, and keeps what it hears."""

    def __init__(self) -> None:
        self.heard = b""
        self.next = b""

    def answer(self, data: bytes) -> bytes:
        self.heard += data
        return b""

    def tick(self) -> bytes:
        said, self.next = self.next, b""
        return said


@pytest.fixture
def described(tmp_path: Path) -> Profile:
    home = tmp_path / "profiles" / "test-scale"
    home.mkdir(parents=True)
    (home / "any.toml").write_text(SCALE, "utf-8")
    return Shelf((home.parent,)).find("test-scale")


def test_it_is_never_probed_and_needs_no_file(described: Profile) -> None:
    assert (askable(described), certain(described), erases(described)) == (False, False, False)


def test_each_weight_is_told_also_the_same_again(
    described: Profile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scale = Scale()
    with PtyDevice(scale, tmp_path / "scale") as device:
        watch = Watch(Session(Bound("scale", (described,), str(device.link)), None), 0.01, load_words("en"))
        watch.begin()
        assert "Listening for the Scale" in capsys.readouterr().err
        for weight in (b"12.30 g\r\n", b"12.30 g\r\n"):
            scale.next = weight
            watch.turn()
            assert "weight  12.30  g" in capsys.readouterr().out
        device.unplug()
        watch.turn()
        device.replug()
        assert "Lost:" in capsys.readouterr().err
        scale.next = b"0.00 g\r\n"
        watch.turn()
        told = capsys.readouterr()
        assert "Back again" in told.err
        watch.close()
    assert scale.heard == b""


def test_a_session_is_what_it_says_next(described: Profile, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scale = Scale()
    scale.next = b"12.30 g\r\n"
    with PtyDevice(scale, tmp_path / "scale") as device:
        analyzer, identity = Session(Bound("scale", (described,), str(device.link)), None).open()
        (reading,) = listened(analyzer, load_words("en"))
        analyzer.close()
    assert (identity.model, reading.quantity, str(reading.value), reading.unit) == ("Scale", "weight", "12.30", "g")
    assert "print or send key" in capsys.readouterr().err
