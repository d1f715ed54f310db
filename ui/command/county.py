"""`liangzheng county`: make a county, let boxes join, give orders, make cards, and run its intake and pages."""

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from kiosk.clock import Clock, build_time
from kiosk.config import ConfigError, check, load
from kiosk.log import Locked, LogError
from kiosk.slips.cited import CitedError
from kiosk.trust import SealError
from kiosk.words import Words
from ui.command import (
    county_adopt,
    county_backup,
    county_badges,
    county_broker,
    county_cards,
    county_export,
    county_give,
    county_identity,
    county_keys,
    county_list,
    county_open,
    county_order,
    county_people,
    county_rebuild,
    county_retire,
    county_revoked,
    county_user,
    county_waiting,
    county_work,
)
from ui.command.config_help import keys_told
from ui.command.county_rows import told
from ui.command.files_told import reason
from ui.command.out_file import put
from ui.county.office import CountyConfig, OfficeError, enrol, init_county

Run = Callable[[argparse.Namespace, Words], int]


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.county.help")
    parser = commands.add_parser("county", help=told, description=told)
    parts = parser.add_subparsers(required=True, metavar=words.say("command.county.part"))
    parts_of = _Parts(parts, words)
    parts_of.init()
    parts_of.enrol()
    parts_of.order()
    parts_of.keys()
    parts_of.card()
    parts_of.run()
    county_broker.describe(parts, words).set_defaults(run=_guarded(county_broker.run_broker))
    county_identity.describe(parts, words).set_defaults(run=_guarded(county_identity.run_identity))
    county_rebuild.describe(parts, words).set_defaults(run=_guarded(county_rebuild.run_rebuild))
    county_adopt.describe(parts, words).set_defaults(run=_guarded(county_adopt.run_adopt))
    backup, back = county_backup.describe(parts, words)
    backup.set_defaults(run=_guarded(county_backup.run_backup))
    back.set_defaults(run=_guarded(county_backup.run_restore))
    county_export.describe(parts, words).set_defaults(run=_guarded(county_export.run_export))
    opening, openings = county_open.describe(parts, words)
    opening.set_defaults(run=_guarded(county_open.run_open))
    openings.set_defaults(run=_guarded(county_open.run_openings))
    county_retire.describe(parts, words).set_defaults(run=_guarded(county_retire.run_retire))
    county_revoked.describe(parts, words).set_defaults(run=_guarded(county_revoked.run_revoked))
    county_waiting.describe(parts, words).set_defaults(run=_guarded(county_waiting.run_waiting))
    for parser, run in zip(county_user.describe(parts, words), county_user.RUNS, strict=True):
        parser.set_defaults(run=_guarded(run))


class _Parts:
    """Each method adds one part of the command."""

    def __init__(self, parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
        self._parts = parts
        self._words = words

    def init(self) -> None:
        parser = self._part("init", run_init)
        parser.add_argument("folder", type=Path, metavar="FOLDER", help=self._said("folder"))
        parser.add_argument("--county", required=True, metavar="CODE", help=self._said("init.county"))
        parser.add_argument("--host", required=True, metavar="HOST", help=self._said("init.host"))
        parser.add_argument("--broker-host", required=True, metavar="HOST", help=self._said("init.broker_host"))
        parser.add_argument(
            "--broker-port", type=int, default=8883, metavar="PORT", help=self._said("init.broker_port")
        )
        parser.add_argument("--broker-user", default="mosquitto", metavar="USER", help=self._said("init.broker_user"))
        parser.add_argument("--listen", default="127.0.0.1:8700", metavar="ADDRESS", help=self._said("init.listen"))

    def enrol(self) -> None:
        parser = self._part("enrol", run_enrol)
        parser.add_argument("folder", type=Path, metavar="FOLDER", help=self._said("folder"))
        parser.add_argument("request", type=Path, metavar="REQUEST", help=self._said("enrol.request"))
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=self._said("enrol.out"))
        parser.add_argument("--replaces", action="store_true", help=self._said("enrol.replaces"))
        parser.add_argument("--through", type=int, metavar="N", help=self._said("enrol.through"))

    def order(self) -> None:
        parser = self._part("order", None)
        kinds = parser.add_subparsers(required=True, metavar=self._said("order.kind"))
        for kind in (*county_people.kinds(), *county_work.kinds(), *county_waiting.kinds()):
            county_give.add(kinds, kind, self._words).set_defaults(run=_guarded(kind.run))
        pack, settings = county_order.describe(kinds, self._words)
        pack.set_defaults(run=_guarded(county_order.run_pack))
        settings.set_defaults(run=_guarded(county_order.run_settings))
        county_list.describe(kinds, self._words).set_defaults(run=_guarded(county_list.run_list))

    def keys(self) -> None:
        listed, renew, revoke = county_keys.describe(self._parts, self._words)
        listed.set_defaults(run=_guarded(county_keys.run_list))
        renew.set_defaults(run=_guarded(county_keys.run_renew))
        revoke.set_defaults(run=_guarded(county_keys.run_revoke))

    def card(self) -> None:
        one, many = county_cards.describe(self._parts, self._words)
        one.set_defaults(run=_guarded(county_cards.run_card))
        many.set_defaults(run=_guarded(county_cards.run_cards))
        county_badges.describe(self._parts, self._words).set_defaults(run=_guarded(county_badges.run_badges))

    def run(self) -> None:
        parser = self._part("run", run_program)
        parser.epilog = keys_told("county", CountyConfig, self._words)
        parser.add_argument("--config", required=True, type=Path, metavar="FILE", help=self._said("run.config"))
        parser.add_argument("--only", choices=("intake", "web", "signer"), default="all", help=self._said("run.only"))
        parser.add_argument("--name", default="intake", metavar="NAME", help=self._said("run.name"))

    def _part(self, name: str, run: Run | None) -> argparse.ArgumentParser:
        told = self._said(f"{name}.help")
        parser = self._parts.add_parser(name, help=told, description=told)
        if run is not None:
            parser.set_defaults(run=_guarded(run))
        return parser

    def _said(self, key: str) -> str:
        return self._words.say(f"command.county.{key}")


def run_init(args: argparse.Namespace, words: Words) -> int:
    folder: Path = args.folder.absolute()
    names = ("county", "host", "broker_host", "broker_port", "broker_user", "listen")
    facts: dict[str, object] = {name: getattr(args, name) for name in names}
    config = check(folder / "county.toml", facts | {"folder": folder}, CountyConfig)
    init_county(config, today())
    print(words.say("office.made", folder=folder, county=config.county))
    return 0


def run_enrol(args: argparse.Namespace, words: Words) -> int:
    request = args.request.read_bytes()
    answer = enrol(args.folder, request, today(), replaces=args.replaces, through=args.through)
    put(args.out, answer)
    print(words.say("office.enrolled", file=args.out))
    county_keys.tell(args.folder, words)  # so that every station knows what this one seals
    return 0


def run_program(args: argparse.Namespace, words: Words) -> int:
    from ui.county.program import Part, run_county  # the web framework, for this part only

    def tell(key: str, **facts: object) -> None:
        print(words.say(key, **facts), file=sys.stderr, flush=True)

    return run_county(load(args.config, CountyConfig), words, tell, Part(args.only), args.name)


def _guarded(run: Run) -> Run:
    """What people can put right is said in words."""

    def guarded(args: argparse.Namespace, words: Words) -> int:
        try:
            return run(args, words)
        except ConfigError as wrong:
            print(wrong.lines(words), file=sys.stderr)
        except OfficeError as wrong:
            print("\n".join(told(wrong, words)), file=sys.stderr)
        except Locked:
            print(words.say("problem.office.busy"), file=sys.stderr)
        except CitedError as wrong:
            print(words.say(f"command.paper.told.{wrong.code}", **wrong.facts), file=sys.stderr)
        except (OSError, SealError, LogError) as wrong:
            print(words.say("problem.office.files", reason=reason(wrong, words)), file=sys.stderr)
        return 1

    return guarded


def today() -> date:
    return Clock(build_time()).now().at.date()
