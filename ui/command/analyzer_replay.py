"""`liangzheng analyzer replay`: old captures read again with the profiles of today. Nothing that stands is changed."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from drivers.errors import DeviceError, FrameError, ProfileError
from drivers.evidence.reread import Line, Now, Reread, reread
from drivers.profile.folder import digest, shipped
from drivers.transcript import parse_torn
from kiosk import blobs
from kiosk.config import ConfigError, load
from kiosk.log import Locked, LogError
from kiosk.record import RecordError
from kiosk.rereading import Now as AsNow
from kiosk.trust import SealError
from kiosk.words import Words
from ui.command.analyzer_rerecord import recorded
from ui.command.files_told import reason
from ui.command.station_config import StationConfig

HEX = frozenset("0123456789abcdef")
HASH = 64  # characters


@dataclass(frozen=True, slots=True)
class Found:
    """One session of one capture, read again."""

    capture: str
    case: str
    read: Reread


def add(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    about = words.say("command.analyzer.replay.about")
    parser = parts.add_parser("replay", help=words.say("command.analyzer.replay.help"), description=about)
    parser.add_argument("capture", nargs="+", metavar="CAPTURE", help=words.say("command.analyzer.replay.capture"))
    parser.add_argument("--captures", type=Path, metavar="DIR", help=words.say("command.analyzer.replay.captures"))
    parser.add_argument("--profile", metavar="ID", help=words.say("command.analyzer.replay.profile"))
    parser.add_argument("--record", action="store_true", help=words.say("command.analyzer.replay.record"))
    parser.add_argument("--config", type=Path, metavar="FILE", help=words.say("command.analyzer.replay.config"))
    parser.add_argument("--json", action="store_true", help=words.say("command.analyzer.replay.json"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    """1 when anything is told otherwise than then, or a capture could not be read."""
    bad = 0
    found: list[Found] = []
    try:
        config = None if args.config is None else load(args.config, StationConfig)
    except ConfigError as wrong:
        print(wrong, file=sys.stderr)
        return 1
    if args.record and config is None:
        print(words.say("command.analyzer.replay.no_config"), file=sys.stderr)
        return 1
    store = args.captures or (None if config is None else config.captures)
    for name, file in _named(args.capture, store):
        try:
            found += _found(name, _text(name, file), args.profile)
        except DeviceError as problem:
            print(words.say(f"problem.{problem.code}", **{**problem.facts, "file": name}), file=sys.stderr)
            bad += 1
    if args.json:
        print(json.dumps([_facts(one) for one in found], ensure_ascii=False, indent=1))
    else:
        _show(found, words)
    if args.record and config is not None:
        return int(not _recorded(config, found, words) or bool(bad))
    return int(bool(bad or any(one.read.changed for one in found)))


def _recorded(config: StationConfig, found: list[Found], words: Words) -> bool:
    """Whether the record took it. Captures are found in the record by their hash."""
    readings: dict[tuple[str, str], list[Found]] = {}
    for one in found:
        readings.setdefault((one.capture.removesuffix(blobs.PACKED), digest(one.read.profile)), []).append(one)
    told = [
        AsNow(capture, of[0].read.profile, tuple(reading for one in of for reading in one.read.readings))
        for (capture, _), of in readings.items()
    ]
    try:
        entries = recorded(config, told)
    except Locked:
        print(words.say("command.analyzer.replay.locked", folder=config.up), file=sys.stderr)
        return False
    except (RecordError, SealError, LogError, OSError) as wrong:
        print(words.say("command.analyzer.replay.unrecorded", wrong=reason(wrong, words)), file=sys.stderr)
        return False
    for seq, old in entries:
        print(words.say("command.analyzer.replay.recorded", seq=seq, old=old))
    print(words.say("command.analyzer.replay.recorded_sum", count=len(entries)))
    return True


def _named(captures: list[str], store: Path | None) -> Iterator[tuple[str, Path | None]]:
    """What to call each capture, and its file where there is one. Of a folder: all that hold a session."""
    for capture in captures:
        file = Path(capture)
        if file.is_dir():
            yield from ((one.name, one) for one in sorted(file.rglob("*")) if one.is_file() and _session(one))
        elif file.is_file() or not _is_hash(capture):
            yield capture, file
        else:
            yield capture, None if store is None else _in(store, capture)


def _is_hash(capture: str) -> bool:
    return len(capture) == HASH and set(capture) <= HEX


def _session(file: Path) -> bool:
    """Photographs lie in the same folders. A packed blob is a session, and so is a text that begins like one."""
    with file.open("rb") as opened:
        return file.suffix == blobs.PACKED or opened.read(7) in (b"golden ", b"# after")


def _in(store: Path, digest: str) -> Path | None:
    return next((file for name in (digest, digest + blobs.PACKED) for file in sorted(store.rglob(name))), None)


def _text(name: str, file: Path | None) -> str:
    """FrameError `capture.absent`, `capture.damaged`."""
    if file is None:
        raise FrameError("capture.absent")
    try:
        kept = blobs.read(file) if _is_hash(file.name.removesuffix(blobs.PACKED)) else file.read_bytes()
        return kept.decode()
    except OSError as absent:
        raise FrameError("capture.absent") from absent
    except UnicodeDecodeError as wrong:
        raise FrameError("capture.damaged") from wrong


def _found(name: str, text: str, profile: str | None) -> list[Found]:
    """Who it was is told by other cases: only what was measured is compared."""
    try:
        golden = parse_torn(text, name)
    except ProfileError as wrong:
        raise FrameError("capture.damaged") from wrong
    id_ = profile or golden.profile.split("@", maxsplit=1)[0]
    if not id_:
        raise FrameError("capture.damaged")
    try:
        profiles = shipped().all_of(id_)
    except ProfileError as absent:
        raise ProfileError("capture.unknown", profile=id_) from absent
    measured = [case for case in golden.cases if case.run != "identify"]
    return [Found(name, case.name, reread(profiles, case)) for case in measured]


def _facts(found: Found) -> dict[str, object]:
    profile = found.read.profile
    lines = [asdict(line) for line in found.read.lines]
    return {
        "capture": found.capture,
        "case": found.case,
        "profile": profile.id,
        "revision": profile.revision,
        "changed": found.read.changed,
        "lines": lines,
    }


def _show(found: list[Found], words: Words) -> None:
    told = ""
    for one in found:
        profile = one.read.profile
        head = words.say(
            "command.analyzer.replay.head", capture=one.capture, profile=profile.id, revision=profile.revision
        )
        if head != told:
            print(head)
        told = head
        for line in one.read.lines:
            print("\n".join(_lines(line, words)))
    changed = sum(one.read.changed for one in found)
    same = sum(len(one.read.lines) for one in found) - changed
    print(words.say("command.analyzer.replay.sum", same=same, changed=changed))


def _lines(line: Line, words: Words) -> Iterator[str]:
    yield f"  {words.say(f'command.analyzer.replay.state.{line.state}')}"
    none = words.say("command.analyzer.replay.nothing")
    if line.state is Now.SAME:
        yield f"    {line.now}"
    else:
        yield f"    {words.say('command.analyzer.replay.then', told=line.then or none)}"
        yield f"    {words.say('command.analyzer.replay.now', told=line.now or none)}"
