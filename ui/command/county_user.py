"""`liangzheng county user` and `acts`: accounts of the county's pages, made at its own machine; and who did what."""

import argparse
from contextlib import closing
from pathlib import Path
from typing import Self

from kiosk.clock import Clock, build_time, system_time
from kiosk.pack import load_packs
from kiosk.words import Words
from ui.command.columns import table
from ui.county.accounts import account as accounts
from ui.county.accounts.account import Account
from ui.county.accounts.errors import Unfit
from ui.county.accounts.hiring import Draft, Hiring
from ui.county.accounts.passwords import Passwords
from ui.county.accounts.roles import Role
from ui.county.acted import Acted, Deeds
from ui.county.acts import Acts
from ui.county.database import Database, DatabaseError
from ui.county.deed_told import deed_told
from ui.county.migration import open_reader
from ui.county.office import CountyConfig, OfficeError, give_back, no_database, read_county
from ui.county.page_keys import office_key
from ui.county.telling import Teller

PARTS = ("add", "list", "end", "password", "codes-off")
MACHINE = ""  # who does it, in acts: whoever may use the county's own machine


def describe(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words
) -> tuple[argparse.ArgumentParser, ...]:
    """The parsers of `user add`, `list`, `end`, `password`, `codes-off`, and of `acts`."""
    told = words.say("command.county.user.help")
    inner = parts.add_parser("user", help=told, description=told).add_subparsers(
        required=True, metavar=words.say("command.county.part")
    )
    add, listed, end, password, codes = (_part(inner, f"user.{name.replace('-', '_')}", name, words) for name in PARTS)
    for parser in (add, end, password, codes):
        parser.add_argument("id", metavar="ID", help=words.say("command.county.user.id"))
    said = {name: words.say(f"command.county.user.add.{name}") for name in ("name", "role", "region", "at", "until")}
    add.add_argument("--name", required=True, metavar="NAME", help=said["name"])
    add.add_argument("--role", action="append", required=True, choices=[*Role], help=said["role"])
    add.add_argument("--region", action="append", default=[], metavar="CODE", help=said["region"])
    add.add_argument("--at", action="append", default=[], metavar="STATION", help=said["at"])
    add.add_argument("--until", default="", metavar="DATE", help=said["until"])
    acts = _part(parts, "acts", "acts", words)
    for name in ("by", "about", "before"):
        acts.add_argument(f"--{name}", default="", metavar=name.upper(), help=words.say(f"command.county.acts.{name}"))
    return add, listed, end, password, codes, acts


def run_add(args: argparse.Namespace, words: Words) -> int:
    """A new account, or other facts of a known one."""
    draft = Draft(args.id, args.name, tuple(args.role), tuple(args.region), tuple(args.at), args.until)
    with _Desk(args.folder) as desk:
        first = desk.hiring.put(draft, MACHINE)
    print(words.say("office.user.added" if first else "office.user.changed", id=args.id, password=first))
    return 0


def run_list(args: argparse.Namespace, words: Words) -> int:
    with _Desk(args.folder) as desk:
        every = desk.every()
    if not every:
        print(words.say("office.user.none"))
        return 0
    names = ("name", "roles", "scope", "codes", "until", "state")
    head = (words.say("county.door.account"), *(words.say(f"county.user.{name}") for name in names))
    for line in table([head, *(_row(one, words) for one in every)]):
        print(line)
    return 0


def run_end(args: argparse.Namespace, words: Words) -> int:
    with _Desk(args.folder) as desk:
        desk.known(args.id)
        desk.hiring.end(args.id, MACHINE)
    print(words.say("office.user.ended", id=args.id))
    return 0


def run_password(args: argparse.Namespace, words: Words) -> int:
    with _Desk(args.folder) as desk:
        desk.known(args.id)
        first = desk.hiring.first_password(args.id, MACHINE)
    print(words.say("office.user.password", id=args.id, password=first))
    return 0


def run_codes_off(args: argparse.Namespace, words: Words) -> int:
    with _Desk(args.folder) as desk:
        desk.known(args.id)
        desk.hiring.drop_codes(args.id, MACHINE)
    print(words.say("office.user.codes_off", id=args.id))
    return 0


def run_acts(args: argparse.Namespace, words: Words) -> int:
    """The newest first."""
    tell, today = Teller(words, load_packs()), system_time().date()
    with _Desk(args.folder) as desk:
        found = desk.acted(args.by, args.about, args.before)
    if not found.deeds:
        print(words.say("county.act.none"))
        return 0
    names = ("entry", "time", "by", "about", "what")
    head = tuple(words.say(f"county.act.{name}") for name in names)
    machine = words.say("county.act.machine")
    rows = [
        (f"#{one.seq}", tell.time(one.time, today), one.by or machine, one.about, deed_told(one, tell))
        for one in found.deeds
    ]
    for line in table([head, *rows]):
        print(line)
    if found.more:
        print(words.say("office.user.more", before=found.more))
    return 0


class _Desk:
    """The accounts of the county in a folder. What the database, the folder or a draft lacks is told as OfficeError."""

    def __init__(self, folder: Path) -> None:
        self._config: CountyConfig = read_county(folder)
        clock, where = Clock(build_time()), self._config.memory
        acts = Acts(where, office_key(folder), self._config.county, clock.now, lambda: None)
        self.hiring = Hiring(where, acts, Passwords())

    def __enter__(self) -> Self:
        try:
            Database(self._config.memory).close()  # before its first run a county has no tables
        except DatabaseError as wrong:
            raise no_database(wrong) from wrong
        return self

    def __exit__(self, _kind: object, wrong: BaseException | None, _at: object) -> None:
        give_back(self._config.folder, *self._config.folder.glob("county.db*"))
        if isinstance(wrong, DatabaseError):
            raise no_database(wrong) from wrong
        if isinstance(wrong, Unfit):
            raise OfficeError(f"office.user.{wrong.code}", **wrong.facts) from wrong

    def every(self) -> list[Account]:
        with closing(open_reader(self._config.memory)) as sql:
            return accounts.every(sql)

    def known(self, account: str) -> None:
        """Raises OfficeError for one that there is not, or that has ended."""
        if not any(one.id == account and not one.ended for one in self.every()):
            raise OfficeError("office.user.none", id=account)

    def acted(self, by: str, about: str, before: str) -> Deeds:
        with closing(open_reader(self._config.memory)) as sql:
            return Acted(sql).page(by, about, before)


def _row(one: Account, words: Words) -> tuple[str, ...]:
    roles = ", ".join(words.say(f"county.role.{role}") if role in set(Role) else role for role in one.roles)
    scope = " ".join((*one.scope.regions, *one.scope.stations)) or words.say("county.user.whole")
    codes = words.say("county.yes" if one.has_codes else "county.no")
    state = words.say("county.user.ended" if one.ended else "county.user.counts")
    return one.id, one.name, roles, scope, codes, one.until or "-", state


def _part(
    inner: "argparse._SubParsersAction[argparse.ArgumentParser]", key: str, name: str, words: Words
) -> argparse.ArgumentParser:
    told = words.say(f"command.county.{key}.help")
    parser = inner.add_parser(name, help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    return parser


RUNS = (run_add, run_list, run_end, run_password, run_codes_off, run_acts)  # as `describe` gives their parsers
