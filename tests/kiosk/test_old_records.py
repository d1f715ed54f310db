"""Records that the programs of versions 1 to 6 left (tests/data/records): each is taken over, and equals a rebuild."""

import shutil
import zlib
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import Clock
from kiosk.rebuild import compared, rebuild
from kiosk.record import Home, Record
from kiosk.recovery import version
from kiosk.tables import VERSION, read_tables
from kiosk.trust import Trust, Use, public_bytes
from tests.house.sources import ROOT
from tests.kiosk.test_record import START, grant

KEPT = ROOT / "tests" / "data" / "records"
COUNTY_ROOT, ORDER, WITNESS, OWN = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3, 5))
VERSIONS = range(1, VERSION)


def trust() -> Trust:
    grants = (
        grant(COUNTY_ROOT, Use.ORDER, "office", ORDER),
        grant(COUNTY_ROOT, Use.WITNESS, "office", WITNESS),
        grant(COUNTY_ROOT, Use.STATION, "dc-01", OWN),
    )
    return Trust("530427", public_bytes(COUNTY_ROOT), grants)


def laid_out(number: int, folder: Path) -> Home:
    shutil.copytree(KEPT / f"v{number}", folder, dirs_exist_ok=True)
    packed = folder / "record.db.zlib"
    (folder / "record.db").write_bytes(zlib.decompress(packed.read_bytes()))
    packed.unlink()
    return Home("530427", "dc-01", "0", folder / "record.db", folder / "up", folder / "down")


def opened(home: Home) -> Record:
    clock = Clock(START - timedelta(days=365), lambda: START, home.up / "never")
    return Record(home, OWN, trust(), clock)


@pytest.mark.parametrize("number", VERSIONS)
def test_a_kept_record_is_of_its_version_and_small(number: int, tmp_path: Path) -> None:
    home = laid_out(number, tmp_path)
    with closing(read_tables(home.tables)) as rows:
        assert version(rows) == number
    size = sum(file.stat().st_size for file in (KEPT / f"v{number}").rglob("*") if file.is_file())
    assert size <= 100_000


@pytest.mark.parametrize("number", VERSIONS)
def test_a_kept_record_migrates_and_equals_a_rebuild(number: int, tmp_path: Path) -> None:
    home = laid_out(number, tmp_path)
    record = opened(home)
    assert record.took_over == 0
    copies = [[(one.copy, one.outcome) for one in record.tables.prints.copies(name)] for name in ("C1", "C2")]
    assert copies == [[(1, "printed"), (2, "begun")], [(1, "printed")]]
    assert record.tables.orders.is_revoked("K0002")
    assert record.tables.open_visits() == [("v-open", "{}", None)]
    while not (checked := record.check(50)).ended:
        pass
    assert checked.problem == ""
    record.close()
    with closing(read_tables(home.tables)) as rows:
        assert version(rows) == VERSION
    made = rebuild(home, OWN, trust())
    assert (made.lost, made.entries, compared(home.tables, made.file)) == (0, checked.last, [])


def test_parts_and_labels_that_a_program_recorded_before_it_counted_them(tmp_path: Path) -> None:
    with closing(opened(laid_out(5, tmp_path))) as record:
        copies = [
            (one.part, one.copy, one.outcome) for name in ("C3", "T1") for one in record.tables.prints.copies(name)
        ]
    assert copies == [
        ("goods", 1, "printed"), ("stub", 1, "unknown"), ("stub", 2, "begun"),
        ("1", 1, "printed"), ("2", 1, "waiting"), ("3", 1, "waiting"),
    ]  # fmt: skip


def test_samples_and_cases_that_a_program_recorded_before_it_had_rows_for_them(tmp_path: Path) -> None:
    with closing(opened(laid_out(6, tmp_path))) as record:
        work = record.tables.work
        assert [sample.sample_code for _, sample in work.samples_waiting()] == ["S-2"]
        assert [test.sample_code for _, test in work.undelivered(9)] == ["S-3"]
        assert [seq for seq, _ in work.open_objections(9)] == [36]
        assert [seq for seq, _ in work.events_of(32)] == [34, 35, 36, 37]
        assert [(one.seq, one.sent) for one in work.alarms()] == [(32, True)]
        assert [seq for seq, _ in work.unreviewed(9)] == [33, 32, 10]
        assert (work.done_of("t-1"), len(work.reagents(9)), len(work.controls("dayuan-tl310"))) == (1, 1, 1)
        assert record.tables.last_lot("s-0001") == ("cowpea", "320 jin", "云南省玉溪市新平县戛洒镇")


@pytest.mark.parametrize("number", VERSIONS)
def test_tables_that_were_not_migrated_yet_can_be_compared(number: int, tmp_path: Path) -> None:
    home = laid_out(number, tmp_path)
    before = home.tables.read_bytes()
    made = rebuild(home, OWN, trust())
    assert compared(home.tables, made.file) == []
    assert home.tables.read_bytes() == before
