"""`liangzheng rules`: the named rules, and what each says: text, source, worked examples, the numbers of a method."""

import argparse
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from kiosk.clock import system_time
from kiosk.pack import Packs, load_packs, pack_texts
from kiosk.pack_open import Table, sourced
from kiosk.pack_problem import nearest
from kiosk.rule_text import RuleText, Worked
from kiosk.words import Words
from ui.command.columns import table, wrapped
from ui.command.pack import guarded
from ui.command.pack_sheet import put_by

METHOD_ROOM = "assay"  # whose clauses every method has, under its own name
SUGGESTED = 3


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.rules.help")
    parser = commands.add_parser("rules", help=told, description=told)
    parts = parser.add_subparsers(required=True, metavar=words.say("command.rules.part"))
    for name, run in (("list", run_list), ("explain", run_explain)):
        told = words.say(f"command.rules.{name}.help")
        part = parts.add_parser(name, help=told, description=told)
        part.add_argument("--county", type=Path, metavar="FOLDER", help=words.say("command.pack.county"))
        part.set_defaults(run=guarded(run))
    parts.choices["explain"].add_argument("name", metavar="NAME", help=words.say("command.rules.explain.name"))


def run_list(args: argparse.Namespace, words: Words) -> int:
    packs = _packs(args.county)
    rows = [[text.name, _standing(text.mark, text.confirmed, words)] for text in packs.rules.values()]
    for line, text in zip(table(rows), packs.rules.values(), strict=True):
        print(line)
        print("\n".join(wrapped(text.texts[words.language], "    ")))
    return 0


def run_explain(args: argparse.Namespace, words: Words) -> int:
    packs, name = _packs(args.county), args.name
    if name in packs.rules:
        print("\n".join(explained(packs.rules[name], words)))
        return 0
    rule, _, clause = name.rpartition("/")
    text = packs.rules.get(f"{METHOD_ROOM}/{clause}")
    methods = [method.id for method in packs.methods.values() if method.rule == rule]
    if text is None or not methods:
        return _unknown(name, packs, words)
    print("\n".join([name, *explained(text, words)]))
    texts = pack_texts(None, packs.put)
    for method in methods:
        print(
            "\n".join(numbers(f"methods/{method}.toml", tomllib.loads(texts[f"methods/{method}.toml"].decode()), words))
        )
    return 0


def explained(text: RuleText, words: Words) -> list[str]:
    """Name, text, source, worked table."""
    lines = [f"{text.name}  {_standing(text.mark, text.confirmed, words)}"]
    lines += wrapped(text.texts[words.language])
    lines += wrapped(words.say("rule.source", source=text.source))
    return [*lines, "", words.say("rule.worked"), *_worked(text.worked, words)]


def numbers(file: str, pack: Table, words: Words) -> list[str]:
    """Every value of a method with its source."""
    lines = ["", words.say("rule.numbers", file=file)]
    for one in sourced(pack):
        lines += wrapped(f"{one.key} = {_facts(one.facts) or '-'}  {_standing(one.mark, one.confirmed, words)}", "  ")
        lines += wrapped(one.source, "      ")
    return lines


def _packs(county: Path | None) -> Packs:
    return load_packs(put=put_by(county).on(system_time().date()))


def _unknown(name: str, packs: Packs, words: Words) -> int:
    known = list(_names(packs))
    near: list[str] = []
    while known and len(near) < SUGGESTED:
        near.append(nearest(name, known))
        known.remove(near[-1])
    print(words.say("problem.rule.unknown", name=name, near=", ".join(near) or "-"), file=sys.stderr)
    return 1


def _names(packs: Packs) -> Iterator[str]:
    yield from packs.rules
    clauses = [name.partition("/")[2] for name in packs.rules if name.startswith(f"{METHOD_ROOM}/")]
    for rule in dict.fromkeys(method.rule for method in packs.methods.values()):
        yield from (f"{rule}/{clause}" for clause in clauses)


def _standing(mark: str, confirmed: bool, words: Words) -> str:
    return f"[{mark}]" if confirmed else f"[{mark}] {words.say('rule.unconfirmed')}"


def _worked(rows: tuple[Worked, ...], words: Words) -> list[str]:
    """One column a fact; rows of other facts begin a table of their own."""
    lines: list[str] = []
    for names in dict.fromkeys(tuple(row.given) for row in rows):
        head = [*(_said(f"rule.given.{name}", name, words) for name in names), words.say("rule.then")]
        same = [row for row in rows if tuple(row.given) == names]
        cells = [[*(row.given[name] or "-" for name in names), row.then] for row in same]
        said = [[_result(cell, words) for cell in row] for row in cells]
        lines += [*([""] if lines else []), *table([head, *said], "  ")]
    return lines


def _result(then: str, words: Words) -> str:
    return ", ".join(_said(f"rule.result.{part}", part, words) for part in then.split(", "))


def _said(key: str, name: str, words: Words) -> str:
    return words.say(key) if words.knows(key) else name


def _facts(facts: dict[str, str]) -> str:
    return "; ".join(value if name == "value" else f"{name} {value}" for name, value in facts.items())
