"""`liangzheng uplink`: carries entries to the county and orders back. No record, no device, no signing key.

`liangzheng uplink targets` tells where it connects to.
"""

import argparse
import signal
import sys
import threading
from pathlib import Path

from kiosk.clock import Clock, build_time
from kiosk.config import ConfigError, load
from kiosk.log import Locked, LogError
from kiosk.notify import notify
from kiosk.trust import SealError
from kiosk.uplink import Uplink, UplinkConfig
from kiosk.words import Words
from ui.command import uplink_targets
from ui.command.config_help import keys_told
from ui.command.files_told import reason

NEEDED = "the following arguments are required: --config"  # argparse's words: ui/command/parser.py knows them


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.uplink.help")
    keys = keys_told("uplink", UplinkConfig, words)
    parser = commands.add_parser("uplink", help=told, description=words.say("command.uplink.about"), epilog=keys)
    parser.add_argument("--config", type=Path, metavar="FILE", help=words.say("command.uplink.config"))
    parser.set_defaults(run=lambda args, words: run(args, words) if args.config else parser.error(NEEDED))
    parts = parser.add_subparsers(metavar=words.say("command.uplink.part"))
    told = words.say("command.uplink.targets.help")
    about = words.say("command.uplink.targets.about")
    asked = parts.add_parser("targets", help=told, description=about)
    uplink_targets.describe(asked, words)
    asked.set_defaults(run=lambda args, words: uplink_targets.run(args, words) if args.config else asked.error(NEEDED))


def run(args: argparse.Namespace, words: Words) -> int:
    """Until SIGTERM or SIGINT; an absent broker is waited for, our own broken files are not."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def tell(key: str, **facts: object) -> None:
        said = {name: reason(fact, words) if isinstance(fact, Exception) else fact for name, fact in facts.items()}
        print(words.say(key, **said), file=sys.stderr, flush=True)

    try:
        uplink = Uplink(load(args.config, UplinkConfig), Clock(build_time()), tell)
        notify("READY=1")
        uplink.run(stop)
    except ConfigError as wrong:
        print(wrong.lines(words), file=sys.stderr)
        return 1
    except Locked:
        tell("problem.uplink.second")
        return 1
    except (OSError, SealError, LogError) as wrong:
        tell("problem.uplink.files", reason=reason(wrong, words))
        return 1
    finally:
        notify("STOPPING=1")
    return 0
