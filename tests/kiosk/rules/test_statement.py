"""Answers of a person as the entry `drugs.stated`: what is filled in, what is asked, what is said."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.rules.drug_use.drugs import (
    Answer,
    coverage,
    scanned,
    spoken,
    statement,
    unknown_use,
    use_called,
    use_of,
)
from kiosk.rules.drug_use.intervals import Asks, Question
from kiosk.rules.drug_use.pesticides import Named
from kiosk.rules.messages import DrugsStated, DrugUse
from kiosk.rules.ruling import warn
from kiosk.rules.scan.labels import UnitCode
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import DrugClass
from tests.support import drugs as made

ORGANOPHOSPHATE, CARBAMATE = DrugClass.ORGANOPHOSPHATE, DrugClass.CARBAMATE
DRUGS = made.drug_list(
    made.ingredient("dichlorvos", ORGANOPHOSPHATE),
    made.ingredient("carbofuran", CARBAMATE),
    made.ingredient("imidacloprid", DrugClass.NEONICOTINOID),
    bottles=[
        made.bottle("PD20150001", "dichlorvos", "imidacloprid"),
        made.bottle(
            "PD20150003",
            "dichlorvos",
            intervals=[
                made.interval(10),
                made.interval(14, confirmed=False),
                made.interval(21, product="cucumber"),
                made.interval(30, ends=date(2026, 6, 30)),
            ],
        ),
    ],
)
TODAY = made.TODAY
ENZYME = made.enzyme(ORGANOPHOSPHATE, CARBAMATE)


# --- the entry ---


def test_a_statement_is_the_entry_with_its_first_day() -> None:
    uses = [
        made.use("dichlorvos", last_used="2026-07-01", days=7),
        made.use("carbofuran", last_used="2026-07-03", days=7),
    ]
    made_of = statement("v1", "l1", "s1", made.tomato(), uses, "2026-07-12", TODAY, DRUGS)
    assert made_of.entry == DrugsStated(
        "v1", "l1", "s1", "tomato", True, tuple(uses), harvest="2026-07-12", earliest="2026-07-10"
    )
    assert (made_of.questions, made_of.rulings) == ((), ())


def test_nothing_used_asks_nothing() -> None:
    told = statement("v1", "l1", "s1", made.tomato(), None, "", TODAY, DRUGS)
    assert told.entry == DrugsStated("v1", "l1", "s1", "tomato", False)
    assert (told.questions, told.rulings) == ((), ())


def test_not_knowing_is_a_use_that_nobody_knows() -> None:
    told = statement("v1", "l1", "s1", made.tomato(), [], "", TODAY, DRUGS)
    assert told.entry == DrugsStated("v1", "l1", "s1", "tomato", True)
    assert told.questions == (Question(Asks.HARVEST),)
    made.same(
        told.rulings,
        warn("interval/unknown_drug", "interval.unknown_drug"),
        warn("interval/harvest", "interval.harvest"),
    )


def test_bans_are_told_before_intervals() -> None:
    drugs = replace(DRUGS, bans=(made.ban("carbofuran", confirmed=False),))
    uses = [made.use("carbofuran", days=None)]
    told = statement("v1", "l1", "s1", made.tomato(), uses, "2026-07-12", TODAY, drugs, "李梅")
    made.same(
        told.rulings,
        warn(
            "drugs/banned_unconfirmed",
            "drugs.banned_checked",
            by="李梅",
            drug="bottle",
            ingredient="carbofuran",
            list="list-1",
        ),
        warn("interval/ask", "interval.ask", drug="bottle"),
    )
    assert told.questions == (Question(Asks.INTERVAL, 0),)
    assert told.entry.earliest == ""


@pytest.mark.parametrize(
    ("days", "of", "product", "last_used", "expected"),
    [
        (None, "", "tomato", "2026-07-01", (10, "pack")),
        (9, "label", "tomato", "2026-07-01", (10, "pack")),
        (10, "label", "tomato", "2026-07-01", (10, "label")),
        (11, "label", "tomato", "2026-07-01", (11, "label")),
        (999, "label", "tomato", "2026-07-01", (10, "pack")),  # a slip of the finger
        (5, "label", "tomato", "2026-06-30", (30, "pack")),  # in force on the day of use
        (5, "label", "tomato", "", (10, "pack")),
        (5, "label", "cucumber", "2026-07-01", (21, "pack")),
        (5, "label", "tea-leaf", "2026-07-01", (5, "label")),
    ],
)
def test_of_two_intervals_the_longer_counts(
    days: int | None, of: str, product: str, last_used: str, expected: tuple[int, str]
) -> None:
    use = made.use(registration="PD20150003", last_used=last_used, days=days, of=of)
    told = statement("v1", "l1", "s1", made.packs().products[product], [use], "2026-07-19", TODAY, DRUGS).entry.uses[0]
    assert (told.interval_days, told.interval_source) == expected
    assert told.ingredients == ("dichlorvos",)


def test_days_that_cannot_be_read_are_not_recorded() -> None:
    use = made.use("dichlorvos", last_used="yesterday")
    told = statement("v1", "l1", "s1", made.tomato(), [use], "soon", TODAY, DRUGS)
    assert (told.entry.harvest, told.entry.uses[0].last_used) == ("", "")
    assert told.questions == (Question(Asks.LAST_USED, 0), Question(Asks.HARVEST))
    compact = statement("v1", "l1", "s1", made.tomato(), [replace(use, last_used="20260701")], "20260712", TODAY, DRUGS)
    assert (compact.entry.harvest, compact.entry.uses[0].last_used) == ("2026-07-12", "2026-07-01")


# --- answers ---


def test_answers_as_uses() -> None:
    found = Named("敌敌畏", ("dichlorvos",), "PD20150003")
    assert use_of(found, Answer.REGISTERED) == DrugUse("registered", "敌敌畏", ("dichlorvos",), "PD20150003", by="self")
    assert use_of(found, Answer.OTHERS, "others") == DrugUse(
        "others", "敌敌畏", ("dichlorvos",), "PD20150003", by="others"
    )
    assert use_called("灭虫灵") == DrugUse("trade_name", "灭虫灵", by="self")
    assert use_called("灭虫灵", "service").by == "service"
    assert unknown_use() == DrugUse("unknown", "", by="self")
    assert unknown_use("others") == DrugUse("others", "", by="others")


def test_a_scanned_label() -> None:
    code = UnitCode("1" * 32, ("PD",), "150001", "holder", "001")
    assert scanned(code, DRUGS) == (
        DrugUse("registered", "PD20150001-zh", ("dichlorvos", "imidacloprid"), "PD20150001", by="self"),
    )
    elsewhere = replace(code, tail="159999")
    assert scanned(elsewhere, DRUGS, "others") == (DrugUse("registered", "PD*159999", by="others"),)
    cover = coverage(made.stated(*scanned(elsewhere, DRUGS)), [ENZYME], DRUGS)
    assert cover.unknown


def test_ids_are_spoken_as_names() -> None:
    drugs = replace(DRUGS, bans=(made.ban("carbofuran"),))
    said = Sentence("drugs.banned", {"drug": "carbofuran", "ingredient": "carbofuran", "list": "list-1"})
    assert spoken(said, drugs, "zh").facts == {
        "drug": "carbofuran-zh",
        "ingredient": "carbofuran-zh",
        "list": "list-1-zh",
    }
    other = Sentence("interval.ask", {"drug": "灭虫灵", "days": "carbofuran"})
    assert spoken(other, drugs, "en") == other
