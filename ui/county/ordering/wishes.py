"""What somebody filled in, as the order that he asks for. Fields in, bodies out."""

from collections.abc import Mapping
from datetime import date

from kiosk.rules.messages import (
    CertificateRevoked,
    DoctorAsked,
    NoticePut,
    NoticeWithdrawn,
    OrderBody,
    SampleType,
    TaskGiven,
    TaskWithdrawn,
)
from kiosk.rules.scan.numbers import parse_number
from ui.county.office import OfficeError

MOST_TITLE, MOST_TEXT, MOST_COUNT = 60, 600, 999
TASKS, WHYS = ("sample", "patrol", "gate"), ("", "random", "risk", "complaint")
NOTICES = ("message", "publicity")


def wish(kind: str, fields: Mapping[str, str], name: str, today: date) -> OrderBody:
    """`name` is the id of a new task or notice. Raises OfficeError that says which field, and why."""
    match kind:
        case TaskGiven.kind:
            return _task(fields, name, today)
        case NoticePut.kind:
            return _notice(fields, name, today)
        case CertificateRevoked.kind:
            return _revoked(fields)
        case DoctorAsked.kind:
            return DoctorAsked(_text(fields, "reason", MOST_TEXT, needed=False))
    raise OfficeError("office.wish_kind", kind=kind[:40])


def taken_back(body: OrderBody, reason: str) -> OrderBody | None:
    """The order that takes an earlier one back; None for one that cannot be."""
    match body:
        case TaskGiven(task=task):
            return TaskWithdrawn(task, reason)
        case NoticePut(notice=notice):
            return NoticeWithdrawn(notice, reason)
    return None


def _task(fields: Mapping[str, str], name: str, today: date) -> TaskGiven:
    return TaskGiven(
        task=name,
        what=_one_of(fields, "what", TASKS),
        title=_text(fields, "title", MOST_TITLE),
        until=_day(fields, "until", today),
        subjects=tuple(fields.get("subjects", "").replace(",", " ").split()),
        products=tuple(fields.get("products", "").replace(",", " ").split()),
        count=_count(fields),
        sample_type=SampleType(_one_of(fields, "sample_type", tuple(SampleType))),
        why=_one_of(fields, "why", WHYS),
    )


def _notice(fields: Mapping[str, str], name: str, today: date) -> NoticePut:
    since, until = _day(fields, "since", today), _day(fields, "until", today)
    if until < since:
        raise OfficeError("office.wish_until", since=since)
    title, text = _text(fields, "title", MOST_TITLE), _text(fields, "text", MOST_TEXT)
    return NoticePut(name, _one_of(fields, "what", NOTICES), title, text, since, until)


def _revoked(fields: Mapping[str, str]) -> CertificateRevoked:
    number = parse_number(fields.get("number", ""))
    if number is None:
        raise OfficeError("office.wish_number", number=fields.get("number", "")[:30])
    return CertificateRevoked(number, _text(fields, "reason", MOST_TEXT))


def _text(fields: Mapping[str, str], name: str, most: int, *, needed: bool = True) -> str:
    text = " ".join(fields.get(name, "").split())
    if needed and not text:
        raise OfficeError(f"office.wish_no_{name}")
    if len(text) > most:
        raise OfficeError("office.wish_long", most=most, count=len(text))
    return text


def _one_of(fields: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    """The first of them where the form has no such field: what a browser sends is one of its own options."""
    word = fields.get(name, words[0])
    if word not in words:
        raise OfficeError("office.wish_word", field=name, word=word[:40])
    return word


def _day(fields: Mapping[str, str], name: str, today: date) -> str:
    try:
        day = date.fromisoformat(fields.get(name, ""))
    except ValueError as wrong:
        raise OfficeError("office.wish_day") from wrong
    if day < today:
        raise OfficeError("office.wish_past", day=day)
    return day.isoformat()


def _count(fields: Mapping[str, str]) -> int:
    text = fields.get("count", "1")
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= MOST_COUNT):
        raise OfficeError("office.wish_count", most=MOST_COUNT)
    return int(text)
