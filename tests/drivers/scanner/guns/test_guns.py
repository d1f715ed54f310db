"""The threads of real guns: ptys for serial ones, socket pairs for keyboards, attacks through both."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers.errors import LinkError
from drivers.ports import Line, open_serial
from drivers.scanner.feed import ScanFeed
from drivers.scanner.guns.evdev import open_keyboard
from drivers.scanner.guns.guns import ADVISED_FOR, SAME_FOR, Gun, Guns, KeyboardGun, OpenGun, open_gun
from drivers.scanner.server import ScanServer
from drivers.scanner.wire import Advice, Camera, CameraState, Hint, Message, Seen
from drivers.simulated.pty import PtyDevice
from tests.support.held import held
from tests.support.waiting import wait_for
from tests.support.wedge import ATTACKS, Socketed, Wedge

READY, ABSENT = Camera(CameraState.READY), Camera(CameraState.ABSENT, "scanner.gun_absent")
AGAIN, DONE = Advice(Hint.AGAIN), Advice(None)


class Mute:
    """The bytes side of a serial gun: says what a test has it say."""

    def __init__(self) -> None:
        self.said = b""

    def answer(self, data: bytes) -> bytes:
        return b""

    def tick(self) -> bytes:
        said, self.said = self.said, b""
        return said


class Heard:
    def __init__(self) -> None:
        self.messages: list[Message] = []

    def tell(self, message: Message) -> None:
        self.messages.append(message)

    def advise(self, hint: Hint | None) -> None:
        self.messages.append(Advice(hint))

    def codes(self) -> list[bytes]:
        return [message.data for message in self.messages if isinstance(message, Seen)]

    def wait(self, *messages: Message) -> None:
        wait_for(lambda: self.messages == [*messages], f"{messages}, not {self.messages}")


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def node() -> Iterator[Socketed]:
    made = Socketed()
    yield made
    made.unplug()


@pytest.fixture
def wedge() -> Wedge:
    return Wedge()


def keyboard(node: Socketed) -> Callable[[Gun], OpenGun]:
    return lambda gun: KeyboardGun(open_keyboard(gun.port, node.opener, node.ioctl))


def seen(data: bytes, showing: int) -> Seen:
    return Seen(data, "", "gun", reads=2, showing=showing)


@contextmanager
def reading(
    heard: Heard, *guns: Gun, opening: Callable[[Gun], OpenGun] = open_gun, alone: bool = True
) -> Iterator[Guns]:
    with Guns(guns, heard.tell, heard.advise, alone, opening) as running:
        yield running


TYPING = Gun("keyboard", "/dev/input/by-path/platform-usb-0:1.2:1.0-event-kbd")


def test_a_code_is_told_once_with_two_reads(heard: Heard, node: Socketed, wedge: Wedge) -> None:
    with reading(heard, TYPING, opening=keyboard(node)):
        heard.wait(READY)
        node.type(wedge.text("6901234567892\n"))
        heard.wait(READY, seen(b"6901234567892", -1))
        node.type(wedge.text("LZ\n"))
        heard.wait(READY, seen(b"6901234567892", -1), seen(b"LZ", -2))


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_by_keys_tells_no_code_and_the_next_code_is_told(
    heard: Heard, node: Socketed, wedge: Wedge, name: str
) -> None:
    with reading(heard, TYPING, opening=keyboard(node)):
        heard.wait(READY)
        node.type(ATTACKS[name](wedge))
        heard.wait(READY, AGAIN)
        wedge.pause()
        node.type(wedge.text("LZ\n"))
        heard.wait(READY, AGAIN, DONE, seen(b"LZ", -1))


def test_an_unplugged_keyboard_comes_back_and_is_grabbed_again(heard: Heard, node: Socketed, wedge: Wedge) -> None:
    before = held()
    with reading(heard, TYPING, opening=keyboard(node)):
        heard.wait(READY)
        node.type(wedge.text("HALF"))
        node.unplug()
        wait_for(lambda: node.opened == 2 and node.plug, "opened again")
        node.type(wedge.text("LZ\n"))
        heard.wait(READY, ABSENT, READY, seen(b"LZ", -1))
        assert node.grabs == [1, 1]
    node.unplug()
    assert held() == before


def test_what_cannot_be_grabbed_is_not_read_and_said(heard: Heard, node: Socketed, wedge: Wedge) -> None:
    node.busy = True
    with reading(heard, TYPING, opening=keyboard(node)):
        heard.wait(Camera(CameraState.ABSENT, "scanner.gun_busy"))
        node.busy = False
        wait_for(lambda: READY in heard.messages, "the gun is free")
        node.type(wedge.text("LZ\n"))
        wait_for(lambda: heard.codes() == [b"LZ"], "LZ")


@pytest.fixture
def serial_gun(tmp_path: Path) -> Iterator[tuple[Mute, PtyDevice, Gun]]:
    mute = Mute()
    with PtyDevice(mute, tmp_path / "gun") as device:
        yield mute, device, Gun("serial", str(device.link))


def test_a_serial_gun(heard: Heard, serial_gun: tuple[Mute, PtyDevice, Gun]) -> None:
    mute, device, gun = serial_gun
    with reading(heard, gun):
        heard.wait(READY)
        mute.said = b"]Q3010690123456789210A1\x1d17261122\r\n"
        wait_for(lambda: len(heard.codes()) == 1, "the first code")
        mute.said = "豇豆".encode("gb18030")
        wait_for(lambda: len(heard.codes()) == 2, "a code that silence ends")
        mute.said = b"\x0fcmd\rcalc\r"
        wait_for(lambda: AGAIN in heard.messages, "the attack is refused")
        device.replug()
        wait_for(lambda: heard.messages[-2:] == [ABSENT, READY], "found again")
        mute.said = b"LZ\r"
        wait_for(lambda: len(heard.codes()) == 3, "the code after it")
    assert heard.codes() == [b"]Q3010690123456789210A1\x1d17261122", "豇豆".encode("gb18030"), b"LZ"]


def test_a_serial_gun_that_another_program_uses(heard: Heard, serial_gun: tuple[Mute, PtyDevice, Gun]) -> None:
    _, device, gun = serial_gun
    theirs = open_serial(str(device.link), Line())
    with reading(heard, gun):
        heard.wait(Camera(CameraState.ABSENT, "scanner.gun_busy"))
        theirs.close()
        heard.wait(Camera(CameraState.ABSENT, "scanner.gun_busy"), READY)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_gun_in_a_stand_shows_one_code_once(heard: Heard, node: Socketed, wedge: Wedge) -> None:
    clock = Clock()
    with Guns([TYPING], heard.tell, heard.advise, opening=keyboard(node), clock=clock):
        wait_for(lambda: node.plug, "the gun is open")
        node.type(wedge.text("LZ\n") * 2 + wedge.text("A\n"))
        wait_for(lambda: heard.codes() == [b"LZ", b"A"], "each once")
        clock.now += SAME_FOR
        node.type(wedge.text("A\n"))
        wait_for(lambda: heard.codes() == [b"LZ", b"A", b"A"], "shown again")


def test_the_advice_ends_by_itself(heard: Heard, node: Socketed, wedge: Wedge) -> None:
    clock = Clock()
    with Guns([TYPING], heard.tell, heard.advise, opening=keyboard(node), clock=clock):
        wait_for(lambda: node.plug, "the gun is open")
        node.type(wedge.tap("F12"))
        heard.wait(AGAIN)
        clock.now += ADVISED_FOR
        heard.wait(AGAIN, DONE)


def test_beside_a_camera_the_state_of_a_gun_is_not_that_of_the_camera(
    heard: Heard, node: Socketed, wedge: Wedge
) -> None:
    with reading(heard, TYPING, opening=keyboard(node), alone=False):
        wait_for(lambda: node.plug, "the gun is open")
        node.type(wedge.text("LZ\n"))
        heard.wait(seen(b"LZ", -1))


def test_two_guns_one_missing(heard: Heard, serial_gun: tuple[Mute, PtyDevice, Gun], tmp_path: Path) -> None:
    mute, device, gun = serial_gun
    with reading(heard, gun, Gun("serial", str(tmp_path / "nowhere"))):
        wait_for(lambda: heard.messages[-1:] == [READY], "one is enough")
        mute.said = b"LZ\r"
        wait_for(lambda: heard.codes() == [b"LZ"], "LZ")
        device.unplug()
        wait_for(lambda: heard.messages[-1] == ABSENT, "none is left")


def test_codes_come_to_the_station_beside_those_of_the_camera(node: Socketed, wedge: Wedge, tmp_path: Path) -> None:
    door = tmp_path / "scan.sock"
    told: list[Message] = []
    with (
        ScanServer(door) as server,
        ScanFeed(door, told.append),
        Guns([TYPING], server.tell, lambda hint: server.tell(Advice(hint)), True, keyboard(node)),
    ):
        wait_for(lambda: READY in told, "the gun is ready")
        node.type(wedge.chord("LEFTCTRL", "O"))
        wedge.pause()
        node.type(wedge.text("LZ\n"))
        wait_for(lambda: told[-1] == seen(b"LZ", -1), "the code")
    assert [one for one in told if isinstance(one, Seen)] == [seen(b"LZ", -1)]


# --- finding a gun ---


class Machine:
    """`/sys/class/input` and `/dev/input/by-path` as kernel and udev make them, below a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "sys/class/input").mkdir(parents=True)
        (root / "dev/input/by-path").mkdir(parents=True)

    def keyboard(self, event: str, port: str, ids: str) -> None:
        vendor, product = ids.split(":")
        device = self.root / f"sys/devices/usb1/{port}/{port}:1.0/0003:{vendor}.0001/input/input7"
        entry = device / event
        entry.mkdir(parents=True)
        (device.parents[3] / "idVendor").write_text(f"{vendor}\n", "ascii")
        (device.parents[3] / "idProduct").write_text(f"{product}\n", "ascii")
        (entry / "device").symlink_to("..")
        (self.root / "sys/class/input" / event).symlink_to(os.path.relpath(entry, self.root / "sys/class/input"))
        (self.root / "dev/input" / event).touch()
        for usb in ("usb", "usbv2"):  # newer udev makes both names
            (self.root / f"dev/input/by-path/platform-{usb}-0:{port}:1.0-event-kbd").symlink_to(f"../{event}")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def where(gun: Gun, machine: Machine) -> str:
    """What would be opened; the node is none, so that opening it tells its name."""
    with pytest.raises(LinkError) as told:
        open_gun(gun, machine.root)
    return f"{told.value.code} {told.value.facts['port']}"


def test_the_only_keyboard_is_found_by_itself_and_by_its_ids(machine: Machine) -> None:
    assert where(Gun("keyboard", "auto"), machine) == "scanner.gun_absent auto"
    machine.keyboard("event3", "1.2", "1eab:0003")
    name = "scanner.gun_absent /dev/input/by-path/platform-usb-0:1.2:1.0-event-kbd"
    assert where(Gun("keyboard", "auto"), machine) == name
    assert where(Gun("keyboard", "usb:1eab:0003"), machine) == name
    assert where(Gun("keyboard", "usb:0c2e:0b61"), machine) == "scanner.gun_absent usb:0c2e:0b61"


def test_of_two_keyboards_none_is_guessed(machine: Machine) -> None:
    machine.keyboard("event3", "1.2", "1eab:0003")
    machine.keyboard("event4", "1.3", "046d:c31c")
    assert where(Gun("keyboard", "auto"), machine) == "scanner.gun_several auto"
    assert where(Gun("keyboard", "usb:046d:c31c"), machine).endswith("platform-usb-0:1.3:1.0-event-kbd")


def test_a_serial_gun_is_found_by_its_ids(machine: Machine) -> None:
    assert where(Gun("serial", "usb:1eab:1d06"), machine) == "scanner.gun_absent usb:1eab:1d06"
    assert where(Gun("serial", "/dev/serial/by-path/none"), machine) == "scanner.gun_absent /dev/serial/by-path/none"
