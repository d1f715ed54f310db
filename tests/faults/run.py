"""`make faults`: every long count of faults, part by part. Seeded and resumable; exit 1 on any violation.

What is done stands in build/faults/; the same command goes on where the last one stopped. Without --only: every part.
"""

import argparse
import importlib
import importlib.util
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from typing import Any

from tests.faults.book import Absent, Book, Found, Page, Unit

# part → what it counts. Each is a module of this folder, but for `kills`, with `units(seed, count)`.
PARTS = {
    "turns": "whole turns at the screen while SIGKILL takes programs",
    "steps": "the station dies inside each system call of a step",
    "kills": "SIGKILLs of the record at any moment, each followed by a restart",
    "strokes": "SIGKILL, EIO and ENOSPC at every file call of the way from the test to the receipt",
    "paper": "a certificate's print job is stopped at every byte, in five ways, and a person acts",
    "power": "states that a power cut may leave on a disk, and two bad modes that must be found out",
    "cuts": "real ext4 images copied at any moment and mounted (root only)",
    "recovery": "a power cut in the recovery from a power cut",
    "year": "one year on a fast clock: cuts, outages, jumps of the clock",
    "orders": "orders changed, replayed and sent to the wrong box",
    "planted": "planted personal data, searched for everywhere",
    "replay": "everything said again, many times",
    "acl": "every identity on every topic of a real broker",
    "traffic": "a long backlog through a bad line",
    "checks": "mutated codes before our checks and before the program that is handed out",
    "worn": "codes on printed, worn and folded paper, read by two decoders",
    "screen": "reload, back, lost line, dead station and lost devices at every step of a turn at the screen",
    "looks": "every page of the screen in each panel, language and size of letters",
    "monkey": "random taps, plugs and power cuts at the screen, each run ending idle with no fault told",
    "mutations": "single changes to a record, each to be noticed",
}
MODULES = {"kills": "deaths"}


def main() -> int:
    asked = _asked(sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what a part has started must not outlive it
    until = time.monotonic() + asked.minutes * 60
    wrong = 0
    for part in [asked.only] if asked.only else PARTS:
        if not asked.only and importlib.util.find_spec(_module(part)) is None:
            _say(f"{part}: is not part of this house")
            continue
        try:
            wrong += _part(part, asked, until)
        except Absent as absent:
            _say(f"\n== {part}: NOT DONE: {absent}")
    return 1 if wrong else 0


def _part(part: str, asked: argparse.Namespace, until: float) -> int:
    """Do what is left of one part; the number of violations in its book."""
    book = Book(part, asked.seed)
    nth, parts = (int(number) for number in asked.part.split("/"))
    finished, before = True, len(book.pages)
    with closing(importlib.import_module(_module(part)).units(asked.seed, asked.count)) as units:
        for unit in _mine(units, book, nth, parts):
            if time.monotonic() > until:
                finished = False
                break
            _try(unit, book)
    _tell(part, book, len(book.pages) - before)
    if not finished:
        _say(f"not finished; go on with: make faults ARGS='{_again(part, asked)}'")
    if book.wrong():
        _say(f"replay: rm {book.file} && make faults ARGS='{_again(part, asked)}'")
    return len(book.wrong())


def _mine(units: Iterable[Unit], book: Book, nth: int, parts: int) -> Iterator[Unit]:
    """What is left to do here. Which unit is whose does not depend on what is done."""
    ours = (unit for place, unit in enumerate(units) if place % parts == nth - 1)
    return (unit for unit in ours if unit[0] not in book.pages)


def _try(unit: Unit, book: Book) -> None:
    name, run = unit
    began = time.monotonic()
    found = run()
    page = Page(tuple(found), found.counts if isinstance(found, Found) else {}, time.monotonic() - began)
    book.write(name, page)
    counted = ", ".join(f"{what} {number}" for what, number in page.counts.items())
    _say(f"{name:32} {page.seconds:6.1f} s  {counted}")
    for sentence in page.wrong:
        _say(f"  WRONG {sentence}")


def _tell(part: str, book: Book, fresh: int) -> None:
    _say(f"\n== {part}: {len(book.pages)} units ({fresh} now), {len(book.wrong())} violations")
    for what, number in sorted(book.totals().items()):
        _say(f"  {what:40}{number:10}")
    for unit, sentence in book.wrong():
        _say(f"  {unit}: {sentence}")


def _module(part: str) -> str:
    return f"tests.faults.{MODULES.get(part, part)}"


def _again(part: str, asked: argparse.Namespace) -> str:
    count = "" if asked.count is None else f" --count {asked.count}"
    own = "" if asked.part == "1/1" else f" --part {asked.part}"
    return f"--only {part} --seed {asked.seed}{count}{own}"


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    about = "\n".join(f"  {part:10} {what}" for part, what in PARTS.items())
    form: Any = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=f"{__doc__}\nparts:\n{about}", formatter_class=form)
    parser.add_argument("--only", choices=PARTS, help="one part instead of all")
    parser.add_argument("--count", type=int, help="units of the part; without it the full count")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=9.0, help="stop after so long; the same command goes on")
    parser.add_argument("--part", default="1/1", help="i/n: only every n-th unit, from the i-th")
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    with suppress(BrokenPipeError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
