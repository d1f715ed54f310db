"""No id stands in a sentence that a person reads."""

from datetime import date

import pytest

from kiosk.rules.sentence import Sentence
from kiosk.words import load_words
from tests.support.law import METHOD, PACKS
from ui.station.naming import Names

TODAY = date(2026, 11, 22)


def named(language: str, **facts: str) -> dict[str, str]:
    names = Names(load_words(language), tuple(PACKS.products.values()), PACKS.drugs, METHOD, TODAY)
    return names.named(Sentence("any.key", facts)).facts


@pytest.mark.parametrize(
    ("fact", "value", "zh", "en"),
    [
        ("unit", "jin", "斤", "jin"),
        ("unit", "box", "箱", "boxes"),
        ("unit", "%", "%", "%"),
        ("other_unit", "bundle", "把", "bundles"),
        ("expected", "kg", "千克", "kg"),
        ("expected", "5", "5", "5"),
        ("reagent", "enzyme", "酶", "enzyme"),
        ("step", "incubate", "保温", "incubating"),
        ("product", "cowpea", "豆角", "Cowpea"),
        ("paper", "tomato", "番茄", "Tomato"),
        ("goods", "cowpea", "豆角", "Cowpea"),
        ("product", "a new fruit", "a new fruit", "a new fruit"),
        ("drug", "methamidophos", "甲胺磷", "Methamidophos"),
        ("drug", "甲胺磷", "甲胺磷", "Methamidophos"),
        ("drug", "老张的药", "老张的药", "老张的药"),
        ("ingredient", "methamidophos", "甲胺磷", "Methamidophos"),
        ("method", METHOD.id, METHOD.names["zh"], METHOD.names["en"]),
        ("belongs", "somebody-elses", "somebody-elses", "somebody-elses"),
        ("list", PACKS.drugs.bans[0].id, PACKS.drugs.bans[0].names["zh"], PACKS.drugs.bans[0].names["en"]),
        ("lot", "tomato", "tomato", "tomato"),
        ("until", "2026-11-30", "11 月 30 日", "30 Nov"),
        ("since", "2027-01-02", "2027 年 1 月 2 日", "2 Jan 2027"),
        ("until", "2026-11-30 08:30", "11 月 30 日 08:30", "30 Nov, 08:30"),
        ("at", "2026-11-30T22:30:05+00:00", "12 月 1 日 06:30", "1 Dec, 06:30"),
        ("at", "2026-11-30T22:30:05.123Z", "12 月 1 日 06:30", "1 Dec, 06:30"),
        ("until", "2026-02-31", "2026-02-31", "2026-02-31"),
        ("lot", "2026-11-30", "2026-11-30", "2026-11-30"),
        ("value", "12.5", "12.5", "12.5"),
    ],
)
def test_a_fact_is_said_as_a_word(fact: str, value: str, zh: str, en: str) -> None:
    assert (named("zh", **{fact: value})[fact], named("en", **{fact: value})[fact]) == (zh, en)


def test_the_key_stays() -> None:
    names = Names(load_words("zh"), (), PACKS.drugs, None)
    assert names.named(Sentence("lot.over_issue", {"unit": "kg", "method": METHOD.id})) == Sentence(
        "lot.over_issue", {"unit": "千克", "method": METHOD.id}
    )


def test_a_day_is_whole_where_nobody_says_which_year_it_is() -> None:
    told = Names(load_words("en"), (), PACKS.drugs, None).named(Sentence("any", {"until": "2026-11-30"}))
    assert told.facts == {"until": "30 Nov 2026"}
