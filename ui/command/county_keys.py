"""`liangzheng county keys`: whose keys count, new ones, and words that take one back; every station is told."""

import argparse
from datetime import date
from pathlib import Path

from kiosk.clock import Clock, Now, build_time
from kiosk.trust import Use
from kiosk.words import Words
from ui.command.columns import table
from ui.county import keys
from ui.county.office import OWN_USES, OfficeError, read_county
from ui.county.orders import Orders

Parsers = tuple[argparse.ArgumentParser, argparse.ArgumentParser, argparse.ArgumentParser]


def describe(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> Parsers:
    """The parsers of `keys list`, `keys renew` and `keys revoke`."""
    told = words.say("command.county.keys.help")
    parser = parts.add_parser("keys", help=told, description=told)
    inner = parser.add_subparsers(required=True, metavar=words.say("command.county.part"))
    listed, renew, revoke = (_part(inner, name, words) for name in ("list", "renew", "revoke"))
    renew.add_argument("use", choices=[one.value for one in OWN_USES], help=words.say("command.county.keys.renew.use"))
    said = {name: words.say(f"command.county.keys.revoke.{name}") for name in ("key", "reason", "since", "through")}
    revoke.add_argument("key", metavar="KEY_ID", help=said["key"])
    revoke.add_argument("--reason", required=True, metavar="TEXT", help=said["reason"])
    revoke.add_argument("--since", metavar="DATE", help=said["since"])
    revoke.add_argument("--through", type=int, metavar="N", help=said["through"])
    return listed, renew, revoke


def run_list(args: argparse.Namespace, words: Words) -> int:
    read_county(args.folder)
    rows = [tuple(words.say(f"office.keys.{name}") for name in ("use", "name", "key", "since", "until", "state"))]
    for line in keys.listed(args.folder):
        grant = line.grant
        rows.append((grant.use, grant.name, line.kid, grant.since, grant.until, _state(line, words)))
    print("\n".join(table(rows)))
    return 0


def run_renew(args: argparse.Namespace, words: Words) -> int:
    read_county(args.folder)
    grant = keys.renew(args.folder, Use(args.use), _now().at.date())
    print(words.say("office.keys.renewed", use=grant.use, until=grant.until))
    if grant.use == Use.WITNESS:
        print(words.say("office.keys.restart"))
    tell(args.folder, words)
    return 0


def run_revoke(args: argparse.Namespace, words: Words) -> int:
    read_county(args.folder)
    word = keys.revoke(args.folder, args.key, _now().at.date(), args.reason, _day(args.since), args.through)
    print(words.say("office.keys.revoked", use=word.use, kid=word.key, since=word.since))
    tell(args.folder, words)
    return 0


def tell(folder: Path, words: Words) -> None:
    for given in keys.tell(folder, Orders(folder), _now()):
        stream = given.header.log.rpartition(".")[2]
        print(words.say("office.keys.told", stream=stream, seq=given.header.seq))


def _part(
    inner: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, words: Words
) -> argparse.ArgumentParser:
    told = words.say(f"command.county.keys.{name}.help")
    parser = inner.add_parser(name, help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    return parser


def _state(line: keys.KeyLine, words: Words) -> str:
    if line.revoked is not None:
        return words.say("office.keys.gone", since=line.revoked.since)
    return words.say("office.keys.in_use" if line.own else "office.keys.granted")


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as wrong:
        raise OfficeError("office.order_form", place="--since", reason=wrong) from wrong


def _now() -> Now:
    return Clock(build_time()).now()
