"""A smaller count of the part `planted` in every test run; and the search itself finds what it is to find."""

import zlib
from pathlib import Path

import pytest

from tests.faults.haystack import BACKWARDS, FORMS, Needles
from tests.faults.planted import forgotten, planted

IDS = ("778899197001010015", "77889919800228123X")


@pytest.fixture
def needles() -> Needles:
    return Needles({"id": IDS, "name": ("郝连一", "郝连二")})


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("word", [IDS[1], "郝连二"])
def test_every_form_is_found_wherever_it_stands(needles: Needles, form: str, word: str) -> None:
    written = FORMS[form](word)
    assert {hit.form for hit in needles.within(b"..." + written + b"...", "x")} >= {form}
    assert needles.within(written[:-1], "x") == set()


def test_words_backwards_are_found(needles: Needles) -> None:
    assert {hit.form for hit in needles.within(b"." + IDS[0][::-1].encode(), "x")} == {BACKWARDS}


def test_what_only_begins_alike_is_no_hit(needles: Needles) -> None:
    assert needles.within(b"778899197001010016 \xe9\x83\x9d\xe8\xbf\x9e\xe4\xb8\x89", "x") == set()


def test_deflated_files_and_values_of_tables_are_looked_into(needles: Needles, tmp_path: Path) -> None:
    import sqlite3

    (tmp_path / "a.zlib").write_bytes(zlib.compress(IDS[0].encode()))
    sql = sqlite3.connect(tmp_path / "t.db")
    sql.execute("create table t (x)")
    sql.execute("insert into t values (?)", ("." * 4000 + IDS[1] + "." * 9000,))
    sql.commit()
    sql.close()
    assert {hit.where for hit in needles.in_files(tmp_path)} == {"a.zlib", "t.db"}


def test_nothing_that_was_planted_is_found_where_it_may_not_be() -> None:
    found = planted(seed=1, people=30)
    assert list(found) == []
    assert found.counts["people"] == 30


def test_nothing_of_those_whose_time_is_over_is_left() -> None:
    assert list(forgotten(people=10)) == []
