"""No order is ever silently «done»: each kind leaves something in the tables, or is refused with its reason."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk import log
from kiosk.clock import Clock
from kiosk.order_checks import hindrance
from kiosk.record import Home, Record
from kiosk.rules.messages import ORDER_KINDS, OrderDone, PackPut
from kiosk.words import load_words
from tests.kiosk.documents.drawn import filled
from tests.support.bodies import START, County
from tests.support.bodies import Station as Box

BOOKS = ("entry", "node", "cursor", "receipt")  # what every entry changes


@pytest.fixture
def county() -> County:
    return County()


@pytest.fixture
def box(county: County) -> Box:
    return county.enrol("gasa")


def opened(folder: Path, county: County, box: Box) -> Record:
    home = Home(county.name, box.name, "0", folder / "record.db", folder / "up", folder / "down")
    clock = Clock(START - timedelta(days=1), lambda: START, folder / "never")
    return Record(home, box.key, county.trust, clock, hindrance=hindrance(load_words("en")))


def bring(folder: Path, payload: bytes) -> None:
    writer = log.Writer(folder / "down" / "all")
    writer.append(payload)
    writer.flush()
    writer.publish(writer.last)
    writer.close()


def kept(folder: Path) -> dict[str, list[Any]]:
    with sqlite3.connect(folder / "record.db") as sql:
        names = [name for (name,) in sql.execute("select name from sqlite_master where type = 'table'")]
        return {name: sql.execute(f"select * from {name}").fetchall() for name in names if name not in BOOKS}  # noqa: S608


@pytest.mark.parametrize("kind", ORDER_KINDS)
def test_an_order_changes_what_stands_or_is_refused(kind: str, tmp_path: Path, county: County, box: Box) -> None:
    order = filled(kind)
    if isinstance(order, PackPut):
        order = replace(order, file="methods/county.toml")
    bring(tmp_path, county.give("all", 1, order).bytes())
    record = opened(tmp_path, county, box)
    before = kept(tmp_path)
    (done,) = record.obey()
    record.close()
    assert (done.order, done.stream, done.seq) == (kind, "all", 1)
    assert (kept(tmp_path) != before) == done.done
    assert done.done or done.reason


def test_an_order_of_tomorrow_is_refused_and_passed(tmp_path: Path, county: County, box: Box) -> None:
    tomorrow = Box(county.name, "office", county.order).write_raw("of.tomorrow", {"x": "y"})
    header = replace(tomorrow.header, log=f"{county.name}.all")
    bring(tmp_path, replace(tomorrow, header=header, signature=county.order.sign(header.bytes())).bytes())
    record = opened(tmp_path, county, box)
    (done,) = record.obey()
    cursor = record.tables.cursor("all")
    record.close()
    assert isinstance(done, OrderDone)
    assert (done.order, done.done, cursor) == ("of.tomorrow", False, 1)
    assert "of.tomorrow" in done.reason
