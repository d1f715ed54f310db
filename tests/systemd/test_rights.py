"""Who may read and write which folder: asked of the tables, and of the kernel where root can become those users."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.units import SYSTEMD, Folder, Unit, folders, made_here, unit, units

May = Callable[[Unit, str, str], bool]  # unit, folder, "r" or "w"

UP, DOWN, BLOBS, VOICE = (f"/var/lib/liangzheng/{name}" for name in ("up", "down", "blobs", "voice"))
READERS = {
    UP: {"station", "uplink"},
    BLOBS: {"station", "uplink"},
    DOWN: {"station", "uplink"},
    VOICE: {"station"},
    "/etc/liangzheng/station": {"station"},
    "/etc/liangzheng/uplink": {"uplink"},
    "/etc/liangzheng/county": {"county", "county-signer"},
}
WRITERS = {UP: {"station"}, BLOBS: {"station"}, VOICE: {"station"}, DOWN: {"uplink"}}


def _by_table(found: Unit, path: str, want: str) -> bool:
    folder = next(folder for folder in folders() if folder.path == path)
    mode = folder.mode >> _shift(found, folder)
    return bool(mode & (0o5 if want == "r" else 0o2) == (0o5 if want == "r" else 0o2))


def _shift(found: Unit, folder: Folder) -> int:
    if found.one("User") == folder.user:
        return 6
    return 3 if folder.group in found.groups() else 0


class Machine:
    """A throw-away root with our users and folders, made by systemd itself."""

    def __init__(self, root: Path) -> None:
        self._root = root
        for folder, name in (("sysusers.d", "sysusers"), ("tmpfiles.d", "tmpfiles")):
            (root / "etc" / folder).mkdir(parents=True)
            shutil.copy(SYSTEMD / f"liangzheng.{name}", root / "etc" / folder / "liangzheng.conf")
        (root / "etc/group").write_text("dialout:x:20:\nlp:x:7:\naudio:x:29:\n", "ascii")
        subprocess.run(["systemd-sysusers", f"--root={root}"], check=True)
        subprocess.run(["systemd-tmpfiles", f"--root={root}", "--create", "--prefix=/etc/liangzheng"], check=True)
        subprocess.run(["systemd-tmpfiles", f"--root={root}", "--create", "--prefix=/var/lib"], check=True)

    def may(self, found: Unit, path: str, want: str) -> bool:
        folder = f"{self._root}{path}"
        command = ["ls", folder] if want == "r" else ["touch", f"{folder}/{found.name}"]
        return self.ran(found, *command)

    def ran(self, found: Unit, *command: str) -> bool:
        done = subprocess.run(
            command,
            user=self._id("passwd", found.one("User")),
            group=self._id("group", found.one("Group")),
            extra_groups=[self._id("group", name) for name in found.words("SupplementaryGroups")],
            umask=int(found.one("UMask"), 8),
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    def path(self, path: str) -> Path:
        return Path(f"{self._root}{path}")

    def _id(self, table: str, name: str) -> int:
        rows = (line.split(":") for line in (self._root / "etc" / table).read_text("utf-8").splitlines())
        return next(int(row[2]) for row in rows if row[0] == name)


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Machine(Path(folder))


@pytest.fixture(params=["table", "kernel"] if os.geteuid() == 0 else ["table"])
def may(request: pytest.FixtureRequest) -> May:
    if request.param == "table":
        return _by_table
    found: Machine = request.getfixturevalue("machine")
    return found.may


@pytest.mark.parametrize("path", READERS)
def test_only_these_read(may: May, path: str) -> None:
    assert {found.name for found in units() if may(found, path, "r")} == READERS[path]


@pytest.mark.parametrize("path", READERS)
def test_only_these_write(may: May, path: str) -> None:
    assert {found.name for found in units() if may(found, path, "w")} == WRITERS.get(path, set())


def test_every_folder_is_asked_about() -> None:
    assert {folder.path for folder in folders()} - set(READERS) == {"/etc/liangzheng", "/var/lib/liangzheng"}


def test_owners_exist() -> None:
    assert {folder.user for folder in folders()} <= made_here("u") | {"root"}
    assert {folder.group for folder in folders()} <= made_here("g") | {"root"}


@pytest.mark.parametrize(("program", "mode"), [("station", "0700"), ("screen", "0700"), ("county", "0711")])
def test_each_private_folder_is_listed_by_one_user(program: str, mode: str) -> None:
    assert unit(program).one("StateDirectory") == f"liangzheng/{program}"
    assert unit(program).one("StateDirectoryMode") == mode


def test_the_scanners_socket_is_for_the_group_of_the_station() -> None:
    scanner, station = unit("scanner"), unit("station")
    assert scanner.one("RuntimeDirectoryMode") == "0750"
    assert scanner.one("Group") in station.groups()
    assert {found.name for found in units() if scanner.one("Group") in found.groups()} == {"scanner", "station"}


@pytest.mark.parametrize(("writer", "reader", "path"), [("station", "uplink", UP), ("uplink", "station", DOWN)])
def test_what_one_writes_the_other_reads_but_cannot_change(writer: str, reader: str, path: str) -> None:
    group = next(folder.group for folder in folders() if folder.path == path)
    assert int(unit(writer).one("UMask"), 8) & stat.S_IRGRP == 0
    assert group in unit(reader).groups()
    assert group not in unit(writer).groups()  # the folder's set-group-id bit gives it, not the writer
    assert next(folder.mode for folder in folders() if folder.path == path) & stat.S_ISGID


if os.geteuid() == 0:

    @pytest.mark.parametrize(("writer", "reader", "path"), [("station", "uplink", UP), ("uplink", "station", DOWN)])
    def test_a_new_file_in_a_new_folder_is_readable_and_no_more(
        machine: Machine, writer: str, reader: str, path: str
    ) -> None:
        folder, file = f"{machine.path(path)}/inner", f"{machine.path(path)}/inner/1.seg"
        assert machine.ran(unit(writer), "mkdir", folder)
        assert machine.ran(unit(writer), "touch", file)
        assert machine.ran(unit(reader), "cat", file)
        assert not machine.ran(unit(reader), "touch", file)
        assert not machine.ran(unit(reader), "rm", "-f", file)
        assert not machine.ran(unit("scanner"), "cat", file)
