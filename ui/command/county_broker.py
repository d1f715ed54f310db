"""`liangzheng county broker`: what the broker is told, printed for the one that the county runs."""

import argparse
from pathlib import Path

from kiosk.trust import read_trust
from kiosk.words import Words
from ui.county import broker as mosquitto
from ui.county import emqx
from ui.county.office import intakes, read_county, stations

BROKERS = ("mosquitto", "emqx")


def describe(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> argparse.ArgumentParser:
    told = words.say("command.county.broker.help")
    parser = parts.add_parser("broker", help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    parser.add_argument(
        "--for", dest="broker", choices=BROKERS, default=BROKERS[0], help=words.say("command.county.broker.for")
    )
    return parser


def run_broker(args: argparse.Namespace, words: Words) -> int:
    """Prints both files, one after the other, each under its name in a comment."""
    config = read_county(args.folder)
    known = stations(read_trust(args.folder / "trust.json"))
    told = mosquitto.Broker(config.folder / "mosquitto", config.broker_address, config.broker_port, config.broker_user)
    if args.broker == "emqx":
        parts = (
            ("# emqx.conf", emqx.configuration(told)),
            ("%% acl.conf", emqx.access_list(config.county, known, intakes(args.folder))),
        )
    else:
        parts = (
            ("# mosquitto.conf", mosquitto.configuration(told)),
            ("# acl", mosquitto.access_list(config.county, known, intakes(args.folder))),
        )
    for name, text in parts:
        print(name)
        print(text)
    return 0
