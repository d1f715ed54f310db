"""Raw first: what an instrument that forgets has told lies on a tape until entries hold it, each reading exactly once.

state/tapes/NAME.tape         one per analyzer, in the form of a golden; bounded: at `MOST_BYTES` the session ends
# after 1234                  first line: what the tape tells is in no entry up to this one
# unsure 3f09… …              records that came last before a break: the instrument may tell them once more
# identity {…}                who is telling
"""

import contextlib
import errno
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from drivers.errors import DeviceError
from drivers.evidence import salvage
from drivers.profile.firmware import within
from drivers.profile.folder import digest
from drivers.profile.form import Profile
from drivers.reading import Identity, Reading
from drivers.transcript import Case, parse_torn
from kiosk.durable import flush_folder

MOST_BYTES = 4 << 20  # of one tape
LONG_BYTES = 64 << 10  # questions and answers that told nothing are not kept beyond this
TAPES = ".tape"

Find = Callable[[str], Sequence[Profile]]  # every profile of an id; raises ProfileError


class FileTape:
    """The text of a session, written through as it happens. What the disk refuses, `hold` tells until `restart`."""

    def __init__(self, path: Path, most: int = MOST_BYTES) -> None:
        self._path = path
        self._most = most
        self._file: int | None = None
        self._size = 0
        self._refused: OSError | None = None
        self._head = ""

    @property
    def text(self) -> str:
        """Everything on it, also of a program before us."""
        try:
            return self._path.read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    def write(self, text: str) -> None:
        try:
            if self._refused is None:
                self._append(text.encode())
        except OSError as refused:
            self._refused = refused

    def hold(self) -> None:
        if self._refused is not None:
            raise self._refused
        if self._file is not None:
            os.fdatasync(self._file)

    def restart(self) -> None:
        """Empty but for its head, the one that `head` was given last; replaced whole, so that no kill loses a head."""
        head = self._head.encode()
        if self.sound and self._size == len(head) and self.text == self._head:
            return
        self._refused = None
        fresh = self._path.with_suffix(".new")
        try:
            self._opened()
            fresh.write_bytes(head)
            with fresh.open("rb") as written:
                os.fsync(written.fileno())
            fresh.replace(self._path)
            self.close()
            self._opened()
        except OSError as refused:
            self._refused = refused

    def head(self, lines: Iterable[str]) -> None:
        """What every session from the next `restart` on begins with."""
        self._head = "".join(f"# {line}\n" for line in lines)

    @property
    def size(self) -> int:
        """Bytes on it."""
        return self._size

    @property
    def sound(self) -> bool:
        """Is all that was written on it?"""
        return self._refused is None

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def remove(self) -> None:
        self.close()
        self._path.unlink(missing_ok=True)
        flush_folder(self._path.parent)

    def _append(self, data: bytes) -> None:
        if self._size + len(data) > self._most:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        while data:
            written = os.write(self._opened(), data)
            data, self._size = data[written:], self._size + written

    def _opened(self) -> int:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o640)
            self._size = os.fstat(self._file).st_size
            for folder in (self._path.parent, self._path.parent.parent):
                flush_folder(folder)
        return self._file


@dataclass(frozen=True, slots=True)
class Told:
    """What a tape tells. `unread`: bytes that we acknowledged and cannot read; only the capture has them."""

    after: int = 0
    identity: Identity | None = None
    readings: tuple[Reading, ...] = ()
    unsure: tuple[str, ...] = ()
    unread: bool = False

    def more(self, readings: Sequence[Reading], *, whole: bool) -> "Told":
        """With what one more session told. What came before a break may be told again, and is the same then; once the
        instrument tells something else, it has gone on."""
        again = Counter(self.unsure)
        fresh = []
        for reading in readings:
            if again[mark_of(reading)] > 0:
                again[mark_of(reading)] -= 1
            else:
                fresh.append(reading)
        unsure = () if whole else tuple(map(mark_of, readings)) if fresh else self.unsure
        return replace(self, readings=(*self.readings, *fresh), unsure=unsure)


def mark_of(reading: Reading) -> str:
    """Names one reading by all that was said of it. Not by its raw frame: some carry the whole message around it."""
    facts = [str(getattr(reading, name)) for name in reading.__slots__ if name != "raw"]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def told_on(text: str, find: Find) -> Told:
    """What a tape tells that ends anywhere. Raises ProfileError when it is no tape, or its profile is not there."""
    told = _headed(text)
    golden = parse_torn(text)
    if not golden.cases:
        return told
    profiles = find(golden.profile.split("@", maxsplit=1)[0])
    tellings = [_told_by(profile, golden.cases, told) for profile in _fitting(profiles, told.identity)]
    return next((one for one in tellings if not one.unread), tellings[0])


def _told_by(profile: Profile, cases: Sequence[Case], told: Told) -> Told:
    """`told` and what these cases tell, as the profile of today reads them: the one that the entry is to name."""
    if told.identity is not None:
        told = replace(told, identity=replace(told.identity, revision=profile.revision, digest=digest(profile)))
    for case in cases:
        if salvage.told_once(profile, case):
            saved = salvage.saved(profile, case)
            whole = salvage.whole(case) or not salvage.repeats(profile)
            told = told.more(saved or (), whole=whole)
            told = replace(told, unread=told.unread or saved is None)
    return told


def _fitting(profiles: Sequence[Profile], identity: Identity | None) -> list[Profile]:
    """The one that was used; after an update of it, those for the firmware of the instrument."""
    firmware = None if identity is None else identity.firmware
    used = [one for one in profiles if identity is not None and digest(one) == identity.digest]
    within_span = [one for one in profiles if firmware is None or within(firmware, one.device.firmware)]
    return used or within_span or list(profiles)


def _headed(text: str) -> Told:
    told = Told()
    for line in text.split("\n"):
        _, _, rest = line.removeprefix("# ").partition(" ")
        if line.startswith("# after ") and rest.isdecimal():
            told = replace(told, after=int(rest))
        elif line.startswith("# unsure "):
            told = replace(told, unsure=tuple(rest.split()))
        elif line.startswith("# identity "):
            with contextlib.suppress(ValueError, TypeError):  # torn
                told = replace(told, identity=Identity(**json.loads(rest)))
    return told


class Untaken:
    """What one instrument that forgets has told since the attendant last took it: on tape, and in no entry yet."""

    def __init__(self, tape: FileTape, find: Find, after: int) -> None:
        """`after`: the last entry of the record. Raises ProfileError for a tape that `leftovers.recorded` left."""
        self.tape = tape
        self._find = find
        self._told = told_on(tape.text, find)
        if not self:
            self.taken(after)

    @property
    def identity(self) -> Identity | None:
        return self._told.identity

    @property
    def readings(self) -> tuple[Reading, ...]:
        return self._told.readings

    @property
    def unread(self) -> bool:
        return self._told.unread

    def __bool__(self) -> bool:
        return bool(self.readings) or self.unread

    @property
    def capture(self) -> bytes:
        """Every byte since then, both ways."""
        return self.tape.text.encode()

    def know(self, identity: Identity) -> None:
        """Who tells from now on."""
        if identity != self._told.identity:
            self._told = replace(self._told, identity=identity)
            self.tape.write(f"# {_identity(identity)}\n")

    def hear(self, readings: Sequence[Reading]) -> None:
        """What a whole session told. Where the disk refuses its bytes, the entry is still to be tried."""
        self._told = self._told.more(readings, whole=True)
        with contextlib.suppress(OSError):
            self.tape.hold()

    def broke(self) -> bool:
        """A session broke: what it told up to there counts as well. Is there any news?"""
        before = self._told
        with contextlib.suppress(DeviceError):  # its profile is gone: what is known of it stays known
            told = replace(told_on(self.tape.text, self._find), identity=self.identity)
            if len(told.readings) >= len(before.readings):
                self._told = told
        return self._told != before

    def begin(self) -> None:
        """Before a session: a tape that is long, or that the disk refused, begins anew once nothing is on it."""
        if not self and (self.tape.size > LONG_BYTES or not self.tape.sound):
            self._restart()

    def taken(self, after: int) -> None:
        """Entries up to `after` hold everything."""
        self._told = replace(self._told, after=after, readings=(), unread=False)
        self._restart()

    def _restart(self) -> None:
        self.tape.head(_heading(self._told))
        self.tape.restart()


def settle(tape: FileTape, told: Told, after: int) -> None:
    """Entries up to `after` hold everything: the tape goes, but for what may be told once more. Raises OSError."""
    if not told.unsure:
        tape.remove()
        return
    tape.head(_heading(replace(told, after=after)))
    tape.restart()
    tape.hold()
    tape.close()


def _heading(told: Told) -> list[str]:
    unsure = [f"unsure {' '.join(told.unsure)}"] if told.unsure else []
    known = [] if told.identity is None else [_identity(told.identity)]
    return [f"after {told.after}", *unsure, *known]


def _identity(identity: Identity) -> str:
    return f"identity {json.dumps(asdict(identity), ensure_ascii=False)}"
