"""How a box joins: its private keys stay, the county's answer is checked against them, and half an answer is none."""

import base64
import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.contract import key_id
from kiosk.enrolment import EnrolmentError, TrustFile, accept, install, prepare, read_request
from kiosk.trust import SealError, Use, public_bytes, read_key, read_trust
from tests.support.broker import COUNTY, DAY, county_config
from tests.support.refused import refused
from ui.county.office import enrol, init_county

Answer = dict[str, Any]


@pytest.fixture
def county(tmp_path: Path) -> Path:
    init_county(county_config(tmp_path / "county"), DAY)
    return tmp_path / "county"


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return tmp_path / "box"


def installed(box: Path) -> dict[str, bytes]:
    return {str(file.relative_to(box)): file.read_bytes() for file in box.rglob("*") if file.is_file()}


def refusal(action: Callable[[], object]) -> str:
    return refused(EnrolmentError, action)


def test_a_request_names_the_keys_and_holds_no_secret(box: Path) -> None:
    request = prepare(box, COUNTY, "gasa-01")
    secrets = [(box / "station.key").read_bytes(), (box / "tls" / "client.key").read_bytes()]
    assert b"PRIVATE" not in request
    assert all(secret.splitlines()[1] not in request for secret in secrets)
    assert base64.b64decode(read_request(request).key) == public_bytes(read_key(box / "station.key"))


@pytest.mark.parametrize("name", ["station.key", "tls/client.key"])
def test_only_the_owner_reads_the_keys(box: Path, name: str) -> None:
    prepare(box, COUNTY, "gasa-01")
    assert stat.S_IMODE((box / name).stat().st_mode) == 0o600


def test_asking_again_makes_no_new_keys(box: Path) -> None:
    assert prepare(box, COUNTY, "gasa-01") == prepare(box, COUNTY, "gasa-01")


def test_a_power_cut_between_key_and_request_keeps_the_key(box: Path) -> None:
    first = read_request(prepare(box, COUNTY, "gasa-01"))
    (box / "request.json").unlink()
    assert read_request(prepare(box, COUNTY, "gasa-01")).key == first.key


def test_another_name_needs_another_folder(box: Path) -> None:
    prepare(box, COUNTY, "gasa-01")
    assert refusal(lambda: prepare(box, COUNTY, "gasa-02")) == "uplink.prepared_for_other"


@pytest.mark.parametrize("station", ["", "Gasa", "gasa_01", "a/b", "#", "+", "x" * 33])
def test_codes_that_could_be_topics_are_refused(box: Path, station: str) -> None:
    assert refusal(lambda: prepare(box, COUNTY, station)) == "uplink.code_form"
    assert not box.exists()


@pytest.mark.parametrize("station", ["all", "feed", "intake"])
def test_the_county_s_own_words_are_no_station_codes(box: Path, station: str) -> None:
    assert refusal(lambda: prepare(box, COUNTY, station)) == "uplink.code_reserved"


def test_the_answer_is_installed_for_the_programs_that_read_it(box: Path, county: Path) -> None:
    answer = accept(box, enrol(county, prepare(box, COUNTY, "gasa-01"), DAY))
    own = key_id(public_bytes(read_key(box / "station.key")))
    assert read_trust(box / "trust.json").grant(Use.STATION, own, DAY).name == "gasa-01"
    assert answer.host == "lz.example.cn"
    for name in ("trust.json", "tls/client.pem", "tls/ca.pem"):
        assert stat.S_IMODE((box / name).stat().st_mode) == 0o644


def test_accepting_again_changes_nothing(box: Path, county: Path) -> None:
    answer = enrol(county, prepare(box, COUNTY, "gasa-01"), DAY)
    accept(box, answer)
    before = installed(box)
    accept(box, answer)
    assert installed(box) == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda answer, _: answer.update(station="gasa-02"), "uplink.bundle_for_other"),
        (lambda answer, _: answer.update(county="530428"), "uplink.bundle_for_other"),
        (lambda answer, _: answer.update(surprise=1), "uplink.bundle_form"),
        (lambda answer, _: answer.pop("ca"), "uplink.bundle_form"),
        (lambda answer, _: answer.update(certificate="x"), "uplink.bundle_certificate"),
        (lambda answer, other: answer.update(certificate=other["certificate"]), "uplink.bundle_certificate"),
        (lambda answer, other: answer.update(ca=other["certificate"]), "uplink.bundle_certificate"),
        (lambda answer, other: answer.update(trust=other["trust"]), "uplink.not_granted"),
        (lambda answer, _: answer["trust"]["grants"][0].update(name="x"), "uplink.bundle_trust"),
        (lambda answer, _: answer["trust"].update(root="AAAA"), "uplink.bundle_trust"),
        (lambda answer, _: answer.update(trust={}), "uplink.bundle_trust"),
    ],
)
def test_an_answer_that_does_not_fit_leaves_everything_as_it_was(
    box: Path, county: Path, tmp_path: Path, change: Callable[[Answer, Answer], None], code: str
) -> None:
    other = json.loads(enrol(county, prepare(tmp_path / "other", COUNTY, "gasa-02"), DAY))
    answer = json.loads(enrol(county, prepare(box, COUNTY, "gasa-01"), DAY))
    before = installed(box)
    change(answer, other)
    assert refusal(lambda: accept(box, json.dumps(answer).encode())) == code
    assert installed(box) == before


def test_what_is_no_json_is_refused(box: Path) -> None:
    prepare(box, COUNTY, "gasa-01")
    assert refusal(lambda: accept(box, b"\xff")) == "uplink.bundle_form"


def test_a_box_that_did_not_ask_takes_no_answer(box: Path, county: Path, tmp_path: Path) -> None:
    answer = enrol(county, prepare(box, COUNTY, "gasa-01"), DAY)
    assert refusal(lambda: accept(tmp_path / "fresh", answer)) == "uplink.not_prepared"


def test_another_root_is_refused_by_a_box_that_knows_one(box: Path, county: Path, tmp_path: Path) -> None:
    accept(box, enrol(county, prepare(box, COUNTY, "gasa-01"), DAY))
    init_county(county_config(tmp_path / "false"), DAY)
    before = installed(box)
    false = enrol(tmp_path / "false", prepare(box, COUNTY, "gasa-01"), DAY)
    assert refusal(lambda: accept(box, false)) == "uplink.other_root"
    assert installed(box) == before


def test_a_trust_file_is_read_again_when_it_was_replaced(box: Path, county: Path, tmp_path: Path) -> None:
    accept(box, enrol(county, prepare(box, COUNTY, "gasa-01"), DAY))
    trust = TrustFile(county / "trust.json")
    assert trust.now() is trust.now()
    before = len(trust.now().grants)
    enrol(county, prepare(tmp_path / "second", COUNTY, "gasa-02"), DAY)
    assert len(trust.now().grants) == before + 1


def test_a_trust_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SealError):
        TrustFile(tmp_path / "trust.json").now()


def test_a_file_left_by_a_power_cut_does_not_stop_the_next_installation(tmp_path: Path) -> None:
    (tmp_path / "a.new").write_text("half")
    install(tmp_path / "a", b"whole")
    assert (tmp_path / "a").read_bytes() == b"whole"
