"""A visit that was open when the station stopped, brought up to what the log says happened. Values in, values out.

A visit is saved together with each entry. Only when the tables lost that transaction and the segment kept the entry
does the saved visit lag behind the log; then the entry is what happened, and the visit follows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kiosk.rules.messages import (
    Certificate,
    DrugsStated,
    EntryBody,
    LotDeclared,
    Measured,
    Observation,
    Print,
    Reprint,
    RunEnded,
    Test,
    Voided,
)
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing import lot
from kiosk.rules.visits import issue
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Planned, Stage, Visit, VisitRules
from kiosk.run import Run, key_of, note_from, place_of, with_notes

Recent = Sequence[tuple[int, EntryBody]]


@dataclass(frozen=True, slots=True)
class Resumed:
    visit: Visit
    run: Run | None


def caught_up(visit: Visit, run: Run | None, recent: Recent) -> Resumed:
    """The visit after every entry that names it; `recent` are those that followed its saved state, oldest first."""
    for seq, body in recent:
        visit, run = _run_after(visit, run, seq, body)
        match body:
            case LotDeclared() if body.visit == visit.id:
                visit = turn.declared(visit, body.lot, seq)
            case DrugsStated() if body.visit == visit.id:
                visit = turn.stated(visit, seq)
            case Certificate() if body.visit == visit.id and visit.stage in (Stage.PROMISE, Stage.CONTINUING):
                visit = issue.issued(visit, body.basis, body.number, max(body.nth, 1), body.parts)
            case Voided() if visit.stage is Stage.VOIDING and body.number == issue.wrong_ones(visit)[-1]:
                visit = issue.voided(visit, again=False)
            case Reprint() if body.number == visit.number and visit.stage in (Stage.UNSURE, Stage.DONE, Stage.MINE):
                visit = _copied(visit, body)
            case Print() if body.number == visit.number:
                visit = _printed(visit, body)
    return Resumed(visit, run)


def _run_after(visit: Visit, run: Run | None, seq: int, body: EntryBody) -> tuple[Visit, Run | None]:
    match body:
        case Test() if run is not None and body.run == run.id:
            return visit, _tested(run, seq, body)
        case RunEnded() if run is not None and body.run == run.id:
            return _failed(with_notes(visit, run), body), None
        case Observation() if run is not None:
            return visit, _known(run, body.device.profile, body.readings)
    return visit, run


def wanted(visit: Visit, rules: VisitRules) -> int:
    """How many samples the run in progress is to give."""
    return lot.missing(visit.tests, rules.repeats, rules.agreement) if visit.planned is Planned.REPEAT else 1


def _failed(visit: Visit, ended: RunEnded) -> Visit:
    """The run had been given up; nothing of it is waited for any more."""
    problem = Sentence(ended.reason, ended.facts)
    if turn.stands(visit) is not Stage.TESTING:
        return visit
    if visit.stage is Stage.PARKED:
        return turn.meanwhile(visit, lambda here: turn.run_failed(here, problem))
    return turn.run_failed(visit, problem)


def _copied(visit: Visit, reprint: Reprint) -> Visit:
    if reprint.part == visit.part and reprint.copy != visit.copy + 1:
        return visit
    return issue.paper_spoiled(visit, reprint.part, reprint.copy)


def _printed(visit: Visit, ended: Print) -> Visit:
    """The end of the copy that the visit stands at, or of the part that comes next."""
    if visit.stage is Stage.CONTINUING and visit.waiting[:1] == (ended.part,):
        visit = issue.part_begun(visit)
    at_printer = Stage.PRINTING in (visit.stage, visit.aside)
    if at_printer and (ended.part, ended.copy) == (visit.part, visit.copy):
        return issue.print_ended(visit, ended.outcome)
    return visit


def _tested(run: Run, seq: int, test: Test) -> Run:
    if any(note.seq == seq for note in run.notes):
        return run
    return _known(
        replace(run, notes=(*run.notes, note_from(seq, test)), done=(*run.done, place_of(test))),
        test.device.profile,
        test.sample,
    )


def _known(run: Run, profile: str, readings: Sequence[Measured]) -> Run:
    return replace(run, known=(*run.known, *(key_of(profile, reading) for reading in readings)))
