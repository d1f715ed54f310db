"""What is said at each screen, as the words that a listener hears."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from kiosk.pack import load_packs
from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.messages import Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Ask, Draft, Kind
from kiosk.rules.visits.turn import Kept, LastTime, Stage, Turn
from kiosk.screen import Screen, SheetShown, Step
from kiosk.voice.listed import listed
from kiosk.voice.prompts import Prompt
from kiosk.words import LANGUAGES, Words, load_words
from tests.support import benched
from tests.support.law import METHOD, law
from tests.ui.station.scripted import AT, NUMBER, Scripted
from ui.station.speech import NAME, Spoken, speech
from ui.station.view import View

LAST = LastTime("cowpea", Quantity(Decimal(320), Unit.KG))
PACKS = load_packs()
SILENT = {Stage.DESK, Stage.TOOL}


@cache
def prompts(language: str) -> Mapping[str, Prompt]:
    return listed(load_words(language), PACKS)


@cache
def words(language: str) -> Words:
    return load_words(language)


def screen(stage: Stage, **visit: object) -> Screen:
    now = Scripted().screen()
    changed = replace(now.visit, stage=stage, **visit)  # type: ignore[arg-type]
    return replace(now, visit=changed, place=str(stage))


def said(shown: Screen, language: str = "zh", *, names: bool = False) -> Spoken:
    wording = law(AT).wording
    promise = () if wording is None else wording.styles[1].promise
    return speech(View(shown, words(language), promise, METHOD), names=names)


def heard(shown: Screen, *, names: bool = False) -> str:
    wanted = prompts("zh")
    return "".join(wanted[piece].text if piece != NAME else "〈名〉" for piece in said(shown, names=names).pieces)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", Stage)
def test_every_stage_says_something_that_can_be_recorded(stage: Stage, language: str) -> None:
    told = said(screen(stage), language)
    wanted = prompts(language)
    assert bool(told.pieces) is (stage not in SILENT)
    assert [piece for piece in told.pieces if piece not in wanted] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_question_of_a_sheet_says_how_it_is_answered(kind: Kind, language: str) -> None:
    ask = Ask("what", kind)
    shown = replace(screen(Stage.FILLING), sheet=SheetShown("complaint", Draft("complaint"), (ask,), ask))
    wanted = prompts(language)
    assert said(shown, language).pieces == (f"filling.{kind}",)
    assert f"filling.{kind}" in wanted


def test_the_three_touches_are_heard() -> None:
    again = {"last": LAST, "again": True, "product": "cowpea", "quantity": LAST.amount}
    assert heard(screen(Stage.PRODUCT, **again)) == "跟上次一样，就按最大的那个。要换，就点图。"
    assert heard(screen(Stage.DRUGS, **again)) == "豆角三百二十千克上次以后，打过药没有？"
    promise = heard(screen(Stage.PROMISE, **again))
    assert "未使用禁用农药、兽药及其他化合物" in promise
    assert promise.endswith("同意，就按，我承诺。")


def test_a_quantity_is_read_back() -> None:
    assert heard(screen(Stage.QUANTITY)) == "一共多少？请按数字。"
    assert heard(screen(Stage.QUANTITY, quantity=Quantity(Decimal("0.5"), Unit.BOX))) == "半箱对吗？"
    assert heard(screen(Stage.QUANTITY, quantity=Quantity(Decimal(2), Unit.JIN))) == "两斤对吗？"


def test_far_more_than_usual_is_asked_with_the_amount() -> None:
    asked = Sentence("visit.unusual", {"amount": "320", "usual": "40", "unit": "kg"})
    shown = screen(Stage.QUANTITY, quantity=LAST.amount, notice=asked)
    assert heard(shown) == "三百二十千克比平时多不少，请您再看看，对不对？"


def test_the_end_asks_how_it_was_and_thanks_for_the_answer() -> None:
    done = screen(Stage.DONE, number=NUMBER)
    assert heard(done) == "办好了。请拿好合格证，慢走。今天办得满意吗？请点一下。"
    assert heard(screen(Stage.DONE, number=NUMBER, rated=True)) == "谢谢您。"
    assert heard(screen(Stage.DONE)) == "办好了。"
    assert heard(screen(Stage.STOPPED)).endswith("今天办得满意吗？请点一下。")
    assert heard(screen(Stage.STOPPED, rated=True)) == "谢谢您。"


def test_a_question_of_a_sheet_is_said_in_its_own_words_where_they_were_recorded() -> None:
    ask = Ask("text", Kind.TEXT)
    shown = replace(screen(Stage.FILLING), sheet=SheetShown("complaint", Draft("complaint"), (ask,), ask))
    view = View(shown, words("zh"), (), METHOD)
    assert speech(view, instead=lambda own, general: general in prompts("zh")).pieces == ("sheet.complaint.text",)
    assert speech(view).pieces == ("filling.text",)


def test_a_name_is_said_only_where_the_county_wants_it(farmer: Subject) -> None:
    shown = screen(Stage.PRODUCT, subject=farmer)
    assert heard(shown) == "今天卖什么？请点图。"
    assert heard(shown, names=True) == "您好。〈名〉今天卖什么？请点图。"
    unproved = screen(Stage.PRODUCT, subject=farmer, keyed=True)
    assert heard(unproved, names=True) == "今天卖什么？请点图。", "whoever keyed in a number hears no name"


def test_a_notice_is_heard_first() -> None:
    wrong = screen(Stage.PROVING, notice=Sentence("visit.tail_wrong", {"left": "2"}))
    assert heard(wrong) == "号码不对，请再按一次。请按您电话的最后四位。"
    other = screen(Stage.PRODUCT, notice=Sentence("visit.samples_many", {"most": "2"}))
    assert heard(other).startswith("请看屏幕上的字。")
    assert heard(screen(Stage.STOPPED, notice=Sentence("visit.repeats_needed", {}))).startswith("这批货现在还不能开证")


def test_a_step_at_the_instrument_is_heard() -> None:
    shown = replace(screen(Stage.TESTING), led=True)
    assert heard(replace(shown, step=Step("s", "insert_blank"))) == "请放清水，做空白。"
    assert heard(replace(shown, step=Step("s", ""))) == "正在反应，请等一等，别打开盖子。"


def test_the_bench_is_heard_and_each_tube_is_answered() -> None:
    assert heard(screen(Stage.LOADING)) == "请先点一台检测仪。"
    bench = replace(screen(Stage.LOADING), loading=benched.loading(8, 2))
    assert heard(bench) == "请扫试管上的码，再点放进去的孔。"
    picked = Sentence("loading.picked", {"sample": benched.code(3)})
    held = replace(bench, visit=replace(bench.visit, notice=picked))
    assert heard(held) == "请点放进去的孔。"
    assert said(held).id != said(replace(held, visit=replace(held.visit, notice=replace(picked, facts={})))).id
    missed = replace(bench, visit=replace(bench.visit, notice=Sentence("loading.missed", {"step": "提取"})))
    assert heard(missed).startswith("超过时间了")


def test_the_hall_does_not_hear_what_an_inspector_found() -> None:
    staff = {"turn": Turn.STAFF}
    assert heard(screen(Stage.TESTING, **staff)).startswith("开始测了")
    assert heard(screen(Stage.RESULT, **staff)) == "结果出来了，请看屏幕。"
    assert heard(replace(screen(Stage.TESTING), queue=2)).startswith("前面还有人")


def test_each_paper_that_is_taken_in_is_heard() -> None:
    paper = Kept(1, "x", NUMBER, "cowpea", verified=True)
    one = screen(Stage.BASKET, basket=(paper,))
    two = screen(Stage.BASKET, basket=(paper, replace(paper, seq=2, verified=False)))
    assert heard(one) == "这张验证过了，收下了。一张"
    assert heard(two) == "这张留了照片，没能验证。两张"
    assert said(one).id != said(two).id


def test_the_same_is_not_said_twice_and_the_next_person_hears_it_anew() -> None:
    first = screen(Stage.QUANTITY)
    assert said(first).id == said(replace(first, version=99)).id
    assert said(first).id != said(screen(Stage.QUANTITY, id="visit-9")).id
    assert said(first).id != said(first, "en").id
    assert said(screen(Stage.DESK)).id == ""
