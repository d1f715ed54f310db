"""Which certificates rest on a corrected entry, by visit, lot, test, statement or paper, and what must follow.

The lots that were merged, split or re-packed from a corrected lot carry it on, and so do their certificates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.rules.messages import Certificate, DrugsStated, EntryBody, Incoming, LotDeclared, SampleTaken, Test
from kiosk.rules.ruling import Ruling, warn


@dataclass(frozen=True, slots=True)
class Books:
    """What the record holds beside the entry. `tests` by seq; `void` are numbers that no longer promise anything."""

    certificates: Sequence[Certificate] = ()
    tests: Mapping[int, Test] | None = None
    lots: Sequence[LotDeclared] = ()
    void: frozenset[str] = frozenset()


def dependents(seq: int, entry: EntryBody, books: Books) -> tuple[str, ...]:
    """Numbers of every certificate that rests on the entry, void ones too."""
    lots = _lots(str(getattr(entry, "lot", "")), books.lots)
    tests = _tests(seq, entry, books.tests or {})
    visit = getattr(entry, "visit", "")
    found = {
        one.number
        for one in books.certificates
        if (visit and one.visit == visit)
        or one.lot in lots
        or tests & {*one.tests, *one.proofs.tests}
        or (isinstance(entry, DrugsStated) and one.proofs.drugs == seq)
        or (isinstance(entry, Incoming) and _papers(seq, entry) & set(one.proofs.incoming))
    }
    return tuple(sorted(found))


def follows(numbers: Sequence[str], books: Books) -> tuple[Ruling, ...]:
    """What is still promised on the old words has to be looked at: void it and issue anew where it is wrong."""
    live = [number for number in numbers if number not in books.void]
    return tuple(warn("correction/dependents", "correction.dependent", number=number) for number in live)


def _lots(lot: str, declared: Sequence[LotDeclared]) -> set[str]:
    """The lot and all that were made from it, however many steps on."""
    lots = {lot} - {""}
    while more := {one.lot for one in declared if lots & {one.parent, *one.sources}} - lots:
        lots |= more
    return lots


def _tests(seq: int, entry: EntryBody, tests: Mapping[int, Test]) -> set[int]:
    if isinstance(entry, Test):
        return {seq}
    if isinstance(entry, SampleTaken):
        return {place for place, test in tests.items() if test.sample_code == entry.sample_code}
    return set()


def _papers(seq: int, entry: Incoming) -> set[str]:
    return {f"seq:{seq}", entry.number} - {""}
