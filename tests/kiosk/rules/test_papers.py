"""Vouchers and labels: what they say, what they may not say."""

from dataclasses import replace

import pytest

from kiosk.rules.certify import papers
from kiosk.rules.certify.papers import Line
from kiosk.rules.messages import Dispatched, TraceLabel, Voucher
from kiosk.rules.ruling import stop, warn
from kiosk.words import load_words
from tests.support.lots import LI, NOON, amount, balance, certificate, declared, lost, voided, wordings

LABEL = TraceLabel("T1", "v", "s1", "tomato", "A", 20, "")


def voucher(to: str = "market", typed: str = "20 jin", trace_code: str = "", certificate: str = "") -> Voucher:
    return papers.voucher(
        "V1", "v", LI, balance(declared()), amount(typed), NOON.date(), to=to, code="c0de", certificate=certificate,
        trace_code=trace_code,
    )  # fmt: skip


def test_a_voucher_is_made_of_its_lot() -> None:
    assert voucher(" market ", trace_code="T", certificate="C1") == Voucher(
        number="V1", visit="v", subject=LI, product="tomato", lot="A", quantity=amount("10 kg").amount, unit="kg",
        quantity_typed="20 jin", origin="Xinping", date="2026-11-22", to="market", code="c0de", certificate="C1",
        trace_code="T",
    )  # fmt: skip


def test_a_lot_without_origin_takes_that_of_the_subject() -> None:
    page = replace(balance(declared()), origin="")
    made = papers.voucher("V1", "v", replace(LI, origin="Mohe"), page, amount("1 kg"), NOON.date(), to="m")
    assert (made.origin, made.code, made.certificate, made.trace_code) == ("Mohe", "", "", "")


def test_the_lines_of_a_voucher() -> None:
    whole = replace(voucher(trace_code="T", certificate="C1"), subject=replace(LI, code="91X"))
    assert papers.lines(whole, "Tomato", "10 kg", "22 Nov") == (
        (Line.SUBJECT, "Li"), (Line.SUBJECT_CODE, "91X"), (Line.PRODUCT, "Tomato"), (Line.QUANTITY, "10 kg"),
        (Line.ORIGIN, "Xinping"), (Line.BATCH, "A"), (Line.TRACE_CODE, "T"), (Line.DATE, "22 Nov"), (Line.TO, "market"),
        (Line.CERTIFICATE, "C1"),
    )  # fmt: skip
    bare = [line for line, _ in papers.lines(voucher(), "Tomato", "10 kg", "22 Nov")]
    assert [line for line in Line if line not in bare] == [Line.SUBJECT_CODE, Line.TRACE_CODE, Line.CERTIFICATE]


def test_a_voucher_is_a_step_forward() -> None:
    step = Dispatched("A", amount("10 kg").amount, "kg", "20 jin", "market", "", "C1", "V1")
    assert papers.dispatched(voucher(certificate="C1")) == step


def test_who_gets_a_voucher_for_what() -> None:
    page = balance(declared())
    assert papers.may_give(voucher(), page, stopped=False) == ()
    assert papers.may_give(voucher(to=" "), page, stopped=False) == (stop("papers/to", "papers.to"),)
    failed = stop("papers/stopped", "papers.stopped", lot="A")
    assert papers.may_give(voucher(), page, stopped=True) == (failed,)
    market = replace(voucher(), subject=replace(LI, kind="market"))
    assert papers.may_give(market, page, stopped=False) == (stop("papers/who", "papers.who", name="Li"),)
    gone = stop("lot/sent", "lot.sent", left="100", asked="100.001", unit="kg")
    assert papers.may_give(voucher(typed="100.001 kg"), page, stopped=False) == (gone,)
    assert papers.may_give(voucher(), None, stopped=False) == (stop("lot/unknown", "lot.unknown"),)


def test_a_trace_code_of_the_national_platform() -> None:
    page, pattern = balance(declared()), "[0-9]{4}"
    odd = warn("papers/trace_code", "papers.trace_code", code="12345")
    assert papers.may_give(voucher(trace_code="12345"), page, stopped=False, trace_pattern=pattern) == (odd,)
    assert papers.may_give(voucher(trace_code="1234"), page, stopped=False, trace_pattern=pattern) == ()
    assert papers.may_give(voucher(), page, stopped=False, trace_pattern=pattern) == ()
    assert papers.may_give(voucher(trace_code="12345"), page, stopped=False) == ()


def test_labels() -> None:
    boxes = balance(declared(amount="20", unit="box"))
    assert papers.may_label(LABEL, boxes, stopped=False) == ()
    assert papers.may_label(LABEL, None, stopped=False) == (stop("lot/unknown", "lot.unknown"),)
    failed = stop("papers/stopped", "papers.stopped", lot="A")
    assert papers.may_label(LABEL, boxes, stopped=True) == (failed,)
    many = warn("papers/labels_packages", "papers.labels_packages", labels="20", here="19", unit="box")
    fewer = balance(declared(amount="20", unit="box"), lost("1", unit="box"))
    assert papers.may_label(LABEL, fewer, stopped=False) == (many,)
    assert papers.may_label(LABEL, balance(declared(amount="1", unit="bundle")), stopped=False)[0].rule == many.rule
    assert papers.may_label(LABEL, balance(declared(amount="1", unit="head")), stopped=False) == ()


@pytest.mark.parametrize(("labels", "right"), [(0, False), (-1, False), (1, True), (500, True), (501, False)])
def test_so_many_labels(labels: int, right: bool) -> None:
    told = papers.may_label(replace(LABEL, labels=labels), balance(declared()), stopped=False)
    wrong = stop("papers/labels", "papers.labels", labels=str(labels), most="500")
    assert told == (() if right else (wrong,))


def test_the_certificate_on_a_label() -> None:
    page = balance(declared(), certificate("C1"), certificate("C2", "10"), voided("C2"))
    for number, right in (("", True), ("C1", True), ("C2", False), ("C3", False)):
        told = papers.may_label(replace(LABEL, certificate=number), page, stopped=False)
        wrong = stop("papers/label_certificate", "papers.label_certificate", number=number)
        assert told == (() if right else (wrong,))


@pytest.mark.parametrize(
    "title", ["承诺达标合格证", "食用农产品合格证", "承诺\n达标 合格证", "食用农产品承诺达标合格证"]
)
def test_only_a_certificate_has_the_title(title: str) -> None:
    text = f"Xinping {title} 7"
    assert papers.titled(text, "", wordings()) == stop("papers/no_title", "papers.no_title")
    assert papers.titled(text, "C1", wordings()) is None


def test_a_code_that_is_a_certificate_has_its_title_beside_it() -> None:
    assert papers.titled("追溯标识", "", wordings()) is None
    wanted = stop("papers/title_wanted", "papers.title_wanted", number="C1")
    assert papers.titled("追溯标识", "C1", wordings()) == wanted


def test_our_own_words_for_a_voucher_are_no_title() -> None:
    words = load_words("zh")
    printed = [
        words.say("papers.voucher"),
        words.say("papers.label"),
        *(words.say(f"papers.line.{line}") for line in Line),
    ]
    assert papers.titled(" ".join(printed), "", wordings()) is None
    assert words.say("papers.voucher") == "入市追溯凭证"
    assert [words.say(f"papers.part.{part}") for part in ("goods", "stub")] == ["随货联", "存根联"]
