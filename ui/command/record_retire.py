"""`liangzheng record retire`: what retention would take today. The station does it itself, while nobody is served."""

import argparse
import sys
from contextlib import closing
from pathlib import Path

from kiosk.words import Words
from ui.command.record_place import Place, find


def describe(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> argparse.ArgumentParser:
    told = words.say("command.record.retire.help")
    parser = parts.add_parser("retire", help=told, description=told)
    parser.add_argument("place", type=Path, metavar="PLACE", help=words.say("command.record.retire.place"))
    parser.add_argument("--dry-run", action="store_true", help=words.say("command.record.retire.dry_run"))
    parser.add_argument("--days", type=int, metavar="N", help=words.say("command.record.retire.days"))
    return parser


def run_retire(args: argparse.Namespace, words: Words) -> int:
    if not args.dry_run:
        print(words.say("record.retire.itself"), file=sys.stderr)
        return 1
    if args.days is not None and args.days < 0:
        print(words.say("record.retire.negative", days=args.days), file=sys.stderr)
        return 1
    from kiosk.pack import PackError

    try:
        told = _would(find(args.place), args.days, words)
    except PackError as wrong:  # a pack of the county that this version cannot read
        print("\n".join(wrong.told(words)), file=sys.stderr)
        return 1
    print("\n".join(told))
    return 0


def _would(place: Place, days: int | None, words: Words) -> list[str]:
    from kiosk import log
    from kiosk.clock import Clock, build_time
    from kiosk.pack import load_packs
    from kiosk.retention import Retention
    from kiosk.tables import Tables, read_tables
    from kiosk.trust import read_trust

    home, today = place.home, Clock(build_time()).now().at.date()
    with closing(read_tables(home.tables)) as sql:
        tables = Tables(sql, lambda _: None)
        put = tables.orders.overrides().on(today)
        kept = load_packs(put=put, texts=False).settings.retention_days if days is None else days
        looking = Retention(
            tables,
            lambda: log.Tail(home.up).through,
            place.blobs,
            home.down,
            lambda: read_trust(place.trust),
            lambda: kept,
        )
        found = next(one for one in looking.look(today) if one is not None)
    going = sum(span.last - span.first + 1 for span in found.spans)
    facts = {"case": looking.why.case, "young": looking.why.young, "receipt": looking.why.receipt}
    return [
        words.say("record.retire.would", before=found.before, days=found.days, going=going),
        words.say("record.retire.held", held=found.held, **facts),
        words.say("record.retire.months", months=", ".join(found.months) or "-"),
    ]
