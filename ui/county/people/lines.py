"""What was recorded of a producer, each entry as one line: day, what, which goods, with what outcome."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kiosk.contract import ContractError, Envelope
from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import (
    AgreementSigned,
    Certificate,
    Disposal,
    DrugsStated,
    FarmWork,
    FieldNoted,
    Incoming,
    LotDeclared,
    Outcome,
    Patrol,
    SampleTaken,
    SlaughterEntry,
    SubjectProposed,
    Test,
    Voucher,
)
from kiosk.rules.scan.numbers import shown as number_shown
from kiosk.rules.testing.assay import shown
from ui.county.act_tables import OFFICE
from ui.county.people.texts import visible
from ui.county.rows import envelope_of
from ui.county.sql import Row
from ui.county.telling import Teller, measured

MOST_DIGITS = 12
PART = " · "


@dataclass(frozen=True, slots=True)
class Line:
    """`mark` is an outcome of a test, else empty."""

    log: str
    seq: int
    kind: str
    time: str
    station: str
    what: str
    detail: str
    mark: str = ""


def lines(rows: Iterable[Row], tell: Teller, today: date) -> list[Line]:
    return [line(row, tell, today) for row in rows]


def line(row: Row, tell: Teller, today: date) -> Line:
    body = _body(row)
    kind = body.kind if isinstance(body, Patrol | SampleTaken | Disposal) else str(row["kind"])
    mark, parts = _told(body, tell)
    detail = PART.join(visible(part) for part in parts if part)
    time = tell.time(row["time"], today)
    return Line(row["log"], row["seq"], kind, time, row["station"], tell.word("county.kind", kind), detail, mark)


def _body(row: Row) -> object:
    """None for one that retention took, and for a kind of newer software."""
    envelope: Envelope = envelope_of(row)
    try:
        if row["station"] != OFFICE:
            return envelope.entry
        act = envelope.act
    except ContractError:
        return None
    return (act.patrol or act.sample or act.disposal) if isinstance(act, FieldNoted) else act


def _told(body: object, tell: Teller) -> tuple[str, tuple[str, ...]]:
    match body:
        case Test():
            sane = body.value is not None and abs(body.value.adjusted()) <= MOST_DIGITS
            value = measured(shown(body.value), body.unit) if sane and body.value is not None else ""
            outcome = Outcome(body.verdict.outcome)
            return outcome, (tell.word("outcome", outcome), tell.product(body.product), value, body.sample_code)
        case Certificate():
            amount = tell.amount(plain(body.quantity), body.unit)
            return "", (tell.product(body.product), amount, number_shown(body.number))
        case Voucher():
            return "", (tell.product(body.product), tell.amount(plain(body.quantity), body.unit), body.to)
    return "", _production(body, tell)


def _production(body: object, tell: Teller) -> tuple[str, ...]:
    match body:
        case FarmWork():
            what = tell.word("sheet.farming.what", body.what)
            return (body.on, what, tell.product(body.product), body.given, body.amount, body.plot)
        case DrugsStated():
            used = tell.say(f"county.people.drugs.{'used' if body.used else 'none'}")
            return (tell.product(body.product), used, *(_use(one.name, one.last_used) for one in body.uses[:5]))
        case LotDeclared():
            return (tell.product(body.product), tell.amount(plain(body.quantity), body.unit), body.lot, body.harvested)
        case Incoming():
            return (tell.product(body.product), body.issuer, body.number)
        case Disposal():
            return (tell.product(body.product), tell.word("sheet.disposal.measure", body.measure), body.lot)
    return _oversight(body, tell)


def _oversight(body: object, tell: Teller) -> tuple[str, ...]:
    match body:
        case Patrol():
            poor = sum(one.found == "poor" for one in body.items)
            return (tell.say("county.people.patrol", all=len(body.items), poor=poor), body.inspector, body.advice)
        case AgreementSigned():
            return (tell.word("sheet.agreement.what", body.what), body.edition, body.date)
        case SlaughterEntry():
            return (tell.product(body.product), tell.amount(plain(body.heads), "head"), body.quarantine)
        case SampleTaken():
            return (tell.product(body.product), tell.word("sample_type", body.sample_type), body.sample_code)
        case SubjectProposed():
            return (body.village, body.note)
    return ()


def _use(name: str, last: str) -> str:
    return f"{name} {last}".strip()
