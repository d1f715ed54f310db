"""The enzyme card (速测卡): a colour that a person compares with the blank card of the same batch. Never a number."""

from dataclasses import dataclass

from kiosk.rules.errors import Unusable
from kiosk.rules.messages import Outcome, Verdict
from kiosk.rules.testing.assayed import Assayed, Judged, batch_fault, by_eye, invalid, named_item, window_fault
from kiosk.rules.testing.methods import BatchControl, Card, CardColour, MethodPack


@dataclass(frozen=True, slots=True)
class CardSeen:
    """What a person saw, the blank card beside it, and who. `blank` None: there was none."""

    colour: CardColour
    blank: CardColour | None
    by: str


def judge_card(
    method: MethodPack,
    seen: CardSeen,
    *,
    elapsed: int | None = None,
    positive: Outcome | None = None,
    item: str = "",
) -> Assayed:
    """Verdict on one card. `elapsed` counts from the fold; `positive` is what the batch's spiked card came to."""
    if not isinstance(method.how, Card):
        raise Unusable("rules.not_card", method=method.rule)
    named, wrong = named_item(method, item)
    wrong = wrong or window_fault(method, elapsed) or _blank_fault(method, seen)
    wrong = wrong or batch_fault(method, BatchControl.POSITIVE, positive)
    return by_eye(Judged(None, wrong or _of_colour(method, method.how, seen)), named)


def _blank_fault(method: MethodPack, seen: CardSeen) -> Verdict | None:
    if not seen.by.strip():
        return invalid(method, "reader", "verdict.read_by_nobody")
    if seen.blank is None:
        return invalid(method, "blank_card", "verdict.no_blank_card")
    if seen.blank is not CardColour.SKY_BLUE:
        return invalid(method, "blank_card", "verdict.blank_card_pale")
    return None


def _of_colour(method: MethodPack, how: Card, seen: CardSeen) -> Verdict:
    if seen.colour is CardColour.OTHER:
        return invalid(method, "colour", "verdict.card_other_colour")
    outcome = Outcome.POSITIVE if seen.colour in how.positive else Outcome.NEGATIVE
    return Verdict(outcome, method.clause("colour"), f"verdict.card_{outcome}", {"by": seen.by.strip()})
