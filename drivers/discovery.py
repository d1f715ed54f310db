"""Which instrument is on which socket: the safe questions of the enabled profiles, one line setting at a time.

Nothing leaves us that any feared profile forbids. Each socket has its own thread: a dead device delays nobody.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from drivers.analyzer.analyzer import Analyzer
from drivers.analyzer.conversation import Port
from drivers.errors import DeviceError, FrameError, LinkError, ProfileError, Refused
from drivers.profile.folder import digest
from drivers.profile.form import Profile
from drivers.profile.link import Link
from drivers.reading import Identity
from drivers.sockets import Socket

PATIENCE = 6.0  # seconds for one question with everything that belongs to it, after the settling of the device
LOUD = 3.0  # seconds of unasked talk after which we ask nothing
QUIET = 0.1  # seconds of silence before the first question
AGAIN = 1  # a question is asked once more at most: the first bytes after an open are the likeliest to be lost

SILENT, DANGEROUS = "analyzer.silent", "analyzer.dangerous"
UNHEARD = {SILENT, DANGEROUS}  # problems that say nothing of what hangs there

Opener = Callable[[str, Link], Port]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one profile's question brought."""

    profile: Profile
    identity: Identity | None = None
    problem: DeviceError | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One socket: who is there, or why we cannot say. `problem` is None exactly when one instrument was recognised."""

    socket: Socket
    answers: tuple[Answer, ...] = ()
    found: Answer | None = None
    problem: DeviceError | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """`profiles` are asked for, a model in all its firmware ranges; nothing that one of `feared` forbids is sent."""

    profiles: tuple[Profile, ...]
    open_port: Opener
    feared: tuple[Profile, ...] = ()
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    patience: float = PATIENCE
    stopping: threading.Event = field(default_factory=threading.Event)

    def look(self, socket: Socket) -> Look:
        """One socket, in this thread. Stops asking at the line setting at which somebody was recognised."""
        answers: list[Answer] = []
        try:
            for line, profiles in _settings(self.profiles, socket):
                self._ask_all(socket, line, profiles, answers)
                if any(answer.identity for answer in answers):
                    break
        except LinkError as closed:
            return Look(socket, tuple(answers), problem=closed)
        return _judged(socket, tuple(answers))

    def _ask_all(self, socket: Socket, line: Link, profiles: Sequence[Profile], answers: list[Answer]) -> None:
        port = _Guarded(self.open_port(socket.where, line), socket.where, self)
        silence = QUIET
        try:
            for profile in profiles:
                if self.stopping.is_set():
                    return
                port.hush(silence)
                answers.append(self._asked(port, profile))
                silence = _silence(answers[-1])
        finally:
            port.release()

    def _asked(self, port: "_Guarded", profile: Profile) -> Answer:
        port.allow(profile.link.settle_ms / 1000 + self.patience)
        retries = min(AGAIN, profile.link.retries)
        link = profile.link.model_copy(update={"retries": retries})
        analyzer = Analyzer(profile.model_copy(update={"link": link}), port, self.clock, self.pause)
        try:
            identity = analyzer.identify()
            analyzer.close()
        except DeviceError as problem:
            if problem.code.startswith("link."):
                raise
            return Answer(profile, problem=problem)
        return Answer(profile, replace(identity, digest=digest(profile)))


def find(sockets: Sequence[Socket], search: Search) -> Iterator[Look]:
    """A Look at each socket, the quick ones first. Who stops iterating stops it after the questions under way."""
    done: queue.SimpleQueue[Look | None] = queue.SimpleQueue()
    for socket in sockets:
        threading.Thread(target=_into, args=(done, search, socket), name="find", daemon=True).start()
    try:
        for _ in sockets:
            if (look := done.get()) is not None:
                yield look
    finally:
        search.stopping.set()


def _into(done: "queue.SimpleQueue[Look | None]", search: Search, socket: Socket) -> None:
    """None when a fault of ours ended this thread: nobody waits for it for ever."""
    look = None
    try:
        look = search.look(socket)
    finally:
        done.put(look)


def askable(profile: Profile) -> bool:
    """Can it be asked who it is? An instrument that speaks first is known by its first record only."""
    identify = profile.identify
    return identify is not None and identify.exchange is not None and profile.link.initiative == "host"


def safe(profile: Profile) -> bool:
    """May its question be put to a socket where anything may hang?"""
    return profile.identify is not None and askable(profile) and profile.identify.safe


def lines(profile: Profile) -> Iterator[Link]:
    """Its line settings, the usual one first."""
    yield profile.link
    yield from (profile.link.model_copy(update={"baud": baud}) for baud in profile.link.fallback)


def _silence(answer: Answer) -> float:
    """Seconds before the next question: nobody's late or broken answer may be taken for the answer to it."""
    link, problem = answer.profile.link, answer.problem
    quiet = problem is None or problem.code == SILENT
    return (link.gap_ms if quiet else max(link.reply_ms, link.gap_ms)) / 1000


def _settings(profiles: Sequence[Profile], socket: Socket) -> Iterator[tuple[Link, list[Profile]]]:
    """One line setting after the other, each with all that are asked at it. A plain network socket has no setting."""
    groups: dict[tuple[object, ...], tuple[Link, list[Profile]]] = {}
    for profile in profiles:
        for link in lines(profile):
            setting = (link.baud, link.format, link.flow, link.lines)
            key = (link.kind,) if socket.where.startswith("socket:") else setting
            groups.setdefault(key, (link, []))[1].append(profile)
    yield from groups.values()


def _judged(socket: Socket, answers: tuple[Answer, ...]) -> Look:
    """A weak answer, which has the right form and names nobody, gives way to one that names its instrument."""
    named = [answer for answer in answers if answer.identity]
    chosen = [answer for answer in named if not _weak(answer.profile)] or named
    if len(chosen) == 1:
        return Look(socket, answers, chosen[0])
    if chosen:
        found = ", ".join(dict.fromkeys(_named(answer.profile) for answer in chosen))
        return Look(socket, answers, problem=Refused("analyzer.claimed", port=socket.where, found=found))
    return Look(socket, answers, problem=_nobody(socket, [answer.problem for answer in answers]))


def _named(profile: Profile) -> str:
    told = (profile.device.model, profile.device.firmware.strip("*"), profile.device.dialect)
    return " ".join(part for part in told if part)


def _weak(profile: Profile) -> bool:
    return profile.identify is not None and profile.identify.weak


def _nobody(socket: Socket, problems: Sequence[DeviceError | None]) -> DeviceError:
    """The most telling of the reasons: another firmware, another model, an answer that nobody understands, silence."""
    told = [problem for problem in problems if problem is not None]
    refused = [problem for problem in told if problem.code == "analyzer.unknown"]
    refused.sort(key=lambda problem: problem.facts.get("field") != "firmware")
    if refused:
        return refused[0]
    if any(problem.code not in UNHEARD and not isinstance(problem, ProfileError) for problem in told):
        return FrameError("analyzer.strange", port=socket.where)
    return LinkError("analyzer.nobody", port=socket.where)


class _Guarded:
    """A port on which anything may hang: says nothing that destroys, listens not for ever, and stays open for all."""

    def __init__(self, port: Port, where: str, search: Search) -> None:
        self._port = port
        self._where = where
        self._clock = search.clock
        self._forbidden = [(bad, profile) for profile in search.feared for bad in profile.link.forbid]
        self._longest = max((len(bad) for bad, _ in self._forbidden), default=1)
        self._said = b""
        self._until = float("inf")

    def allow(self, seconds: float) -> None:
        self._until = self._clock() + seconds

    def write(self, data: bytes) -> None:
        """Refused `analyzer.dangerous` before a byte leaves. What was said before counts: it may not be taken yet."""
        said = self._said + data
        for bad, profile in self._forbidden:
            if bad in said:
                raise Refused(DANGEROUS, port=self._where, other=profile.device.model)
        self._said = said[-(self._longest - 1) :] if self._longest > 1 else b""
        self._port.write(data)

    def read(self, size: int, timeout: float) -> bytes:
        left = self._until - self._clock()
        if left <= 0:
            raise LinkError("analyzer.babbling")
        return self._port.read(size, min(timeout, left))

    def drain(self) -> bytes:
        return self._port.drain()

    def hush(self, seconds: float) -> None:
        """Wait until nothing was said for so long. LinkError `analyzer.speaking` when somebody does not stop."""
        until = self._clock() + LOUD
        while self._port.read(4096, seconds):
            if self._clock() > until:
                raise LinkError("analyzer.speaking", port=self._where)

    def close(self) -> None:
        """An analyzer is done with it; the next question may follow."""

    def release(self) -> None:
        self._port.close()
