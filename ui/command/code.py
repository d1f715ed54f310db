"""`liangzheng code explain TEXT`: what a scanned or copied code is; exit code 1 unless it is clear and right."""

import argparse
import sys
from datetime import date

from kiosk.clock import Clock, build_time
from kiosk.label_form import load_label
from kiosk.region_form import load_regions
from kiosk.rules.errors import Unusable
from kiosk.rules.scan.codes import Around, Scanned, explain
from kiosk.rules.scan.patterns import Pattern
from kiosk.rules.scan.regions import RULE, RegionName, Regions
from kiosk.words import Words


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    code = commands.add_parser("code", help=words.say("command.code.help"), description=words.say("command.code.help"))
    steps = code.add_subparsers(dest="step", required=True, metavar="explain")
    told = words.say("command.code.explain.help")
    step = steps.add_parser("explain", help=told, description=told)
    step.add_argument("text", metavar="TEXT", help=words.say("command.code.explain.text"))
    step.add_argument("--subject", default="", metavar="REGEX", help=words.say("command.code.explain.subject"))
    step.add_argument("--trace", default="", metavar="REGEX", help=words.say("command.code.explain.trace"))
    step.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    try:
        around = Around(_pattern(args.subject), _pattern(args.trace), load_label(), _today())
    except Unusable as wrong:
        print(words.say(f"problem.{wrong.code}", **wrong.facts), file=sys.stderr)
        return 2
    text: str = args.text
    scanned = explain(text.encode("utf-8", "surrogateescape"), around)
    for line in lines(scanned, words, load_regions()):
        print(line)
    return 0 if scanned.ok else 1


def lines(scanned: Scanned, words: Words, regions: Regions) -> list[str]:
    """The sentence, the kind, every fact by its name, what its check says, and how sure all this is."""
    facts = _facts(scanned, words)
    told = [words.say(scanned.note, **facts), _line(words, "kind", words.say(f"code.kind.{scanned.kind}"))]
    names = _names(facts["region"], words, regions) if "region" in facts else []
    if names:
        facts["region"] = " ".join((facts["region"], *names))
    told += [_fact(words, words.say(f"code.fact.{name}"), value) for name, value in facts.items() if value]
    if scanned.token is not None:
        size = words.say("command.code.explain.bytes", count=len(scanned.token))
        told.append(_line(words, "token", size))
    told.append(_line(words, "check", words.say(f"code.check.{scanned.check}")))
    if not scanned.confirmed:
        told.append(_line(words, "confidence", words.say("command.code.explain.unconfirmed")))
    return [*told, _line(words, "rule", ", ".join((scanned.rule, RULE) if names else (scanned.rule,)))]


def _facts(scanned: Scanned, words: Words) -> dict[str, str]:
    """Facts that are words of a list become words of a person."""
    facts = dict(scanned.facts)
    if "holder" in facts:
        facts["holder"] = words.say(f"code.holder.{facts['holder'] or 'unnamed'}")
    if "maker" in facts:
        facts["maker"] = words.say(f"code.maker.{facts['maker']}")
    return facts


def _names(code: str, words: Words, regions: Regions) -> list[str]:
    """Every name that the code had, as a registration keeps the code of its own day; else where it lies today."""
    return [_named(name, words) for name in regions.history(code) or regions.place(code, _today())]


def _named(name: RegionName, words: Words) -> str:
    return _dated(name, words) + ("" if name.confirmed else f" ({words.say('command.code.explain.unconfirmed')})")


def _dated(name: RegionName, words: Words) -> str:
    since, through = (None if day is None else day.year for day in (name.since, name.through))
    if since is not None and through is not None:
        return words.say("command.code.explain.between", name=name.name, since=since, through=through)
    if since is not None:
        return words.say("command.code.explain.since", name=name.name, since=since)
    if through is not None:
        return words.say("command.code.explain.through", name=name.name, through=through)
    return words.say("command.code.explain.always", name=name.name)


def _line(words: Words, name: str, value: str) -> str:
    return _fact(words, words.say(f"command.code.explain.{name}"), value)


def _fact(words: Words, name: str, value: str) -> str:
    return words.say("command.code.explain.line", name=name, value=value)


def _pattern(text: str) -> Pattern | None:
    return Pattern(text) if text else None


def _today() -> date:
    return Clock(build_time()).now().at.date()
