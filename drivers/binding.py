"""Which instrument belongs to which name: opened where it was bound, believed only after it said who it is."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from drivers.analyzer.analyzer import Analyzer
from drivers.analyzer.recognise import recognise
from drivers.discovery import Answer, Opener, Search, find, safe
from drivers.errors import DeviceError, LinkError, Refused
from drivers.profile.form import Profile
from drivers.profile.link import Link
from drivers.reading import Identity
from drivers.sockets import Socket, same, socket_at, sockets
from drivers.transcript import Tape

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Bound:
    """One instrument as a person wrote it down. `profiles`: all firmware ranges and dialects of its model."""

    name: str
    profiles: tuple[Profile, ...]
    port: str  # what to open, or `auto`
    serial: str | None = None  # the instrument's own number, as it tells it
    usb: str | None = None  # `1a86:7523`: the adapter that must be there
    baud: int | None = None  # the speed that is set on the instrument, where that is not the profile's

    @property
    def model(self) -> str:
        return self.profiles[0].device.model


class Binder:
    """Opens the instruments of one box. `taken`: ports of other devices, where nobody may be asked anything."""

    def __init__(
        self,
        bound: Sequence[Bound],
        open_port: Opener,
        taken: Sequence[str] = (),
        present: Callable[[], tuple[Socket, ...]] = sockets,
        at: Callable[[str], Socket] = socket_at,
    ) -> None:
        self._bound = tuple(bound)
        self._open_port = open_port
        self._taken = (*taken, *(one.port for one in bound if one.port != AUTO))
        self._present = present
        self._at = at
        self._searching = threading.Lock()  # two searches at once would find each other's sockets in use, for ever

    def open(self, bound: Bound, tape: Tape | None = None) -> Analyzer:
        """Open and recognised. Refused `analyzer.other`, `analyzer.swapped` when it is not the one that was bound."""
        if bound.port != AUTO:
            return self._opened(bound, bound.port, tape)
        with self._searching:
            return self._opened(bound, self._looked_up(bound), tape)

    def _opened(self, bound: Bound, where: str, tape: Tape | None) -> Analyzer:
        _adapter(bound, self._at(where))
        try:
            analyzer, identity = recognise(
                bound.profiles, lambda link: self._open_port(where, _line(bound, link)), tape
            )
        except DeviceError as problem:
            raise self._told(bound, where, problem) from problem
        if bound.serial not in (None, identity.serial):
            analyzer.close()
            raise _swapped(bound, where, identity)
        return analyzer

    def _told(self, bound: Bound, where: str, problem: DeviceError) -> DeviceError:
        """Who is it that answers there? Only asked when the line itself is good."""
        problem.facts.setdefault("port", where)
        if problem.code.startswith("link."):
            return problem
        there = self._search(self._others(bound)).look(Socket(where)).found
        if there is None or there.identity is None:
            return problem
        return Refused("analyzer.other", port=where, model=bound.model, found=there.identity.model)

    def _others(self, bound: Bound) -> tuple[Profile, ...]:
        """Profiles of the other models of this box that may be asked anywhere and name themselves."""
        mine = {profile.id for profile in bound.profiles}
        return tuple(p for p in self._profiles() if p.id not in mine and certain(p))

    def _looked_up(self, bound: Bound) -> str:
        """The free socket where it answers. Two of one kind that cannot be told apart are refused, never guessed."""
        free = [place for place in self._present() if not any(same(place.where, taken) for taken in self._taken)]
        fitting = [place for place in free if bound.usb is None or (place.usb and place.usb.ids == bound.usb)]
        places: dict[str, str | None] = {}
        for look in find(fitting, self._search(tuple(filter(certain, bound.profiles)))):
            if look.found is not None and look.found.identity is not None:
                places[look.socket.where] = look.found.identity.serial
        mine = [where for where, serial in places.items() if bound.serial in (None, serial)]
        if len(mine) > 1:
            raise Refused("analyzer.several", model=bound.model, found=", ".join(sorted(mine)))
        if not mine:
            raise LinkError("analyzer.nowhere", name=bound.name, model=bound.model, count=len(fitting))
        return mine[0]

    def _profiles(self) -> tuple[Profile, ...]:
        return tuple(profile for one in self._bound for profile in one.profiles)

    def _search(self, profiles: tuple[Profile, ...]) -> Search:
        return Search(profiles, self._open_port, self._profiles())


def _line(bound: Bound, link: Link) -> Link:
    return link if bound.baud is None else link.model_copy(update={"baud": bound.baud})


def certain(profile: Profile) -> bool:
    """May the box by itself take an instrument for this one? Only by a safe question whose answer names it."""
    return safe(profile) and profile.identify is not None and not profile.identify.weak


def numbered(profiles: Sequence[Profile]) -> bool:
    """Does every answer of this model carry the instrument's own number?"""
    return all(profile.identify is not None and profile.identify.serial is not None for profile in profiles)


def indistinct(bound: Sequence[Bound]) -> Iterator[tuple[Bound, Bound]]:
    """Pairs of one model that nothing but the socket tells apart."""
    for one, other in combinations(bound, 2):
        same_model = {p.id for p in one.profiles} & {p.id for p in other.profiles}
        if same_model and (one.serial is None or other.serial is None):
            yield one, other


def alike(answers: Sequence[tuple[Socket, Answer]]) -> Iterator[tuple[Socket, Socket]]:
    """The same among instruments that were found: one model, and at least one that tells no number of its own."""
    for (place, one), (elsewhere, other) in combinations(answers, 2):
        untold = any(answer.identity is None or answer.identity.serial is None for answer in (one, other))
        if one.profile.id == other.profile.id and untold:
            yield place, elsewhere


def _adapter(bound: Bound, socket: Socket) -> None:
    """Not a byte goes to an adapter that is not the one written down; an empty socket is told by the open itself."""
    found = "-" if socket.usb is None else socket.usb.ids
    if bound.usb not in (None, found) and Path(socket.where).exists():
        raise Refused("analyzer.adapter", port=socket.where, name=bound.name, wanted=bound.usb, found=found)


def _swapped(bound: Bound, where: str, identity: Identity) -> Refused:
    number = identity.serial or "-"
    return Refused("analyzer.swapped", port=where, name=bound.name, wanted=bound.serial, found=number)
