"""`liangzheng contract show|schema|check|write`: the contract as documents; whether those that ship are the code's."""

import argparse
import sys
from pathlib import Path

from kiosk.documents import written
from kiosk.documents.texts import load_texts
from kiosk.words import Words
from ui.command.files_told import file_told
from ui.county.public import PUBLIC


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.contract.help")
    contract = commands.add_parser("contract", help=told, description=told)
    steps = contract.add_subparsers(dest="step", required=True, metavar="show|schema|check|write")
    for name, run in (("show", show), ("schema", schema), ("check", check), ("write", write)):
        told = words.say(f"command.contract.{name}.help")
        step = steps.add_parser(name, help=told, description=told)
        if name == "schema":
            step.add_argument("kind", metavar="KIND", nargs="?", help=words.say("command.contract.schema.kind"))
        if name == "write":
            folder = words.say("command.contract.write.folder")
            step.add_argument("folder", metavar="FOLDER", nargs="?", type=Path, help=folder)
        step.set_defaults(run=run)


def show(_args: argparse.Namespace, _words: Words) -> int:
    print(written.text_of(written.asyncapi(load_texts(), PUBLIC)), end="")
    return 0


def schema(args: argparse.Namespace, words: Words) -> int:
    """Without a kind: every name that there is, one a line."""
    kind: str | None = args.kind
    if kind is None:
        print("\n".join(written.schema_names(PUBLIC)))
        return 0
    if kind not in written.schema_names(PUBLIC):
        print(words.say("command.contract.schema.unknown", kind=kind, known=", ".join(written.schema_names(PUBLIC))))
        return 1
    print(written.text_of(written.schema(kind, load_texts(), PUBLIC)), end="")
    return 0


def check(_args: argparse.Namespace, words: Words) -> int:
    changed = written.drift(written.home(), PUBLIC)
    for name in changed:
        print(words.say("command.contract.check.drift", file=name))
    print(words.say("command.contract.check.stale" if changed else "command.contract.check.same"))
    return 1 if changed else 0


def write(args: argparse.Namespace, words: Words) -> int:
    folder: Path = args.folder or written.home()
    try:
        changed = written.write(folder, PUBLIC)
    except OSError as refused:
        print(file_told(refused, words), file=sys.stderr)
        return 1
    for name in changed:
        print(folder / name)
    print(words.say("command.contract.write.done", count=len(changed), folder=folder))
    return 0
