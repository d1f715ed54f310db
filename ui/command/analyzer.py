"""`liangzheng analyzer`: the instruments that hang on this machine, and what is kept of them."""

import argparse

from kiosk.words import Words
from ui.command import analyzer_find, analyzer_read, analyzer_replay, analyzer_watch


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.analyzer.help")
    parser = commands.add_parser("analyzer", help=told, description=told)
    parts = parser.add_subparsers(required=True, metavar=words.say("command.analyzer.part"))
    for part in (analyzer_find, analyzer_read, analyzer_watch, analyzer_replay):
        part.add(parts, words)
