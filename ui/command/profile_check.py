"""`liangzheng profile check`: the full lint, as sentences or as JSON. 1 when anything speaks against a profile."""

import argparse
import json
import sys
from collections.abc import Sequence

from drivers.errors import ProfileError
from drivers.evidence.lint import Checked, checked
from drivers.evidence.neighbours import neighbourhood
from drivers.profile.folder import shelf_with
from kiosk.words import Words


def add(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser, words: Words
) -> None:
    told = words.say("command.profile.check.help")
    parser = parts.add_parser("check", help=told, description=told, parents=[shared])
    parser.add_argument("id", nargs="*", metavar="ID", help=words.say("command.profile.check.id"))
    parser.add_argument("--json", action="store_true", help=words.say("command.profile.check.json"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    shelf = shelf_with(args.folder)
    try:
        wanted: Sequence[str] = args.id or shelf.known()
        others = neighbourhood(shelf)
    except ProfileError as absent:
        wanted, found = (), [Checked(str(args.folder), problems=(absent,))]
    else:
        found = [checked(name, shelf, others) for name in wanted]
    if args.json:
        print(json.dumps([_facts(one, words) for one in found], ensure_ascii=False, indent=1))
    else:
        for one in found:
            _tell(one, words)
    return int(any(one.problems for one in found))


def _tell(one: Checked, words: Words) -> None:
    for problem in one.problems:
        print(_sentence(problem, words), file=sys.stderr)
    for note in one.notes:
        print(words.say("command.profile.check.note", note=_sentence(note, words)), file=sys.stderr)
    if not one.problems:
        print(words.say("command.profile.check.good", name=one.name, cases=one.cases))


def _facts(one: Checked, words: Words) -> dict[str, object]:
    told = {kind: [_fact(problem, words) for problem in getattr(one, kind)] for kind in ("problems", "notes")}
    return {"profile": one.name, "cases": one.cases, **told}


def _fact(problem: ProfileError, words: Words) -> dict[str, object]:
    facts = {name: value if isinstance(value, int) else str(value) for name, value in problem.facts.items()}
    return {"code": problem.code, **facts, "text": _sentence(problem, words)}


def _sentence(problem: ProfileError, words: Words) -> str:
    return words.say(f"problem.{problem.code}", **problem.facts)
