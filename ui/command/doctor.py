"""`liangzheng doctor`: what can be seen of a station from outside, also while it serves. It changes nothing."""

import argparse
import socket
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from kiosk.config import ConfigError, load
from kiosk.doctor import FAIL, told
from kiosk.outside import looked_over
from kiosk.record import Home
from kiosk.record_error import Unreadable
from kiosk.rules.sentence import Sentence
from kiosk.screen import DeviceState
from kiosk.words import Words
from ui.command.config_help import keys_told
from ui.command.files_told import reason
from ui.command.station_config import StationConfig
from ui.command.station_printers import printers


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.doctor.help")
    parser = commands.add_parser(
        "doctor", help=told, description=told, epilog=keys_told("station", StationConfig, words)
    )
    parser.add_argument("--config", required=True, type=Path, metavar="FILE", help=words.say("command.doctor.config"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    """A line for each part; 1 when something fails or cannot be read."""
    try:
        config = load(args.config, StationConfig)
        checks = looked_over(_home(config), config.folders, config.limits, list(_devices(config)))
    except ConfigError as wrong:
        print(wrong.lines(words), file=sys.stderr)
        return 1
    except Unreadable as wrong:
        print(words.say("command.doctor.unreadable", wrong=reason(wrong, words)), file=sys.stderr)
        return 1
    for check in checks:
        sentence = told(check)
        known = words.knows(sentence.key)
        said = words.say(sentence.key, **sentence.facts) if known else words.say("screen.unsaid", code=sentence.key)
        print(words.say("command.doctor.line", state=words.say(f"doctor.state.{check.state}"), said=said))
    return int(any(check.state == FAIL for check in checks))


def _home(config: StationConfig) -> Home:
    tables, software = config.state / "record.db", metadata.version("liangzheng")
    return Home(config.county, config.station, software, tables, config.up, config.down)


def _devices(config: StationConfig) -> Iterator[DeviceState]:
    """Only whether they are there: the station owns them, and its own page says what they answer."""
    yield DeviceState("camera", None if _listens(config.scanner) else Sentence("doctor.scanner_away"))
    ports = [(one.name, Path(one.port)) for one in config.analyzer if one.port.startswith("/")]
    ports += [(name, Path(one.port)) for name, one in printers(config) if one.port.startswith("/")]
    for name, port in ports:
        away = Sentence("doctor.port_away", {"part": name, "port": str(port)})
        yield DeviceState(name, None if port.exists() else away)


def _listens(path: Path) -> bool:
    """A scanner that is there takes the connection; nothing is asked of it."""
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(str(path))
        except OSError:
            return False
    return True
