"""Controls, corrections and reviews as pages: labels and values in words."""

from kiosk.rules.messages import Control, Correction, Reviewed
from kiosk.rules.personal.typed import masked
from ui.county.sheet_parts import ReadingLine, Sheet, pairs
from ui.county.sheet_station import findings_told
from ui.county.telling import Teller, measured, plain, tail_of

CONTACT = "contact"


def control_sheet(control: Control, readings: tuple[ReadingLine, ...], tell: Teller) -> Sheet:
    value = "" if control.value is None else measured(plain(control.value), control.unit)
    facts = pairs(
        tell,
        what=tell.word("county.control", control.what),
        outcome=passed_told(control, tell),
        method=tell.method_name(control.method),
        run=control.run,
        value=value,
        reagent=control.reagent_lot,
        temperature="" if control.temperature is None else measured(plain(control.temperature), "°C"),
        calibration=control.certificate,
        certified=control.certified_on,
    )
    return Sheet(facts, findings_told(control.findings, tell), readings)


def passed_told(control: Control, tell: Teller) -> str:
    return tell.say("county.entry.passed" if control.passed else "county.entry.failed")


def correction_sheet(correction: Correction, address: str, tell: Teller) -> Sheet:
    """Old and new side by side, and the way to what it corrects."""
    facts = pairs(
        tell,
        field=tell.word("county.field", correction.field),
        old=corrected(correction.field, correction.old),
        new=corrected(correction.field, correction.new),
        reason=masked(correction.reason),
        by=correction.by,
        second=correction.second,
    )
    links = [(tell.say("county.fact.corrects"), f"#{correction.corrects}", address)]
    links += [(tell.say("county.entry.dependents"), number, f"/N/{number}") for number in correction.dependents]
    return Sheet(facts, links=tuple(links))


def corrected(field: str, text: str) -> str:
    """One side of a correction, as far as an officer reads it: of a contact the tail, as on the certificate's page."""
    if field == CONTACT:
        return f"…{tail_of(text)}"
    return masked(text)


def review_sheet(review: Reviewed, address: str, tell: Teller) -> Sheet:
    facts = pairs(tell, agreed=agreed_told(tell, agreed=review.agreed), reviewer=review.reviewer, note=review.note)
    return Sheet(facts, links=((tell.say("county.fact.test"), f"#{review.test}", address),))


def agreed_told(tell: Teller, *, agreed: bool) -> str:
    return tell.say("county.entry.agreed" if agreed else "county.entry.not_agreed")
