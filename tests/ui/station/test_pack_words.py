"""Words that packs bring, in the screen's language: steps, methods, items, goods; and what a run's controls came to."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from kiosk.rules.messages import Outcome, ReagentOpened, Supply
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets import reading, reagent, slaughter, supply
from kiosk.rules.sheets.sheet import Answer, Draft, Facts, Sheet, Unfit
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.testing.methods import MethodPack
from kiosk.rules.visits.turn import Loaded, Stage
from kiosk.screen import ChannelShown, ResultShown, SheetShown
from kiosk.supplies import load_items
from kiosk.words import load_words
from tests.support import benched
from tests.support.books import Told, facts
from tests.support.law import PACKS
from tests.ui.station.scripted import Scripted
from ui.station import results, sheet_view
from ui.station.view import View

CARD = PACKS.methods["gbt-5009-199-2003-card"]
STRIPS = {"strip": ({"zh": "检测卡", "en": "test strips"}, "条")}


class Books(Told):
    """With the methods of the packs, and no reagent."""

    @property
    def methods(self) -> Mapping[str, MethodPack]:
        return PACKS.methods

    def reagents(self, most: int) -> Sequence[tuple[int, ReagentOpened]]:
        return ()


def shown(sheet: Sheet, known: Facts, language: str, ask: str, *answers: Answer) -> View:
    draft = Draft(sheet.id, "S-1", answers, fresh="00" * 8)
    asks = sheet.asks(draft, known)
    at = next(one for one in asks if one.id == ask)
    attendant = Scripted()
    attendant.show(sheet=SheetShown(sheet.id, draft, asks, at))
    return View(attendant.screen(), load_words(language), (), attendant.method, 0)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_pack_speaks_the_language_of_the_screen(language: str) -> None:
    known = facts(Books(), supplies=STRIPS)
    methods = shown(reading.SHEET, known, language, "method")
    assert CARD.names[language] in [one.label for one in sheet_view.options(methods).shown]
    step = shown(reading.SHEET, known, language, "step_shake", Answer("method", (CARD.id,)))
    assert sheet_view.question(step) == CARD.steps[0].names[language]
    strips = shown(supply.SHEET, known, language, "item")
    assert [one.label for one in sheet_view.options(strips).shown] == [STRIPS["strip"][0][language]]
    kinds = shown(reagent.SHEET, facts(Books(), supplies=STRIPS), language, "method", Answer("has", ("bare",)))
    assert CARD.names[language] in [one.label for one in sheet_view.options(kinds).shown]


@pytest.mark.parametrize(
    ("language", "left", "short"),
    [("zh", "还有 5 条", "只剩 5 条"), ("en", "5 strips left", "Only 5 strips")],
)
def test_supplies_are_counted_in_words_of_the_screens_language(language: str, left: str, short: str) -> None:
    """The record keeps one unit, whatever the screen speaks."""
    units = {"strip": {"zh": "条", "en": "strips"}}
    known = facts(Books(left={"strip": Decimal(5)}), supplies=STRIPS, supply_units=units)
    listed = shown(supply.SHEET, known, language, "item")
    assert [one.about.startswith(left) for one in sheet_view.options(listed).shown] == [True]
    count = shown(supply.SHEET, known, language, "count", Answer("item", ("strip",)), Answer("event", ("used",)))
    assert sheet_view.texts(count)[0].startswith(left)
    draft = Draft("supply", "strip", (Answer("event", ("used",)), Answer("count", ("6",))))
    with pytest.raises(Unfit) as wrong:
        supply.made(draft, known)
    assert count.tell(wrong.value.sentence).startswith(short)
    used = replace(draft, answers=(Answer("event", ("used",)), Answer("count", ("2",))))
    (entry,) = supply.made(used, known).entries
    assert isinstance(entry, Supply)
    assert entry.unit == "条"


def test_every_unit_of_the_supplies_pack_has_both_languages() -> None:
    for item in load_items():
        assert set(item.unit) == {"zh", "en"}
        assert item.kept_in == item.unit["zh"]
        assert item.unit["en"].isascii()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_live_animals_are_offered_by_their_names(language: str) -> None:
    names = {PACKS.products[one].names[language] for one in ("pig", "cattle", "sheep", "chicken", "duck", "goose")}
    offered = shown(slaughter.SHEET, facts(), language, "product")
    assert {one.label for one in sheet_view.products(offered).shown} == names


def bench_with(*channels: ChannelShown, reason: Sentence | None = None) -> View:
    """One sample that was judged, on no channel of its own."""
    one = Loaded(benched.taken(2), notes=(TestNote(7, Outcome.INVALID, ""),))
    known = ResultShown(one.sample.sample_code, reason, lot="L9", delivery=9)
    loading = replace(benched.loading(4, 1), channels=channels, results=(known,))
    attendant = Scripted()
    attendant.show(visit=benched.visit(Stage.RESULT, one), loading=loading, staff=benched.STAFF)
    return View(attendant.screen(), load_words("zh"), (), attendant.method, 0)


def test_a_result_without_a_channel_has_its_reason_and_the_way_on() -> None:
    (one,) = results.results(bench_with(reason=Sentence("control.blank_unread")))
    assert one.reason == load_words("zh").say("control.blank_unread")
    assert (one.channel, one.lot, one.delivery, one.objected) == ("", "L9", 9, False)


def test_a_control_says_what_it_came_to() -> None:
    blank = ChannelShown(1, "control")
    assert results.control(bench_with(blank)) == ""
    assert results.control(bench_with(replace(blank, outcome=Outcome.NEGATIVE))).startswith("1 ")
    failed = ChannelShown(3, "positive", outcome=Outcome.INVALID, reason=Sentence("control.positive_failed"))
    view = bench_with(replace(blank, outcome=Outcome.NEGATIVE), failed)
    assert results.control_failed(view)
    assert load_words("zh").say("control.positive_failed") in results.control(view)
