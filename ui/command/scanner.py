"""`liangzheng scanner`: camera to codes over a Unix socket. It sees no network, no record and no key."""

import argparse
import signal
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from drivers.errors import DeviceError
from drivers.scan_loop import Scanner
from drivers.scan_server import ScanServer
from drivers.scanner import open_frames
from kiosk.config import ConfigError, load
from kiosk.notify import notify
from kiosk.words import Words
from ui.command.config_help import keys_told


class ScannerConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    camera: str = Field(description="/dev/… or number of a camera, a video file, or a folder of pictures")
    socket: Path = Field(description="Unix socket on which the station listens")
    fps: Annotated[int, Field(ge=1, le=30, description="pictures looked at in a second")] = 10


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
        serve(load(args.config, ScannerConfig), stop)
    except ConfigError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    except DeviceError as problem:
        print(words.say(f"problem.{problem.code}", **problem.facts), file=sys.stderr)
        return 1
    return 0


def serve(config: ScannerConfig, stop: threading.Event) -> None:
    with ScanServer(config.socket) as server:
        notify("READY=1")
        Scanner(partial(open_frames, config.camera), server.tell, server.mirror, config.fps).run(stop)
