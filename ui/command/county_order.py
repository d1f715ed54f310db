"""`liangzheng county order pack | settings`: the county's packs and answers, checked whole before they are signed."""

import argparse
import sys
from pathlib import Path

from kiosk.clock import Clock, build_time
from kiosk.pack import FOLDERS
from kiosk.pack_order import digest, refused
from kiosk.rules.messages import PackPut, SettingsPut
from kiosk.trust import read_trust
from kiosk.words import Words
from ui.county.given import given
from ui.county.office import OfficeError, read_county, stations
from ui.county.orders import ALL, Orders


def describe(
    kinds: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words
) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """The parsers of `order pack` and `order settings`."""
    pack, settings = _kind(kinds, "pack", words), _kind(kinds, "settings", words)
    pack.add_argument("file", nargs="?", type=Path, metavar="FILE", help=words.say("command.county.order.pack.file"))
    pack.add_argument("--as", dest="place", metavar="PATH", help=words.say("command.county.order.pack.as"))
    pack.add_argument(
        "--from", dest="since", default="", metavar="DATE", help=words.say("command.county.order.pack.from")
    )
    pack.add_argument("--back", action="store_true", help=words.say("command.county.order.pack.back"))
    settings.add_argument(
        "values", nargs="+", metavar="KEY=VALUE", help=words.say("command.county.order.settings.values")
    )
    settings.add_argument("--by", required=True, metavar="NAME", help=words.say("command.county.order.settings.by"))
    settings.add_argument(
        "--reason", default="", metavar="TEXT", help=words.say("command.county.order.settings.reason")
    )
    return pack, settings


def run_pack(args: argparse.Namespace, words: Words) -> int:
    order = _pack(args)
    stream = _give(args, order, words)
    if stream is None:
        return 1
    key = "office.put.back" if args.back else "office.put.pack"
    since = order.in_force_from or words.say("office.put.at_once")
    print(words.say(key, stream=stream[0], seq=stream[1], file=order.file, since=since))
    return 0


def run_settings(args: argparse.Namespace, words: Words) -> int:
    pairs = [text.partition("=") for text in args.values]
    for name, equals, value in pairs:
        if not equals:
            raise OfficeError("office.put.no_value", text=name + value)
    values = {name.strip(): value.strip() for name, _, value in pairs}
    stream = _give(args, SettingsPut(values, args.by, args.reason), words)
    if stream is None:
        return 1
    print(words.say("office.put.settings", stream=stream[0], seq=stream[1], names=", ".join(values)))
    return 0


def _kind(
    kinds: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, words: Words
) -> argparse.ArgumentParser:
    told = words.say(f"command.county.order.{name}.help")
    parser = kinds.add_parser(name, help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    parser.add_argument("--station", metavar="CODE", help=words.say(f"command.county.order.{name}.station"))
    return parser


def _pack(args: argparse.Namespace) -> PackPut:
    """Raises OfficeError when nothing tells what is to be put, or where."""
    if args.back == (args.file is not None) or (args.back and args.place is None):
        raise OfficeError("office.put.what")
    folder = "" if args.back else args.file.absolute().parent.name
    place = args.place or f"{folder}/{args.file.name}"
    if place.partition("/")[0] not in FOLDERS:
        raise OfficeError("office.put.place")
    text = "" if args.back else args.file.read_bytes().decode("utf-8", "replace")
    return PackPut(place, text, digest(text), args.since)


def _give(args: argparse.Namespace, order: PackPut | SettingsPut, words: Words) -> tuple[str, int] | None:
    """The stream and number of the order; None, and every reason told, when stations would refuse it."""
    read_county(args.folder)
    orders, now = Orders(args.folder), Clock(build_time()).now()
    stream = args.station or ALL
    known = stations(read_trust(args.folder / "trust.json"))
    if stream not in (ALL, *known):
        raise OfficeError("office.put.station", station=stream, known=", ".join(known) or "-")
    problems = refused(order, given(orders, args.station or ""), now.at.date())
    if problems:
        print(words.say("problem.office.put.refused", count=len(problems)), file=sys.stderr)
        for problem in problems:
            print(problem.told(words), file=sys.stderr)
        return None
    return stream, orders.give(stream, order, now.at, now.state).header.seq
