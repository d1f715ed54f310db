"""What a run at the bench came to, sample by sample, in words. The page decides nothing."""

from dataclasses import dataclass

from kiosk.rules.messages import Outcome
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing import lot
from kiosk.rules.testing.lot import Standing, TestNote
from kiosk.rules.visits.turn import Loaded
from kiosk.screen import Alarm
from ui.station import bench
from ui.station.leaves import Tile
from ui.station.view import View

RESULTS = 400  # leaf + which of the results: all that is known of it
CARDS = 6  # results on one leaf
GRAVEST = (Outcome.POSITIVE, Outcome.SUSPECT, Outcome.INVALID, Outcome.NEGATIVE)
CONTROLS = ("control", "positive")
STOOD = {
    Standing.POSITIVE: Outcome.POSITIVE,
    Standing.SUSPECT: Outcome.SUSPECT,
    Standing.NEGATIVE: Outcome.NEGATIVE,
    Standing.INVALID: Outcome.INVALID,
}
SIGNS = {Outcome.POSITIVE: "attention", Outcome.SUSPECT: "again", Outcome.INVALID: "no", Outcome.NEGATIVE: "yes"}


@dataclass(frozen=True, slots=True)
class Result:
    """What one sample came to; `reason` in words, `alarm` how far the county knows of it; `lot` lies stopped."""

    nth: int
    channel: str
    code: str
    tile: Tile
    who: str
    outcome: str
    sign: str
    word: str
    value: str
    reason: str
    tests: tuple[str, ...]
    seq: int
    seals: bool
    supervised: bool
    lot: str
    delivery: int
    objected: bool
    alarm: str
    alarm_short: str


def results(view: View) -> tuple[Result, ...]:
    """The gravest first."""
    told = [(one, one.notes[-1]) for one in view.screen.visit.loaded if one.notes]
    stands = [(one, last, _stands(view, one, last)) for one, last in told]
    ordered = sorted(stands, key=lambda each: (GRAVEST.index(each[2]), each[0].channel or 0))
    return tuple(_result(view, nth, *each) for nth, each in enumerate(ordered))


def on_leaf(view: View) -> tuple[tuple[Result, ...], int | None]:
    """The results of this leaf, and the next one."""
    every = results(view)
    leaves = -(-len(every) // CARDS) or 1
    here = view.leaf % leaves if view.leaf < RESULTS else 0
    return every[here * CARDS : (here + 1) * CARDS], None if leaves == 1 else (here + 1) % leaves


def result(view: View) -> Result | None:
    """The one that was tapped."""
    every, nth = results(view), view.leaf - RESULTS
    return every[nth] if 0 <= nth < len(every) else None


def counted(view: View) -> tuple[tuple[str, str, str], ...]:
    """How many of each outcome: outcome, sign, words."""
    every = results(view)
    found = [(one, sum(each.outcome == one for each in every)) for one in GRAVEST]
    return tuple(
        (str(one), SIGNS[one], view.say("bench.counted", outcome=view.say(f"outcome.{one}"), count=count))
        for one, count in found
        if count
    )


def may_load_again(view: View) -> bool:
    return any(one.notes and one.notes[-1].outcome is Outcome.INVALID for one in view.screen.visit.loaded)


def control(view: View) -> str:
    """The control is looked at first: without a good one no sample has a verdict, and it says why."""
    controls = [one for one in bench.loading(view).channels if one.use in CONTROLS and one.outcome is not None]
    bad = next((one for one in controls if one.outcome is Outcome.INVALID), None)
    if bad is not None:
        return view.say("bench.control_bad", channel=bad.channel, reason=_reason(view, bad.reason))
    return view.say("bench.control_good", channel=controls[0].channel) if controls else ""


def control_failed(view: View) -> bool:
    return any(one.use in CONTROLS and one.outcome is Outcome.INVALID for one in bench.loading(view).channels)


def _stands(view: View, one: Loaded, last: TestNote) -> Outcome:
    """What its first test and the repeats come to together."""
    known = bench.method(view)
    if known is None:
        return last.outcome
    return STOOD.get(lot.standing(one.notes, known.repeats, known.agreement), last.outcome)


def _result(view: View, nth: int, one: Loaded, last: TestNote, outcome: Outcome) -> Result:
    shown = next((each for each in bench.loading(view).results if each.sample == one.sample.sample_code), None)
    alarm = next((each for each in view.screen.alarms if each.seq in [note.seq for note in one.notes]), None)
    known = bench.method(view)
    unit = "" if known is None else known.unit
    return Result(
        nth=nth,
        channel="" if one.channel is None else str(one.channel),
        code=one.sample.sample_code,
        tile=bench.tile(view, one.sample.product),
        who=one.sample.subject_name,
        outcome=outcome,
        sign=SIGNS[outcome],
        word=view.say(f"outcome.{outcome}"),
        value=f"{last.value_shown}{unit}" if last.value_shown else "",
        reason=_repeated(view, one, outcome) or _reason(view, None if shown is None else shown.reason),
        tests=tuple(_told(view, note, unit) for note in one.notes),
        seq=last.seq,
        seals=bool(one.sample.seals),
        supervised=one.sample.sample_type == "supervision",
        lot="" if shown is None else shown.lot,
        delivery=0 if shown is None else shown.delivery,
        objected=shown is not None and shown.objected,
        alarm="" if alarm is None else alarm_words(view, alarm),
        alarm_short="" if alarm is None else view.say(f"bench.alarm.{_known(alarm)}_short"),
    )


def _repeated(view: View, one: Loaded, outcome: Outcome) -> str:
    """Of one that was repeated: by how many it stands."""
    repeats = [note.outcome for note in one.notes if note.retest_of is not None and note.outcome is not Outcome.INVALID]
    if not repeats or outcome not in (Outcome.POSITIVE, Outcome.SUSPECT):
        return ""
    key = "verdict.repeats_positive" if outcome is Outcome.POSITIVE else "verdict.repeats_differ"
    return view.say(key, positives=repeats.count(Outcome.POSITIVE), repeats=len(repeats))


def _reason(view: View, reason: Sentence | None) -> str:
    return "" if reason is None else view.tell(reason)


def _told(view: View, note: TestNote, unit: str) -> str:
    which = view.say("screen.result.first" if note.retest_of is None else "screen.result.repeat")
    value = f"{note.value_shown}{unit}" if note.value_shown else ""
    return view.say("bench.note", which=which, outcome=view.say(f"outcome.{note.outcome}"), value=value)


def alarm_words(view: View, alarm: Alarm) -> str:
    """Has it reached the county, and has somebody there seen it."""
    if alarm.seen_by:
        return view.say("bench.alarm.seen", who=alarm.seen_by, at=alarm.seen_at[11:16])
    return view.say("bench.alarm.sent" if alarm.sent else "bench.alarm.waits")


def _known(alarm: Alarm) -> str:
    return "seen" if alarm.seen_by else "sent" if alarm.sent else "waits"
