"""`liangzheng profile resolve`: a profile with its parent's tables in it, as JSON; the snapshot of a child."""

import argparse
import sys
from pathlib import Path

from drivers.errors import ProfileError
from drivers.evidence.lint import SNAPSHOT, snapshot
from drivers.profile.folder import shelf_with
from kiosk.words import Words
from ui.command.files_told import file_told
from ui.command.out_file import put


def add(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser, words: Words
) -> None:
    told, about = (words.say(f"command.profile.resolve.{key}") for key in ("help", "about"))
    parser = parts.add_parser("resolve", help=told, description=about, parents=[shared])
    parser.add_argument("id", metavar="ID", help=words.say("command.profile.resolve.id"))
    parser.add_argument("--write", action="store_true", help=words.say("command.profile.resolve.write"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    shelf = shelf_with(args.folder)
    try:
        told, file = snapshot(args.id, shelf), Path(str(shelf.place(args.id, SNAPSHOT)))
        if args.write:
            _write(file, told, words)
    except ProfileError as problem:
        print(words.say(f"problem.{problem.code}", **problem.facts), file=sys.stderr)
        return 1
    print(words.say("command.profile.written", file=file) if args.write else told.rstrip("\n"))
    return 0


def _write(file: Path, text: str, words: Words) -> None:
    try:
        put(file, text.encode())
    except OSError as refused:
        raise ProfileError("profile.unwritable", file=file, why=file_told(refused, words)) from refused
