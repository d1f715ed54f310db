"""`liangzheng simulate`: an analyzer that is not there, behind a path that a station can open. Runs until stopped."""

import argparse
import signal
import sys
from pathlib import Path

from drivers.simulated import analyzer, analyzer_modbus
from drivers.simulated.pty import PtyDevice, Twin
from kiosk.words import Words

SCENARIOS = {"dayuan-tl310": tuple(analyzer.SCENARIOS), "globalwater-cl500": tuple(analyzer_modbus.SCENARIOS)}
STOP = {signal.SIGINT, signal.SIGTERM}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.simulate.help")
    parser = commands.add_parser("simulate", help=told, description=told)
    scenarios = "; ".join(f"{name}: {', '.join(known)}" for name, known in SCENARIOS.items())
    parser.add_argument("profile", choices=[*SCENARIOS], help=words.say("command.simulate.profile"))
    parser.add_argument("--link", type=Path, required=True, help=words.say("command.simulate.link"))
    parser.add_argument("--scenario", help=words.say("command.simulate.scenario", known=scenarios))
    parser.add_argument("--seed", type=int, default=1, help=words.say("command.simulate.seed"))
    parser.add_argument("--fault", choices=analyzer.FAULTS, help=words.say("command.simulate.fault"))
    parser.add_argument("--run-seconds", type=float, default=1.0, help=words.say("command.simulate.run_seconds"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    known = SCENARIOS[args.profile]
    scenario = args.scenario or known[0]
    if scenario not in known:
        told = words.say("command.simulate.unknown", scenario=scenario, profile=args.profile, known=", ".join(known))
        print(told, file=sys.stderr)
        return 1
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
    with PtyDevice(twin(args.profile, scenario, args), args.link) as device:
        print(words.say("command.simulate.ready", profile=args.profile, scenario=scenario, link=args.link), flush=True)
        _serve(device, words)
    return 0


def twin(profile: str, scenario: str, args: argparse.Namespace) -> Twin:
    """The residue tester starts a run by itself when a station waits for one."""
    if profile == "dayuan-tl310":
        return analyzer.ResidueTwin(scenario, args.seed, args.run_seconds, auto=True, fault=args.fault)
    return analyzer_modbus.ChlorineTwin(scenario, args.seed, args.fault)


def _serve(device: PtyDevice, words: Words) -> None:
    plugged = True
    while signal.sigtimedwait(STOP, 0.5) is None:
        if plugged and not device.plugged:
            print(words.say("command.simulate.unplugged", link=device.link), flush=True)
        plugged = device.plugged
