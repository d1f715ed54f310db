"""The scenarios that ship with the auditor, played by the house's own record (tests.support.village).

`python -m tests.support.scenarios` writes them again: the exports, and what the auditor says of them.
"""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kiosk.contract import key_id
from kiosk.live_trust import order_of
from kiosk.predecessor import Predecessor
from kiosk.record import Foreign
from kiosk.rules.messages import CardRevoked, Correction, Incident, Outcome, PrintOutcome, Retired, Span, SubjectsUpsert
from kiosk.trust import Revoked, Use, public_bytes, revoked
from tests.house.sources import ROOT
from tests.support.village import COUNTY, FARMER, Village, days_on, grant, key, seeded, trust
from tests.support.village import ROOT as ROOT_KEY
from ui.audit.report import report
from ui.audit.scenarios import FORM
from ui.audit.together import Asked, audit

FOLDER = ROOT / "ui" / "audit" / "scenarios"
CARRY, KEEP = "随货联", "存根联"


@dataclass(frozen=True, slots=True)
class Played:
    """Names of the files in the folder; `receipt` empty where there is none."""

    files: tuple[str, ...]
    receipt: str = ""


Play = Callable[[Path, Path], Played]


def normal_day(work: Path, out: Path) -> Played:
    box = Village(work)
    for lot, amount in (("L1", "160"), ("L2", "80.5"), ("L3", "12")):
        box.sell(lot, amount)
        box.wait(minutes=20)
    box.test(lot="L4", outcome=Outcome.POSITIVE)
    box.close_day()
    box.receipt()
    return _one(box, out, "normal-day")


def signer_failure(work: Path, out: Path) -> Played:
    """While the key cannot be read no program can write the log: another key is not taken for it."""
    box = Village(work)
    box.sell("L1")
    box.receipt()
    box.stop()
    box.time = days_on(box.time.date(), 5)
    try:
        box.start("stranger")
    except Foreign:
        box.start()
    box.sell("L2")
    box.close_day()
    box.receipt()
    return _one(box, out, "signer-failure")


def clock_reset(work: Path, out: Path) -> Played:
    """A spoilt battery: the clock begins in the past, then somebody sets it 20 days ahead, then the network is back."""
    box = Village(work)
    box.sell("L1")
    box.receipt()
    today = box.time
    box.synchronised.unlink()
    box.time = today.replace(year=2001)
    box.stop()
    box.start()
    box.sell("L2")
    box.time = today + timedelta(days=20)
    box.sell("L3")
    box.time = today + timedelta(hours=2)
    box.synchronised.touch()
    box.sell("L4")
    box.close_day()
    box.receipt()
    return _one(box, out, "clock-reset")


def card_swap(work: Path, out: Path) -> Played:
    old = Village(work / "old")
    old.sell("L1")
    old.receipt()
    through, root = old.record.last, old.record.tables.root(old.record.last).hex()
    old.sell("L2")
    both = trust("station", "second")
    old.export(out / "card-swap-1.zip", listed=both)
    old.stop()
    fresh = Village(
        work / "new", "second", Predecessor(old.record.log, through, root), both, days_on(old.time.date(), 1)
    )
    fresh.sell("L3")
    fresh.close_day()
    fresh.receipt()
    fresh.export(out / "card-swap-2.zip")
    fresh.stop()
    return Played(("card-swap-1.zip", "card-swap-2.zip"))


def paper_out(work: Path, out: Path) -> Played:
    box = Village(work)
    test = box.test()
    box.declare("L1", "300")
    number = box.certify("L1", "100", test)
    box.add(Incident("printer", "printer.paper_out", {}, "v-1"))
    box.printed(number, PrintOutcome.UNKNOWN, why="paper")
    box.printed(number, PrintOutcome.CONFIRMED, why="person")
    second = box.certify("L1", "100", test)
    box.printed(second, PrintOutcome.FAILED, why="cover")
    box.printed(second)
    third = box.certify("L1", "100", test)
    box.printed(third, PrintOutcome.UNKNOWN, why="restart")
    box.reprint(third)
    box.printed(third, copy=2)
    box.close_day()
    box.receipt()
    return _one(box, out, "paper-out")


def voids(work: Path, out: Path) -> Played:
    box = Village(work)
    test = box.test()
    box.declare("L1", "160")
    wrong = box.certify("L1", "160", test)
    box.printed(wrong)
    box.void(wrong)
    right = box.certify("L1", "60", test, replaces=wrong)
    box.printed(right)
    never = box.certify("L1", "100", test)
    box.printed(never, PrintOutcome.FAILED, why="cover")
    box.void(never, "not_printed")
    box.close_day()
    box.receipt()
    return _one(box, out, "voids")


def key_rollover(work: Path, out: Path) -> Played:
    old = Village(work / "old")
    old.sell("L1")
    old.receipt()
    old.wait(minutes=10)
    again = [grant(Use.WITNESS, "office", "witness-2"), grant(Use.ORDER, "office", "order-2")]
    gone = _word(Use.ORDER, "order", "2026-03-03", 0)
    old.order("all", order_of(again, [gone]))
    old.witness = "witness-2"
    old.order("all", CardRevoked("92051111", "lost"), signer="order-2")
    old.close_day()
    old.receipt()
    through, root = old.record.last, old.record.tables.root(old.record.last).hex()
    both = trust("station", "second", revoked=(_word(Use.STATION, "station", "2026-03-03", through),))
    old.export(out / "key-rollover-1.zip", listed=both)
    old.stop()
    fresh = Village(
        work / "new", "second", Predecessor(old.record.log, through, root), both, days_on(old.time.date(), 1)
    )
    fresh.order("all", order_of(again, [gone]))
    fresh.witness = "witness-2"
    fresh.sell("L2")
    fresh.receipt()
    fresh.export(out / "key-rollover-2.zip")
    fresh.stop()
    return Played(("key-rollover-1.zip", "key-rollover-2.zip"))


def cut_tail(work: Path, out: Path) -> Played:
    """The card was set back to a copy of the morning; the county remembers more."""
    box = Village(work)
    box.sell("L1")
    box.receipt()
    box.sell("L2")
    box.export(out / "cut-tail.zip")
    box.sell("L3")
    (out / "cut-tail.txt").write_text(box.receipt())
    box.stop()
    return Played(("cut-tail.zip",), "cut-tail.txt")


def copied_original(work: Path, out: Path) -> Played:
    box = Village(work)
    box.printed(box.sell("L1"))
    box.close_day()
    box.receipt()
    return _one(box, out, "copied-original")


def retention(work: Path, out: Path) -> Played:
    box = Village(work)
    box.sell("L1")
    last = box.record.last
    box.close_day()
    box.receipt()
    box.time = days_on(box.time.date(), 300)
    box.record.retire(Retired(box.time.date().isoformat(), 200, (Span(2, last),), 0, ()))
    box.sell("L2")
    box.close_day()
    box.receipt()
    box.export(out / "retention-part.zip", first=last + 1)
    box.export(out / "retention.zip")
    box.stop()
    return Played(("retention.zip", "retention-part.zip"))


def parts(work: Path, out: Path) -> Played:
    box = Village(work)
    test = box.test()
    box.declare("L1", "30")
    for nth in (1, 2, 3):
        number = box.certify("L1", "10", test, parts=(CARRY, KEEP), nth=nth, of=3)
        box.printed(number, part=CARRY)
        box.printed(number, PrintOutcome.UNKNOWN if nth == 2 else PrintOutcome.PRINTED, part=KEEP)
        if nth == 2:
            box.reprint(number, part=KEEP)
            box.printed(number, copy=2, part=KEEP)
    box.close_day()
    box.receipt()
    return _one(box, out, "parts")


def orders(work: Path, out: Path) -> Played:
    box = Village(work)
    box.order("all", SubjectsUpsert((FARMER,)))
    box.order("all", CardRevoked("92051111", "lost"))
    box.order("own", CardRevoked("92051112", "lost"), signer="stranger")
    test = box.test(lot="L1")
    box.add(Correction(test, "subject_name", FARMER.name, "李秀珍", "misheard", "Wang", "Zhao"))
    lot = box.declare("L1", "100")
    box.add(Correction(lot, "quantity", "100", "120", "second cart", "Wang", "Zhao"))
    box.printed(box.certify("L1", "120", test))
    box.close_day()
    box.receipt()
    return _one(box, out, "orders")


PLAYS: dict[str, Play] = {
    "normal-day": normal_day, "signer-failure": signer_failure, "clock-reset": clock_reset, "card-swap": card_swap,
    "paper-out": paper_out, "voids": voids, "key-rollover": key_rollover, "cut-tail": cut_tail,
    "copied-original": copied_original, "retention": retention, "parts": parts, "orders": orders,
}  # fmt: skip


def play(name: str, out: Path) -> None:
    """Write the files of one scenario into a folder."""
    with tempfile.TemporaryDirectory() as work, seeded(name):
        played = PLAYS[name](Path(work), out)
    receipt = (out / played.receipt).read_bytes() if played.receipt else None
    found = report(audit(Asked([out / file for file in played.files], ROOT_KEY, receipt)))
    table = {"form": FORM, "root": ROOT_KEY, "files": list(played.files), "receipt": played.receipt or None}
    text = json.dumps({**table, "expected": found}, ensure_ascii=False, indent=1)
    (out / f"{name}.json").write_text(f"{text}\n", "utf-8")


def _word(use: Use, of: str, since: str, through: int) -> Revoked:
    """The root's word that takes a key back."""
    word = Revoked(COUNTY, use, key_id(public_bytes(key(of))), since, through, "replaced")
    return revoked(key("root"), word)


def _one(box: Village, out: Path, name: str) -> Played:
    box.export(out / f"{name}.zip")
    box.stop()
    return Played((f"{name}.zip",))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for one in PLAYS:
        play(one, FOLDER)
