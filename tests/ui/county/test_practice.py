"""What was practised never counts at the county, even where somebody copies the log of a practice and sends it."""

from contextlib import closing
from pathlib import Path

import pytest

from kiosk.clock import Clock
from kiosk.log import payloads
from kiosk.practice import Place, make
from kiosk.record import Home, Record
from kiosk.rules.messages import Incident
from kiosk.trust import read_key, read_trust
from kiosk.wire import Topics, pack
from kiosk.words import load_words
from tests.support.broker import COUNTY
from tests.support.line import NOON, Box, Client, CountyEnd
from tests.support.waiting import wait_for

TOPICS = Topics(COUNTY)


def practised(folder: Path) -> list[bytes]:
    """The entries of a practice of this very county and station, as its own record wrote them."""
    clock = Clock(NOON, lambda: NOON, folder / "never")
    place = Place(folder)
    make(place, COUNTY, "gasa-01", clock.now(), load_words("zh"))
    home = Home(COUNTY, "gasa-01", "0", folder / "record.db", folder / "up", place.down)
    with closing(Record(home, read_key(place.key), read_trust(place.trust), clock)) as record:
        while record.obey():
            pass
        record.append(Incident("printer", "printer.paper_out", {}))
    return [payload for _, payload in payloads(folder / "up")]


@pytest.mark.usefixtures("intake")
def test_the_log_of_a_practice_is_refused_by_its_key(line: Client, box: Box, county: CountyEnd, tmp_path: Path) -> None:
    parcel = pack(practised(tmp_path / "practice"))
    line.publish(TOPICS.of("gasa-01", "up"), parcel.payload, deflated=parcel.deflated)
    wait_for(county.parked, "parked")
    assert {reason for _, reason in county.parked()} == {"county.parked.log_unknown"}
    assert not county.entries(box.log)


def test_nobody_can_grant_anything_to_a_practice_any_more(tmp_path: Path) -> None:
    assert practised(tmp_path / "practice")
    assert [file.name for file in sorted((tmp_path / "practice" / "keys").iterdir())] == ["station.key", "trust.json"]
