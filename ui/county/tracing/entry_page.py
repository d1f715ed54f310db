"""The page of one entry: everything that it rests on, and whether it still is what its station signed."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from kiosk.rules.messages import Certificate, EntryBody, Observation, Test
from kiosk.trust import Trust
from ui.county import proof
from ui.county.public import FOR_ROLES
from ui.county.reader import Kept, Reader
from ui.county.sheet import body_of, header_facts, inhibition_shown, sheet_of
from ui.county.sheet_parts import Sheet
from ui.county.telling import Teller
from ui.county.tracing import curve
from ui.county.tracing.beside import Beside, leaf
from ui.county.tracing.captured import Captured


def entry_values(
    kept: Kept, reader: Reader, captured: Captured, trust: Trust, tell: Teller, today: date
) -> dict[str, Any]:
    """What entry.html draws."""
    header, shown = kept.envelope.header, body_shown(kept)
    head = reader.head(header.log)
    checks = proof.check(kept.envelope, head, reader.nodes(header.log), trust)
    result, beside = _result(checks), Beside(kept, reader, tell, today)
    return {
        "header": header,
        "body": shown,
        "sheet": _sheet(kept, tell),
        "facts": header_facts(kept, tell, today),
        "checks": [(check.held, _checked(check, tell, today)) for check in checks],
        "result": result,
        "has_proof": proof.is_covered(kept.envelope, head) and result == "all_held",
        "pending": kept.place is None,
        "retired": kept.envelope.body is None,
        "conflicts": reader.conflicts(header.log, header.seq),
        "repeats": reader.repeats(header.log, header.seq),
        "copies": reader.copies(shown.number) if isinstance(shown, Certificate) else (),
        "today": today,
        "inhibition_shown": inhibition_shown,
        "changes": beside.changes(),
        "reviews": beside.reviews(),
        "controls": beside.controls(shown) if isinstance(shown, Test) else None,
        "capture": captured.capture(shown),
        "pictures": captured.pictures(shown),
        "curve": curve.curve(_readings(shown, tell)),
        "drawing": curve,
        "leaf": leaf(header.seq, head, trust),
    }


def body_shown(kept: Kept) -> EntryBody | None:
    """None also for a kind whose content is kept for named roles."""
    return None if kept.envelope.header.kind in FOR_ROLES else body_of(kept)


def _sheet(kept: Kept, tell: Teller) -> Sheet:
    if kept.envelope.header.kind in FOR_ROLES:
        return Sheet((), (tell.say("county.entry.sealed_off"),))
    return sheet_of(kept, tell)


def _readings(body: EntryBody | None, tell: Teller) -> list[tuple[str, Any]]:
    match body:
        case Test() as test:
            blank, sample = tell.say("county.entry.blank"), tell.say("county.entry.sample")
            return [*((blank, one) for one in test.blank), *((sample, one) for one in test.sample)]
        case Observation() as seen:
            return [("", one) for one in seen.readings]
    return []


def _checked(check: proof.Line, tell: Teller, today: date) -> str:
    facts = dict(check.facts)
    if "time" in facts:
        facts["time"] = tell.time(facts["time"], today)
    if "wrong" in facts:
        facts["wrong"] = tell.say(facts["wrong"], **facts)
    return tell.say(f"county.proof.{check.key}", **facts)


def _result(checks: Iterable[proof.Line]) -> str:
    held = [check.held for check in checks]
    if False in held:
        return "some_broken"
    return "some_open" if "unreceipted" in [check.key for check in checks] else "all_held"
