"""Codes of other counties: judged by that county's keys where they are at hand, never called false where not."""

from pathlib import Path

import httpx
import pytest

from kiosk.neighbours import FOLDER
from kiosk.seal import CertificateCode, link, seal_certificate
from kiosk.words import load_words
from tests.support.bodies import HOST, County, a_key
from tests.ui.county.conftest import Desk
from tests.ui.county.tracing.scene import token

ZH, EN = load_words("zh"), load_words("en")
THERE = "532428"


@pytest.fixture
def folder(desk: Desk) -> Path:
    folder = desk.accounts.desks.folder / FOLDER
    folder.mkdir()
    return folder


@pytest.fixture
def other(folder: Path) -> County:
    county = County(THERE)
    county.enrol("there")
    (folder / "there.json").write_bytes(county.trust.bytes())
    (folder / f"{THERE}.host").write_text("lz.there.example\n")
    return county


def test_a_code_of_a_county_that_is_known_is_checked_and_named_as_theirs(public: httpx.Client, other: County) -> None:
    certificate = other.enrol("there").certificate()
    text = token(certificate)
    answer = public.get(f"/C/{text}")
    assert answer.status_code == 200
    for words in (ZH.say("county.foreign.title"), THERE, certificate.subject.name, "160千克"):
        assert words in answer.text
    assert f'href="https://lz.there.example/C/{text}"' in answer.text
    assert ZH.say("county.foreign.verdict_genuine") in answer.text
    assert ZH.say("county.trace.real") not in answer.text  # never as if it were ours
    sent = public.get(f"/api/1/code/{text}").json()
    assert (sent["kind"], sent["county"], sent["verdict"]) == ("foreign", THERE, "genuine")


def test_a_code_by_a_key_that_is_not_theirs_is_not_called_genuine(public: httpx.Client, other: County) -> None:
    forged = County(THERE).enrol("thief").certificate()
    sent = public.get(f"/api/1/code/{token(forged)}").json()
    assert sent.get("verdict") != "genuine"
    assert ZH.say("county.foreign.verdict_genuine") not in public.get(f"/C/{token(forged)}").text


@pytest.mark.usefixtures("folder")
def test_of_a_county_that_nobody_knows_it_is_said_and_nothing_judged(public: httpx.Client) -> None:
    strange = token(County("110000").enrol("gasa").certificate())
    answer = public.get(f"/C/{strange}")
    assert answer.status_code == 404
    assert ZH.say("county.wrong.stranger", county="110000") in answer.text
    assert ZH.say("county.wrong.forged_title") not in answer.text
    problem = public.get(f"/api/1/code/{strange}", headers={"accept-language": "en"})
    assert problem.json()["title"] == EN.say("county.wrong.stranger_title")


def test_a_number_of_another_county_leads_to_its_page(public: httpx.Client, other: County) -> None:
    number = other.enrol("there").certificate().number
    answer = public.get(f"/N/{number}")
    assert answer.status_code == 404
    assert f'href="https://lz.there.example/N/{number}"' in answer.text
    assert public.get(f"/api/1/certificate/{number}").json()["link"] == f"https://lz.there.example/N/{number}"


def test_a_host_that_is_none_makes_no_link(public: httpx.Client, other: County, folder: Path) -> None:
    path = f"/C/{token(other.enrol('there').certificate())}"
    for host in ('x"><script>', "javascript:alert(1)", "a b", "", "x" * 300, "\xff"):
        (folder / f"{THERE}.host").write_bytes(host.encode("latin-1"))
        text = public.get(path).text
        assert ZH.say("county.foreign.title") in text
        assert "https://" not in text
        assert "<script" not in text


def test_a_number_that_is_none_in_a_right_seal(desk: Desk, public: httpx.Client) -> None:
    """Somebody with a key of the county writes what no station writes."""
    certificate = desk.box.certificate()
    code = CertificateCode(
        "../../etc", 1, "x", "s", "p", certificate.quantity, "kg", "o", desk.box.at.date(), (), (), desk.box.log,
        certificate.text,
    )  # fmt: skip
    text = token(certificate)
    sealed = seal_certificate(code, a_key("530427 gasa"), HOST)
    assert public.get(f"/C/{text}").status_code == 200
    assert public.get(f"/C/{link(HOST, 'C', sealed).rpartition('/')[2]}").status_code == 404
