"""`liangzheng analyzer watch`: each new reading as it comes, until Ctrl-C. Says a loss once and a return once."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from drivers.analyzer.analyzer import Analyzer
from drivers.errors import DeviceError, ProfileError, Refused
from drivers.evidence.salvage import listens
from drivers.reading import Identity, Reading
from kiosk.words import Words
from ui.command.analyzer_find import complain, sentence
from ui.command.analyzer_session import Session, describe, session
from ui.command.columns import wrapped
from ui.command.readings import line_of

EVERY = 5.0  # seconds between two questions
HEARS_FOR = 1.0
RETRY = 1.0  # seconds between two tries to open a lost instrument


def add(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told, about = (words.say(f"command.analyzer.watch.{key}") for key in ("help", "about"))
    parser = parts.add_parser("watch", help=told, description="\n".join(wrapped(about)))
    describe(parser, words)
    every = words.say("command.analyzer.watch.every", default=f"{EVERY:g}")
    parser.add_argument("--every", type=_seconds, default=EVERY, metavar="SECONDS", help=every)
    parser.set_defaults(run=run)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < 86400:
        raise ValueError(text)
    return seconds


def run(args: argparse.Namespace, words: Words) -> int:
    """0 when a person stopped it; 1 when the instrument was not there at the start."""
    try:
        one = session(args)
        watch = Watch(one, args.every, words)
        watch.begin()
        watch.go_on()
    except KeyboardInterrupt:
        return 0
    except DeviceError as problem:
        return complain(problem, words)
    return 1


class Watch:
    """One instrument, opened again whenever it was lost. Of what it holds, only what it did not hold before is told."""

    def __init__(self, one: Session, every: float, words: Words) -> None:
        self._one = one
        self._every = every
        self._words = words
        self._open: tuple[Analyzer, Identity] | None = None
        self._known: Identity | None = None
        self._held: Counter[Reading] | None = None
        self._told = ""

    def begin(self) -> None:
        """Raises DeviceError when it is not there."""
        analyzer, self._known = self._open = self._one.open()
        _say(self._one.who(self._known, self._words))
        key = "listening" if listens(analyzer.profile) else "ready"
        _say(self._words.say(f"command.analyzer.watch.{key}", model=self._known.model))
        if self._known.evidence == "documented":
            _say(self._words.say("command.analyzer.provisional", model=self._known.model))

    def go_on(self) -> None:
        """Until interrupted. Raises ProfileError, which no return can mend."""
        try:
            while True:
                self.turn()
        finally:
            self.close()

    def turn(self) -> None:
        try:
            analyzer, identity = self._open or self._again()
            self._tell_new(self._heard(analyzer, identity))
        except ProfileError:
            raise
        except Refused as refused:
            self._say_once(refused, "refused")
            if refused.code in ("analyzer.changed", "analyzer.other", "analyzer.unknown"):
                self._lost()
            else:
                time.sleep(self._every)
        except DeviceError as problem:
            self._say_once(problem, "lost")
            self._lost()

    def _again(self) -> tuple[Analyzer, Identity]:
        analyzer, identity = self._open = self._one.open()
        if identity != self._known:
            raise Refused("analyzer.changed", name=self._one.bound.port)
        return analyzer, identity

    def _heard(self, analyzer: Analyzer, identity: Identity) -> tuple[Reading, ...]:
        if listens(analyzer.profile):
            readings = analyzer.listen(HEARS_FOR)
        else:
            if analyzer.identify() != identity:
                raise Refused("analyzer.changed", name=self._one.bound.port)
            readings = analyzer.read()
        if self._told:
            self._told = ""
            _say(self._words.say("command.analyzer.watch.back"))
        return readings

    def _tell_new(self, readings: Sequence[Reading]) -> None:
        analyzer = self._open[0] if self._open else None
        if analyzer is not None and listens(analyzer.profile):
            self._print(readings)
            return
        told = [replace(reading, raw=b"") for reading in readings]  # a frame may count all that are held
        held, before = Counter(told), self._held
        self._held = held
        if before is None and any(reading.record is not None or reading.taken_at for reading in readings):
            _say(self._words.say("command.analyzer.watch.held", count=len(readings)))
        else:
            new = held - (before or Counter())
            self._print([reading for reading in told if new[reading] > 0])
        time.sleep(self._every)

    def _print(self, readings: Sequence[Reading]) -> None:
        for reading in readings:
            print(line_of(reading, self._words), flush=True)

    def _say_once(self, problem: DeviceError, how: str) -> None:
        if self._told != problem.code:
            self._told = problem.code
            _say(self._words.say(f"command.analyzer.watch.{how}", why=sentence(problem, self._words)))

    def _lost(self) -> None:
        self.close()
        time.sleep(RETRY)

    def close(self) -> None:
        if self._open is not None:
            opened, self._open = self._open[0], None
            opened.close()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
