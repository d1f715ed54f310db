"""`liangzheng profile doc | schema`: the page of devices and the JSON Schema, generated, so never edited."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from drivers.errors import ProfileError
from drivers.profile import schema
from drivers.profile.folder import Shelf, shelf_with
from drivers.profile.form import Profile
from kiosk.words import LANGUAGES, Words, load_words
from ui.command.files_told import file_told
from ui.command.out_file import put
from ui.command.profile_said import analysis, evidence, firmware, identification, integrity, link, quantity


def add(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser, words: Words
) -> None:
    for name, run in (("doc", run_doc), ("schema", run_schema)):
        told = words.say(f"command.profile.{name}.help")
        parser = parts.add_parser(name, help=told, description=told, parents=[shared])
        parser.add_argument("--out", type=Path, metavar="FILE", help=words.say("command.profile.out"))
        parser.set_defaults(run=run)


def run_doc(args: argparse.Namespace, words: Words) -> int:
    try:
        return _out(page(shelf_with(args.folder)), args.out, words)
    except ProfileError as problem:
        print(words.say(f"problem.{problem.code}", **problem.facts), file=sys.stderr)
        return 1


def run_schema(args: argparse.Namespace, words: Words) -> int:
    return _out(schema.text(), args.out, words)


def _out(text: str, file: Path | None, words: Words) -> int:
    if file is None:
        print(text, end="")
        return 0
    try:
        put(file, text.encode())
    except OSError as refused:
        print(words.say("problem.profile.unwritable", file=file, why=file_told(refused, words)), file=sys.stderr)
        return 1
    print(words.say("command.profile.written", file=file))
    return 0


def page(shelf: Shelf) -> str:
    """Markdown: a table of all, then each device in both languages."""
    tongues = [load_words(language) for language in LANGUAGES]
    profiles = [(name, shelf.find(name)) for name in shelf.known()]
    lines = [f"# {_both('command.profile.doc.title', tongues)}", ""]
    for words in tongues:
        lines += [words.say("command.profile.doc.about", count=len(profiles)), ""]
    lines += _table(profiles, tongues)
    for name, profile in profiles:
        lines += ["", *_device(name, profile, tongues)]
    return "\n".join(lines) + "\n"


def _both(key: str, tongues: list[Words]) -> str:
    return " · ".join(dict.fromkeys(words.say(key) for words in tongues))


def _table(profiles: list[tuple[str, Profile]], tongues: list[Words]) -> Iterator[str]:
    head = [_both(f"command.profile.list.{name}", tongues) for name in ("model", "analysis", "link", "evidence")]
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for name, profile in profiles:
        device = profile.device
        linked = f"[{_cell(f'{device.vendor} {device.model}')}](#{_anchor(name)})"
        cells = [
            " · ".join(dict.fromkeys(say(profile, words) for words in tongues)) for say in (analysis, link, evidence)
        ]
        yield f"| {linked} | {' | '.join(map(_cell, cells))} |"


def _device(name: str, profile: Profile, tongues: list[Words]) -> Iterator[str]:
    yield f'## <a id="{_anchor(name)}"></a>{profile.device.vendor} {profile.device.model}'
    for words in tongues:
        yield ""
        yield from _told(name, profile, words)


def _told(name: str, profile: Profile, words: Words) -> Iterator[str]:
    measured = ", ".join(
        f"{quantity(value.quantity, words)} ({_unit(value.unit, words)})" for value in profile.result.values
    )
    facts = {
        "id": f"`{name}`",
        "firmware": firmware(profile, words),
        "analysis": analysis(profile, words),
        "measures": measured,
        "link": link(profile, words),
        "identify": identification(profile, words),
        "evidence": evidence(profile, words),
        "integrity": integrity(profile, words),
        "sources": "; ".join(profile.device.sources),
    }
    for key, said in facts.items():
        yield words.say("command.profile.doc.line", key=words.say(f"command.profile.doc.{key}"), said=said)
    for caveat in profile.device.caveats:
        yield words.say("command.profile.doc.caveat", said=getattr(caveat, words.language))


def _unit(unit: str, words: Words) -> str:
    return words.say("command.profile.doc.own_unit") if unit.startswith("@") else unit


def _anchor(name: str) -> str:
    return name.replace("/", "-").replace(".", "-")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
