"""A certificate before the camera of an idle box: the real scanner reads it, the page judges it."""

from decimal import Decimal
from pathlib import Path

import segno
from playwright.sync_api import expect

from kiosk.clock import system_time
from kiosk.rules.messages import Basis
from kiosk.rules.scan.numbers import certificate_number
from kiosk.seal import CertificateCode, link, seal_certificate
from kiosk.trust import read_key
from kiosk.words import load_words
from tests.support.bodies import kid
from tests.support.shots import put_aside
from tests.support.touch import SOON, Touch
from ui.demo.bench import Bench

ZH = load_words("zh")


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


def test_a_paper_before_the_camera_is_judged_and_goes_by_one_touch(stage: Bench, touch: Touch) -> None:
    touch.stands_at("idle")
    stage.hold_up(paper(stage, "530427"))
    verdict = touch.page.locator(".ruling h1")
    expect(verdict).to_have_text(ZH.say("verify.verdict.genuine"), timeout=SOON)
    expect(touch.page.locator(".weight b")).to_contain_text("160")
    put_aside(touch.page, "check-journey")
    touch.take_away()
    touch.press("next")
    touch.stands_at("idle")
    stage.hold_up(paper(stage, "530427", cut=5))
    expect(verdict).to_have_text(ZH.say("verify.verdict.false"), timeout=SOON)
