"""What a loading came to, as entries: each sample a test, a positive control a control, the rest observed.

Every entry is durable together with the run that it belongs to, so that a stop between two of them swaps nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from drivers.reading import Reading
from kiosk import run as runs
from kiosk.devices import AnalyzerRead
from kiosk.open_visit import OpenVisit
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import Control, Outcome, Repeat, Test
from kiosk.rules.quality_control import control
from kiosk.rules.ruling import Ruling, findings
from kiosk.rules.testing import lot
from kiosk.rules.testing.assay import judge_run
from kiosk.rules.testing.methods import MethodPack
from kiosk.rules.testing.sampled import of_sample, ruled
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Placed, Planned, Visit
from kiosk.run import Air, Loading, Place, Run
from kiosk.run_quality import Quality, Readings


@dataclass(frozen=True, slots=True)
class Session:
    """One telling of an analyzer within a run, and the digest of its bytes."""

    event: AnalyzerRead
    capture: str


class Judging:
    """`air`: what was measured of the room; `quality` is asked of runs of several samples."""

    def __init__(self, open_visit: OpenVisit, place: Place, air: Callable[[], Air], quality: Quality) -> None:
        self._open = open_visit
        self._place = place
        self._air = air
        self._quality = quality

    def observe(self, of: Session, visit: str, samples: Sequence[tuple[Reading, ...]]) -> None:
        """Cuvettes that nobody planned were measured all the same, so they are recorded, as what they are."""
        readings = [reading for sample in samples for reading in sample]
        for observation in runs.observations_of(of.event.identity, readings, of.capture) if readings else ():
            _, current = self._now(visit)
            known = runs.known(current, of.event.identity, observation.readings)
            self._open.advance(visit, _same, observation, known)

    # --- one person's sample --------------------------------------------------------------------------------------

    def one(self, of: Session, visit: str, blank: tuple[Reading, ...], sample: tuple[Reading, ...]) -> None:
        """A test of whoever this turn is for: a first one, or a repeat of it."""
        here, current = self._now(visit)
        rules = self._open.rules_of(here)
        if rules.method is None:
            return
        first = turn.repeated(here, rules)
        named = (self._place, of.event.identity, blank, sample)
        test = runs.test_of(here, current, rules.method, *named, capture=of.capture, retest_of=first, air=self._air())
        self._record(of, visit, self._of_first(test), sample)

    def _of_first(self, test: Test) -> Test:
        """A repeat is of the same sample as the test that it repeats."""
        first = None if test.retest_of is None else self._open.record.read(test.retest_of)
        return replace(test, sample_code=first.sample_code) if isinstance(first, Test) else test

    # --- a bench full of samples ----------------------------------------------------------------------------------

    def many(self, of: Session, visit: str, loaded: Loading, positive: tuple[Reading, ...] | None) -> None:
        """A test of every sample that stands in the analyzer and has none yet. `positive`: of the positive control."""
        here, current = self._now(visit)
        rules = self._open.rules_of(here)
        if rules.method is None:
            return
        spiked = None if positive is None else judge_run(rules.method, loaded.control, positive).verdict.outcome
        channels = tuple(place.channel for place in here.placed)
        found = self._quality.after(here, current, rules, Readings(loaded.control, spiked, channels))
        failed = None if spiked is None else control.positive_ruling(spiked)
        rulings = found if failed is None else (failed, *found)
        if positive is not None and not current.done:
            self._record_positive(of, visit, rules.method, positive, spiked, failed)
        for place in runs.owed(here, current):
            self._record_placed(of, visit, place, loaded, rulings)

    def _record_positive(
        self,
        of: Session,
        visit: str,
        method: MethodPack,
        readings: tuple[Reading, ...],
        outcome: Outcome | None,
        failed: Ruling | None,
    ) -> None:
        here, current = self._now(visit)
        entry = Control(
            what="positive",
            run=current.id,
            method=method.rule,
            device=runs.device_of(of.event.identity),
            readings=runs.measured(readings),
            passed=outcome is Outcome.POSITIVE,
            findings=findings(() if failed is None else (failed,)),
            capture=of.capture,
            reagent_lot=here.reagent,
            expected=Outcome.POSITIVE,
        )
        self._open.advance(visit, _same, entry, current)

    def _record_placed(
        self, of: Session, visit: str, place: Placed, loaded: Loading, rulings: tuple[Ruling, ...]
    ) -> None:
        here, current = self._now(visit)
        rules = self._open.rules_of(here)
        bound = next((one for one in here.loaded if one.sample.sample_code == place.sample), None)
        if rules.method is None or bound is None:
            raise OutOfTurn("sample", here.stage)
        first = lot.waiting(bound.notes, rules.repeats, rules.agreement) if here.planned is Planned.REPEAT else None
        readings, retest = runs.standing_at(loaded, place), None if first is None else first.seq
        named = (self._place, of.event.identity, loaded.control, readings)
        test = runs.test_of(here, current, rules.method, *named, capture=of.capture, retest_of=retest, air=self._air())
        test = self._at_bench(of_sample(test, bound.sample), here, place)
        self._record(of, visit, ruled(test, rulings), readings)

    def _at_bench(self, test: Test, visit: Visit, place: Placed) -> Test:
        """Where it stood, who tested it, with what."""
        state = self._quality.lot(visit.reagent)
        profile, settings = test.device.profile, self._open.rules_of(visit).settings
        staff = next((one for one in self._open.record.tables.orders.staff() if one.id == visit.staff), None)
        return replace(
            test,
            repeat=None if test.retest_of is None else Repeat.RETEST,
            channel=place.channel,
            tester="" if staff is None else staff.name,
            tester_code=visit.card,
            reagent_lot=visit.reagent,
            reagent_expiry="" if state is None else state.expires,
            calibration_due=self._quality.calibration_due(profile, settings),
        )

    # --- within ---------------------------------------------------------------------------------------------------

    def _record(self, of: Session, visit: str, test: Test, sample: tuple[Reading, ...]) -> None:
        _, current = self._now(visit)
        note = runs.note_from(self._open.record.last + 1, test)
        after = runs.noted(current, of.event.identity, sample, note, runs.place_of(test))
        self._open.advance(visit, _same, test, after)

    def _now(self, visit: str) -> tuple[Visit, Run]:
        """Raises OutOfTurn when the turn or its run is gone."""
        here, current = self._open.find(visit), self._open.run_of(visit)
        if here is None or current is None:
            raise OutOfTurn("judged", self._open.stage)
        return here, current


def _same(visit: Visit) -> Visit:
    return visit
