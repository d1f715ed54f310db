"""`liangzheng county order list`: what was given, without what it says of people."""

import argparse
from datetime import datetime
from pathlib import Path

from kiosk.contract import ContractError, Envelope
from kiosk.trust import read_trust
from kiosk.words import Words
from ui.command.columns import table
from ui.command.rehearsal import given_in
from ui.county.contents import contents
from ui.county.office import OfficeError, read_county, stations
from ui.county.orders import ALL, Orders


def describe(kinds: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> argparse.ArgumentParser:
    told = words.say("command.county.order.list.help")
    parser = kinds.add_parser("list", help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    parser.add_argument("--station", metavar="CODE", help=words.say("command.county.order.list.station"))
    return parser


def run_list(args: argparse.Namespace, words: Words) -> int:
    read_county(args.folder)
    orders = Orders(args.folder)
    known = stations(read_trust(args.folder / "trust.json"))
    if args.station and args.station not in (*known, *orders.streams()):
        raise OfficeError("office.put.station", station=args.station, known=", ".join(known) or "-")
    streams = [ALL, args.station] if args.station else orders.streams()
    given = [(stream, envelope) for stream in streams for envelope in given_in(orders, stream)]
    rows = [_row(stream, envelope) for stream, envelope in sorted(given, key=lambda one: _time(one[1]))]
    if not rows:
        print(words.say("office.none_given"))
        return 0
    print("\n".join(table(rows)))
    return 0


def _time(envelope: Envelope) -> datetime:
    return datetime.fromisoformat(envelope.header.time)


def _row(stream: str, envelope: Envelope) -> tuple[str, ...]:
    header = envelope.header
    try:
        told = contents(envelope.order)
    except ContractError:
        told = "?"  # of a newer program
    return f"{stream}/{header.seq}", header.time, header.kind, told
