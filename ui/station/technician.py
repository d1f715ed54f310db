"""The technician's page in words: each device, what it says of itself, and what it holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from drivers.reading import Identity, Reading
from kiosk.screen import DeviceState
from ui.station.view import DEVICES_OF_THE_HOUSE, View

LISTED = 24  # readings on the page


@dataclass(frozen=True, slots=True)
class Held:
    channel: str
    quantity: str
    value: str
    verdict: str
    taken: str
    bytes: str


@dataclass(frozen=True, slots=True)
class Card:
    """One device; `facts` are label and value of what it says of itself."""

    part: str
    name: str
    problem: str
    facts: tuple[tuple[str, str], ...]
    provisional: bool
    readable: bool
    held: tuple[Held, ...]
    more: int


def cards(view: View) -> tuple[Card, ...]:
    return tuple(_card(view, device) for device in view.screen.devices)


def soundness(view: View) -> str:
    """How far the full check has come."""
    checked = view.screen.house.checked
    if checked is None:
        return ""
    ended = checked.ended[:16].replace("T", " ")
    if checked.problem:
        told = view.say("screen.tech.check_wrong", entry=checked.problem.rpartition(" ")[2], ended=ended)
    elif ended:
        told = view.say("screen.tech.check_ended", ended=ended)
    else:
        told = view.say("screen.tech.check_going", seq=checked.seq, last=checked.last)
    return f"{view.say('screen.tech.check')} · {told}"


def disk(view: View) -> tuple[str, ...]:
    """Used, free, and for how many days that is enough."""
    disk = view.screen.house.disk
    if disk is None:
        return (f"{view.say('screen.tech.disk')} · {view.say('screen.tech.disk_looking')}",)
    used = view.say("screen.tech.disk_capped" if disk.limits.cap else "screen.tech.disk_used", **disk.facts)
    growth = view.say("screen.tech.disk_young")
    if disk.days is not None:
        growth = view.say("screen.tech.disk_growth", size=disk.per_day // 1000, days=disk.days)
    return (f"{view.say('screen.tech.disk')} · {used}", growth)


def _card(view: View, device: DeviceState) -> Card:
    identity = device.identity
    return Card(
        part=device.part,
        name=view.part(device),
        problem="" if device.problem is None else view.tell(device.problem),
        facts=() if identity is None else tuple(_facts(view, identity)),
        provisional=identity is not None and identity.evidence == "documented",
        readable=device.readable and device.part not in DEVICES_OF_THE_HOUSE,
        held=tuple(_held(view, reading) for reading in device.readings[:LISTED]),
        more=max(len(device.readings) - LISTED, 0),
    )


def _facts(view: View, identity: Identity) -> Sequence[tuple[str, str]]:
    evidence = f"screen.tech.{identity.evidence}"
    revision = view.say("screen.tech.revision", profile=identity.profile, revision=identity.revision)
    return (
        (view.say("screen.tech.model"), f"{identity.vendor} {identity.model}"),
        (view.say("screen.tech.firmware"), identity.firmware or view.say("screen.tech.no_firmware")),
        (view.say("screen.tech.profile"), revision),
        (
            view.say("screen.tech.evidence"),
            view.say(evidence) if view.words.knows(evidence) else identity.evidence,
        ),
    )


def _held(view: View, reading: Reading) -> Held:
    key = f"screen.tech.quantity_word.{reading.quantity}"
    value = "" if reading.value is None else _measured(reading)
    return Held(
        channel="" if reading.channel is None else str(reading.channel),
        quantity=view.say(key) if view.words.knows(key) else reading.quantity,
        value=value,
        verdict=reading.device_verdict or "",
        taken=reading.taken_at or "",
        bytes=reading.raw.hex(" "),
    )


def _measured(reading: Reading) -> str:
    return f"{reading.value}{'' if reading.unit == '%' else ' '}{reading.unit}".strip()
