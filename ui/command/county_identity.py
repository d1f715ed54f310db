"""`liangzheng county identity`: key and certificate of one more intake, for a county on PostgreSQL."""

import argparse
from pathlib import Path

from kiosk.clock import Clock, build_time
from kiosk.words import Words
from ui.county.office import make_identity


def describe(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> argparse.ArgumentParser:
    told = words.say("command.county.identity.help")
    parser = parts.add_parser("identity", help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    parser.add_argument("name", metavar="NAME", help=words.say("command.county.identity.name"))
    return parser


def run_identity(args: argparse.Namespace, words: Words) -> int:
    make_identity(args.folder, args.name, Clock(build_time()).now().at.date())
    print(words.say("office.identity", name=args.name, folder=args.folder))
    return 0
