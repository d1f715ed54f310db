"""Keyboards of the kernel. This machine has none: a socket pair stands for the node, a table for the kernel's answers.

What Linux itself does with these requests was not tried on hardware; their numbers are checked against its header.
"""

import errno
import os
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.errors import LinkError
from drivers.scanner.guns import evdev
from drivers.scanner.guns.evdev import Facts, open_keyboard
from drivers.scanner.guns.keys import EVENT
from tests.support.held import held
from tests.support.wedge import Socketed, Wedge

NODE = "/dev/input/by-path/platform-usb-0:1.2:1.0-event-kbd"
REQUESTS = ("EVIOCGID", "EVIOCGNAME(256)", "EVIOCGBIT(EV_KEY, 96)", "EVIOCGRAB", "EVIOCSCLOCKID")


@pytest.fixture
def node() -> Iterator[Socketed]:
    made = Socketed()
    yield made
    made.unplug()


def refused(node: Socketed, path: str = NODE) -> str:
    before = held()
    with pytest.raises(LinkError) as wrong:
        open_keyboard(path, node.opener, node.ioctl)
    node.unplug()
    assert held() == before
    assert wrong.value.facts == {"port": path}
    return wrong.value.code


def test_the_requests_are_those_of_the_header(tmp_path: Path) -> None:
    """A C compiler reads linux/input.h, and the size of an event with it."""
    source = tmp_path / "requests.c"
    printed = "".join(f'printf("%lu\\n", (unsigned long){request});' for request in REQUESTS)
    source.write_text(
        "#include <stdio.h>\n#include <linux/input.h>\n"
        f'int main(void) {{ {printed} printf("%zu\\n", sizeof(struct input_event)); return 0; }}\n',
        "ascii",
    )
    subprocess.run(["gcc", "-o", tmp_path / "requests", source], check=True)
    told = subprocess.run([tmp_path / "requests"], capture_output=True, text=True, check=True).stdout.split()
    ours = (evdev.EVIOCGID, evdev.EVIOCGNAME, evdev.EVIOCGBIT_KEY, evdev.EVIOCGRAB, evdev.EVIOCSCLOCKID)
    assert [int(number) for number in told] == [*ours, EVENT.size]


def test_it_is_asked_who_it_is_and_grabbed(node: Socketed) -> None:
    keyboard = open_keyboard(NODE, node.opener, node.ioctl)
    assert keyboard.facts == Facts("1eab:0003", "Bar Code Gun")
    assert node.grabs == [1]
    assert node.clocks == [time.CLOCK_MONOTONIC]
    keyboard.close()


def test_events_come_as_they_are_and_silence_is_nothing(node: Socketed) -> None:
    keyboard = open_keyboard(NODE, node.opener, node.ioctl)
    assert keyboard.read(0.0) == b""
    events = Wedge().text("LZ\n")
    node.type(events)
    heard = b""
    while len(heard) < len(events):
        heard += keyboard.read(10.0)
    assert heard == events
    keyboard.close()


def test_what_another_program_has_grabbed_is_not_read(node: Socketed) -> None:
    node.busy = True
    assert refused(node) == "scanner.gun_busy"


@pytest.mark.parametrize("keys", [b"", b"\xff" * 3 + b"\xef" + b"\xff" * 8, b"\0" * 32 + b"\xff" * 64])
def test_what_has_no_digits_and_enter_is_no_keyboard(node: Socketed, keys: bytes) -> None:
    """No key at all; all but Enter (28); only buttons of a touch panel or mouse."""
    node.keys = keys.ljust(96, b"\0")
    assert refused(node) == "scanner.gun_keyboard"
    assert node.grabs == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOENT, "scanner.gun_absent"),
        (errno.ENODEV, "scanner.gun_absent"),
        (errno.EACCES, "scanner.gun_denied"),
        (errno.EPERM, "scanner.gun_denied"),
        (errno.ENOTTY, "scanner.gun_keyboard"),
    ],
)
def test_why_it_cannot_be_opened(number: int, code: str) -> None:
    def opener(path: str) -> int:
        raise OSError(number, os.strerror(number), path)

    with pytest.raises(LinkError, match=re.escape(code)):
        open_keyboard(NODE, opener)


def test_the_kernel_itself_is_asked_where_nothing_stands_for_it(tmp_path: Path) -> None:
    with pytest.raises(LinkError, match=r"scanner\.gun_absent"):
        open_keyboard(str(tmp_path / "event0"))
    (tmp_path / "event1").write_bytes(b"no device")
    before = held()
    with pytest.raises(LinkError, match=r"scanner\.gun_keyboard"):
        open_keyboard(str(tmp_path / "event1"))
    assert held() == before


def test_unplugged(node: Socketed) -> None:
    keyboard = open_keyboard(NODE, node.opener, node.ioctl)
    node.unplug()
    with pytest.raises(LinkError, match=r"scanner\.gun_absent"):
        keyboard.read(10.0)
    keyboard.close()
