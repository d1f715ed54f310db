"""What enters down/: only receipts of the witness and orders of the office, each stream without a gap."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.contract import ContractError, read
from kiosk.downward import Downward, Heard
from kiosk.enrolment import TrustFile
from kiosk.log import Locked, Tail, Writer
from kiosk.rules.messages import CardRevoked
from kiosk.trust import SealError
from tests.support.bodies import START, County

ROOTS = {size: bytes([size]) * 32 for size in range(10)}
Open = Callable[[], Downward]


@pytest.fixture
def county() -> County:
    return County()


@pytest.fixture
def log(county: County) -> str:
    return county.enrol("gasa").log


@pytest.fixture
def reopen(county: County, log: str, tmp_path: Path) -> Open:
    (tmp_path / "trust.json").write_bytes(county.trust.bytes())
    return lambda: Downward(tmp_path / "down", county.name, "gasa", TrustFile(tmp_path / "trust.json"))


@pytest.fixture
def down(reopen: Open) -> Downward:
    return reopen()


def note(county: County, log: str, through: int, later_s: int = 0, root: bytes | None = None) -> bytes:
    at = START + timedelta(seconds=later_s)
    return county.receipt(log, through, root or ROOTS[through], at).encode()


def order(county: County, seq: int, stream: str = "all", card: str = "K-1") -> bytes:
    return county.give(stream, seq, CardRevoked(card)).bytes()


def test_a_receipt_is_kept_with_all_it_says(down: Downward, county: County, log: str, tmp_path: Path) -> None:
    assert down.receipt(note(county, log, 3), log)
    assert down.through(log) == 3
    assert Tail(tmp_path / "down" / "receipts").after(0, 9) == [(1, note(county, log, 3))]


def test_the_same_receipt_again_is_no_news(down: Downward, county: County, log: str) -> None:
    down.receipt(note(county, log, 3), log)
    assert not down.receipt(note(county, log, 3, later_s=9), log)
    assert down.receipts == 1


def test_another_root_for_the_same_size_is_news_that_the_station_must_see(
    down: Downward, county: County, log: str
) -> None:
    down.receipt(note(county, log, 3), log)
    assert down.receipt(note(county, log, 3, root=ROOTS[4]), log)


@pytest.mark.parametrize(("later_s", "believed"), [(60, True), (0, False), (-60, False)])
def test_a_lower_receipt_is_believed_only_when_newer(
    down: Downward, county: County, log: str, later_s: int, believed: bool
) -> None:
    down.receipt(note(county, log, 5), log)
    assert down.receipt(note(county, log, 2, later_s), log) is believed
    assert down.through(log) == (2 if believed else 5)


def test_a_receipt_for_another_log_is_not_ours(down: Downward, county: County, log: str) -> None:
    assert not down.receipt(note(county, "f" * 32, 3), log)
    assert down.through(log) == 0


def test_a_forged_receipt_is_refused(down: Downward, county: County, log: str) -> None:
    other = County("530428")
    for forged in (note(other, log, 3), note(county, log, 3).replace(b"\n3\n", b"\n4\n"), b"\xff", b""):
        with pytest.raises(SealError):
            down.receipt(forged, log)
    assert down.receipts == 0


def test_what_was_kept_is_known_after_a_restart(down: Downward, reopen: Open, county: County, log: str) -> None:
    down.receipt(note(county, log, 3), log)
    down.orders([order(county, 1)])
    down.close()
    again = reopen()
    assert again.through(log) == 3
    assert (again.want.all, again.want.own) == (1, 0)


def test_a_second_uplink_is_refused(down: Downward, reopen: Open) -> None:
    with pytest.raises(Locked):
        reopen()


def test_orders_of_both_streams_are_appended_in_order(down: Downward, county: County, tmp_path: Path) -> None:
    first, second, own = order(county, 1), order(county, 2), order(county, 1, "gasa")
    assert down.orders([first, own, second]) == Heard(fresh=3, gap=False)
    assert [data for _, data in Tail(tmp_path / "down" / "all").after(0, 9)] == [first, second]
    assert [data for _, data in Tail(tmp_path / "down" / "own").after(0, 9)] == [own]


def test_an_order_again_changes_nothing(down: Downward, county: County) -> None:
    down.orders([order(county, 1)])
    assert down.orders([order(county, 1), order(county, 1, card="other")]) == Heard(fresh=0, gap=False)


def test_a_gap_is_told_and_not_filled(down: Downward, county: County) -> None:
    assert down.orders([order(county, 2)]) == Heard(fresh=0, gap=True)
    assert down.orders([order(county, 1), order(county, 2)]) == Heard(fresh=2, gap=False)


def test_orders_that_are_not_the_office_s_are_refused(down: Downward, county: County) -> None:
    other = County("530428")
    other.name = county.name
    station = county.enrol("rogue")
    envelope = read(order(county, 1))
    for forged in (
        order(other, 1),
        order(county, 1, "elsewhere"),
        order(county, 1).replace(b"K-1", b"K-2"),
        station.opened().bytes(),
        envelope.bytes().replace(envelope.key.encode(), envelope.key[:16].encode()),
        b"{}",
    ):
        with pytest.raises((ContractError, SealError)):
            down.orders([forged])
    assert (down.want.all, down.want.own) == (0, 0)


def test_those_before_a_forged_one_stay(down: Downward, county: County, tmp_path: Path) -> None:
    with pytest.raises(ContractError):
        down.orders([order(county, 1), order(county, 2).replace(b"K-1", b"K-2")])
    assert Tail(tmp_path / "down" / "all").through == 1


def test_a_new_trust_list_is_used_at_once(down: Downward, county: County, log: str, tmp_path: Path) -> None:
    county.enrol("another")
    fresh = tmp_path / "trust.json.new"
    fresh.write_bytes(county.trust.bytes())
    fresh.replace(tmp_path / "trust.json")
    assert down.receipt(note(county, log, 1), log)


def test_a_full_disk_loses_nothing_that_is_said_again(
    down: Downward, reopen: Open, county: County, log: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Full when it is appended, and full when readers are to be told; a start needs no room."""
    said = [order(county, 1), order(county, 2)]

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    for owner, name in ((Writer, "_put"), (Path, "write_text")):
        monkeypatch.setattr(owner, name, full)
        with pytest.raises(OSError, match="space"):
            down.orders(said)
        with pytest.raises(OSError, match="space"):
            down.receipt(note(county, log, 3), log)
        assert (down.through(log), Tail(tmp_path / "down" / "all").through) == (0, 0)
        monkeypatch.undo()
    assert down.orders([said[0]]) == Heard(0, False)
    assert Tail(tmp_path / "down" / "all").after(0, 9) == list(enumerate(said, 1))
    assert down.receipt(note(county, log, 3), log)
    down.close()
    monkeypatch.setattr(Path, "write_text", full)
    again = reopen()
    assert (again.want.all, again.through(log)) == (2, 3)
    again.close()


def test_receipts_do_not_grow_for_ever(
    down: Downward, reopen: Open, county: County, log: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.log.SEGMENT_BYTES", 6000)
    for nth in range(120):
        down.receipt(note(county, log, 1 + nth % 9, later_s=nth), log)
    down.close()
    again = reopen()
    assert again.through(log) == 1 + 119 % 9
    assert len(list((tmp_path / "down" / "receipts").glob("*.seg"))) == 2
    assert again.receipt(note(county, log, 9, later_s=999), log)
    assert Tail(tmp_path / "down" / "receipts").after(120, 1) == [(121, note(county, log, 9, later_s=999))]
    again.close()
    reopen().close()
