"""Quantities as typed, weighed and printed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.errors import Unusable
from kiosk.rules.goods.quantity import (
    MOST_PAPERS,
    Quantity,
    Unit,
    kilograms,
    parse,
    plain,
    quantity,
    recorded,
    shares,
    sums_exactly,
    told,
    weighable,
)
from kiosk.rules.ruling import stop
from kiosk.rules.sentence import Sentence
from kiosk.words import load_words


@pytest.mark.parametrize(
    ("typed", "unit", "weight", "sentence"),
    [
        ("320", Unit.JIN, "160", Sentence("unit.amount.jin", {"amount": "320", "kilograms": "160"})),
        ("12.5", Unit.KG, "12.5", Sentence("unit.amount.kg", {"amount": "12.5", "kilograms": "12.5"})),
        ("0012.500", Unit.KG, "12.5", Sentence("unit.amount.kg", {"amount": "12.5", "kilograms": "12.5"})),
        ("0.001", Unit.JIN, "0.0005", Sentence("unit.amount.jin", {"amount": "0.001", "kilograms": "0.0005"})),
        ("999999", Unit.KG, "999999", Sentence("unit.amount.kg", {"amount": "999999", "kilograms": "999999"})),
        ("30", Unit.BOX, None, Sentence("unit.amount.box", {"amount": "30"})),
        ("30.0", Unit.HEAD, None, Sentence("unit.amount.head", {"amount": "30"})),
    ],
)
def test_quantities(typed: str, unit: Unit, weight: str | None, sentence: Sentence) -> None:
    amount = quantity(typed, unit)
    assert kilograms(amount) == (None if weight is None else Decimal(weight))
    assert told(amount) == sentence


@pytest.mark.parametrize(
    ("typed", "unit", "code"),
    [
        ("", Unit.KG, "rules.quantity_unread"),
        (".", Unit.KG, "rules.quantity_unread"),
        ("1.", Unit.KG, "rules.quantity_unread"),
        ("1e3", Unit.KG, "rules.quantity_unread"),
        ("-1", Unit.KG, "rules.quantity_unread"),
        ("NaN", Unit.KG, "rules.quantity_unread"),
        ("１２", Unit.KG, "rules.quantity_unread"),
        ("1 000", Unit.KG, "rules.quantity_unread"),
        ("9" * 17, Unit.KG, "rules.quantity_unread"),
        ("0", Unit.KG, "rules.quantity_none"),
        ("0.000", Unit.JIN, "rules.quantity_none"),
        ("1000000", Unit.KG, "rules.quantity_much"),
        ("1.0001", Unit.KG, "rules.quantity_fine"),
        ("2.5", Unit.BOX, "rules.quantity_whole"),
    ],
)
def test_slips_of_the_finger(typed: str, unit: Unit, code: str) -> None:
    with pytest.raises(Unusable) as slip:
        quantity(typed, unit)
    assert slip.value.code == code


def test_an_entry_keeps_kilograms_and_what_was_typed() -> None:
    assert recorded(quantity("320", Unit.JIN)) == (Decimal(160), Unit.KG, "320 jin")
    assert recorded(quantity("12", Unit.BOX)) == (Decimal(12), Unit.BOX, "12 box")


# --- boxes and bundles whose weight was told ---


def test_a_weight_for_each_gives_kilograms_first_and_what_was_typed() -> None:
    amount = quantity("20", Unit.BOX, "5.50")
    assert amount == Quantity(Decimal(20), Unit.BOX, Decimal("5.5"))
    assert (str(amount), kilograms(amount)) == ("20 box x 5.5", Decimal(110))
    assert recorded(amount) == (Decimal(110), Unit.KG, "20 box x 5.5")
    sentence = told(amount)
    assert sentence == Sentence("unit.weighed.box", {"amount": "20", "kilograms": "110", "each": "5.5"})
    assert load_words("zh").say(sentence.key, **sentence.facts) == "110千克（20箱，每箱5.5千克）"


@pytest.mark.parametrize("unit", [Unit.BOX, Unit.BUNDLE])
def test_every_package_can_be_said(unit: Unit) -> None:
    sentence = told(quantity("3", unit, "0.25"))
    assert {"3", "0.75", "0.25"} <= set(sentence.facts.values())
    assert all(load_words(language).say(sentence.key, **sentence.facts) for language in ("zh", "en"))


@pytest.mark.parametrize(
    ("typed", "unit", "each", "code", "facts"),
    [
        ("20", Unit.KG, "5", "rules.quantity_each", {"typed": "5"}),
        ("20", Unit.JIN, "5", "rules.quantity_each", {"typed": "5"}),
        ("20", Unit.HEAD, "5", "rules.quantity_each", {"typed": "5"}),
        ("20", Unit.BOX, "0", "rules.quantity_none", {}),
        ("20", Unit.BOX, "x", "rules.quantity_unread", {"typed": "x"}),
        ("20", Unit.BOX, "0.0001", "rules.quantity_fine", {"typed": "0.0001"}),
        ("1000", Unit.BOX, "1000", "rules.quantity_much", {"most": "999999"}),
        ("2.5", Unit.BUNDLE, "5", "rules.quantity_whole", {"typed": "2.5"}),
        ("1.0001", Unit.KG, "", "rules.quantity_fine", {"typed": "1.0001"}),
        ("12345678901234567", Unit.KG, "", "rules.quantity_unread", {"typed": "123456789012"}),
        ("2000000", Unit.KG, "", "rules.quantity_much", {"most": "999999"}),
    ],
)
def test_slips_with_packages(typed: str, unit: Unit, each: str, code: str, facts: dict[str, str]) -> None:
    with pytest.raises(Unusable) as slip:
        quantity(typed, unit, each)
    assert (slip.value.code, slip.value.facts) == (code, facts)


def test_as_many_digits_as_a_hand_may_press() -> None:
    assert quantity("0000000000012.50", Unit.KG).amount == Decimal("12.5")
    with pytest.raises(Unusable):
        quantity("00000000000012.50", Unit.KG)


def test_the_heaviest_load() -> None:
    assert kilograms(quantity("999", Unit.BOX, "1001")) == 999999
    with pytest.raises(Unusable):
        quantity("999", Unit.BOX, "1001.002")


@pytest.mark.parametrize("unit", [Unit.BOX, Unit.BUNDLE, Unit.HEAD, Unit.BIRD, Unit.EGG, Unit.TAIL])
def test_what_is_counted_is_whole(unit: Unit) -> None:
    assert unit.counted
    assert quantity("12", unit).amount == 12
    with pytest.raises(Unusable) as slip:
        quantity("12.5", unit)
    assert slip.value.code == "rules.quantity_whole"


def test_what_is_weighed_or_packed() -> None:
    assert [unit for unit in Unit if not unit.counted] == [Unit.KG, Unit.JIN]
    assert [unit for unit in Unit if unit.packed] == [Unit.BOX, Unit.BUNDLE]


@pytest.mark.parametrize("text", ["320 jin", "12.5 kg", "20 box", "20 box x 5", "3 bundle x 0.25", "7 tail", "300 egg"])
def test_what_was_typed_is_read_again(text: str) -> None:
    assert str(parse(text)) == text


@pytest.mark.parametrize("text", ["", "20", "20 stone", "20box", "20 box x", "20 box 5", "20  box", "x kg", "20 KG"])
def test_other_texts_are_no_quantity(text: str) -> None:
    with pytest.raises(Unusable) as wrong:
        parse(text)
    assert wrong.value.code == "rules.quantity_unread"


def test_an_unread_text_is_told_shortly() -> None:
    with pytest.raises(Unusable) as wrong:
        parse("a very long text")
    assert wrong.value.facts == {"typed": "a very long "}


def test_a_box_without_weight_is_asked_for_it() -> None:
    wanted = stop("quantity/each", "quantity.each_wanted", amount="20", unit="box")
    assert weighable(parse("20 box")) == wanted
    assert [weighable(parse(text)) for text in ("20 box x 5", "12 head", "5 kg", "5 jin")] == [None] * 4


# --- 分几张 ---


def amounts(text: str, papers: int) -> list[str]:
    parts = shares(parse(text), papers)
    assert isinstance(parts, tuple)
    return [str(part) for part in parts]


def test_the_first_papers_take_the_remainder() -> None:
    assert amounts("100 kg", 3) == ["34 kg", "33 kg", "33 kg"]
    assert amounts("320 jin", 3) == ["107 jin", "107 jin", "106 jin"]
    assert amounts("20 box x 5", 3) == ["7 box x 5", "7 box x 5", "6 box x 5"]
    assert amounts("100 kg", 1) == ["100 kg"]


def test_steps_get_finer_when_there_are_too_few() -> None:
    assert amounts("2 kg", 2) == ["1 kg", "1 kg"]
    assert amounts("2 kg", 3) == ["0.7 kg", "0.7 kg", "0.6 kg"]
    assert amounts("0.02 kg", 3) == ["0.007 kg", "0.007 kg", "0.006 kg"]
    assert amounts("100.5 kg", 2) == ["50.3 kg", "50.2 kg"]


@pytest.mark.parametrize(
    ("text", "papers"), [("2 head", 3), ("0.002 kg", 3), ("5 kg", 0), ("5 kg", -1), ("5000 kg", 501)]
)
def test_papers_without_goods(text: str, papers: int) -> None:
    amount = parse(text)
    facts = {"papers": str(papers), "most": "500", "amount": plain(amount.amount), "unit": amount.unit}
    assert shares(amount, papers) == stop("quantity/shares", "quantity.papers", **facts)


def test_as_many_papers_as_there_may_be() -> None:
    assert len(amounts("5000 kg", MOST_PAPERS)) == MOST_PAPERS == 500


GRAMS = st.integers(1, 999_999_000).map(lambda grams: Quantity(Decimal(grams) / 1000, Unit.KG))
JIN = st.integers(1, 99_000_000).map(lambda grams: Quantity(Decimal(grams) / 1000, Unit.JIN))
PIECES = st.integers(1, 9999).map(lambda pieces: Quantity(Decimal(pieces), Unit.BOX, Decimal("2.5")))


@given(st.one_of(GRAMS, JIN, PIECES), st.integers(1, 100))
def test_a_split_never_loses_a_gram(whole: Quantity, papers: int) -> None:
    parts = shares(whole, papers)
    if not isinstance(parts, tuple):
        assert whole.amount < papers * Decimal("0.001") or whole.unit.counted
        return
    assert len(parts) == papers
    assert sum(part.amount for part in parts) == whole.amount
    assert sum(kilograms(part) or 0 for part in parts) == kilograms(whole)
    assert all(quantity(plain(part.amount), part.unit).amount == part.amount for part in parts)
    assert [part.amount for part in parts] == sorted((part.amount for part in parts), reverse=True)


@pytest.mark.parametrize(
    ("parts", "key", "differ"),
    [
        ("60 40.001", "quantity.sum_more", "0.001"),
        ("60 39", "quantity.sum_less", "1"),
        ("101", "quantity.sum_more", "1"),
    ],
)
def test_papers_keyed_in_one_by_one(parts: str, key: str, differ: str) -> None:
    each = tuple(Decimal(part) for part in parts.split())
    facts = {"whole": "100", "together": plain(sum(each, Decimal(0))), "differ": differ}
    assert sums_exactly(Decimal(100), each) == stop("quantity/sum", key, **facts)


def test_papers_that_come_to_the_whole() -> None:
    assert sums_exactly(Decimal(100), (Decimal("33.4"), Decimal("66.6"))) is None
    assert sums_exactly(Decimal("0.3"), (Decimal("0.1"),) * 3) is None
