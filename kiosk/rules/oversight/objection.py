"""A result is delivered, four hours run from its receipt, a laboratory's report ends an objection (art. 51)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.rules.messages import Objection, ObjectionClosed, Outcome, ResultDelivered, SampleTaken, Signature
from kiosk.rules.oversight.supervision import attested, signed
from kiosk.rules.oversight.workdays import Calendar, Due, due
from kiosk.rules.ruling import Ruling, stop, warn

FOUR_HOURS = timedelta(hours=4)
RECHECK_DAYS = 7  # working days from the laboratory's receipt of the sample
ORDINARY_DAYS = 5


class How(StrEnum):
    SIGNED = "signed"
    REFUSED = "refused"  # with a witness
    SENT = "sent"  # the clock starts when its receipt is known


class Result(StrEnum):
    UPHELD = "upheld"  # the laboratory found nothing over the limit
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


CONFIRMS = {Result.UPHELD: Outcome.NEGATIVE, Result.DISMISSED: Outcome.POSITIVE}


@dataclass(frozen=True, slots=True)
class Closing:
    """What came back from the laboratory. `rapid`: by a rapid method; `seal`: of the portion that was tested."""

    result: Result
    report: str = ""
    laboratory: str = ""
    rapid: bool = False
    seal: str = ""
    received_at: str = ""
    reported_at: str = ""
    outcome: Outcome | None = None


def moment(text: str) -> datetime | None:
    """An entry's time; None when there is none, or none that another can be compared with."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if at.tzinfo is None else at


def may_deliver(how: How, received: datetime | None, signatures: tuple[Signature, ...]) -> tuple[Ruling, ...]:
    """Whether a delivery may be recorded; what is sent may wait for its receipt."""
    told = []
    if how is not How.SENT and received is None:
        told.append(stop("objection/received", "objection.no_receipt"))
    if how is How.SIGNED and not signed(signatures, "subject"):
        told.append(stop("objection/signed", "objection.not_signed"))
    if how is How.REFUSED and not attested(signatures):
        told.append(stop("objection/refused", "objection.no_witness"))
    return tuple(told)


def delivered(
    how: How,
    received: datetime | None,
    signatures: tuple[Signature, ...],
    *,
    test: int,
    sample_code: str,
    subject: str,
    outcome: Outcome,
) -> ResultDelivered:
    return ResultDelivered(
        test=test,
        sample_code=sample_code,
        subject=subject,
        outcome=outcome,
        how=how.value,
        received_at="" if received is None else received.isoformat(),
        signatures=signatures,
        deadline="" if received is None else (received + FOUR_HOURS).isoformat(),
    )


def left(received: datetime | None, at: datetime) -> timedelta | None:
    """Time to object, at most four hours, never below nothing; None while the clock has not started."""
    if received is None:
        return None
    return min(max(received + FOUR_HOURS - at, timedelta(0)), FOUR_HOURS)


def in_time(received: datetime | None, asked: datetime) -> bool:
    """The last moment of the fourth hour is in time; so is everything before the clock has started."""
    return received is None or asked <= received + FOUR_HOURS


def clock(received: datetime | None, at: datetime, *, trusted: bool) -> tuple[Ruling, ...]:
    """What a person is told of the four hours."""
    told = [] if trusted else [warn("objection/clock", "objection.clock_untrusted")]
    if received is None:
        return (*told, warn("objection/started", "objection.not_started"))
    until = f"{received + FOUR_HOURS:%Y-%m-%d %H:%M}"
    if not in_time(received, at):
        return (*told, warn("objection/four_hours", "objection.over", until=until))
    minutes = (left(received, at) or timedelta(0)) // timedelta(minutes=1)
    running = warn("objection/four_hours", "objection.left", until=until, left=f"{minutes // 60}:{minutes % 60:02}")
    return (*told, running)


def objected(
    delivery: int, to: ResultDelivered, received: datetime | None, asked: datetime, *, by: str, reason: str = ""
) -> Objection:
    """The objection as it is recorded, in time or not. `received`: of the case, whichever delivery came first."""
    return Objection(
        delivery=delivery,
        sample_code=to.sample_code,
        subject=to.subject,
        asked_at=asked.isoformat(),
        in_time=in_time(received, asked),
        by=by,
        reason=reason,
    )


def late(objection: Objection) -> Ruling | None:
    return None if objection.in_time else warn("objection/four_hours", "objection.late", asked=objection.asked_at)


def may_close(closing: Closing, sample: SampleTaken | None, calendar: Calendar | None = None) -> tuple[Ruling, ...]:
    """Whether this ends the objection: a laboratory's report on the sealed reserve portion, never a rapid re-test."""
    if closing.result is Result.WITHDRAWN:
        return ()
    told = []
    if closing.rapid:
        told.append(stop("objection/rapid", "objection.rapid"))
    if not (closing.report.strip() and closing.laboratory.strip()):
        told.append(stop("objection/laboratory", "objection.laboratory"))
    if closing.outcome is not CONFIRMS[closing.result]:
        told.append(stop("objection/outcome", f"objection.outcome.{closing.result}"))
    if sample is None or closing.seal not in sample.seals or not closing.seal:
        told.append(stop("objection/reserve", "objection.reserve", seal=closing.seal))
    return (*told, *_times(closing, calendar))


def closed(objection: int, closing: Closing) -> ObjectionClosed:
    return ObjectionClosed(
        objection=objection,
        result=closing.result.value,
        report=closing.report,
        laboratory=closing.laboratory,
        received_at=closing.received_at,
        reported_at=closing.reported_at,
        outcome=closing.outcome,
    )


def report_due(received_at: str, calendar: Calendar | None = None, days: int = RECHECK_DAYS) -> Due | None:
    """The last day for the laboratory's report; None when its receipt of the sample is not known."""
    at = moment(received_at)
    return None if at is None else due(at.date(), days, calendar)


def _times(closing: Closing, calendar: Calendar | None) -> list[Ruling]:
    received, reported = moment(closing.received_at), moment(closing.reported_at)
    if received is None or reported is None or reported < received:
        return [stop("objection/times", "objection.times")]
    last = due(received.date(), RECHECK_DAYS, calendar)
    if reported.date() <= last.on:
        return []
    key = "objection.report_late" if last.confirmed else "objection.report_perhaps_late"
    return [warn("objection/seven_days", key, last=last.on.isoformat(), days=str(RECHECK_DAYS))]
