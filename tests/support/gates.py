"""A gate with one thing changed, judged by the rules: what every test of a gate check begins with."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from kiosk.rules.certify.incoming import Seen
from kiosk.rules.messages import GateCheck
from kiosk.rules.oversight import gate
from kiosk.rules.oversight.gate_facts import Decision, Goods, Judged, Known, Screened, State
from kiosk.rules.ruling import Ruling
from tests.support import oversight as made


def judge(
    seen: Seen | None,
    goods: Goods | None = None,
    *,
    known: Known | None = None,
    grower: tuple[str, ...] | None = None,
    tested: Screened | None = None,
    tolerance: str = "0",
    today: date = made.TODAY,
) -> Judged:
    return gate.judge(
        made.goods() if goods is None else goods,
        seen,
        today=today,
        settings=replace(made.SETTINGS, gate_tolerance=Decimal(tolerance)),
        wordings=made.WORDINGS,
        known=known,
        grower=grower,
        tested=tested,
    )


def told(state: State, advice: Decision, *rulings: Ruling, offices: tuple[str, ...] = ()) -> Judged:
    return Judged(state, advice, rulings, offices)


VALID = judge(made.ours())


def checked(seen: Seen | None, decision: Decision = Decision.ADMIT, **changed: object) -> GateCheck:
    return made.check(VALID, seen, decision, **changed)
