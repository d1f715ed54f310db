"""`liangzheng county revoked`: the signed list of void certificates that offline checkers carry."""

import argparse
import os
from errno import EISDIR
from pathlib import Path

from kiosk.clock import Clock, build_time
from kiosk.verify import Why
from kiosk.words import Words
from ui.county.database import DatabaseError
from ui.county.office import no_database, read_county
from ui.county.revoked import void_numbers, write_revoked


def describe(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> argparse.ArgumentParser:
    told = words.say("command.county.revoked.help")
    parser = parts.add_parser("revoked", help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    parser.add_argument("file", type=Path, metavar="FILE", help=words.say("command.county.revoked.file"))
    return parser


def run_revoked(args: argparse.Namespace, words: Words) -> int:
    config = read_county(args.folder)
    if args.file.exists() and not args.file.is_file():  # a device would be put aside for the list
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(args.file))
    try:
        numbers = void_numbers(config.folder, config.memory)
    except DatabaseError as wrong:
        raise no_database(wrong) from wrong
    head = write_revoked(config.folder, args.file, numbers, Clock(build_time()).now())
    counts = {why.value: list(numbers.values()).count(why) for why in Why}
    facts = {"file": args.file, "counter": head.counter, "orders": counts["order"], "voids": counts["void"]}
    print(words.say("command.county.revoked.written", **facts))
    return 0
