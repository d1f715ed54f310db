"""A command line as a person types it, run in this process by the commands that the test names."""

import argparse
from collections.abc import Callable, Iterable

from kiosk.words import Words, load_words

Add = Callable[["argparse._SubParsersAction[argparse.ArgumentParser]", Words], None]


def run(add: Add | tuple[Add, ...], typed: Iterable[object], language: str = "en") -> int:
    """The exit code. Raises SystemExit for help and for what cannot be understood."""
    said = load_words(language)
    parser = argparse.ArgumentParser(prog="liangzheng")
    commands = parser.add_subparsers(required=True)
    for one in add if isinstance(add, tuple) else (add,):
        one(commands, said)
    args = parser.parse_args([str(word) for word in typed])
    code: int = args.run(args, said)
    return code
