"""What the county gives out of a log is what an auditor who knows only the formats accepts: on both databases."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk import contract, log
from kiosk.checkpoint import Checkpoint, sign_receipt
from kiosk.contract import key_id
from kiosk.export_form import Exported
from kiosk.export_read import examine
from kiosk.predecessor import Predecessor
from kiosk.rules.messages import Retired, Span, UserPut
from kiosk.tables import Tables, read_tables
from kiosk.trust import Revoked, Trust, Use, public_bytes, revoked
from tests.support.accounts import office_accounts
from tests.support.lies import unpacked
from tests.support.village import COUNTY, MORNING, ROOT, STATION, Village, days_on, grant, key, trust
from ui.audit.report import report
from ui.audit.together import Asked, audit
from ui.county import exporting
from ui.county.database import Arrived, Database, open_reader
from ui.county.exporting import Maker, Part, parts_of, take_out
from ui.county.office import OfficeError
from ui.county.sql import Sql, Where

LISTED = trust("station", "second").merged([grant(Use.OFFICE, "office", "office")], [])


@dataclass
class Place:
    """A county with boxes that report to it; `give` exports, `judged` is what the auditor says of all of it."""

    where: Where
    work: Path
    trust: Trust = LISTED
    given: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.database = Database(self.where)

    def village(self, name: str = "station", **more: Any) -> Village:
        return Village(self.work / name, name, trust=trust("station", "second"), **more)

    def hear(self, box: Village, receipt: bool = True) -> None:
        """Everything that a box has recorded arrives."""
        entries = [contract.read(payload) for _, payload in log.payloads(box.home.up)]
        self.database.take([Arrived(STATION, one) for one in entries], box.time.isoformat())
        if receipt:
            self.receipt(box.record.log, box.time)

    def receipt(self, of: str, at: Any = MORNING) -> None:
        head = self.database.head(of)
        assert head is not None
        note = sign_receipt(Checkpoint(of, head.through, head.root), at, f"liangzheng/{COUNTY}/witness", key("witness"))
        self.database.receipted(of, head.through, note)

    def parts(self, station: str = STATION, since: str = "", until: str = "", log: str = "") -> list[Part]:
        with closing(open_reader(self.where)) as sql:
            first, last = (date.fromisoformat(day) if day else None for day in (since, until))
            return parts_of(sql, station, first, last, log)

    def give(self, *asked: str, own: str = "office", **more: str) -> list[Exported]:
        done = []
        parts = self.parts(*asked, **more)
        with closing(open_reader(self.where)) as sql:
            for part in parts:
                file = self.work / f"given-{len(self.given)}.zip"
                done.append(take_out(sql, Maker(self.trust, key(own)), part, file))
                self.given.append(file)
        return done

    def changed_behind_our_back(self, statement: str) -> None:
        """As somebody may who owns the database."""

        def change(sql: Sql, _: object) -> None:
            on = " on entry" if sql.dialect == "postgresql" else ""
            for trigger in ("entry_kept", "entry_unchanged"):
                sql.execute(f"drop trigger {trigger}{on}")
            sql.execute(statement)

        self.database.act(change)

    def judged(self) -> dict[str, Any]:
        for file in self.given:
            assert examine(file, self.trust, lambda _: None).findings == []
        return report(audit(Asked(self.given, ROOT)))

    def remarks(self) -> list[list[str]]:
        found = self.judged()
        assert found["clean"], found
        return [[one["code"] for one in each["remarks"]] for each in found["exports"]]


@pytest.fixture
def place(where: Where, tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "work").mkdir()
    made = Place(where, tmp_path / "work")
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Village:
    """One producer and a closed day on each of the 2nd, 3rd and 5th of March; it is stopped, and only read."""
    made = Village(tmp_path_factory.mktemp("box"), trust=trust("station", "second"))
    for nth, day in enumerate((0, 1, 3)):
        made.time = days_on(MORNING.date(), day)
        made.sell(f"L{nth}")
        made.close_day()
        made.receipt()
    made.stop()
    return made


def test_a_whole_log_is_audited_clean(place: Place, box: Village) -> None:
    place.hear(box)
    (done,) = place.give()
    assert done == Exported(1, box.record.last, box.record.last)
    assert place.remarks() == [["by_county"]]
    (export,) = place.judged()["exports"]
    assert (export["counts"]["certificates"], export["station"], export["first"]) == (3, STATION, 1)


def test_its_entries_are_the_station_s_own_bytes(place: Place, tmp_path: Path, box: Village) -> None:
    place.hear(box)
    place.give()
    own, county = (unpacked(file.read_bytes()) for file in (box.export(tmp_path / "own.zip"), place.given[0]))
    assert county["entries.jsonl"] == own["entries.jsonl"]
    assert county["tree.txt"] == own["tree.txt"]
    text, _, lines = own["checkpoint.txt"].partition(b"\n\n")
    assert county["checkpoint.txt"].partition(b"\n\n")[0] == text
    assert len(lines.splitlines()) == 2
    assert len(county["checkpoint.txt"].partition(b"\n\n")[2].splitlines()) == 1


def test_the_same_moment_gives_the_same_bytes(place: Place, box: Village) -> None:
    place.hear(box)
    place.give()
    place.give()
    assert place.given[0].read_bytes() == place.given[1].read_bytes()


def test_nobody_else_reads_it(place: Place, box: Village) -> None:
    place.hear(box)
    place.give()
    assert place.given[0].stat().st_mode & 0o777 == 0o600


SPANS = {
    ("2026-03-02", "2026-03-02"): (["by_county", "goes_on"], 1),
    ("2026-03-03", "2026-03-03"): (["by_county", "partial", "goes_on"], 1),
    ("2026-03-03", "2026-03-05"): (["by_county", "partial"], 2),
    ("2026-03-03", ""): (["by_county", "partial"], 2),
    ("", "2026-03-04"): (["by_county", "goes_on"], 2),
    ("2020-01-01", "2030-01-01"): (["by_county"], 3),
}


@pytest.mark.parametrize(("since", "until"), SPANS)
def test_a_span_of_days(place: Place, since: str, until: str, box: Village) -> None:
    place.hear(box)
    place.give(STATION, since, until)
    remarks, certificates = SPANS[since, until]
    ((found,), (export,)) = (place.remarks(), place.judged()["exports"])
    assert sorted(one for one in found if one != "not_judged") == sorted(remarks)
    assert export["counts"]["certificates"] == certificates
    assert export["since"][:10] >= (since or "0")
    assert export["until"][:10] <= (until or "9")


def test_the_years_of_a_log_fit_each_other(place: Place, box: Village) -> None:
    place.hear(box)
    for day in ("2026-03-02", "2026-03-03", "2026-03-05"):
        place.give(STATION, day, day)
    found = place.judged()
    assert found["clean"]
    assert [one["first"] for one in found["exports"][1:]] == [one["last"] + 1 for one in found["exports"][:-1]]


def test_days_on_which_nothing_was_recorded(place: Place, box: Village) -> None:
    place.hear(box)
    for since, until in (("2026-03-04", "2026-03-04"), ("2026-03-06", ""), ("2026-03-05", "2026-03-02")):
        with pytest.raises(OfficeError) as wrong:
            place.parts(STATION, since, until)
        assert wrong.value.code == "office.export_days"


def test_without_a_receipt_and_with_an_old_one(place: Place) -> None:
    box = place.village()
    box.sell("L1")
    place.hear(box, receipt=False)
    assert place.give() == [Exported(1, box.record.last, 0)]
    place.receipt(box.record.log)
    receipted = box.record.last
    box.sell("L2")
    place.hear(box, receipt=False)
    box.stop()
    assert place.give() == [Exported(1, box.record.last, receipted)]
    assert place.give(STATION, "2026-03-02") == [Exported(1, box.record.last, receipted)]
    assert place.remarks() == [["by_county", "unconfirmed"]] * 3


def test_what_waits_behind_a_gap_is_not_in_it(place: Place, box: Village) -> None:
    entries = [contract.read(payload) for _, payload in log.payloads(box.home.up)]
    place.database.take([Arrived(STATION, one) for one in entries if one.header.seq != 6], box.time.isoformat())
    assert place.give() == [Exported(1, 5, 0)]
    assert place.judged()["clean"]


def test_a_box_that_was_replaced_has_a_file_for_each_log(place: Place) -> None:
    old = place.village()
    old.sell("L1")
    old.receipt()
    with closing(read_tables(old.home.tables)) as sql:
        root = Tables(sql, lambda _: None).root(old.record.last).hex()
    before = Predecessor(old.record.log, old.record.last, root)
    old.stop()
    new = place.village("second", predecessor=before, time=days_on(MORNING.date(), 7))
    new.sell("L2")
    new.close_day()
    new.stop()
    place.hear(new)
    place.hear(old)
    assert {part.log for part in place.parts()} == {old.record.log, new.record.log}
    assert [part.log for part in place.parts(log=new.record.log[:6])] == [new.record.log]
    assert [part.log for part in place.parts(STATION, "2026-03-09")] == [new.record.log]
    place.give()
    assert [set(found) for found in place.remarks()] in ([{"by_county"}] * 2, [{"by_county", "silent"}] * 2)
    with pytest.raises(OfficeError) as wrong:
        place.parts(log="ff")
    assert wrong.value.code == "office.export_log"


def test_a_station_that_nobody_knows(place: Place) -> None:
    with pytest.raises(OfficeError) as wrong:
        place.parts("gasa-99")
    assert wrong.value.code == "office.export_station"


# --- bodies that were taken away ---


def test_the_station_took_its_bodies_and_the_county_has_them(place: Place) -> None:
    box = place.village()
    box.sell("L1")
    last = box.record.last
    box.close_day()
    box.receipt()
    place.hear(box)
    box.time = days_on(box.time.date(), 300)
    box.record.retire(Retired(box.time.date().isoformat(), 200, (Span(2, last),), 0, ()))
    box.sell("L2")
    place.hear(box)
    box.stop()
    place.give()
    assert place.remarks() == [["by_county", "silent"]]
    assert b'"body":null' not in unpacked(place.given[0].read_bytes())["entries.jsonl"]


def test_the_county_took_bodies_of_which_the_station_says_nothing(place: Place, box: Village) -> None:
    place.hear(box)
    assert place.database.retire(box.record.log, [Span(2, 5)]) == 4
    place.give()
    (found,) = place.remarks()
    assert {"by_county", "missing_county", "retired"} <= set(found)
    assert unpacked(place.given[0].read_bytes())["entries.jsonl"].count(b'"body":null') == 4


# --- the county's own log ---


def acts_of(place: Place, own: str = "office") -> str:
    """Two people and a notice, in the log of this key."""
    accounts = office_accounts(place.work / own, place.where, key(own), COUNTY, lambda: place_time(own), lambda: None)
    accounts.desks.acts.do(lambda act: act.says(UserPut("wang", "王", ("officer",), (), ())))
    accounts.desks.acts.do(lambda act: act.says(UserPut("li", "李", ("auditor",), (), ())))
    return key_id(public_bytes(key(own)))


def place_time(own: str) -> Any:
    return MORNING if own == "office" else days_on(MORNING.date(), 30)


def test_the_office_s_own_log(place: Place) -> None:
    of = acts_of(place)
    place.receipt(of)
    assert place.give("office") == [Exported(1, 3, 3)]
    assert place.remarks() == [[]]
    assert place.judged()["exports"][0]["station"] == "office"


def test_the_office_renewed_its_key(place: Place) -> None:
    logs = [acts_of(place), acts_of(place, "renewed")]
    place.trust = place.trust.merged([grant(Use.OFFICE, "office", "renewed")], [])
    assert [part.log for part in place.parts("office")] == logs
    assert place.give("office", own="renewed") == [Exported(1, 3, 0)] * 2
    assert place.remarks() == [["unconfirmed"]] * 2


def test_acts_that_a_taken_back_key_signed_too_late(place: Place) -> None:
    of = acts_of(place)
    renewed = grant(Use.OFFICE, "office", "renewed")
    for since, codes in (("2026-03-03", []), ("2026-03-02", ["revoked"])):
        word = revoked(key("root"), Revoked(COUNTY, Use.OFFICE, of, since, 0, "stolen"))
        place.trust = LISTED.merged([renewed], [word])
        place.given.clear()
        place.give("office", own="renewed")
        (export,) = place.judged()["exports"]
        assert [one["code"] for one in export["findings"]] == codes


# --- what is refused, and what is found ---


def test_a_key_that_nobody_would_believe(place: Place, box: Village) -> None:
    place.hear(box)
    of = key_id(public_bytes(key("office")))
    word = revoked(key("root"), Revoked(COUNTY, Use.OFFICE, of, "2030-01-01", 0, "stolen"))
    for listed, own in ((LISTED, "stranger"), (LISTED, "station"), (LISTED.merged([], [word]), "office")):
        place.trust = listed
        with pytest.raises(OfficeError) as wrong:
            place.give(own=own)
        assert wrong.value.code == "office.export_key"
    assert list(place.work.glob("*.zip*")) == []


@pytest.mark.parametrize("table", ["entry", "node"])
def test_a_database_that_lost_something_gives_nothing_out(place: Place, table: str, box: Village) -> None:
    place.hear(box)
    lost = {"entry": "delete from entry where seq = 4", "node": "delete from node where level = 1 and idx = 2"}[table]
    place.changed_behind_our_back(lost)
    with pytest.raises(OfficeError) as wrong:
        place.give(STATION, "2026-03-03" if table == "node" else "")
    assert wrong.value.code == "office.export_broken"
    assert list(place.work.glob("*.zip*")) == []


def test_more_than_one_file_holds(place: Place, monkeypatch: pytest.MonkeyPatch, box: Village) -> None:
    place.hear(box)
    monkeypatch.setattr(exporting, "MOST_BYTES", 9000)
    with pytest.raises(OfficeError) as wrong:
        place.give()
    assert wrong.value.code == "office.export_large"
    assert list(place.work.glob("*.zip*")) == []


def test_entries_are_read_in_parts(place: Place, monkeypatch: pytest.MonkeyPatch, box: Village) -> None:
    place.hear(box)
    place.give()
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    place.give()
    assert place.given[0].read_bytes() == place.given[1].read_bytes()


@pytest.mark.parametrize("column", ["header", "signature", "body"])
def test_a_row_that_somebody_changed_is_found(place: Place, column: str, box: Village) -> None:
    place.hear(box)
    changed = {
        "header": "update entry set header = (select header from entry where seq = 4) where seq = 3",
        "signature": "update entry set signature = (select signature from entry where seq = 4) where seq = 3",
        "body": "update entry set body = (select body from entry where seq = 4) where seq = 3",
    }
    place.changed_behind_our_back(changed[column])
    place.give()
    assert not report(audit(Asked(place.given, ROOT)))["clean"]


def test_a_byte_that_somebody_changed_is_found(place: Place, box: Village) -> None:
    place.hear(box)
    place.give(STATION, "2026-03-03", "2026-03-03")
    (file,) = place.given
    whole = file.read_bytes()
    for at in range(0, len(whole), 311):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        assert not audit(Asked([file], ROOT)).clean, at
