"""An inspector who is logged on at a real box."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kiosk.test_attendant import Served
from tests.support.desk import DeskBox, logs_on, ready


@pytest.fixture
def box(tmp_path: Path) -> DeskBox:
    return DeskBox(tmp_path)


@pytest.fixture
def served(box: DeskBox) -> Iterator[Served]:
    with box.serves() as served:
        ready(served)
        logs_on(served, "inspector")
        yield served
