"""The wire, for every test that asks for it: a county's running broker, one of its two boxes, the county's end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.broker import RunningBroker, running_broker
from tests.support.line import Box, CountyEnd


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RunningBroker]:
    with running_broker(tmp_path, "gasa-01", "gasa-02") as running:
        yield running


@pytest.fixture
def box(broker: RunningBroker, tmp_path: Path) -> Box:
    return Box(tmp_path / "gasa-01", broker, "gasa-01")


@pytest.fixture
def county(broker: RunningBroker) -> CountyEnd:
    return CountyEnd(broker)
