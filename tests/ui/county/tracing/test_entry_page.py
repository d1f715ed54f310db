"""One entry with all that it rests on: capture, curve, controls, corrections, reviews, pictures, and its proof."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from kiosk import blobs
from kiosk.rules.messages import Control, Disposal, Measured, Reviewed
from kiosk.rules.messages import Test as OneTest
from kiosk.rules.messages import TestJudged as Judged
from kiosk.words import load_words
from tests.support.bodies import RESIDUE_TESTER, a_test
from tests.support.browser import chromium_running
from tests.support.looks import axe
from tests.ui.county.conftest import Desk, officer, served
from tests.ui.county.tracing.scene import Scene
from ui.command.main import main
from ui.county.web.doors import COOKIE

ZH = load_words("zh")
TAPE = b"# identity TL-310\n< A5 5A 01 02\n> 06\n" * 3
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)
MONTH = "2026-11"


@pytest.fixture
def web(desk: Desk) -> Iterator[httpx.Client]:
    with served(desk) as address, officer(desk, address) as client:
        yield client


def keep(desk: Desk, data: bytes) -> str:
    """As the intake keeps what a station uploads."""
    return blobs.keep(desk.accounts.desks.folder / "blobs", MONTH, data, pack=True)


def taken(desk: Desk, test: OneTest) -> str:
    """The address of its entry."""
    desk.take(desk.box.opened(), desk.box.write(test))
    return f"/entry/{desk.box.log}/2"


def test_the_raw_capture_is_shown_checked_and_given_away(desk: Desk, web: httpx.Client) -> None:
    page = taken(desk, replace(a_test(), capture=keep(desk, TAPE)))
    told = web.get(page).text
    assert ZH.say("county.entry.capture_whole", bytes=len(TAPE)) in told
    assert "&lt; A5 5A 01 02" in told
    assert "000010" in told  # the second row of bytes
    file = web.get(f"{page}/capture")
    assert (file.content, file.headers["content-type"]) == (TAPE, "application/octet-stream")
    assert file.headers["content-disposition"].startswith("attachment")


def test_a_large_capture_does_not_make_a_large_page(desk: Desk, web: httpx.Client) -> None:
    page = taken(desk, replace(a_test(), capture=keep(desk, bytes(range(256)) * 4000)))
    told = web.get(page)
    assert len(told.content) < 40_000
    assert ZH.say("county.entry.capture_cut") in told.text
    assert len(web.get(f"{page}/capture").content) == 256 * 4000


def test_a_capture_that_has_not_come_or_was_damaged_is_said_to(desk: Desk, web: httpx.Client) -> None:
    digest = keep(desk, TAPE)
    page = taken(desk, replace(a_test(), capture=digest))
    file = next((desk.accounts.desks.folder / "blobs" / MONTH).iterdir())
    for spoil, key in ((lambda: file.write_bytes(b"x"), "damaged"), (file.unlink, "awaited")):
        spoil()
        assert ZH.say(f"county.entry.capture_{key}") in web.get(page).text
        assert web.get(f"{page}/capture").status_code == 404


def test_a_reading_curve_is_drawn_with_its_numbers(desk: Desk, web: httpx.Client) -> None:
    points = tuple(
        Measured(2, "absorbance", Decimal(value), "AU", "", taken_at=f"2026-11-22T09:20:{at}")
        for at, value in (("00", "0.100"), ("30", "0.231"), ("59", "0.377"))
    )
    told = web.get(taken(desk, replace(a_test(), sample=(*a_test().sample, *points)))).text
    assert told.count("<polyline") == 1
    assert ZH.say("county.entry.curve_time") in told
    for value in ("0.100", "0.231", "0.377"):
        assert f"：{value}" in told


def test_controls_of_the_run_and_the_newest_before_it(desk: Desk, web: httpx.Client) -> None:
    def control(run: str, value: str, passed: bool) -> Control:
        method = "GB/T 5009.199-2003"
        return Control("blank", run, method, RESIDUE_TESTER, (), passed, (), "ab" * 32, "E1", Decimal(value), "AU")

    box = desk.box
    old, own = box.opened(), [control(f"r-{nth}", f"0.{nth}11", True) for nth in range(5, 9)]
    entries = [old, *(box.write(one) for one in own), box.write(control("r-1", "0.999", False)), box.write(a_test())]
    desk.take(*entries, box.write(control("r-2", "0.777", True)))
    told = web.get(f"/entry/{box.log}/{len(entries)}").text
    assert "0.999 AU" in told
    assert ZH.say("county.entry.failed") in told
    assert "0.811 AU" in told
    for other in ("0.511 AU", "0.777 AU"):  # too old; of a later run
        assert other not in told
    assert ZH.say("county.entry.passed") in web.get(f"/entry/{box.log}/2").text


def test_who_tested_with_what_and_when(desk: Desk, web: httpx.Client) -> None:
    full = replace(
        a_test(), tester="张检测", read_by="李读数", reagent_maker="某某生物", reagent_expiry="2027-01",
        temperature=Decimal("24.5"), started_at="2026-11-22T09:20:00+08:00", lot="L-7",
    )  # fmt: skip
    told = web.get(taken(desk, full)).text
    for words in ("张检测", "李读数", "某某生物", "2027-01", "24.5 °C", "E20261101", "L-7"):
        assert words in told
    assert ZH.say("county.clock.ntp") in told
    assert ZH.say("county.entry.tree_place", seq=2, size=2, index=1) in told


def test_a_correction_stands_at_both_ends(scene: Scene, desk: Desk, web: httpx.Client) -> None:
    corrected = web.get(f"/entry/{desk.box.log}/{scene.seqs['test']}").text
    field = ZH.say("county.field.reagent_lot")
    assert ZH.say("county.entry.change", field=field, old="E20261101", new="E20261102") in corrected
    link = f'href="/entry/{desk.box.log}/{len(desk.box.entries)}"'
    assert link in corrected
    correction = web.get(f"/entry/{desk.box.log}/{len(desk.box.entries)}").text
    for words in ("E20261101", "E20261102", "张工", f'href="/entry/{desk.box.log}/{scene.seqs["test"]}"'):
        assert words in correction
    certificate = web.get(f"/entry/{desk.box.log}/{scene.seqs['certificate']}").text
    assert ZH.say("county.entry.change", field=ZH.say("county.field.contact"), old="…1234", new="…2222") in certificate
    assert "13911112222" not in certificate


def test_reviews_of_the_station_and_of_the_county(desk: Desk, web: httpx.Client) -> None:
    page = taken(desk, a_test())
    desk.take(desk.box.write(Reviewed(2, "王复核", True)))
    judged = Judged(desk.box.log, 2, agreed=False, note="空白偏高", by="officer")
    desk.accounts.desks.acts.do(lambda act: act.says(judged))
    told = web.get(page).text
    for words in ("王复核", ZH.say("county.entry.agreed"), ZH.say("county.entry.not_agreed"), "空白偏高"):
        assert words in told
    assert "王复核" in web.get(f"/entry/{desk.box.log}/3").text


def disposal(*pictures: str) -> Disposal:
    return Disposal("L", "s", "cowpea", "destroyed", Decimal(1), "kg", "场", "张工", pictures=pictures)


def test_pictures_are_images_and_only_those_of_the_entry(desk: Desk, web: httpx.Client) -> None:
    good, page_of_code = keep(desk, JPEG), keep(desk, b"<html><script>alert(1)</script>")
    other = keep(desk, JPEG + b"other")
    desk.take(desk.box.opened(), desk.box.write(disposal(good, page_of_code, "0a" * 32)))
    base = f"/entry/{desk.box.log}/2"
    told = web.get(base).text
    assert f'<img src="{base}/picture/{good}"' in told
    assert ZH.say("county.entry.picture_damaged", nth=2) in told
    assert ZH.say("county.entry.picture_awaited", nth=3) in told
    image = web.get(f"{base}/picture/{good}")
    assert (image.content, image.headers["content-type"]) == (JPEG, "image/jpeg")
    assert image.headers["x-content-type-options"] == "nosniff"
    for digest in (page_of_code, other, "0a" * 32, "%2e%2e%2fproof.json", "x"):
        assert web.get(f"{base}/picture/{digest}").status_code == 404, digest


def test_who_may_not_see_the_entry_gets_neither_bytes_nor_pictures(desk: Desk, web: httpx.Client) -> None:
    picture = keep(desk, JPEG)
    page = taken(desk, replace(a_test(), capture=keep(desk, TAPE), photograph=picture))
    paths = (f"{page}/capture", f"{page}/picture/{picture}", f"{page}/proof.json", page)
    assert [web.get(path).status_code for path in paths] == [200] * 4
    desk.accounts.put("town", "township", regions=("530427999",))
    desk.accounts.put("helper", "assistant", regions=("530427",))
    for account, status in (("town", 404), ("helper", 403)):
        web.cookies.clear()
        web.cookies.set(COOKIE, desk.accounts.token(account))
        assert [web.get(path).status_code for path in paths] == [status] * 4


def test_the_proof_is_what_the_command_checks(
    desk: Desk, web: httpx.Client, scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`liangzheng verify`, with nothing but the download and the county's list of keys."""
    trust, seq = tmp_path / "their-trust.json", scene.seqs["certificate"]
    trust.write_bytes(desk.county.trust.bytes())
    for form in ("proof.json", "proof.tlog-proof"):
        file = tmp_path / form
        file.write_bytes(web.get(f"/entry/{desk.box.log}/{seq}/{form}").content)
        assert main(["verify", str(file), "--trust", str(trust), "--json"]) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["verdict"], said["number"]) == ("genuine", scene.certificate.number)
    document = json.loads((tmp_path / "proof.json").read_text())
    document["index"] -= 1
    (tmp_path / "proof.json").write_text(json.dumps(document))
    assert main(["verify", str(tmp_path / "proof.json"), "--trust", str(trust)]) == 1


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_running() as browser:
        yield browser


def test_the_page_stands_on_desk_and_phone(desk: Desk, scene: Scene, chromium: Browser) -> None:
    points = tuple(
        Measured(channel, "absorbance", Decimal(at) / 10, "AU", "", taken_at=f"2026-11-22T09:20:0{at}")
        for channel in (1, 2)
        for at in range(5)
    )
    full = replace(a_test(), capture=keep(desk, TAPE * 40), photograph=keep(desk, JPEG), sample=points)
    desk.take(desk.box.write(full))
    with served(desk) as address:
        for width in (390, 1280):
            context = chromium.new_context(viewport={"width": width, "height": 900})
            cookies = desk.cookies().items()
            context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies])
            page = context.new_page()
            for seq in (len(desk.box.entries), scene.seqs["certificate"]):
                page.goto(f"{address}/entry/{desk.box.log}/{seq}")
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert axe(page) == []
            context.close()
