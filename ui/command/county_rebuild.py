"""`liangzheng county rebuild`: the county's tables made again from its entries."""

import argparse
import sys
from pathlib import Path

from kiosk.words import Words
from ui.county.office import no_database, read_county
from ui.county.rebuilding import rebuild
from ui.county.running import none_running
from ui.county.sql import DatabaseError


def describe(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> argparse.ArgumentParser:
    told = words.say("command.county.rebuild.help")
    parser = parts.add_parser("rebuild", help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    return parser


def run_rebuild(args: argparse.Namespace, words: Words) -> int:
    """1 when a log is not what its root says: that no rebuilding mends."""
    config = read_county(args.folder)
    with none_running(config):
        try:
            rebuilt = rebuild(config.memory)
        except DatabaseError as wrong:
            raise no_database(wrong) from wrong
    differed = "office.rebuilt_differed" if rebuilt.differed else "office.rebuilt_same"
    print(words.say(differed, entries=rebuilt.entries, tables=", ".join(rebuilt.differed)))
    for log in rebuilt.broken:
        print(words.say("problem.office.root_broken", log=log), file=sys.stderr)
    return 1 if rebuilt.broken else 0
