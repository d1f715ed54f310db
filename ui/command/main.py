"""The `liangzheng` command. Exit codes: 0 done, 1 it failed and said why, 2 wrong usage, 130 interrupted."""

import argparse
import io
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from errno import ENOSPC, EPIPE
from importlib import import_module, metadata
from typing import Any, Protocol, cast

from kiosk.words import LANGUAGES, Words, load_words
from ui.command.parser import speaking

COMMANDS = (
    "demo", "station", "scanner", "uplink", "carry", "county", "join", "analyzer", "profile", "pack", "rules",
    "printer", "simulate", "scan", "scenes", "code", "verify", "contract", "doctor", "record", "audit", "paper",
    "voice",
)  # fmt: skip
INTERRUPTED = 130


class Command(Protocol):
    """A module of this package: `add` describes its arguments and says what runs."""

    def add(self, commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None: ...


class OutputLost(Exception):
    """Standard output takes nothing more. No OSError: commands catch those and mean files that somebody named."""

    def __init__(self, wrong: OSError) -> None:
        super().__init__(str(wrong))
        self.errno = wrong.errno


class Output(io.FileIO):
    """What is printed, at its last step before the system."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as wrong:
            raise OutputLost(wrong) from wrong


def main(arguments: Sequence[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    words = load_words(spoken(os.environ))
    watch_output()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a character shows a question mark
            stream.reconfigure(errors="replace")
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        return run(arguments, words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (OutputLost, BrokenPipeError) as lost:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left goes nowhere
        if lost.errno == EPIPE:  # `… | head` has seen enough
            return 0
        print(words.say("command.output_full" if lost.errno == ENOSPC else "command.output_lost"), file=sys.stderr)
        return 1


def run(arguments: Sequence[str], words: Words) -> int:
    """Until everything is written. Raises OutputLost."""
    try:
        args = parser_for(arguments, words).parse_args(arguments)
        wanted: Callable[[argparse.Namespace, Words], int] = args.run
        return wanted(args, words)
    finally:
        sys.stdout.flush()


def watch_output() -> None:
    """From now on what cannot be printed is told apart from what cannot be read or written elsewhere."""
    plain = sys.stdout
    if plain is None or plain is not sys.__stdout__ or not isinstance(plain, io.TextIOWrapper):
        return
    plain.flush()
    last = Output(plain.fileno(), "w", closefd=False)
    at_once = isinstance(plain.buffer, io.RawIOBase)  # python -u
    buffer = cast("io.BufferedWriter", last) if at_once else io.BufferedWriter(last)
    lines = plain.line_buffering
    sys.stdout = io.TextIOWrapper(buffer, plain.encoding, plain.errors, line_buffering=lines, write_through=at_once)


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
