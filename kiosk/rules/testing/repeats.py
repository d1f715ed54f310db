"""Three words for testing again. 平行: the same extract in one run. 复测: the same sample again. 复检: a laboratory.

An invalid test is no test: the next valid one of the same sample takes its place. A test that is repeated is never
overwritten; each repeat is a record of its own that names the first.
"""

from collections.abc import Sequence
from decimal import Decimal

from kiosk.rules.messages import Outcome, Repeat, Verdict
from kiosk.rules.ruling import Ruling, stop
from kiosk.rules.testing.methods import MethodPack

UNANIMOUS = Decimal(100)
FEWEST_PARALLELS = 2


def settle(first: Outcome, repeats: Sequence[Outcome], needed: int) -> Outcome | None:
    """What a first test and its 复测 come to, in whichever runs they were; None while valid repeats are missing.

    All negative is negative. A positive or suspect needs `needed` valid repeats: all of them positive is positive.
    Whatever else is mixed is suspect.
    """
    valid = _valid([first, *repeats])
    if not valid:
        return Outcome.INVALID
    head, *again = valid
    if set(valid) == {Outcome.NEGATIVE}:
        return Outcome.NEGATIVE
    if head is Outcome.NEGATIVE:
        return Outcome.SUSPECT
    if len(again) < needed:
        return None
    return Outcome.POSITIVE if set(again) == {Outcome.POSITIVE} else Outcome.SUSPECT


def lacking(first: Outcome, repeats: Sequence[Outcome], needed: int) -> int:
    """How many valid repeats are still missing; 0 when it is settled."""
    if settle(first, repeats, needed) is not None:
        return 0
    return needed - (len(_valid([first, *repeats])) - 1)


def combine(method: MethodPack, first: Verdict, repeats: Sequence[Verdict]) -> Verdict | None:
    """`settle` on verdicts, with the reason; None while valid repeats are still missing."""
    outcome = settle(first.outcome, [repeat.outcome for repeat in repeats], method.repeats)
    if outcome is None:
        return None
    valid = [verdict for verdict in (first, *repeats) if verdict.outcome is not Outcome.INVALID]
    if outcome in (Outcome.NEGATIVE, Outcome.INVALID):
        return valid[0] if valid else first
    again = [verdict.outcome for verdict in valid[1:]]
    facts = {"positives": str(again.count(Outcome.POSITIVE)), "repeats": str(len(again))}
    reason = "verdict.repeats_positive" if outcome is Outcome.POSITIVE else "verdict.repeats_differ"
    return Verdict(outcome, method.clause("repeats"), reason, facts)


def agreed(parallels: Sequence[Outcome], agreement: Decimal | None) -> Outcome:
    """What 平行 of one extract in one run come to: one result, which then counts as one test.

    `agreement`: how many % of the valid ones must be positive for a positive; None: all. Only negatives come to
    negative. One that alone is valid has nothing to agree with: a negative shows nothing then, a positive is suspect.
    """
    if len(parallels) == 1:
        return parallels[0]
    valid = _valid(parallels)
    if set(valid) <= {Outcome.NEGATIVE}:
        return Outcome.NEGATIVE if len(valid) >= FEWEST_PARALLELS else Outcome.INVALID
    if len(valid) < FEWEST_PARALLELS:
        return Outcome.SUSPECT
    share = Decimal(100 * valid.count(Outcome.POSITIVE))
    enough = agreement if agreement is not None else UNANIMOUS
    return Outcome.POSITIVE if share >= enough * len(valid) else Outcome.SUSPECT


def counts_as(word: Repeat, *, same_sample: bool, same_run: bool, rapid: bool, test: int, first: int) -> Ruling | None:
    """Why a further test may not be recorded under this word; `test` and `first` are the entries' numbers."""
    if first >= test:
        return stop("assay/new_record", "assay.new_record", test=str(test), first=str(first))
    if word is Repeat.RECHECK:
        return stop("assay/recheck", "assay.recheck_rapid") if rapid else None
    if not same_sample:
        return stop(f"assay/{word}", "assay.other_sample", first=str(first))
    if word is Repeat.PARALLEL and not same_run:
        return stop("assay/parallel", "assay.parallel_other_run", first=str(first))
    return None


def _valid(outcomes: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome is not Outcome.INVALID]
