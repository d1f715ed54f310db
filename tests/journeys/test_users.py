"""Each program is a user of its own: with all of them running, which files can each of them open, and which not?

Only root can give programs users; for anybody else it says so and looks at what one user can see of it.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stage import bench
from tests.support.users import own_users
from tests.support.waiting import wait_for
from ui.demo.bench import Bench, Plan
from ui.demo.programs import User

PROBE = """
import os, sys
verb, name = sys.argv[1:]
if verb == "read":
    os.close(os.open(name, os.O_RDONLY))
elif verb == "change":
    os.close(os.open(name, os.O_WRONLY))
else:
    made = os.path.join(name, "probe")
    os.close(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    os.unlink(made)
"""
BOX = {
    "segment": "up/00000000000000000001.seg",
    "record": "state/record.db",
    "receipts": "down/receipts/00000000000000000001.seg",
    "station key": "keys/station.key",
    "line key": "keys/tls/client.key",
}
FOLDERS = ("up", "down", "state", "blobs", "run")
# what each program's user may do to the box; everything else has to fail
MAY = {
    "station": {
        *(("read", name) for name in ("segment", "record", "receipts", "station key")),
        *(("change", name) for name in ("segment", "record", "station key")),
        *(("put into", name) for name in ("up", "state", "blobs")),
    },
    "uplink": {
        *(("read", name) for name in ("segment", "receipts", "line key")),
        *(("change", name) for name in ("receipts", "line key")),
        ("put into", "down"),
    },
    "scanner": {("put into", "run")},
    "county": set(),
}


@pytest.fixture(scope="module")
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=3), own_users()) as made:
        made.start_all()
        yield made


@pytest.fixture(scope="module")
def users() -> dict[str, User]:
    return dict(own_users())


def can(user: User, verb: str, file: Path) -> bool:
    """Whether a process of this user succeeds. Its groups are those that its program has.

    The interpreter itself, not our link to it, which may lie where only root may look.
    """
    done = subprocess.run(
        [
            Path(sys.executable).resolve(),
            "-I",
            "-c",
            PROBE,
            verb,
            str(file),
        ],
        user=user.uid,
        group=user.gid,
        extra_groups=user.groups,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0 or b"PermissionError" in done.stderr, done.stderr
    return done.returncode == 0


def told(stage: Bench, users: dict[str, User]) -> bool:
    """Root gave every program its user, and each runs as it. Else they are all ours, and serve all the same.

    Only root can give users, and only where they reach this checkout: not below /root.
    """
    wait_for((stage.box / BOX["receipts"]).exists, "the first receipt")
    if not users:
        print("not looked at: programs have no users of their own here")
    return bool(users)


def test_each_program_opens_its_own_and_nothing_else(stage: Bench, users: dict[str, User]) -> None:
    if not told(stage, users):
        return
    cells = [("read", name) for name in BOX] + [("change", name) for name in BOX]
    cells += [("put into", name) for name in FOLDERS]
    found = {
        program: {(verb, name) for verb, name in cells if can(user, verb, stage.box / BOX.get(name, name))}
        for program, user in users.items()
    }
    assert found == MAY


def test_no_program_of_the_box_opens_the_county_s_keys(stage: Bench, users: dict[str, User]) -> None:
    if not told(stage, users):
        return
    keys = sorted((stage.county / "keys").glob("*.key"))
    assert {key.stem for key in keys} >= {"root", "order", "witness"}
    secret = [*keys, stage.county / "county.db", stage.county / "tls" / "intake.key"]
    opened = [
        (name, file.name)
        for name in ("station", "uplink", "scanner")
        for file in secret
        if can(users[name], "read", file)
    ]
    assert opened == []


def test_the_broker_s_user_opens_no_key_but_its_own(stage: Bench, users: dict[str, User]) -> None:
    if not told(stage, users):
        return
    owner = (stage.county / "mosquitto" / "broker.key").stat()
    broker = User(owner.st_uid, owner.st_gid)
    keys = [*(stage.county / "keys").glob("*.key"), *stage.box.rglob("*.key"), stage.county / "tls" / "intake.key"]
    assert [key.name for key in keys if can(broker, "read", key)] == []
    assert can(broker, "read", stage.county / "mosquitto" / "broker.key")
