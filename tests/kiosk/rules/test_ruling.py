"""What a ruling is, and how an entry keeps it."""

from kiosk.rules.messages import Finding
from kiosk.rules.ruling import Effect, Ruling, findings, first_stop, stop, warn
from kiosk.rules.sentence import Sentence

REMINDER = warn("lot/left", "lot.left", left="40")
REFUSAL = stop("lot/over_issue", "lot.over_issue", left="40")


def test_a_reminder_goes_on_and_a_refusal_stops() -> None:
    assert Ruling("lot/left", Effect.WARN, Sentence("lot.left", {"left": "40"})) == REMINDER
    assert Ruling("lot/over_issue", Effect.STOP, Sentence("lot.over_issue", {"left": "40"})) == REFUSAL
    assert (REMINDER.stops, REFUSAL.stops) == (False, True)


def test_the_first_refusal_speaks() -> None:
    later = stop("void/once", "void.once")
    assert first_stop((REMINDER, REFUSAL, later)) == REFUSAL
    assert first_stop((REMINDER,)) is None


def test_an_entry_keeps_them_in_their_order() -> None:
    kept = findings((REFUSAL, REMINDER))
    assert kept == (
        Finding("lot/over_issue", "stop", "lot.over_issue", {"left": "40"}),
        Finding("lot/left", "warn", "lot.left", {"left": "40"}),
    )
    assert findings(()) == ()
