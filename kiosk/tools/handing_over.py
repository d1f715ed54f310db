"""What a 验收单 says of a box that is taken over: its devices as they answer, its versions, what was tried already."""

from collections.abc import Callable, Sequence

from kiosk.record import Record
from kiosk.rules.messages import Certificate, Reprint, Test
from kiosk.rules.sentence import Sentence
from kiosk.screen import DeviceState, Link
from kiosk.slips.acceptance import Delivered, Part

LOOKED = 2000  # entries from the first one on: a box is taken over when it is young


def delivered(
    devices: Sequence[DeviceState], record: Record, link: Link, software: str, say: Callable[..., str]
) -> Delivered:
    """`say` gives words of the packs; a device that answers is well."""
    parts = tuple(_part(device, say) for device in devices)
    return Delivered(parts, ((say("slips.field.software"), software),), tuple(_passed(record, link)))


def _part(device: DeviceState, say: Callable[..., str]) -> Part:
    who = device.identity
    said = "" if who is None else " ".join(part for part in (who.vendor, who.model, who.firmware or "") if part)
    state = say("screen.tech.good") if device.problem is None else _told(device.problem, say)
    return Part(device.part, said, state)


def _told(problem: Sentence, say: Callable[..., str]) -> str:
    return say(problem.key, **problem.facts)


def _passed(record: Record, link: Link) -> list[str]:
    """What the record itself shows to have worked here."""
    kinds = {record.tables.head_of(seq)[0] for seq in range(1, min(record.last, LOOKED) + 1)}
    trials = (("certificate", Certificate), ("test", Test), ("reprint", Reprint))
    known = [name for name, kind in trials if kind.kind in kinds]
    return [*known, *(("upload",) if link.receipted else ())]
