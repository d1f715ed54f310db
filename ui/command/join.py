"""`liangzheng join`: the box's side of joining a county. Keys are made here and stay here; only a request goes out."""

import argparse
import re
import sys
from pathlib import Path

from kiosk.enrolment import EnrolmentError, accept, prepare
from kiosk.succession import Places, succeed
from kiosk.trust import SealError
from kiosk.words import Words
from ui.command.files_told import reason


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.join.help")
    parser = commands.add_parser("join", help=told, description=told)
    parts = parser.add_subparsers(required=True, metavar=words.say("command.join.part"))
    told = words.say("command.join.request.help")
    request = parts.add_parser("request", help=told, description=told)
    request.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.join.folder"))
    request.add_argument("--county", required=True, metavar="CODE", help=words.say("command.join.county"))
    request.add_argument("--station", required=True, metavar="CODE", help=words.say("command.join.station"))
    request.add_argument("--succeed", action="store_true", help=words.say("command.join.succeed"))
    for place in ("up", "down", "state"):
        request.add_argument(f"--{place}", type=Path, metavar="FOLDER", help=words.say(f"command.join.{place}"))
    request.set_defaults(run=run_request)
    told = words.say("command.join.accept.help")
    answer = parts.add_parser("accept", help=told, description=told)
    answer.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.join.folder"))
    answer.add_argument("bundle", type=Path, metavar="BUNDLE", help=words.say("command.join.bundle"))
    answer.set_defaults(run=run_accept)


def run_request(args: argparse.Namespace, words: Words) -> int:
    """Print the request that the county answers with `liangzheng county enrol`.

    A code that is not of six digits could not number a certificate later.
    """
    if re.fullmatch(r"[0-9]{6}", args.county) is None:
        print(words.say("command.join.county_form", text=args.county), file=sys.stderr)
        return 1
    try:
        request = _succeed(args) if args.succeed else prepare(args.folder, args.county, args.station)
        print(request.decode(), end="")
    except (EnrolmentError, SealError, OSError) as wrong:
        return _refused(wrong, words)
    return 0


def _succeed(args: argparse.Namespace) -> bytes:
    """The folders of the log stand beside that of the keys unless they are named."""
    keys: Path = args.folder.absolute()
    up, down, state = (getattr(args, name) or keys.parent / name for name in ("up", "down", "state"))
    return succeed(Places(keys, up.absolute(), down.absolute(), state.absolute()), args.county, args.station)


def run_accept(args: argparse.Namespace, words: Words) -> int:
    try:
        bundle = accept(args.folder, args.bundle.read_bytes())
    except (EnrolmentError, SealError, OSError) as wrong:
        return _refused(wrong, words)
    facts = {"county": bundle.county, "station": bundle.station, "host": bundle.host}
    facts["broker"] = f"{bundle.broker_host}:{bundle.broker_port}"
    print(words.say("command.join.joined", **facts))
    return 0


def _refused(wrong: Exception, words: Words) -> int:
    if isinstance(wrong, EnrolmentError):
        print(words.say(f"problem.{wrong.code}", **wrong.facts), file=sys.stderr)
    else:
        print(words.say("command.join.unfit", wrong=reason(wrong, words)), file=sys.stderr)
    return 1
