"""The worked rows of `packs/rules/reagent.toml`, put to the real rules."""

from collections.abc import Callable
from datetime import datetime

from kiosk.rules.messages import ReagentOpened
from kiosk.rules.quality_control import reagent as rules
from kiosk.rules.quality_control.reagent import InUse, State
from kiosk.rules.testing.methods import ReagentLife
from tests.support import quality as made

Given = dict[str, str]
Events = list[tuple[datetime, ReagentOpened]]
METHOD = "KJ 201701"


def _told(rule: str, one: InUse, now: datetime = made.EIGHT, *, curve: bool = False) -> str:
    return made.told(rules.reagent_rulings(one, METHOD, now, curve=curve), rule)


def _whole(number: str) -> int | None:
    return int(number) if number else None


def _fold(events: Events, life: ReagentLife | None = None, used: int = 0) -> InUse:
    return made.in_use(rules.state_of("E1", events), life, used=used)


def _at_eight(*events: ReagentOpened) -> Events:
    return [(made.EIGHT, event) for event in events]


def _timed(text: str) -> Events:
    words = [part.split(" ") for part in text.split(", ")]
    return [(made.EIGHT + made.span(after), made.event(word)) for word, after in words]


def _lot_unknown(given: Given) -> str:
    return _told("reagent/lot_unknown", made.in_use(State(given["lot"]), lot=given["lot"]))


def _unregistered(given: Given) -> str:
    state = rules.state_of(given["lot"], _at_eight(made.event("received", given["registered"])))
    return _told("reagent/unregistered", made.in_use(state, lot=given["lot"]))


def _other_method(given: Given) -> str:
    found = rules.reagent_rulings(
        _fold(_at_eight(made.event("received", method=given["lot"]))), given["method"], made.EIGHT
    )
    return made.told(found, "reagent/other_method")


def _used_up(given: Given) -> str:
    return _told("reagent/used_up", _fold(_at_eight(*(made.event(word) for word in given["events"].split()))))


def _no_uses(given: Given) -> str:
    events = _at_eight(made.event("received", curve={"uses": given["uses"]}))
    return _told("reagent/no_uses", _fold(events, used=int(given["used"])))


def _expiry(rule: str, given: Given) -> str:
    now = datetime.fromisoformat(given["now"]) if "now" in given else made.EIGHT
    return _told(rule, _fold(_at_eight(made.event("received", expires=given["expires"]))), now)


def _unclear(given: Given) -> str:
    return _told(
        "reagent/unclear", _fold(_timed(given["events"]), made.life(days=4)), made.EIGHT + made.span(given["now"])
    )


def _not_opened(given: Given) -> str:
    events = _at_eight(*(made.event(word) for word in given["events"].split()))
    return _told("reagent/not_opened", _fold(events, made.life(days=_whole(given["days"]))))


def _opened_long(given: Given) -> str:
    events = [(datetime.fromisoformat(given["opened"]), made.event("opened"))]
    one = _fold(events, made.life(days=_whole(given["days"])))
    return _told("reagent/opened_long", one, datetime.fromisoformat(given["now"]))


def _thawed(given: Given) -> str:
    events = _at_eight(*(made.event("thawed") for _ in range(int(given["thaws"]))))
    return _told("reagent/thawed", _fold(events, made.life(thaws=_whole(given["limit"]))))


def _out_long(given: Given) -> str:
    one = _fold(_timed(given["events"]), made.life(out_minutes=_whole(given["limit"])))
    return _told("reagent/out_long", one, made.EIGHT + made.span(given["now"]))


def _no_curve(given: Given) -> str:
    carries = dict.fromkeys(given["carries"].split(), "1")
    one = _fold(_at_eight(made.event("received", curve=carries)))
    return _told("reagent/no_curve", one, curve=given["method"] == "curve")


WORKED: dict[str, Callable[[Given], str]] = {
    "reagent/lot_unknown": _lot_unknown,
    "reagent/unregistered": _unregistered,
    "reagent/other_method": _other_method,
    "reagent/used_up": _used_up,
    "reagent/no_uses": _no_uses,
    "reagent/expired": lambda given: _expiry("reagent/expired", given),
    "reagent/expiry_unknown": lambda given: _expiry("reagent/expiry_unknown", given),
    "reagent/unclear": _unclear,
    "reagent/not_opened": _not_opened,
    "reagent/opened_long": _opened_long,
    "reagent/thawed": _thawed,
    "reagent/out_long": _out_long,
    "reagent/no_curve": _no_curve,
}
