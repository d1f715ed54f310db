"""A long count that was cut off goes on where it stopped, and every part of `make faults` can be asked in one way."""

import importlib
import importlib.util
import inspect
import json
from pathlib import Path

import pytest

from tests.faults.book import Book, Found, Page
from tests.faults.run import MODULES, PARTS

HERE = [part for part in PARTS if importlib.util.find_spec(f"tests.faults.{MODULES.get(part, part)}")]


def test_what_was_done_is_known_again(tmp_path: Path) -> None:
    Book("power", 3, tmp_path).write("box 1", Page(("lost",), {"states": 7}, 1.25))
    Book("power", 3, tmp_path).write("box 2", Page((), {"states": 5}, 0.5))
    again = Book("power", 3, tmp_path)
    assert set(again.pages) == {"box 1", "box 2"}
    assert again.totals() == {"states": 12}
    assert again.wrong() == [("box 1", "lost")]
    assert Book("power", 4, tmp_path).pages == {}


def test_a_line_is_one_unit(tmp_path: Path) -> None:
    book = Book("power", 3, tmp_path)
    book.write("box 1", Page((), {}, 0.0))
    assert json.loads(book.file.read_text()) == {"unit": "box 1", "wrong": [], "counts": {}, "seconds": 0.0}


def test_found_is_what_a_part_returns() -> None:
    found = Found(["lost"], {"kills": 3})
    assert (list(found), found.counts) == (["lost"], {"kills": 3})
    assert not Found([], {})


@pytest.mark.parametrize("part", HERE)
def test_every_part_says_its_units_in_the_same_way(part: str) -> None:
    units = importlib.import_module(f"tests.faults.{MODULES.get(part, part)}").units
    assert list(inspect.signature(units).parameters) == ["seed", "count"]
