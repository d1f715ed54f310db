"""`liangzheng pack`: which packs there are, what a new one would change, and what the county still has to confirm."""

import argparse
import sys
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from kiosk.clock import system_time
from kiosk.log import LogError
from kiosk.override import Overrides, PackOverride
from kiosk.pack import FOLDERS, PackError, Packs, load_packs, pack_texts
from kiosk.pack_change import Change, Kind, changes
from kiosk.pack_order import ORDERABLE
from kiosk.words import Words
from ui.command import pack_sheet
from ui.command.columns import table
from ui.command.files_told import reason
from ui.command.pack_sheet import put_by
from ui.command.parser import WRONG_USAGE

Run = Callable[[argparse.Namespace, Words], int]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.pack.help")
    parser = commands.add_parser("pack", help=told, description=told)
    parts = parser.add_subparsers(required=True, metavar=words.say("command.pack.part"))
    for name, run in (("check", run_check), ("list", run_list), ("open", pack_sheet.run)):
        told = words.say(f"command.pack.{name}.help")
        part = parts.add_parser(name, help=told, description=told)
        part.add_argument("--county", type=Path, metavar="FOLDER", help=words.say("command.pack.county"))
        part.set_defaults(run=guarded(run))
    checking = parts.choices["check"]
    checking.add_argument("file", nargs="+", type=Path, metavar="FILE", help=words.say("command.pack.check.file"))
    checking.add_argument("--as", dest="place", metavar="PATH", help=words.say("command.pack.check.as"))
    opening = parts.choices["open"]
    opening.add_argument("kind", nargs="?", choices=FOLDERS, metavar="KIND", help=words.say("command.pack.open.kind"))
    opening.add_argument("--json", action="store_true", help=words.say("command.pack.open.json"))


def guarded(run: Run) -> Run:
    """What people can put right is said in words."""

    def guarded(args: argparse.Namespace, words: Words) -> int:
        try:
            return run(args, words)
        except PackError as wrong:
            print("\n".join(wrong.told(words)), file=sys.stderr)
        except (OSError, LogError) as unreadable:
            print(words.say("problem.pack.file", reason=reason(unreadable, words)), file=sys.stderr)
        return 1

    return guarded


# --- check -----------------------------------------------------------------------------------------------------------


def run_check(args: argparse.Namespace, words: Words) -> int:
    today = system_time().date()
    found = {place: text for file in args.file for place, text in candidates(file, args.place).items()}
    if not found:
        print(words.say("problem.pack.place", known=", ".join(FOLDERS)), file=sys.stderr)
        return WRONG_USAGE
    before = put_by(args.county).on(today)
    shown = _shown(pack_texts(None, before), found, words)
    problems = _problems(before, found, today, words)
    print("\n".join(shown if problems else [*shown, words.say("pack.change.good")]))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def candidates(file: Path, place: str | None) -> dict[str, bytes]:
    """The packs in a file or folder by their places among the packs; none when nothing tells where they belong."""
    file.stat()  # a file that is not there is said to be missing, before it is asked where it belongs
    if place is not None:
        return {place: file.read_bytes()} if place.partition("/")[0] in FOLDERS else {}
    if file.is_dir():
        inner = [file] if file.name in FOLDERS else [file / name for name in FOLDERS]
        return {f"{folder.name}/{pack.name}": pack.read_bytes() for folder in inner for pack in _packs(folder)}
    folder = file.absolute().parent.name
    return {f"{folder}/{file.name}": file.read_bytes()} if folder in FOLDERS else {}


def _packs(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml"))


def _problems(before: Overrides, found: dict[str, bytes], today: date, words: Words) -> list[str]:
    told = [words.say("problem.pack.encoding", file=place) for place, text in found.items() if _decoded(text) is None]
    fresh = [PackOverride(place, _decoded(text) or "", today, "-", today) for place, text in found.items()]
    kept = [pack for pack in before.packs if pack.file not in found]
    try:
        load_packs(put=replace(before, packs=(*kept, *fresh)))
    except PackError as wrong:
        told += wrong.told(words)
    return told


def _shown(before: dict[str, bytes], found: dict[str, bytes], words: Words) -> list[str]:
    lines: list[str] = []
    for place, text in found.items():
        lines += [place if place in before else words.say("pack.change.fresh", file=place)]
        found_here = _changes(before.get(place, b""), text)
        if found_here is not None:
            lines += table(_rows(found_here, words), "  ") or ["  " + words.say("pack.change.none")]
        if place.partition("/")[0] not in ORDERABLE:
            lines.append("  " + words.say("pack.change.not_orderable"))
    return lines


def _changes(before: bytes, after: bytes) -> list[Change] | None:
    """None where it cannot be read: that is told as a problem."""
    try:
        return changes(tomllib.loads(before.decode()), tomllib.loads(after.decode()))
    except (ValueError, RecursionError):
        return None


def _rows(found: Iterable[Change], words: Words) -> list[list[str]]:
    rows = []
    for change in found:
        told = f"{change.old or '-'} → {change.new or '-'}" if change.kind is Kind.CHANGES else change.old + change.new
        plain = "" if change.kind in (Kind.CONFIRMED, Kind.UNCONFIRMED) else told
        rows.append([words.say(f"pack.change.{change.kind}"), change.key, plain])
    return rows


def _decoded(text: bytes) -> str | None:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return None


# --- list ------------------------------------------------------------------------------------------------------------


def run_list(args: argparse.Namespace, words: Words) -> int:
    today, put = system_time().date(), put_by(args.county)
    packs = load_packs(put=put.on(today))
    head = [words.say(f"pack.list.{name}") for name in ("file", "open", "origin")]
    in_force = {pack.file: pack for pack in packs.put.packs}
    open_of = {file: sum(item.file == file for item in packs.open) for file in pack_texts(None, packs.put)}
    rows = [[file, str(count or ""), _origin(in_force.get(file), words)] for file, count in open_of.items()]
    print("\n".join(table([head, *rows])))
    for line in (*_planned(put, today, words), *_answers(packs, words)):
        print(line)
    return 0


def _origin(pack: PackOverride | None, words: Words) -> str:
    if pack is None:
        return words.say("pack.list.shipped")
    return words.say("pack.list.ordered", order=pack.order, day=pack.in_force_from)


def _planned(put: Overrides, today: date, words: Words) -> list[str]:
    coming = [pack for pack in put.packs if pack.in_force_from > today]
    return [
        words.say(
            "pack.list.planned" if pack.text else "pack.list.given_back",
            file=pack.file,
            order=pack.order,
            day=pack.in_force_from,
        )
        for pack in coming
    ]


def _answers(packs: Packs, words: Words) -> list[str]:
    return [
        words.say("pack.list.answer", name=put.name, value=put.value or "-", by=put.by, order=put.order, day=put.at)
        for put in packs.put.settings
    ]
