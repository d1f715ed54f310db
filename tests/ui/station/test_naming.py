"""No id stands in a sentence that a person reads."""

import pytest

from kiosk.rules.sentence import Sentence
from kiosk.words import load_words
from tests.support.law import METHOD, PACKS
from ui.station.naming import Names


def named(language: str, **facts: str) -> dict[str, str]:
    names = Names(load_words(language), tuple(PACKS.products.values()), PACKS.drugs, METHOD)
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
    ],
)
def test_a_fact_is_said_as_a_word(fact: str, value: str, zh: str, en: str) -> None:
    assert (named("zh", **{fact: value})[fact], named("en", **{fact: value})[fact]) == (zh, en)


def test_the_key_stays() -> None:
    names = Names(load_words("zh"), (), PACKS.drugs, None)
    assert names.named(Sentence("lot.over_issue", {"unit": "kg", "method": METHOD.id})) == Sentence(
        "lot.over_issue", {"unit": "千克", "method": METHOD.id}
    )
