"""A case as a person reads it: each thing that happened in one sentence, what is due next, and where that is said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.pack import Packs
from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import (
    AlarmTold,
    CaseNoted,
    Disposal,
    FieldNoted,
    Objection,
    ObjectionClosed,
    OrderAsked,
    ResultDelivered,
    SampleTaken,
    Test,
    TestJudged,
    TubeBound,
)
from kiosk.rules.testing.assay import shown
from ui.county.cases.book import Case, Item, pictures_of
from ui.county.cases.course import Wait
from ui.county.telling import Teller, measured, moment


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the timeline. `mark` chooses its colour and shape; `where` a station, or an account."""

    time: str
    mark: str
    what: str
    detail: str
    where: str
    address: str
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """What to do next. `until` is for people, `at` for the browser's countdown; both empty where there is no hour.

    `source` and `confirmed` say where the hour comes from.
    """

    what: str
    until: str
    at: str
    left: str
    over: bool
    rule: str
    source: str
    confirmed: bool


class Timeline:
    """`packs` hold the texts of the rules and the county's settings."""

    def __init__(self, packs: Packs) -> None:
        self._packs = packs

    def due(self, wait: Wait | None, now: datetime, tell: Teller) -> Due | None:
        if wait is None:
            return None
        end = self._end(wait)
        over = end is not None and end < now
        what = "object_over" if wait.what == "object" and over else wait.what
        rule, source, confirmed = self._source(wait, tell)
        return Due(
            what=tell.say(f"county.case.next.{what}"),
            until="" if end is None else tell.time(end.isoformat(), now.date()),
            at="" if end is None else end.isoformat(timespec="seconds"),
            left="" if end is None else _span(abs(end - now), tell),
            over=over,
            rule=rule,
            source=source,
            confirmed=confirmed,
        )

    def lines(self, case: Case, today: datetime, tell: Teller) -> list[Told]:
        return [self._line(item, case, today, tell) for item in case.items]

    def _end(self, wait: Wait) -> datetime | None:
        until = moment(wait.until) if wait.until else None
        if until is not None and wait.what == "see":
            return until + timedelta(hours=self._packs.settings.report_hours)
        return until

    def _source(self, wait: Wait, tell: Teller) -> tuple[str, str, bool]:
        """The rule in words, its source, and whether somebody has read that."""
        if wait.rule == "report_hours":
            said = self._packs.settings_from["report_hours"]
            hours = self._packs.settings.report_hours
            return tell.say("county.case.rule_hours", hours=hours), said.source, said.confirmed
        if wait.rule == "own":
            return tell.say("county.case.rule_own"), "", True
        text = self._packs.rules.get(wait.rule)
        return ("", "", True) if text is None else (text.texts[tell.language], text.source, text.confirmed)

    def _line(self, item: Item, case: Case, today: datetime, tell: Teller) -> Told:
        mark, what, detail = _said(item, case, tell)
        time = tell.time(item.time, today.date())
        where = item.by or item.station
        return Told(time, mark, what, detail, where, f"/entry/{item.name[0]}/{item.name[1]}", pictures_of(item.body))


def _said(item: Item, case: Case, tell: Teller) -> tuple[str, str, str]:
    """Mark, what happened, and its details."""
    match item.body:
        case None:
            return "quiet", tell.word("county.kind", item.kind), tell.say("county.case.retired")
        case Test() as test:
            return _test(test, item, case, tell)
        case CaseNoted() as note:
            return _noted(note, tell)
        case AlarmTold() as told:
            mark = "good" if told.outcome == "sent" else "wait"
            reason = tell.sentence(told.reason, {}) if told.reason else ""
            words = tell.say(
                f"county.case.told.{told.outcome}",
                name=case.duties.get(told.duty, told.duty),
                step=told.step,
                reason=reason,
            )
            return mark, words, ""
        case OrderAsked(order=order, stream=stream):
            return "quiet", tell.say("county.case.ordered", order=tell.word("county.order", order), stream=stream), ""
    return "plain", *_of_station(item, tell)


def _test(test: Test, item: Item, case: Case, tell: Teller) -> tuple[str, str, str]:
    first = item.name == (case.row["log"], case.row["seq"])
    outcome = tell.word("outcome", test.verdict.outcome)
    value = "" if test.value is None else measured(shown(test.value), test.unit)
    words = tell.say("county.case.line.first" if first else "county.case.line.repeat", outcome=outcome)
    return (
        test.verdict.outcome.value,
        words,
        " · ".join(part for part in (value, tell.method_name(test.method)) if part),
    )


def _noted(note: CaseNoted, tell: Teller) -> tuple[str, str, str]:
    outcome = "" if note.outcome is None else tell.word("county.case.lab", note.outcome)
    value = "" if note.value is None else measured(plain(note.value), note.unit)
    until = tell.say("county.case.until", day=note.until) if note.until else ""
    words = tell.say(f"county.case.line.{note.what}", who=note.who, number=note.number, outcome=outcome)
    mark = note.outcome.value if note.outcome is not None else "plain"
    return mark, words, " · ".join(part for part in (value, note.text, until) if part)


def _of_station(item: Item, tell: Teller) -> tuple[str, str]:
    said: Mapping[str, str] = {}
    detail = ""
    key = item.kind
    match item.body:
        case SampleTaken(seals=seals, sampler=sampler):
            said, detail = {"seals": " ".join(seals) or "-"}, sampler
        case TubeBound(tube=tube, late=late):
            said = {"tube": tube}
            detail = tell.say("county.review.why.late") if late else ""
        case ResultDelivered(how=how, received_at=received):
            said = {"how": tell.word("county.case.how", how)}
            at = moment(received)
            detail = "" if at is None else f"{at:%m-%d %H:%M}"
        case Objection(by=by, in_time=in_time, reason=reason):
            said, detail = {"by": by}, reason
            key = item.kind if in_time else f"{item.kind}_late"
        case ObjectionClosed(result=result, laboratory=laboratory, report=report):
            said = {"result": tell.word("county.case.objection", result)}
            detail = " ".join(part for part in (laboratory, report) if part)
        case Disposal() as disposal:
            said, detail = _disposal(disposal, tell)
        case TestJudged(agreed=agreed, note=note):
            key, detail = "judged_agreed" if agreed else "judged_doubted", note
        case FieldNoted() as field:
            key, detail = "field", _field(field, tell)
        case _:
            return tell.word("county.kind", item.kind), ""
    return tell.say(f"county.case.line.{key.replace('.', '_')}", **said), detail


def _disposal(disposal: Disposal, tell: Teller) -> tuple[Mapping[str, str], str]:
    quantity = "" if disposal.quantity is None else tell.amount(disposal.quantity, disposal.unit)
    parts = (quantity, disposal.place, disposal.by, disposal.witness)
    return {"measure": tell.word("county.case.measure", disposal.measure)}, " · ".join(part for part in parts if part)


def _field(note: FieldNoted, tell: Teller) -> str:
    if note.disposal is not None:
        said, detail = _disposal(note.disposal, tell)
        return f"{said['measure']} {detail}"
    return next((tell.word("county.kind", one.kind) for one in (note.gate, note.patrol, note.sample) if one), "")


def _span(time: timedelta, tell: Teller) -> str:
    minutes = time // timedelta(minutes=1)
    if minutes >= 48 * 60:
        return tell.say("county.case.days", days=minutes // (24 * 60))
    return tell.say("county.case.hours", hours=minutes // 60, minutes=f"{minutes % 60:02}")
