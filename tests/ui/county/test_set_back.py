"""A county whose database is not what it was: set back to an old copy, changed by a hand, or told two stories."""

import base64
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from kiosk.trust import Revoked, Trust, Use, read_key, read_trust, revoked
from kiosk.wire import Topics, pack
from tests.support.broker import COUNTY, RunningBroker
from tests.support.line import Box, Client, CountyEnd, incidents
from tests.support.waiting import wait_for
from ui.county.database import Absent
from ui.county.reader import Reader

TOPICS = Topics(COUNTY)


def copied(county: CountyEnd, kept: Path) -> None:
    """A copy of the database as a backup makes it: whole, at one moment."""
    with closing(sqlite3.connect(county.database)) as lying, closing(sqlite3.connect(kept)) as copy:
        lying.backup(copy)


def put_back(county: CountyEnd, kept: Path) -> None:
    for file in county.database.parent.glob("county.db*"):
        file.unlink()
    shutil.copy(kept, county.database)


def test_a_county_set_back_is_filled_again_though_the_station_has_nothing_new(
    box: Box, county: CountyEnd, tmp_path: Path
) -> None:
    yesterday = tmp_path / "yesterday.db"
    with box.uplink():
        with county.intake():
            box.write(*incidents(2))
            wait_for(lambda: box.receipted() == 2, "two receipted")
        copied(county, yesterday)
        with county.intake():
            box.write(*incidents(3))
            wait_for(lambda: box.receipted() == 5, "five receipted")
            wait_for(lambda: status_through(county) == 5, "the station says so")
        whole = county.entries(box.log)
        put_back(county, yesterday)
        with county.intake():
            wait_for(lambda: county.entries(box.log) == whole, "filled again by itself")
            wait_for(lambda: box.receipted() == 5, "five receipted again")
    sizes = [receipt.checkpoint.size for receipt in box.receipts()]
    assert sizes[sizes.index(5) :].count(2) == 1
    assert "office.intake.refill" in county.told.keys
    assert county.parked() == []


def test_a_county_that_lost_everything_is_filled_again(box: Box, county: CountyEnd) -> None:
    with box.uplink():
        with county.intake():
            box.write(*incidents(4))
            wait_for(lambda: status_through(county) == 4, "the station says that all is receipted")
        for file in county.database.parent.glob("county.db*"):
            file.unlink()
        with county.intake():
            wait_for(lambda: len(county.entries(box.log)) == 4, "filled again by itself")


def test_a_changed_database_gets_no_receipt_and_says_why(box: Box, county: CountyEnd, broker: RunningBroker) -> None:
    """The tree was made anew over another entry: what was signed once is not signed otherwise."""
    with box.uplink():
        with county.intake():
            box.write(*incidents(2))
            wait_for(lambda: box.receipted() == 2, "two receipted")
        with closing(sqlite3.connect(county.database)) as sql, sql:
            sql.execute("update node set hash = ? where level = 0 and idx = 1", (bytes(32),))
            sql.execute("update node set hash = ? where level = 1", (bytes(32),))
            sql.execute("update head set root = ?, receipt = '', receipted = 0", (bytes(32),))
        with county.intake():
            box.write(*incidents(1))
            wait_for(lambda: len(county.entries(box.log)) == 3, "the entry is stored")
            wait_for(lambda: "office.intake.contradiction" in county.told.keys, "told")
            (topic, reason) = county.parked()[0]
    assert topic == TOPICS.of("gasa-01", "receipt")
    assert reason == "county.parked.contradiction"
    assert box.receipted() == 2
    assert (broker.folder / "witness" / box.log).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("place", [1, 2], ids=["in the prefix", "beyond a gap"])
@pytest.mark.parametrize("at_once", [True, False])
def test_two_stories_for_one_number_are_an_alarm(
    box: Box, county: CountyEnd, tmp_path: Path, place: int, at_once: bool
) -> None:
    ours, theirs = (box.sign(place, body).bytes() for body in incidents(2))
    with Client(box.broker, tmp_path / "gasa-01" / "tls") as line, county.intake():
        wait_for(lambda: line.publish(TOPICS.of("gasa-01", "want"), b'{"all":0,"own":0}') == "Success", "the intake")
        for part in [(ours, theirs)] if at_once else [(ours,), (theirs,)]:
            parcel = pack(part)
            line.publish(TOPICS.of("gasa-01", "up"), parcel.payload, deflated=parcel.deflated)
        wait_for(lambda: alarms(county) == ["equivocation"], "the alarm")
    assert [entry.bytes() for entry in county.entries(box.log)] == [ours]


def test_what_a_revoked_key_signed_behind_its_last_entry_is_put_aside(
    box: Box, county: CountyEnd, broker: RunningBroker
) -> None:
    box.write(*incidents(4))
    revoke(broker.folder, box.log, through=3)
    with box.uplink(), county.intake():
        wait_for(lambda: box.receipted() == 3, "three receipted")
        wait_for(county.parked, "the fourth is put aside")
    assert county.parked()[0][1] == "county.parked.key_revoked"
    assert ("county.parked.key_revoked", {"log": box.log, "through": "3", "seq": "4"}) in county.told.said
    assert len(county.entries(box.log)) == 3


def revoke(folder: Path, log: str, through: int) -> None:
    root, trust = read_key(folder / "keys" / "root.key"), read_trust(folder / "trust.json")
    word = revoked(root, Revoked(COUNTY, Use.STATION, log, "2026-11-22", through, "lost"))
    (folder / "trust.json").write_bytes(Trust(trust.county, trust.root, trust.grants, (word,)).bytes())
    assert base64.b64decode(word.signature)


def status_through(county: CountyEnd) -> int:
    with suppress(Absent), Reader(county.database) as reader:
        return max((int(row["through"]) for row in reader.stations()), default=0)
    return 0


def alarms(county: CountyEnd) -> list[str]:
    with suppress(Absent), Reader(county.database) as reader:
        return [row["kind"] for row in reader.alarms(10)]
    return []
