"""The udev rules: every word is one that udev knows, every group exists, each device comes to whom it belongs.

No udev runs here: `Device` applies the rules as udev(7) describes them, to devices composed by hand.
"""

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import pytest

from tests.support.units import SYSTEMD, jobs, made_here, units

FILE = SYSTEMD / "72-liangzheng.rules"
TERM = re.compile(r'([A-Z]+)(?:\{([^}]+)\})?(==|!=|=|\+=|-=|:=)"([^"]*)"')
MATCHES = {"ACTION", "SUBSYSTEM", "KERNEL", "ATTR", "ATTRS", "ENV"}
SETS = {"GOTO", "LABEL", "GROUP", "MODE", "TAG", "ENV", "IMPORT", "SYMLINK", "RUN"}

Term = tuple[str, str, str, str]  # key, part in braces, operator, value


@dataclass
class Device:
    """What udev knows when it comes to our file; `attrs` are those of the device and of all that it hangs on."""

    subsystem: str
    kernel: str
    attrs: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    group: str = "root"

    def after(self, rules: list[list[Term]]) -> "Device":
        for rule in rules:
            if all(self._fits(term) for term in rule if term[2] in ("==", "!=")):
                for term in rule:
                    self._set(term)
        return self

    def _fits(self, term: Term) -> bool:
        key, part, operator, value = term
        facts = {"SUBSYSTEM": self.subsystem, "KERNEL": self.kernel, "ACTION": "add"}
        tables = {"ATTR": self.attrs, "ATTRS": self.attrs, "ENV": self.env}
        fact = tables[key].get(part) if key in tables else facts[key]
        if fact is None and key != "ENV":
            return False
        fits = any(fnmatchcase(fact or "", one) for one in value.split("|"))
        return fits is (operator == "==")

    def _set(self, term: Term) -> None:
        match term:
            case ("ENV", part, "=" | "+=", value):
                self.env[part] = value
            case ("GROUP", _, "=", value):
                self.group = value
            case ("TAG", _, "-=", value):
                self.tags.discard(value)


USB, BLUETOOTH, BOARD = "0003", "0005", "0019"


def event(bus: str, *classes: str, **env: str) -> Device:
    """An event node as 60-input-id.rules and 70-power-switch.rules leave it."""
    found = {f"ID_INPUT_{kind}": "1" for kind in classes} | env
    return Device("input", "event5", {"id/bustype": bus}, found, {"power-switch", "seat"}, "input")


def tty(vendor: str, kernel: str = "ttyACM0", **env: str) -> Device:
    return Device("tty", kernel, {"idVendor": vendor}, env, group="dialout")


def _rules() -> list[list[Term]]:
    lines = [line for line in FILE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [_rule(line) for line in lines]


def _rule(line: str) -> list[Term]:
    terms = [TERM.fullmatch(term.strip()) for term in re.split(r",\s*(?=[A-Z])", line)]
    assert None not in terms, line
    return [(t[1], t[2] or "", t[3], t[4]) for t in terms if t]


def _having(key: str) -> list[list[Term]]:
    return [rule for rule in _rules() if any(term[0] == key for term in rule)]


def test_every_term_is_one_that_udev_knows() -> None:
    for rule in _rules():
        for key, _, operator, _ in rule:
            assert key in (MATCHES if operator in ("==", "!=") else SETS)


def test_jumps_land() -> None:
    goals = {term[3] for rule in _rules() for term in rule if term[0] == "GOTO"}
    assert goals == {term[3] for rule in _rules() for term in rule if term[0] == "LABEL"}


@pytest.mark.parametrize("rule", _having("GROUP"), ids=lambda rule: rule[0][3])
def test_who_may_open_a_device_is_a_group_of_ours_that_only_the_scanner_has(rule: list[Term]) -> None:
    group = next(term[3] for term in rule if term[0] == "GROUP")
    assert ("MODE", "", "=", "0660") in rule
    assert group in made_here("g")
    assert [found.name for found in units() if group in found.groups()] == ["scanner"]


def test_cameras_are_not_for_whoever_sits_at_the_screen() -> None:
    (rule,) = [rule for rule in _having("GROUP") if ("GROUP", "", "=", "lz-camera") in rule]
    assert ("SUBSYSTEM", "", "==", "video4linux") in rule
    assert ("TAG", "", "-=", "uaccess") in rule


def test_modem_manager_leaves_the_usual_adapters_alone() -> None:
    ignored = [rule for rule in _rules() if ("ENV", "ID_MM_DEVICE_IGNORE", "=", "1") in rule]
    vendors = {vendor for rule in ignored for term in rule if term[1] == "idVendor" for vendor in term[3].split("|")}
    assert vendors >= {"1a86", "0403", "10c4", "067b"}  # CH34x, FTDI, CP210x, PL2303


def test_names_follow_the_socket() -> None:
    for rule in _having("SYMLINK"):
        symlink = next(term[3] for term in rule if term[0] == "SYMLINK")
        assert symlink.endswith("-$env{ID_PATH_TAG}")
        assert ("IMPORT", "builtin", "=", "path_id") in rule


def test_the_rules_run_between_the_seat_and_the_modem_rules() -> None:
    assert "70-uaccess.rules" < FILE.name < "73-seat-late.rules"  # and 77-mm-*.rules come later still


@pytest.mark.parametrize("bus", [USB, BLUETOOTH])
@pytest.mark.parametrize("classes", [("KEY", "KEYBOARD"), ("KEY",), ("KEY", "KEYBOARD", "TOUCHSCREEN")])
def test_what_types_types_nothing_on_the_screen(bus: str, classes: tuple[str, ...]) -> None:
    wedge = event(bus, *classes).after(_rules())
    assert wedge.env["LIBINPUT_IGNORE_DEVICE"] == "1"
    assert wedge.group == "lz-gun"
    assert wedge.tags == {"seat"}, "its power key is no business of logind"


@pytest.mark.parametrize(
    "other",
    [event(USB, "TOUCHSCREEN"), event(USB, "KEY", "TOUCHSCREEN"), event(BOARD, "KEY"), event(USB, "MOUSE")],
    ids=["panel", "panel with a button", "button of the board", "mouse"],
)
def test_touch_panel_and_power_button_work_as_before(other: Device) -> None:
    after = other.after(_rules())
    assert "LIBINPUT_IGNORE_DEVICE" not in after.env
    assert (after.group, after.tags) == ("input", {"power-switch", "seat"})


def test_a_technician_allows_one_keyboard() -> None:
    allowed = event(USB, "KEY", "KEYBOARD", LIANGZHENG_KEYBOARD="allowed").after(_rules())
    assert "LIBINPUT_IGNORE_DEVICE" not in allowed.env
    assert allowed.group == "input"


@pytest.mark.parametrize("vendor", ["05e0", "05f9", "0c2e", "0536", "1eab", "065a"])
def test_a_serial_gun_is_the_scanners(vendor: str) -> None:
    gun = tty(vendor).after(_rules())
    assert gun.group == "lz-gun"
    assert gun.env["ID_MM_PORT_IGNORE"] == "1"


def test_an_adapter_is_an_analyzers_until_a_technician_says_otherwise() -> None:
    assert tty("1a86", "ttyUSB0").after(_rules()).group == "dialout"
    assert tty("1a86", "ttyUSB0", LIANGZHENG_GUN="1").after(_rules()).group == "lz-gun"


def test_the_examples_in_the_comments_do_what_they_say() -> None:
    """What a technician copies into a file of his own."""
    commented = [line[4:] for line in FILE.read_text("utf-8").splitlines() if line.startswith("#   SUBSYSTEM")]
    (keyboard,), (gun,) = ([_rule(line)] for line in commented)
    allowed = event(USB, "KEY", "KEYBOARD")
    allowed.attrs |= {"idVendor": "046d", "idProduct": "c31c"}
    assert allowed.after([keyboard]).after(_rules()).group == "input"
    path = next(term[3] for term in gun if term[1] == "ID_PATH")
    assert tty("1a86", "ttyUSB0", ID_PATH=path).after([gun]).after(_rules()).group == "lz-gun"


@pytest.mark.parametrize(
    ("label", "kind", "bus", "carries"),
    [
        ("LIANGZHENG", "vfat", "usb", True),
        ("LIANGZHENG", "exfat", "usb", True),
        ("LIANGZHENG", "ext4", "usb", False),  # made by a program, not in a shop
        ("LIANGZHENG", "vfat", "ata", False),
        ("KINGSTON", "vfat", "usb", False),
    ],
)
def test_only_a_stick_with_our_name_carries(label: str, kind: str, bus: str, carries: bool) -> None:
    stick = Device("block", "sda1", env={"ID_BUS": bus, "ID_FS_TYPE": kind, "ID_FS_LABEL": label}).after(_rules())
    wanted = f"{jobs()[0].name.removesuffix('@')}@%k"
    assert stick.env.get("SYSTEMD_WANTS") == (f"liangzheng-{wanted}.service" if carries else None)
