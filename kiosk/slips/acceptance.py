"""验收单: a new box is taken over: what it is, what is connected, what was tried on the spot, who signs."""

from dataclasses import dataclass

from kiosk.contract import Header
from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Notes, Paragraph, Sign, Signatures, Table
from kiosk.rules.messages import Opened
from kiosk.slips.desk import LOG_SHOWN, Desk

BLANK_ROWS = 4  # for devices that are written in by hand
TRIALS = ("certificate", "scan", "card", "test", "reprint", "power", "upload")


@dataclass(frozen=True, slots=True)
class Part:
    """A device or a version: what it is called, what it says of itself, whether it works, in words."""

    name: str
    identity: str
    state: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """`passed`: those of TRIALS that were done before the paper was printed; the rest is ticked by hand."""

    devices: tuple[Part, ...]
    versions: tuple[tuple[str, str], ...]
    passed: tuple[str, ...] = ()


def face(opened: Opened, header: Header, delivered: Delivered, desk: Desk) -> SlipFace:
    device = tuple(desk.say(f"acceptance.device.{one}") for one in ("name", "identity", "state"))
    trial = tuple(desk.say(f"acceptance.trial.{one}") for one in ("what", "passed", "remark"))
    done = tuple(
        (desk.say(f"acceptance.trial.{one}"), desk.say("acceptance.yes") if one in delivered.passed else "", "")
        for one in TRIALS
    )
    named = tuple((one.name, one.identity, one.state) for one in delivered.devices)
    rows = named or (("", "", ""),) * BLANK_ROWS
    version = tuple(desk.say(f"acceptance.version.{one}") for one in ("what", "which"))
    return desk.face(
        desk.say("acceptance.title"),
        desk.form(
            ("station", f"{opened.county}/{opened.station}"),
            ("key", header.log[: 2 * LOG_SHOWN]),
            ("software", opened.software),
            ("opened_at", desk.time(header.time)),
            ("address", opened.address),
            wide=("address",),
        ),
        Table(device, rows, (3, 5, 2), desk.say("acceptance.devices")),
        Table(trial, done, (5, 2, 3), desk.say("acceptance.trials")),
        Table(version, delivered.versions, (3, 5), desk.say("acceptance.versions")) if delivered.versions else None,
        Paragraph(desk.say("acceptance.agreed")),
        Signatures(tuple(Sign(desk.say(f"sign.{one}")) for one in ("installer", "keeper", "county"))),
        Notes((desk.say("acceptance.key_note"),)),
        header=header,
    )
