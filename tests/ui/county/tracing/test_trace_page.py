"""亮证: what the page says of a batch with a whole story, what it keeps back, and how it stands on a cheap phone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest
from playwright.sync_api import Browser

from kiosk.rules.messages import (
    Correction,
    Credit,
    CreditPut,
    DossierNoted,
    DrugsStated,
    DrugUse,
    EntryBody,
    FarmWork,
    Incoming,
    LotDeclared,
    SubjectsMerged,
    Voided,
)
from kiosk.rules.scan.numbers import shown
from kiosk.words import load_words
from tests.support.bodies import FARMER
from tests.support.browser import chromium_running
from tests.support.looks import axe
from tests.support.site import Site
from tests.ui.county.conftest import Desk, served
from tests.ui.county.tracing.conftest import open_to
from tests.ui.county.tracing.scene import LOT, SECRETS, VOUCHER, Scene, token
from ui.county.web.outside import Outside

ZH, EN = load_words("zh"), load_words("en")
HEAVIEST = 60_000  # bytes of the page itself
WIDE = (390, 1280)


def page(public: httpx.Client, path: str) -> str:
    answer = public.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_how_it_was_grown_and_what_was_used(scene: Scene, public: httpx.Client) -> None:
    told = page(public, f"/C/{scene.token}")
    for words in ("播种", "2026-08-20", "施肥", "复合肥", "20千克", "吡虫啉", "2026-11-10", "2026-11-17"):
        assert words in told
    for other in ("别处的地", "别的菜", "别人家"):  # of another plot, product, producer
        assert other not in told
    assert ZH.say("county.trace.production_whose") in told


def test_what_it_was_made_of_and_where_it_went(scene: Scene, public: httpx.Client) -> None:
    grown, mixed = page(public, f"/C/{scene.token}"), page(public, f"/N/{scene.mixed.number}")
    assert f'href="/N/{scene.mixed.number}"' in grown
    assert f'href="/N/{VOUCHER}"' in grown
    assert ZH.say("county.trace.step_dispatch") in grown
    assert ZH.say("county.trace.back") not in grown
    assert f'href="/N/{scene.certificate.number}"' in mixed
    assert ZH.say("county.trace.step_paper") in mixed


def test_a_source_that_was_made_void_is_said_to_be(scene: Scene, public: httpx.Client, desk: Desk) -> None:
    assert ZH.say("county.trace.step_void") not in page(public, f"/N/{scene.mixed.number}")
    desk.take(desk.box.write(Voided(scene.certificate.number, "positive", "self", "taken_back")))
    assert ZH.say("county.trace.step_void") in page(public, f"/N/{scene.mixed.number}")


def test_grade_marks_and_report(scene: Scene, public: httpx.Client) -> None:
    told = page(public, f"/C/{scene.token}")
    for words in ("绿色食品", "LB-1234", "<b>A</b>", "玉溪市检测中心", "Y-2026-7"):
        assert words in told
    assert "OLD-1" not in told  # run out
    assert ZH.say("county.trace.blacklisted") not in told


def test_a_list_is_public_only_with_the_paper_that_published_it(scene: Scene, public: httpx.Client, site: Site) -> None:
    black = Credit(FARMER.id, "", "black", "2026-11-01", until="2026-12-01", reason="内部备注")
    site.give(CreditPut((black,)))
    assert ZH.say("county.trace.blacklisted") not in page(public, f"/C/{scene.token}")
    site.give(CreditPut((replace(black, source="新农公告〔2026〕3号"),)))
    told = page(public, f"/C/{scene.token}")
    assert ZH.say("county.trace.blacklisted") in told
    assert "新农公告〔2026〕3号" in told
    site.give(CreditPut((replace(black, source="x", until="2026-11-02"),)))
    assert ZH.say("county.trace.blacklisted") not in page(public, f"/C/{scene.token}")


def test_of_a_producer_who_was_merged_the_other_is_asked(scene: Scene, public: httpx.Client, site: Site) -> None:
    site.give(CreditPut((Credit("s-9", "C", "", "2026-01-01"),)))
    site.give(SubjectsMerged("s-9", (FARMER.id,)))
    assert "<b>C</b>" in page(public, f"/C/{scene.token}")


def test_a_correction_shows_old_and_new_of_what_is_public(scene: Scene, public: httpx.Client) -> None:
    told = page(public, f"/C/{scene.token}")
    origin = ZH.say("county.field.origin")
    change = {"day": "2026-11-22", "field": origin, "old": FARMER.origin, "new": "云南省玉溪市新平县"}
    assert ZH.say("county.trace.change_told", **change) in told
    assert ZH.say("county.field.contact") not in told.partition(ZH.say("county.trace.changes"))[2]


def test_nothing_personal_beyond_the_certificate(scene: Scene, public: httpx.Client) -> None:
    for path in (f"/C/{scene.token}", f"/N/{scene.mixed.number}", f"/N/{VOUCHER}"):
        told = page(public, path)
        assert [secret for secret in SECRETS if secret in told] == []
    for path in (f"code/{scene.token}", f"certificate/{scene.mixed.number}", f"certificate/{VOUCHER}"):
        told = json.dumps(public.get(f"/api/1/{path}").json(), ensure_ascii=False)
        assert [secret for secret in SECRETS if secret in told] == []


def test_the_page_says_nothing_that_the_interface_does_not(scene: Scene, public: httpx.Client) -> None:
    """Every value of the one stands in the other: the page draws the very facts that are sent."""
    for path, asked in ((f"/C/{scene.token}", f"code/{scene.token}"), (f"/N/{VOUCHER}", f"certificate/{VOUCHER}")):
        told, sent = page(public, path), public.get(f"/api/1/{asked}").json()
        for value in values(sent):
            assert value in told, value
    assert shown(scene.certificate.number) in page(public, f"/C/{scene.token}")


def values(sent: dict[str, object]) -> Iterator[str]:
    """What a person reads of it; ids, and what he reads as other words, left out."""
    ids = {"kind", "county", "number", "page", "method", "product", "unit", "outcome", "step", "mark", "standing",
        "what", "line", "basis", "void", "sees", "field", "certificate"}  # fmt: skip
    for name, value in sent.items():
        if name in ids or value in ("", None):
            continue
        parts = value if isinstance(value, list) else [value]
        for part in parts:
            if isinstance(part, dict):
                yield from values(part)
            elif isinstance(part, str):
                yield part


def test_the_report_channel_of_the_law_stands_on_the_page(scene: Scene, desk: Desk, site: Site) -> None:
    for told, link in (("0877-7011234", "tel:08777011234"), ("https://12316.example", "https://12316.example")):
        open_to(desk, site, Outside(complaints=told))
        with served(desk) as address:
            text = httpx.get(f"{address}/C/{scene.token}").text
        assert f'<a href="{link}">{told}</a>' in text


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chromium_running() as browser:
        yield browser


def test_on_a_cheap_phone(scene: Scene, desk: Desk, chromium: Browser) -> None:
    """Light, no script, no scrolling sideways, nothing that axe-core finds; in both languages."""
    with served(desk) as address:
        for path in (f"/C/{scene.token}", f"/N/{scene.mixed.number}", f"/N/{VOUCHER}", "/C/XY"):
            for width in WIDE:
                context = chromium.new_context(viewport={"width": width, "height": 800}, java_script_enabled=True)
                seen = context.new_page()
                answer = seen.goto(f"{address}{path}?lang={'en' if width == WIDE[0] else 'zh'}")
                assert answer is not None
                assert len(answer.body()) < HEAVIEST
                assert seen.locator("script").count() == 0
                assert seen.evaluate("document.documentElement.scrollWidth") <= width
                assert width == WIDE[1] or axe(seen) == []
                context.close()


def test_whole_without_its_sheet_of_style(scene: Scene, desk: Desk, chromium: Browser) -> None:
    with served(desk) as address:
        context = chromium.new_context(java_script_enabled=False)
        context.route("**/*.css", lambda route: route.abort())
        seen = context.new_page()
        seen.goto(f"{address}/C/{scene.token}")
        text = seen.locator("body").inner_text()
        for words in (FARMER.name, "160千克", ZH.say("county.trace.real"), ZH.say("county.trace.screening")):
            assert words in text
        context.close()


def test_names_act_nowhere_on_it(desk: Desk, public: httpx.Client) -> None:
    evil = "<script>alert(1)</script>\u202e"
    certificate = desk.box.certificate(subject=replace(FARMER, name=evil))
    desk.take(desk.box.opened(), desk.box.write(certificate))
    told = page(public, f"/C/{token(certificate)}")
    assert "<script>alert" not in told
    assert public.get(f"/api/1/code/{token(certificate)}").json()["subject"] == evil


def noted(desk: Desk, name: str, until: str) -> None:
    brand = DossierNoted(FARMER.id, "brand", "2025-05-01", name=name, until=until)
    desk.accounts.desks.acts.do(lambda act: act.says(brand))


def test_what_the_office_notes_as_brand(desk: Desk, public: httpx.Client, scene: Scene) -> None:
    noted(desk, "哀牢山豆角", "")
    noted(desk, "旧牌子", "2026-01-01")
    told = page(public, f"/C/{scene.token}")
    assert "哀牢山豆角" in told
    assert "旧牌子" not in told


def test_whoever_writes_much_does_not_make_a_heavy_page(desk: Desk, public: httpx.Client) -> None:
    """A station of the county, gone wrong: the longest of everything that it may say of one batch."""
    long, box, certificate = "长" * 3000, desk.box, replace(desk.box.certificate(product="cowpea"), lot=LOT)
    use = DrugUse("trade_name", long, last_used="2026-11-10")
    bodies: list[EntryBody] = [
        *(FarmWork(FARMER.id, "cowpea", "sprayed", "2026-10-30", given=long, amount=long) for _ in range(40)),
        DrugsStated("v", LOT, FARMER.id, "cowpea", used=True, uses=(use,) * 40),
        LotDeclared(LOT, FARMER.id, "cowpea", Decimal(1), "kg", "", "", sources=tuple(f"L-{n}" for n in range(200))),
        certificate,
        *(Correction(44, "origin", long, long, long, "x") for _ in range(40)),
        *(Incoming("v", "b", "ours", True, long, Decimal(1), long, long, certificate.number) for _ in range(60)),
    ]
    desk.take(box.opened(), *(box.write(one) for one in bodies))
    answer = public.get(f"/C/{token(certificate)}")
    assert answer.status_code == 200
    assert answer.text.count("<time>") == 20
    assert answer.text.count(ZH.say("county.field.origin") + "由") == 20
    assert "长长" in answer.text
    assert len(answer.content) < HEAVIEST
