"""日结单: what was done on a day, and the checkpoint by which anybody can hold the log to it later."""

from kiosk.contract import Header
from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Big, Notes, Sign, Signatures, Table, Verbatim
from kiosk.rules.messages import DayClosed
from kiosk.slips.desk import Desk

COUNTS = ("certificates", "voided", "tests", "positives", "size")


def face(day: DayClosed, header: Header, desk: Desk) -> SlipFace:
    head = (desk.say("daily.what"), desk.say("daily.count"))
    rows = tuple((desk.say(f"daily.{one}"), str(getattr(day, one))) for one in COUNTS)
    return desk.face(
        desk.say("daily.title"),
        Big(desk.say("daily.day"), desk.day(day.day)),
        Table(head, rows, (3, 2)),
        Verbatim(day.checkpoint, desk.say("daily.checkpoint")),
        Notes((desk.say("daily.copied"), desk.say("daily.keep"))),
        Signatures((Sign(desk.say("sign.keeper")),)),
        header=header,
    )
