"""采前自检建议: for the producer alone. It names nobody, so that a slip that is lost says of nobody what he sprayed."""

from kiosk.contract import Header
from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Big, Notes, Paragraph
from kiosk.rules.messages import Advice, Outcome, Test
from kiosk.slips import report
from kiosk.slips.desk import Desk


def face(advice: Advice, test: Test, header: Header, desk: Desk) -> SlipFace:
    """`test` is the entry that the advice names."""
    method = desk.method(test)
    unconfirmed = () if test.method_confirmed else (desk.say("unconfirmed"),)
    return desk.face(
        desk.say("before_harvest.title"),
        Big(desk.say("before_harvest.result"), _what(advice, desk), framed=True),
        Paragraph(_then(advice, desk), strong=True),
        desk.fields(
            ("product", desk.product(advice.product)),
            ("plot", advice.plot),
            ("tested_at", desk.time(test.started_at or header.time)),
            ("outcome", desk.outcome(advice.outcome)),
            *report.measured(test, method, desk),
        ),
        Notes((report.scope(method, desk), desk.say("screening"), desk.say("before_harvest.no_proof"))),
        header=header,
        marks=(desk.say("before_harvest.private"), *unconfirmed),
    )


def _what(advice: Advice, desk: Desk) -> str:
    if advice.wait_until:
        return desk.say("before_harvest.wait", day=desk.day(advice.wait_until))
    return desk.say(f"before_harvest.do.{advice.outcome}")


def _then(advice: Advice, desk: Desk) -> str:
    if advice.outcome is Outcome.NEGATIVE and advice.wait_until:
        return desk.say("before_harvest.then.interval", day=desk.day(advice.wait_until))
    return desk.say(f"before_harvest.then.{advice.outcome}")
