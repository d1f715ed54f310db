"""`liangzheng profile`: descriptions of analyzers, listed, checked, written, recorded; a file for each part."""

import argparse
import sys
from pathlib import Path

from drivers.errors import DeviceError, ProfileError
from drivers.profile.folder import Shelf, shelf_with
from drivers.profile.form import Profile
from kiosk.words import Words
from ui.command import (
    profile_bytes,
    profile_check,
    profile_csv,
    profile_decode,
    profile_doc,
    profile_new,
    profile_record,
    profile_resolve,
)
from ui.command.columns import table
from ui.command.profile_said import analysis, evidence, link


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.profile.help")
    parser = commands.add_parser("profile", help=told, description=told)
    parts = parser.add_subparsers(required=True, metavar=words.say("command.profile.part"))
    shared = argparse.ArgumentParser(add_help=False)
    folder = words.say("command.profile.folder")
    shared.add_argument("--folder", type=Path, action="append", default=[], metavar="DIR", help=folder)
    _add_list(parts, shared, words)
    for part in (
        profile_check, profile_decode, profile_resolve, profile_new, profile_csv, profile_bytes, profile_record,
        profile_doc,
    ):  # fmt: skip
        part.add(parts, shared, words)


def _add_list(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser, words: Words
) -> None:
    told = words.say("command.profile.list.help")
    parts.add_parser("list", help=told, description=told, parents=[shared]).set_defaults(run=run_list)


def run_list(args: argparse.Namespace, words: Words) -> int:
    """1 when a profile cannot be loaded; the others are listed all the same."""
    names = ("id", "model", "firmware", "analysis", "link", "evidence")
    rows = [[words.say(f"command.profile.list.{name}") for name in names]]
    bad = 0
    try:
        shelf = shelf_with(args.folder)
        known = shelf.known()
    except ProfileError as absent:
        return complain(absent, words)
    for name in known:
        try:
            rows.append([name, *_listed(shelf, name, words)])
        except ProfileError as broken:
            bad |= complain(broken, words)
    print("\n".join(table(rows)))
    return bad


def _listed(shelf: Shelf, name: str, words: Words) -> list[str]:
    profile: Profile = shelf.find(name)
    return [
        profile.device.model,
        " · ".join(filter(None, (profile.device.firmware, profile.device.dialect))),
        analysis(profile, words),
        link(profile, words),
        evidence(profile, words),
    ]


def complain(problem: DeviceError, words: Words) -> int:
    print(words.say(f"problem.{problem.code}", **problem.facts), file=sys.stderr)
    return 1
