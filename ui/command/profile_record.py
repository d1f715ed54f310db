"""`liangzheng profile record`: one exchange with a real instrument, written down as a case of its golden."""

import argparse
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from drivers.analyzer.analyzer import Analyzer
from drivers.errors import DeviceError, ProfileError
from drivers.evidence.goldens import play
from drivers.evidence.replay import ReplayPort
from drivers.evidence.salvage import listens
from drivers.ports import open_port
from drivers.profile.folder import shelf_with
from drivers.profile.form import Profile
from drivers.profile.sent import days_from
from drivers.reading import Identity
from drivers.transcript import Case, Golden, parse
from kiosk.captures import FileTape
from kiosk.clock import system_time
from kiosk.words import Words
from ui.command.analyzer_read import Terminal
from ui.command.analyzer_session import erases
from ui.command.files_told import file_told
from ui.command.out_file import put

HEARS_FOR = 60.0  # seconds in which an instrument that speaks by itself has to speak


def add(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser, words: Words
) -> None:
    told, about = (words.say(f"command.profile.record.{key}") for key in ("help", "about"))
    parser = parts.add_parser("record", help=told, description=about, parents=[shared])
    parser.add_argument("where", metavar="WHERE", help=words.say("command.profile.record.where"))
    parser.add_argument("--profile", required=True, metavar="ID", help=words.say("command.profile.record.profile"))
    exchange = words.say("command.profile.record.exchange")
    parser.add_argument("--exchange", default="identify", metavar="NAME", help=exchange)
    parser.add_argument("--days", default="", metavar="FIRST..LAST", help=words.say("command.profile.record.days"))
    parser.add_argument("--case", default="", metavar="NAME", help=words.say("command.profile.record.case"))
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help=words.say("command.profile.record.out"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    """0 also when the instrument refused: that is a case too."""
    try:
        profile = shelf_with(args.folder).find(args.profile)
        _require(profile, args.exchange)
        before = _before(args.out)
        tape = FileTape(args.out.with_name(args.out.name + ".capture")) if erases(profile) else None
        analyzer = Analyzer(profile, open_port(args.where, profile.link), tape=tape)
        serial, problem = _asked(analyzer, args, words)
        case = _case(analyzer.transcript, args, len(before.cases) if before else 0)
        origin = f"captured {system_time():%Y-%m-%d} {_hashed(serial)}"
        _write(args.out, _joined(before, Golden(f"{profile.id}@{profile.revision}", origin, (case,)), args.out), words)
    except DeviceError as failed:
        return _say(failed, words)
    if problem is not None:
        _say(problem, words)
    print(words.say("command.profile.record.done", case=case.name, file=args.out, told=" | ".join(case.told)))
    for warning in _warnings(profile, case, serial):
        print(words.say(f"command.profile.record.{warning}", case=case.name), file=sys.stderr)
    return 0


def _require(profile: Profile, exchange: str) -> None:
    """What is to be run is there, before a port is opened."""
    known = (*profile.exchange, *profile.sequence)
    silent = profile.identify is None or profile.identify.exchange is None or listens(profile)
    if exchange == "identify" and silent:
        raise ProfileError("profile.unasked", profile=profile.id, known=", ".join(known))
    if exchange not in ("identify", *known):
        raise ProfileError("profile.exchange", name=exchange, known=", ".join(known))


def _asked(analyzer: Analyzer, args: argparse.Namespace, words: Words) -> tuple[str | None, DeviceError | None]:
    """Who answered, and what went wrong, if anything did."""
    serial: str | None = None
    try:
        identity: Identity = analyzer.identify()
        serial = identity.serial
        if args.exchange != "identify":
            analyzer.forget()
            days = days_from(args.days) if args.days else None
            if listens(analyzer.profile):
                analyzer.listen(HEARS_FOR)
            else:
                analyzer.read(args.exchange, days, Terminal(words))
    except ProfileError:
        raise
    except DeviceError as problem:
        return serial, problem
    finally:
        analyzer.close()
    return serial, None


def _case(transcript: str, args: argparse.Namespace, known: int) -> Case:
    cases = parse(transcript).cases
    if not cases:
        raise ProfileError("profile.unheard")
    return replace(cases[-1], name=args.case or f"recorded_{args.exchange}_{known + 1}")


def _before(file: Path) -> Golden | None:
    try:
        return parse(file.read_text("utf-8"), file.name) if file.exists() else None
    except (OSError, UnicodeDecodeError) as wrong:
        raise ProfileError("profile.unreadable", file=file) from wrong


def _joined(before: Golden | None, new: Golden, file: Path) -> str:
    """Only cases of one device and one revision stand in one file."""
    if before is None:
        return str(new)
    same = before.profile == new.profile and before.origin.split()[:1] == ["captured"]
    if not same or before.origin.split()[2:3] != new.origin.split()[2:3]:
        raise ProfileError("profile.golden.mixed", file=file, found=f"{before.profile}, {before.origin}")
    if new.cases[0].name in {case.name for case in before.cases}:
        raise ProfileError("profile.golden.named", file=file, name=new.cases[0].name)
    return file.read_text("utf-8").rstrip("\n") + f"\n\n{new.cases[0]}\n"


def _hashed(serial: str | None) -> str:
    return "unknown" if serial is None else sha256(serial.encode()).hexdigest()[:12]


def _warnings(profile: Profile, case: Case, serial: str | None) -> list[str]:
    """The number in the bytes of an answer cannot be taken out: the checksum would break."""
    heard = b"".join(step.data for step in case.steps)
    found = ["serial"] if serial and serial.encode() in heard else []
    try:
        same = play(profile, case, ReplayPort(case)) == case.told
    except ProfileError:
        same = False
    return found if same else [*found, "differs"]


def _write(file: Path, text: str, words: Words) -> None:
    try:
        put(file, text.encode())
    except OSError as refused:
        raise ProfileError("profile.unwritable", file=file, why=file_told(refused, words)) from refused


def _say(problem: DeviceError, words: Words) -> int:
    print(words.say(f"problem.{problem.code}", **problem.facts), file=sys.stderr)
    return 1
