"""Goods that failed: what was done, what is left, and who alone may free them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.messages import Disposal, LotReleased, Outcome
from kiosk.rules.oversight import disposal
from kiosk.rules.oversight.disposal import Fate, Held, Measure, held, may_dispose, may_release
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.words import load_words
from tests.support import oversight as made

HUNDRED = Decimal(100)
Disposals = list[tuple[int, Disposal]]
Orders = list[tuple[int, LotReleased]]


def fold(failed: tuple[int, ...] = (5,), disposals: Disposals | None = None, orders: Orders | None = None) -> Held:
    return held("L1", HUNDRED, "kg", failed=failed, disposals=disposals or [], orders=orders or [])


def done(measure: str = "destroyed", quantity: str | None = "40", **changed: object) -> Disposal:
    return made.disposal(measure=measure, quantity=None if quantity is None else Decimal(quantity), **changed)


# --- the fate of a lot ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failed", "disposals", "orders", "fate", "left"),
    [
        ((), [], [], Fate.FREE, "100"),
        ((5,), [], [], Fate.STOPPED, "100"),
        ((0,), [], [], Fate.STOPPED, "100"),
        ((5,), [(6, done("sealed"))], [], Fate.SEALED, "100"),
        ((), [(0, done("sealed"))], [], Fate.SEALED, "100"),
        ((5,), [(6, done("sealed"))], [(7, made.released())], Fate.RELEASED, "100"),
        ((5,), [], [(7, made.released())], Fate.RELEASED, "100"),
        ((), [], [(0, made.released())], Fate.RELEASED, "100"),
        ((5,), [], [(4, made.released())], Fate.STOPPED, "100"),
        ((5, 9), [], [(7, made.released())], Fate.STOPPED, "100"),
        ((5,), [(8, done("sealed"))], [(7, made.released())], Fate.SEALED, "100"),
        ((5,), [], [(7, made.released(outcome=Outcome.POSITIVE))], Fate.STOPPED, "100"),
        ((5,), [], [(7, made.released()), (8, made.released(outcome=Outcome.POSITIVE))], Fate.STOPPED, "100"),
        ((5,), [], [(7, made.released(outcome=Outcome.POSITIVE)), (8, made.released())], Fate.RELEASED, "100"),
        ((5,), [], [(7, made.released(report=""))], Fate.STOPPED, "100"),
        ((5,), [], [(7, made.released(lot="L2"))], Fate.STOPPED, "100"),
        ((5,), [(6, done("released"))], [], Fate.STOPPED, "100"),
        ((5,), [(6, done())], [], Fate.STOPPED, "60"),
        ((5,), [(6, done(lot="L2"))], [], Fate.STOPPED, "100"),
        ((5,), [(6, done()), (7, done("harmless", "59.999"))], [], Fate.STOPPED, "0.001"),
        ((5,), [(6, done()), (7, done("harmless", "60"))], [], Fate.GONE, "0"),
        ((5,), [(6, done("returned", "100"))], [], Fate.GONE, "0"),
        ((5,), [(6, done("returned", "101"))], [], Fate.GONE, "0"),
        ((5,), [(6, done("destroyed", "100"))], [(7, made.released())], Fate.GONE, "0"),
        ((5,), [(6, done())], [(7, made.released())], Fate.RELEASED, "60"),
        ((5,), [(6, done("destroyed", None))], [(7, made.released())], Fate.GONE, None),
        ((5,), [(6, done(unit="box"))], [(7, made.released())], Fate.GONE, None),
        ((5,), [(6, done("sealed", None))], [], Fate.SEALED, "100"),
    ],
)
def test_the_fate_of_a_lot(
    failed: tuple[int, ...], disposals: Disposals, orders: Orders, fate: Fate, left: str | None
) -> None:
    expected = Held("L1", fate, None if left is None else Decimal(left), "kg")
    assert fold(failed, disposals, orders) == expected
    assert expected.may_be_sold is (fate in (Fate.FREE, Fate.RELEASED))


STORY: Disposals = [(6, done("sealed", None)), (8, done("destroyed", "30")), (9, done("harmless", "20.5"))]
ORDERS: Orders = [(7, made.released(outcome=Outcome.POSITIVE)), (10, made.released())]


@given(st.permutations(STORY), st.permutations(ORDERS), st.permutations([1, 5]), st.lists(st.sampled_from(STORY)))
def test_neither_order_nor_repetition_matters(
    disposals: Disposals, orders: Orders, failed: list[int], again: Disposals
) -> None:
    told = held("L1", HUNDRED, "kg", failed=failed, disposals=[*disposals, *again], orders=[*orders, *orders])
    assert told == Held("L1", Fate.RELEASED, Decimal("49.5"), "kg")


AMOUNTS = st.sampled_from(["10", "50", "100", None])
ENTRIES = st.lists(st.tuples(st.integers(0, 30), st.builds(done, st.sampled_from([*Measure]), AMOUNTS)), max_size=5)
RELEASES = st.lists(
    st.tuples(st.integers(0, 30), st.builds(lambda outcome: made.released(outcome=outcome), st.sampled_from(Outcome))),
    max_size=3,
)


@given(st.sets(st.integers(0, 30), max_size=3), ENTRIES, RELEASES)
def test_what_is_gone_stays_gone_and_only_an_order_frees(
    failed: set[int], disposals: Disposals, orders: Orders
) -> None:
    now = held("L1", HUNDRED, "kg", failed=failed, disposals=disposals, orders=orders)
    if now.fate is Fate.GONE:
        later = [*orders, (99, made.released())]
        assert held("L1", HUNDRED, "kg", failed=failed, disposals=disposals, orders=later).fate is Fate.GONE
    assert now.fate is not Fate.RELEASED or any(one.outcome is Outcome.NEGATIVE for _, one in orders)
    assert not (failed and now.may_be_sold) or now.fate is Fate.RELEASED


# --- one disposal -----------------------------------------------------------------------------------------------------

WITNESS = warn("disposal/witness", "disposal.witness")
QUANTITY = stop("disposal/quantity", "disposal.quantity")


@pytest.mark.parametrize(
    ("wanted", "rulings"),
    [
        (done(), ()),
        (done("destroyed", "100"), ()),
        (done("destroyed", "0.001"), ()),
        (done("sealed", None, unit="", pictures=(), witness=""), ()),
        (done("returned", "1", pictures=(), witness=""), ()),
        (done("sold"), (stop("disposal/measure", "disposal.measure", measure="sold"),)),
        (done("released"), (stop("disposal/release", "disposal.no_release", lot="L1"),)),
        (done(by=" "), (stop("disposal/record", "disposal.record.by"),)),
        (done(place=""), (stop("disposal/record", "disposal.record.place"),)),
        (done(pictures=()), (warn("disposal/pictures", "disposal.pictures"),)),
        (done("harmless", pictures=()), (warn("disposal/pictures", "disposal.pictures"),)),
        (done(witness=" "), (WITNESS,)),
        (done(witness=" A "), (WITNESS,)),
        (done("harmless", witness=""), (WITNESS,)),
        (done("destroyed", None), (QUANTITY,)),
        (done("destroyed", "0"), (QUANTITY,)),
        (done("returned", "-1"), (QUANTITY,)),
        (done(unit="box"), (stop("disposal/unit", "disposal.unit", unit="box", expected="kg"),)),
        (done("harmless", "100.001"),
         (stop("disposal/too_much", "disposal.too_much", asked="100.001", left="100", unit="kg"),)),
    ],
)  # fmt: skip
def test_what_a_disposal_needs(wanted: Disposal, rulings: tuple[Ruling, ...]) -> None:
    assert may_dispose(wanted, fold()) == rulings


def test_a_released_lot_may_be_recorded_as_released() -> None:
    freed = fold(orders=[(7, made.released())])
    assert may_dispose(done("released", None), freed) == ()


@pytest.mark.parametrize("measure", list(Measure))
def test_nothing_is_done_with_what_is_gone(measure: Measure) -> None:
    gone = fold(disposals=[(6, done("destroyed", "100"))], orders=[(7, made.released())])
    assert may_dispose(done(measure), gone) == (stop("disposal/gone", "disposal.gone", lot="L1"),)


def test_where_nobody_knows_the_rest_an_amount_is_not_compared() -> None:
    now = Held("L1", Fate.SEALED, None, "kg")
    assert may_dispose(done("destroyed", "100000"), now) == ()


@pytest.mark.parametrize(
    ("order", "ruling"),
    [
        (made.released(), None),
        (made.released(outcome=Outcome.POSITIVE), stop("disposal/order", "disposal.order_not_negative", lot="L1")),
        (made.released(outcome=Outcome.SUSPECT), stop("disposal/order", "disposal.order_not_negative", lot="L1")),
        (made.released(outcome=Outcome.INVALID), stop("disposal/order", "disposal.order_not_negative", lot="L1")),
        (made.released(report=" "), stop("disposal/order", "disposal.order_without_report", lot="L1")),
        (made.released(laboratory=""), stop("disposal/order", "disposal.order_without_report", lot="L1")),
    ],
)
def test_what_frees_a_lot(order: LotReleased, ruling: Ruling | None) -> None:
    assert may_release(order) == ruling


def test_the_measures_are_those_of_the_entry() -> None:
    assert set(disposal.AWAY) | {Measure.SEALED, Measure.RELEASED} == set(Measure)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_keyed_sentence_is_there(language: str) -> None:
    words = load_words(language)
    assert [name for name in ("by", "place") if not words.knows(f"disposal.record.{name}")] == []


def test_the_fates_are_spelled_so() -> None:
    assert [str(one) for one in Fate] == ["free", "stopped", "sealed", "released", "gone"]
