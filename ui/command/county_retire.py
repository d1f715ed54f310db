"""`liangzheng county retire`: what is older than the county keeps it, and of no open case, is taken away."""

import argparse
from datetime import date
from pathlib import Path

from kiosk.clock import Clock, Now, build_time
from kiosk.pack import load_packs
from kiosk.words import Words
from ui.county.database import DatabaseError
from ui.county.given import given
from ui.county.office import CountyConfig, no_database, read_county
from ui.county.orders import Orders
from ui.county.retention import Decision, carry_out, decide


def describe(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> argparse.ArgumentParser:
    told = words.say("command.county.retire.help")
    parser = parts.add_parser("retire", help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    parser.add_argument("--as", dest="who", default="", metavar="NAME", help=words.say("command.county.retire.as"))
    parser.add_argument("--dry-run", action="store_true", help=words.say("command.county.retire.dry_run"))
    return parser


def run_retire(args: argparse.Namespace, words: Words) -> int:
    config, now = read_county(args.folder), Clock(build_time()).now()
    days = keeps(config.folder, now.at.date())
    try:
        first, going = _all(config, args, now, days)
    except DatabaseError as wrong:
        raise no_database(wrong) from wrong
    facts = {"before": first.before, "days": days, "going": going, "held": first.old - going}
    key = "office.retire.would" if args.dry_run else "office.retire.done"
    print(words.say(key, parked=first.parked, months=", ".join(first.months) or "-", **facts))
    return 0


def keeps(folder: Path, day: date) -> int:
    """Days that the county keeps records, by its settings of that day."""
    return load_packs(put=given(Orders(folder)).on(day)).settings.retention_days


def _all(config: CountyConfig, args: argparse.Namespace, now: Now, days: int) -> tuple[Decision, int]:
    """One decision after the other, until all that is old has been weighed. Entries that go are counted once."""
    where, today = config.memory, now.at.date()
    decision = first = decide(config.folder, where, today, days)
    going: set[tuple[str, int]] = set()
    while True:
        going |= {
            (log, seq) for log, of in decision.spans.items() for one in of for seq in range(one.first, one.last + 1)
        }
        if not args.dry_run:
            carry_out(config.folder, where, decision, args.who or "-", now)
        if not decision.then:
            return first, len(going)
        decision = decide(config.folder, where, today, days, decision.then)
