"""Papers that a buyer takes in."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kiosk.rules.certify import incoming
from kiosk.rules.certify.incoming import Paper, Seen
from kiosk.rules.messages import Incoming
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.sentence import Sentence
from kiosk.words import load_words
from tests.support.lots import DIGEST, seen, wordings

TODAY = date(2026, 11, 22)
KEPT = warn("incoming/kept", "incoming.kept")
ALL = ("product", "quantity", "origin", "subject", "contact", "date", "promise", "basis")


def judged(paper: Seen, *earlier: Incoming, receiver: str = "b1", void: bool = False) -> tuple[Ruling, ...]:
    return incoming.judge(paper, receiver, TODAY, wordings(), earlier, void=void)


def taken(paper: Seen, receiver: str = "b1") -> Incoming:
    return incoming.taken(paper, receiver, "v", wordings())


def test_a_whole_paper_of_ours() -> None:
    assert judged(seen(paper=Paper.OURS, verified=True, picture="")) == ()


def test_a_whole_paper_that_nobody_can_verify_is_kept() -> None:
    assert judged(seen()) == (KEPT,)
    assert judged(seen(picture="")) == (stop("incoming/picture", "incoming.picture"), KEPT)


def test_an_empty_paper_lacks_everything_in_the_order_of_its_form() -> None:
    empty = Seen(Paper.FOREIGN)
    assert incoming.lacking(empty, wordings()) == ALL
    told = [ruling for ruling in judged(empty) if ruling.rule in ("incoming/lacks", "incoming/unnamed")]
    assert [ruling.say.key.rpartition(".")[2] for ruling in told] == [
        "product", "subject", "quantity", "origin", "contact", "date", "promise", "basis",
    ]  # fmt: skip
    assert [ruling.stops for ruling in told] == [True, True, *[False] * 6]


@pytest.mark.parametrize("blank", ["product", "issuer", "origin", "contact"])
def test_spaces_are_nothing(blank: str) -> None:
    assert len(incoming.lacking(seen(**{blank: "  "}), wordings())) == 1


def test_what_is_wanted_goes_by_the_day_of_the_paper() -> None:
    bare = {"basis": False, "origin": ""}
    assert incoming.lacking(seen(**bare, issued_on="2026-02-01"), wordings()) == ("origin", "basis")
    assert incoming.lacking(seen(**bare, issued_on="2026-02-01", style=2), wordings()) == ("basis",)
    assert incoming.lacking(seen(**bare, issued_on="2026-01-31", style=2), wordings()) == ("origin", "basis")
    assert incoming.lacking(seen(**bare, issued_on="2021-10-31"), wordings()) == ("origin",)
    assert incoming.lacking(seen(issued_on="2026-02-30"), wordings()) == ("date",)


def test_other_proof_names_goods_and_giver() -> None:
    proof = Seen(Paper.OTHER_PROOF, product="tomato", issuer="Lab", picture=DIGEST)
    assert judged(proof) == (KEPT,)
    assert incoming.lacking(Seen(Paper.OTHER_PROOF), wordings()) == ("product", "subject")
    assert judged(replace(proof, issued_on="2018-05-01")) == (KEPT,)
    assert not incoming.superseded(replace(proof, issued_on="2025-05-01"), wordings())


def test_without_any_wording_only_names_are_wanted() -> None:
    assert incoming.lacking(Seen(Paper.FOREIGN), ()) == ("product", "subject")
    assert incoming.form_of(seen(), ()) is None
    assert not incoming.superseded(seen(), ())
    assert incoming.judge(seen(), "b1", TODAY, (), void=False) == (KEPT,)


def test_which_form_a_paper_follows() -> None:
    forms = {
        day: incoming.form_of(seen(issued_on=day), wordings()) for day in ("2020-01-01", "2026-01-31", "", "2019-01-01")
    }
    assert [form.id for form in forms.values() if form] == ["2019-12", "2021-11", "2026-02-01", "2026-02-01"]
    named = incoming.form_of(seen(form="2019-12"), wordings())
    assert named is not None
    assert named.id == "2019-12"
    unknown = incoming.form_of(seen(form="other"), wordings())
    assert unknown is not None
    assert unknown.id == "2026-02-01"


def test_old_forms() -> None:
    told = warn("incoming/superseded", "incoming.superseded", told="2026-01-31")
    assert judged(seen(issued_on="2026-01-31")) == (KEPT, told)
    assert judged(seen(issued_on="2026-02-01")) == (KEPT,)
    late = warn("incoming/old_form", "incoming.old_form", told="2026-02-01", last="2026-01-31")
    assert judged(seen(issued_on="2026-02-01", form="2021-11")) == (KEPT, late)
    in_time = judged(seen(issued_on="2026-01-31", form="2021-11"))
    assert in_time == (KEPT, told)


@pytest.mark.parametrize("day", ["2026-11-23", "2019-11-30"])
def test_odd_days(day: str) -> None:
    odd = warn("incoming/day", "incoming.day", told=day, first="2019-12-01")
    assert judged(seen(issued_on=day)) == (KEPT, odd)


def test_a_void_certificate() -> None:
    assert judged(seen(), void=True)[0] == stop("incoming/void", "incoming.void", number="7")


def test_the_same_paper_again() -> None:
    twice = stop("incoming/twice", "incoming.twice", number="7")
    assert judged(seen(), taken(seen()))[-1] == twice
    elsewhere = warn("incoming/elsewhere", "incoming.elsewhere", number="7")
    assert judged(seen(), taken(seen(), "b2"))[-1] == elsewhere
    assert judged(seen(), taken(seen(), "b2"), taken(seen()))[-1] == twice
    assert judged(seen(), taken(seen(number="8")), taken(seen(issuer="Zhao"))) == (KEPT,)
    assert judged(seen(number=""), taken(seen())) == (KEPT,)


def test_a_paper_without_a_number_is_known_by_its_picture_or_its_words() -> None:
    plain = seen(number="")
    twice = stop("incoming/twice", "incoming.twice", number="")
    other_picture = taken(replace(plain, picture="cd" * 32))
    assert judged(plain, taken(replace(plain, issuer="Zhao")))[-1] == twice
    assert judged(plain, other_picture)[-1] == twice
    for change in (
        {"issuer": "Zhao"},
        {"product": "apple"},
        {"quantity": Decimal(51)},
        {"unit": "box"},
        {"issued_on": "2026-11-21"},
    ):
        other = taken(replace(plain, picture="cd" * 32, **change))
        assert judged(plain, other) == (KEPT,)
    without = replace(plain, picture="")
    assert judged(without, taken(replace(without, issuer="Zhao")))[-1] == KEPT


def test_the_entry_of_a_paper() -> None:
    paper = seen(origin="", issued_on="2026-01-31")
    assert incoming.taken(paper, "b1", "v9", wordings(), lot="L") == Incoming(
        visit="v9", receiver="b1", paper="handwritten", verified=False, product="tomato", quantity=Decimal(50),
        unit="kg", issuer="Li", number="7", contact="138", origin="", issued_on="2026-01-31", picture=DIGEST, lot="L",
        missing=("origin",), superseded=True,
    )  # fmt: skip


def test_a_paper_without_a_lot_names_none() -> None:
    assert (taken(seen()).lot, taken(seen()).missing) == ("", ())


def test_verified_or_kept() -> None:
    assert incoming.state(taken(seen(verified=True))) == Sentence("incoming.verified")
    assert incoming.state(taken(seen())) == Sentence("incoming.kept")
    assert load_words("zh").say("incoming.kept") == "已留存，未能验证。"


def test_a_paper_is_for_its_goods() -> None:
    assert incoming.for_goods(taken(seen()), "tomato") is None
    told = stop("incoming/other_product", "incoming.other_product", paper="tomato", goods="apple")
    assert incoming.for_goods(taken(seen()), "apple") == told


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_lack_has_its_word(language: str) -> None:
    words = load_words(language)
    assert all(words.say(f"incoming.lacks.{part}") for part in ALL)
