"""追溯标识 on packed goods. It promises nothing, and so the title of a certificate never stands on it.

Certification marks that the county verified are named in words.
"""

from collections.abc import Iterable

from kiosk.contract import Header
from kiosk.paper.labels import LabelFace
from kiosk.rules.messages import TraceLabel
from kiosk.slips.desk import Desk
from kiosk.slips.voucher import numbered


def face(label: TraceLabel, who: str, header: Header, marks: Iterable[str], desk: Desk, nth: int = 1) -> LabelFace:
    """`who` is the producer's name, `marks` are the names of the label's marks, `nth` of its `labels` this one."""
    count = desk.say("count", nth=nth, of=label.labels) if label.labels > 1 else ""
    lines = (
        (desk.say("field.producer"), who),
        (desk.say("field.lot"), label.lot),
        (desk.say("field.at"), desk.day(header.time[:10])),
        *((desk.words.say("papers.label"), mark) for mark in marks),
    )
    return LabelFace(
        title=desk.words.say("papers.label"),
        big=desk.product(label.product),
        lines=tuple((name, words) for name, words in lines if words),
        code=label.code or desk.link(label.number),
        foot=(f"{numbered(label.number)} {count}".strip(), desk.say("label.no_certificate")),
    )
