"""`liangzheng county adopt`: whom earlier orders named is taken over into the county's list of producers."""

import argparse
from contextlib import closing
from pathlib import Path

from kiosk.clock import Clock, build_time
from kiosk.words import Words
from ui.county.accounts import account as accounts
from ui.county.accounts.roles import Right
from ui.county.acts import Acts
from ui.county.database import DatabaseError, open_reader
from ui.county.office import OfficeError, no_database, read_county
from ui.county.orders import Orders
from ui.county.page_keys import office_key
from ui.county.people.adopting import adopt


def describe(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> argparse.ArgumentParser:
    told = words.say("command.county.adopt.help")
    parser = parts.add_parser("adopt", help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    parser.add_argument("--by", required=True, metavar="ACCOUNT", help=words.say("command.county.adopt.by"))
    return parser


def run_adopt(args: argparse.Namespace, words: Words) -> int:
    config = read_county(args.folder)
    acts = Acts(config.memory, office_key(args.folder), config.county, Clock(build_time()).now, lambda: None)
    try:
        with closing(open_reader(config.memory)) as sql:
            account = accounts.find(sql, args.by)
        if account is None or account.ended or Right.REGISTER not in account.rights:
            raise OfficeError("office.adopt_by", account=args.by)
        count = adopt(Orders(args.folder), acts, config.memory, args.by)
    except DatabaseError as wrong:
        raise no_database(wrong) from wrong
    print(words.say("office.adopted", count=count))
    return 0
