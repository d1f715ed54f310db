"""A sheet in a visit: opened, filled, closed. What the answers mean is the sheet's own (kiosk.rules.sheets)."""

from dataclasses import replace

from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import Presence, Present, Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.sheet import Draft, Then
from kiosk.rules.visits.arrival import OF_KIND
from kiosk.rules.visits.turn import Stage, Turn, Visit, moved


def sheet_opened(visit: Visit, draft: Draft) -> Visit:
    return moved(replace(visit, sheet=draft, opener=visit.stage), "sheet_opened", Stage.FILLING)


def sheet_filled(visit: Visit, draft: Draft, notice: Sentence | None = None) -> Visit:
    """One tap further; `notice` says what is wrong with the last answer."""
    return moved(replace(visit, sheet=draft), "sheet_filled", visit.stage, notice)


def sheet_left(visit: Visit) -> Visit:
    """Nothing of it is recorded."""
    return _closed(visit, _opener(visit), None)


def sheet_done(visit: Visit, then: Then, said: Sentence | None = None, subject: Subject | None = None) -> Visit:
    """Its entries are recorded. `subject`: whom the visit is for from now on, where the sheet was about a newcomer."""
    match then:
        case Then.SERVE if subject is not None:
            served = replace(
                visit,
                turn=OF_KIND.get(subject.kind, Turn.PRODUCER),
                subject=subject,
                origin=subject.origin,
                provisional=True,
                first_use=True,
                presence=Presence.STAFF,
                present=Present.HELPED,
            )
            return _closed(served, Stage.BASKET if served.turn is Turn.BUYER else Stage.PRODUCT, said)
        case Then.BACK if visit.opener is not Stage.IDLE:
            return _closed(visit, _opener(visit), said)
    return _closed(visit, Stage.DONE, said)


def _opener(visit: Visit) -> Stage:
    if visit.opener is None:
        raise OutOfTurn("sheet_closed", visit.stage)
    return visit.opener


def _closed(visit: Visit, to: Stage, said: Sentence | None) -> Visit:
    return moved(replace(visit, sheet=None, opener=None), "sheet_closed", to, said)
