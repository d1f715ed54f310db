"""A certificate before the camera of an idle box: the real scanner reads it, the page judges it."""

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import segno
from playwright.sync_api import BrowserContext, expect

from kiosk.clock import system_time
from kiosk.rules.messages import Basis
from kiosk.rules.scan.numbers import certificate_number
from kiosk.seal import CertificateCode, link, seal_certificate
from kiosk.trust import read_key
from kiosk.words import load_words
from tests.support.bodies import kid
from tests.support.stage import bench
from ui.demo.bench import Bench, Plan

SHOTS = Path(os.environ.get("LIANGZHENG_SHOTS", "/nonexistent"))
ZH = load_words("zh")


@pytest.fixture
def stage() -> Iterator[Bench]:
    with bench(Plan("clean", seed=7, run_seconds=0.3)) as made:
        made.start_all()
        yield made


def paper(stage: Bench, county: str, cut: int = 0) -> Path:
    """A picture of the code of a certificate that this box sealed before; `cut` characters of it are missing."""
    key = read_key(stage.box / "keys" / "station.key")
    code = CertificateCode(
        certificate_number(county, b"journey"), 1, "Li Xiuying", "s-1", "cowpea", Decimal(160), "kg", "Gasa",
        system_time().date(), (Basis.CONTROL,), (), kid(key), "cd" * 32,
    )  # fmt: skip
    text = link("lz.example.cn", "C", seal_certificate(code, key, "lz.example.cn"))
    file = stage.folder / f"paper-{cut}.png"
    segno.make(text[: len(text) - cut], error="m", boost_error=False).save(str(file), scale=4, border=8)
    return file


def test_a_paper_before_the_camera_is_judged_and_goes_by_one_touch(stage: Bench, window: BrowserContext) -> None:
    touch = window.new_page()
    touch.goto(f"{stage.station_url}/enter?token={stage.token}")
    expect(touch.locator('[data-stage="idle"]')).to_be_visible(timeout=60_000)
    stage.hold_up(paper(stage, "530427"))
    verdict = touch.locator(".ruling h1")
    expect(verdict).to_have_text(ZH.say("verify.verdict.genuine"), timeout=60_000)
    expect(touch.locator(".weight b")).to_contain_text("160")
    if SHOTS.is_dir():
        touch.screenshot(path=SHOTS / "check-journey.png")
    stage.take_away()
    touch.locator('button[data-action="next"]').click()
    expect(touch.locator('[data-stage="idle"]')).to_be_visible()
    stage.hold_up(paper(stage, "530427", cut=5))
    expect(verdict).to_have_text(ZH.say("verify.verdict.false"), timeout=60_000)
