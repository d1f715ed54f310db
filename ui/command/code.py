"""`liangzheng code explain TEXT`: what a scanned or copied code is; exit code 1 when its check fails."""

import argparse

from kiosk.rules.codes import Scanned, explain
from kiosk.words import Words


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    code = commands.add_parser("code", help=words.say("command.code.help"), description=words.say("command.code.help"))
    steps = code.add_subparsers(dest="step", required=True, metavar="explain")
    told = words.say("command.code.explain.help")
    step = steps.add_parser("explain", help=told, description=told)
    step.add_argument("text", metavar="TEXT", help=words.say("command.code.explain.text"))
    step.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    text: str = args.text
    scanned = explain(text.encode("utf-8", "surrogateescape"))
    for line in lines(scanned, words):
        print(line)
    return 0 if scanned.ok else 1


def lines(scanned: Scanned, words: Words) -> list[str]:
    """The sentence, the kind, and every fact by its name."""
    facts = dict(scanned.facts)
    if "holder" in facts:
        facts["holder"] = words.say(f"code.holder.{facts['holder'] or 'unnamed'}")
    told = [words.say(scanned.note, **facts), f"{words.say('command.code.explain.kind')}: {_kind(scanned, words)}"]
    told += [f"{name}: {value}" for name, value in facts.items() if value]
    if scanned.token is not None:
        size = words.say("command.code.explain.bytes", count=len(scanned.token))
        told.append(f"{words.say('command.code.explain.token')}: {size}")
    return told


def _kind(scanned: Scanned, words: Words) -> str:
    return words.say(f"code.kind.{scanned.kind}")
