"""What a run at the bench came to beside its verdicts: why, whether its controls held, and what goes on with each."""

import re
from collections.abc import Iterable

from kiosk.holding import held_lot
from kiosk.record import Record
from kiosk.rules.messages import Control, Objection, Outcome, ResultDelivered, Test
from kiosk.rules.oversight.disposal import Fate
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.visits.turn import Loaded
from kiosk.screen import ResultShown

OF_BLANK = re.compile(r"control/.*blank.*|.*/blank")  # rules of quality control, and a method's own clause
CONTROLS = 20  # of one instrument, the newest
STANDS = (Fate.STOPPED, Fate.SEALED)


def results_of(loaded: Iterable[Loaded], record: Record) -> tuple[ResultShown, ...]:
    """Of every sample that has a test."""
    return tuple(_result(one, one.notes[-1], record) for one in loaded if one.notes)


def blank_of(loaded: Iterable[Loaded], record: Record) -> tuple[Outcome | None, Sentence | None]:
    """Negative where it held; invalid, and why, where it did not. None before any sample was judged."""
    tests = [test for one in loaded if one.notes and (test := _test(one.notes[-1], record)) is not None]
    wrong = next((sentence for test in tests if (sentence := _blank_wrong(test)) is not None), None)
    if wrong is not None:
        return Outcome.INVALID, wrong
    return (Outcome.NEGATIVE if tests else None), None


def spiked_of(loaded: Iterable[Loaded], record: Record) -> tuple[Outcome | None, Sentence | None]:
    """What the positive control of the samples' last run came to."""
    test = next((found for one in loaded if one.notes and (found := _test(one.notes[-1], record)) is not None), None)
    if test is None:
        return None, None
    entries = record.tables.work.controls(test.device.profile, "positive", CONTROLS)
    control = next((body for _, body in entries if body.run == test.run), None)
    return (None, None) if control is None else _of_control(control)


def reason_of(note: TestNote | None, record: Record) -> Sentence | None:
    test = None if note is None else _test(note, record)
    return None if test is None else Sentence(test.verdict.reason, test.verdict.facts)


def _result(one: Loaded, last: TestNote, record: Record) -> ResultShown:
    events = record.tables.work.events_of(last.seq)
    told = max((seq for seq, body in events if isinstance(body, ResultDelivered)), default=0)
    objected = any(isinstance(body, Objection) for _, body in events)
    held = held_lot(one.sample.lot, record.tables) if one.sample.lot else None
    lot = one.sample.lot if held is not None and held.fate in STANDS else ""
    return ResultShown(one.sample.sample_code, reason_of(last, record), lot, told, objected)


def _blank_wrong(test: Test) -> Sentence | None:
    verdict = test.verdict
    if verdict.outcome is not Outcome.INVALID or not OF_BLANK.fullmatch(verdict.rule):
        return None
    return Sentence(verdict.reason, verdict.facts)


def _of_control(control: Control) -> tuple[Outcome, Sentence | None]:
    if control.passed:
        return Outcome.POSITIVE, None
    found = next(iter(control.findings), None)
    return Outcome.INVALID, None if found is None else Sentence(found.reason, found.facts)


def _test(note: TestNote, record: Record) -> Test | None:
    body = record.read(note.seq)
    return body if isinstance(body, Test) else None
