"""What a certificate rests on: tests that are there and negative, of the same goods; a lot that is large enough."""

from dataclasses import dataclass
from decimal import Decimal
from sys import intern
from typing import Any

from ui.audit.entry import Entry
from ui.audit.lots import Lot, Lots, quantity
from ui.audit.view import View, body_of, text

CERTIFICATE, TEST, DECLARED = "certificate", "test", "lot.declared"
BALANCED = (DECLARED, "incoming", "certificate.voided")  # what a lot has grown by, or has again
KILOGRAMS = {"kg": Decimal(1), "jin": Decimal("0.5")}


@dataclass(frozen=True, slots=True)
class Tested:
    """`value` as it was recorded; None where there is none."""

    outcome: str
    lot: str
    product: str
    subject: str
    value: str | None


class Grounds:
    def __init__(self, view: View) -> None:
        self._view = view
        self._tests: dict[int, Tested] = {}
        self._lots = Lots(lambda: view.hides(*BALANCED))
        self._positive: set[str] = set()

    def tested(self, seq: int) -> Tested | None:
        return self._tests.get(seq)

    def test(self, entry: Entry) -> None:
        body = body_of(entry)
        outcome, lot = text(body["verdict"], "outcome"), text(body, "lot", "")
        goods = intern(text(body, "product")), intern(text(body, "subject"))
        value = None if body.get("value") is None else text(body, "value")
        self._tests[entry.seq] = Tested(intern(outcome), intern(lot), *goods, value)
        if outcome == "positive" and lot:
            self._positive.add(lot)

    def declaration(self, entry: Entry) -> None:
        body = body_of(entry)
        self._typed(entry, body)
        self._lots.declare(entry.seq, body)

    def incoming(self, entry: Entry) -> None:
        self._lots.take_in(entry.seq, body_of(entry))

    def correction(self, entry: Entry) -> None:
        body = body_of(entry)
        if body["field"] == "quantity":
            self._lots.correct(body["corrects"], text(body, "new"))

    def certificate(self, entry: Entry) -> None:
        body = body_of(entry)
        self._typed(entry, body)
        for seq in body["tests"]:
            self._rests_on(entry, body, seq)
        if "self_test" in body["basis"] and not body["tests"]:
            self._view.tell.remarked("basis_untested", entry.seq, number=text(body, "number"))
        if lot := text(body, "lot", ""):
            self._certified(entry, body, lot)

    def voided(self, entry: Entry) -> None:
        self._lots.void(text(body_of(entry), "number"))

    def dispatched(self, entry: Entry) -> None:
        self._lots.send(body_of(entry))

    def lost(self, entry: Entry) -> None:
        self._lots.lose(body_of(entry))

    # --- within -------------------------------------------------------------------------------------------------

    def _rests_on(self, entry: Entry, body: dict[str, Any], seq: Any) -> None:
        facts = {"number": text(body, "number"), "test": seq}
        test = self._tests.get(seq) if type(seq) is int else None
        if test is None:
            self._untold(entry, seq, facts)
            return
        tell = self._view.tell
        if test.outcome != "negative":
            tell.found("test_not_negative", entry.seq, outcome=test.outcome, **facts)
        if test.product != body["product"]:
            tell.found("test_other_goods", entry.seq, product=test.product, **facts)
        elif not self._same_batch(test.lot, text(body, "lot", "")):
            tell.found("test_other_lot", entry.seq, lot=test.lot, **facts)
        if test.subject != body["subject"]["id"]:
            tell.remarked("test_other_subject", entry.seq, **facts)

    def _untold(self, entry: Entry, seq: Any, facts: dict[str, Any]) -> None:
        """No such test is there, or it lies where we cannot see."""
        if type(seq) is int and (0 < seq < self._view.first or (seq < entry.seq and self._view.taken[TEST])):
            self._view.unjudged += 1
        else:
            self._view.tell.found("test_missing", entry.seq, **facts)

    def _same_batch(self, one: str, other: str) -> bool:
        """A test without a lot was made before the lot had a number. Lots of one batch share their tests."""
        if not one or not other or one == other:
            return True
        return bool(self._lots.batch(one) & self._lots.batch(other)) or not self._view.whole

    def _certified(self, entry: Entry, body: dict[str, Any], name: str) -> None:
        lot, facts = self._lots.lot(name), {"number": text(body, "number"), "lot": name}
        if name in self._positive:
            self._view.tell.remarked("lot_positive", entry.seq, **facts)
        if lot is None:
            self._view.missing("lot_unknown", entry.seq, (DECLARED,), **facts)
            return
        if lot.unit != body["unit"]:
            self._view.tell.found("lot_unknown", entry.seq, **facts)
            return
        if lot.product != body["product"]:
            self._view.tell.found("lot_other_goods", entry.seq, product=lot.product, **facts)
        self._within(entry, lot, quantity(body), facts)

    def _within(self, entry: Entry, lot: Lot, amount: Decimal, facts: dict[str, str]) -> None:
        """Retention takes all that names a lot, or nothing: of one that is there all of it is, but before a part."""
        enough = amount <= lot.free
        self._lots.certify(facts["number"], lot, amount)
        if not enough and self._view.whole:
            told = {"certified": lot.certified, "declared": lot.declared, "gone": lot.gone + lot.bare}
            self._view.tell.found("quantity_over", entry.seq, unit=lot.unit, **told, **facts)
        elif not enough:
            self._view.unjudged += 1

    def _typed(self, entry: Entry, body: dict[str, Any]) -> None:
        """What was typed in kilograms or jin is what was recorded."""
        typed, _, unit = text(body, "quantity_typed").rpartition(" ")
        if unit in KILOGRAMS and (text(body, "unit") != "kg" or Decimal(typed) * KILOGRAMS[unit] != quantity(body)):
            self._view.tell.found("quantity_typed", entry.seq, typed=body["quantity_typed"], quantity=body["quantity"])
