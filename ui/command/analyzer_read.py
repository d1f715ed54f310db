"""`liangzheng analyzer read`: one session with an instrument, with a person beside it where it needs one."""

import argparse
import json
import sys
import threading
from dataclasses import asdict

from drivers.analyzer.analyzer import Analyzer
from drivers.errors import DeviceError, ProfileError, Refused
from drivers.evidence.salvage import listens
from drivers.profile.sent import Days, days_from
from drivers.reading import Identity, Reading
from kiosk.words import Words
from ui.command.analyzer_find import complain
from ui.command.analyzer_session import describe, session
from ui.command.columns import wrapped
from ui.command.readings import json_of, table_of

HEARS_FOR = 5.0  # seconds of listening between two looks at Ctrl-C


def add(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told, about = (words.say(f"command.analyzer.read.{key}") for key in ("help", "about"))
    parser = parts.add_parser("read", help=told, description="\n".join(wrapped(about)))
    describe(parser, words)
    parser.add_argument("--exchange", default="", metavar="NAME", help=words.say("command.analyzer.read.exchange"))
    parser.add_argument("--days", type=_days, metavar="FIRST..LAST", help=words.say("command.analyzer.read.days"))
    parser.add_argument("--json", action="store_true", help=words.say("command.analyzer.read.json"))
    parser.set_defaults(run=run)


def _days(text: str) -> Days:
    try:
        return days_from(text)
    except ProfileError as wrong:
        raise ValueError(text) from wrong


def run(args: argparse.Namespace, words: Words) -> int:
    try:
        one = session(args)
        analyzer, identity = one.open()
        _say(one.who(identity, words))
        try:
            if listens(analyzer.profile):
                readings = listened(analyzer, words)
            else:
                readings = analyzer.read(args.exchange, args.days, Terminal(words))
        finally:
            analyzer.close()
    except DeviceError as problem:
        return complain(problem, words)
    _show(identity, readings, args.json, words)
    return 0


class Terminal:
    """The person at the instrument, asked on this terminal; stdout stays free for the readings."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._over = threading.Event()

    def asked(self, word: str) -> None:
        self._over.set()
        step = self._words.say(f"command.analyzer.operator.{word}")
        _say(self._words.say("command.analyzer.read.enter", step=step), end="")
        if not sys.stdin.readline():  # nobody is there
            raise Refused("analyzer.nobody_there", step=step)

    def waiting(self, seconds: int) -> float:
        """Counts down beside the wait itself, each number over the last one on a terminal."""
        self._over.set()
        self._over = threading.Event()
        threading.Thread(target=self._count, args=(seconds, self._over), daemon=True).start()
        return seconds

    def _count(self, seconds: int, over: threading.Event) -> None:
        moving = sys.stderr.isatty()
        for left in range(seconds, 0, -1):
            if moving or left == seconds:
                _say(self._words.say("command.analyzer.read.waiting", seconds=left), end="\r" if moving else "\n")
            if over.wait(1.0):
                return


def _say(text: str, end: str = "\n") -> None:
    print(text, end=end, file=sys.stderr, flush=True)


def listened(analyzer: Analyzer, words: Words) -> tuple[Reading, ...]:
    _say(words.say("command.analyzer.read.listening", model=analyzer.profile.device.model))
    while not (readings := analyzer.listen(HEARS_FOR)):
        pass
    return readings


def _show(identity: Identity, readings: tuple[Reading, ...], as_json: bool, words: Words) -> None:
    if as_json:
        told = {"identity": asdict(identity), "readings": json_of(readings)}
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    print("\n".join(table_of(readings, words)) if readings else words.say("command.analyzer.read.nothing"))
    if identity.evidence == "documented":
        print("\n".join(wrapped(words.say("command.analyzer.provisional", model=identity.model))))
