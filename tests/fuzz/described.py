"""Targets: what people write about an instrument, and what a power cut leaves of a tape."""

import csv
import tempfile
import tomllib
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from random import Random

import rfc8785

from drivers.errors import ProfileError
from drivers.evidence.goldens import golden_of, play
from drivers.profile import sheet
from drivers.profile.folder import digest, known, shipped
from drivers.profile.form import Profile
from drivers.transcript import parse_torn
from tests.fuzz.heard import Patience
from tests.fuzz.mutate import bent, damaged
from tests.fuzz.sealed import World
from tests.fuzz.target import Broken, Target

TABLE = """number,name,type,order,scale,unit,table
30001,reading,f32,CDAB,,mg/L,input
30003,state,u16,,,,input
40001,unit,u16,,0.1,,holding
"""


def targets(_: World) -> tuple[Target, ...]:
    return _written(), _tables(), _registers(), _tapes()


def used(profile: Profile) -> None:
    """A profile without faults meets its instrument: whatever comes of that is a refusal or a fault of ours to name."""
    cases = next((golden_of(name).cases for name in known() if name.startswith(f"{profile.id}/")), ())
    for case in cases[:2]:
        with suppress(ProfileError):
            play(profile, case, Patience(case))


def _written() -> Target:
    """A file as an editor or a bad disk leaves it: faults with a file and a place, or a profile with a digest."""
    shelf = shipped()
    seeds = tuple(shelf.place(name).read_text("utf-8").encode() for name in known())
    file = Path(tempfile.mkdtemp(prefix="fuzz-")) / "maker-model" / "any.toml"
    file.parent.mkdir()

    def check(data: bytes) -> bool:
        file.write_bytes(data)
        faults = shelf.faults(file)
        if any(not str(fault.facts.get("file", "")).endswith("any.toml") for fault in faults):
            raise Broken("a fault does not name its file")
        if not faults:
            digest(profile := shelf.load(file))
            used(profile)
        return not faults

    return Target("profile.file", lambda draw: damaged(draw, seeds), check)


def _tables() -> Target:
    """Any keys and values in the place of right ones; given as JSON, written as TOML for those values that TOML has."""
    shelf = shipped()
    seeds = tuple(_plain(tomllib.loads(shelf.place(name).read_text("utf-8"))) for name in known())
    file = Path(tempfile.mkdtemp(prefix="fuzz-")) / "maker-model" / "any.toml"
    file.parent.mkdir()

    def breed(draw: Random) -> bytes:
        table = bent(draw, draw.choice(seeds))
        return "\n".join(_toml(table if isinstance(table, dict) else {})).encode("utf-8", "replace")

    def check(data: bytes) -> bool:
        file.write_bytes(data)
        faults = shelf.faults(file)
        if not faults:
            digest(profile := shelf.load(file))
            used(profile)
        return not faults

    return Target("profile.tables", breed, check)


def _registers() -> Target:
    """A spreadsheet of a maker: what cannot be used is named by its line, and never an exception."""

    def check(data: bytes) -> bool:
        text = data.decode("utf-8", "replace")
        rows = [(n, {str(key): str(cell) for key, cell in row.items()}) for n, row in enumerate(_read(text), 2)]
        found, unused = sheet.registers(rows)
        if len(found) + len(unused) > len(rows):
            raise Broken("more registers than lines")
        if found:
            tomllib.loads(sheet.exchanges(found), parse_float=Decimal)
        return bool(found)

    return Target("profile.sheet", lambda draw: damaged(draw, (TABLE.encode(),)), check)


def _tapes() -> Target:
    """What stands on a tape that was cut off and damaged: whole steps, or a refusal that names the place."""
    seeds = tuple(str(golden_of(name)).encode() for name in known())

    def check(data: bytes) -> bool:
        try:
            golden = parse_torn(data.decode("utf-8", "replace"))
        except ProfileError:
            return False
        return bool(golden.cases)

    return Target("transcript.torn", lambda draw: damaged(draw, seeds), check)


def _read(text: str) -> list[dict[str, str]]:
    try:
        return list(csv.DictReader(text.splitlines()))
    except csv.Error:
        return []


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _toml(table: dict[str, object]) -> list[str]:
    """One line per key, tables inline: JSON strings are TOML strings, but for control characters."""
    return [f"{_inline(key)} = {_inline(value)}" for key, value in table.items() if value is not None]


def _inline(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(_toml(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_inline(inner) for inner in value if inner is not None) + "]"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return rfc8785.dumps(str(value).encode("utf-8", "replace").decode()).decode()
