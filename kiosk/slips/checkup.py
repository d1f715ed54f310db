"""体检单: everything that the station looked at on itself, and what of it is not well."""

from collections.abc import Callable

from kiosk.contract import Header
from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Big, Notes, Table
from kiosk.rules.messages import Check, DoctorReport
from kiosk.rules.sentence import Sentence
from kiosk.slips.desk import Desk

STATES = ("fail", "warn", "ok")  # the worst first


def face(report: DoctorReport, header: Header, told: Callable[[Check], Sentence], desk: Desk) -> SlipFace:
    """`told` says what a check found: `kiosk.doctor.told`."""
    worst = next((state for state in STATES if any(one.state == state for one in report.checks)), "ok")
    ordered = sorted(report.checks, key=lambda one: STATES.index(one.state))
    rows = tuple((desk.say(f"checkup.state.{one.state}"), desk.sentence(told(one))) for one in ordered)
    asked = desk.say("checkup.by_county", order=report.asked) if report.asked else desk.say("checkup.by_person")
    return desk.face(
        desk.say("checkup.title"),
        Big(desk.say("checkup.all"), desk.say(f"checkup.worst.{worst}"), framed=worst != "ok"),
        desk.fields(("at", desk.time(header.time)), ("wanted_by", asked)),
        Table((desk.say("checkup.how"), desk.say("checkup.what")), rows, (1, 4)),
        Notes((desk.say("checkup.no_promise"),)),
        header=header,
    )
