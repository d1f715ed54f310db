"""异议回执: who objected to which result, at what minute, and whether that was within the four hours."""

from kiosk.contract import Header
from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Big, Notes, Paragraph, Sign, Signatures
from kiosk.rules.messages import Objection, ResultDelivered
from kiosk.slips.desk import Desk


def face(objection: Objection, delivery: ResultDelivered, header: Header, desk: Desk) -> SlipFace:
    """`delivery` is the entry that the objection names."""
    standing = desk.say("objection.in_time" if objection.in_time else "objection.late")
    return desk.face(
        desk.say("objection.title"),
        Big(desk.say("objection.asked_at"), desk.soon(objection.asked_at), framed=True),
        Big(desk.say("objection.standing"), standing),
        desk.fields(
            ("sample_code", objection.sample_code),
            ("asked_by", objection.by),
            ("asked_at", desk.time(objection.asked_at)),
            ("outcome", desk.outcome(delivery.outcome)),
            ("received_at", desk.time(delivery.received_at) or desk.say("objection.not_known")),
            ("deadline", desk.time(delivery.deadline) or desk.say("objection.not_begun")),
            ("reason", objection.reason),
            wide=("reason",),
        ),
        Paragraph(
            desk.say("objection.then" if objection.in_time else "objection.late_then"), desk.say("objection.next")
        ),
        Signatures((Sign(desk.say("sign.taken_by")), Sign(desk.say("sign.asked_by"), objection.by))),
        Notes((desk.say("objection.law"),)),
        header=header,
    )
