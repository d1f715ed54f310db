"""Days of chance at a box that obeys the house's rules: whatever they allow, the auditor finds nothing in it.

The rules of goods and of voids are asked before each entry, and the record is the house's own: so every complaint would
be the auditor's mistake.
"""

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from kiosk.rules.certify.void import Issued, may_void
from kiosk.rules.goods.book import Book, fold
from kiosk.rules.goods.ledger import may_certify, may_declare, may_lose, may_send
from kiosk.rules.goods.quantity import Unit
from kiosk.rules.goods.quantity import quantity as amount_of
from kiosk.rules.messages import Correction, Dispatched, EntryBody, Incident, Lost, LotDeclared, PrintOutcome, Voided
from kiosk.rules.ruling import first_stop
from tests.support.village import FARMER, ROOT, Village
from ui.audit.report import report
from ui.audit.together import Asked, audit

SEEDS = 12
STEPS = 60
PARTS = ("carry", "keep")


class Days:
    """`standing`: numbers of certificates that are not void, with their lot."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.draw, self.box = Random(seed), Village(folder)
        self.lots: list[str] = []
        self.standing: dict[str, str] = {}
        self.parts: dict[str, tuple[str, ...]] = {}
        self.copies: dict[tuple[str, str], int] = {}
        self.tests: list[int] = []

    def step(self) -> None:
        steps = (
            self.test, self.declare, self.split, self.certify, self.certify, self.reprint, self.void, self.send,
            self.lose, self.correct, self.start, self.close, self.receipt, self.night,
        )  # fmt: skip
        self.draw.choice(steps)()

    def book(self) -> Book:
        record = self.box.record
        return fold((seq, record.read(seq)) for seq in range(1, record.last + 1))

    def amount(self) -> str:
        return str(Decimal(self.draw.randrange(1, 400)) / self.draw.choice((1, 2, 4, 10)))

    # --- what a day brings ------------------------------------------------------------------------------------------

    def test(self) -> None:
        self.tests.append(self.box.test(value=self.draw.choice(("5.5", "5.5999", "5.50"))))

    def declare(self) -> None:
        lot = self.draw.choice([*self.lots, f"L{len(self.lots)}"])
        self.box.declare(lot, self.amount())
        self.lots = list(dict.fromkeys([*self.lots, lot]))

    def split(self) -> None:
        if self.lots:
            sources = self.draw.sample(self.lots, min(len(self.lots), self.draw.randrange(1, 3)))
            fresh, amount = f"L{len(self.lots)}", self.amount()
            made = LotDeclared(
                fresh, FARMER.id, "cowpea", Decimal(amount), "kg", f"{amount} kg", FARMER.origin,
                parent=sources[0], sources=tuple(sources[1:]),
            )  # fmt: skip
            if first_stop(may_declare(self.book(), made, buyer=False)) is None:
                self.box.add(made)
                self.lots.append(fresh)

    def certify(self) -> None:
        if not self.lots:
            return
        lot, amount, of = self.draw.choice(self.lots), self.amount(), self.draw.randrange(0, 4)
        if first_stop(may_certify(self.book().balance(lot), amount_of(amount, Unit.KG))) is not None:
            return
        parts = self.draw.choice(((), PARTS))
        number = self.box.certify(lot, amount, *self.tests[-1:], parts=parts, nth=of and 1, of=of)
        self.standing[number], self.parts[number] = lot, parts or ("",)
        for part in self.parts[number]:
            self.copies[number, part] = 1
            self.printed(number, 1, part)

    def printed(self, number: str, copy: int, part: str) -> None:
        """Failed copies are tried again, unknown ones asked for."""
        outcomes = [PrintOutcome.FAILED] * self.draw.randrange(0, 3)
        if self.draw.random() < 0.3:
            outcomes += [PrintOutcome.UNKNOWN, PrintOutcome.CONFIRMED]
        else:
            outcomes.append(PrintOutcome.PRINTED)
        for outcome in outcomes:
            self.box.printed(number, outcome, copy, part)

    def reprint(self) -> None:
        if self.standing:
            number = self.draw.choice(list(self.standing))
            part = self.draw.choice(self.parts[number])
            self.copies[number, part] += 1
            self.box.reprint(number, self.copies[number, part], part)
            self.printed(number, self.copies[number, part], part)

    def void(self) -> None:
        if not self.standing:
            return
        number = self.draw.choice(list(self.standing))
        issued = self.box.record.tables.known_paper(number)
        assert isinstance(issued, Issued)
        entry = Voided(number, "spoiled", "self", "taken_back", "v-1")
        if first_stop(may_void(issued, entry, subject_present=FARMER.id)) is None:
            self.box.add(entry)
            del self.standing[number]

    def send(self) -> None:
        if self.lots:
            lot, amount = self.draw.choice(self.lots), self.amount()
            papers = [number for number, of in self.standing.items() if of == lot]
            paper = self.draw.choice([*papers, ""])
            gone = Dispatched(lot, Decimal(amount), "kg", f"{amount} kg", "market", certificate=paper)
            self.when(first_stop(may_send(self.book().balance(lot), gone)) is None, gone)

    def lose(self) -> None:
        if self.lots:
            lot, amount = self.draw.choice(self.lots), self.amount()
            lost = Lost(lot, Decimal(amount), "kg", f"{amount} kg", "rot")
            self.when(first_stop(may_lose(self.book().balance(lot), lost)) is None, lost)

    def correct(self) -> None:
        if self.tests:
            seq = self.draw.choice(self.tests)
            told = [one for one in self.box_entries() if isinstance(one, Correction) and one.corrects == seq]
            old = told[-1].new if told else FARMER.origin
            fresh = f"{self.draw.randrange(999)} 号"
            self.when(fresh != old, Correction(seq, "origin", old, fresh, "typed wrong", "A", "B", ()))

    def box_entries(self) -> list[EntryBody]:
        return [self.box.record.read(seq) for seq in range(1, self.box.record.last + 1)]

    def when(self, may: bool, entry: EntryBody) -> None:
        if may:
            self.box.add(entry)

    # --- what the box and the county do -----------------------------------------------------------------------------

    def start(self) -> None:
        """A power cut and a start, by a clock that nothing vouches for until it is set again."""
        self.box.stop()
        self.box.synchronised.unlink(missing_ok=True)
        self.box.start()
        self.box.add(Incident("box", "power", {}))
        self.box.synchronised.touch()

    def close(self) -> None:
        if self.box.record.last_day():  # otherwise it is closed already
            self.box.close_day()

    def receipt(self) -> None:
        self.box.receipt()

    def night(self) -> None:
        self.box.wait(hours=self.draw.randrange(6, 40))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_an_honest_log_has_no_finding(tmp_path: Path, seed: int) -> None:
    days = Days(tmp_path / "box", seed)
    for _ in range(STEPS):
        days.step()
    days.close()
    days.receipt()
    out = days.box.export(tmp_path / "log.zip")
    found = report(audit(Asked([out], ROOT)))
    assert found["exports"][0]["findings"] == []
    first = days.draw.randrange(2, days.box.record.last)
    part = days.box.export(tmp_path / "part.zip", first=first)
    assert report(audit(Asked([part, out], ROOT)))["clean"]
    days.box.stop()


def test_the_rules_were_asked(tmp_path: Path) -> None:
    """Of many days some bring every kind of entry, or nothing would be shown."""
    kinds: set[str] = set()
    for seed in range(SEEDS):
        days = Days(tmp_path / str(seed), seed)
        for _ in range(STEPS):
            days.step()
        kinds |= {one.kind for one in days.box_entries()}
        days.box.stop()
    assert kinds >= {
        "certificate", "certificate.voided", "reprint", "print", "lot.lost", "lot.dispatched", "correction",
        "day.closed", "incident",
    }  # fmt: skip
