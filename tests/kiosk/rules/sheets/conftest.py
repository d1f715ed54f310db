"""An inspector who is logged on at a real box."""

from collections.abc import Iterator

import pytest

from tests.kiosk.test_attendant import Served
from tests.support.desk import DeskBox, box, logs_on, ready

__all__ = ["box", "served"]


@pytest.fixture
def served(box: DeskBox) -> Iterator[Served]:
    with box.serves() as served:
        logs_on(ready(served), "inspector")
        yield served
