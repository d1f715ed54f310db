"""An inspector's turn: the transitions of those who sample, test and check. turn.py says where each may lead."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import GateCheck, SampleTaken, SampleType
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing import lot
from kiosk.rules.testing.lot import Standing, TestNote
from kiosk.rules.visits.turn import Loaded, Planned, Stage, Turn, Visit, VisitRules, moved

MOST_SAMPLES = 48  # channels of the largest analyzers, loaded twice


class Errand(StrEnum):
    """What an inspector came for."""

    SAMPLE = "sample"  # 抽样, then test
    RUN = "run"  # samples that were taken elsewhere
    GATE = "gate"


OF_ERRAND = {Errand.SAMPLE: Stage.SAMPLING, Errand.RUN: Stage.LOADING, Errand.GATE: Stage.GATE}


def badge_shown(visit: Visit, badge: str) -> Visit:
    """A verified badge. A badge alone opens nothing: the PIN is asked."""
    return moved(replace(visit, turn=Turn.INSPECTOR, card=badge), "badge_shown", Stage.PROVING)


def desk_chosen(visit: Visit, errand: Errand) -> Visit:
    return moved(visit, "desk_chosen", OF_ERRAND[errand])


def sheet_filled(visit: Visit, sample: SampleTaken) -> Visit:
    """The sheet (抽样单) of one sample as far as it is written; the same sample code replaces its earlier state."""
    kept = tuple(one for one in visit.loaded if one.sample.sample_code != sample.sample_code)
    if len(kept) >= MOST_SAMPLES:
        return moved(visit, "sheet_filled", visit.stage, Sentence("visit.samples_many", {"most": str(MOST_SAMPLES)}))
    return moved(replace(visit, loaded=(*kept, Loaded(sample))), "sheet_filled", visit.stage)


def sheet_signed(visit: Visit) -> Visit:
    """Every sheet is signed by both sides, or refused before a witness (supervision.py says which); to the tubes."""
    if not visit.loaded:
        return moved(visit, "sheet_signed", visit.stage, Sentence("visit.no_sample"))
    return moved(visit, "sheet_signed", Stage.LOADING)


def tube_bound(visit: Visit, sample: SampleTaken, tube: str, channel: int | None) -> Visit:
    """A tube with a sample stands on a channel. Neither tube nor channel serves two samples of one run."""
    others = tuple(one for one in visit.loaded if one.sample.sample_code != sample.sample_code)
    if any(one.tube == tube for one in others if tube) or any(
        one.channel == channel for one in others if channel is not None
    ):
        return moved(visit, "tube_bound", visit.stage, Sentence("visit.tube_taken", {"tube": tube}))
    return moved(replace(visit, loaded=(*others, Loaded(sample, tube, channel))), "tube_bound", visit.stage)


def run_started(visit: Visit, rules: VisitRules) -> Visit:
    """Control first: the blank of this run stands on its channel, which the station checks."""
    if rules.method is None:
        raise OutOfTurn("run_started", visit.stage)
    unbound = [one.sample.sample_code for one in visit.loaded if not one.tube and one.channel is None]
    if unbound or not visit.loaded:
        return moved(visit, "run_started", visit.stage, Sentence("visit.tube_missing", {"sample": ", ".join(unbound)}))
    return moved(replace(visit, planned=Planned.FIRST), "run_started", Stage.TESTING)


def samples_judged(visit: Visit, rules: VisitRules, notes: Mapping[str, TestNote]) -> Visit:
    """The recorded tests of one run, by sample code; positives and suspects are to be repeated."""
    if not notes or set(notes) - {one.sample.sample_code for one in visit.loaded}:
        raise OutOfTurn("samples_judged", visit.stage)
    loaded = tuple(_noted(one, notes.get(one.sample.sample_code)) for one in visit.loaded)
    judged = replace(visit, loaded=loaded, planned=None)
    open_ones = [one for one in loaded if standing(one, rules) is Standing.UNSETTLED]
    if open_ones:
        return moved(judged, "samples_judged", Stage.RETESTING, Sentence("visit.samples_open", _count(open_ones)))
    return moved(judged, "samples_judged", Stage.RESULT)


def results_read(visit: Visit) -> Visit:
    """Results of a supervision sample are delivered (结果告知); others are done."""
    due = [one for one in visit.loaded if to_deliver(one)]
    return moved(visit, "results_read", Stage.DELIVERING if due else Stage.DONE)


def delivered(visit: Visit, sample_code: str) -> Visit:
    """One delivery is recorded; the turn is over when none is due."""
    if sample_code not in {one.sample.sample_code for one in visit.loaded if to_deliver(one)}:
        raise OutOfTurn("delivered", visit.stage)
    told = tuple(replace(one, delivered=True) if one.sample.sample_code == sample_code else one for one in visit.loaded)
    now = replace(visit, loaded=told)
    return moved(now, "delivered", visit.stage if any(map(to_deliver, told)) else Stage.DONE)


def paper_checked(visit: Visit, check: GateCheck) -> Visit:
    """Paper and scale at a market's gate: `check.advice` is ours, and its `decision` until he decides."""
    return moved(replace(visit, gate=check), "paper_checked", Stage.DECIDING)


def decided(visit: Visit, decision: str, reason: str = "") -> Visit:
    """The inspector decides; against the advice only with a reason."""
    check = visit.gate
    if check is None:
        raise OutOfTurn("decided", visit.stage)
    if decision != check.advice and not reason.strip():
        return moved(visit, "decided", visit.stage, Sentence("visit.reason_wanted", {"advice": check.advice}))
    kept = replace(visit, gate=replace(check, decision=decision, reason=reason.strip()))
    return moved(kept, "decided", Stage.LOADING if decision == "test_first" else Stage.DONE)


def before(visit: Visit) -> Stage | None:
    """Where an inspector's step back leads."""
    match visit.stage:
        case Stage.SAMPLING | Stage.GATE:
            return Stage.DESK
        case Stage.LOADING if visit.gate is None and not any(one.notes for one in visit.loaded):
            return Stage.SAMPLING if visit.loaded else Stage.DESK
        case Stage.DECIDING:
            return Stage.GATE
    return None


def standing(loaded: Loaded, rules: VisitRules) -> Standing:
    return lot.standing(loaded.notes, rules.repeats, rules.agreement)


def to_deliver(loaded: Loaded) -> bool:
    return loaded.sample.sample_type is SampleType.SUPERVISION and bool(loaded.notes) and not loaded.delivered


def _noted(loaded: Loaded, note: TestNote | None) -> Loaded:
    return loaded if note is None else replace(loaded, notes=(*loaded.notes, note))


def _count(loaded: list[Loaded]) -> dict[str, str]:
    return {"count": str(len(loaded)), "samples": ", ".join(one.sample.sample_code for one in loaded)}
