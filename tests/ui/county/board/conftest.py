"""A county with stations of each level, each as something happened to it."""

import base64
from datetime import timedelta
from decimal import Decimal

import pytest

from kiosk.rules.messages import Check, Control, DoctorReport, Incident, Opened, Position
from kiosk.trust import public_bytes
from tests.support.bodies import RESIDUE_TESTER, Station, a_test
from tests.ui.county.conftest import NOW, Desk

METHOD = "GB/T 5009.199-2003"
LAB, TOWN, OTHER = "530427", "530427100", "530427101"
# station: name, region, place on earth
SITES = {
    "lab": ("新平县检测中心", LAB, ("101.985", "24.071")),
    "gasa": ("戛洒镇服务站", TOWN, ("101.606", "24.052")),
    "nanbang": ("南蚌村服务点", f"{TOWN}201", ("101.640", "24.081")),
    "yangwu": ("", OTHER, ("102.122", "24.005")),
    "moon": ("", "", None),
}


def opened(box: Station, software: str = "liangzheng 0.1.0") -> None:
    name, region, place = SITES[box.name]
    position = None if place is None else Position(*map(Decimal, place))
    key = base64.b64encode(public_bytes(box.key)).decode()
    box.write(Opened(box.county, box.name, key, software, name=name, region=region, position=position))


def a_control(*, passed: bool = True) -> Control:
    return Control("positive", "r-1", METHOD, RESIDUE_TESTER, (), passed, (), "ef" * 32)


def says(desk: Desk, station: str, **told: object) -> None:
    """What a station's uplink says of itself."""
    desk.database.status(station, {"state": "online", **told}, NOW.isoformat())
    desk.changes.announce()


@pytest.fixture
def boxes(desk: Desk) -> dict[str, Station]:
    """lab: well · gasa: its control failed · nanbang: no paper · yangwu: well, offline · moon: a queue of yesterday."""
    found = {name: desk.box if name == "gasa" else desk.county.enrol(name) for name in SITES}
    for name, box in found.items():
        opened(box)
        if name != "moon":
            box.write(a_control(passed=name != "gasa"))
        if name != "gasa":
            box.write(a_test())
    found["nanbang"].write(Incident("printer", "printer.paper_out", {}))
    disk = {"days": "40", "used": "70", "free": "20"}
    found["lab"].write(DoctorReport("", (Check("record", "ok", "", {}), Check("disk", "ok", "", disk))))
    for name, box in found.items():
        desk.take(*box.entries, box=box)
        if name != "yangwu":
            says(desk, name, recorded=len(box.entries))
    waits = (NOW - timedelta(hours=30)).isoformat()
    says(desk, "moon", recorded=40, oldest=waits, blobs=3, all=2, own=1)
    return found
