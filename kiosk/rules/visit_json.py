"""A Visit as plain JSON values and back, so that it survives a restart. What comes back equals what went in."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from kiosk.rules.errors import Unreadable
from kiosk.rules.lot import TestNote
from kiosk.rules.messages import Basis, Outcome, Presence, Subject
from kiosk.rules.quantity import Quantity, Unit
from kiosk.rules.sentence import Sentence
from kiosk.rules.turn import LastTime, Planned, Stage, Visit

FORM = 1


def to_json(visit: Visit) -> dict[str, object]:
    return {
        "form": FORM,
        "id": visit.id,
        "stage": visit.stage.value,
        "subject": None if visit.subject is None else _subject(visit.subject),
        "card": visit.card,
        "first_use": visit.first_use,
        "last": None if visit.last is None else {"product": visit.last.product, "amount": _amount(visit.last.amount)},
        "presence": None if visit.presence is None else visit.presence.value,
        "tries": visit.tries,
        "product": visit.product,
        "unit": visit.unit.value,
        "quantity": None if visit.quantity is None else _amount(visit.quantity),
        "typed": visit.typed,
        "origin": visit.origin,
        "tests": [_note(note) for note in visit.tests],
        "planned": None if visit.planned is None else visit.planned.value,
        "basis": [basis.value for basis in visit.basis],
        "number": visit.number,
        "copy": visit.copy,
        "notice": None if visit.notice is None else {"key": visit.notice.key, "facts": dict(visit.notice.facts)},
    }


def from_json(saved: Mapping[str, object]) -> Visit:
    """Raises Unreadable when this is not a visit that `to_json` wrote."""
    if saved.get("form") != FORM:
        raise Unreadable("rules.visit_form", form=str(saved.get("form")))
    try:
        return _visit(saved)
    except (KeyError, TypeError, ValueError, InvalidOperation) as wrong:
        raise Unreadable("rules.visit_unread", wrong=str(wrong)) from wrong


def _visit(saved: Mapping[str, object]) -> Visit:
    last, quantity, notice = _part(saved, "last"), _part(saved, "quantity"), _part(saved, "notice")
    subject, presence, planned = _part(saved, "subject"), saved["presence"], saved["planned"]
    return Visit(
        id=_text(saved["id"]),
        stage=Stage(_text(saved["stage"])),
        subject=None if subject is None else _to_subject(subject),
        card=_text(saved["card"]),
        first_use=saved["first_use"] is True,
        last=None if last is None else LastTime(_text(last["product"]), _to_amount(_whole(last, "amount"))),
        presence=None if presence is None else Presence(_text(presence)),
        tries=_count(saved["tries"]),
        product=_text(saved["product"]),
        unit=Unit(_text(saved["unit"])),
        quantity=None if quantity is None else _to_amount(quantity),
        typed=_text(saved["typed"]),
        origin=_text(saved["origin"]),
        tests=tuple(_to_note(note) for note in _list(saved["tests"])),
        planned=None if planned is None else Planned(_text(planned)),
        basis=tuple(Basis(_text(basis)) for basis in _list(saved["basis"])),
        number=_text(saved["number"]),
        copy=_count(saved["copy"]),
        notice=None if notice is None else Sentence(_text(notice["key"]), _facts(_whole(notice, "facts"))),
    )


def _subject(subject: Subject) -> dict[str, object]:
    return {
        "id": subject.id,
        "kind": subject.kind,
        "name": subject.name,
        "contact": subject.contact,
        "origin": subject.origin,
        "region": subject.region,
        "code": subject.code,
        "products": list(subject.products),
        "controller": subject.controller,
        "marks": list(subject.marks),
    }


def _to_subject(saved: Mapping[str, object]) -> Subject:
    lists = {name: tuple(_text(one) for one in _list(saved[name])) for name in ("products", "marks")}
    words = {name: _text(value) for name, value in saved.items() if name not in lists}
    return Subject(products=lists["products"], marks=lists["marks"], **words)


def _amount(amount: Quantity) -> dict[str, object]:
    return {"amount": str(amount.amount), "unit": amount.unit.value}


def _to_amount(saved: Mapping[str, object]) -> Quantity:
    amount = Decimal(_text(saved["amount"]))
    if not amount.is_finite():
        raise ValueError(f"{amount} is no amount")
    return Quantity(amount, Unit(_text(saved["unit"])))


def _note(note: TestNote) -> dict[str, object]:
    shown = {"seq": note.seq, "outcome": note.outcome.value, "value_shown": note.value_shown}
    return {**shown, "retest_of": note.retest_of}


def _to_note(saved: object) -> TestNote:
    note = _table(saved)
    of = note["retest_of"]
    retest_of = None if of is None else _count(of)
    return TestNote(_count(note["seq"]), Outcome(_text(note["outcome"])), _text(note["value_shown"]), retest_of)


def _facts(saved: Mapping[str, object]) -> dict[str, str]:
    return {name: _text(value) for name, value in saved.items()}


def _part(saved: Mapping[str, object], name: str) -> Mapping[str, object] | None:
    return None if saved[name] is None else _whole(saved, name)


def _whole(saved: Mapping[str, object], name: str) -> Mapping[str, object]:
    return _table(saved[name])


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError(f"a table was expected, not {value!r}")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {value!r}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text was expected, not {value!r}")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"a whole number was expected, not {value!r}")
    return value
