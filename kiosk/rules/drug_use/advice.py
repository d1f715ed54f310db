"""采前自检: a test before harvest gives advice, not a result. It is the producer's own business until he sells.

Off unless the county turns it on. Advice is an entry of its own: only its named roles see it, its tests count in no
pass rate and prove no certificate, and it keeps a plot's product back until its day or until a later negative test.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.rules.drug_use.intervals import day_of
from kiosk.rules.messages import Advice, Outcome
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.settings import CountySettings
from kiosk.rules.testing.lot import TestNote

OWNER = "subject"  # this role sees only what is his own
KEEPS_BACK = (Outcome.SUSPECT, Outcome.POSITIVE)


@dataclass(frozen=True, slots=True)
class Crop:
    """One product of one plot of one producer. An empty plot is nobody's answer yet, or all of his plots."""

    subject: str
    product: str
    plot: str = ""

    def meets(self, other: "Crop") -> bool:
        same = (self.subject, self.product) == (other.subject, other.product)
        return same and (self.plot == other.plot or not self.plot or not other.plot)


@dataclass(frozen=True, slots=True)
class CropTest:
    """A recorded test of the goods of a crop. A repeat names the test that it repeats."""

    seq: int
    crop: Crop
    outcome: Outcome
    retest_of: int | None = None


def offered(settings: CountySettings) -> Ruling | None:
    """Why there is no pre-harvest self-check here; None when there is."""
    return None if settings.advice else stop("advice/off", "advice.off")


def advised(
    visit: str, crop: Crop, test: int, outcome: Outcome, earliest: str, on: date, settings: CountySettings
) -> Advice:
    """The advice that follows from a settled test and from the first lawful day of harvest.

    A day that has come already keeps nothing back: after a bad test only a negative one frees the plot then.
    """
    day = day_of(earliest)
    return Advice(
        visit=visit,
        subject=crop.subject,
        product=crop.product,
        plot=crop.plot,
        test=test,
        outcome=outcome,
        wait_until="" if day is None or day <= on else day.isoformat(),
        roles=settings.advice_roles,
    )


def told(advice: Advice) -> Ruling:
    """What the producer hears of it. It never stops anything by itself."""
    if advice.outcome is Outcome.INVALID:
        return warn("advice/told", "advice.invalid")
    held = "wait" if advice.wait_until else "now"
    key = f"advice.bad_{held}" if advice.outcome in KEEPS_BACK else f"advice.good_{held}"
    return warn("advice/told", key, **({"until": advice.wait_until} if advice.wait_until else {}))


def unseen(role: str, advice: Advice, viewer: str = "") -> Ruling | None:
    """Why somebody may not see advice. `viewer` is the subject who looks; others look by their role alone."""
    if role not in advice.roles or (role == OWNER and viewer != advice.subject):
        return stop("advice/roles", "advice.roles")
    return None


def may_see(role: str, advice: Advice, viewer: str = "") -> bool:
    return unseen(role, advice, viewer) is None


def outside(test: TestNote, advices: Iterable[Advice]) -> Ruling | None:
    """A test that advice rests on, and every repeat of it, stays outside the pass rate."""
    rests = {advice.test for advice in advices}
    return warn("advice/pass_rate", "advice.pass_rate") if {test.seq, test.retest_of} & rests else None


def counts_for_pass_rate(test: TestNote, advices: Iterable[Advice]) -> bool:
    return outside(test, advices) is None


def proof_refused(test: TestNote, advices: Iterable[Advice]) -> Ruling | None:
    """Why a test may not support a certificate: it was made for advice, before the goods were harvested."""
    return None if counts_for_pass_rate(test, advices) else stop("advice/no_proof", "advice.no_proof")


def blocked(advices: Sequence[Advice], tests: Sequence[CropTest], crop: Crop, on: date) -> Ruling | None:
    """Why goods of this crop may not be promised today; None when no advice keeps them back."""
    holding = [one for one in advices if _crop(one).meets(crop) and _holds(one, crop, advices, tests, on)]
    if not holding:
        return None
    if not crop.plot and any(one.plot for one in holding):
        return stop("advice/plot_unnamed", "advice.plot_unnamed")
    days = [one.wait_until for one in holding]
    if not all(days):
        return stop("advice/blocked", "advice.until_negative")
    bad = any(one.outcome in KEEPS_BACK for one in holding)
    return stop("advice/blocked", "advice.until_day" if bad else "advice.until_interval", until=max(days))


def _holds(advice: Advice, crop: Crop, advices: Iterable[Advice], tests: Iterable[CropTest], on: date) -> bool:
    until = day_of(advice.wait_until)
    if until is not None and until <= on:
        return False
    if advice.outcome in KEEPS_BACK:
        return not _freed(advice, crop, advices, tests)
    return until is not None


def _freed(advice: Advice, crop: Crop, advices: Iterable[Advice], tests: Iterable[CropTest]) -> bool:
    """A later first test of the same plot was negative; a repeat of the bad one frees nothing."""
    later = [(one.seq, one.crop, one.outcome) for one in tests if one.retest_of is None]
    later += [(one.test, _crop(one), one.outcome) for one in advices]
    return any(
        seq > advice.test and outcome is Outcome.NEGATIVE and _frees(tested, advice, crop)
        for seq, tested, outcome in later
    )


def _frees(tested: Crop, advice: Advice, crop: Crop) -> bool:
    """Advice on an unnamed plot is answered by a test of an unnamed plot, or of the very plot that is asked about."""
    if (tested.subject, tested.product) != (advice.subject, advice.product):
        return False
    return tested.plot == advice.plot or (not advice.plot and tested.plot == crop.plot)


def _crop(advice: Advice) -> Crop:
    return Crop(advice.subject, advice.product, advice.plot)
