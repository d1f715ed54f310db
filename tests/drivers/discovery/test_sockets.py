"""Sockets and their USB facts, from folders as the kernel and udev make them."""

import os
from pathlib import Path

import pytest

from drivers.sockets import Socket, Usb, same, socket_at, sockets

PATH = "platform-fd500000.pcie-pci-0000:01:00.0-usb-0:1.2:1.0-port0"


class Machine:
    """`/sys` and `/dev` of a small board, below a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "sys/class/tty").mkdir(parents=True)
        (root / "dev").mkdir()

    def tty(self, name: str, usb: dict[str, str] | None, port: str = "1-1.2") -> None:
        device = self.root / f"sys/devices/{'platform' if usb is None else 'usb1'}/{port}/{port}:1.0/{name}"
        device.mkdir(parents=True)
        for fact, value in (usb or {}).items():
            (device.parents[1] / fact).write_text(f"{value}\n", "utf-8")
        entry = device / "tty" / name
        entry.mkdir(parents=True)
        (entry / "device").symlink_to(os.path.relpath(device, entry))
        link = self.root / "sys/class/tty" / name
        link.symlink_to(os.path.relpath(entry, link.parent))
        (self.root / "dev" / name).touch()

    def name(self, link: str, tty: str) -> None:
        place = self.root / link
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(os.path.relpath(self.root / "dev" / tty, place.parent))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.tty("ttyS0", None, "serial8250")
    made.tty("ttyUSB0", {"idVendor": "1a86", "idProduct": "7523", "product": "USB Serial"})
    return made


def test_a_port_of_the_board_is_not_one_of_them(machine: Machine) -> None:
    (only,) = sockets(machine.root)
    assert only.usb == Usb("1a86", "7523", None, None, "USB Serial")
    assert only.usb.ids == "1a86:7523"


def test_the_name_follows_the_socket_where_there_is_one(machine: Machine) -> None:
    assert [(s.where, s.steady) for s in sockets(machine.root)] == [("/dev/ttyUSB0", False)]
    machine.name("dev/liangzheng/serial-platform-usb-0_1_2", "ttyUSB0")
    assert [(s.where, s.steady) for s in sockets(machine.root)] == [("/dev/liangzheng/serial-platform-usb-0_1_2", True)]
    machine.name(f"dev/serial/by-path/{PATH}", "ttyUSB0")
    machine.name(f"dev/serial/by-path/{PATH.replace('usb-', 'usbv2-')}", "ttyUSB0")
    assert [s.where for s in sockets(machine.root)] == [f"/dev/serial/by-path/{PATH}"]


def test_every_adapter_has_its_own_facts_and_they_come_in_order(machine: Machine) -> None:
    ftdi = {"idVendor": "0403", "idProduct": "6001", "serial": "A10K", "manufacturer": "FTDI", "product": "FT232R"}
    machine.tty("ttyUSB10", ftdi, "1-1.4")
    machine.tty("ttyUSB2", {"idVendor": "1a86", "idProduct": "7523"}, "1-1.3")
    found = sockets(machine.root)
    assert [s.where for s in found] == ["/dev/ttyUSB0", "/dev/ttyUSB2", "/dev/ttyUSB10"]
    assert found[2].usb == Usb("0403", "6001", "A10K", "FTDI", "FT232R")


def test_a_machine_without_any(tmp_path: Path) -> None:
    assert sockets(tmp_path) == ()


def test_a_socket_that_somebody_named(machine: Machine) -> None:
    machine.name(f"dev/serial/by-path/{PATH}", "ttyUSB0")
    by_path, by_number = (socket_at(f"/dev/{name}", machine.root) for name in (f"serial/by-path/{PATH}", "ttyUSB0"))
    assert by_path.usb == by_number.usb == Usb("1a86", "7523", name="USB Serial")
    assert (by_path.steady, by_number.steady) == (True, False)
    assert socket_at("/dev/ttyS0", machine.root) == Socket("/dev/ttyS0")
    assert socket_at("socket://192.168.7.20:502") == Socket("socket://192.168.7.20:502")


def test_two_names_of_one_socket(machine: Machine) -> None:
    machine.name(f"dev/serial/by-path/{PATH}", "ttyUSB0")
    assert same(f"/dev/serial/by-path/{PATH}", "/dev/ttyUSB0", machine.root)
    assert not same("/dev/ttyUSB0", "/dev/ttyUSB1", machine.root)
    assert same("socket://a:1", "socket://a:1")
    assert not same("socket://a:1", "/dev/ttyUSB0", machine.root)
