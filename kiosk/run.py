"""One loading of the analyzer: which of its records are new, and what they say as tests. Values in, values out.

Analyzers that keep records resend all of them: what stood in the store before the run does not belong to it. Nothing is
ordered by the device's clock (analyzers.md D).
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from drivers.reading import Identity, Reading
from kiosk.rules.messages import Device, Finding, Measured, Observation, Outcome, Repeat, SampleType, Scene, Test
from kiosk.rules.quality_control.timing import Moment, moment_from
from kiosk.rules.testing.assay import judge_run, shown
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.testing.methods import MethodPack
from kiosk.rules.visits import inspection
from kiosk.rules.visits.turn import Placed, Turn, Visit

OBSERVED_AT_ONCE = 100  # readings in one entry; contract.MOST_BYTES and a message of the uplink must hold them
OBSERVED_BYTES = 96 * 1024  # of raw bytes and text in one entry, which holds two digits for each raw byte
LONGEST_RAW = 1024  # bytes beside one reading: some carry a whole message around each; the capture has all of it


@dataclass(frozen=True, slots=True)
class Run:
    """`known` are the records that are not this run's, or already its tests, each as often as it stands there; `based`
    since the old ones are known.

    `day`: a tester that tells one day at a time is asked about this one for the whole run, also behind midnight or when
    the box learns the date: what it is asked for later would look new. `instrument`: who told the old ones.
    """

    id: str
    known: tuple[str, ...] = ()
    based: Moment | None = None  # only what is measured after this moment can be this run's
    notes: tuple[TestNote, ...] = ()  # tests of this run that are recorded
    day: date | None = None
    instrument: str = ""
    done: tuple[Placed, ...] = ()  # whose and where each of `notes` was

    @property
    def started_at(self) -> str:
        return "" if self.based is None else self.based.at.isoformat(timespec="seconds")

    def json(self) -> str:
        notes = [asdict(note) for note in self.notes]
        based = "" if self.based is None else self.based.text
        day = "" if self.day is None else self.day.isoformat()
        done = [[one.sample, one.channel] for one in self.done]
        saved = {"id": self.id, "known": sorted(self.known), "based": based, "notes": notes, "done": done}
        return json.dumps({**saved, "day": day, "instrument": self.instrument})

    def goes_on_with(self, identity: Identity) -> bool:
        """Is it the instrument that this run began on, as far as it can tell?"""
        return self.instrument in ("", _instrument(identity))


@dataclass(frozen=True, slots=True)
class Place:
    """Where and as what samples are taken here; the county's settings of this station."""

    scene: Scene
    sample_type: SampleType


@dataclass(frozen=True, slots=True)
class Air:
    """What was measured of the room beside the tester, and what the rules say of it."""

    temperature: Decimal | None = None  # °C
    humidity: Decimal | None = None  # % relative
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Loading:
    """The new records of a run, by cuvette."""

    control: tuple[Reading, ...]
    samples: tuple[tuple[Reading, ...], ...]  # in the order of their channels

    def __bool__(self) -> bool:
        return bool(self.control or self.samples)

    def complete(self, wanted: int, *, controlled: bool = True) -> bool:
        """`controlled`: the instrument tells its control apart; without one the rules say what a sample is worth."""
        return (bool(self.control) or not controlled) and len(self.samples) >= wanted


def run_from(saved: str) -> Run:
    facts = json.loads(saved)
    notes = tuple(_note(saved) for saved in facts["notes"])
    based = moment_from(facts["based"]) if facts["based"] else None
    day = date.fromisoformat(facts["day"]) if facts["day"] else None
    done = tuple(Placed(*one) for one in facts.get("done", ()))
    return Run(facts["id"], tuple(facts["known"]), based, notes, day, facts["instrument"], done)


def _note(saved: Mapping[str, Any]) -> TestNote:
    repeat = None if saved["repeat"] is None else Repeat(saved["repeat"])
    return TestNote(**{**saved, "outcome": Outcome(saved["outcome"]), "repeat": repeat})


def key_of(profile: str, said: Reading | Measured) -> str:
    """Names one stored value of one device. Not by its raw frame: some carry the number of records behind them. Nor by
    the number of a record that has its time: some count from the newest, or anew when the oldest goes.
    """
    value = None if said.value is None else str(said.value)
    facts = [profile, None if timed(said) else said.record, said.taken_at, said.channel, said.quantity, value]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def timed(said: Reading | Measured) -> bool:
    """Does it carry a time of day?"""
    return said.taken_at is not None and "T" in said.taken_at


def based(run: Run, identity: Identity, readings: Sequence[Reading | Measured], now: Moment) -> Run:
    """What the store held when the run began."""
    old = tuple(key_of(identity.profile, reading) for reading in readings)
    return replace(run, known=old, based=now, instrument=_instrument(identity))


def _instrument(identity: Identity) -> str:
    """Not by the revision of its profile: an update of the box changes that."""
    return " ".join((identity.profile, identity.firmware or "-", identity.serial or "-"))


def replaced(run: Run, identity: Identity, readings: Sequence[Reading]) -> bool:
    """Is nothing of what the store held in it any more, and something else is? Then it is another instrument that tells
    no number of its own, or one that was emptied.
    """
    told = {key_of(identity.profile, reading) for reading in readings if _stored(reading)}
    return bool(told and run.known) and told.isdisjoint(run.known)


def loading(
    run: Run, identity: Identity, readings: Sequence[Reading], control: int | None, *, once: bool = False
) -> Loading:
    """The records that are new since the run began; `control` is the channel of the blank cuvette.

    Where no channel is the control's, a record without a channel is a sample. `once`: the instrument tells each thing
    only once, so that a value which is no stored record is of this run all the same.
    """
    cuvettes: dict[tuple[int, int, str], list[Reading]] = {}
    old = Counter(run.known)
    for reading in readings:
        ours = reading.channel is not None or (control is None and (once or _stored(reading)))
        key = key_of(identity.profile, reading)
        old[key] -= 1
        if ours and old[key] < 0:
            cuvettes.setdefault(_cuvette(reading), []).append(reading)
    blank = cuvettes.pop((control, 0, ""), []) if control is not None else []
    return Loading(tuple(blank), tuple(tuple(cuvettes[one]) for one in sorted(cuvettes)))


def _stored(reading: Reading) -> bool:
    """A record's: what is only shown at this moment looks new whenever it is read."""
    return reading.record is not None or reading.taken_at is not None


def _cuvette(reading: Reading) -> tuple[int, int, str]:
    if reading.channel is not None:
        return reading.channel, 0, ""
    return 0, reading.record or 0, reading.taken_at or ""


def known(run: Run, identity: Identity, readings: Sequence[Reading | Measured]) -> Run:
    """The run with these records taken care of."""
    return replace(run, known=(*run.known, *(key_of(identity.profile, reading) for reading in readings)))


def test_of(
    visit: Visit,
    run: Run,
    method: MethodPack,
    place: Place,
    identity: Identity,
    blank: Sequence[Reading],
    sample: Sequence[Reading],
    *,
    capture: str,
    retest_of: int | None,
    air: Air,
) -> Test:
    """The entry of one sample: our verdict, the device's beside it, and everything it rests on."""
    assayed = judge_run(method, blank, sample)
    subject = visit.subject
    return Test(
        visit=visit.id,
        run=run.id,
        sample_code=code_of(visit, run, retest_of),
        sample_type=place.sample_type,
        scene=place.scene,
        subject=subject.id if subject else "",
        subject_name=subject.name if subject else "",
        product=visit.product,
        origin=visit.origin,
        method=method.rule,
        method_confirmed=method.confirmed,
        device=device_of(identity),
        blank=measured(blank),
        sample=measured(sample),
        value=assayed.value,
        unit=assayed.unit,
        verdict=assayed.verdict,
        device_value=assayed.device_value,
        device_verdict=assayed.device_verdict,
        disagrees=assayed.disagrees,
        capture=capture,
        retest_of=retest_of,
        lot=visit.lot,
        repeat=None if retest_of is None else Repeat.RETEST,
        method_pack=method.id,
        method_kind=method.formula,
        item=assayed.item,
        limit=assayed.limit,
        started_at=run.started_at,
        temperature=air.temperature,
        humidity=air.humidity,
        findings=air.findings,
    )


def code_of(visit: Visit, run: Run | None, retest_of: int | None) -> str:
    """Of a producer's sample: what his hand-in slip says, or the visit's own number."""
    nth = _sample(visit, run, retest_of)
    if visit.slip and nth == 1:
        return visit.slip
    return f"{visit.slip or visit.id}-{nth}"


def _sample(visit: Visit, run: Run | None, retest_of: int | None) -> int:
    """Number of the sample in its visit: a repeat is the same sample as its first test."""
    noted = () if run is None else run.notes
    firsts = [note for note in (*visit.tests, *noted) if note.retest_of is None]
    if retest_of is None:
        return len(firsts) + 1
    return next((place for place, note in enumerate(firsts, 1) if note.seq == retest_of), len(firsts))


def observations_of(identity: Identity, readings: Sequence[Reading], capture: str) -> list[Observation]:
    """Readings outside a run, in entries that every reader takes, however much the device has stored."""
    parts: list[list[Measured]] = [[]]
    size = 0
    for one in measured(readings):
        size += _weight(one)
        if parts[-1] and (len(parts[-1]) == OBSERVED_AT_ONCE or size > OBSERVED_BYTES):
            parts.append([])
            size = _weight(one)
        parts[-1].append(one)
    return [Observation(device_of(identity), tuple(part), capture) for part in parts if part]


def _weight(one: Measured) -> int:
    return len(one.raw) + len(one.unit) + len(one.taken_at or "")


def note_from(seq: int, test: Test) -> TestNote:
    told = "" if test.value is None else shown(test.value, test.unit, test.limit)
    return TestNote(seq, test.verdict.outcome, told, test.retest_of, test.repeat, test.item)


def device_of(identity: Identity) -> Device:
    return Device(
        identity.profile, identity.revision, identity.digest, identity.model, identity.firmware, identity.evidence
    )


def measured(readings: Sequence[Reading]) -> tuple[Measured, ...]:
    return tuple(
        Measured(
            reading.channel,
            reading.quantity,
            reading.value,
            reading.unit,
            reading.raw[:LONGEST_RAW].hex(),
            reading.record,
            reading.taken_at,
        )
        for reading in readings
    )


def noted(run: Run, identity: Identity, sample: Sequence[Reading], note: TestNote, place: Placed) -> Run:
    """The run with one more of its samples recorded as a test."""
    now = known(run, identity, sample)
    return replace(now, notes=(*run.notes, note), done=(*run.done, place))


def place_of(test: Test) -> Placed:
    return Placed(test.sample_code, test.channel)


def notes_by_sample(run: Run) -> dict[str, tuple[TestNote, ...]]:
    """What is recorded of a run of several samples, by sample code."""
    codes = dict.fromkeys(one.sample for one in run.done)
    pairs = tuple(zip(run.done, run.notes, strict=False))
    return {code: tuple(note for place, note in pairs if place.sample == code) for code in codes}


def with_notes(visit: Visit, run: Run | None) -> Visit:
    """A run that failed may have given tests all the same; they stay."""
    if run is None or not run.notes:
        return visit
    if visit.turn is Turn.STAFF:
        return inspection.noted(visit, notes_by_sample(run))
    return replace(visit, tests=(*visit.tests, *run.notes))


def owed(visit: Visit, run: Run) -> tuple[Placed, ...]:
    """The places of a run of several samples that have no test yet."""
    return tuple(place for place in visit.placed if place not in run.done)


def standing_at(loaded: Loading, place: Placed) -> tuple[Reading, ...]:
    """What was read at a place; an instrument without channels has one place."""
    if place.channel is None:
        return loaded.samples[0] if len(loaded.samples) == 1 else ()
    return next((one for one in loaded.samples if one[0].channel == place.channel), ())
