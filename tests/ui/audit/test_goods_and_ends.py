"""Lies about goods, ends of papers, corrections and old clocks: each told by its code, and the honest twin is clean."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.trust import Revoked, Use, revoked
from tests.support.lies import Lie, Told, written
from tests.support.village import COUNTY, FARMER, ROOT, key, trust
from tests.ui.audit.test_lies import (
    LOG,
    Story,
    after,
    changed,
    codes,
    correction,
    day,
    gone,
    number,
    printed,
    resealed,
    retired,
    void,
    without,
)
from ui.audit.program import main

Change = Callable[[Story], Story]


def of_lot(story: Story, kind: str, amount: str, **more: object) -> dict[str, object]:
    """So much of the lot of the first certificate (160 kg)."""
    told = {"lot": "L1", "quantity": amount, "unit": "kg", "quantity_typed": f"{amount} kg"}
    rest = {"lot.lost": {"reason": "rot"}, "lot.dispatched": {"to": "m", "certificate": ""}, "lot.declared": {}}
    first = story[2].body if kind == "lot.declared" else {}
    return {**first, **told, **rest[kind], **more}


def part_of(story: Story, amount: str, name: str = "P2") -> Story:
    """A lot split from the first one, before its certificate."""
    return after(story, 3, "lot.declared", **of_lot(story, "lot.declared", amount, lot=name, parent="L1"))


def on_part(story: Story, amount: str, said: str) -> Story:
    """The first certificate is of a lot that was split from L1."""
    return resealed(part_of(story, amount), 5, "station", lot="P2", quantity=said, quantity_typed=f"{said} kg")


def unvouched(story: Story) -> Story:
    return [replace(one, clock="unknown") for one in story]


LIES: dict[str, tuple[str, Change]] = {
    "lost before its certificate": ("quantity_over", lambda s: after(s, 3, "lot.lost", **of_lot(s, "lot.lost", "0.1"))),
    "sent before its certificate": (
        "quantity_over", lambda s: after(s, 3, "lot.dispatched", **of_lot(s, "lot.dispatched", "0.1"))
    ),
    "split off before its certificate": ("quantity_over", lambda s: part_of(s, "0.1")),
    "a part that is larger than its whole": ("quantity_over", lambda s: on_part(s, "1000", "161")),
    "a lot of other goods": ("lot_other_goods", lambda s: changed(s, 3, product="rice")),
    "came out, then failed": ("end_changed", lambda s: after(s, 5, "print", **printed(number(s), outcome="failed"))),
    "came out, then unknown": ("end_changed", lambda s: after(s, 5, "print", **printed(number(s), outcome="unknown"))),
    "whole, then failed": (
        "end_changed",
        lambda s: after(changed(s, 5, outcome="confirmed"), 5, "print", **printed(number(s), outcome="failed")),
    ),
    "an old value that never stood there": (
        "correction_old", lambda s: after(s, 5, "correction", **correction(old="x"))
    ),
    "the same correction again": (
        "correction_old", lambda s: after(after(s, 5, "correction", **correction()), 6, "correction", **correction())
    ),
    "a value that nobody measured": (
        "code_says", lambda s: changed(s, 2, value="49.9")
    ),
    "a value on paper that was rounded up": ("code_says", lambda s: changed(s, 2, value="5.49")),
    "taken by a clock that nobody vouched for": (
        "retired_early",
        lambda s: gone(
            [*s, Told("retention.done", retired((2, 5)), s[-1].time, "unknown").later(days=200)], 2, 3, 4, 5
        ),
    ),
    "old by nobody's clock": (
        "retired_early",
        lambda s: gone(
            [*unvouched(s[:6]), *(one.later(days=190) for one in s[6:]),
             Told("retention.done", retired((2, 5)), s[-1].time).later(days=200)], 2, 3, 4, 5,
        ),
    ),
}  # fmt: skip
ALSO = {"came out, then unknown": {"no_end"}, "old by nobody's clock": {"day_counts", "date"}}
HONEST: dict[str, Change] = {
    "lost after its certificate": lambda s: after(s, 5, "lot.lost", **of_lot(s, "lot.lost", "160")),
    "sent on under its certificate": lambda s: after(
        s, 5, "lot.dispatched", **of_lot(s, "lot.dispatched", "160", certificate=number(s))
    ),
    "a part of what is left": lambda s: on_part(s, "100", "100"),
    "failed, then printed": lambda s: after(
        changed(s, 5, outcome="failed"), 5, "print", **printed(number(s))
    ),
    "unknown, then whole": lambda s: after(
        changed(s, 5, outcome="unknown"), 5, "print", **printed(number(s), outcome="confirmed")
    ),
    "corrected twice": lambda s: after(
        after(s, 5, "correction", **correction()), 6, "correction", **correction(old="y", new="z")
    ),
    "an amount corrected, written in another way": lambda s: after(
        s, 5, "correction", **correction(corrects=3, field="quantity", old="160.0", new="170")
    ),
    "a value that was cut": lambda s: changed(s, 2, value="5.5999"),
    "an unvouched stretch that a vouched clock follows": lambda s: gone(
        [*unvouched(s[:4]), *s[4:], Told("retention.done", retired((2, 5)), s[-1].time).later(days=200)], 2, 3, 4, 5
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_told_by_its_name(tmp_path: Path, name: str) -> None:
    code, change = LIES[name]
    assert set(codes(tmp_path, written(change(day())))) - ALSO.get(name, set()) == {code}


@pytest.mark.parametrize("name", HONEST)
def test_what_may_be_is_no_finding(tmp_path: Path, name: str) -> None:
    assert codes(tmp_path, written(HONEST[name](day()))) == []


@pytest.mark.parametrize("quantity", ["0", "-160", "NaN", "Infinity"])
def test_nothing_and_less_is_no_quantity(tmp_path: Path, quantity: str) -> None:
    story = changed(day(), 3, quantity=quantity, quantity_typed=f"{quantity} x")
    assert "body_form" in codes(tmp_path, written(story))


def test_goods_that_travelled_under_a_void_paper_get_no_other(tmp_path: Path) -> None:
    """After the void the quantity is free again, but for what went."""
    story = after(day(), 5, "lot.dispatched", **of_lot(day(), "lot.dispatched", "60", certificate=number(day())))
    story = after(story, 6, "certificate.voided", **void(number(story)))
    for amount, wanted in (("100", []), ("100.5", ["quantity_over"])):
        second = {**story[3].body, "number": "530427008J4CT4AN2", "quantity": amount, "quantity_typed": f"{amount} kg"}
        again = after(
            story,
            7,
            "certificate",
            **second,
        )
        again = resealed(again, 8, "station")
        again = after(again, 8, "print", **printed("530427008J4CT4AN2"))
        assert codes(tmp_path, written(again)) == wanted


def test_a_print_of_another_outcome_is_told(tmp_path: Path) -> None:
    assert set(codes(tmp_path, written(changed(day(), 5, outcome="great")))) == {"body_form", "no_end"}
    assert codes(tmp_path, written(without(day(), 5)[:4])) == []


def test_a_station_that_keeps_its_revocation_out_of_the_export_is_found_by_the_countys_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    word = revoked(key("root"), Revoked(COUNTY, Use.STATION, LOG, "2026-03-02", 9, "stolen"))
    export, listed = tmp_path / "told.zip", tmp_path / "trust.json"
    export.write_bytes(written(day(), Lie(listed=trust("station"))))
    listed.write_bytes(trust("station", revoked=(word,)).bytes())
    assert main([str(export), "--root", ROOT]) == 0
    capsys.readouterr()
    assert main([str(export), "--trust", str(listed), "--json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)["exports"]
    assert [one["code"] for one in found["findings"]] == ["revoked"]
    assert "root_believed" not in [one["code"] for one in found["remarks"]], "the list says whose root it is"
    listed.write_text("{}")
    assert main([str(export), "--trust", str(listed)]) == 2
    assert main([str(export), "--trust", str(tmp_path / "nowhere")]) == 2


def test_the_farmer_of_these_stories() -> None:
    assert day()[1].body["origin"] == FARMER.origin
