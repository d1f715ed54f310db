"""Who may issue what, on which basis, in which words."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.pack import Packs
from kiosk.rules.certify import certificate
from kiosk.rules.certify.certificate import Allowed, Field, Stopped, Wording, may_issue, wording_on
from kiosk.rules.goods.products import Product, ProductClass
from kiosk.rules.messages import Basis, Subject
from kiosk.rules.ruling import warn
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.lot import Standing
from kiosk.rules.testing.methods import MethodPack

CONTROL, SELF_TEST = Basis.CONTROL, Basis.SELF_TEST


@pytest.mark.parametrize(
    ("day", "id_", "printable"),
    [
        (date(2026, 1, 31), "2021-11", False),
        (date(2026, 2, 1), "2026-02-01", True),
        (date(2028, 2, 29), "2026-02-01", True),
        (date(2021, 11, 1), "2021-11", False),
        (date(2021, 10, 31), "2019-12", False),
        (date(2020, 2, 29), "2019-12", False),
        (date(2019, 12, 1), "2019-12", False),
    ],
)
def test_the_date_decides_the_words(packs: Packs, day: date, id_: str, printable: bool) -> None:
    found = wording_on(day, packs.wordings)
    assert found is not None
    assert (found.id, found.printable) == (id_, printable)


def test_before_the_first_and_after_the_last_there_are_none(packs: Packs) -> None:
    old = next(pack for pack in packs.wordings if pack.id == "2021-11")
    assert wording_on(date(2019, 11, 30), packs.wordings) is None
    assert wording_on(date(2026, 2, 1), [old]) is None


def allowed(
    subject: Subject, product: Product, wording: Wording | None, method: MethodPack | None, standing: Standing
) -> Allowed | Stopped:
    return may_issue(subject, product, wording, standing=standing, method=method)


@pytest.mark.parametrize("kind", ["farmer", "family_farm", "cooperative", "enterprise"])
def test_producers_use_style_1(
    farmer: Subject, tomato: Product, wording: Wording, method: MethodPack, kind: str
) -> None:
    told = allowed(replace(farmer, kind=kind), tomato, wording, method, Standing.UNTESTED)
    assert isinstance(told, Allowed)
    assert (told.style, told.offered) == (1, ((CONTROL,),))


@pytest.mark.parametrize("kind", ["other", "market", "laboratory", "station", ""])
def test_nobody_else_issues(farmer: Subject, tomato: Product, wording: Wording, method: MethodPack, kind: str) -> None:
    told = allowed(replace(farmer, kind=kind), tomato, wording, method, Standing.NEGATIVE)
    assert isinstance(told, Stopped)
    assert told == Stopped(Sentence("problem.rules.may_not_issue", {"name": "Li"}))


def test_a_buyer_needs_the_papers_he_collected(farmer: Subject, tomato: Product, wording: Wording) -> None:
    buyer = replace(farmer, kind="buyer")
    without = may_issue(buyer, tomato, wording, standing=Standing.UNTESTED, method=None)
    having = may_issue(buyer, tomato, wording, standing=Standing.UNTESTED, method=None, incoming=["5304277K3M9QX2VHA"])
    assert isinstance(without, Stopped)
    assert without == Stopped(Sentence("problem.rules.buyer_without_papers", {"name": "Li"}))
    assert isinstance(having, Allowed)
    assert having.style == 2


@pytest.mark.parametrize("product_class", list(ProductClass))
def test_seven_classes_and_no_other(
    farmer: Subject, tomato: Product, wording: Wording, product_class: ProductClass
) -> None:
    told = allowed(farmer, replace(tomato, product_class=product_class), wording, None, Standing.UNTESTED)
    assert isinstance(told, Allowed) is (product_class is not ProductClass.OUTSIDE)


@pytest.mark.parametrize(
    ("standing", "stopped"),
    [
        (Standing.UNTESTED, None),
        (Standing.NEGATIVE, None),
        (Standing.INVALID, None),
        (Standing.UNSETTLED, "problem.rules.lot_unsettled"),
        (Standing.SUSPECT, "problem.rules.lot_suspect"),
        (Standing.POSITIVE, "problem.rules.lot_positive"),
    ],
)
def test_which_tests_stop_a_lot(
    farmer: Subject, tomato: Product, wording: Wording, method: MethodPack, standing: Standing, stopped: str | None
) -> None:
    told = allowed(farmer, tomato, wording, method, standing)
    assert (told.reason.key if isinstance(told, Stopped) else None) == stopped


def test_superseded_or_missing_words_stop(farmer: Subject, tomato: Product, packs: Packs) -> None:
    for wording in (None, *(pack for pack in packs.wordings if pack.id != "2026-02-01")):
        told = allowed(farmer, tomato, wording, None, Standing.UNTESTED)
        assert isinstance(told, Stopped)
        assert told.reason.key == "problem.rules.no_wording"


def test_an_unconfirmed_method_is_never_the_sole_ground(
    farmer: Subject, tomato: Product, wording: Wording, method: MethodPack
) -> None:
    told = allowed(farmer, tomato, wording, method, Standing.NEGATIVE)
    assert isinstance(told, Allowed)
    assert told.offered == ((CONTROL,), (CONTROL, SELF_TEST))
    assert told.unconfirmed == ("certificate/2026-02-01", "methods/gbt-5009-199-2003")


def test_a_confirmed_method_may_stand_alone(
    farmer: Subject, tomato: Product, wording: Wording, method: MethodPack
) -> None:
    sure = replace(method, sources=tuple(replace(one, confirmed=True) for one in method.sources))
    told = allowed(farmer, tomato, replace(wording, confirmed=True), sure, Standing.NEGATIVE)
    assert told == Allowed(1, ((CONTROL,), (CONTROL, SELF_TEST), (SELF_TEST,)), ())


@pytest.mark.parametrize("standing", [Standing.UNTESTED, Standing.INVALID])
def test_without_a_negative_there_is_only_the_own_control(standing: Standing, method: MethodPack) -> None:
    assert certificate.bases(standing, method) == ((CONTROL,),)


VALUES = {
    Field.PRODUCT: "p", Field.QUANTITY: "q", Field.ORIGIN: "o", Field.SUBJECT: "s", Field.CONTACT: "c", Field.DATE: "d",
}  # fmt: skip


def test_fields_stand_in_the_statutory_order(wording: Wording) -> None:
    told = certificate.fields(wording.styles[1], VALUES)
    labels = ["产品名称", "重量或数量", "产地", "承诺主体", "联系方式", "开具时间"]
    assert told == tuple(zip(labels, "pqoscd", strict=True))


def test_a_buyers_lot_has_no_origin_line(wording: Wording) -> None:
    assert [value for _, value in certificate.fields(wording.styles[2], VALUES)] == ["p", "q", "s", "c", "d"]


def test_ticks(wording: Wording) -> None:
    told = certificate.ticks(wording.styles[1], (CONTROL, SELF_TEST))
    assert told == (("质量安全控制符合要求", True), ("自行检测合格", True), ("委托检测合格", False))


def test_the_promise_is_that_of_the_rule(wording: Wording) -> None:
    assert certificate.promise_text(wording.styles[1]) == (
        "我承诺生产销售的食用农产品：\n未使用禁用农药、兽药及其他化合物；\n使用的常规农药、兽药残留不超标。"
    )


def test_old_boxes_map_to_those_of_today(packs: Packs) -> None:
    old = next(pack for pack in packs.wordings if pack.id == "2021-11")
    today = {words: basis for basis, words in old.styles[1].bases}
    assert today == {
        "委托检测": Basis.COMMISSIONED_TEST, "自我检测": SELF_TEST, "内部质量控制": CONTROL, "自我承诺": CONTROL,
    }  # fmt: skip


def test_the_pilot_had_no_box_that_must_be_ticked(packs: Packs) -> None:
    pilot = next(pack for pack in packs.wordings if pack.id == "2019-12")
    assert (pilot.printable, pilot.confirmed, list(pilot.styles)) == (False, False, [1])
    assert pilot.styles[1].title == "食用农产品合格证"
    assert [basis for basis, _ in pilot.styles[1].bases] == [SELF_TEST, Basis.COMMISSIONED_TEST]


def test_a_farmer_is_free_and_a_firm_is_reminded(farmer: Subject) -> None:
    told = {kind: certificate.owed(replace(farmer, kind=kind)) for kind in ("farmer", "family_farm", "market")}
    assert set(told.values()) == {None}
    for kind in ("cooperative", "enterprise"):
        reminder = warn("certificate/per_batch", "certificate.per_batch", name="Li")
        assert certificate.owed(replace(farmer, kind=kind)) == reminder
    buyer = certificate.owed(replace(farmer, kind="buyer"))
    assert buyer == warn("certificate/buyer_mixes", "certificate.buyer_mixes", name="Li")
