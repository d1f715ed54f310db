"""试剂标签: for a box without a number of its own. The station's scanner reads its code as the lot."""

from kiosk.paper.labels import LabelFace
from kiosk.rules.messages import ReagentOpened
from kiosk.rules.scan.tags import parse_tag, shown_tag
from kiosk.slips.desk import Desk


def face(reagent: ReagentOpened, desk: Desk) -> LabelFace:
    """Made when a box is registered (sheet `reagent`)."""
    return LabelFace(
        title=desk.say("field.reagent"),
        big=reagent.lot if parse_tag(reagent.lot) is None else shown_tag(reagent.lot),
        lines=((desk.say("field.method"), reagent.method),),
        code=reagent.lot,
    )
