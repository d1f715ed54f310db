"""`liangzheng county open | openings`: what was sealed to the county, for a named person; and who has seen what."""

import argparse
from pathlib import Path

from kiosk.clock import Clock, build_time
from kiosk.private_data import Particulars
from kiosk.words import Words
from ui.command.columns import table
from ui.county.database import DatabaseError
from ui.county.office import OfficeError, no_database, read_county
from ui.county.personal import SEALED, Asked, open_sealed
from ui.county.reader import Reader

SHOWN = 50
PARTS = ("id_number", "contact", "residence")


def describe(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words
) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """The parsers of `open` and `openings`."""
    opening, openings = _part(parts, "open", words), _part(parts, "openings", words)
    opening.add_argument("entry", metavar="LOG/SEQ", help=words.say("command.county.open.entry"))
    opening.add_argument(
        "field", nargs="?", default=SEALED, metavar="FIELD", help=words.say("command.county.open.field")
    )
    opening.add_argument("--as", dest="who", required=True, metavar="NAME", help=words.say("command.county.open.as"))
    opening.add_argument("--role", required=True, metavar="ROLE", help=words.say("command.county.open.role"))
    opening.add_argument("--reason", required=True, metavar="TEXT", help=words.say("command.county.open.reason"))
    openings.add_argument(
        "--most", type=int, default=SHOWN, metavar="N", help=words.say("command.county.openings.most", most=SHOWN)
    )
    return opening, openings


def run_open(args: argparse.Namespace, words: Words) -> int:
    """The clear text goes to the terminal and nowhere else."""
    log, slash, seq = args.entry.rpartition("/")
    if not slash or not (seq.isascii() and seq.isdigit()):
        raise OfficeError("office.open.form", entry=args.entry)
    asked = Asked(args.who, args.role, args.reason, log, int(seq), args.field)
    config = read_county(args.folder)
    try:
        left = open_sealed(config.folder, config.memory, asked, Clock(build_time()).now())
    except DatabaseError as wrong:
        raise no_database(wrong) from wrong
    for line in _told(left, words):
        print(line)
    return 0


def run_openings(args: argparse.Namespace, words: Words) -> int:
    config = read_county(args.folder)
    try:
        with Reader(config.memory) as reader:
            rows = reader.openings(max(args.most, 1))
    except DatabaseError as wrong:
        raise no_database(wrong) from wrong
    if not rows:
        print(words.say("office.openings_none"))
        return 0
    names = ("time", "who", "role", "entry", "field", "reason")
    head = [words.say(f"office.openings.{name}") for name in names]
    lines = [
        [row["time"], row["who"], row["role"], f"{row['log']}/{row['seq']}", row["field"], row["reason"]]
        for row in rows
    ]
    for line in table([head, *lines]):
        print(line)
    return 0


def _told(left: Particulars, words: Words) -> list[str]:
    return table([[words.say(f"office.open.{name}"), getattr(left, name)] for name in PARTS if name in left.given])


def _part(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, words: Words
) -> argparse.ArgumentParser:
    told = words.say(f"command.county.{name}.help")
    parser = parts.add_parser(name, help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    return parser
