"""`liangzheng demo`: a county, a broker, a box and its simulated devices on this machine, with one command."""

import argparse
import signal
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path

from drivers.simulated.analyzer import SCENARIOS
from kiosk.rules.messages import EntryBody, Observation
from kiosk.rules.scan.tags import shown_tag
from kiosk.words import Words
from ui.command.files_told import file_told, reason
from ui.demo.bench import Bench, Plan, people_from
from ui.demo.hand import Hand, HandError
from ui.demo.programs import ProgramError, free_port
from ui.demo.report import SECOND, await_county, findings, told
from ui.demo.table import build_app
from ui.demo.turn import take_turn
from ui.station.serve import served


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    about = words.say("command.demo.help")
    parser = commands.add_parser("demo", help=about, description=about)
    parser.add_argument("--once", action="store_true", help=words.say("command.demo.once"))
    parser.add_argument(
        "--scenario", choices=tuple(SCENARIOS), default="clean", help=words.say("command.demo.scenario")
    )
    parser.add_argument("--seed", type=int, default=1, help=words.say("command.demo.seed"))
    parser.add_argument("--folder", type=Path, metavar="DIR", help=words.say("command.demo.folder"))
    parser.add_argument(
        "--run-seconds", type=float, default=2.0, metavar="S", help=words.say("command.demo.run_seconds")
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    """0: everything that should have happened is really there (--once), or the demo was ended by its user."""
    try:
        folder = (args.folder or Path(tempfile.mkdtemp(prefix="liangzheng-demo-"))).absolute()
        if folder.exists() and any(folder.iterdir()):
            print(words.say("command.demo.used", folder=folder), file=sys.stderr)
            return 1
        with resources.as_file(resources.files("ui.demo") / "people.json") as people:
            bench = Bench(folder, Plan(args.scenario, args.seed, args.run_seconds), people_from(people), words)
    except OSError as wrong:
        print(words.say("demo.failed", wrong=file_told(wrong, words)), file=sys.stderr)
        return 1
    for number in (signal.SIGTERM, signal.SIGHUP):  # a closed terminal is a way to leave, too
        signal.signal(number, _leave)
    try:
        print(words.say("demo.making", folder=folder), flush=True)
        bench.make()
        bench.start_all()
        return once(bench, words) if args.once else stay(bench, words)
    except (ProgramError, HandError, OSError) as failed:
        print(words.say("demo.failed", wrong=reason(failed, words)), file=sys.stderr)
        return 1
    finally:
        bench.close()


def _leave(*_: object) -> None:
    """Ends the demo as Ctrl-C does: its programs must not outlive it."""
    raise KeyboardInterrupt


def once(bench: Bench, words: Words) -> int:
    """One scripted turn without a browser, and what it left behind."""
    person = bench.people[0]
    hand = Hand(bench.station_url, bench.token)
    print(words.say("demo.turn"), flush=True)
    take_turn(bench, hand, person, bench.folder / "cards" / f"{person.id}.png")
    hand.tap("read", value=words.say("demo.chlorine"), page="devices")
    bench.await_entry(_is_second_reading)
    found = list(findings(bench, await_county(bench), person.name))
    print(told(found, words))
    print(words.say("demo.kept", folder=bench.folder))
    return 0 if all(finding.held for finding in found) else 1


def _is_second_reading(entry: EntryBody) -> bool:
    return isinstance(entry, Observation) and entry.device.profile == SECOND


def stay(bench: Bench, words: Words) -> int:
    """Until Ctrl-C; the two addresses stand on the terminal."""
    station, port = f"{bench.station_url}/enter?token={bench.token}", free_port()
    table = f"http://127.0.0.1:{port}"
    with served(build_app(bench, words), "127.0.0.1", port):
        print(words.say("demo.addresses", station=station, county=bench.county_url, table=table))
        for login in bench.office.accounts:
            print(words.say("demo.account", name=login.name, id=login.id, password=login.password))
        for one in bench.office.staff:
            print(words.say("demo.staff", name=one.name, badge=shown_tag(one.badge), pin=one.pin))
        sys.stdout.flush()
        try:
            while True:
                time.sleep(1.0)
                bench.programs.check()
        except KeyboardInterrupt:
            print(words.say("demo.ending"), flush=True)
            return 0
