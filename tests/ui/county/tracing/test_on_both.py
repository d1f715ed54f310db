"""Trace and entry say the same whichever database holds the records."""

from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.ui.county.conftest import Desk, officer, served
from tests.ui.county.tracing.scene import VOUCHER, Scene, told
from ui.county.sql import Where


@pytest.fixture
def desk(where: Where) -> Iterator[Desk]:
    with closing(Desk(where)) as desk:
        yield desk


def test_every_part_is_there(desk: Desk) -> None:
    scene: Scene = told(desk)
    with served(desk) as address, officer(desk, address) as client:
        sent = client.get(f"/api/1/code/{scene.token}").json()
        assert [one["what"] for one in sent["work"]] == ["sown", "fertilised"]
        assert [one["step"] for one in sent["forward"]] == ["certificate", "voucher", "dispatch", "collected"]
        assert (sent["drugs"]["earliest"], len(sent["changes"])) == ("2026-11-17", 1)
        back = client.get(f"/api/1/certificate/{scene.mixed.number}").json()["back"]
        assert [(one["step"], one["number"]) for one in back] == [
            ("certificate", scene.certificate.number),
            ("paper", ""),
        ]
        assert client.get(f"/N/{VOUCHER}").status_code == 200
        for seq in scene.seqs.values():
            entry = client.get(f"/entry/{desk.box.log}/{seq}")
            assert_corrected(entry)


def assert_corrected(entry: httpx.Response) -> None:
    assert entry.status_code == 200
    assert 'class="panel changed"' in entry.text
