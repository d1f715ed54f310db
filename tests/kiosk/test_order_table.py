"""What orders leave behind: producers who leave, merge and come back, whole lists, credit, people, messages."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.order_checks import misfit
from kiosk.order_table import OrderTable
from kiosk.rules.messages import (
    Card,
    Credit,
    CreditPut,
    DoctorAsked,
    KeysPut,
    NoticePut,
    NoticeWithdrawn,
    OrderBody,
    Staff,
    StaffPut,
    Subject,
    SubjectsMerged,
    SubjectsSnapshot,
    SubjectsUpsert,
    SubjectsWithdrawn,
    TaskGiven,
    TaskWithdrawn,
    UpdateGiven,
)
from kiosk.staff_pin import hashed
from kiosk.tables import open_tables

DAY = "2026-11-22"


def person(name: str, code: str = "") -> Subject:
    return Subject(name, "farmer", f"name of {name}", "13800001234", "戛洒镇", code=code)


class Given:
    """Orders one after the other, each refused or done as a station does."""

    def __init__(self, table: OrderTable) -> None:
        self.table = table
        self.seq = 0

    def __call__(self, *orders: OrderBody) -> list[str]:
        return [self._one(order) for order in orders]

    def _one(self, order: OrderBody) -> str:
        self.seq += 1
        found = misfit(self.table, order)
        if found is None:
            self.table.apply(order, f"all/{self.seq}", DAY)
        return "" if found is None else found.key.rpartition(".")[2]


@pytest.fixture
def table(tmp_path: Path) -> Iterator[OrderTable]:
    connection = open_tables(tmp_path / "record.db")
    yield OrderTable(connection)
    connection.close()


@pytest.fixture
def give(table: OrderTable) -> Given:
    given = Given(table)
    given(SubjectsUpsert((person("a", "code-a"), person("b", "code-b"), person("c")), (Card("1", "a"), Card("2", "b"))))
    return given


# --- producers --------------------------------------------------------------------------------------------------------


def test_who_is_withdrawn_is_gone_and_his_card_says_so(table: OrderTable, give: Given) -> None:
    assert give(SubjectsWithdrawn(("a", "never-known"), "moved away")) == [""]
    assert (table.subject("a"), table.subject_by_code("code-a")) == (None, None)
    assert (table.holder("1"), table.withdrawn("a"), table.withdrawn("b")) == ("a", True, False)
    assert table.withdrawn("never-known")
    assert table.subjects_count() == 2


def test_who_comes_back_is_there(table: OrderTable, give: Given) -> None:
    give(SubjectsWithdrawn(("a",)), SubjectsUpsert((person("a"),)))
    assert (table.subject("a"), table.withdrawn("a")) == (person("a"), False)


def test_merged_producers_are_one_by_every_way_in(table: OrderTable, give: Given) -> None:
    assert give(SubjectsMerged("b", ("a",))) == [""]
    found = table.subject("b")
    assert (table.subject("a"), table.subject_by_code("code-a"), table.holder("1")) == (found, found, "b")
    assert table.same("a") == table.same("b") == ("b", "a")
    assert table.same("c") == ("c",)
    assert (table.withdrawn("a"), table.subjects_count()) == (False, 2)


def test_a_chain_of_mergers_ends_at_the_last(table: OrderTable, give: Given) -> None:
    give(SubjectsMerged("b", ("a",)), SubjectsMerged("c", ("b",)))
    assert (table.subject("a"), table.same("a"), table.holder("1")) == (person("c"), ("c", "a", "b"), "c")
    give(SubjectsWithdrawn(("c",)))
    assert (table.subject("a"), table.withdrawn("a"), table.withdrawn("b")) == (None, True, True)


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (SubjectsMerged("nobody", ("a",)), "merge_into"),
        (SubjectsMerged("a", ("b", "a")), "merge_itself"),
        (SubjectsMerged("a", ()), "empty"),
        (SubjectsWithdrawn(()), "empty"),
        (SubjectsUpsert(()), "empty"),
    ],
)
def test_what_names_nobody_is_refused(table: OrderTable, give: Given, order: OrderBody, why: str) -> None:
    assert give(order) == [why]
    assert table.same("a") == ("a",)


def test_none_is_merged_into_one_who_was_merged(give: Given) -> None:
    give(SubjectsMerged("b", ("a",)))
    assert give(SubjectsMerged("a", ("c",))) == ["merge_into"]


# --- whole lists ------------------------------------------------------------------------------------------------------


def part(edition: str, nth: int, of: int, *names: str, cards: tuple[Card, ...] = ()) -> SubjectsSnapshot:
    return SubjectsSnapshot(edition, nth, of, tuple(person(name) for name in names), cards)


def test_a_whole_list_counts_when_its_last_part_came(table: OrderTable, give: Given) -> None:
    assert give(part("e1", 1, 2, "a", "x")) == [""]
    assert (table.subject("x"), table.subjects_count()) == (None, 3)
    assert give(part("e1", 2, 2, "y", cards=(Card("9", "y"),))) == [""]
    assert [table.subject(name) is not None for name in "abcxy"] == [True, False, False, True, True]
    assert (table.withdrawn("b"), table.holder("9"), table.holder("1")) == (True, "y", None)
    assert table.subjects.parts("e1") == 0


def test_what_follows_a_list_counts_after_it(table: OrderTable, give: Given) -> None:
    give(part("e1", 1, 1, "a"), SubjectsUpsert((person("new"),)))
    assert (table.subject("new"), table.subjects_count()) == (person("new"), 2)


def test_a_new_edition_drops_the_parts_of_the_old(table: OrderTable, give: Given) -> None:
    give(part("e1", 1, 2, "a"), part("e2", 1, 2, "x"))
    assert (table.subjects.parts("e1"), table.subjects.parts("e2")) == (0, 1)
    assert give(part("e1", 2, 2, "b"), part("e2", 2, 2, "y")) == ["part", ""]
    assert [table.subject(name) is not None for name in "abxy"] == [False, False, True, True]


def test_a_list_that_begins_again_forgets_its_parts(table: OrderTable, give: Given) -> None:
    give(part("e1", 1, 3, "old"), part("e1", 2, 3, "old2"), part("e1", 1, 2, "x"), part("e1", 2, 2, "y"))
    assert [table.subject(name) is not None for name in ("old", "old2", "x", "y")] == [False, False, True, True]


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (part("e1", 0, 2, "x"), "part"),
        (part("e1", 3, 2, "x"), "part"),
        (part("e1", 1, 1001, "x"), "part"),
        (part("e1", 2, 2, "x"), "part"),
        (part("e1", 1, 1), "empty"),
        (part("e1", 1, 1, "x", "x"), "twice"),
    ],
)
def test_bad_part_numbers_are_refused(table: OrderTable, give: Given, order: SubjectsSnapshot, why: str) -> None:
    assert give(order) == [why]
    assert table.subjects_count() == 3


def test_a_part_that_was_left_out_stops_the_list(table: OrderTable, give: Given) -> None:
    assert give(part("e1", 1, 3, "x"), part("e1", 3, 3, "z"), part("e1", 2, 4, "y")) == ["", "part_order", "part"]
    assert table.subjects_count() == 3


def test_merged_producers_outlive_a_list_with_the_one_they_became(table: OrderTable, give: Given) -> None:
    give(SubjectsMerged("b", ("a",)), part("e1", 1, 1, "b"))
    assert (table.subject("a"), table.same("a")) == (person("b"), ("b", "a"))
    give(part("e2", 1, 1, "c"))
    assert (table.subject("a"), table.withdrawn("a")) == (None, True)


# --- credit -----------------------------------------------------------------------------------------------------------


def graded(subject: str, listed: str = "", since: str = "2026-01-01", until: str = "", grade: str = "A") -> Credit:
    return Credit(subject, grade, listed, since, until)


def test_credit_marks_between_its_days(table: OrderTable, give: Given) -> None:
    give(CreditPut((graded("a", "black", "2026-11-01", "2026-11-30"), graded("b"))))
    assert [table.listed("a", day) for day in ("2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01")] == [
        "", "black", "black", "",
    ]  # fmt: skip
    assert (table.credit("b"), table.listed("b", DAY), table.credit("c")) == (graded("b"), "", None)


def test_who_was_merged_is_listed_as_the_worst_of_him(table: OrderTable, give: Given) -> None:
    give(CreditPut((graded("a", "black"), graded("b", "watch"))), SubjectsMerged("b", ("a",)))
    assert (table.listed("b", DAY), table.listed("a", DAY)) == ("black", "black")
    assert table.credit("a") == graded("b", "watch")


def test_credit_that_ends_before_it_begins_is_refused(table: OrderTable, give: Given) -> None:
    assert give(CreditPut((graded("a", since="2026-02-01", until="2026-01-01"),)), CreditPut(())) == ["days", "empty"]
    assert give(CreditPut((graded("a"), graded("a")))) == ["twice"]
    assert table.credit("a") is None


# --- people who work here ---------------------------------------------------------------------------------------------


def clerk(name: str, badge: str = "", pin: str = "") -> Staff:
    return Staff(name, "Wang", ("clerk",), badge, pin)


def test_badges_open_until_they_are_withdrawn(table: OrderTable, give: Given) -> None:
    give(StaffPut((clerk("w", "B1"), clerk("z"))))
    assert (table.staff_by_badge("B1"), table.staff_by_badge("")) == (clerk("w", "B1"), None)
    assert [someone.id for someone in table.staff()] == ["w", "z"]
    give(StaffPut((), ("w",)))
    assert table.staff_by_badge("B1") is None


def test_a_badge_is_one_persons(table: OrderTable, give: Given) -> None:
    give(StaffPut((clerk("w", "B1"),)))
    assert give(StaffPut((clerk("z", "B1"),))) == ["twice"]
    assert give(StaffPut((clerk("z", "B1"),), ("w",))) == [""]
    assert give(StaffPut((clerk("z", "B2"), clerk("y", "B1")))) == [""]
    assert give(StaffPut((clerk("m", "B3"), clerk("n", "B3")))) == ["twice"]
    assert [table.staff_by_badge(badge) for badge in ("B1", "B2", "B3")] == [clerk("y", "B1"), clerk("z", "B2"), None]


def test_a_pin_that_is_not_a_hash_never_enters(table: OrderTable, give: Given) -> None:
    kept = hashed("4711")
    assert give(StaffPut((clerk("w", pin="4711"),)), StaffPut((clerk("w", pin=kept),))) == ["pin", ""]
    assert [someone.pin for someone in table.staff()] == [kept]


# --- tasks, messages, doctor, update ----------------------------------------------------------------------------------


def test_a_task_is_withdrawn_once(table: OrderTable, give: Given) -> None:
    task = TaskGiven("t-1", "sample", "market", "2026-12-01")
    assert give(task, replace(task, count=0), TaskWithdrawn("t-1"), TaskWithdrawn("t-1")) == [
        "",
        "count",
        "",
        "no_task",
    ]
    assert table.tasks(DAY) == []


def test_messages_are_shown_between_their_days(table: OrderTable, give: Given) -> None:
    old = NoticePut("n-1", "message", "t", "text", "2026-11-01", "2026-11-22")
    new = NoticePut("n-2", "publicity", "t", "text", "2026-11-22", "2026-11-30")
    assert give(old, new, replace(new, notice="n-3", until="2026-11-21")) == ["", "", "days"]
    assert [table.notices(day) for day in ("2026-10-31", DAY, "2026-11-23")] == [[], [new, old], [new]]
    assert give(NoticeWithdrawn("n-2"), NoticeWithdrawn("n-2")) == ["", "no_notice"]
    assert table.notices("2026-11-23") == []


def test_the_doctor_is_asked_until_he_has_answered(table: OrderTable, give: Given) -> None:
    asked = [f"all/{give.seq + nth}" for nth in range(1, 12)]
    give(*(DoctorAsked() for _ in asked))
    assert table.doctor_waiting() == asked
    table.answered(asked[0], 7)
    table.answered("all/999", 8)
    assert table.doctor_waiting() == asked[1:]


def test_the_last_word_on_software_counts(table: OrderTable, give: Given) -> None:
    assert table.update() is None
    give(UpdateGiven("0.2.0", "ab" * 32), UpdateGiven("0.3.0", "cd" * 32, "2026-12-01"))
    assert table.update() == UpdateGiven("0.3.0", "cd" * 32, "2026-12-01")


def test_words_about_nothing_are_refused(give: Given) -> None:
    assert give(KeysPut(()), StaffPut(())) == ["empty", "empty"]
