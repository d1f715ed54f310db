"""A note of a phone in words: as one sentence among acts, and line by line on its page."""

from collections.abc import Iterator

from kiosk.pack import Packs
from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import (
    ActBody,
    Disposal,
    FieldNoted,
    GateCheck,
    Patrol,
    Position,
    SampleTaken,
    Signature,
)
from kiosk.rules.scan.numbers import looks_like_number
from kiosk.rules.scan.numbers import shown as number_shown
from ui.county.field.tables import form_of
from ui.county.telling import Teller

Lines = Iterator[tuple[str, str]]


def told(act: ActBody, tell: Teller) -> str | None:
    """None for an act of another room."""
    if not isinstance(act, FieldNoted):
        return None
    kind, body = form_of(act)
    about = "" if body is None else _about(body, tell)
    return tell.say("county.field.act", kind=tell.word("county.field.kind", kind), about=about)


def lines(note: FieldNoted, tell: Teller, packs: Packs) -> list[tuple[str, str]]:
    """Label and value of everything that the note says and that is not empty."""
    match form_of(note)[1]:
        case GateCheck() as check:
            return _said(_gate(check, tell), tell)
        case Patrol() as patrol:
            return [*_said(_visit(patrol), tell), *_items(patrol, tell, packs), *_said(_who(patrol), tell)]
        case SampleTaken() as sample:
            return _said(_sample(sample, tell), tell)
        case Disposal() as disposal:
            return _said(_disposal(disposal, tell), tell)
    return []


def _said(told: Lines, tell: Teller) -> list[tuple[str, str]]:
    return [(tell.say(f"county.field.label.{label}"), value) for label, value in told if value]


def _about(body: GateCheck | Patrol | SampleTaken | Disposal, tell: Teller) -> str:
    match body:
        case GateCheck():
            decided = tell.word("county.field.decision", body.decision)
            return f"{body.seller} · {tell.product(body.product)} · {decided}"
        case Patrol():
            return body.subject_name
        case SampleTaken():
            return f"{body.subject_name} · {tell.product(body.product)} · {body.sample_code}"
        case Disposal():
            return f"{tell.product(body.product)} · {tell.word('county.field.measure', body.measure)}"


def _gate(check: GateCheck, tell: Teller) -> Lines:
    yield "market", check.market
    yield "stall", check.stall
    yield "seller", check.seller
    yield "product", tell.product(check.product)
    yield "quantity", tell.amount(plain(check.quantity), check.unit)
    yield "origin", check.origin
    yield "paper", tell.word("county.field.paper", check.paper)
    yield "number", number_shown(check.number) if looks_like_number(check.number) else check.number
    yield "issuer", check.issuer
    yield "issued_on", check.issued_on
    yield "state", tell.word("county.field.state", check.state)
    for finding in check.findings:
        yield "finding", tell.sentence(finding.reason, facts_told(finding.facts, tell))
    yield "advice", tell.word("county.field.decision", check.advice)
    yield "decision", tell.word("county.field.decision", check.decision)
    yield "reason", check.reason
    yield "inspector", check.inspector
    yield "position", _position(check.position)


def _visit(patrol: Patrol) -> Lines:
    yield "subject", patrol.subject_name
    yield "place", patrol.place


def _items(patrol: Patrol, tell: Teller, packs: Packs) -> Lines:
    """Line by line in the words of the sheet; what is poor comes first."""
    names = {line.id: dict(line.names) for line in packs.patrol}
    for item in sorted(patrol.items, key=lambda item: item.found != "poor"):
        found = tell.word("county.field.found", item.found)
        yield names.get(item.item, {}).get(tell.language, item.item), f"{found} · {item.note}" if item.note else found


def _who(patrol: Patrol) -> Lines:
    yield "advice_given", patrol.advice
    yield "inspector", patrol.inspector
    yield "companion", patrol.companion
    yield "position", _position(patrol.position)


def _sample(sample: SampleTaken, tell: Teller) -> Lines:
    yield "sample_code", sample.sample_code
    yield "type", tell.word("sample_type", sample.sample_type)
    yield "subject", sample.subject_name
    yield "product", tell.product(sample.product)
    yield "scene", tell.word("scene", sample.scene)
    yield "place", sample.place
    yield "origin", sample.origin
    yield "seen", "" if sample.quantity_seen is None else tell.amount(plain(sample.quantity_seen), "kg")
    yield "test_grams", _grams(sample.test_grams)
    yield "reserve_grams", _grams(sample.reserve_grams)
    yield "seals", " ".join(sample.seals)
    for one in sample.signatures:
        yield "signature", _signed(one, tell)
    yield "inspector", sample.sampler
    yield "position", _position(sample.position)


def _disposal(disposal: Disposal, tell: Teller) -> Lines:
    yield "product", tell.product(disposal.product)
    yield "measure", tell.word("county.field.measure", disposal.measure)
    yield "quantity", "" if disposal.quantity is None else tell.amount(plain(disposal.quantity), disposal.unit)
    yield "place", disposal.place
    yield "witness", disposal.witness
    yield "inspector", disposal.by


def facts_told(facts: dict[str, str], tell: Teller) -> dict[str, str]:
    """Blanks of the rules' sentences as people read them: goods and units by name."""
    return {name: _fact(name, value, tell) for name, value in facts.items()}


def _fact(name: str, value: str, tell: Teller) -> str:
    if name == "unit":
        return tell.word("unit", value)
    return tell.word("unit", tell.product(value)) if name in ("paper", "goods") else value


def _grams(amount: object) -> str:
    return "" if amount is None else f"{amount} g"


def _signed(one: Signature, tell: Teller) -> str:
    said = tell.say("county.field.signed" if one.signed else "county.field.refused_to_sign")
    return f"{tell.word('county.field.hand', one.role)} {one.name} · {said}"


def _position(at: Position | None) -> str:
    return "" if at is None else f"{at.latitude}, {at.longitude}"
