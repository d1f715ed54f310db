"""The parser of the command line: argparse, whose own few words come from the word packs too."""

import argparse
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from kiosk.words import Words

WRONG_USAGE = 2
# what argparse complains of → our sentence
COMPLAINTS = {
    re.compile(r"the following arguments are required: (?P<names>.+)"): "missing",
    re.compile(r"argument (?P<name>.+): invalid choice: '(?P<told>.*)' \(choose from (?P<known>.+)\)"): "choice",
    re.compile(r"unrecognized arguments: (?P<told>.+)"): "unknown",
    re.compile(r"argument (?P<name>.+): expected .+ arguments?"): "empty",
    re.compile(r"argument (?P<name>.+): invalid .+ value: '(?P<told>.*)'"): "value",
    re.compile(r"one of the arguments (?P<names>.+) is required"): "one_of",
    re.compile(r"argument (?P<name>.+): not allowed with argument (?P<other>.+)"): "not_both",
}


def speaking(words: Words) -> type[argparse.ArgumentParser]:
    """A parser class for one language; the parsers below it are of the same class."""

    class Formatter(argparse.RawDescriptionHelpFormatter):
        def add_usage(
            self,
            usage: str | None,
            actions: Iterable[argparse.Action],
            groups: Iterable[Any],
            prefix: str | None = None,
        ) -> None:
            super().add_usage(usage, actions, groups, words.say("command.usage") if prefix is None else prefix)

    class Parser(argparse.ArgumentParser):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **{"formatter_class": Formatter, "add_help": False, **settings})
            self._positionals.title = words.say("command.arguments")
            self._optionals.title = words.say("command.options")
            self.add_argument("-h", "--help", action="help", help=words.say("command.show_help"))

        def error(self, message: str) -> NoReturn:
            told = words.say("command.wrong", wrong=_complaint(message, words), prog=self.prog)
            self.exit(WRONG_USAGE, f"{self.format_usage()}{told}\n")

    return Parser


def _complaint(message: str, words: Words) -> str:
    """As argparse says it where we have no words for it."""
    for pattern, name in COMPLAINTS.items():
        if found := pattern.fullmatch(message):
            return words.say(f"command.complaint.{name}", **found.groupdict())
    return message
