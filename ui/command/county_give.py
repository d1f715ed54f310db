"""How `liangzheng county order KIND` gives an order: its form and what stations would say first, then the signature."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from kiosk.clock import Clock, build_time
from kiosk.rules.messages import OrderBody
from kiosk.rules.sentence import Sentence
from kiosk.trust import read_trust
from kiosk.words import Words
from ui.command.county_known import Known
from ui.command.rehearsal import Rehearsal
from ui.county.contents import contents
from ui.county.office import OfficeError, read_county, stations
from ui.county.orders import ALL, Orders, check

T = TypeVar("T")


class Parser:
    """A parser of one kind of order; its options find their words by themselves."""

    def __init__(self, parser: argparse.ArgumentParser, kind: str, words: Words) -> None:
        self._parser = parser
        self._key = f"command.county.order.{kind}"
        self._words = words

    def takes(self, *names: str, **how: Any) -> None:
        word = str(how.pop("word", "") or names[-1].lstrip("-").replace("-", "_"))
        self._parser.add_argument(*names, help=self._words.say(f"{self._key}.{word}"), **how)


@dataclass(frozen=True, slots=True)
class Kind:
    """`describe` adds the options, `bodies` makes the orders of them; it raises OfficeError.

    `sure`: they rest on what a station recorded, so that what the office's own lists lack is no doubt.
    """

    name: str
    describe: Callable[[Parser], None]
    bodies: Callable[[argparse.Namespace], Sequence[OrderBody]]
    sure: bool = False

    def run(self, args: argparse.Namespace, words: Words) -> int:
        return give(args, self.bodies(args), words, sure=self.sure)


def add(
    kinds: "argparse._SubParsersAction[argparse.ArgumentParser]", kind: Kind, words: Words
) -> argparse.ArgumentParser:
    told = words.say(f"command.county.order.{kind.name.replace('-', '_')}.help")
    parser = kinds.add_parser(kind.name, help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    kind.describe(Parser(parser, kind.name.replace("-", "_"), words))
    parser.add_argument("--station", metavar="CODE", help=words.say("command.county.order.station"))
    return parser


def formed(kind: type[T], facts: dict[str, Any]) -> T:
    """A value whose texts all have their forms. Raises OfficeError that names the first that has not."""
    try:
        return TypeAdapter(kind).validate_json(json.dumps(facts), strict=True)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(map(str, first["loc"])) or "-"
        raise OfficeError("office.order_form", place=place, reason=plainly(first["msg"])) from wrong


def _tell(head: str, found: Sequence[Sentence], words: Words) -> None:
    print(words.say(head, count=len(found)), file=sys.stderr)
    for sentence in found:
        print(words.say(sentence.key, **sentence.facts), file=sys.stderr)


def plainly(message: str) -> str:
    return message.removeprefix("Value error, ")


def give(args: argparse.Namespace, bodies: Sequence[OrderBody], words: Words, *, sure: bool = False) -> int:
    """Sign all of them, or none: 1 and the reason when stations would refuse one, or nobody knows what it is about."""
    read_county(args.folder)
    orders, clock, stream = Orders(args.folder), Clock(build_time()), args.station or ALL
    joined = stations(read_trust(args.folder / "trust.json"))
    if stream not in (ALL, *joined):
        raise OfficeError("office.put.station", station=stream, known=", ".join(joined) or "-")
    for body in bodies:
        check(body)
    today = clock.now().at.date()
    with closing(Rehearsal(orders, args.station or "")) as rehearsal:
        known = Known(orders, rehearsal.table, args.station or "", today)
        doubts = [found for body in bodies if not sure and (found := known.doubt(body)) is not None]
        refused = [found for body in bodies if (found := rehearsal.take(body, today.isoformat())) is not None]
    if refused or doubts:
        _tell("problem.office.put.refused" if refused else "problem.office.doubts", refused or doubts, words)
        return 1
    for body in bodies:
        now = clock.now()
        given = orders.give(stream, body, now.at, now.state)
        print(words.say("office.given", stream=stream, seq=given.header.seq, kind=body.kind, what=contents(body)))
    return 0
