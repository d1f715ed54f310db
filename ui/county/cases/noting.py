"""What a form about a case says, as the act that it becomes. Which right each step asks for stands here too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from kiosk.rules.messages import CaseNoted, LotReleased, Outcome
from ui.county.accounts.roles import Right
from ui.county.cases.book import Case
from ui.county.cases.course import obstacle_to
from ui.county.cases.errors import Unfit

RIGHTS: Mapping[str, Right] = {
    "seen": Right.CASE,
    "taken": Right.CASE,
    "note": Right.CASE,
    "sent": Right.CASE,
    "disposed": Right.CASE,
    "closed": Right.CASE,
    "reopened": Right.CASE,
    "result": Right.LAB,
    "enforcement": Right.ENFORCE,
    "police": Right.ENFORCE,
    "answered": Right.ENFORCE,
}
# What a step cannot be without; the names are those of the fields of its form.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "note": ("text",),
    "sent": ("who",),
    "disposed": ("text",),
    "closed": ("text",),
    "reopened": ("text",),
    "result": ("who", "number", "outcome"),
    "enforcement": ("number",),
    "police": ("number",),
    "answered": ("text",),
}
PICTURED = ("disposed", "note", "result")
DATED = ("sent", "enforcement", "police")
MOST_TEXT, MOST_NAME = 1000, 60
OUTCOMES = (Outcome.NEGATIVE, Outcome.POSITIVE)  # of a laboratory
LEAST_REASON = 2  # letters
MOST_DIGITS = 12  # before and after the point


@dataclass(frozen=True, slots=True)
class Noter:
    """Who notes it: his account's id and name, and when."""

    id: str
    name: str
    at: datetime


def noted(case: Case, what: str, fields: Mapping[str, str], by: Noter, pictures: Sequence[str] = ()) -> CaseNoted:
    """Raises Unfit."""
    typed = {name: fields.get(name, "").strip() for name in ("who", "number", "text", "value", "unit", "until")}
    _check(case, what, typed, fields)
    outcome = fields.get("outcome", "")
    return CaseNoted(
        log=case.row["log"],
        seq=case.row["seq"],
        what=what,
        at=by.at.isoformat(timespec="milliseconds"),
        who=by.name if what == "taken" else typed["who"][:MOST_NAME],
        number=typed["number"][:MOST_NAME],
        text=typed["text"][:MOST_TEXT],
        outcome=Outcome(outcome) if what == "result" else None,
        value=_number(typed["value"]) if what == "result" else None,
        unit=typed["unit"][:MOST_NAME] if what == "result" else "",
        until=_day(typed["until"]) if what in DATED else "",
        pictures=tuple(pictures),
        by=by.id,
    )


def released(case: Case, note: CaseNoted) -> LotReleased | None:
    """What the station has to hear of a laboratory's result; None where nobody knows which lot it is about."""
    if note.what != "result" or note.outcome is None or not case.row["lot"]:
        return None
    return LotReleased(case.row["lot"], note.outcome, note.number, note.who, note.value, note.unit)


def _check(case: Case, what: str, typed: Mapping[str, str], fields: Mapping[str, str]) -> None:
    for name in NEEDED.get(what, ()):
        if not fields.get(name, "").strip():
            raise Unfit(f"need_{name}")
    if what == "result":
        if fields["outcome"] not in OUTCOMES:
            raise Unfit("need_outcome")
        _number(typed["value"])
    if what in ("closed", "reopened") and len(typed["text"]) < LEAST_REASON:
        raise Unfit("need_text")
    obstacle = obstacle_to(what, case.stands, typed["text"], anyway="anyway" in fields)
    if obstacle:
        raise Unfit(obstacle)


def _number(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation as wrong:
        raise Unfit("number_form") from wrong
    if not value.is_finite() or abs(value.adjusted()) > MOST_DIGITS:
        raise Unfit("number_form")
    return value


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as wrong:
        raise Unfit("day_form") from wrong
