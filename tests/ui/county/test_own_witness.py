"""What the office did is witnessed as what stations recorded: the intake signs how far the county's own log goes."""

from contextlib import closing

import pytest

from kiosk.checkpoint import open_receipt
from kiosk.clock import ClockState, Now
from kiosk.rules.messages import UserPut
from kiosk.trust import read_trust
from tests.support.line import NOON, CountyEnd
from tests.support.waiting import wait_for
from ui.county.act_tables import OFFICE
from ui.county.acts import Acts
from ui.county.database import open_reader
from ui.county.page_keys import office_key


def heads(county: CountyEnd) -> list[tuple[str, int, bytes, str]]:
    with closing(open_reader(county.database)) as sql:
        rows = sql.execute("select * from head where station = ?", (OFFICE,)).fetchall()
        return [(row["log"], row["through"], bytes(row["root"]), row["receipt"]) for row in rows]


def noon() -> Now:
    return Now(NOON, ClockState.NTP)


def acted(acts: Acts, name: str) -> None:
    acts.do(lambda act: act.says(UserPut(name, "Li", ("officer",))))


@pytest.mark.usefixtures("intake")
def test_what_was_done_at_the_office_gets_a_receipt(county: CountyEnd) -> None:
    folder = county.broker.folder

    acts = Acts(county.database, office_key(folder), county.broker.config.county, noon, lambda: None)
    for nth in range(3):
        acted(acts, f"li{nth}")
        wait_for(lambda size=nth + 2: signed(county) == size, "what was done is signed")  # type: ignore[misc]
    ((log, through, root, note),) = heads(county)
    told = open_receipt(note, read_trust(folder / "trust.json")).checkpoint
    assert (told.log, told.size, told.root) == (log, through, root)


def signed(county: CountyEnd) -> int:
    ((_, _, _, note),) = heads(county)
    return open_receipt(note, read_trust(county.broker.folder / "trust.json")).checkpoint.size if note else 0
