"""A certificate held up while nobody is served, with a real record behind it: judged, shown, gone by itself."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from os import mkfifo, truncate
from pathlib import Path
from typing import cast

import pytest

from drivers.scanner.wire import Seen
from kiosk import check_screen
from kiosk.check_screen import CheckScreen
from kiosk.live_trust import live
from kiosk.neighbours import Neighbours
from kiosk.open_visit import OpenVisit
from kiosk.rules.messages import CertificateRevoked, Incoming
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Screen
from kiosk.seal import link
from kiosk.trust import MOST_BYTES, Broken, Trust
from kiosk.verify import County, PaperCheck, Verdict, Why
from tests.kiosk.test_attendant import Box, Served
from tests.support.bodies import HOST, Station
from tests.support.bodies import County as Bodies
from tests.support.checked import TODAY, Checking, OnDay


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


@dataclass
class Asked:
    """What the check screen has of the visit: a day, and where its answer goes."""

    checked: PaperCheck | None = None
    today = TODAY

    def rules(self) -> "Asked":
        return self

    def answer(self, checked: PaperCheck | None) -> None:
        self.checked = checked


def screen_of(box: Box, others: County, code: str) -> PaperCheck:
    """What a station with a record says of this code that has these lists of others."""
    asked, record = Asked(), box.record()
    screen = CheckScreen(cast("OpenVisit", asked), live(box.county.trust), record.tables, lambda: [others])
    assert screen.show(code.encode())
    record.close()
    assert asked.checked is not None
    return asked.checked


def test_what_another_station_voided_is_known_by_the_countys_own_list(box: Box) -> None:
    """A station hears of its county's orders, not of the voids of other stations; the list has both."""
    number, code = papers(box)
    ours = County(box.county.trust, OnDay(TODAY, {number: Why.VOID}))
    told = screen_of(box, ours, code)
    assert (told.why.key, told.told[-1].key) == ("verify.revoked.void", "verify.told.list")
    roots = (b"another root", box.county.trust.root)
    for root, verdict in zip(roots, (Verdict.GENUINE, Verdict.REVOKED), strict=True):
        named = Trust(ours.trust.county, root, ())
        assert screen_of(box, replace(ours, trust=named), code).verdict is verdict
    assert "verify.doubt.never" in [one.key for one in screen_of(box, replace(ours, revoked=None), code).doubts]


class Spoilt(OnDay):
    def why(self, number: str) -> Why | None:
        raise Broken(number)


def test_a_list_that_goes_while_it_is_asked_takes_no_county_with_it(box: Box) -> None:
    there = Bodies("110000")
    code = Checking().paper(box=there.enrol("gasa"))[1]
    checked = screen_of(box, County(there.trust, Spoilt(TODAY, {})), code)
    assert (checked.verdict, checked.why.key) == (Verdict.GENUINE, "verify.genuine.unlisted")


@pytest.mark.parametrize("kind", ["pipe", "folder", "deep", "huge", "county", "list"])
def test_whatever_lies_among_the_neighbours_lists_the_others_count(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "neighbours"
    there(folder, Checking())
    odd = folder / "a.json"
    match kind:
        case "pipe":
            mkfifo(odd)
        case "folder":
            odd.mkdir()
        case "deep":
            odd.write_text("[" * 200_000)
        case "huge":
            odd.touch()
            truncate(odd, MOST_BYTES + 1)
        case "county":
            odd.write_text(json.dumps({"county": ["../x"], "root": "", "grants": []}))
        case "list":
            (folder / "110000.revoked").mkdir()
    assert "110000" in [one.trust.county for one in Neighbours(folder)()]


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
