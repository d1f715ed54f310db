"""`liangzheng profile`: list the analyzers we know, check their descriptions, read bytes that somebody captured."""

import argparse
import json
import sys
from pathlib import Path
from unicodedata import east_asian_width

from drivers.analyzer.analyzer import Analyzer
from drivers.errors import DeviceError, ProfileError
from drivers.evidence.goldens import check, golden_of
from drivers.evidence.replay import ReplayPort, heard_only
from drivers.evidence.transcript import Case, facts_of, parse
from drivers.profile.folder import find, known
from drivers.profile.form import Profile
from drivers.reading import Reading
from kiosk.words import Words

COLUMNS = ("channel", "quantity", "value", "unit", "record", "taken_at", "method", "device_verdict", "state")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.profile.help")
    parser = commands.add_parser("profile", help=told, description=told)
    parts = parser.add_subparsers(required=True, metavar=words.say("command.profile.part"))
    for name, run in (("list", run_list), ("check", run_check), ("decode", run_decode)):
        told = words.say(f"command.profile.{name}.help")
        about = words.say("command.profile.decode.about") if name == "decode" else told
        parts.add_parser(name, help=told, description=about).set_defaults(run=run)
    parts.choices["check"].add_argument("id", nargs="*", metavar="ID", help=words.say("command.profile.check.id"))
    decoding = parts.choices["decode"]
    decoding.add_argument("file", type=Path, metavar="FILE", help=words.say("command.profile.decode.file"))
    decoding.add_argument("--profile", metavar="ID", help=words.say("command.profile.decode.profile"))
    decoding.add_argument("--exchange", metavar="NAME", help=words.say("command.profile.decode.exchange"))
    decoding.add_argument("--json", action="store_true", help=words.say("command.profile.decode.json"))
    decoding.set_defaults(run=run_decode)


def run_list(_args: argparse.Namespace, words: Words) -> int:
    head = [words.say(f"command.profile.list.{name}") for name in ("id", "model", "firmware", "analysis", "evidence")]
    profiles = [(name, find(name)) for name in known()]
    print_table([head, *([name, *_listed(profile)] for name, profile in profiles)])
    return 0


def run_check(args: argparse.Namespace, words: Words) -> int:
    bad = 0
    for name in args.id or known():
        try:
            problems, cases = check(name), len(golden_of(name).cases)
        except ProfileError as unknown:
            problems, cases = [unknown], 0
        bad += bool(problems)
        for problem in problems:
            _complain(problem, words)
        if not problems:
            print(words.say("command.profile.check.good", name=name, cases=cases))
    return 1 if bad else 0


def run_decode(args: argparse.Namespace, words: Words) -> int:
    try:
        text = args.file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return _complain(ProfileError("profile.unreadable", file=args.file), words)
    try:
        profile, cases, hexadecimal = _cases(text, args)
    except ProfileError as problem:
        return _complain(problem, words)
    outcomes = [_decoded(_once(profile) if hexadecimal else profile, case, words) for case in cases]
    readings = [reading for found, _ in outcomes for reading in found]
    problems = [problem for _, problem in outcomes if problem]
    _show(profile, readings, problems, args, words)
    if hexadecimal and profile.confirm and not args.json:
        print(words.say("command.profile.decode.once"))
    return 1 if problems else 0


def _complain(problem: DeviceError, words: Words) -> int:
    print(words.say(f"problem.{problem.code}", **problem.facts), file=sys.stderr)
    return 1


def _listed(profile: Profile) -> list[str]:
    device = profile.device
    return [device.model, device.firmware, device.analysis, device.evidence]


def _cases(text: str, args: argparse.Namespace) -> tuple[Profile, tuple[Case, ...], bool]:
    """A transcript is played as it stands; anything else is device bytes in hex, a blank line between two answers."""
    if text.lstrip().startswith("golden "):
        golden = parse(text, args.file.name)
        return find(args.profile or golden.profile.split("@")[0]), golden.cases, False
    named, answers = _heard(text, args.file.name)
    name = args.profile or named.get("profile")
    if name is None:
        raise ProfileError("profile.unnamed", file=args.file.name)
    profile = find(name)
    exchange = args.exchange or named.get("run", profile.run.exchange)
    return profile, (heard_only(args.file.stem, exchange, answers),), True


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


def _once(profile: Profile) -> Profile:
    """Bytes in a file cannot be asked for again: neither a retry nor a second reading."""
    return profile.model_copy(update={"link": profile.link.model_copy(update={"retries": 0}), "confirm": {}})


def _decoded(profile: Profile, case: Case, words: Words) -> tuple[tuple[Reading, ...], str | None]:
    port = ReplayPort(case)
    analyzer = Analyzer(profile, port, port.clock, port.pause)
    readings: tuple[Reading, ...] = ()
    try:
        if case.run == "identify":
            analyzer.identify()
        else:
            readings = analyzer.read(case.run)
        analyzer.close()
    except DeviceError as problem:
        facts = {"profile": profile.id, "case": case.name, **problem.facts}
        return readings, f"{case.name}: {words.say(f'problem.{problem.code}', **facts)}"
    return readings, None


def _show(
    profile: Profile, readings: list[Reading], problems: list[str], args: argparse.Namespace, words: Words
) -> None:
    if args.json:
        facts = [facts_of(reading) | {"raw": reading.raw.hex()} for reading in readings]
        told = {"profile": profile.id, "revision": profile.revision, "evidence": profile.device.evidence}
        print(json.dumps({**told, "readings": facts, "problems": problems}, ensure_ascii=False, indent=1))
        return
    print(words.say("command.profile.decode.head", name=profile.id, model=profile.device.model))
    head = [words.say(f"command.profile.column.{name}") for name in COLUMNS]
    rows = [_row(reading, words) for reading in readings]
    used = [n for n in range(len(COLUMNS)) if any(row[n] for row in rows)]
    if rows:
        print_table([[row[n] for n in used] for row in [head, *rows]])
    for problem in problems:
        print(problem, file=sys.stderr)


def _row(reading: Reading, words: Words) -> list[str]:
    facts = facts_of(reading)
    key = f"command.profile.quantity.{reading.quantity}"
    named = words.say(key) if words.knows(key) else reading.quantity
    return [named if name == "quantity" else str(facts.get(name) or "") for name in COLUMNS]


def print_table(rows: list[list[str]]) -> None:
    """Columns as wide as their widest cell; a Chinese character is two wide."""
    widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)).rstrip())


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
