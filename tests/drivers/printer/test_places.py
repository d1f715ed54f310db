"""Where printers are: device files, USB by ids, serial lines, the network; every way that it is not there, in words."""

import os
import socket
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from drivers.errors import DeviceError, LinkError
from drivers.printer.device import open_device
from drivers.printer.model import PrinterModel
from drivers.printer.outcome import Printed, Unknown
from drivers.printer.places import open_printer
from drivers.printer.render import render_job
from drivers.printer.shelf import load_model
from drivers.printer.usb import steady, usb_printers
from drivers.simulated.printer import PrinterTwin
from drivers.simulated.pty import PtyDevice
from drivers.simulated.tcp import TcpDevice

QUICK = PrinterModel(answers_within=0.3, quiet=0.1, prints_within=3.0, takes_within=1.0)
OURS = b"J0b!"


def picture() -> Image.Image:
    image = Image.new("1", (576, 400), 1)
    ImageDraw.Draw(image).ellipse((10, 10, 500, 380), outline=0, width=3)
    return image


class Machine:
    """A made-up sysfs and /dev with USB printers; each node leads to a twin on a terminal."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.count = 0

    def plug(self, ids: str, serial: str | None, twin: PrinterTwin, socket_name: str = "usb-0_1") -> PtyDevice:
        name, self.count = f"lp{self.count}", self.count + 1
        device = self.root / "sys/devices/usb1" / f"1-{self.count}"
        interface = device / f"1-{self.count}:1.0"
        node = interface / "usbmisc" / name
        node.mkdir(parents=True)
        vendor, product = ids.split(":")
        facts = {"idVendor": vendor, "idProduct": product, "manufacturer": "Maker", "product": "POS printer"}
        for fact, text in (facts | ({"serial": serial} if serial else {})).items():
            (device / fact).write_text(f"{text}\n")
        (node / "uevent").write_text(f"MAJOR=180\nMINOR=0\nDEVNAME=usb/{name}\n")
        (node / "device").symlink_to(interface)
        known = self.root / "sys/class/usbmisc"
        known.mkdir(parents=True, exist_ok=True)
        (known / name).symlink_to(node)
        (self.root / "dev/liangzheng").mkdir(parents=True, exist_ok=True)
        (self.root / f"dev/liangzheng/printer-{socket_name}").symlink_to(self.root / "dev/usb" / name)
        return PtyDevice(twin, self.root / "dev/usb" / name)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine")


def printed(place: str, root: Path, model: PrinterModel = QUICK) -> Printed | Unknown:
    printer = open_printer(place, model, root=root)
    with closing(printer):
        return printer.print_job(render_job(picture(), OURS, model), OURS)


def test_a_usb_printer_is_found_by_its_ids_wherever_it_hangs(machine: Machine, tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path / "tray")
    with machine.plug("0416:5011", None, twin):
        (found,) = usb_printers(machine.root)
        assert (found.where, found.usb.maker) == ("usb:0416:5011", "Maker")
        assert printed("usb:0416:5011", machine.root) == Printed("completion")
    assert len(twin.papers) == 1


def test_two_alike_are_told_apart_by_their_serial_numbers(machine: Machine, tmp_path: Path) -> None:
    left, right = PrinterTwin(tmp_path / "left"), PrinterTwin(tmp_path / "right")
    with machine.plug("04b8:0e15", "L 1", left, "a"), machine.plug("04b8:0e15", "R:2", right, "b"):
        with pytest.raises(LinkError, match=r"printer\.several") as refused:
            printed("usb:04B8:0E15", machine.root)
        assert refused.value.facts["known"] == "usb:04b8:0e15:L 1, usb:04b8:0e15:R:2"
        assert printed("usb:04b8:0e15:R:2", machine.root) == Printed("completion")
        with pytest.raises(LinkError, match=r"link\.absent"):
            printed("usb:04b8:0e15:X", machine.root)
    assert (len(left.papers), len(right.papers)) == (0, 1)


def test_the_name_of_our_udev_rule_follows_the_socket(machine: Machine, tmp_path: Path) -> None:
    with machine.plug("0416:5011", None, PrinterTwin(tmp_path / "tray"), "pci-0_usb-0_1_2"):
        (found,) = usb_printers(machine.root)
        node = "/" + str(Path(found.node).relative_to(machine.root))
        assert steady(node, machine.root) == "/dev/liangzheng/printer-pci-0_usb-0_1_2"
        assert steady("/dev/usb/lp7", machine.root) == "/dev/usb/lp7"


def test_a_device_file_is_opened_once_for_both_directions(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path / "tray")
    with PtyDevice(twin, tmp_path / "lp0"):
        port = open_device(str(tmp_path / "lp0"))
        with closing(port):
            port.write(b"\x10\x04\x01")
            assert port.read(8, 1.0) == b"\x12"
            assert port.read(8, 0.05) == b""
            port.write(b"\x10\x04\x02")
            assert port.read(1, 1.0) == b"\x12"


def test_a_device_that_is_pulled_is_lost_for_reading_and_writing(tmp_path: Path) -> None:
    device = PtyDevice(PrinterTwin(tmp_path / "tray"), tmp_path / "lp0")
    port = open_device(str(tmp_path / "lp0"))
    device.close()
    with pytest.raises(LinkError, match=r"link\.lost"):
        port.read(8, 1.0)
    with pytest.raises(LinkError, match=r"link\.lost"):
        port.write(bytes(100))
    port.close()


def test_a_printer_that_takes_nothing_is_stuck_not_waited_for(tmp_path: Path) -> None:
    fifo = tmp_path / "lp0"
    os.mkfifo(fifo)
    port = open_device(str(fifo), write_timeout=0.2)
    with closing(port), pytest.raises(LinkError, match=r"link\.stuck"):
        port.write(bytes(1 << 20))


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("/dev/usb/lp99", "link.absent"),
        ("/dev/liangzheng/printer-none", "link.absent"),
        ("usb:dead:beef", "link.absent"),
        ("usb:dead", "printer.place"),
        ("tcp://127.0.0.1:0", "printer.place"),
        ("tcp://127.0.0.1:70000", "printer.place"),
        ("tcp://", "printer.place"),
        ("lpt1", "printer.place"),
        ("cups:office", "printer.place"),
        ("", "printer.place"),
    ],
)
def test_what_is_no_place_is_refused(place: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(DeviceError) as refused:
        open_printer(place, QUICK, root=tmp_path)
    assert refused.value.code == code


def test_a_page_printer_needs_a_queue() -> None:
    with pytest.raises(LinkError, match=r"printer\.place"):
        open_printer("/dev/usb/lp0", load_model("cups"))


def test_over_the_network(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path / "tray")
    with TcpDevice(twin) as device:
        assert printed(f"tcp://127.0.0.1:{device.port}", tmp_path) == Printed("completion")
    with pytest.raises(LinkError, match=r"link\.unreachable"):
        printed(f"tcp://127.0.0.1:{device.port}", tmp_path)
    assert len(twin.papers) == 1


def test_a_network_printer_that_accepts_and_never_answers_gets_no_byte_of_the_job(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        place = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(LinkError, match=r"printer\.silent"):
            printed(place, tmp_path)
        line, _ = server.accept()
        with closing(line):
            assert line.recv(100) == b"\x10\x04\x01"


def test_a_network_printer_that_hangs_up_inside_the_job_is_unknown(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path / "tray")
    twin.fate.strike("unplug", 3000)
    with TcpDevice(twin) as device:
        end = printed(f"tcp://127.0.0.1:{device.port}", tmp_path)
    assert end in (Unknown("link.lost"), Unknown("link.stuck"))


def test_on_a_serial_line(tmp_path: Path) -> None:
    twin = PrinterTwin(tmp_path / "tray")
    with PtyDevice(twin, tmp_path / "ttyUSB7"):
        assert printed(str(tmp_path / "ttyUSB7"), tmp_path) == Printed("completion")
    assert len(twin.papers) == 1
