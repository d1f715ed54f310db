"""`liangzheng profile bytes`: text as the hexadecimal bytes of a golden, and a message with its checksum."""

import argparse
import re
import sys

from drivers.errors import ProfileError
from drivers.evidence.whole import whole
from drivers.profile.folder import shelf_with
from drivers.profile.form import Profile
from kiosk.words import Words

ESCAPED = re.compile(r"(\\x[0-9A-Fa-f]{2}|\\[rnt0\\])")
MEANT = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}


def add(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser, words: Words
) -> None:
    told, about = (words.say(f"command.profile.bytes.{key}") for key in ("help", "about"))
    parser = parts.add_parser("bytes", help=told, description=about, parents=[shared])
    parser.add_argument("text", metavar="TEXT", help=words.say("command.profile.bytes.text"))
    parser.add_argument("--hex", action="store_true", help=words.say("command.profile.bytes.hex"))
    parser.add_argument("--profile", default="", metavar="ID", help=words.say("command.profile.bytes.profile"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    try:
        profile = shelf_with(args.folder).find(args.profile) if args.profile else None
        data = _hex(args.text) if args.hex else _text(args.text, profile)
        print((whole(data, profile) if profile else data).hex(" ").upper())
    except ProfileError as problem:
        print(words.say(f"problem.{problem.code}", **problem.facts), file=sys.stderr)
        return 1
    return 0


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as wrong:
        raise ProfileError("profile.hex", value=text) from wrong


def _text(text: str, profile: Profile | None) -> bytes:
    """In the encoding of the profile, else UTF-8, which is ASCII where there are only ASCII letters."""
    encoding = profile.link.encoding if profile else "utf-8"
    try:
        return b"".join(_part(part, encoding) for part in ESCAPED.split(text))
    except UnicodeEncodeError as wrong:
        raise ProfileError("profile.unwritten", value=text, encoding=encoding) from wrong


def _part(part: str, encoding: str) -> bytes:
    """A byte given by its number is that byte in every encoding."""
    if not ESCAPED.fullmatch(part):
        return part.encode(encoding)
    return bytes.fromhex(part[2:]) if part[1] == "x" else MEANT[part[1]]
