"""交接班: what one shift leaves to the next: open runs, people who wait, problems, entries that the county lacks."""

from dataclasses import dataclass

from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Notes, Sign, Signatures, Table
from kiosk.slips.desk import LOG_SHOWN, Desk


@dataclass(frozen=True, slots=True)
class OpenRun:
    """`since` is ISO 8601; `state` as the screen says it."""

    device: str
    samples: tuple[str, ...]
    since: str
    state: str


@dataclass(frozen=True, slots=True)
class Shift:
    """How the station stands at the moment of handing over; `problems` and `state` are words already."""

    log: str
    through: int  # seq of the last entry
    at: str
    clock_trusted: bool
    leaves: str
    takes_over: str
    runs: tuple[OpenRun, ...]
    waiting: int  # visits that are open
    unsent: int  # entries that the county has not confirmed
    problems: tuple[str, ...]


def face(shift: Shift, desk: Desk) -> SlipFace:
    runs = tuple(_told(run, desk) for run in shift.runs) or (desk.say("handover.no_runs"),)
    problems = shift.problems or (desk.say("handover.no_problems"),)
    return desk.face(
        desk.say("handover.title"),
        desk.fields(
            ("at", desk.time(shift.at)),
            ("leaves", shift.leaves),
            ("takes_over", shift.takes_over),
            ("waiting", desk.say("handover.people", count=shift.waiting)),
            ("unsent", desk.say("handover.entries", count=shift.unsent)),
        ),
        _listed(desk.say("handover.runs"), runs),
        _listed(desk.say("handover.problems"), problems),
        Signatures((Sign(desk.say("sign.leaves"), shift.leaves), Sign(desk.say("sign.takes_over"), shift.takes_over))),
        Notes((desk.say("handover.through", log=shift.log[:LOG_SHOWN], seq=shift.through),)),
        marks=() if shift.clock_trusted else (desk.say("clock"),),
    )


def _told(run: OpenRun, desk: Desk) -> str:
    samples = desk.say("and").join(run.samples)
    return desk.say("handover.run", device=run.device, samples=samples, since=desk.soon(run.since), state=run.state)


def _listed(head: str, lines: tuple[str, ...]) -> Table:
    return Table((head,), tuple((line,) for line in lines), (1,))
