"""`liangzheng scenes FOLDER`: hard pictures with known answers, so that anybody can measure a reader of codes."""

import argparse
import sys
from pathlib import Path

from kiosk.words import Words
from ui.command.files_told import reason


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.scenes.help")
    parser = commands.add_parser("scenes", help=told, description=told, epilog=words.say("command.scenes.example"))
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.scenes.folder"))
    parser.add_argument("--kind", action="append", metavar="KIND", help=words.say("command.scenes.kind"))
    parser.add_argument("--count", type=_positive, default=10, metavar="N", help=words.say("command.scenes.count"))
    parser.add_argument("--frames", type=_positive, default=1, metavar="N", help=words.say("command.scenes.frames"))
    parser.add_argument("--seed", type=_whole, default=0, metavar="N", help=words.say("command.scenes.seed"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    """1 for a kind that does not exist, or a folder that cannot be written."""
    from drivers.simulated.scenes.scene import CODELESS, KINDS, write

    kinds = tuple(args.kind or (*KINDS, CODELESS))
    unknown = [kind for kind in kinds if kind not in (*KINDS, CODELESS)]
    if unknown:
        known = ", ".join((*KINDS, CODELESS))
        print(words.say("command.scenes.unknown", kind=", ".join(unknown), known=known), file=sys.stderr)
        return 1
    try:
        pictures = write(args.folder, kinds, args.count, args.seed, args.frames)
    except (OSError, ValueError) as refused:  # ValueError: another truth.jsonl lies there
        print(words.say("command.scenes.refused", folder=str(args.folder), why=reason(refused, words)), file=sys.stderr)
        return 1
    print(words.say("command.scenes.written", count=pictures, folder=str(args.folder)))
    return 0


def _positive(text: str) -> int:
    value = _whole(text)
    if value < 1:
        raise ValueError(text)
    return value


def _whole(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError(text)
    return value
