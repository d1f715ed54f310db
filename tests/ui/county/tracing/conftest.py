"""A county whose orders and neighbours pages can read, and the public's browser."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from kiosk.words import load_words
from tests.support.site import Site
from tests.ui.county.conftest import DEADLINE, Desk, served
from tests.ui.county.tracing.scene import Scene, told
from ui.county.app import build_app
from ui.county.ordered import Ordered
from ui.county.orders import Orders
from ui.county.web.outside import Outside


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site")


@pytest.fixture
def desk(tmp_path: Path, site: Site) -> Iterator[Desk]:
    with closing(Desk(tmp_path / "county.db")) as desk:
        desk.start(ordered=Ordered(Orders(site.county)))
        yield desk


@pytest.fixture
def scene(desk: Desk, site: Site) -> Scene:
    return told(desk, site)


@pytest.fixture
def public(desk: Desk) -> Iterator[httpx.Client]:
    """A browser that nobody knows."""
    with served(desk) as address, httpx.Client(base_url=address, timeout=DEADLINE) as client:
        yield client


def open_to(desk: Desk, site: Site, outside: Outside) -> None:
    """The app anew, with what the public is told of it."""
    desks, ordered = desk.accounts.desks, Ordered(Orders(site.county))
    desk.app = build_app(
        desk.file,
        lambda: desk.county.trust,
        load_words("zh"),
        desk.changes,
        desks,
        desk.now,
        ordered=ordered,
        outside=outside,
    )
