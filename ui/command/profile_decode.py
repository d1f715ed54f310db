"""`liangzheng profile decode`: bytes that somebody captured, or a transcript, read as the driver reads them."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from drivers.errors import DeviceError, ProfileError
from drivers.evidence import salvage
from drivers.evidence.replay import heard_only
from drivers.profile.folder import Shelf, shelf_with
from drivers.profile.form import Profile
from drivers.reading import Identity, Reading
from drivers.transcript import Case, parse
from kiosk.words import Words
from ui.command.readings import json_of, table_of


def add(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser, words: Words
) -> None:
    told, about = (words.say(f"command.profile.decode.{key}") for key in ("help", "about"))
    parser = parts.add_parser("decode", help=told, description=about, parents=[shared])
    parser.add_argument("file", type=Path, metavar="FILE", help=words.say("command.profile.decode.file"))
    parser.add_argument("--profile", metavar="ID", help=words.say("command.profile.decode.profile"))
    parser.add_argument("--exchange", metavar="NAME", help=words.say("command.profile.decode.exchange"))
    parser.add_argument("--json", action="store_true", help=words.say("command.profile.decode.json"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    try:
        text = args.file.read_text("utf-8")
        profile, cases, hexadecimal = _cases(text, args, shelf_with(args.folder))
    except (OSError, UnicodeDecodeError):
        return _complain(ProfileError("profile.unreadable", file=args.file), words)
    except ProfileError as problem:
        return _complain(problem, words)
    reader = salvage.alone(profile) if hexadecimal else profile
    outcomes = [_decoded(reader, case, args.file.name, words) for case in cases]
    readings = [reading for found, _ in outcomes for reading in found]
    problems = [problem for _, problem in outcomes if problem]
    _show(profile, readings, problems, args, words)
    if hexadecimal and profile.confirm and not args.json:
        print(words.say("command.profile.decode.once"))
    return 1 if problems else 0


def _complain(problem: DeviceError, words: Words) -> int:
    print(words.say(f"problem.{problem.code}", **problem.facts), file=sys.stderr)
    return 1


def _cases(text: str, args: argparse.Namespace, shelf: Shelf) -> tuple[Profile, tuple[Case, ...], bool]:
    """A transcript is played as it stands; anything else is device bytes in hex, a blank line between two answers."""
    if text.lstrip().startswith("golden "):
        golden = parse(text, args.file.name)
        return shelf.find(args.profile or golden.profile.split("@")[0]), golden.cases, False
    named, answers = _heard(text, args.file.name)
    name = args.profile or named.get("profile")
    if name is None:
        raise ProfileError("profile.unnamed", file=args.file.name)
    profile = shelf.find(name)
    exchange = args.exchange or named.get("run", profile.run.exchange or profile.run.sequence or "")
    case = heard_only(args.file.stem, exchange, answers)
    if salvage.listens(profile):
        case = replace(case, steps=tuple(step for step in case.steps if step.mark == "<"))
    return profile, (case,), True


def _heard(text: str, file: str) -> tuple[dict[str, str], list[bytes]]:
    named: dict[str, str] = {}
    answers = [b""]
    for n, line in enumerate(text.splitlines(), 1):
        content = line.split("#")[0].strip()
        word, _, rest = content.partition(" ")
        if word in ("profile", "run"):
            named[word] = rest.strip()
        elif content:
            answers[-1] += _bytes(content, file, n)
        elif not line.strip() and answers[-1]:
            answers.append(b"")
    return named, [answer for answer in answers if answer]


def _bytes(content: str, file: str, line: int) -> bytes:
    try:
        return bytes.fromhex(content)
    except ValueError as wrong:
        raise ProfileError("profile.golden.line", file=file, line=line, text=content) from wrong


def _decoded(profile: Profile, case: Case, file: str, words: Words) -> tuple[tuple[Reading, ...], str | None]:
    try:
        found = salvage.again(profile, case)
    except DeviceError as problem:
        facts = {"profile": profile.id, "case": case.name, "file": file, **problem.facts}
        return (), f"{case.name}: {words.say(f'problem.{problem.code}', **facts)}"
    return (() if isinstance(found, Identity) else found), None


def _show(
    profile: Profile, readings: list[Reading], problems: list[str], args: argparse.Namespace, words: Words
) -> None:
    if args.json:
        told = {"profile": profile.id, "revision": profile.revision, "evidence": profile.device.evidence}
        facts = {**told, "readings": json_of(readings), "problems": problems}
        print(json.dumps(facts, ensure_ascii=False, indent=1))
        return
    print(words.say("command.profile.decode.head", name=profile.id, model=profile.device.model))
    print("\n".join(table_of(readings, words)))
    for problem in problems:
        print(problem, file=sys.stderr)
