"""结果告知书: the result of a test as the tested party is told it, and his four hours to object (art. 51)."""

from kiosk.contract import Header
from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Big, Notes, Paragraph, Signatures
from kiosk.rules.messages import ResultDelivered, Test
from kiosk.rules.testing.lot import came_to
from kiosk.slips import report
from kiosk.slips.desk import Desk
from kiosk.slips.sampling import signs

WAYS = ("signed", "refused", "sent")
WIDE = ("subject", "tests")
ROLES = ("inspector", "subject", "witness")


def face(delivery: ResultDelivered, test: Test, header: Header, desk: Desk, beside: report.Tests = ()) -> SlipFace:
    """`test` is the entry that the delivery names, `beside` the tests of the same sample."""
    method, same = desk.method(test), dict(beside)
    came = came_to(delivery.test, test, same.items(), method)
    marks = () if test.method_confirmed else (desk.say("unconfirmed"),)
    until = desk.time(delivery.deadline)
    return desk.face(
        desk.say("notice.title"),
        Big(desk.say("report.verdict"), desk.outcome(delivery.outcome), framed=True),
        Paragraph(desk.say(f"notice.then.{delivery.outcome}"), strong=True),
        desk.fields(
            ("subject", test.subject_name),
            ("sample_code", delivery.sample_code),
            ("product", desk.product(test.product)),
            *report.measured(test, method, desk),
            *report.each_test(came, same, desk),
            ("method", test.method),
            ("tested_at", desk.time(test.started_at)),
            wide=WIDE,
        ),
        Big(desk.say("notice.until_label"), desk.soon(delivery.deadline)) if until else None,
        Paragraph(
            desk.say("notice.until", until=desk.soon(delivery.deadline)) if until else desk.say("notice.from_receipt"),
            desk.say("notice.right"),
        ),
        Paragraph(desk.say("notice.how", place=desk.place)),
        desk.form(("received_at", desk.time(delivery.received_at)), ("deadline", until)),
        desk.boxes("notice.way", WAYS, (delivery.how,)),
        Signatures(signs(delivery.signatures, ROLES, desk)),
        Notes((report.scope(method, desk), desk.say("screening"))),
        header=header,
        marks=marks,
    )
