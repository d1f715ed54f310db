"""Whose the files are that root makes in the county's folder; and what happens when another user may not make them."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.enrolment import prepare
from kiosk.rules.messages import CardRevoked
from tests.support.broker import COUNTY, DAY, county_config
from tests.support.line import NOON
from ui.county.office import OfficeError, enrol, init_county, make_identity
from ui.county.orders import Orders

OTHER = 65534  # has no files of its own; root becomes it, any other user stays what he is


@pytest.fixture
def folder() -> Iterator[Path]:
    """A county whose folder, but for the broker's, is another user's."""
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        folder = Path(home) / "county"
        init_county(county_config(folder), DAY)
        if os.geteuid() == 0:
            for part in (folder, *folder.rglob("*")):
                if "mosquitto" not in part.parts:
                    os.chown(part, OTHER, OTHER)
        yield folder


@contextmanager
def unprivileged(broker: Path) -> Iterator[None]:
    before = os.geteuid()
    broker.chmod(0o555)
    if before == 0:
        os.seteuid(OTHER)
    try:
        yield
    finally:
        os.seteuid(before)
        broker.chmod(0o755)


def test_what_root_makes_is_the_owners(folder: Path, tmp_path: Path) -> None:
    owner = folder.stat().st_uid
    enrol(folder, prepare(tmp_path / "box", COUNTY, "gasa-01"), DAY)
    make_identity(folder, "intake.2", DAY)
    Orders(folder).give("all", CardRevoked("12345675"), NOON)
    strange = {part for part in folder.rglob("*") if part.stat().st_uid != owner}
    assert [part for part in strange if folder / "mosquitto" not in (part, *part.parents)] == []


@pytest.mark.parametrize(
    "asked",
    [
        lambda folder, request: enrol(folder, request, DAY),
        lambda folder, request: make_identity(folder, "intake.2", DAY),
    ],
    ids=["enrol", "identity"],
)
def test_who_may_not_write_the_brokers_files_changes_nothing(
    folder: Path, tmp_path: Path, asked: Callable[[Path, bytes], object]
) -> None:
    request = prepare(tmp_path / "box", COUNTY, "gasa-01")
    before = {part: part.stat().st_mtime_ns for part in folder.rglob("*") if part.is_file() and part.name != "lock"}
    with unprivileged(folder / "mosquitto"), pytest.raises(OfficeError, match="broker_closed"):
        asked(folder, request)
    after = {part: part.stat().st_mtime_ns for part in folder.rglob("*") if part.is_file() and part.name != "lock"}
    assert after == before
