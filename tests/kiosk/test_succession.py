"""A box takes its own or another's place: nothing is deleted, power cuts are finished, the new log names the old."""

import base64
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.clock import ClockState, Now
from kiosk.contract import key_id, read
from kiosk.enrolment import EnrolmentError, prepare, read_request
from kiosk.log import Tail
from kiosk.predecessor import Predecessor, read_predecessor
from kiosk.record import Record
from kiosk.rules.messages import Card, CardRevoked, Opened, StaffPut, SubjectsUpsert
from kiosk.rules.messages import Staff as Person
from kiosk.succession import succeed
from kiosk.trust import Broken, public_bytes, read_key
from tests.support.bodies import FARMER
from tests.support.broker import COUNTY, DAY
from tests.support.line import NOON
from tests.support.refused import refused
from tests.support.site import Site
from ui.county import keys
from ui.county.office import enrol

GIVEN = (SubjectsUpsert((FARMER,), (Card("12345675", FARMER.id),)), CardRevoked("K-1", "lost"))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A box that has recorded five entries, of which the county has three, and has done three orders."""
    site = Site(tmp_path)
    site.join()
    site.give(*GIVEN)
    site.give(StaffPut((Person("w", "Wang", ("clerk",), "B1"),)), stream=site.station)
    with closing(site.open()) as record:
        site.record_some(record, 4)
        site.receipt(record, 3)
        record.hear_receipts()
    return site


def own(site: Site) -> str:
    return key_id(public_bytes(read_key(site.places.keys / "station.key")))


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def contents(folder: Path) -> list[bytes]:
    """What the old log was, wherever it lies."""
    names = ("*.seg", "station.key", "client.key", "record.db", "request.json")
    return sorted(file.read_bytes() for name in names for file in folder.rglob(name))


def test_everything_old_is_put_aside_and_nothing_is_lost(site: Site) -> None:
    old, box = own(site), site.places.keys.parent
    before = contents(box)
    request = read_request(succeed(site.places, COUNTY, site.station))
    aside = box / "former" / old
    assert [data for data in before if data not in contents(aside)] == []
    assert sorted(child.name for child in aside.iterdir()) == ["down", "keys", "state", "up"]
    assert key_id(public_bytes(read_key(aside / "keys" / "station.key"))) == old
    assert own(site) != old
    assert [list(folder.iterdir()) for folder in (site.places.up, site.places.down)] == [[], []]
    assert (site.places.keys / "trust.json").exists()
    assert (request.predecessor, request.through, request.root) == (old, 3, root_in(aside))


def root_in(aside: Path) -> str:
    ((_, note),) = Tail(aside / "down" / "receipts").after(0, 9)
    return base64.b64decode(note.decode().split("\n")[2]).hex()


@pytest.mark.parametrize("left", [b"", b"-----BEGIN PRIVATE KEY-----\n", None])
def test_a_box_whose_key_was_lost_is_succeeded_by_what_its_log_says(site: Site, left: bytes | None) -> None:
    old, key = own(site), site.places.keys / "station.key"
    key.unlink() if left is None else key.write_bytes(left)
    request = read_request(succeed(site.places, COUNTY, site.station))
    assert (request.predecessor, request.through) == (old, 3)
    assert own(site) != old
    again = succeed(site.places, COUNTY, site.station)
    assert read_request(again) == request


@pytest.mark.parametrize("cut", [99, *range(6)])
def test_a_restored_log_is_succeeded_under_its_own_name_though_a_new_key_lies_beside_it(
    site: Site, cut: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, box = own(site), site.places.keys.parent
    for file in ("station.key", "request.json", "tls/client.key", "tls/client.pem"):
        (site.places.keys / file).unlink()  # a backup has no private key
    log = files(site.places.up)
    prepare(site.places.keys, COUNTY, site.station)
    unused = own(site)
    power_cut(site, cut, monkeypatch)
    request = read_request(succeed(site.places, COUNTY, site.station))
    assert (request.predecessor, request.through, request.root) == (old, 3, root_in(box / "former" / old))
    assert {name: data for name, data in files(box / "former" / old / "up").items() if name in log} == log
    assert not (box / "former" / old / "keys").exists()
    assert key_id(public_bytes(read_key(box / "former" / unused / "keys" / "station.key"))) == unused
    assert (box / "former" / unused / "keys" / "request.json").exists()
    assert own(site) not in (old, unused)
    site.accept(enrol(site.county, succeed(site.places, COUNTY, site.station), DAY, replaces=True))
    with closing(site.open()) as record:
        opened = read(record.tables.payload(1) or b"").entry
    assert isinstance(opened, Opened)
    assert (opened.predecessor, opened.predecessor_through) == (old, 3)


def test_asking_again_changes_nothing_until_the_new_log_has_begun(site: Site) -> None:
    first = succeed(site.places, COUNTY, site.station)
    before = files(site.places.keys.parent)
    assert succeed(site.places, COUNTY, site.station) == first
    assert prepare(site.places.keys, COUNTY, site.station) == first
    assert files(site.places.keys.parent) == before


def test_the_new_log_names_the_old_and_what_the_county_had_of_it(site: Site) -> None:
    old = own(site)
    bundle = enrol(site.county, succeed(site.places, COUNTY, site.station), DAY, replaces=True)
    site.accept(bundle)
    with closing(site.open()) as record:
        opened = read(record.tables.payload(1) or b"").entry
    assert isinstance(opened, Opened)
    aside = site.places.keys.parent / "former" / old
    assert (opened.predecessor, opened.predecessor_through) == (old, 3)
    assert opened.predecessor_root == root_in(aside)


def test_the_new_box_ends_with_the_same_lists(site: Site) -> None:
    with closing(site.open()) as record:
        site.hear(record)
        before = listed(record)
    site.accept(enrol(site.county, succeed(site.places, COUNTY, site.station), DAY, replaces=True))
    keys.tell(site.county, site.orders, Now(NOON, ClockState.NTP))
    with closing(site.open()) as record:
        heard = site.hear(record)
        assert [(done.stream, done.seq, done.done) for done in heard if done.order != "keys.put"] == [
            ("all", 1, True), ("all", 2, True), ("own", 1, True),
        ]  # fmt: skip
        assert listed(record) == before


def listed(record: Record) -> list[object]:
    orders = record.tables.orders
    return [orders.subject(FARMER.id), orders.holder("12345675"), orders.is_revoked("K-1"), orders.staff()]


def test_a_box_that_was_replaced_can_be_replaced_again(site: Site) -> None:
    logs = [own(site)]
    for _ in range(2):
        site.accept(enrol(site.county, succeed(site.places, COUNTY, site.station), DAY, replaces=True))
        with closing(site.open()) as record:
            site.record_some(record, 2)
        logs.append(own(site))
    last = read_request(succeed(site.places, COUNTY, site.station))
    assert (last.predecessor, last.through, last.root) == (logs[2], 0, "")
    assert {folder.name for folder in (site.places.keys.parent / "former").iterdir()} == set(logs)


@pytest.mark.parametrize("cut", range(14))
def test_a_power_cut_between_two_moves_is_finished_by_the_same_command(
    site: Site, cut: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, before = own(site), contents(site.places.keys.parent)
    if power_cut(site, cut, monkeypatch) and not (site.places.keys / "station.key").exists():
        assert refusal(lambda: prepare(site.places.keys, COUNTY, site.station)) == "uplink.succession_unfinished"
    request = read_request(succeed(site.places, COUNTY, site.station))
    assert (request.predecessor, request.through) == (old, 3)
    assert [data for data in before if data not in contents(site.places.keys.parent / "former" / old)] == []
    assert [list(folder.iterdir()) for folder in (site.places.up, site.places.down)] == [[], []]


def power_cut(site: Site, cut: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Did the power go, after so many files had moved?"""
    left = [cut]

    class PowerCut(Exception):
        pass

    true = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if left[0] == 0:
            raise PowerCut
        left[0] -= 1
        return true(self, target)

    with monkeypatch.context() as power:
        power.setattr(Path, "rename", rename)
        try:
            succeed(site.places, COUNTY, site.station)
        except PowerCut:
            return True
    return False


def refusal(action: Callable[[], object]) -> str:
    return refused(EnrolmentError, action)


def test_a_box_at_work_is_not_touched(site: Site) -> None:
    with closing(site.open()):
        assert refusal(lambda: succeed(site.places, COUNTY, site.station)) == "uplink.still_running"
    with closing(site.downward()):
        assert refusal(lambda: succeed(site.places, COUNTY, site.station)) == "uplink.still_running"
    assert not (site.places.keys.parent / "former").exists()


def test_a_box_that_never_began_takes_nobodys_place(tmp_path: Path) -> None:
    site = Site(tmp_path)
    assert refusal(lambda: succeed(site.places, COUNTY, site.station)) == "uplink.no_predecessor"
    site.join()
    assert refusal(lambda: succeed(site.places, COUNTY, site.station)) == "uplink.no_predecessor"


def test_a_box_keeps_its_name(site: Site) -> None:
    assert refusal(lambda: succeed(site.places, COUNTY, "gasa-02")) == "uplink.prepared_for_other"
    assert (site.places.keys / "station.key").exists()


def test_a_receipt_that_the_county_did_not_sign_is_none(site: Site) -> None:
    trust = site.places.keys / "trust.json"
    trust.write_text("{}")
    assert read_request(succeed(site.places, COUNTY, site.station)).through == 0


def test_of_a_box_of_which_nothing_is_left_the_county_says_what_it_has(site: Site) -> None:
    old = own(site)
    with closing(site.open()) as record:
        site.take(record, 5)
    fresh = Site(site.county.parent, "spare")
    fresh.station = site.station
    fresh.accept(enrol(site.county, prepare(fresh.places.keys, COUNTY, site.station), DAY, replaces=True, through=3))
    assert read_predecessor(fresh.places.keys) == Predecessor(old, 3, "")
    with closing(fresh.open()) as record:
        opened = read(record.tables.payload(1) or b"").entry
    assert isinstance(opened, Opened)
    assert (opened.predecessor, opened.predecessor_through, opened.predecessor_root) == (old, 3, None)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"log": "x", "through": 0, "root": ""}', '{"log": 1}'])
def test_what_names_no_predecessor_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "predecessor.json").write_text(text)
    with pytest.raises(Broken):
        read_predecessor(tmp_path)
