"""`liangzheng county backup` and `restore`: a copy of a county on another disk, and a county made of it."""

import argparse
import sys
from pathlib import Path

from kiosk.record_error import Misplaced
from kiosk.words import Words
from ui.county.backup import back_up, restore
from ui.county.office import OfficeError, read_county


def describe(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words
) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    told = words.say("command.county.backup.help")
    backup = parts.add_parser("backup", help=told, description=told)
    backup.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    backup.add_argument("to", type=Path, metavar="BACKUP", help=words.say("command.county.backup.to"))
    backup.add_argument("--keys", action="store_true", help=words.say("command.county.backup.keys"))
    told = words.say("command.county.restore.help")
    back = parts.add_parser("restore", help=told, description=told)
    back.add_argument("backup", type=Path, metavar="BACKUP", help=words.say("command.county.restore.backup"))
    back.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.restore.folder"))
    back.add_argument("--database", default="", metavar="WHERE", help=words.say("command.county.restore.database"))
    return backup, back


def run_backup(args: argparse.Namespace, words: Words) -> int:
    config = read_county(args.folder)
    try:
        done = back_up(config, args.to, lambda name: print(name, file=sys.stderr), keys=args.keys)
    except Misplaced as wrong:
        raise OfficeError("office.backup_place", folder=args.to) from wrong
    facts = {"entries": done.entries, "written": done.written, "there": done.there}
    print(words.say("office.backed_up", folder=args.to, **facts))
    print(words.say("office.backup_keys" if args.keys else "office.backup_no_keys"))
    return 0


def run_restore(args: argparse.Namespace, words: Words) -> int:
    config = restore(args.backup, args.folder.absolute(), args.database)
    print(words.say("office.restored", folder=config.folder))
    return 0
