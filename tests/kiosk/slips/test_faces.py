"""What stands on each slip, and what must never stand there."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from kiosk.contract import Header
from kiosk.doctor import told
from kiosk.rules import messages
from kiosk.rules.certify.papers import titled
from kiosk.rules.messages import Check, DoctorReport, Outcome, Repeat, Signature, TubeBound
from kiosk.rules.scan.tags import Tag, tag_number
from kiosk.slips import (
    advice,
    checkup,
    daily,
    dispatch,
    hand_in,
    handover,
    lot_label,
    notice,
    objection,
    report,
    sampling,
    seal_label,
    trace_label,
    tube_label,
    voucher,
)
from kiosk.slips.desk import Desk
from kiosk.slips.dispatch import Errand
from kiosk.slips.hand_in import Waiting
from tests.kiosk.slips.conftest import PACKS
from ui.command.paper_examples import LOG, Examples, header
from ui.command.paper_pieces import SIZES, example

Said = Callable[[object], str]
UNTRUSTED = replace(header("test"), clock="unknown")
SLIPS = [name for name in SIZES if not name.endswith("label") and name not in ("card", "handover")]
ID_NUMBER = "11010519491231002X"  # of the standard's own example


@pytest.mark.parametrize("name", SLIPS)
def test_every_slip_names_its_entry_and_that_the_record_counts(
    name: str, known: Examples, desk: Desk, said: Said
) -> None:
    text = said(example(name, known, desk))
    assert f"{LOG[:8]}/" in text
    assert "以记录为准" in text
    assert desk.place in text


@pytest.mark.parametrize("name", ["voucher", "report", "sampling", "hand-in", "dispatch"])
def test_a_clock_that_nobody_vouches_for_is_told_above_everything(
    name: str, known: Examples, desk: Desk, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "时钟未校准" not in said(example(name, known, desk))
    monkeypatch.setattr("ui.command.paper_pieces.header", lambda *_args, **_: UNTRUSTED)
    face = example(name, known, desk)
    assert "时钟未校准" in said(face.blocks[0])  # type: ignore[union-attr]


def test_a_report_says_value_control_limit_and_what_it_cannot_see(known: Examples, desk: Desk, said: Said) -> None:
    text = said(report.face(known.test(), header("test"), desk))
    for word in (
        "抑制率 61.5%",
        "ΔA 0.500",
        "50%",
        "阳性（初筛）",
        "E20261101",
        "NY-0117",
        "仅覆盖有机磷、氨基甲酸酯。",
    ):
        assert word in text
    assert "快检结果仅用于筛查。" in text


@pytest.mark.parametrize(
    "method", [method for method in PACKS.methods.values() if method.scope], ids=lambda one: one.id
)
def test_the_scope_is_the_packs(method: object, known: Examples, desk: Desk) -> None:
    pack = next(one for one in desk.methods.values() if one is method)
    line = report.scope(pack, desk)
    assert [desk.say(f"drug.{drug}") in line for drug in pack.scope] == [True] * len(pack.scope)


def test_a_method_that_nobody_knows_covers_nothing(known: Examples, desk: Desk, said: Said) -> None:
    strange = replace(known.test(), method="X/1", method_pack="x", method_kind="")
    assert "阴性也不能说明没有农药" in said(report.face(strange, header("test"), desk))
    assert "仅覆盖" not in said(report.face(strange, header("test"), desk))


def test_an_unverified_method_is_marked_and_a_verified_one_is_not(known: Examples, desk: Desk, said: Said) -> None:
    for confirmed in (True, False):
        test = replace(known.test(), method_confirmed=confirmed)
        assert ("未核实" in said(report.face(test, header("test"), desk))) is not confirmed


def test_a_reading_by_eye_has_no_value(known: Examples, desk: Desk, said: Said) -> None:
    eye = replace(known.test(), value=None, unit="", blank=(), limit=None, read_by="王建国", method_kind="card")
    text = said(report.face(eye, header("test"), desk))
    assert "没有数值" in text
    assert "61.5" not in text


def test_a_value_below_the_limit_never_reads_as_the_limit(known: Examples, desk: Desk, said: Said) -> None:
    near = replace(known.test(), value=Decimal("49.96"), limit=Decimal(50))
    assert "抑制率 49.9%" in said(report.face(near, header("test"), desk))


@pytest.mark.parametrize("outcome", Outcome)
def test_every_verdict_says_what_to_do(outcome: Outcome, known: Examples, desk: Desk, said: Said) -> None:
    test = replace(known.test(), verdict=replace(known.test().verdict, outcome=outcome))
    assert desk.say(f"report.then.{outcome}") in said(report.face(test, header("test"), desk))


def repeated(known: Examples, *values: str) -> list[tuple[int, messages.Test]]:
    """A first test and its repeats, by entry."""
    first = header("test").seq
    made = [(first + nth, known.test(value)) for nth, value in enumerate(values)]
    return [made[0], *((seq, replace(one, retest_of=first, repeat=Repeat.RETEST)) for seq, one in made[1:])]


@pytest.mark.parametrize(
    ("values", "outcome", "then"),
    [
        (("61.5",), Outcome.POSITIVE, "then.positive"),
        (("61.5", "3.2"), Outcome.POSITIVE, "then.positive"),
        (("61.5", "58.0", "3.2"), Outcome.SUSPECT, "settled.suspect"),
        (("61.5", "58.0", "57.1"), Outcome.POSITIVE, "settled.positive"),
    ],
)
def test_a_report_says_what_all_tests_of_the_sample_come_to(
    values: tuple[str, ...], outcome: Outcome, then: str, known: Examples, desk: Desk, said: Said
) -> None:
    """Whichever of them it is printed of; once the repeats are done nobody is sent to test again."""
    tests = repeated(known, *values)
    for seq, test in tests:
        face = report.face(test, replace(header("test"), seq=seq), desk, tests)
        text = said(face)
        assert desk.say(f"report.{then}") in text
        assert ("再测" in desk.say(f"report.{then}")) is then.startswith("then")
        assert f"\n{desk.outcome(outcome)}\n" in text
        assert [f"{value}%" in text for value in values] == [True] * len(values)


def test_a_notice_lists_the_repeats_that_the_outcome_rests_on(known: Examples, desk: Desk, said: Said) -> None:
    tests = repeated(known, "61.5", "58.0", "3.2")
    seq, last = tests[-1]
    delivery = replace(known.delivery(), test=seq, outcome=Outcome.SUSPECT)
    text = said(notice.face(delivery, last, header("result.delivered"), desk, tests))
    assert "初测：阳性（初筛） 抑制率 61.5%、复测：阳性（初筛） 抑制率 58.0%、复测：阴性 抑制率 3.2%" in text
    assert desk.say("notice.then.suspect") in text
    assert "各次检测" not in said(notice.face(known.delivery(), known.test(), header("result.delivered"), desk))


def test_a_voucher_never_carries_the_title_of_a_certificate(known: Examples, desk: Desk, said: Said) -> None:
    for face in (example("voucher", known, desk), example("trace-label", known, desk)):
        assert titled(said(face), "", PACKS.wordings) is None


def test_a_voucher_without_a_host_has_no_code_and_still_its_number(known: Examples, desk: Desk, said: Said) -> None:
    bare = replace(desk, host="")
    text = said(voucher.face(known.voucher(), header("voucher"), bare))
    assert "HTTPS" not in text
    assert "编号" in text


@pytest.mark.parametrize("name", SLIPS)
def test_an_id_number_never_stands_on_paper(name: str, known: Examples, desk: Desk, said: Said) -> None:
    for made in (
        sampling.face(replace(known.sample(), subject_code=ID_NUMBER, producer=ID_NUMBER), header("x"), desk),
        report.face(replace(known.test(), subject_name=ID_NUMBER), header("x"), desk),
        voucher.face(replace(known.voucher(), subject=replace(known.subject(), code=ID_NUMBER)), header("x"), desk),
    ):
        assert ID_NUMBER not in said(made)
    assert ID_NUMBER not in said(example(name, known, desk))


def test_a_telephone_stands_only_by_its_tail(known: Examples, desk: Desk, said: Said) -> None:
    text = said(sampling.face(known.sample(), header("sample.taken"), desk))
    assert "13808770000" not in text
    assert "***0000" in text


def test_a_hand_in_slip_says_when_to_come_back(known: Examples, desk: Desk, said: Said) -> None:
    text = said(hand_in.face(known.sample(), header("sample.taken"), known.waiting(), desk))
    assert "11月22日 11:20" in text
    assert "前面还有 3 份" in text
    assert known.subject().name not in text
    assert "等电话通知" in said(hand_in.face(known.sample(), header("sample.taken"), Waiting(), desk))


def test_a_code_stands_only_where_it_can_be_read(known: Examples, desk: Desk, said: Said) -> None:
    """A sample code of other characters than a bar code takes is printed, not coded."""
    odd = replace(known.sample(), sample_code="v-1-1")
    assert "扫这个码" not in said(hand_in.face(odd, header("sample.taken"), Waiting(), desk))
    assert "v-1-1" in said(dispatch.face(odd, header("sample.taken"), Errand(), desk))


def test_the_laboratory_learns_nobody(known: Examples, desk: Desk, said: Said) -> None:
    text = said(dispatch.face(known.sample(), header("sample.taken"), known.errand(), desk))
    assert known.sample().sample_code in text
    for private in (known.subject().name, known.sample().origin, known.sample().stall + "号", "p-100"):
        assert private not in text
    assert all(seal in text for seal in known.sample().seals)


def test_advice_names_nobody_and_is_for_him_alone(known: Examples, desk: Desk, said: Said) -> None:
    text = said(advice.face(known.advice(), known.test("3.2"), header("advice"), desk))
    assert "仅供本人" in text
    assert known.subject().name not in text
    assert "2026年11月26日 起再采" in text


@pytest.mark.parametrize("outcome", Outcome)
def test_advice_has_a_word_for_every_outcome(outcome: Outcome, known: Examples, desk: Desk, said: Said) -> None:
    given = replace(known.advice(), outcome=outcome, wait_until="")
    assert desk.say(f"before_harvest.do.{outcome}") in said(advice.face(given, known.test(), header("advice"), desk))


def test_a_notice_says_until_when_and_how(known: Examples, desk: Desk, said: Said) -> None:
    text = said(notice.face(known.delivery(), known.test(), header("result.delivered"), desk))
    for word in ("11月22日 14:31", "四小时", "第五十一条", "不再用快速检测方法", "拒绝签字", "已在屏幕上签名"):
        assert word in text


def test_a_notice_that_was_sent_leaves_the_times_open(known: Examples, desk: Desk, said: Said) -> None:
    sent = replace(known.delivery(), how="sent", received_at="", deadline="", signatures=())
    text = said(notice.face(sent, known.test(), header("result.delivered"), desk))
    assert "收到结果后四小时内" in text
    assert "14:31" not in text


def test_a_late_objection_says_so(known: Examples, desk: Desk, said: Said) -> None:
    late = replace(known.objection(), in_time=False)
    texts = [
        said(objection.face(one, known.delivery(), header("objection"), desk)) for one in (known.objection(), late)
    ]
    assert ["在时限内" in text for text in texts] == [True, False]
    assert ["受理不受理，由县农业农村部门决定" in text for text in texts] == [False, True]
    assert ["备份样将送有资质的实验室" in text for text in texts] == [True, False]  # nothing is promised that is open


def test_a_sample_without_a_reserve_is_not_said_to_be_divided(known: Examples, desk: Desk, said: Said) -> None:
    whole = replace(known.sample(), reserve_grams=None)
    texts = [said(sampling.face(one, header("sample.taken"), desk)) for one in (known.sample(), whole)]
    assert ["分成检验样和备份样" in text for text in texts] == [True, False]
    assert ["没有留备份样" in text for text in texts] == [False, True]


def test_who_refused_or_signed_on_the_screen_signs_nothing_more(known: Examples, desk: Desk) -> None:
    hands = (Signature("sampler", "王建国", signed=True, blob="ab" * 32), Signature("subject", "普学明", signed=False))
    done = [one.done for one in sampling.signs(hands, ("sampler", "subject", "witness"), desk)]
    assert done == ["已在屏幕上签名", "拒绝签字", ""]


def test_the_daily_slip_has_the_checkpoint_whole(known: Examples, desk: Desk) -> None:
    face = daily.face(known.day(), header("day.closed"), desk)
    assert any(getattr(block, "text", "") == known.day().checkpoint for block in face.blocks)


def test_the_worst_comes_first_in_a_check_up(known: Examples, desk: Desk, said: Said) -> None:
    checks = (Check("down", "ok", "", {}), Check("x", "fail", "nowhere.known", {}))
    text = said(checkup.face(DoctorReport("all/3", checks), header("doctor.report"), told, desk))
    assert text.index("nowhere.known") < text.index("县里的指令和回执读得到")
    assert "有问题要处理" in text
    assert "all/3" in text


def test_a_quiet_shift_is_handed_over_in_words(known: Examples, desk: Desk, said: Said) -> None:
    quiet = replace(known.shift(), runs=(), problems=(), clock_trusted=False)
    text = said(handover.face(quiet, desk))
    for word in ("没有正在做的检测", "没有发现问题", "时钟未校准"):
        assert word in text


def test_each_seal_has_its_own_label(known: Examples, desk: Desk, said: Said) -> None:
    faces = seal_label.faces(known.sample(), desk)
    assert [seal in said(face) for face, seal in zip(faces, known.sample().seals, strict=True)] == [True, True]
    assert [face.code for face in faces] == [desk.code(seal) for seal in known.sample().seals]
    assert "启封无效" in said(faces[0])
    assert known.subject().name not in said(faces)


def test_a_trace_label_counts_and_looks_up_online(known: Examples, desk: Desk, said: Said) -> None:
    text = said(trace_label.face(known.label(), "普学明", header("label"), ("绿色食品",), desk, nth=37))
    for word in ("第 37/200 张", "扫码联网查询", "绿色食品", "HTTPS://XINPING"):
        assert word in text


def test_a_tube_carries_its_bare_number(desk: Desk) -> None:
    number = tag_number(Tag.TUBE, b"12345")
    bound = TubeBound(number, "S-1", "r-1")
    assert tube_label.face(bound.tube, desk).code == number


def test_a_lot_label_has_its_lot_and_amount(known: Examples, desk: Desk, said: Said) -> None:
    text = said(lot_label.face(known.lot(), "普学明", desk))
    for word in ("L261122-7K3M9QX2-V", "160千克（320斤）", "豆角"):
        assert word in text


def test_what_was_typed_strangely_is_told_as_recorded(known: Examples, desk: Desk) -> None:
    assert desk.amount("?", Decimal("12.50"), "kg") == "12.5千克"


def test_days_and_months_are_told_as_they_are(desk: Desk) -> None:
    assert [desk.day(text) for text in ("2027-05", "2026-11-02", "", "soon")] == [
        "2027年5月", "2026年11月2日", "", "soon",
    ]  # fmt: skip


def test_a_time_elsewhere_is_told_in_legal_time(desk: Desk) -> None:
    head = Header(LOG, 1, "2026-11-22T16:30:00.000+00:00", "ntp", "test", "00" * 32)
    assert desk.time(head.time) == "2026年11月23日 00:30"
