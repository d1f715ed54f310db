"""What stands beside the goods where a turn begins: who is here, and what is not signed yet. Neither is on the way."""

from kiosk.rules.messages import Present
from kiosk.rules.visits.turn import Stage, Turn
from ui.station.view import View

LEAF = 90  # of the page on which it is told who is here
TOLD = (Present.SELF, Present.FAMILY, Present.AUTHORISED)
WHERE = (Stage.PRODUCT, Stage.BASKET)


def may_tell(view: View) -> bool:
    """That staff help is theirs to say, and to take back."""
    visit = view.screen.visit
    return visit.stage in WHERE and visit.turn is not Turn.STAFF and visit.present is not Present.HELPED


def asks(view: View) -> bool:
    return view.leaf == LEAF and may_tell(view)


def choices(view: View) -> tuple[tuple[str, str, bool], ...]:
    """Value, words, and whether it is what was told."""
    now = view.screen.visit.present
    return tuple((str(one), view.say(f"screen.present.{one}"), one is now) for one in TOLD)


def who(view: View) -> str:
    """Who stands here for him."""
    return view.say(f"screen.present.is.{view.screen.visit.present}")


def unsigned(view: View) -> str:
    """The first text that the county wants signed; empty where there is none."""
    return next(iter(view.screen.agreements), "")
