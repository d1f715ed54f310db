"""The county's folder: made whole or not at all, who joins it, what it orders, whose cards it signs."""

import base64
import json
import stat
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from kiosk import contract
from kiosk.clock import ClockState
from kiosk.enrolment import prepare
from kiosk.log import Damaged, Locked, Tail, Writer
from kiosk.rules.messages import CardRevoked, SubjectsUpsert
from kiosk.seal import open_card
from kiosk.trust import Use, public_bytes, read_key, read_trust
from tests.support.bodies import FARMER
from tests.support.broker import COUNTY, DAY, county_config
from tests.support.line import NOON
from tests.support.refused import refused
from ui.county.office import OfficeError, enrol, init_county, make_card, read_county, stations
from ui.county.orders import Orders
from ui.county.tls import TlsError


@pytest.fixture
def county(tmp_path: Path) -> Path:
    init_county(county_config(tmp_path / "county"), DAY)
    return tmp_path / "county"


def refusal(action: Callable[[], object]) -> str:
    return refused(OfficeError, action)


def test_every_secret_is_its_owner_s_alone(county: Path) -> None:
    secret = list(county.rglob("*.key"))
    assert {file.name for file in secret} >= {
        "root.key",
        "order.key",
        "witness.key",
        "card.key",
        "ca.key",
        "broker.key",
    }
    assert {stat.S_IMODE(file.stat().st_mode) for file in secret} == {0o600}
    assert stat.S_IMODE((county / "keys").stat().st_mode) == 0o700


def test_the_configuration_can_be_read_as_it_was_given(county: Path) -> None:
    assert read_county(county).folder == county
    assert tomllib.loads((county / "county.toml").read_text())["host"] == "lz.example.cn"


def test_a_county_is_not_overwritten(county: Path) -> None:
    before = (county / "keys" / "root.key").read_bytes()
    assert refusal(lambda: init_county(county_config(county), DAY)) == "office.folder_exists"
    assert (county / "keys" / "root.key").read_bytes() == before


def test_a_county_that_could_not_be_made_leaves_nothing(tmp_path: Path) -> None:
    config = county_config(tmp_path / "county").model_copy(update={"broker_host": "新平"})
    with pytest.raises(TlsError):
        init_county(config, DAY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("later", [timedelta(days=-1), timedelta(0), timedelta(days=3600)])
def test_the_county_s_own_keys_are_granted_from_yesterday_on(county: Path, later: timedelta) -> None:
    trust = read_trust(county / "trust.json")
    for use in (Use.ORDER, Use.WITNESS, Use.CARD):
        kid = contract.key_id(public_bytes(read_key(county / "keys" / f"{use}.key")))
        assert trust.grant(use, kid, DAY + later).name == "office"


def test_a_box_that_joins_is_granted_and_may_speak(county: Path, tmp_path: Path) -> None:
    answer = json.loads(enrol(county, prepare(tmp_path / "box", COUNTY, "gasa-01"), DAY))
    assert stations(read_trust(county / "trust.json")) == ["gasa-01"]
    assert "user gasa-01\n" in (county / "mosquitto" / "acl").read_text()
    assert answer["trust"] == json.loads((county / "trust.json").read_text())
    certificate = x509.load_pem_x509_certificate(answer["certificate"].encode())
    assert certificate.subject.rfc4514_string() == "CN=gasa-01"


def test_asking_again_gives_the_same_grant(county: Path, tmp_path: Path) -> None:
    request = prepare(tmp_path / "box", COUNTY, "gasa-01")
    enrol(county, request, DAY)
    before = (county / "trust.json").read_bytes()
    enrol(county, request, DAY + timedelta(days=400))
    assert (county / "trust.json").read_bytes() == before


def test_one_name_has_one_key_and_one_key_has_one_name(county: Path, tmp_path: Path) -> None:
    request = prepare(tmp_path / "box", COUNTY, "gasa-01")
    enrol(county, request, DAY)
    impostor = prepare(tmp_path / "impostor", COUNTY, "gasa-01")
    renamed = json.dumps(json.loads(request) | {"station": "gasa-09"}).encode()
    assert refusal(lambda: enrol(county, impostor, DAY)) == "office.station_known"
    assert refusal(lambda: enrol(county, renamed, DAY)) == "office.station_known"
    assert stations(read_trust(county / "trust.json")) == ["gasa-01"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"county": "530428"}, "office.other_county"),
        ({"station": "all"}, "office.code_reserved"),
        ({"station": "intake"}, "office.code_reserved"),
        ({"station": "+"}, "office.request_form"),
        ({"key": base64.b64encode(b"short").decode()}, "office.request_form"),
        ({"csr": "x"}, "office.request_form"),
        ({"use": "order"}, "office.request_form"),
    ],
)
def test_wishes_are_not_granted(county: Path, tmp_path: Path, change: dict[str, str], code: str) -> None:
    asked = json.loads(prepare(tmp_path / "box", COUNTY, "gasa-01")) | change
    assert refusal(lambda: enrol(county, json.dumps(asked).encode(), DAY)) == code
    assert stations(read_trust(county / "trust.json")) == []


def test_an_order_is_durable_signed_and_numbered(county: Path) -> None:
    orders = Orders(county)
    given = [orders.give("all", CardRevoked(f"K-{nth}"), NOON) for nth in range(3)]
    assert [order.header.seq for order in given] == [1, 2, 3]
    assert Tail(county / "orders" / "all").after(0, 9) == [(nth, order.bytes()) for nth, order in enumerate(given, 1)]
    assert orders.after("all", 1) == [order.bytes() for order in given[1:]]
    assert {order.header.log for order in given} == {f"{COUNTY}.all"}
    grant = read_trust(county / "trust.json").grant(
        Use.ORDER, given[0].key, date.fromisoformat(given[0].header.time[:10])
    )
    contract.verify(given[0], grant.public)


def test_each_stream_has_its_own_numbers(county: Path) -> None:
    orders = Orders(county)
    orders.give("all", CardRevoked("K-1"), NOON)
    own = orders.give("gasa-01", SubjectsUpsert((FARMER,)), NOON, ClockState.UNKNOWN)
    assert (own.header.log, own.header.seq, own.header.clock) == (f"{COUNTY}.gasa-01", 1, "unknown")
    assert orders.streams() == ["all", "gasa-01"]
    assert (orders.through("all"), orders.through("elsewhere")) == (1, 0)


def test_two_officers_do_not_write_one_stream_at_once(county: Path) -> None:
    other = Writer(county / "orders" / "all")
    with pytest.raises(Locked):
        Orders(county).give("all", CardRevoked("K-1"), NOON)
    other.close()
    assert Orders(county).give("all", CardRevoked("K-1"), NOON).header.seq == 1


def test_a_damaged_order_log_is_not_written_on(county: Path) -> None:
    orders = Orders(county)
    orders.give("all", CardRevoked("K-1"), NOON)
    segment = next((county / "orders" / "all").glob("*.seg"))
    data = bytearray(segment.read_bytes())
    data[-1] ^= 1
    segment.write_bytes(data)
    with pytest.raises(Damaged):
        orders.give("all", CardRevoked("K-2"), NOON)


def test_a_card_says_who_he_is_by_the_card_key(county: Path) -> None:
    link = make_card(county, FARMER.id, FARMER.name, "K-7", DAY)
    prefix, text = link[: link.rindex("/")], link.rpartition("/")[2]
    code = open_card(base64.b32decode(text + "=" * (-len(text) % 8)), read_trust(county / "trust.json"))
    assert prefix == "HTTPS://LZ.EXAMPLE.CN/K"
    assert (code.card, code.subject_id, code.name, code.issued) == ("K-7", FARMER.id, FARMER.name, DAY)
