"""The `[[gun]]` tables of scanner.toml: what they may say, and the guns that they become."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from drivers.scanner.guns.guns import AUTO, SERIAL, Gun, Guns
from drivers.scanner.server import ScanServer
from drivers.scanner.wire import Advice, Message, Still
from kiosk.config import ConfigError
from kiosk.notify import notify
from kiosk.words import Words

LOOK = 0.2  # seconds between two looks at who wishes for a picture


class GunConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["serial", "keyboard"] = Field(description="how it sends: serial (USB-COM, CDC) or keyboard (HID)")
    port: str = Field(
        pattern=r"^(/\S+|usb:[0-9a-f]{4}:[0-9a-f]{4}|auto)$",
        description="/dev/serial/by-path/… or /dev/input/by-path/…-event-kbd, which follow the socket; usb:1eab:0003, "
        "its USB ids; auto: the only keyboard there is",
    )
    baud: int = Field(9600, gt=0, description="line speed of a serial one")


def possible(camera: str | None, guns: Sequence[GunConfig], file: Path, words: Words) -> None:
    """ConfigError for nothing to scan with, and for a serial gun that may be anything on a serial line."""
    problems = [] if camera or guns else [("camera", words.say("command.scanner.nothing"))]
    problems += [
        (f"gun.{n}.port", words.say("command.scanner.serial_auto"))
        for n, gun in enumerate(guns)
        if (gun.kind, gun.port) == (SERIAL, AUTO)
    ]
    if problems:
        raise ConfigError(file, problems)


def guns_of(guns: Sequence[GunConfig], tell: Callable[[Message], None], alone: bool) -> Guns:
    """To be read in a `with`; `alone`: there is no camera."""
    named = [Gun(gun.kind, gun.port, gun.baud) for gun in guns]
    return Guns(named, tell, lambda hint: tell(Advice(hint)), alone)


def alive_with(guns: Guns) -> None:
    """A sign of life to the service manager; none when a gun's thread has died, so that we are started again."""
    if guns.alive:
        notify("WATCHDOG=1")


def without_camera(server: ScanServer, stop: threading.Event, alive: Callable[[], None]) -> None:
    """Until `stop` is set, while guns are all there is: who wishes for a picture is told that there is none."""
    while not stop.wait(LOOK):
        alive()
        for mark in server.wished():
            server.tell(Still(mark, b""))
