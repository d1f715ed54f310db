"""What `/N/…` says of a number: of a certificate, of papers that are none, of those that are void, gone or nobody's."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from kiosk.rules.messages import CertificateRevoked, SubjectProposed, SubjectsUpsert, TraceLabel, Voided, Voucher
from kiosk.rules.scan.numbers import certificate_number, shown
from kiosk.seal import link
from kiosk.words import load_words
from tests.support.bodies import COUNTY, FARMER, HOST
from tests.support.site import Site
from tests.ui.county.conftest import Desk
from ui.county.ordered import Ordered
from ui.county.orders import Orders

ZH = load_words("zh")
VOUCHER, LABEL, OTHER = (certificate_number(COUNTY, drawn) for drawn in (b"voucher", b"onlabel", b"nothing"))


def a_voucher(certificate: str = "") -> Voucher:
    return Voucher(
        number=VOUCHER, visit="v-1", subject=FARMER, product="cowpea", lot="L261122-7K3M9QX2-V",
        quantity=Decimal(160), unit="kg", quantity_typed="320 jin", origin=FARMER.origin, date="2026-11-22",
        to="新平县农产品批发市场", code="", certificate=certificate,
    )  # fmt: skip


def a_label() -> TraceLabel:
    return TraceLabel(LABEL, "v-1", FARMER.id, "cowpea", "L261122-7K3M9QX2-V", 200, "")


def a_void(number: str) -> Voided:
    return Voided(number, "wrong_quantity", "self", "taken_back", "v-1", "")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site")


@pytest.fixture
def desk(tmp_path: Path, site: Site) -> Iterator[Desk]:
    with closing(Desk(tmp_path / "county.db")) as desk:
        desk.start(ordered=Ordered(Orders(site.county)))
        yield desk


def page(web: httpx.Client, number: str, status: int = 200) -> str:
    answer = web.get(f"/N/{number}")
    assert answer.status_code == status
    return answer.text


def test_a_voucher_says_what_it_is_and_what_stands_on_it(desk: Desk, web: httpx.Client) -> None:
    certificate = desk.box.certificate()
    desk.take(desk.box.opened(), desk.box.write(certificate), desk.box.write(a_voucher(certificate.number)))
    told = page(web, VOUCHER)
    for words in ("入市追溯凭证", FARMER.name, "豆角", "160千克", "新平县农产品批发市场", shown(VOUCHER)):
        assert words in told
    assert ZH.say("county.paper.no_certificate") in told
    assert ZH.say("county.paper.recorded") in told
    assert f'href="/N/{certificate.number}"' in told
    assert FARMER.contact not in told
    assert "promise" not in told


def test_a_label_is_from_whom_the_county_s_list_says(desk: Desk, web: httpx.Client, site: Site) -> None:
    desk.take(desk.box.opened(), desk.box.write(a_label()), receipt=False)
    assert FARMER.name not in page(web, LABEL)
    site.give(SubjectsUpsert((FARMER,)))
    told = page(web, LABEL)
    for words in ("追溯标识", FARMER.name, "豆角", "200", ZH.say("county.paper.stored")):
        assert words in told


def test_a_label_of_a_newcomer_names_him_before_the_county_does(desk: Desk, web: httpx.Client) -> None:
    label = replace(a_label(), subject="n-1")
    taken_in = SubjectProposed(replace(FARMER, id="n-1", name="刀玉香"), "戛洒镇", "w-1")
    desk.take(desk.box.opened(), desk.box.write(taken_in), desk.box.write(label))
    assert "刀玉香" in page(web, LABEL)


def test_a_certificate_of_a_newcomer_is_traced_like_any_other(desk: Desk, web: httpx.Client) -> None:
    newcomer = replace(FARMER, id="n-1", name="刀玉香")
    certificate = replace(desk.box.certificate(), subject=newcomer)
    desk.take(
        desk.box.opened(), desk.box.write(SubjectProposed(newcomer, "戛洒镇", "w-1")), desk.box.write(certificate)
    )
    told = page(web, certificate.number)
    assert ZH.say("county.trace.recorded") in told
    assert shown(certificate.number) in told


def test_of_a_key_that_was_taken_back_the_page_vouches_for_what_a_receipt_covers(desk: Desk, web: httpx.Client) -> None:
    """The day on a paper is its key's own word: one that the county never recorded may be a thief's."""
    honest, forged = (desk.box.certificate(nth) for nth in (1, 2))
    desk.take(desk.box.opened(), desk.box.write(honest))
    links = [link(HOST, "C", bytes.fromhex(one.code)).rpartition("/")[2] for one in (honest, forged)]
    assert ZH.say("county.trace.awaited") in web.get(f"/C/{links[1]}").text
    desk.county.take_back(desk.box, "2026-12-01", through=2)
    assert ZH.say("county.trace.recorded") in page(web, honest.number)
    told = [web.get(f"/C/{one}").text for one in links]
    assert [ZH.say("county.trace.doubtful") in one for one in told] == [False, True]
    assert ZH.say("county.trace.untold") in told[1]
    assert ZH.say("county.trace.real") not in told[1]
    desk.county.take_back(desk.box, desk.box.at.date().isoformat(), through=2)
    assert [web.get(f"/C/{one}").status_code for one in links] == [200, 404]


def test_names_on_these_pages_act_nowhere(desk: Desk, web: httpx.Client) -> None:
    evil = replace(a_voucher('"><script>'), subject=replace(FARMER, name="<script>alert(1)</script>"))
    desk.take(desk.box.opened(), desk.box.write(evil))
    told = page(web, VOUCHER)
    assert "<script>alert" not in told
    assert '"><script>' not in told


@pytest.mark.parametrize("number", [VOUCHER, LABEL])
def test_a_paper_that_its_station_made_void(number: str, desk: Desk, web: httpx.Client) -> None:
    desk.take(desk.box.opened(), desk.box.write(a_voucher()), desk.box.write(a_label()))
    assert ZH.say("county.paper.void") not in page(web, number)
    desk.take(desk.box.write(a_void(number)))
    told = page(web, number)
    assert ZH.say("county.paper.void") in told
    assert ZH.say("county.paper.void_station") in told


def test_a_certificate_that_is_void_says_so_by_number_and_by_code(desk: Desk, web: httpx.Client) -> None:
    certificate = desk.box.certificate()
    desk.take(desk.box.opened(), desk.box.write(certificate))
    code = link(HOST, "C", bytes.fromhex(certificate.code)).rpartition("/")[2]
    listed, real = page(web, certificate.number), web.get(f"/C/{code}").text
    assert ZH.say("county.trace.compare") in listed
    assert ZH.say("county.trace.real") not in listed
    assert ZH.say("county.trace.real") in real
    desk.take(desk.box.write(a_void(certificate.number)))
    for told in (page(web, certificate.number), web.get(f"/C/{code}").text):
        assert ZH.say("county.trace.void_station") in told
        assert ZH.say("county.trace.real") not in told
        assert 'class="stamp care"' in told


def test_another_station_makes_nothing_void(desk: Desk, web: httpx.Client) -> None:
    certificate, other = desk.box.certificate(), desk.county.enrol("moon")
    desk.take(desk.box.opened(), desk.box.write(certificate), desk.box.write(a_voucher()))
    desk.take(other.opened(), *(other.write(a_void(one)) for one in (certificate.number, VOUCHER)), box=other)
    assert ZH.say("county.trace.void") not in page(web, certificate.number)
    assert ZH.say("county.paper.void") not in page(web, VOUCHER)


def test_the_county_s_order_counts_from_the_moment_it_is_given(desk: Desk, web: httpx.Client, site: Site) -> None:
    certificate = desk.box.certificate()
    desk.take(desk.box.opened(), desk.box.write(certificate), desk.box.write(a_voucher()))
    page(web, certificate.number)
    site.give(CertificateRevoked(shown(certificate.number), "wrong"))
    site.give(CertificateRevoked(VOUCHER, "wrong"), stream=site.station)
    assert ZH.say("county.trace.void_county") in page(web, certificate.number)
    assert ZH.say("county.paper.void_county") in page(web, VOUCHER)


def test_a_number_that_nobody_reported(desk: Desk, web: httpx.Client) -> None:
    desk.take(desk.box.opened())
    assert ZH.say("county.wrong.number_title") in page(web, OTHER, 404)
    page(web, OTHER[:-1] + ("0" if OTHER[-1] != "0" else "1"), 400)


def test_what_retention_took_is_not_called_unknown(desk: Desk, web: httpx.Client) -> None:
    certificate = desk.box.certificate()
    entries = (desk.box.opened(), desk.box.write(certificate), desk.box.write(a_voucher()))
    desk.take(*entries)
    desk.database._sql.execute("update entry set body = null, salt = null where seq > 1")
    for number in (certificate.number, VOUCHER):
        assert ZH.say("county.wrong.number_gone_title") in page(web, number, 410)
