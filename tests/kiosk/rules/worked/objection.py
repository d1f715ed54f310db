"""The worked rows of `packs/rules/objection.toml`: delivery, the four hours, the laboratory."""

from collections.abc import Callable
from datetime import date, datetime

from kiosk.rules.messages import Outcome
from kiosk.rules.oversight import objection as rules
from kiosk.rules.oversight.objection import Closing, How, Result
from kiosk.rules.oversight.workdays import Calendar
from tests.support import oversight as made

Given = dict[str, str]
NINE = "2026-11-22T09:00+08:00"
LATER = "2026-11-23T09:00+08:00"


def _delivered(rule: str) -> Callable[[Given], str]:
    def delivered(given: Given) -> str:
        hands = made.signatures(given.get("subject_signed", "yes") == "yes", given.get("witness", "yes") == "yes")
        return made.told(rules.may_deliver(How(given["how"]), _received(given), hands), rule)

    return delivered


def _received(given: Given) -> datetime | None:
    return rules.moment(given.get("received", NINE))


def _started(given: Given) -> str:
    told = rules.clock(_received(given), datetime.fromisoformat(given["at"]), trusted=True)
    return "told" if "objection/started" in made.rules(told) else "silent"


def _clock(given: Given) -> str:
    told = rules.clock(_received(given), datetime.fromisoformat(NINE), trusted=given["trusted"] == "yes")
    return "told" if "objection/clock" in made.rules(told) else "silent"


def _four_hours(given: Given) -> str:
    return "in time" if rules.in_time(_received(given), datetime.fromisoformat(given["asked"])) else "late"


def _calendar(given: Given) -> Calendar:
    off = frozenset(date.fromisoformat(day) for day in given.get("off", "").split())
    on = frozenset(date.fromisoformat(day) for day in given.get("on", "").split())
    return Calendar(date(2026, 1, 1), date(2028, 12, 31), off, on, confirmed=True)


def _closed(rule: str) -> Callable[[Given], str]:
    def closed(given: Given) -> str:
        outcome = given.get("outcome", "negative")
        closing = Closing(
            Result(given.get("result", "upheld")),
            report=given.get("report", "R1"),
            laboratory=given.get("laboratory", "L"),
            rapid=given.get("rapid") == "yes",
            seal=given.get("seal", "A2"),
            received_at=given.get("lab_received", LATER),
            reported_at=given.get("reported", LATER),
            outcome=Outcome(outcome) if outcome else None,
        )
        return made.told(rules.may_close(closing, made.sample(), _calendar(given)), rule, "closed")

    return closed


WORKED: dict[str, Callable[[Given], str]] = {
    **{f"objection/{clause}": _delivered(f"objection/{clause}") for clause in ("received", "signed", "refused")},
    "objection/started": _started,
    "objection/clock": _clock,
    "objection/four_hours": _four_hours,
    **{
        f"objection/{clause}": _closed(f"objection/{clause}")
        for clause in ("rapid", "laboratory", "outcome", "reserve", "times", "seven_days")
    },
}
