"""`liangzheng record`: take a log out as one file, look at all of it, make its tables again, keep a copy of it."""

import argparse
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zipfile import is_zipfile

from kiosk.clock import BEIJING, system_time
from kiosk.export_read import Looked
from kiosk.log import Locked, LogError
from kiosk.record_error import Behind, Misplaced, OutOfLog, RecordError
from kiosk.trust import SealError, Trust, read_key, read_trust
from kiosk.words import Words
from ui.command import record_retire
from ui.command.columns import table
from ui.command.files_told import reason
from ui.command.record_place import NoRecord, Place, find

Run = Callable[[argparse.Namespace, Words], int]
SHOWN_EVERY = 1000  # entries


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.record.help")
    parser = commands.add_parser("record", help=told, description=told)
    parts = parser.add_subparsers(required=True, metavar=words.say("command.record.part"))
    for name, run in (("export", run_export), ("verify", run_verify), ("rebuild", run_rebuild), ("backup", run_backup)):
        about = words.say(f"command.record.{name}.about")
        part = parts.add_parser(name, help=words.say(f"command.record.{name}.help"), description=about)
        part.add_argument("place", type=Path, metavar="PLACE", help=words.say(f"command.record.{name}.place"))
        part.set_defaults(run=_guarded(run))
    record_retire.describe(parts, words).set_defaults(run=_guarded(record_retire.run_retire))
    export, verify, rebuild, backup = (parts.choices[name] for name in ("export", "verify", "rebuild", "backup"))
    export.add_argument("out", type=Path, metavar="FILE", help=words.say("command.record.export.out"))
    for name, dest, default in (("--from", "first", 1), ("--to", "last", 0)):
        said = words.say(f"command.record.export.{dest}")
        export.add_argument(name, dest=dest, type=int, default=default, metavar="N", help=said)
    verify.add_argument("--trust", type=Path, metavar="FILE", help=words.say("command.record.verify.trust"))
    rebuild.add_argument("--replace", action="store_true", help=words.say("command.record.rebuild.replace"))
    backup.add_argument("to", type=Path, metavar="FOLDER", help=words.say("command.record.backup.to"))
    backup.add_argument("--blobs", action="store_true", help=words.say("command.record.backup.blobs"))


# --- export ----------------------------------------------------------------------------------------------------------


def run_export(args: argparse.Namespace, words: Words) -> int:
    from kiosk.export import take_out

    if args.out.exists() and not (args.out.is_file() and is_zipfile(args.out)):  # a device has no end
        print(words.say("record.export.other", file=args.out), file=sys.stderr)
        return 1
    place = find(args.place)
    trust = read_trust(place.trust)
    done = take_out(place.home, read_key(place.key), trust, args.first, args.last, args.out)
    print(words.say("record.export.done", file=args.out, first=done.first, last=done.last))
    print(words.say("record.confirmed" if done.confirmed else "record.unconfirmed", through=done.confirmed, at=""))
    return 0


# --- verify ----------------------------------------------------------------------------------------------------------


def run_verify(args: argparse.Namespace, words: Words) -> int:
    given = None if args.trust is None else read_trust(args.trust)
    shown = _Progress(words)
    looked = _exported(args.place, given, shown) if _is_zip(args.place) else _record(args.place, given, shown)
    shown.end()
    for finding in looked.findings:
        sentence = words.say(f"record.finding.{finding.code}", seq=finding.seq)
        print(f"{sentence} {finding.told}".rstrip(), file=sys.stderr)
    if not looked.log:
        return 1  # nothing of it was a record
    print(words.say("record.verify.seen", log=looked.log, owner=f"{looked.county}/{looked.station}",
                    first=looked.first, last=looked.last, retired=looked.retired))  # fmt: skip
    if looked.by_county:
        print(words.say("record.verify.by_county"))
    told = "record.confirmed" if looked.confirmed_at else "record.unconfirmed"
    print(words.say(told, through=looked.confirmed, at=_in_beijing(looked.confirmed_at)))
    print(words.say("record.verify.wrong" if looked.findings else "record.verify.whole", count=len(looked.findings)))
    return 1 if looked.findings else 0


def _in_beijing(time: str) -> str:
    return time and datetime.fromisoformat(time).astimezone(BEIJING).isoformat(timespec="seconds")


def _is_zip(place: Path) -> bool:
    return place.is_file() and place.suffix != ".toml"


def _exported(file: Path, trust: Trust | None, shown: "_Progress") -> Looked:
    from kiosk.export_read import examine

    return examine(file, trust, shown)


def _record(told: Path, given: Trust | None, shown: "_Progress") -> Looked:
    from kiosk.copying import checked, is_backup
    from kiosk.verifying import verify

    place = find(told)
    if given is None and not place.trust.exists():  # as of a log that was put aside
        raise NoRecord("trust", file=place.trust)
    home, trust = place.home, given or read_trust(place.trust)
    looked = verify(home.up, home.tables, home.down, trust, shown)
    for name in checked(told) if is_backup(told) else ():
        looked.found("copy", told=name)
    return looked


class _Progress:
    """Entries as they are looked at, on one line of a terminal."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._shown = False

    def __call__(self, seq: int) -> None:
        if seq % SHOWN_EVERY == 0 and sys.stderr.isatty():
            self._shown = True
            print(f"\r{self._words.say('record.verify.at', seq=seq)}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._shown:
            print(file=sys.stderr)


# --- rebuild ---------------------------------------------------------------------------------------------------------


def run_rebuild(args: argparse.Namespace, words: Words) -> int:
    from kiosk.log import Writer

    place = find(args.place)
    with closing(Writer(place.home.up)):  # refuses while the station runs, and keeps it from starting meanwhile
        return _rebuilt(place, args.replace, words)


def _rebuilt(place: Place, replace: bool, words: Words) -> int:
    from kiosk.rebuild import compared, entries_in, put_in_force, rebuild

    tables = place.home.tables
    made = rebuild(place.home, read_key(place.key), read_trust(place.trust))
    print(words.say("record.rebuild.made", file=made.file, entries=made.entries, receipted=made.receipted,
                    visits=made.visits))  # fmt: skip
    if made.lost:
        print(words.say("record.rebuild.lost", count=made.lost))
    try:
        found = compared(tables, made.file)
        lines = [[one.table, str(one.only_old), str(one.only_new), str(one.changed)] for one in found]
        head = [words.say(f"record.rebuild.{name}") for name in ("table", "only_old", "only_new", "changed")]
        print("\n".join(table([head, *lines])) if found else words.say("record.rebuild.same"))
    except (RecordError, OSError) as wrong:
        print(words.say("record.rebuild.unread", reason=reason(wrong, words)))
    if entries_in(tables) > made.entries:
        print(words.say("record.rebuild.behind", tables=entries_in(tables), segments=made.entries), file=sys.stderr)
        return 1
    if replace:
        kept = put_in_force(tables, made.file, system_time().strftime("%Y%m%dT%H%M%S"))
        print(words.say("record.rebuild.replaced", file=tables, kept=kept))
    return 0


# --- backup ----------------------------------------------------------------------------------------------------------


def run_backup(args: argparse.Namespace, words: Words) -> int:
    from kiosk.backup import Sources, back_up

    place = find(args.place)
    home = place.home
    sources = Sources(home.up, home.down, home.tables, place.trust, place.blobs if args.blobs else None)
    done = back_up(sources, args.to, print)
    print(words.say("record.backup.done", folder=args.to, through=done.through, written=done.written,
                    there=done.there, removed=done.removed))  # fmt: skip
    print(words.say("record.backup.restore"))
    return 0


def _guarded(run: Run) -> Run:
    """What people can put right is said in words."""

    def guarded(args: argparse.Namespace, words: Words) -> int:
        try:
            return run(args, words)
        except NoRecord as wrong:
            print(words.say(f"problem.record_place.{wrong.code}", **wrong.facts), file=sys.stderr)
        except OutOfLog:
            print(words.say("record.export.span"), file=sys.stderr)
        except Behind:
            print(words.say("record.backup.behind"), file=sys.stderr)
        except Misplaced:
            print(words.say("record.backup.misplaced"), file=sys.stderr)
        except Locked:
            print(words.say("record.running"), file=sys.stderr)
        except (OSError, LogError, SealError, RecordError, ValueError) as wrong:
            print(words.say("record.refused", reason=reason(wrong, words)), file=sys.stderr)
        return 1

    return guarded
