"""Each program of the box has its own unit, its own user and a sandbox that systemd itself finds tight enough."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.units import SYSTEMD, Unit, jobs, made_here, unit, units

# Tenths of systemd's exposure level (0 safe, 100 unsafe). They may only shrink. The screen's browser needs a
# display, input and namespaces; the station needs serial lines, a printer and the loopback.
EXPOSURE = {"carry@": 6, "county-signer": 9, "scanner": 4, "county": 9, "uplink": 11, "station": 13, "screen": 21}
DEBIAN_GROUPS = {"audio", "dialout", "lp"}


def _verified(folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([folder / "verify"], capture_output=True, text=True, check=False)


def _named(found: Unit) -> str:
    return found.name


def test_systemd_reads_every_unit_without_a_remark() -> None:
    done = _verified(SYSTEMD)
    told = sorted(f"ok liangzheng-{found.name}.service" for found in (*units(), *jobs()))
    assert sorted(done.stdout.splitlines()) == told, done
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("ProtectSystme=strict", "ProtectSystme"),
        ("ExecStartPre=/opt/liangzheng/bin/absent", "absent"),
        ("SystemCallFilter=@no-such-group", "@no-such-group"),
        ("Requires=liangzheng-no-such.service", "liangzheng-no-such.service"),
    ],
)
def test_a_wrong_line_is_named_and_fails(tmp_path: Path, line: str, told: str) -> None:
    copy = Path(shutil.copytree(SYSTEMD, tmp_path / "systemd"))
    wrong = copy / "liangzheng-station.service"
    section = "[Unit]" if line.startswith("Requires") else "[Service]"
    wrong.write_text(wrong.read_text("utf-8").replace(section, f"{section}\n{line}", 1), "utf-8")
    done = _verified(copy)
    assert done.returncode != 0
    assert told in done.stdout


def test_a_wrong_user_line_fails(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(SYSTEMD, tmp_path / "systemd"))
    with (copy / "liangzheng.sysusers").open("a", encoding="utf-8") as out:
        out.write("u lz-station two words\n")
    assert _verified(copy).returncode != 0


def test_every_unit_has_a_bound() -> None:
    assert sorted(EXPOSURE) == sorted(found.name for found in (*units(), *jobs()))


@pytest.mark.parametrize(("program", "most"), EXPOSURE.items())
def test_the_sandbox_is_tight(program: str, most: int) -> None:
    file = SYSTEMD / f"liangzheng-{program}.service"
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={most}", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_each_program_is_a_user_of_its_own() -> None:
    """But the signer: its keys are in its own namespace, which nobody of its user may look into (test_signer)."""
    users = [found.one("User") for found in units() if found.name != "county-signer"]
    assert len(set(users)) == len(users)
    assert set(users) <= made_here("u")


@pytest.mark.parametrize("found", units(), ids=_named)
def test_groups_are_ours_or_debians(found: Unit) -> None:
    assert found.groups() <= made_here("g") | DEBIAN_GROUPS


@pytest.mark.parametrize("found", units(), ids=_named)
def test_what_no_program_may(found: Unit) -> None:
    assert found.one("NoNewPrivileges") == "yes"
    assert found.one("ProtectSystem") == "strict"
    assert found.one("CapabilityBoundingSet") == ""
    assert found.one("DevicePolicy") == "closed"
    assert "video" not in found.groups()
    assert found.one("Restart") == "always"
    assert found.one("StartLimitIntervalSec") == "0"  # a box without a technician never gives up


def test_a_scanner_that_dies_or_hangs_is_soon_back() -> None:
    """Its signs of life come once a second (loop.py, ALIVE_EVERY); the station says «down» after ten seconds."""
    scanner = unit("scanner")
    assert scanner.one("RestartSec") == "200ms"
    assert scanner.one("WatchdogSec") == "10"
    assert scanner.one("Type") == "notify"


def test_the_scanner_has_cameras_and_scan_guns_and_nothing_else() -> None:
    """Of event nodes and serial lines its groups open only the guns' (test_device_rules)."""
    scanner = unit("scanner")
    guns = ["char-input r", "char-ttyACM rw", "char-ttyUSB rw"]
    assert scanner.all("DeviceAllow") == ["char-video4linux rw", *guns]
    assert scanner.groups() == {"lz-scan", "lz-camera", "lz-gun"}
    assert scanner.one("PrivateNetwork") == "yes"
    assert scanner.all("RestrictAddressFamilies") == ["AF_UNIX"]


@pytest.mark.parametrize("program", ["station", "screen", "county"])
def test_only_loopback_is_reached(program: str) -> None:
    found = unit(program)
    assert found.all("IPAddressDeny") == ["any"]
    assert found.all("IPAddressAllow") == ["localhost"]


def test_the_county_s_program_sees_three_of_its_keys() -> None:
    """A list of paths to hide would miss a key that is made later, or put in the place of an old one by a rename."""
    county = unit("county")
    keys = f"/var/lib/{county.one('StateDirectory')}/keys"
    assert county.all("TemporaryFileSystem") == [f"{keys}:ro"]
    assert county.all("BindReadOnlyPaths") == [f"{keys}/witness.key", f"-{keys}/office.key", f"-{keys}/pages.key"]
    assert county.all("BindPaths") == []


def test_the_signer_sees_its_two_keys_and_no_network() -> None:
    county, signer = unit("county"), unit("county-signer")
    keys = f"/var/lib/{county.one('StateDirectory')}/keys"
    assert signer.all("TemporaryFileSystem") == [f"{keys}:ro"]
    assert signer.all("BindReadOnlyPaths") == [f"{keys}/order.key", f"{keys}/card.key"]
    assert signer.one("PrivateNetwork") == "yes"
    assert signer.all("RestrictAddressFamilies") == ["AF_UNIX"]
    assert "--only signer" in signer.one("ExecStart")


@pytest.mark.parametrize("program", ["uplink", "county"])
def test_who_faces_the_network_has_no_device(program: str) -> None:
    found = unit(program)
    assert found.one("PrivateDevices") == "yes"
    assert found.all("DeviceAllow") == []


@pytest.mark.parametrize("found", [found for found in units() if found.name != "screen"], ids=_named)
def test_the_unit_starts_a_program_that_exists_with_its_own_configuration(found: Unit) -> None:
    program, *words = found.one("ExecStart").split()
    assert program == "/opt/liangzheng/bin/liangzheng"
    program = found.name.removesuffix("-signer")
    assert words[-2:] == ["--config", f"/etc/liangzheng/{program}.toml"]
    assert words[0] == program
    assert importlib.util.find_spec(f"ui.command.{words[0]}") is not None
    assert found.one("Type") == "notify"


def test_the_stick_is_the_uplinks_without_a_network() -> None:
    """It writes what the uplink writes, takes its place while it runs, and lets it back whatever happens."""
    carry, uplink = unit("carry@"), unit("uplink")
    for same in ("User", "Group", "SupplementaryGroups", "UMask", "ReadWritePaths", "ReadOnlyPaths"):
        assert carry.one(same) == uplink.one(same), same
    assert carry.one("PrivateNetwork") == "yes"
    assert carry.one("Conflicts") == carry.one("After") == "liangzheng-uplink.service"
    assert carry.one("OnSuccess") == carry.one("OnFailure") == "liangzheng-uplink.service"
    assert {carry.one(key) for key in ("NoNewPrivileges", "PrivateDevices")} == {"yes"}
    assert carry.one("ProtectSystem") == "strict"
    assert carry.one("Restart") == ""


def test_no_stick_can_run_a_program_or_choose_its_file_system() -> None:
    (mount,) = unit("carry@").all("ExecStartPre")
    words = mount.split()
    assert words[words.index("-t") + 1] == "vfat,exfat"
    assert {"nodev", "nosuid", "noexec"} <= set(words[words.index("-o") + 1].split(","))
