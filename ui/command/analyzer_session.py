"""What `analyzer read` and `analyzer watch` share: which instrument, where, and the file that keeps its bytes."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from drivers.analyzer.analyzer import Analyzer
from drivers.binding import Binder, Bound
from drivers.errors import LinkError, Refused
from drivers.ports import open_port
from drivers.profile.folder import shelf_with
from drivers.profile.form import Profile
from drivers.profile.link import Astm
from drivers.reading import Identity
from kiosk.captures import FileTape
from kiosk.words import Words
from ui.command.analyzer_find import who_is


@dataclass(frozen=True, slots=True)
class Session:
    bound: Bound
    tape: FileTape | None

    def open(self) -> tuple[Analyzer, Identity]:
        """Raises DeviceError when it is not there, or not the one."""
        analyzer = Binder((self.bound,), open_port).open(self.bound, self.tape)
        return analyzer, analyzer.identify()

    def who(self, identity: Identity, words: Words) -> str:
        return words.say("command.analyzer.read.who", port=self.bound.port, who=who_is(identity, words))


def describe(parser: argparse.ArgumentParser, words: Words) -> None:
    parser.add_argument("where", metavar="WHERE", help=words.say("command.analyzer.read.where"))
    parser.add_argument("--profile", required=True, metavar="ID", help=words.say("command.analyzer.read.profile"))
    parser.add_argument(
        "--folder", type=Path, action="append", default=[], metavar="DIR", help=words.say("command.profile.folder")
    )
    parser.add_argument("--capture", type=Path, metavar="FILE", help=words.say("command.analyzer.read.capture"))


def session(args: argparse.Namespace) -> Session:
    """Raises DeviceError: an unknown profile, or a file that cannot keep what the instrument tells only once."""
    profiles = shelf_with(args.folder).all_of(args.profile)
    if args.capture is None and any(map(erases, profiles)):
        raise Refused("analyzer.uncaptured", model=profiles[0].device.model)
    return Session(Bound(args.profile, profiles, args.where), None if args.capture is None else _tape(args.capture))


def erases(profile: Profile) -> bool:
    """Does it forget what we have acknowledged? Then nothing is acknowledged without a file that keeps it."""
    acknowledged = profile.link.acks is not None or isinstance(profile.frame, Astm)
    return acknowledged or any(exchange.consumes for exchange in profile.exchange.values())


def _tape(file: Path) -> FileTape:
    """A new file: an older capture is never written over."""
    try:
        file.touch(exist_ok=False)
    except FileExistsError as there:
        raise LinkError("analyzer.capture_there", file=file) from there
    except OSError as refused:
        raise LinkError("analyzer.capture_refused", file=file, why=refused.strerror or str(refused)) from refused
    return FileTape(file)
