"""Which entries stand or fall together when their time is over, and whether something about them is still open.

Entries that name the same goods, paper, sample, run, visit or entry are one case: none of it goes while a part of it is
young or open, because a book or a dispute is folded from whole histories.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from kiosk.rules.messages import (
    AgreementSigned,
    CardGiven,
    DayClosed,
    Disposal,
    DoctorReport,
    EntryBody,
    Objection,
    ObjectionClosed,
    Opened,
    OrderDone,
    PinSet,
    ReagentOpened,
    ResultDelivered,
    Retired,
    Span,
    SubjectProposed,
    Supply,
    Test,
)
from kiosk.rules.oversight import dispute
from kiosk.rules.oversight.disposal import AWAY, Measure
from kiosk.rules.testing.lot import Standing, TestNote, standing

# They hold nothing of a person, and verification, rebuilding and the next retention rest on them.
NEVER = frozenset(one.kind for one in (Opened, DayClosed, DoctorReport, OrderDone, Retired))
# Kinds that can keep a case open or close it; the others need not be read again.
TELLING = frozenset(one.kind for one in (Test, Disposal, ResultDelivered, Objection, ObjectionClosed))

# Kinds on which what is known of a person or a shelf today may rest, although nothing came after them.
STANDING = frozenset(one.kind for one in (SubjectProposed, CardGiven, PinSet, AgreementSigned, Supply))

GOODS = ("lot", "parent", "sources", "number", "certificate", "voucher", "replaces", "dependents", "incoming")
ENTRIES = ("retest_of", "corrects", "test", "tests", "delivery", "objection", "rereads", "drugs")
OTHERS = {"sample_code": "sample", "samples": "sample", "run": "run", "visit": "visit"}
BY_NUMBER = "seq:"  # how a paper without a number is named among goods (kiosk.rules.goods.book.reference)
REPEATS = 2  # GB/T 5009.199: a positive is repeated at least twice (domain.md §2.9)
FAILED = (Standing.POSITIVE, Standing.SUSPECT, Standing.UNSETTLED)
ENDED = (*AWAY, Measure.RELEASED)
UNDER_WAY = (dispute.Stage.OBJECTED, dispute.Stage.AT_LABORATORY)


def ties(kind: str, seq: int, body: Mapping[str, Any], log: str = "") -> frozenset[str]:
    """What ties an entry to others. `log` where entries of several logs are looked at together."""
    found = {f"{log}/{BY_NUMBER}{seq}"}
    for name, value in (*body.items(), *_inner(body.get("proofs"))):
        for one in value if isinstance(value, list | tuple) else (value,):
            if tie := _tie(kind, name, one, log):
                found.add(tie)
    return frozenset(found)


def groups(tied: Mapping[int, frozenset[str]]) -> list[list[int]]:
    """The cases among these entries, each in order: whatever shares a tie is together."""
    of_tie: dict[str, int] = {}
    leader = {seq: seq for seq in tied}
    for seq, names in tied.items():
        for name in names:
            _join(leader, of_tie.setdefault(name, seq), seq)
    found: dict[int, list[int]] = {}
    for seq in sorted(tied):
        found.setdefault(_lead(leader, seq), []).append(seq)
    return list(found.values())


def alone(tied: Mapping[int, frozenset[str]], others: Container[str]) -> list[list[int]]:
    """The cases that share nothing with what is not weighed."""
    return [case for case in groups(tied) if not any(name in others for seq in case for name in tied[seq])]


def is_open(case: Sequence[tuple[int, EntryBody]], released: Callable[[str], bool]) -> bool:
    """`released`: whether the county's own order has ended the stop of a lot."""
    disposals = [body for _, body in case if isinstance(body, Disposal) and body.measure in ENDED]
    tests = [(seq, body) for seq, body in case if isinstance(body, Test)]
    lots = {body.lot for _, body in tests}
    if any(_failed([one for one in tests if one[1].lot == lot], lot, disposals, released) for lot in lots):
        return True
    events = [(seq, one) for seq, one in case if isinstance(one, ResultDelivered | Objection | ObjectionClosed)]
    return any(dispute.case(test, events).stage in UNDER_WAY for test in _delivered(events))


def spans(seqs: Iterable[int]) -> tuple[Span, ...]:
    """Numbers as runs without gaps."""
    found: list[Span] = []
    for seq in sorted(seqs):
        if found and found[-1].last == seq - 1:
            found[-1] = Span(found[-1].first, seq)
        else:
            found.append(Span(seq, seq))
    return tuple(found)


def _inner(proofs: object) -> Iterable[tuple[str, Any]]:
    return proofs.items() if isinstance(proofs, Mapping) else ()


def _tie(kind: str, name: str, value: object, log: str) -> str:
    """Empty for a member that ties nothing. A reagent's lot is no goods'."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{log}/{BY_NUMBER}{value}" if name in ENTRIES else ""
    if not isinstance(value, str) or not value or (kind == ReagentOpened.kind and name == "lot"):
        return ""
    if name in GOODS:
        return f"{log}/{value}" if value.startswith(BY_NUMBER) else f"goods:{value}"
    return f"{log}/{OTHERS[name]}:{value}" if name in OTHERS else ""


def _join(leader: dict[int, int], first: int, second: int) -> None:
    one, other = _lead(leader, first), _lead(leader, second)
    leader[max(one, other)] = min(one, other)


def _lead(leader: dict[int, int], seq: int) -> int:
    while leader[seq] != seq:
        leader[seq] = leader[leader[seq]]
        seq = leader[seq]
    return seq


def _failed(
    tests: Sequence[tuple[int, Test]], lot: str, disposals: Sequence[Disposal], released: Callable[[str], bool]
) -> bool:
    """The tests of one lot came to no good, and nobody has said what became of it."""
    notes = [TestNote(seq, one.verdict.outcome, "", one.retest_of, one.repeat, one.item) for seq, one in tests]
    if standing(notes, REPEATS) not in FAILED:
        return False
    seqs = {note.seq for note in notes}
    ended = any((lot and one.lot == lot) or seqs.intersection(one.tests) for one in disposals)
    return not ended and not (lot and released(lot))


def _delivered(events: Iterable[tuple[int, object]]) -> set[int]:
    return {one.test for _, one in events if isinstance(one, ResultDelivered)}
