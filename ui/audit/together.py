"""Several exports looked at together: which log continues which, one log under one key, each number once in all."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ui.audit import notes
from ui.audit.archive import Archive
from ui.audit.errors import Unopened, Wrong
from ui.audit.examination import ENTRIES, Examined, Known, examine
from ui.audit.finding import Findings
from ui.audit.forms import parsed
from ui.audit.manifest import manifest_of
from ui.audit.trust import OFFICE, Trust, trust_of


@dataclass(frozen=True, slots=True)
class Asked:
    """`root`: the county's key, base64, or empty. `receipt`: a note that the county kept. `trust`: its list of keys."""

    files: Sequence[Path]
    root: str = ""
    receipt: bytes | None = None
    rows: bool = False
    trust: bytes | None = None


@dataclass(slots=True)
class Audit:
    """`together` is what follows from all exports and from none alone."""

    files: Sequence[Path]
    each: list[Examined]
    together: Findings = field(default_factory=Findings)

    @property
    def clean(self) -> bool:
        return not any(tell.findings for tell in (self.together, *(one.tell for one in self.each)))


def audit(asked: Asked) -> Audit:
    """Look at every export. Raises Unopened for a file that cannot be read, or is not what it is given as."""
    with ExitStack() as stack:
        try:
            opened = [stack.enter_context(file.open("rb")) for file in asked.files]
            known = Known(asked.root, _listed(asked.trust), _receipt(asked.receipt))
            wanted = _wanted(opened, known.receipt)
            found = Audit(asked.files, [examine(one, known, wanted, rows=asked.rows) for one in opened])
        except OSError as wrong:
            raise Unopened(f"{wrong.filename or ''} {wrong.strerror}") from wrong
    _link(found)
    _fork(found)
    _number(found)
    return found


def _receipt(data: bytes | None) -> notes.Note | None:
    if data is None:
        return None
    try:
        note = notes.parted(data, "checkpoint")
        notes.checkpoint(note, "checkpoint")
    except Wrong as wrong:
        raise Unopened("receipt") from wrong
    return note


def _listed(data: bytes | None) -> Trust | None:
    try:
        return None if data is None else trust_of(data)
    except Wrong as wrong:
        raise Unopened("trust") from wrong


def _wanted(opened: Sequence[BinaryIO], receipt: notes.Note | None) -> frozenset[int]:
    """Sizes at which one of these, or the county, knows the root of another. Nothing is believed for it."""
    sizes = set() if receipt is None else {notes.checkpoint(receipt, "checkpoint").size}
    for file in opened:
        try:
            archive = Archive(file)
            told = manifest_of(archive)
            sizes |= {told.first - 1, told.last}
            sizes.add(notes.checkpoint(notes.parted(archive.text("checkpoint.txt"), "checkpoint"), "checkpoint").size)
        except (Wrong, KeyError):
            continue
        finally:
            sizes |= _continued(file)
    return frozenset(sizes)


def _continued(file: BinaryIO) -> set[int]:
    """How far the log goes that this one says it continues."""
    try:
        through = parsed(next(Archive(file).lines(ENTRIES)))["body"]["predecessor_through"]
    except (Wrong, ValueError, KeyError, TypeError, StopIteration, RecursionError):
        return set()
    return {through} if type(through) is int else set()


# --- what follows from all of them ---


def _link(found: Audit) -> None:
    """A log that says which one it continues, and that one; two logs of one station that say nothing of each other."""
    by_log = {one.manifest.log: one for one in found.each if one.manifest is not None}
    named = set()
    for one in found.each:
        body = {} if one.judges is None else one.judges.opening.body
        before = body.get("predecessor")
        if isinstance(before, str):
            named.add((before, one.manifest.log if one.manifest else ""))
            _continues(one, by_log.get(before), before, body.get("predecessor_through"), body.get("predecessor_root"))
    stations = defaultdict(set)
    for one in found.each:
        if one.manifest is not None and one.ended:
            stations[one.manifest.county, one.manifest.station].add(one.manifest.log)
    for owner in [owner for owner in stations if owner[1] == OFFICE]:
        del stations[owner]  # the office begins a log with each key, and the root's grants name them all
    for (county, station), logs in sorted(stations.items()):
        pairs = [(a, b) for a in logs for b in logs if a < b]
        if pairs and not any((a, b) in named or (b, a) in named for a, b in pairs):
            found.together.found("unlinked", station=f"{county}/{station}", logs=", ".join(sorted(logs)))


def _continues(one: Examined, before: Examined | None, log: str, through: object, root: object) -> None:
    if before is None or before.manifest is None:
        one.tell.remarked("predecessor_absent", 1, log=log, through=through)
        return
    last = before.manifest.last
    if not isinstance(through, int) or (isinstance(root, str) and through > max(last, before.confirmed)):
        one.tell.remarked("predecessor_part", 1, log=log, through=through)
    elif isinstance(root, str) and before.ended and before.roots.get(through, b"").hex() not in ("", root):
        one.tell.found("predecessor", 1, log=log, through=through)
    elif last > through:
        one.tell.remarked("predecessor_beyond", 1, log=log, through=through, last=last)


def _fork(found: Audit) -> None:
    """Wherever two exports know the root of one log at one size, it is the same."""
    roots: dict[tuple[str, int], bytes] = {}
    for one in found.each:
        for size, root in one.roots.items():
            log = one.manifest.log if one.manifest is not None else ""
            if roots.setdefault((log, size), root) != root:
                found.together.found("forked", log=log, size=size)


def _number(found: Audit) -> None:
    """No number stands in two logs, and in one log only where two exports show the same entry."""
    places: dict[str, tuple[str, int]] = {}
    for one in found.each:
        for number, paper in one.numbers:
            place = (one.manifest.log if one.manifest is not None else "", paper.seq)
            if places.setdefault(number, place) != place:
                found.together.found("number_elsewhere", number=number, logs=f"{places[number][0]}, {place[0]}")
