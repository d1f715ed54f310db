"""`liangzheng scanner`: camera and scan guns to codes over a Unix socket. It sees no network, no record and no key."""

import argparse
import signal
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from drivers.errors import DeviceError
from drivers.scanner.camera.cameras import open_frames
from drivers.scanner.loop import Scanner
from drivers.scanner.server import ScanServer
from kiosk.config import ConfigError, load
from kiosk.notify import notify
from kiosk.words import Words
from ui.command.config_help import keys_told
from ui.command.scanner_guns import GunConfig, alive_with, guns_of, possible, without_camera


class ScannerConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    camera: str | None = Field(
        None, description="auto, the steady name, /dev/… or number of a camera, a film, or a folder of pictures"
    )
    socket: Path = Field(description="Unix socket on which the station listens")
    fps: Annotated[int, Field(ge=1, le=30, description="pictures looked at in a second while something moves")] = 30
    focus: Annotated[int | None, Field(ge=0, description="fixed focus; without it continuous autofocus")] = None
    gun: tuple[GunConfig, ...] = Field((), description="the scan guns")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.scanner.help")
    keys = keys_told("scanner", ScannerConfig, words)
    parser = commands.add_parser("scanner", help=told, description=told, epilog=keys)
    parser.add_argument("--config", required=True, type=Path, metavar="FILE", help=words.say("command.scanner.config"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    """Until SIGTERM or SIGINT; a missing camera is waited for, a wrong configuration is not."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        config = load(args.config, ScannerConfig)
        possible(config.camera, config.gun, args.config, words)
        serve(config, stop)
    except ConfigError as wrong:
        print(wrong.lines(words), file=sys.stderr)
        return 1
    except DeviceError as problem:
        print(words.say(f"problem.{problem.code}", **problem.facts), file=sys.stderr)
        return 1
    return 0


def serve(config: ScannerConfig, stop: threading.Event) -> None:
    with ScanServer(config.socket) as server, guns_of(config.gun, server.tell, config.camera is None) as guns:
        alive = partial(alive_with, guns)
        notify("READY=1")
        if config.camera is None:
            without_camera(server, stop, alive)
            return
        from drivers.scanner.codes.reader import Reader

        camera = partial(open_frames, config.camera, config.focus)
        Scanner(camera, server.tell, Reader().look, server.mirror, server.wished, alive, config.fps).run(stop)
