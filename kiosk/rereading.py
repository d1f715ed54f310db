"""What old captures say with the profiles of today, as further entries: the entry of then and its verdict stay.

Done twice it changes nothing: what an entry says already is not said again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drivers.profile.folder import digest
from drivers.profile.form import Profile
from drivers.reading import Reading
from kiosk.contract import ContractError
from kiosk.leftovers import UNREAD
from kiosk.record import Record
from kiosk.rules.messages import Control, Device, EntryBody, Incident, Measured, Observation, Test
from kiosk.run import measured


@dataclass(frozen=True, slots=True)
class Now:
    """One capture as it reads today."""

    capture: str
    profile: Profile
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What an entry says of a capture. `device` is None of an incident: nothing of it could be read then."""

    seq: int
    device: Device | None
    readings: tuple[Measured, ...]


def further(record: Record, found: Sequence[Now]) -> list[Observation]:
    """The entries that are to be appended, in the order of those that they read again.

    A reading that is none any more has nothing to say, and gets no entry.
    """
    held, said = _of_captures(record, {one.capture for one in found})
    told = [_observation(now, entry, said.get(entry.seq)) for now in found for entry in held.get(now.capture, ())]
    return sorted((one for one in told if one is not None), key=lambda one: one.rereads or 0)


def _of_captures(record: Record, captures: set[str]) -> tuple[dict[str, list[Held]], dict[int, Observation]]:
    """By capture: the entries that rest on it. By entry: how it was read again last."""
    held: dict[str, list[Held]] = {}
    said: dict[int, Observation] = {}
    for seq in range(1, record.last + 1):
        match _entry(record, seq):
            case Observation(rereads=int() as old) as one:
                said[old] = one
            case Observation() | Control() as one if one.capture in captures:
                held.setdefault(one.capture, []).append(Held(seq, one.device, one.readings))
            case Test() as one if one.capture in captures:
                held.setdefault(one.capture, []).append(Held(seq, one.device, (*one.blank, *one.sample)))
            case Incident(problem=problem, facts=facts) if problem == UNREAD and facts.get("capture") in captures:
                held.setdefault(facts["capture"], []).append(Held(seq, None, ()))
    return held, said


def _entry(record: Record, seq: int) -> EntryBody | None:
    """None of one whose body is retired, or that newer software wrote."""
    try:
        return record.read(seq)
    except ContractError:
        return None


def _observation(now: Now, entry: Held, last: Observation | None) -> Observation | None:
    """None when nothing is to be said that was not said before; also what reads again as it first did is said."""
    readings = measured(now.readings)
    others = list(readings) if entry.device is None else _otherwise(entry.readings, readings)
    if last is not None and not others:
        named = {_name(one) for one in last.readings}
        others = [one for one in readings if _name(one) in named]
    if not others or (last is not None and _facts(others) == _facts(last.readings)):
        return None
    firmware = None if entry.device is None else entry.device.firmware
    return Observation(_device(now.profile, firmware), tuple(others), now.capture, entry.seq)


def _otherwise(then: Iterable[Measured], now: Iterable[Measured]) -> list[Measured]:
    """Each value of then is paired with one of now that has its name: with an equal one, else with the next."""
    left, found = _by_name(now), []
    for name, before in _by_name(then).items():
        today = left.get(name, [])
        changed = 0
        for one in before:
            same = next((other for other in today if _value(other) == _value(one)), None)
            if same is None:
                changed += 1
            else:
                today.remove(same)
        found += today[:changed]
    return found


def _by_name(readings: Iterable[Measured]) -> dict[object, list[Measured]]:
    names: dict[object, list[Measured]] = {}
    for one in readings:
        names.setdefault(_name(one), []).append(one)
    return names


def _name(one: Measured) -> object:
    return one.channel, one.quantity, one.record, one.taken_at


def _value(one: Measured) -> object:
    return one.value, one.unit


def _facts(readings: Iterable[Measured]) -> list[object]:
    return [(_name(one), _value(one)) for one in readings]


def _device(profile: Profile, firmware: str | None) -> Device:
    device = profile.device
    return Device(profile.id, profile.revision, digest(profile), device.model, firmware, device.evidence)
