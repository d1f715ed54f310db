"""`liangzheng simulate`: an instrument or printer that is not there, behind a path or port that a program can open."""

import argparse
import contextlib
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from drivers.errors import ProfileError
from drivers.profile.folder import shelf_with
from drivers.simulated.pty import PtyDevice
from drivers.simulated.shelf import FAULTS, Plan, scenarios, twin_of
from drivers.simulated.tcp import TcpDevice
from kiosk.words import Words
from ui.command import simulate_printer
from ui.command.files_told import file_told

EVERY_FAULT = tuple(sorted({*FAULTS, *simulate_printer.FATES}))
STOP = {signal.SIGINT, signal.SIGTERM}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.simulate.help")
    parser = commands.add_parser("simulate", help=told, description=told)
    parser.add_argument("profile", metavar="PROFILE", help=words.say("command.simulate.profile"))
    parser.add_argument("--link", type=Path, metavar="PATH", help=words.say("command.simulate.link"))
    parser.add_argument("--tcp", type=int, metavar="PORT", help=words.say("command.simulate.tcp"))
    parser.add_argument("--scenario", default="", metavar="NAME", help=words.say("command.simulate.scenario"))
    parser.add_argument(
        "--folder", type=Path, action="append", default=[], metavar="DIR", help=words.say("command.profile.folder")
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help=words.say("command.simulate.seed"))
    parser.add_argument("--fault", choices=EVERY_FAULT, help=words.say("command.simulate.fault"))
    seconds = words.say("command.simulate.run_seconds")
    parser.add_argument("--run-seconds", type=float, default=1.0, metavar="S", help=seconds)
    parser.add_argument("--tray", type=Path, metavar="DIR", help=words.say("command.simulate.tray"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    """Until SIGTERM or SIGINT; 1 for a profile, scenario or printer that does not exist."""
    if args.profile.startswith(simulate_printer.PREFIX):
        return _printer(args, words)
    if args.fault not in (None, *FAULTS):
        print(words.say("command.simulate.no_fault", fault=args.fault, known=", ".join(FAULTS)), file=sys.stderr)
        return 2
    try:
        shelf = shelf_with(args.folder)
        profile = shelf.find(args.profile)
    except ProfileError as unknown:
        print(words.say(f"problem.{unknown.code}", **unknown.facts), file=sys.stderr)
        return 1
    chosen = args.scenario or scenarios(args.profile)[0]
    if chosen not in scenarios(args.profile):
        facts = {"scenario": chosen, "profile": args.profile, "known": ", ".join(scenarios(args.profile))}
        print(words.say("command.simulate.unknown", **facts), file=sys.stderr)
        return 1
    twin = twin_of(args.profile, Plan(chosen, args.seed, args.run_seconds, args.fault), shelf)
    facts = {"profile": args.profile, "scenario": chosen}
    if args.tcp is not None or profile.link.kind in ("tcp", "modbus-tcp"):
        with _stop_waits(), TcpDevice(twin, args.tcp or 0) as server:
            _serve(server, f"socket://127.0.0.1:{server.port}", facts, words)
        return 0
    with (
        _stop_waits(),
        tempfile.TemporaryDirectory(prefix="liangzheng-") as folder,
        PtyDevice(twin, args.link or Path(folder) / profile.id) as device,
    ):
        _serve(device, str(device.link), facts, words)
    return 0


@contextlib.contextmanager
def _stop_waits() -> Iterator[None]:
    """Signals to stop are taken by `_stay` alone; afterwards they are again what they were."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _printer(args: argparse.Namespace, words: Words) -> int:
    try:
        with _stop_waits():
            refused = simulate_printer.run(args, words, lambda device, where: _stay(device, where, words))
    except ProfileError as wrong:
        refused = words.say(f"problem.{wrong.code}", **wrong.facts)
    except OSError as wrong:
        refused = file_told(wrong, words)
    if refused:
        print(refused, file=sys.stderr)
    return 1 if refused else 0


def _serve(device: PtyDevice | TcpDevice, where: str, facts: dict[str, str], words: Words) -> None:
    print(words.say("command.simulate.ready", link=where, **facts), flush=True)
    _stay(device, where, words)


def _stay(device: PtyDevice | TcpDevice, where: str, words: Words) -> None:
    plugged = True
    while signal.sigtimedwait(STOP, 0.5) is None:
        if plugged and not device.plugged:
            print(words.say("command.simulate.unplugged", link=where), flush=True)
        plugged = device.plugged
