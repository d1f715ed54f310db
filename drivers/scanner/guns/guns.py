"""Scan guns in use: each has a thread that finds it, reads it and finds it again. What is no whole code is never told.

A gun's code counts at once (`reads` 2): it was decoded and checked inside the gun, and a person pulled the trigger.
"""

import contextlib
import itertools
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from drivers.errors import DeviceError, LinkError
from drivers.scanner.guns.evdev import Keyboard, open_keyboard
from drivers.scanner.guns.gun import QUIET, Scan, Stream, Unread
from drivers.scanner.guns.keys import Keys
from drivers.scanner.wire import Camera, CameraState, Hint, Message, Seen
from drivers.sockets import ROOT, keyboards, sockets

if TYPE_CHECKING:
    from drivers.ports import SerialPort

logger = logging.getLogger(__name__)

SERIAL, KEYBOARD = "serial", "keyboard"
AUTO, BY_IDS = "auto", "usb:"
LISTEN = 0.25  # seconds between two looks at whether to stop
RETRY_FIRST, RETRY_LAST = 0.2, 5.0  # seconds between two attempts to open a gun
SAME_FOR = 1.5  # seconds: a gun in a stand reads what lies before it again and again; that is one showing
ADVISED_FOR = 5.0  # seconds that a person is asked to scan again

_SERIAL_TROUBLE = {
    "link.busy": "scanner.gun_busy",
    "link.denied": "scanner.gun_denied",
    "link.unsuitable": "scanner.gun_settings",
}


@dataclass(frozen=True, slots=True)
class Gun:
    """`port`: a path (best one that follows the socket), `usb:<vendor>:<product>`, or `auto`: the only one there is."""

    kind: str  # serial | keyboard
    port: str
    baud: int = 9600  # of a serial one


class OpenGun(Protocol):
    def read(self) -> list[Scan]:
        """What came in within about `LISTEN` seconds; LinkError when it is unplugged."""

    def close(self) -> None: ...


class SerialGun:
    def __init__(self, port: "SerialPort") -> None:
        self._port = port
        self._stream = Stream()

    def read(self) -> list[Scan]:
        try:
            data = self._port.read(4096, QUIET if self._stream.waiting else LISTEN)
        except LinkError as lost:
            raise LinkError("scanner.gun_absent", port=self._port.path) from lost
        return self._stream.took(data) if data else self._stream.silent()

    def close(self) -> None:
        with contextlib.suppress(LinkError):  # it is gone already
            self._port.close()


class KeyboardGun:
    def __init__(self, keyboard: Keyboard) -> None:
        self._keyboard = keyboard
        self._keys = Keys()

    def read(self) -> list[Scan]:
        return self._keys.typed(self._keyboard.read(LISTEN))

    def close(self) -> None:
        self._keyboard.close()


def open_gun(gun: Gun, root: Path = ROOT) -> OpenGun:
    """LinkError: scanner.gun_absent, gun_several, gun_busy, gun_denied, gun_settings, gun_keyboard."""
    if gun.kind == SERIAL:
        return _open_serial(_where(gun, root), gun.baud)
    keyboard = open_keyboard(_where(gun, root))
    if gun.port.startswith(BY_IDS) and keyboard.facts.ids != gun.port.removeprefix(BY_IDS):
        keyboard.close()  # another device came into this socket since we looked
        raise LinkError("scanner.gun_absent", port=gun.port)
    logger.info("gun %s is %s, %r", gun.port, keyboard.facts.ids, keyboard.facts.name)
    return KeyboardGun(keyboard)


def _open_serial(where: str, baud: int) -> SerialGun:
    from drivers.ports import Line, open_serial  # pyserial: only where a gun needs it

    try:
        return SerialGun(open_serial(where, Line(baud)))
    except LinkError as refused:
        raise LinkError(_SERIAL_TROUBLE.get(refused.code, "scanner.gun_absent"), port=where) from refused


def _where(gun: Gun, root: Path) -> str:
    """The path to open now: sockets are looked for anew each time, a number may have moved."""
    if gun.port.startswith("/"):
        return gun.port
    there = keyboards(root) if gun.kind == KEYBOARD else sockets(root)
    fitting = [one.where for one in there if one.usb and gun.port in (AUTO, f"{BY_IDS}{one.usb.ids}")]
    if len(fitting) != 1:
        raise LinkError("scanner.gun_several" if fitting else "scanner.gun_absent", port=gun.port)
    return fitting[0]


class Guns:
    """`with Guns(…):` reads all of them until the end of the block.

    `tell` gets each code; `advise` what would help the person now, None when that is over. Where there is no camera
    (`alone`), the state of the guns is told as that of the camera: what the box sees with.
    """

    def __init__(
        self,
        guns: Sequence[Gun],
        tell: Callable[[Message], None],
        advise: Callable[[Hint | None], None],
        alone: bool = False,
        opening: Callable[[Gun], OpenGun] = open_gun,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        showings = itertools.count(-1, -1)  # below zero: never those of a camera
        eye = _Eye(len(guns), tell if alone else None)
        hands = [_Hand(gun, tell, advise, eye, showings, opening, clock) for gun in guns]
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=hand.run, args=(self._stop,), name=f"gun {hand.gun.port}", daemon=True)
            for hand in hands
        ]

    @property
    def alive(self) -> bool:
        """No thread has died; one that waits for its gun is alive."""
        return all(thread.is_alive() for thread in self._threads)

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


class _Eye:
    """Says on change whether any gun is there; of several troubles the newest."""

    def __init__(self, guns: int, tell: Callable[[Message], None] | None) -> None:
        self._missing = guns
        self._tell = tell
        self._told: Camera | None = None
        self._lock = threading.Lock()
        self._guns = guns

    def changed(self, problem: str | None, by: int) -> None:
        """One gun has this problem now; `by` is how many more are missing than before."""
        with self._lock:
            self._missing += by
            blind = self._missing == self._guns
            state = Camera(CameraState.ABSENT, problem) if blind else Camera(CameraState.READY)
            if self._tell is not None and state != self._told:
                self._tell(state)
            self._told = state


class _Hand:
    """One gun's thread."""

    def __init__(
        self,
        gun: Gun,
        tell: Callable[[Message], None],
        advise: Callable[[Hint | None], None],
        eye: _Eye,
        showings: "itertools.count[int]",
        opening: Callable[[Gun], OpenGun],
        clock: Callable[[], float],
    ) -> None:
        self.gun = gun
        self._tell = tell
        self._advise = advise
        self._eye = eye
        self._showings = showings
        self._opening = opening
        self._clock = clock
        self._problem: str | None = ""  # nothing was said yet
        self._shown: tuple[bytes, float] | None = None
        self._advised: float | None = None

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; a lost gun is tried again, first soon, then less often."""
        wait = RETRY_FIRST
        while not stop.is_set():
            if self._use(stop):
                wait = RETRY_FIRST
            stop.wait(wait)
            wait = min(wait * 2, RETRY_LAST)

    def _use(self, stop: threading.Event) -> bool:
        """Reads until the gun is lost; True when it could be read at all."""
        try:
            gun = self._opening(self.gun)
        except DeviceError as absent:
            self._note(absent.code)
            return False
        heard = False
        try:
            self._note(None)
            while not stop.is_set():
                self._hear(gun.read())
                heard = True
        except DeviceError as lost:
            self._note(lost.code)
        finally:
            gun.close()
        return heard

    def _note(self, problem: str | None) -> None:
        if problem == self._problem:
            return
        logger.info("gun %s %s", self.gun.port, problem or "ready")
        was_there, self._problem = self._problem is None, problem
        self._eye.changed(problem, by=int(was_there) - int(problem is None))

    def _hear(self, scans: list[Scan]) -> None:
        now = self._clock()
        for scan in scans:
            if isinstance(scan, Unread):
                logger.info("gun %s: a code was refused (%s)", self.gun.port, scan.problem)
                self._ask_again(now)
            elif self._is_new(scan, now):
                self._ask_no_more()
                self._tell(Seen(scan, "", "gun", reads=2, showing=next(self._showings)))
        if self._advised is not None and now - self._advised >= ADVISED_FOR:
            self._ask_no_more()

    def _is_new(self, data: bytes, now: float) -> bool:
        before, self._shown = self._shown, (data, now)
        return before is None or before[0] != data or now - before[1] >= SAME_FOR

    def _ask_again(self, now: float) -> None:
        self._advised = now
        self._advise(Hint.AGAIN)

    def _ask_no_more(self) -> None:
        if self._advised is not None:
            self._advised = None
            self._advise(None)
