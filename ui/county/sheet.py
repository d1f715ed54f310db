"""One entry as a page: labels and values in words, readings as a table. Bodies that are not known are shown as sent."""

import json
from datetime import date
from decimal import Decimal

from kiosk.contract import ContractError
from kiosk.rules.messages import (
    Certificate,
    Control,
    Correction,
    DayClosed,
    DoctorReport,
    EntryBody,
    Incident,
    Measured,
    Observation,
    Opened,
    OrderDone,
    Print,
    Reprint,
    Retired,
    Reviewed,
    Test,
)
from kiosk.rules.personal.masks import veiled
from kiosk.rules.scan.numbers import shown as number_shown
from kiosk.rules.testing.assay import shown
from ui.county.reader import Kept
from ui.county.sheet_checks import control_sheet, correction_sheet, review_sheet
from ui.county.sheet_parts import Pair, ReadingLine, Sheet, pairs
from ui.county.sheet_station import day_sheet, doctor_sheet, findings_told, order_sheet, retired_sheet
from ui.county.telling import Teller, measured, moment, plain, tail_of

MOST_DIGITS = 12


def body_of(kept: Kept) -> EntryBody | None:
    """None when the body was retired, does not fit its kind, or the kind is newer than we are."""
    try:
        return kept.envelope.entry
    except ContractError:
        return None


def sheet_of(kept: Kept, tell: Teller) -> Sheet:
    match body_of(kept):
        case Test() as test:
            sheet = _test(test, kept, tell)
        case Certificate() as certificate:
            sheet = _certificate(certificate, kept, tell)
        case Print() | Reprint() as copy:
            sheet = _copy(copy, tell)
        case Incident() as incident:
            sheet = _incident(incident, tell)
        case Opened() as opened:
            sheet = _opened(opened, tell)
        case Observation() as seen:
            sheet = _observed(seen, tell)
        case Control() | Correction() | Reviewed() as judged:
            sheet = _judged(judged, kept, tell)
        case body:
            sheet = _of_station(body, kept, tell)
    return sheet


def _judged(judged: Control | Correction | Reviewed, kept: Kept, tell: Teller) -> Sheet:
    match judged:
        case Control() as control:
            return control_sheet(control, _lines(control.readings, "", tell), tell)
        case Correction() as correction:
            return correction_sheet(correction, _address(kept, correction.corrects), tell)
        case Reviewed() as review:
            return review_sheet(review, _address(kept, review.test), tell)


def _of_station(body: EntryBody | None, kept: Kept, tell: Teller) -> Sheet:
    match body:
        case OrderDone() as done:
            return order_sheet(done, tell)
        case DayClosed() as closed:
            return day_sheet(closed, tell)
        case DoctorReport() as report:
            return doctor_sheet(report, tell)
        case Retired() as retired:
            return retired_sheet(retired, tell)
    return Sheet((), raw=_raw(kept))


def header_facts(kept: Kept, tell: Teller, today: date) -> tuple[Pair, ...]:
    header = kept.envelope.header
    return pairs(
        tell,
        kind=tell.word("county.kind", header.kind),
        station=kept.station,
        time=tell.time(header.time, today),
        received=tell.time(kept.received, today),
        clock=tell.word("county.clock", header.clock),
        log=header.log,
        seq=str(header.seq),
        hash=header.body,
        key=kept.envelope.key,
    )


def inhibition_shown(value: Decimal | None, unit: str) -> str:
    """Our number, cut to one decimal; an absurd one as it was sent."""
    if value is None:
        return "—"
    return measured(shown(value) if abs(value.adjusted()) <= MOST_DIGITS else value, unit)


def _test(test: Test, kept: Kept, tell: Teller) -> Sheet:
    facts = pairs(
        tell,
        product=tell.product(test.product),
        subject=test.subject_name or test.subject,
        origin=test.origin,
        sample_code=test.sample_code,
        sample_type=tell.word("sample_type", test.sample_type),
        scene=tell.word("scene", test.scene),
        method=tell.method_name(test.method),
        reagent=test.reagent_lot,
        reagent_maker=test.reagent_maker,
        reagent_expiry=test.reagent_expiry,
        item=test.item_name or test.item,
        limit="" if test.limit is None else measured(plain(test.limit), test.unit),
        lot=test.lot,
        stall=test.stall,
    )
    links: list[tuple[str, str, str]] = []
    if test.retest_of is not None:
        links.append((tell.say("county.entry.first"), f"#{test.retest_of}", _address(kept, test.retest_of)))
    warnings = []
    if not test.method_confirmed:
        warnings.append(tell.say("county.entry.unconfirmed_method"))
    if test.disagrees:
        warnings.append(tell.say("county.entry.disagrees"))
    warnings += findings_told(test.findings, tell)
    readings = (
        *_lines(test.blank, tell.say("county.entry.blank"), tell),
        *_lines(test.sample, tell.say("county.entry.sample"), tell),
    )
    return Sheet((*facts, *_made(test, tell), *_device(test, tell)), tuple(warnings), readings, tuple(links))


def _made(test: Test, tell: Teller) -> tuple[Pair, ...]:
    """By whom, when and in what air."""
    return pairs(
        tell,
        sampler=test.sampler,
        tester=" ".join(filter(None, (test.tester, test.tester_code))),
        read_by=test.read_by,
        reviewer=test.reviewer,
        started="" if (at := moment(test.started_at)) is None else f"{at:%Y-%m-%d %H:%M:%S}",
        temperature="" if test.temperature is None else measured(plain(test.temperature), "°C"),
        humidity="" if test.humidity is None else measured(plain(test.humidity), "%"),
        device_serial=test.device_serial,
        calibration_due=test.calibration_due,
    )


def _certificate(certificate: Certificate, kept: Kept, tell: Teller) -> Sheet:
    tail = tail_of(certificate.subject.contact)
    facts = pairs(
        tell,
        number=number_shown(certificate.number),
        subject=certificate.subject.name,
        product=tell.product(certificate.product),
        quantity=tell.amount(f"{certificate.quantity:f}", certificate.unit)
        if abs(certificate.quantity.adjusted()) <= MOST_DIGITS
        else str(certificate.quantity),
        origin=certificate.origin,
        date=certificate.date,
        basis=" · ".join(tell.word("basis", basis) for basis in certificate.basis),
        contact=tell.say("county.trace.contact_tail", tail=tail) if tail else "",
        presence=tell.word("county.presence", certificate.presence),
    )
    links = [(tell.say("county.entry.supported_by"), f"#{seq}", _address(kept, seq)) for seq in certificate.tests]
    links.append((tell.say("county.fact.trace"), number_shown(certificate.number), f"/N/{certificate.number}"))
    warnings = []
    if not certificate.wording_confirmed:
        warnings.append(tell.say("county.entry.unconfirmed_wording"))
    if not certificate.clock_trusted:
        warnings.append(tell.say("county.entry.untrusted_clock"))
    warnings += findings_told(certificate.findings, tell)
    return Sheet(facts, tuple(warnings), links=tuple(links))


def _copy(copy: Print | Reprint, tell: Teller) -> Sheet:
    outcome = tell.word("county.print", copy.outcome if isinstance(copy, Print) else "begun")
    piece = tell.word("papers.part", copy.part) if copy.part else ""
    number, nth = number_shown(copy.number), str(copy.copy)
    facts = pairs(tell, number=number, piece=piece, copy=nth, outcome=outcome, problem=copy.reason)
    return Sheet(facts, links=((tell.say("county.fact.trace"), number_shown(copy.number), f"/N/{copy.number}"),))


def _incident(incident: Incident, tell: Teller) -> Sheet:
    return Sheet(
        pairs(
            tell, part=tell.word("county.part", incident.part), problem=tell.problem(incident.problem, incident.facts)
        )
    )


def _opened(opened: Opened, tell: Teller) -> Sheet:
    return Sheet(
        pairs(tell, station=opened.station, software=opened.software, predecessor=opened.predecessor or ""),
    )


def _device(of: Test | Observation, tell: Teller) -> tuple[Pair, ...]:
    device = of.device
    return pairs(
        tell,
        instrument=" ".join(filter(None, (device.model, device.firmware, f"({device.profile} r{device.revision})"))),
        evidence=tell.word("county.evidence", device.evidence),
    )


def _observed(seen: Observation, tell: Teller) -> Sheet:
    again = () if seen.rereads is None else pairs(tell, rereads=str(seen.rereads))
    return Sheet((*_device(seen, tell), *again), readings=_lines(seen.readings, "", tell))


def _lines(readings: tuple[Measured, ...], of: str, tell: Teller) -> tuple[ReadingLine, ...]:
    return tuple(
        ReadingLine(
            of=of,
            channel="" if reading.channel is None else str(reading.channel),
            quantity=tell.word("county.quantity", reading.quantity),
            value=measured(plain(reading.value), reading.unit),
            raw=reading.raw,
        )
        for reading in readings
    )


def _address(kept: Kept, seq: int) -> str:
    return f"/entry/{kept.envelope.header.log}/{seq}"


def _raw(kept: Kept) -> str:
    body = kept.envelope.body
    return "" if body is None else json.dumps(veiled(json.loads(body)), ensure_ascii=False, indent=2)
