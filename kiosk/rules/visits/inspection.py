"""Staff at the bench: the transitions of those who load samples and read results. turn.py says where each may lead."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import SampleTaken
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing import lot
from kiosk.rules.testing.lot import Standing, TestNote
from kiosk.rules.visits.turn import Loaded, Placed, Planned, Stage, StepTimer, Turn, Visit, VisitRules, moved

MOST_SAMPLES = 48  # channels of the largest analyzers, loaded twice


def badge_shown(visit: Visit, badge: str) -> Visit:
    """A verified badge. A badge alone opens nothing: the PIN is asked."""
    return moved(replace(visit, turn=Turn.STAFF, card=badge), "badge_shown", Stage.PROVING)


def loading_begun(visit: Visit) -> Visit:
    """To the picture of the analyzer's channels."""
    return moved(_emptied(visit), "desk_chosen", Stage.LOADING)


def analyzer_chosen(visit: Visit, analyzer: str) -> Visit:
    """The channels of another analyzer are other channels: what was bound has to be bound anew."""
    if analyzer == visit.analyzer:
        return moved(visit, "arranged", visit.stage)
    loose = tuple(replace(one, channel=None) for one in visit.loaded)
    chosen = replace(visit, analyzer=analyzer, loaded=loose, positive=None, timers=())
    return moved(chosen, "arranged", visit.stage)


def reagent_taken(visit: Visit, lot: str) -> Visit:
    """The box of reagent that this run is made with."""
    return moved(replace(visit, reagent=lot), "arranged", visit.stage)


def positive_placed(visit: Visit, channel: int | None) -> Visit:
    """A spiked sample stands there, which has to come out positive; None: the run has none."""
    if channel is not None and any(one.channel == channel for one in visit.loaded):
        return moved(visit, "arranged", visit.stage, Sentence("loading.channel_taken", {"channel": str(channel)}))
    return moved(replace(visit, positive=channel), "arranged", visit.stage)


def tube_bound(visit: Visit, sample: SampleTaken, tube: str, channel: int | None) -> Visit:
    """A tube with a sample stands on a channel. Neither tube nor channel serves two samples of one run."""
    others = tuple(one for one in visit.loaded if one.sample.sample_code != sample.sample_code)
    if len(others) >= MOST_SAMPLES:
        return moved(visit, "tube_bound", visit.stage, Sentence("visit.samples_many", {"most": str(MOST_SAMPLES)}))
    taken = {one.channel for one in others} | {visit.positive}
    if any(one.tube == tube for one in others if tube) or (channel is not None and channel in taken):
        return moved(visit, "tube_bound", visit.stage, Sentence("visit.tube_taken", {"tube": tube}))
    return moved(replace(visit, loaded=(*others, Loaded(sample, tube, channel))), "tube_bound", visit.stage)


def tube_taken_off(visit: Visit, sample: str) -> Visit:
    """That sample is not in this run after all."""
    rest = tuple(one for one in visit.loaded if one.sample.sample_code != sample)
    return moved(replace(visit, loaded=rest), "tube_bound", visit.stage)


def timed(visit: Visit, timers: tuple[StepTimer, ...]) -> Visit:
    """The clock of a step was begun or stopped."""
    return moved(replace(visit, timers=timers), "timed", visit.stage)


def run_started(visit: Visit, rules: VisitRules) -> Visit:
    """Control first: the blank of this run stands on its channel, which the station checks."""
    if rules.method is None:
        raise OutOfTurn("run_started", visit.stage)
    unbound = [one.sample.sample_code for one in visit.loaded if not one.tube and one.channel is None]
    if unbound or not visit.loaded:
        return moved(visit, "run_started", visit.stage, Sentence("visit.tube_missing", {"sample": ", ".join(unbound)}))
    placed = tuple(Placed(one.sample.sample_code, one.channel) for one in visit.loaded)
    return moved(replace(visit, planned=Planned.FIRST, placed=placed), "run_started", Stage.TESTING)


def samples_judged(visit: Visit, rules: VisitRules, notes: Mapping[str, Sequence[TestNote]]) -> Visit:
    """The recorded tests of one run, by sample code; positives and suspects are to be repeated."""
    if not any(notes.values()) or set(notes) - {one.sample.sample_code for one in visit.loaded}:
        raise OutOfTurn("samples_judged", visit.stage)
    judged = replace(noted(visit, notes), planned=None, placed=(), timers=())
    open_ones = [one for one in judged.loaded if standing(one, rules) is Standing.UNSETTLED]
    if open_ones:
        return moved(judged, "samples_judged", Stage.RETESTING, Sentence("visit.samples_open", _count(open_ones)))
    return moved(judged, "samples_judged", Stage.RESULT)


def noted(visit: Visit, notes: Mapping[str, Sequence[TestNote]]) -> Visit:
    """The samples with further tests of theirs."""
    told = ((one, notes.get(one.sample.sample_code, ())) for one in visit.loaded)
    return replace(visit, loaded=tuple(replace(one, notes=(*one.notes, *more)) for one, more in told))


def repeats_placed(visit: Visit, rules: VisitRules, channels: Sequence[int]) -> Visit:
    """Where the repeats are to stand: each sample on its own channel, what it still lacks on channels that are free.

    `channels`: of the analyzer, without its control's. What finds no room stands in the run after this one.
    """
    wanted = [(one, lot.missing(one.notes, rules.repeats, rules.agreement)) for one in visit.loaded]
    first = [Placed(one.sample.sample_code, one.channel) for one, missing in wanted if missing]
    if any(one.channel is None for one in first):
        return replace(visit, placed=tuple(first[:1]))  # without channels there is room for one
    taken = {one.channel for one in first} | {visit.positive}
    free = [channel for channel in channels if channel not in taken]
    more = [one.sample.sample_code for one, missing in wanted for _ in range(missing - 1)]
    further = [Placed(code, channel) for code, channel in zip(more, free, strict=False)]
    return replace(visit, placed=(*first, *further))


def results_read(visit: Visit) -> Visit:
    """Whom the results of supervision samples are to be told stands in the record; the bench is free."""
    return moved(_emptied(visit), "results_read", Stage.DESK)


def load_again(visit: Visit, rules: VisitRules) -> Visit:
    """Those that gave nothing valid, once more, as new first tests."""
    again = tuple(replace(one, notes=()) for one in visit.loaded if standing(one, rules) is Standing.INVALID)
    if not again:
        raise OutOfTurn("load_again", visit.stage)
    return moved(replace(_emptied(visit), loaded=again, positive=visit.positive), "load_again", Stage.LOADING)


def before(visit: Visit) -> Stage | None:
    """Where a step back of staff leads."""
    match visit.stage:
        case Stage.TOOL:
            return Stage.DESK
        case Stage.LOADING if not any(one.notes for one in visit.loaded):
            return Stage.DESK
    return None


def standing(loaded: Loaded, rules: VisitRules) -> Standing:
    return lot.standing(loaded.notes, rules.repeats, rules.agreement)


def _emptied(visit: Visit) -> Visit:
    return replace(visit, loaded=(), planned=None, placed=(), positive=None, timers=())


def _count(loaded: list[Loaded]) -> dict[str, str]:
    return {"count": str(len(loaded)), "samples": ", ".join(one.sample.sample_code for one in loaded)}
