"""A certificate held up while nobody is served, with a real record behind it: judged, shown, gone by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.scanner.wire import Seen
from kiosk import check_screen
from kiosk.neighbours import Neighbours
from kiosk.rules.messages import CertificateRevoked, Incoming
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Screen
from kiosk.seal import link
from kiosk.verify import PaperCheck, Verdict, Why
from tests.kiosk.test_attendant import Box, Served
from tests.support.bodies import HOST, Station
from tests.support.bodies import County as Bodies
from tests.support.checked import TODAY, Checking


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture
def served(box: Box) -> Iterator[Served]:
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
        yield served


def papers(box: Box, nth: int = 1) -> tuple[str, str]:
    """Number and code of a certificate that another box of the county sealed."""
    certificate = box.station.certificate(nth)
    return certificate.number, link(HOST, "C", bytes.fromhex(certificate.code))


def answered(served: Served, verdict: Verdict) -> PaperCheck:
    screen = served.until(lambda screen: screen.checked is not None and screen.checked.verdict is verdict)
    assert screen.checked is not None
    return screen.checked


def idle(served: Served) -> Screen:
    return served.until(lambda screen: screen.checked is None)


def test_a_genuine_paper_is_judged_at_its_first_read_and_gone_by_one_touch(box: Box, served: Served) -> None:
    number, code = papers(box)
    served.attendant.post(Seen(code.encode(), "QRCode", "zxing", reads=1, showing=1))
    checked = answered(served, Verdict.GENUINE)
    assert checked.number == number
    assert "verify.doubt.never" in [one.key for one in checked.doubts], "no receipt has come yet"
    screen = served.tap("next")
    assert (screen.checked, screen.visit.stage) == (None, Stage.IDLE)
    assert box.entries(Incoming) == [], "a check records nothing"


def test_an_answer_goes_by_itself(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_screen, "STANDS", 0.5)
    with box.serves() as served:
        served.shows(papers(box)[1])
        answered(served, Verdict.GENUINE)
        assert idle(served).visit.stage is Stage.IDLE


def test_a_spoilt_code_is_false_and_a_number_is_for_the_network(box: Box, served: Served) -> None:
    number, code = papers(box)
    served.shows(code[:-4])
    assert answered(served, Verdict.FALSE).why.key == "verify.false.broken"
    served.shows(f"HTTPS://{HOST.upper()}/N/{number}")
    assert answered(served, Verdict.UNCLEAR).why.key == "verify.unclear.online"


def test_what_the_county_revoked_is_void_here(box: Box) -> None:
    number, code = papers(box)
    box.bring(CertificateRevoked(number, "wrong"))
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 3)
        served.shows(code)
        assert answered(served, Verdict.REVOKED).why.key == f"verify.revoked.{Why.ORDER}"


def test_a_card_takes_the_answer_away_and_its_turn_is_as_ever(box: Box, served: Served) -> None:
    served.shows(papers(box)[1])
    answered(served, Verdict.GENUINE)
    served.shows(box.card)
    assert served.at(Stage.PRODUCT).checked is None


def test_nobodys_turn_is_disturbed(box: Box, served: Served) -> None:
    served.tap("number")
    served.shows(papers(box)[1])
    assert served.tap("?").checked is None
    served.tap("back")
    served.shows(box.buyers_card)
    before = served.at(Stage.BASKET)
    served.shows(papers(box)[1])
    screen = served.until(lambda screen: screen.visit.basket != before.visit.basket)
    assert screen.checked is None, "a paper in the basket is a buyer's source"


def test_another_code_is_named_as_ever(box: Box, served: Served) -> None:
    served.shows("6901234567892")
    screen = served.until(lambda screen: screen.visit.notice is not None)
    assert screen.checked is None


# --- other counties ---


def there(folder: Path, at_hand: Checking) -> tuple[Station, str]:
    """A neighbour whose key list lies in the folder, and a certificate of it."""
    county = Bodies("110000")
    station = county.enrol("gasa")
    folder.mkdir()
    (folder / "there.json").write_bytes(county.trust.bytes())
    return station, at_hand.paper(box=station)[1]


def test_a_neighbours_list_is_found_where_it_lies(tmp_path: Path) -> None:
    at_hand = Checking()
    neighbours = Neighbours(tmp_path / "neighbours")
    assert neighbours() == ()
    there(tmp_path / "neighbours", at_hand)
    (county,) = neighbours()
    assert (county.trust.county, county.revoked) == ("110000", None)
    (tmp_path / "neighbours" / "here.json").write_bytes(at_hand.trust.bytes())
    at_hand.list_file(tmp_path / "neighbours" / "530427.revoked", {"n1": Why.VOID})
    here = next(one for one in neighbours() if one.trust.county == "530427")
    assert here.revoked is not None
    assert (here.revoked.why("n1"), here.revoked.why("n2"), here.revoked.counter) == (Why.VOID, None, 7)
    assert here.revoked.day is not None
    assert here.revoked.day < TODAY


def test_a_broken_list_of_a_neighbour_is_left_out_and_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "neighbours"
    there(folder, Checking())
    (folder / "110000.revoked").write_bytes(b"torn")
    (folder / "junk.json").write_bytes(b"{}")
    neighbours = Neighbours(folder)
    for _ in range(3):
        assert [(one.trust.county, one.revoked) for one in neighbours()] == [("110000", None)]
    assert len(caplog.records) == 2
