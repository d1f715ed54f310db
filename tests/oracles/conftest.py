"""One of each judge for a whole file of tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.oracles import judges
from tests.oracles.judges import Judge


@pytest.fixture(scope="module")
def cose() -> Iterator[Judge]:
    with judges.cose() as judge:
        yield judge


@pytest.fixture(scope="module")
def cbor() -> Iterator[Judge]:
    with judges.cbor() as judge:
        yield judge


@pytest.fixture(scope="module")
def note(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    place: Path = tmp_path_factory.mktemp("note")
    with judges.note(place) as judge:
        yield judge
