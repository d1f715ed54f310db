"""The `liangzheng` command. Exit codes: 0 done, 1 it failed and said why, 2 wrong usage, 130 interrupted."""

import argparse
import io
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from errno import ENOSPC
from importlib import import_module, metadata
from typing import Protocol, cast

from kiosk.words import LANGUAGES, Words, load_words
from ui.command.parser import speaking

COMMANDS = (
    "demo", "station", "scanner", "uplink", "carry", "county", "join", "analyzer", "profile", "pack", "rules",
    "printer", "simulate", "scan", "scenes", "code", "verify", "contract", "doctor", "record", "audit", "paper",
)  # fmt: skip
INTERRUPTED = 130


class Command(Protocol):
    """A module of this package: `add` describes its arguments and says what runs."""

    def add(self, commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None: ...


def main(arguments: Sequence[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    words = load_words(spoken(os.environ))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a character shows a question mark
            stream.reconfigure(errors="replace")
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    args = parser_for(arguments, words).parse_args(arguments)
    run: Callable[[argparse.Namespace, Words], int] = args.run
    try:
        code = run(args, words)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `… | head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as wrong:
        if wrong.errno != ENOSPC or wrong.filename is not None:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(words.say("command.output_full"), file=sys.stderr)
        return 1
    return code


def parser_for(arguments: Sequence[str], words: Words) -> argparse.ArgumentParser:
    """All commands by name; only the one that was asked for is loaded, since some are heavy."""
    parser = speaking(words)("liangzheng", description=words.say("command.description"))
    version = metadata.version("liangzheng")
    parser.add_argument("--version", action="version", version=version, help=words.say("command.version"))
    commands = parser.add_subparsers(metavar=words.say("command.metavar"), required=True)
    wanted = next((argument for argument in arguments if not argument.startswith("-")), "")
    for name in COMMANDS:
        if name == wanted:  # a literal of COMMANDS
            _loaded(name).add(commands, words)
        else:
            commands.add_parser(name, help=words.say(f"command.{name}.help"))
    return parser


def spoken(environment: Mapping[str, str]) -> str:
    """Chinese unless LIANGZHENG_LANG says otherwise: the box stands in Chinese villages whatever its locale."""
    wanted = environment.get("LIANGZHENG_LANG", "zh")
    return wanted if wanted in LANGUAGES else "zh"


def _loaded(name: str) -> Command:
    """`name` is one of COMMANDS, nothing that a person typed."""
    command: Command = cast("Command", import_module(f"ui.command.{name}"))
    return command


if __name__ == "__main__":
    sys.exit(main())
