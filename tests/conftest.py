"""For every test: no example has a deadline. The wire, for those that ask for it: a county's running broker, one of its
two boxes, the county's end."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.broker import RunningBroker, running_broker
from tests.support.line import Box, CountyEnd


def pytest_configure() -> None:
    """How long an example takes says what else runs here, not whether it is right."""
    settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
    settings.load_profile("house")


def pytest_collection_finish() -> None:
    """Tests and modules stay to the end: whoever looks for garbage need not look at them every time, and finds what a
    test left in cycles the sooner."""
    gc.collect()
    gc.freeze()


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
