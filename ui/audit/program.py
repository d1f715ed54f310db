"""The program: `liangzheng audit` and `python -m ui.audit`. Exit codes: 0 nothing wrong, 1 findings, 2 not read."""

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, TextIO

from ui.audit.archive import MOST_TEXT
from ui.audit.errors import Unopened
from ui.audit.forms import unbase64
from ui.audit.page import page
from ui.audit.report import report
from ui.audit.scenarios import holds, scenarios
from ui.audit.together import Asked, audit
from ui.audit.words import Words, words_in

WRONG_USAGE = 2


def main(arguments: Sequence[str]) -> int:
    words = words_in(os.environ.get("LIANGZHENG_LANG", ""))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    parser = _parser(words)
    describe(parser, words)
    return run(parser.parse_args(arguments), words)


def describe(parser: argparse.ArgumentParser, words: Words) -> None:
    """What may be typed."""
    parser.add_argument("files", nargs="*", type=Path, metavar="EXPORT", help=words.text("command", "files"))
    parser.add_argument("--root", default="", metavar="KEY", help=words.text("command", "root"))
    parser.add_argument("--receipt", type=Path, metavar="FILE", help=words.text("command", "receipt"))
    parser.add_argument("--trust", type=Path, metavar="FILE", help=words.text("command", "trust"))
    for name in ("json", "all", "scenarios"):
        parser.add_argument(f"--{name}", action="store_true", help=words.text("command", name))


def run(args: argparse.Namespace, words: Words) -> int:
    if args.scenarios:
        return _scenarios(words)
    if not args.files:
        _say(sys.stderr, words.text("problem", "nothing") + "\n")
        return WRONG_USAGE
    try:
        found = report(audit(_asked(args, words)))
    except Unopened as wrong:
        told = str(wrong)
        told = words.text("problem", told) if told in ("receipt", "trust") else told
        _say(sys.stderr, words.text("problem", "unopened", wrong=told) + "\n")
        return WRONG_USAGE
    _say(sys.stdout, _json(found) if args.json else page(found, words))
    return 0 if found["clean"] else 1


def _asked(args: argparse.Namespace, words: Words) -> Asked:
    if args.root and not _is_key(args.root):
        raise Unopened(words.text("problem", "root"))
    return Asked(args.files, args.root, _bytes_of(args.receipt), args.all, _bytes_of(args.trust))


def _bytes_of(file: Path | None) -> bytes | None:
    try:
        if file is None:
            return None
        with file.open("rb") as source:
            return source.read(MOST_TEXT)
    except OSError as wrong:
        raise Unopened(f"{file} {wrong.strerror}") from wrong


def _is_key(text: str) -> bool:
    try:
        return len(unbase64(text)) == 32
    except ValueError:
        return False


def _scenarios(words: Words) -> int:
    every = [(scenario.name, holds(scenario)) for scenario in scenarios()]
    for name, good in every:
        word = words.text("page", "same" if good else "differs")
        title = words.text("scenario", name)
        _say(sys.stdout, words.text("page", "scenario", name=name, title=title, word=word) + "\n")
    count = sum(held for _, held in every)
    _say(sys.stdout, words.text("page", "scenarios", good=count, count=len(every)) + "\n")
    return 0 if count == len(every) else 1


def _json(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _say(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()


def _parser(words: Words) -> argparse.ArgumentParser:
    class Formatter(argparse.RawDescriptionHelpFormatter):
        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
            super().add_usage(usage, actions, groups, words.text("command", "usage") if prefix is None else prefix)

    class Parser(argparse.ArgumentParser):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **settings)
            self._positionals.title = words.text("command", "arguments")
            self._optionals.title = words.text("command", "options")

        def error(self, message: str) -> NoReturn:
            self.exit(WRONG_USAGE, f"{self.format_usage()}{words.text('command', 'wrong', wrong=message)}\n")

    about = words.text("command", "about")
    parser = Parser("python -m ui.audit", description=about, formatter_class=Formatter, add_help=False)
    parser.add_argument("-h", "--help", action="help", help=words.text("command", "show_help"))
    return parser
