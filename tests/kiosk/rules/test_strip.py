"""Colloidal gold strips: competitive, so the T line fades with the analyte. Two lines are never a positive."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.reading import Reading
from kiosk.pack import Packs
from kiosk.rules.errors import Unusable
from kiosk.rules.messages import Outcome, Verdict
from kiosk.rules.testing import assay
from kiosk.rules.testing.assayed import Assayed
from kiosk.rules.testing.curve import LotCurve
from kiosk.rules.testing.methods import BatchControl, LineStyle, MethodPack, Strip, TimedStep
from kiosk.rules.testing.strip import Batch, LinesSeen, LotStrip, TestLine, answers, judge_lines

NEG, SUS, POS, INV = Outcome.NEGATIVE, Outcome.SUSPECT, Outcome.POSITIVE, Outcome.INVALID
D = Decimal
GOOD = Batch(NEG, POS)
LOTS = {style: LotStrip(style=style) for style in LineStyle}


@pytest.fixture(scope="module")
def strip(packs: Packs) -> MethodPack:
    return packs.methods["kit-strip"]


def seen(line: TestLine, *, control: bool = True, by: str = "Li") -> LinesSeen:
    return LinesSeen(control, line, by)


# domain.md §2.3, written out: style, C there, T -> verdict
TABLE = {
    ("compare", True, "darker"): NEG,
    ("compare", True, "equal"): NEG,
    ("compare", True, "lighter"): POS,
    ("compare", True, "absent"): POS,
    ("compare", True, "visible"): INV,  # not what this style asks
    ("vanish", True, "visible"): NEG,
    ("vanish", True, "absent"): POS,
    ("vanish", True, "darker"): INV,
    ("vanish", True, "equal"): INV,
    ("vanish", True, "lighter"): INV,
}


@pytest.mark.parametrize(("style", "control", "line"), list(product(LineStyle, [True, False], TestLine)))
def test_every_line_a_person_may_see(strip: MethodPack, style: LineStyle, control: bool, line: TestLine) -> None:
    told = judge_lines(strip, seen(line, control=control), elapsed=400, batch=GOOD, lot=LOTS[style])
    assert told.verdict.outcome is (TABLE[style, True, line] if control else INV)
    assert (told.value, told.unit, told.limit, told.shown) == (None, "", None, "")


@pytest.mark.parametrize(
    ("style", "line", "outcome"),
    [("compare", "equal", NEG), ("compare", "lighter", POS), ("vanish", "visible", NEG), ("vanish", "absent", POS)],
)
def test_who_saw_it_is_told(strip: MethodPack, style: str, line: str, outcome: Outcome) -> None:
    told = judge_lines(
        strip, seen(TestLine(line), by=" Wang "), elapsed=400, batch=GOOD, lot=LOTS[LineStyle(style)], item="aoz"
    )
    verdict = Verdict(outcome, f"KIT-STRIP/lines_{style}", f"verdict.lines_{outcome}", {"by": "Wang"})
    assert told == Assayed(None, "", verdict, item="aoz")


def test_a_strip_that_nobody_named(strip: MethodPack) -> None:
    assert judge_lines(strip, seen(TestLine.EQUAL), elapsed=400, batch=GOOD).item == ""


def test_the_buttons_of_each_style(strip: MethodPack) -> None:
    line = TestLine
    assert answers(strip) == ()
    assert answers(strip, LotStrip()) == ()
    assert answers(strip, LOTS[LineStyle.COMPARE]) == (line.DARKER, line.EQUAL, line.LIGHTER, line.ABSENT)
    assert answers(strip, LOTS[LineStyle.VANISH]) == (line.VISIBLE, line.ABSENT)
    own = replace(strip, how=Strip(LineStyle.VANISH, None, None))
    assert answers(own, LotStrip()) == (line.VISIBLE, line.ABSENT)
    assert answers(own, LOTS[LineStyle.COMPARE])[0] is line.DARKER


@pytest.mark.parametrize(
    ("given", "clause", "reason", "facts"),
    [
        ({"by": "  "}, "reader", "read_by_nobody", {}),
        ({"control": False}, "control_line", "no_control_line", {}),
        ({"style": None}, "style", "no_style", {}),
        ({"line": TestLine.VISIBLE}, "style", "line_unread", {}),
        ({"elapsed": None}, "window", "window_unknown", {}),
        ({"elapsed": 299}, "window", "window_early", {"elapsed": "299", "least": "300"}),
        ({"elapsed": 601}, "window", "window_late", {"elapsed": "601", "most": "600"}),
        ({"batch": Batch(None, POS)}, "control", "no_blank_control", {}),
        ({"batch": Batch(NEG, None)}, "control", "no_positive_control", {}),
        ({"batch": Batch(POS, POS)}, "control", "blank_control_wrong", {}),
        ({"batch": Batch(SUS, POS)}, "control", "blank_control_wrong", {}),
        ({"batch": Batch(INV, POS)}, "control", "blank_control_wrong", {}),
        ({"batch": Batch(NEG, NEG)}, "control", "positive_control_wrong", {}),
        ({"batch": Batch(NEG, SUS)}, "control", "positive_control_wrong", {}),
        ({"batch": Batch(NEG, INV)}, "control", "positive_control_wrong", {}),
    ],
)
def test_what_makes_a_strip_invalid(
    strip: MethodPack, given: dict[str, object], clause: str, reason: str, facts: dict[str, str]
) -> None:
    case: dict[str, object] = {"style": LineStyle.COMPARE, "line": TestLine.LIGHTER, "control": True, "by": "Li"}
    case |= {"elapsed": 400, "batch": GOOD, **given}
    told = judge_lines(
        strip,
        LinesSeen(bool(case["control"]), TestLine(str(case["line"])), str(case["by"])),
        elapsed=case["elapsed"],  # type: ignore[arg-type]
        batch=case["batch"],  # type: ignore[arg-type]
        lot=LotStrip(style=case["style"]),  # type: ignore[arg-type]
    )
    assert told.verdict == Verdict(INV, f"KIT-STRIP/{clause}", f"verdict.{reason}", facts)


@pytest.mark.parametrize("elapsed", [300, 301, 599, 600])
def test_both_ends_of_the_window_are_inside(strip: MethodPack, elapsed: int) -> None:
    told = judge_lines(strip, seen(TestLine.EQUAL), elapsed=elapsed, batch=GOOD, lot=LOTS[LineStyle.COMPARE])
    assert told.verdict.outcome is NEG


def test_a_window_without_an_end_and_no_window(strip: MethodPack) -> None:
    lot, line = LOTS[LineStyle.COMPARE], seen(TestLine.EQUAL)
    open_ended = replace(strip, steps=(TimedStep("read", {}, 300, None),))
    assert judge_lines(open_ended, line, elapsed=86400, batch=GOOD, lot=lot).verdict.outcome is NEG
    assert judge_lines(open_ended, line, elapsed=299, batch=GOOD, lot=lot).verdict.outcome is INV
    without = replace(strip, steps=())
    assert judge_lines(without, line, elapsed=None, batch=GOOD, lot=lot).verdict.outcome is NEG


def test_a_control_itself_needs_no_controls(strip: MethodPack) -> None:
    lot = LOTS[LineStyle.COMPARE]
    assert judge_lines(strip, seen(TestLine.EQUAL), elapsed=400, lot=lot).verdict.outcome is NEG
    assert judge_lines(strip, seen(TestLine.ABSENT), elapsed=400, lot=lot).verdict.outcome is POS


def test_only_demanded_controls_are_asked(strip: MethodPack) -> None:
    lot, line = LOTS[LineStyle.COMPARE], seen(TestLine.EQUAL)
    only_blank = replace(strip, controls=(BatchControl.BLANK,))
    assert judge_lines(only_blank, line, elapsed=400, batch=Batch(NEG), lot=lot).verdict.outcome is NEG
    assert judge_lines(only_blank, line, elapsed=400, batch=Batch(None), lot=lot).verdict.outcome is INV
    free = replace(strip, controls=())
    assert judge_lines(free, line, elapsed=400, batch=Batch(), lot=lot).verdict.outcome is NEG


def test_one_strip_one_item(packs: Packs) -> None:
    nitrofurans, lot = packs.methods["kj-201705"], LOTS[LineStyle.COMPARE]
    told = judge_lines(nitrofurans, seen(TestLine.EQUAL), elapsed=400, batch=GOOD, lot=lot, item="sem")
    assert (told.item, told.verdict.outcome) == ("sem", NEG)
    unnamed = judge_lines(nitrofurans, seen(TestLine.EQUAL), elapsed=400, batch=GOOD, lot=lot)
    facts = {"item": "-", "known": "aoz, amoz, sem, ahd"}
    assert (unnamed.item, unnamed.verdict) == ("", Verdict(INV, "KJ 201705/item", "verdict.no_item", facts))
    of_lot = judge_lines(nitrofurans, seen(TestLine.EQUAL), elapsed=400, batch=GOOD, lot=replace(lot, item="ahd"))
    assert of_lot.item == "ahd"
    green = judge_lines(packs.methods["kj-201701"], seen(TestLine.EQUAL), elapsed=400, batch=GOOD, lot=lot)
    assert green.item == "malachite-green"


def test_only_strips_have_lines(method: MethodPack) -> None:
    for ask in (lambda: judge_lines(method, seen(TestLine.EQUAL), elapsed=400), lambda: answers(method)):
        with pytest.raises(Unusable) as refused:
            ask()
        assert (refused.value.code, refused.value.facts) == ("rules.not_strip", {"method": "GB/T 5009.199-2003"})


# --- by a reader ---


def lines(control: str, test: str) -> list[Reading]:
    return [value("line_c", control), value("line_t", test)]


def value(quantity: str, number: str | None, word: str | None = None) -> Reading:
    return Reading(1, quantity, None if number is None else D(number), "", b"", device_verdict=word)


BLANK = lines("1000", "1200")
READER = LotStrip(cut_off=D("0.9"), control_min=D(50))


def read(
    strip: MethodPack,
    sample: list[Reading],
    lot: LotStrip | None = READER,
    *,
    blank: list[Reading] = BLANK,
    elapsed: int | None = 400,
    positive: Outcome | None = POS,
) -> Assayed:
    return assay.judge_run(strip, blank, sample, lot=lot, elapsed=elapsed, positive=positive)


@pytest.mark.parametrize(
    ("control", "test", "ratio", "outcome"),
    [
        ("1000", "899", "0.899", POS),
        ("1000", "900", "0.9", NEG),
        ("1000", "901", "0.901", NEG),
        ("1000", "2000", "2", NEG),
        ("1000", "0", "0", POS),
        ("1000", "-3", "-0.003", POS),
        ("50", "50", "1", NEG),
    ],
)
def test_the_ratio_against_its_cut_off(
    strip: MethodPack, control: str, test: str, ratio: str, outcome: Outcome
) -> None:
    told = read(strip, lines(control, test))
    reason = f"verdict.ratio_{outcome}"
    facts = {"value": told.shown, "limit": "0.9"}
    assert told.verdict == Verdict(outcome, "KIT-STRIP/cut_off", reason, facts)
    assert (told.value, told.unit, told.limit) == (D(ratio), "", D("0.9"))


@pytest.mark.parametrize(("test", "text"), [("899.99", "0.89"), ("900", "0.90"), ("-3", "0.00"), ("1234", "1.23")])
def test_the_ratio_is_cut(strip: MethodPack, test: str, text: str) -> None:
    assert read(strip, lines("1000", test)).shown == text


@given(control=st.integers(50, 9999), test=st.integers(-100, 9999))
def test_the_ratio_is_compared_exactly(strip: MethodPack, control: int, test: int) -> None:
    told = read(strip, lines(str(control), str(test)))
    assert told.verdict.outcome is (POS if 10 * test < 9 * control else NEG)


@pytest.mark.parametrize(
    ("sample", "clause", "reason"),
    [
        (lines("0", "0"), "control_line", "no_control_line"),
        (lines("-1", "9"), "control_line", "no_control_line"),
        (lines("49.9", "9"), "control_line", "no_control_line"),
        ([value("line_t", "9")], "reading", "no_reading"),
        ([value("line_t", "9"), value("ratio", "1.2")], "reading", "no_reading"),
        ([value("line_c", "900")], "reading", "no_reading"),
        ([], "reading", "no_reading"),
        (lines("900", "9") * 2, "reading", "read_twice"),
        ([value("line_c", "900"), value("line_t", None)], "reading", "no_value"),
        ([value("ratio", None)], "reading", "no_value"),
    ],
)
def test_lines_that_cannot_be_judged(strip: MethodPack, sample: list[Reading], clause: str, reason: str) -> None:
    told = read(strip, sample)
    assert told.verdict == Verdict(INV, f"KIT-STRIP/{clause}", f"verdict.{reason}", {})
    assert (told.value, told.limit) == (None, D("0.9"))


def test_without_a_least_control_any_line_is_one(strip: MethodPack) -> None:
    lot = LotStrip(cut_off=D("0.9"))
    assert read(strip, lines("0.1", "9"), lot).verdict.outcome is NEG
    assert read(strip, lines("0", "9"), lot).verdict.reason == "verdict.no_control_line"
    own = replace(strip, how=Strip(None, D("0.5"), D(100)))
    assert read(own, lines("99", "99"), LotStrip(cut_off=D("0.9"))).verdict.reason == "verdict.no_control_line"
    assert read(own, lines("99", "60"), READER).verdict.outcome is POS
    assert read(own, lines("100", "60"), None).verdict.outcome is NEG
    assert read(own, lines("100", "60"), LotStrip()).limit == D("0.5")


def test_a_curve_is_no_lot_of_strips(strip: MethodPack) -> None:
    own = replace(strip, how=Strip(None, D("0.5"), D(100)))
    curve = LotCurve(D("0.25"), D("0.01"), D("0.2"), D(4), D("0.9999"))
    told = assay.judge_run(own, BLANK, lines("100", "60"), lot=curve, elapsed=400, positive=POS)
    assert told == read(own, lines("100", "60"), None)


@pytest.mark.parametrize("lot", [None, LotStrip(), LotStrip(cut_off=D(0)), LotStrip(cut_off=D(-1))])
def test_without_a_cut_off_nothing_is_judged(strip: MethodPack, lot: LotStrip | None) -> None:
    bare = replace(strip, controls=())
    told = assay.judge_run(bare, [], lines("1000", "500"), lot=lot, elapsed=400)
    assert told.verdict == Verdict(INV, "KIT-STRIP/cut_off", "verdict.no_cut_off", {"value": "0.50"})
    assert (told.value, told.limit, told.shown) == (D("0.5"), None, "0.50")


def test_a_reader_that_gives_only_the_ratio(strip: MethodPack) -> None:
    assert read(strip, [value("ratio", "0.9")]).verdict.outcome is NEG
    assert read(strip, [value("ratio", "0.899")]).verdict.outcome is POS


@pytest.mark.parametrize(
    ("blank", "reason"),
    [([], "no_blank_control"), (lines("1000", "100"), "blank_control_wrong"), (lines("0", "0"), "blank_control_wrong")],
)
def test_the_blank_strip_of_the_run(strip: MethodPack, blank: list[Reading], reason: str) -> None:
    told = read(strip, [*lines("1000", "1000"), value("ratio", "1.00", "pass")], blank=blank)
    assert told.verdict == Verdict(INV, "KIT-STRIP/control", f"verdict.{reason}", {})
    assert (told.value, told.shown, told.limit) == (None, "", D("0.9"))
    assert (told.device_value, told.device_verdict, told.disagrees) == (D("1.00"), "pass", True)


@pytest.mark.parametrize(
    ("elapsed", "positive", "reason"),
    [
        (None, POS, "window_unknown"),
        (299, POS, "window_early"),
        (601, POS, "window_late"),
        (400, None, "no_positive_control"),
        (400, NEG, "positive_control_wrong"),
    ],
)
def test_window_and_positive_control_hold_for_readers_too(
    strip: MethodPack, elapsed: int | None, positive: Outcome | None, reason: str
) -> None:
    told = read(strip, lines("1000", "100"), elapsed=elapsed, positive=positive)
    assert (told.verdict.outcome, told.verdict.reason) == (INV, f"verdict.{reason}")


@pytest.mark.parametrize(
    ("control", "test", "device", "word", "differs"),
    [
        ("1000", "500", "0.50", "positive", False),
        ("1000", "500", "0.51", "positive", False),
        ("1000", "500", "0.52", "positive", True),
        ("1000", "500", "0.48", "positive", True),
        ("1000", "500", "0.50", "negative", True),
        ("1000", "950", "0.95", "pass", False),
        # half of one in 10 is 0.05, twice that for T of 20: 0.15 + 0.1
        ("10", "20", "2.2", None, False),
        ("10", "20", "2.3", None, True),
        ("10", "20", "1.8", None, False),
        ("10", "-20", "-1.7", None, True),
        ("1000", "-3", "0.0", None, False),
    ],
)
def test_the_readers_own_ratio(
    strip: MethodPack, control: str, test: str, device: str, word: str | None, differs: bool
) -> None:
    lot = LotStrip(cut_off=D("0.9"))
    told = read(strip, [*lines(control, test), value("ratio", device, word)], lot)
    assert (told.device_value, told.device_verdict, told.disagrees) == (D(device), word, differs)


def test_the_item_of_a_readers_lot(strip: MethodPack) -> None:
    assert read(strip, lines("1000", "500"), replace(READER, item="clenbuterol")).item == "clenbuterol"
