"""The book of lots: to the last gram, and never more on certificates than there was."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.rules.errors import Unusable
from kiosk.rules.goods import ledger
from kiosk.rules.goods.book import Balance, Book, Draw, Paper, Sent, draws, entered, fold, named_sources, reference
from kiosk.rules.goods.quantity import Unit, quantity
from kiosk.rules.messages import Certificate, Dispatched, EntryBody, Lost, LotDeclared, Opened
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.scan.numbers import CROCKFORD, check_character
from tests.support.lots import amount, balance, book, certificate, declared, incoming, lost, sent, voided

D = Decimal


# --- what the book keeps ---


def test_a_further_declaration_adds() -> None:
    page = balance(declared(amount="60"), declared(amount="40.5"))
    assert (page.declared, page.free(), page.here, page.issued) == (D("100.5"), D("100.5"), D("100.5"), D(0))
    assert (page.subject, page.product, page.unit, page.origin) == ("s1", "tomato", "kg", "Xinping")


def test_certificates_take_and_void_ones_give_back() -> None:
    page = balance(declared(), certificate("C1", "60"), certificate("C2", "30"))
    assert (page.issued, page.free(), page.here) == (D(90), D(10), D(100))
    after = balance(declared(), certificate("C1", "60"), certificate("C2", "30"), voided("C1"))
    assert (after.issued, after.free()) == (D(30), D(70))
    assert after.papers == (Paper("C1", D(60), void=True), Paper("C2", D(30)))


def test_an_entry_that_comes_twice_counts_once() -> None:
    whole = book(declared(), declared("B"), certificate("C1", "60"), certificate("C1", "50", "B"), voided("C9"))
    assert (whole.lots["A"].papers, whole.lots["B"].papers) == ((Paper("C1", D(60)),), ())


def test_goods_that_left_under_a_void_certificate_do_not_come_back() -> None:
    page = balance(declared(), certificate("C1", "60"), sent("25", certificate="C1"), voided("C1"))
    assert (page.free(), page.here, page.short) == (D(75), D(75), D(0))
    assert page.papers == (Paper("C1", D(60), D(25), void=True),)


def test_goods_that_left_bare_cannot_be_certified() -> None:
    page = balance(declared(), sent("30"), certificate("C1", "60"))
    assert (page.free(), page.here) == (D(10), D(70))
    assert page.sent == (Sent("market", "", D(30)),)


def test_more_under_a_certificate_than_it_says_is_bare() -> None:
    page = balance(declared(), certificate("C1", "60"), sent("70", certificate="C1"))
    assert (page.free(), page.here) == (D(30), D(30))


def test_a_loss_makes_certificates_too_many() -> None:
    page = balance(declared(), certificate("C1", "90"), lost("30"))
    assert (page.free(), page.here, page.short, page.lost) == (D(0), D(70), D(20), D(30))
    assert balance(declared(), certificate("C1", "90"), lost("10")).short == 0


def test_entries_of_another_unit_or_goods_are_noted_and_not_counted() -> None:
    page = balance(
        declared(), declared(unit="head"), certificate(unit="head"), sent(unit="box"), lost(unit="jin"),
        declared(subject="s2"), declared(product="apple"),
    )  # fmt: skip
    assert (page.declared, page.issued, page.here) == (D(100), D(0), D(100))
    assert page.unfit == (
        "lot.declared", "certificate", "lot.dispatched", "lot.lost", "lot.declared", "lot.declared",
    )  # fmt: skip


def test_what_concerns_no_lot_changes_nothing() -> None:
    whole = book(declared())
    for entry in (certificate(lot="Z"), sent(lot="Z"), lost(lot="Z"), voided(), Opened("c", "s", "k", "1")):
        assert entered(whole, 2, entry) == whole


def test_one_entry_more_leaves_the_old_book_alone() -> None:
    before = book(declared())
    after = entered(before, 2, certificate())
    assert (before.lots["A"].issued, after.lots["A"].issued) == (D(0), D(60))
    assert (before.of_paper("C1"), after.of_paper("C1")) == (None, after.balance("A"))
    assert after == book(declared(), certificate())


def test_a_part_is_taken_from_its_parent() -> None:
    whole = book(declared(), declared("B", "40", parent="A"))
    assert whole.lots["A"].drawn == (Draw("B", D(40)),)
    assert (whole.lots["A"].free(), whole.lots["A"].here) == (D(60), D(60))
    part = whole.lots["B"]
    assert (part.declared, part.parent, part.sources) == (D(40), "A", (Draw("A", D(D(40))),))


def test_sources_are_used_up_in_the_order_they_are_named() -> None:
    whole = book(declared("A", "60"), declared("B", "40"), declared("C", "75", sources=("B", "A", "B")))
    assert whole.lots["C"].sources == (Draw("B", D(40)), Draw("A", D(35)))
    assert (whole.lots["A"].free(), whole.lots["B"].free(), whole.lots["C"].free()) == (D(25), D(0), D(75))
    assert whole.lots["C"].parent == ""


def test_a_lot_never_holds_more_than_its_sources_gave() -> None:
    whole = book(declared("A", "60"), declared("B", "100", sources=("A", "Z")))
    assert whole.lots["B"].declared == 60
    assert book(declared("A", "60"), declared("B", "10", "head", parent="A")).lots["B"].declared == 0
    assert book(declared("B", "10", parent="Z")).lots["B"].declared == 0


def test_certified_goods_are_not_split_off() -> None:
    assert book(declared(), certificate("C1", "60"), declared("B", "100", parent="A")).lots["B"].declared == 40


def test_a_parent_stands_before_further_sources() -> None:
    entry = declared("C", parent="A", sources=("B",))
    assert named_sources(entry) == ("A", "B")
    assert named_sources(declared(sources=("B",))) == ("B",)


def test_a_buyers_papers_are_sources_with_what_is_left() -> None:
    whole = book(incoming("P1", "60"), incoming("P2", "40"), declared("B", "75", subject="b1", sources=("P1", "P2")))
    assert (whole.lots["P1"].free(), whole.lots["P2"].free()) == (D(0), D(25))
    later = entered(whole, 9, declared("C", "25", subject="b1", sources=("P1", "P2")))
    assert later.lots["C"].sources == (Draw("P2", D(25)),)


def test_a_loss_of_what_was_bought_is_not_sold() -> None:
    whole = book(incoming("P1", "60"), lost("10", lot="P1"), declared("B", "60", subject="b1", sources=("P1",)))
    assert whole.lots["B"].declared == 50


def test_the_same_paper_holds_its_quantity_once() -> None:
    whole = book(incoming("P1", "60"), incoming("P1", "60"), incoming("P1", "60", receiver="b2"))
    whole = entered(whole, 9, incoming("P1", "60", receiver="b2"))
    assert (whole.lots["P1"].declared, whole.lots["P1"].subject, whole.lots["P1"].holders) == (D(60), "b1", ("b2",))


def test_only_our_numbers_are_known_to_be_one_paper() -> None:
    assert reference(incoming("P1"), 5) == "P1"
    assert reference(incoming("1", paper="handwritten"), 5) == "seq:5"
    assert reference(incoming(""), 5) == "seq:5"
    assert set(book(incoming("1", paper="foreign"), incoming("1", paper="foreign")).lots) == {"seq:1", "seq:2"}


def test_a_paper_without_a_quantity_holds_nothing() -> None:
    paper = incoming("P1")
    unread = type(paper)("v", "b1", "ours", True, "tomato", None, "kg", "Li", "P1")
    assert book(unread).lots == {}


def test_draws_stop_when_there_is_enough() -> None:
    whole = book(declared("A", "60"), declared("B", "40"))
    assert draws(whole, ("A", "B"), D(60)) == (Draw("A", D(60)),)
    assert draws(whole, ("Z", "B"), D(50)) == (Draw("B", D(40)),)
    assert draws(whole, (), D(50)) == ()


# --- what may be asked ---


def test_the_last_kilogram_and_a_gram_more() -> None:
    page = balance(declared(), certificate("C1", "60"))
    assert ledger.may_certify(page, amount("40 kg")) == ()
    assert ledger.may_certify(page, amount("80 jin")) == ()
    assert ledger.may_certify(page, amount("8 box x 5")) == ()
    over = stop("lot/over_issue", "lot.over_issue", left="40", asked="40.001", unit="kg")
    assert ledger.may_certify(page, amount("40.001 kg")) == (over,)


def test_a_lot_nobody_knows() -> None:
    unknown = (stop("lot/unknown", "lot.unknown"),)
    assert ledger.may_certify(None, amount("1 kg")) == unknown
    assert ledger.may_send(None, sent()) == unknown
    assert ledger.may_lose(None, lost()) == unknown


def test_units_do_not_mix() -> None:
    heads = balance(declared(unit="head"))
    differs = stop("lot/unit_differs", "lot.unit_differs", unit="head", other_unit="kg")
    assert ledger.may_certify(heads, amount("1 kg")) == (differs,)
    assert ledger.may_send(heads, sent()) == (differs,)
    assert ledger.may_lose(heads, lost()) == (differs,)
    assert ledger.may_certify(heads, amount("100 head")) == ()


def test_a_box_of_a_weighed_lot_is_asked_for_its_weight() -> None:
    each = stop("quantity/each", "quantity.each_wanted", amount="8", unit="box")
    assert ledger.may_certify(balance(declared()), amount("8 box")) == (each,)
    heads = stop("lot/unit_differs", "lot.unit_differs", unit="head", other_unit="box")
    assert ledger.may_certify(balance(declared(unit="head")), amount("8 box")) == (heads,)


def test_of_papers_goods_are_drawn_in_their_own_unit() -> None:
    papers = balance(declared()), balance(declared(unit="head"))
    differs = stop("lot/unit_differs", "lot.unit_differs", unit="kg", other_unit="box")
    assert ledger.drawn_in(papers, amount("8 box")) == differs
    assert ledger.drawn_in(papers[:1], amount("8 head")) is not None
    for fits in ("8 box x 5", "16 jin", "3 head"):
        assert ledger.drawn_in(papers, amount(fits)) is None
    assert ledger.drawn_in((), amount("8 box")) is None, "papers that say no quantity say no unit either"


def test_sending_on() -> None:
    page = balance(declared(), certificate("C1", "60"), sent("25", certificate="C1"))
    assert ledger.may_send(page, sent("35", certificate="C1")) == ()
    under = stop("lot/sent_under", "lot.sent_under", left="35", asked="36", unit="kg")
    assert ledger.may_send(page, sent("36", certificate="C1")) == (under,)
    gone = stop("lot/sent", "lot.sent", left="75", asked="76", unit="kg")
    assert ledger.may_send(page, sent("76", certificate="C1")) == (gone,)
    bare = stop("lot/sent_bare", "lot.sent_bare", left="40", asked="41", unit="kg")
    assert ledger.may_send(page, sent("41")) == (bare,)
    assert ledger.may_send(page, sent("40")) == ()
    other = stop("lot/sent_paper", "lot.sent_paper", number="C2")
    assert ledger.may_send(page, sent("1", certificate="C2")) == (other,)


def test_losing() -> None:
    page = balance(declared(), certificate("C1", "60"), sent("25", certificate="C1"))
    assert ledger.may_lose(page, lost("40")) == ()
    kept = warn("lot/lost_certified", "lot.lost_certified", short="0.001", unit="kg")
    assert ledger.may_lose(page, lost("40.001")) == (kept,)
    gone = stop("lot/lost", "lot.lost", left="75", asked="75.001", unit="kg")
    assert ledger.may_lose(page, lost("75.001")) == (gone,)


def test_declaring_anew_and_again() -> None:
    assert ledger.may_declare(Book(), declared(), buyer=False) == ()
    assert ledger.may_declare(book(declared()), declared(), buyer=False) == ()
    other = stop("lot/other_goods", "lot.other_goods", lot="A")
    assert ledger.may_declare(book(declared()), declared(subject="s2"), buyer=False) == (other,)
    unit = stop("lot/unit_differs", "lot.unit_differs", unit="kg", other_unit="head")
    assert ledger.may_declare(book(declared()), declared(unit="head"), buyer=False) == (unit,)


def test_a_buyer_names_his_sources() -> None:
    assert ledger.may_declare(Book(), declared(), buyer=True) == (stop("lot/buyer_sources", "lot.buyer_sources"),)
    short = stop("lot/sources_short", "lot.sources_short", left="60", asked="60.001", unit="kg")
    whole = book(incoming("P1", "60"))
    entry = declared("B", "60.001", subject="b1", sources=("P1",))
    assert ledger.may_declare(whole, entry, buyer=True) == (short,)
    assert ledger.may_declare(whole, declared("B", "60", subject="b1", sources=("P1",)), buyer=True) == ()


def test_two_buyers_of_one_paper() -> None:
    whole = book(incoming("P1", "60"), incoming("P1", "60", receiver="b2"))
    assert ledger.may_declare(whole, declared("B", "60", subject="b2", sources=("P1",)), buyer=True) == ()
    other = stop("lot/source_other", "lot.source_other", source="P1")
    assert ledger.may_declare(whole, declared("B", "60", subject="b3", sources=("P1",)), buyer=True) == (other,)


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"sources": ("Z",)}, stop("lot/source_unknown", "lot.source_unknown", source="Z")),
        ({"sources": ("A",), "product": "apple"}, stop("lot/source_other", "lot.source_other", source="A")),
        ({"parent": "A", "subject": "s2"}, stop("lot/source_other", "lot.source_other", source="A")),
        (
            {"sources": ("A",), "unit": "head"},
            stop("lot/unit_differs", "lot.unit_differs", unit="kg", other_unit="head"),
        ),
        ({"sources": ("X",)}, stop("lot/source_stopped", "lot.source_stopped", source="X")),
        ({"lot": "A", "sources": ("A",)}, stop("lot/cycle", "lot.cycle", source="A")),
        ({"lot": "A", "sources": ("B",)}, stop("lot/cycle", "lot.cycle", source="B")),
        ({"lot": "A", "sources": ("C",)}, stop("lot/cycle", "lot.cycle", source="C")),
    ],
)
def test_sources_that_are_none(changed: dict[str, object], rule: object) -> None:
    whole = book(declared(), declared("B", "40", parent="A"), declared("C", "10", sources=("B",)), declared("X"))
    entry = declared(**{"lot": "N", "amount": "1", **changed})  # type: ignore[arg-type]
    assert ledger.may_declare(whole, entry, buyer=False, stopped=("X",)) == (rule,)


def test_every_wrong_source_is_told_and_none_twice() -> None:
    told = ledger.may_declare(book(declared()), declared("N", sources=("Y", "Z", "Y")), buyer=False)
    assert [ruling.say.facts["source"] for ruling in told] == ["Y", "Z"]


# --- one step back, one step forward, and who stands with whom ---


def family() -> Book:
    return book(
        declared("A", "100"), declared("A1", "30", parent="A"), declared("A2", "20", parent="A"),
        declared("A11", "10", parent="A1"), declared("Q", "50"), declared("M", "60", sources=("A2", "Q")),
        sent("5", lot="M", to="market"), sent("6", lot="M", to="shop"), sent("1", lot="M", to="market"),
    )  # fmt: skip


def test_steps() -> None:
    whole = family()
    assert (ledger.back(whole, "M"), ledger.forward(whole, "M")) == (("A2", "Q"), ("market", "shop"))
    assert (ledger.back(whole, "A"), ledger.forward(whole, "A")) == ((), ("A1", "A2"))
    assert (ledger.back(whole, "Z"), ledger.forward(whole, "Z")) == ((), ())


def test_a_split_batch_is_one_batch_and_a_mixture_is_another() -> None:
    whole = family()
    for lot in ("A", "A1", "A2", "A11"):
        assert ledger.batch(whole, lot) == {"A", "A1", "A2", "A11"}
    assert ledger.batch(whole, "M") == {"M"}
    assert ledger.batch(whole, "Z") == {"Z"}


def test_whose_positive_stops_whom() -> None:
    whole = family()
    assert ledger.kin(whole, "M") == {"M", "A", "A1", "A2", "A11", "Q"}
    assert ledger.kin(whole, "A1") == {"A", "A1", "A2", "A11"}
    assert ledger.kin(whole, "Q") == {"Q"}


def test_a_farmers_positive_reaches_what_was_bought_of_him() -> None:
    whole = book(
        declared("A"), certificate("C1", "60"), incoming("C1", "60"), declared("B", "50", subject="b1", sources=("C1",))
    )
    assert ledger.kin(whole, "B") == {"B", "C1", "A"}


def test_a_circle_in_a_foreign_book_does_no_harm() -> None:
    pages = {
        "A": Balance("A", "s", "p", "kg", D(1), parent="B", sources=(Draw("B", D(1)),)),
        "B": Balance("B", "s", "p", "kg", D(1), parent="A", sources=(Draw("A", D(1)),)),
    }
    assert ledger.kin(Book(pages), "A") == {"A", "B"}


# --- which lot, which number ---


@pytest.mark.parametrize(
    ("began", "today", "days", "same"),
    [
        (date(2026, 11, 22), date(2026, 11, 22), 1, True),
        (date(2026, 11, 22), date(2026, 11, 23), 1, False),
        (date(2028, 2, 28), date(2028, 3, 1), 3, True),
        (date(2027, 2, 28), date(2027, 3, 2), 2, False),
        (date(2026, 11, 23), date(2026, 11, 22), 1, False),
        (date(2026, 11, 22), date(2026, 11, 22), 0, False),
    ],
)
def test_a_lot_lasts_its_days(began: date, today: date, days: int, same: bool) -> None:
    assert ledger.same_lot(began, today, days) is same


def test_a_lot_number_shows_its_day() -> None:
    assert ledger.lot_number(date(2026, 11, 2), bytes(5)) == f"L261102-00000000-{check_character('26110200000000')}"
    assert ledger.lot_number(date(2026, 11, 2), bytes([255] * 5))[8:16] == "ZZZZZZZZ"
    assert ledger.lot_number(date(2026, 11, 2), bytes([0, 0, 0, 0, 33]))[8:16] == "00000011"


@given(st.dates(), st.binary(min_size=5, max_size=5), st.integers(1, 15), st.integers(1, 31))
def test_a_wrong_character_of_a_lot_number_shows(day: date, random: bytes, place: int, by: int) -> None:
    whole = ledger.lot_number(day, random).replace("-", "")[1:]
    wrong = CROCKFORD[(CROCKFORD.index(whole[place - 1]) + by) % 32]
    spoilt = whole[: place - 1] + wrong + whole[place:]
    assert check_character(whole[:-1]) == whole[-1]
    assert check_character(spoilt[:-1]) != spoilt[-1]


@pytest.mark.parametrize("random", [b"", bytes(4), bytes(6)])
def test_a_lot_number_needs_its_bytes(random: bytes) -> None:
    with pytest.raises(Unusable) as wrong:
        ledger.lot_number(date(2026, 11, 2), random)
    assert (wrong.value.code, wrong.value.facts) == ("rules.lot_random", {"expected": "5"})


# --- whatever happens ---

LOTS = ("A", "B", "C", "D")
QUANTITIES = st.integers(1, 120_000).map(lambda grams: str(D(grams) / 1000))
LOT = st.sampled_from(LOTS)
PAPER = st.sampled_from(["C1", "C2", "C3", "C4", "C5"])
STEPS: st.SearchStrategy[EntryBody] = st.one_of(
    st.builds(declared, LOT, QUANTITIES),
    st.builds(lambda lot, grams, parent: declared(lot, grams, parent=parent), LOT, QUANTITIES, LOT),
    st.builds(
        lambda lot, grams, of: declared(lot, grams, sources=tuple(of)), LOT, QUANTITIES, st.lists(LOT, max_size=3)
    ),
    st.builds(certificate, PAPER, QUANTITIES, LOT),
    st.builds(voided, PAPER),
    st.builds(lost, QUANTITIES, LOT),
    st.builds(sent, QUANTITIES, LOT, st.one_of(st.just(""), PAPER)),
)


def allowed(whole: Book, entry: EntryBody) -> bool:
    return not any(ruling.stops for ruling in asked(whole, entry))


def asked(whole: Book, entry: EntryBody) -> tuple[Ruling, ...]:
    match entry:
        case LotDeclared():
            return ledger.may_declare(whole, entry, buyer=False)
        case Certificate():
            return ledger.may_certify(whole.balance(entry.lot), quantity(str(entry.quantity), Unit.KG))
        case Dispatched():
            return ledger.may_send(whole.balance(entry.lot), entry)
        case Lost():
            return ledger.may_lose(whole.balance(entry.lot), entry)
    return ()


@settings(max_examples=200, deadline=None)
@given(st.lists(STEPS, max_size=30))
def test_no_order_of_events_certifies_more_than_there_was(steps: list[EntryBody]) -> None:
    whole, grown, seq = Book(), D(0), 0
    for entry in steps:
        if not allowed(whole, entry):
            continue
        seq += 1
        if isinstance(entry, LotDeclared) and not named_sources(entry):
            grown += entry.quantity
        whole = entered(whole, seq, entry)
        for page in whole.lots.values():
            certain(page)
    assert sum(page.issued for page in whole.lots.values()) <= grown
    declared_own = sum(page.declared - sum(draw.quantity for draw in page.sources) for page in whole.lots.values())
    assert declared_own == grown


def certain(page: Balance) -> None:
    """Of one lot, always: certified within declared, and every gram in one place."""
    drawn = sum(draw.quantity for draw in page.drawn)
    gone = sum(one.quantity for one in page.sent)
    assert page.issued <= page.declared - drawn
    assert page.here == page.declared - drawn - page.lost - gone
    assert page.here >= 0
    assert page.free() <= page.here
    assert page.unfit == ()
    assert all(paper.sent <= paper.quantity for paper in page.papers)
    if not page.lost:
        assert page.short == 0


@settings(max_examples=100, deadline=None)
@given(st.lists(STEPS, max_size=20))
def test_even_a_book_that_nobody_guarded_conjures_nothing(steps: list[EntryBody]) -> None:
    whole = fold(enumerate(steps, start=1))
    for page in whole.lots.values():
        assert page.free() >= 0
        assert page.short >= 0
        assert sum(draw.quantity for draw in page.sources) <= page.declared
        assert sum(draw.quantity for draw in page.drawn) <= page.declared
