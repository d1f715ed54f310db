"""How far a person has come: three steps, whatever he came for. The page that stands open decides nothing."""

from dataclasses import dataclass

from kiosk.rules.visits.turn import Stage, Turn
from ui.station.view import View

GOODS, DRUGS, PAPER = "goods", "drugs", "paper"
STEP = {
    Stage.BASKET: GOODS,
    Stage.PRODUCT: GOODS,
    Stage.QUANTITY: GOODS,
    Stage.DRUGS: DRUGS,
    Stage.TEST_CHOICE: DRUGS,
    Stage.TESTING: DRUGS,
    Stage.RETESTING: DRUGS,
    Stage.RESULT: DRUGS,
    Stage.PROMISE: PAPER,
    Stage.PRINTING: PAPER,
    Stage.CONTINUING: PAPER,
    Stage.UNPRINTED: PAPER,
    Stage.UNSURE: PAPER,
}
OF_BUYER = {Stage.PRODUCT: DRUGS, Stage.QUANTITY: DRUGS}  # his first step are the papers that he took in
STEPS = (GOODS, DRUGS, PAPER)


@dataclass(frozen=True, slots=True)
class Step:
    nth: int
    state: str  # done | now | later


def steps(view: View) -> tuple[Step, ...]:
    """Empty where nobody goes through the three: staff, an idle box, the end of a visit."""
    visit = view.screen.visit
    buyer = visit.turn is Turn.BUYER
    now = (OF_BUYER if buyer else {}).get(visit.stage) or STEP.get(visit.stage)
    if now is None or visit.turn is Turn.STAFF:
        return ()
    return tuple(Step(nth, _state(nth, STEPS.index(now) + 1)) for nth in range(1, len(STEPS) + 1))


def told(view: View) -> str:
    """The same for who cannot see the marks."""
    now = next((step.nth for step in steps(view) if step.state == "now"), 0)
    return view.say("screen.way", nth=now, of=len(STEPS)) if now else ""


def _state(nth: int, now: int) -> str:
    return "now" if nth == now else "done" if nth < now else "later"
