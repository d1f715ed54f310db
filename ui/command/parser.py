"""The parser of the command line: argparse, whose own few words come from the word packs too."""

import argparse
from collections.abc import Iterable
from typing import Any, NoReturn

from kiosk.words import Words

WRONG_USAGE = 2


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
            self.exit(
                WRONG_USAGE, self.format_usage() + words.say("command.wrong", wrong=message, prog=self.prog) + "\n"
            )

    return Parser
