"""What a station says of itself, in words: orders done and refused, days closed, a look at itself, what it retired."""

from collections.abc import Iterable

from kiosk.rules.messages import DayClosed, DoctorReport, Finding, OrderDone, Retired
from ui.county.sheet_parts import Sheet, pairs
from ui.county.telling import Teller

WELL = ("record", "tail", "disk", "clock", "uplink", "down", "software", "packs")  # kiosk.doctor: any other is a device


def order_sheet(done: OrderDone, tell: Teller) -> Sheet:
    facts = pairs(
        tell,
        order=tell.word("county.order", done.order) if done.order else "",
        order_number=f"{tell.word('county.stream', done.stream)} #{done.seq}",
        done=tell.say("county.yes" if done.done else "county.no"),
        hash=done.digest,
    )
    return Sheet(facts, () if done.done else (refused(done.reason, tell),))


def refused(reason: str, tell: Teller) -> str:
    """Why an order was not done: the station's own words, or ours for what its reader found wrong (`Class: …`)."""
    name, _, detail = reason.partition(": ")
    known = tell.word("county.refused", name)
    if known == name:
        return tell.say("county.refused.plain", reason=reason)
    return tell.say("county.refused.found", reason=known, detail=detail)


def day_sheet(closed: DayClosed, tell: Teller) -> Sheet:
    facts = pairs(
        tell,
        day=closed.day,
        size=str(closed.size),
        tests=str(closed.tests),
        positives=str(closed.positives),
        certificates=str(closed.certificates),
        voided=str(closed.voided),
        root=closed.root,
    )
    return Sheet(facts, note=closed.checkpoint)


def doctor_sheet(report: DoctorReport, tell: Teller) -> Sheet:
    asked = (
        tell.say("county.doctor.ordered", order=report.asked) if report.asked else tell.say("county.doctor.at_station")
    )
    checks = tuple(
        (
            check.state,
            tell.sentence(
                check.problem or f"doctor.well.{check.part if check.part in WELL else 'device'}", check.facts
            ),
        )
        for check in report.checks
    )
    return Sheet(pairs(tell, asked=asked), checks=checks)


def retired_sheet(retired: Retired, tell: Teller) -> Sheet:
    count = sum(span.last - span.first + 1 for span in retired.spans)
    spans = ", ".join(f"{span.first}–{span.last}" for span in retired.spans)
    facts = pairs(
        tell,
        retired_before=retired.before,
        retired_days=str(retired.days),
        retired_count=str(count),
        retired_spans=spans,
        retired_months=", ".join(retired.months),
        retired_held=str(retired.held),
    )
    return Sheet(facts, (tell.say("county.retired.stays"),))


def findings_told(findings: Iterable[Finding], tell: Teller) -> tuple[str, ...]:
    """What rules said of a case, as sentences."""
    return tuple(tell.sentence(finding.reason, finding.facts) for finding in findings)


def doctor_state(report: DoctorReport) -> tuple[str, int]:
    """The gravest state, and how many checks were not well."""
    states = [check.state for check in report.checks if check.state != "ok"]
    return ("fail" if "fail" in states else "warn" if states else "ok"), len(states)
