"""`liangzheng carry`: a USB stick instead of a line, at both ends."""

import argparse
import sys
from pathlib import Path

from kiosk.bundle import UP, BundleError, name_of
from kiosk.clock import Clock, build_time
from kiosk.config import ConfigError, load
from kiosk.contract import ContractError
from kiosk.courier import Tell
from kiosk.log import Locked, LogError
from kiosk.trust import SealError
from kiosk.words import Words
from ui.command.files_told import reason


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told, about = words.say("command.carry.help"), words.say("command.carry.about")
    parser = commands.add_parser("carry", help=told, description=about)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.carry.folder"))
    end = parser.add_mutually_exclusive_group(required=True)
    end.add_argument("--config", type=Path, metavar="FILE", help=words.say("command.carry.config"))
    end.add_argument("--county", type=Path, metavar="COUNTY", help=words.say("command.carry.county"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    def tell(key: str, **facts: object) -> None:
        print(words.say(key, **facts), file=sys.stderr, flush=True)

    try:
        return _at_station(args, words, tell) if args.county is None else _at_county(args, words, tell)
    except ConfigError as wrong:
        print(wrong.lines(words), file=sys.stderr)
    except BundleError as wrong:
        tell(f"problem.{wrong.code}", **wrong.facts)
    except Locked:
        tell("problem.carry.busy")
    except (OSError, SealError, LogError, ContractError) as wrong:
        tell("problem.carry.files", reason=reason(wrong, words))
    return 1


def _at_station(args: argparse.Namespace, words: Words, tell: Tell) -> int:
    from kiosk.carry import carry
    from kiosk.uplink import UplinkConfig

    report = carry(load(args.config, UplinkConfig), args.folder, Clock(build_time()), tell)
    (before, through), (had, holds) = report.receipted, report.orders
    if report.heard:
        print(words.say("carry.heard", through=through, before=before, orders=holds - had))
    else:
        print(words.say("carry.nothing_heard"))
    written = report.written
    facts = {"file": name_of(written.station, UP), "first": written.first, "last": written.last}
    print(words.say("carry.written" if written.last else "carry.written_none", blobs=written.blobs, **facts))
    return 0


def _at_county(args: argparse.Namespace, words: Words, tell: Tell) -> int:
    from ui.county.carry import Carrier
    from ui.county.office import read_county
    from ui.county.sql import DatabaseError

    code, seen = 0, 0
    try:
        for report in Carrier(read_county(args.county), Clock(build_time()), tell).take(args.folder):
            seen += 1
            if isinstance(report, BundleError):
                tell(f"problem.{report.code}", **report.facts)
                code = 1
                continue
            taken = report.taken
            facts = {"station": taken.station, "first": taken.first, "last": taken.last, "blobs": taken.blobs}
            print(words.say("carry.taken" if taken.last else "carry.taken_none", **facts))
    except DatabaseError as wrong:
        tell("problem.carry.county", reason=wrong)
        return 1
    if not seen:
        tell("carry.none", folder=args.folder)
    return code if seen else 1
