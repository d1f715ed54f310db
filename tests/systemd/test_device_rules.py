"""The udev rules: every word is one that udev knows, every group exists, cameras leave the group `video`."""

import re

from tests.support.units import SYSTEMD, made_here, unit

FILE = SYSTEMD / "72-liangzheng.rules"
TERM = re.compile(r'([A-Z]+)(?:\{([^}]+)\})?(==|!=|=|\+=|-=|:=)"([^"]*)"')
MATCHES = {"ACTION", "SUBSYSTEM", "KERNEL", "ATTR", "ENV"}
SETS = {"GOTO", "LABEL", "GROUP", "MODE", "TAG", "ENV", "IMPORT", "SYMLINK"}

Term = tuple[str, str, str, str]  # key, part in braces, operator, value


def _rules() -> list[list[Term]]:
    lines = [line for line in FILE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    rules = []
    for line in lines:
        terms = [TERM.fullmatch(term.strip()) for term in re.split(r",\s*(?=[A-Z])", line)]
        rules.append([(t[1], t[2] or "", t[3], t[4]) for t in terms if t])
        assert None not in terms, line
    return rules


def _having(key: str) -> list[list[Term]]:
    return [rule for rule in _rules() if any(term[0] == key for term in rule)]


def test_every_term_is_one_that_udev_knows() -> None:
    for rule in _rules():
        for key, _, operator, _ in rule:
            assert key in (MATCHES if operator in ("==", "!=") else SETS)


def test_jumps_land() -> None:
    goals = {term[3] for rule in _rules() for term in rule if term[0] == "GOTO"}
    assert goals == {term[3] for rule in _rules() for term in rule if term[0] == "LABEL"}


def test_cameras_belong_to_the_scanner_only() -> None:
    (rule,) = _having("GROUP")
    assert ("SUBSYSTEM", "", "==", "video4linux") in rule
    assert ("TAG", "", "-=", "uaccess") in rule
    group = next(term[3] for term in rule if term[0] == "GROUP")
    assert group in made_here("g")
    assert group in unit("scanner").groups()


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
