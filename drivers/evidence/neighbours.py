"""A profile among all others: what it would do to them, and whether one instrument could be taken for another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from drivers.errors import ProfileError
from drivers.evidence.goldens import golden_of, is_identity, play
from drivers.evidence.replay import ReplayPort
from drivers.profile.firmware import is_empty, overlap
from drivers.profile.folder import Shelf
from drivers.profile.form import Profile
from drivers.profile.sent import literal
from drivers.transcript import Case, Golden

Fault = tuple[str, str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One profile of the shelf with its transcripts; `name` is `id/firmware`."""

    name: str
    profile: Profile
    golden: Golden

    def identities(self) -> list[Case]:
        return [case for case in self.golden.cases if is_identity(case)]


def neighbourhood(shelf: Shelf) -> tuple[Neighbour, ...]:
    """Every profile of the shelf that can be loaded and has transcripts."""
    found = []
    for name in shelf.known():
        try:
            found.append(Neighbour(name, shelf.find(name), golden_of(name, shelf)))
        except ProfileError:
            continue  # told when it is checked itself
    return tuple(found)


def overlapping(mine: Neighbour, others: Sequence[Neighbour]) -> Iterator[Fault]:
    """Two files of one model whose firmware ranges meet; dialects that refuse each other's device may."""
    device = mine.profile.device
    if is_empty(device.firmware):
        yield "profile.firmware", "device.firmware", {"value": device.firmware}
    for other in others:
        theirs = other.profile.device
        same_model = (device.vendor, device.model) == (theirs.vendor, theirs.model)
        if other.name == mine.name or not (same_model or other.profile.id == mine.profile.id):
            continue
        if overlap(device.firmware, theirs.firmware) and device.dialect == theirs.dialect:
            yield "profile.overlap", "device.firmware", {"value": device.firmware, "other": other.name}


def wire(mine: Neighbour) -> set[bytes]:
    """All that the question «who are you» puts on the line: the beginnings the profile says, and the goldens' bytes."""
    profile = mine.profile
    asked = profile.identify.exchange if profile.identify else None
    names = [*profile.session.open, *([asked] if asked else []), *profile.session.close]
    said = {part for name in names for part in literal(profile, profile.exchange[name])}
    runs = [case for case in mine.golden.cases if case.run == "identify"]
    return said | {step.data for case in runs for step in case.steps if step.mark == ">"}


def harmful(mine: Neighbour, others: Sequence[Neighbour]) -> Iterator[Fault]:
    """The question by which we look for this device must not destroy anything on any device, this one included."""
    identify = mine.profile.identify
    if identify is None or identify.exchange is None or not identify.safe:
        return
    probes = wire(mine)
    for other in others:
        heard = bool(_lines(mine.profile) & _lines(other.profile))  # at another speed only a beginning can be told
        for bad in other.profile.link.forbid:
            if any(probe.startswith(bad) or (heard and bad in probe) for probe in probes):
                yield "profile.probe", "identify.safe", {"value": bad.hex(" ").upper(), "other": other.name}


def taken_for(mine: Neighbour, others: Sequence[Neighbour]) -> Iterator[Fault]:
    """The answers of one instrument accepted by the description of another at the same line setting."""
    for other in others:
        if other.name != mine.name and _lines(mine.profile) & _lines(other.profile):
            yield from _taken(mine, other, mine.name)
            yield from _taken(other, mine, mine.name)


def _taken(device: Neighbour, description: Neighbour, asked: str) -> Iterator[Fault]:
    """A device answers its own questions only. A weak description names nobody: a person decides, so it is a note."""
    identify = description.profile.identify
    listens = description.profile.link.initiative == "device"
    if identify is None or identify.exchange is None or listens:
        return
    case = next((case for case in device.identities() if _accepts(description.profile, case)), None)
    if case is not None:
        code = "profile.note.weak" if identify.weak else "profile.taken"
        other = description.name if device.name == asked else device.name
        yield (
            code,
            "identify.accept",
            {"value": case.name, "device": device.name, "by": description.name, "other": other},
        )


def _accepts(profile: Profile, case: Case) -> bool:
    try:
        return play(profile, case, ReplayPort(case, loose=True))[0].startswith("{")
    except ProfileError:
        return False


def _lines(profile: Profile) -> set[tuple[object, ...]]:
    link = profile.link
    kind = "serial" if link.kind == "modbus-rtu" else link.kind
    return {(kind, baud, link.format) for baud in (link.baud, *link.fallback)}
