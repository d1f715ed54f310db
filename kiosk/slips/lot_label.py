"""批次标签: on the heap or the box of a lot inside the yard, so that two lots are not mixed."""

from kiosk.paper.labels import LabelFace
from kiosk.rules.messages import LotDeclared
from kiosk.slips.desk import Desk


def face(lot: LotDeclared, who: str, desk: Desk) -> LabelFace:
    """`who` is the name of the lot's owner."""
    lines = (
        (desk.say("field.lot"), lot.lot),
        (desk.say("field.quantity"), desk.amount(lot.quantity_typed, lot.quantity, lot.unit)),
        (desk.say("field.producer"), who),
        (desk.say("field.plot"), lot.plot),
        (desk.say("field.at"), desk.day(lot.harvested)),
    )
    return LabelFace(
        title=desk.say("label.lot_title"),
        big=desk.product(lot.product),
        lines=tuple((name, words) for name, words in lines if words),
        code=desk.code(lot.lot),
    )
