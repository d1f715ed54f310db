"""`liangzheng profile new`: three files with blanks for a new instrument. Nothing is overwritten."""

import argparse
import re
import sys
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import get_args

from drivers.errors import ProfileError
from drivers.profile.form import ID
from drivers.profile.link import Analysis
from kiosk.words import Words
from ui.command.files_told import file_told
from ui.command.out_file import put

KINDS = ("line", "framed", "modbus", "print")
OURS = Path("firmware_profiles")


def add(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser, words: Words
) -> None:
    told, about = (words.say(f"command.profile.new.{key}") for key in ("help", "about"))
    parser = parts.add_parser("new", help=told, description=about, parents=[shared])
    parser.add_argument("id", metavar="ID", help=words.say("command.profile.new.id"))
    parser.add_argument("--vendor", required=True, help=words.say("command.profile.new.vendor"))
    parser.add_argument("--model", required=True, help=words.say("command.profile.new.model"))
    parser.add_argument("--kind", choices=KINDS, default="line", help=words.say("command.profile.new.kind"))
    analyses = get_args(Analysis)
    told = words.say("command.profile.new.analysis")
    parser.add_argument("--analysis", choices=analyses, default="absorbance", metavar="WORD", help=told)
    parser.add_argument("--firmware", default="any", metavar="NAME", help=words.say("command.profile.new.firmware"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    root: Path = args.folder[0] if args.folder else OURS if OURS.is_dir() else Path("profiles")
    try:
        written = _written(args, root / args.id, words)
    except ProfileError as problem:
        print(words.say(f"problem.{problem.code}", **problem.facts), file=sys.stderr)
        return 1
    for file in written:
        print(words.say("command.profile.written", file=file))
    print(words.say("command.profile.new.next", id=args.id, folder=root))
    return 0


def _written(args: argparse.Namespace, folder: Path, words: Words) -> list[Path]:
    """All of them, or none."""
    if not re.fullmatch(ID, args.id):
        raise ProfileError("profile.id", value=args.id)
    blanks = {"id": args.id, "vendor": _quoted(args.vendor), "model": _quoted(args.model), "analysis": args.analysis}
    made = [
        (folder / f"{args.firmware}.toml", f"{args.kind}.toml"),
        (folder / f"{args.firmware}.golden", f"{args.kind}.golden"),
        (folder / f"{args.firmware}.md", "notes.md"),
    ]
    for file, _ in made:
        if file.exists():
            raise ProfileError("profile.there", file=file)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, skeleton in made:
            text = (files("ui.command") / "skeleton" / skeleton).read_text("utf-8")
            put(file, Template(text).substitute(blanks).encode())
    except OSError as refused:
        for file, _ in made:
            file.unlink(missing_ok=True)
        raise ProfileError("profile.unwritable", file=folder, why=file_told(refused, words)) from refused
    return [file for file, _ in made]


def _quoted(text: str) -> str:
    """Within a basic string of TOML."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
