"""Where a record lies: told by a station.toml, or found in a folder (a box's, a backup's, one that was put aside)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from kiosk import contract, log
from kiosk.contract import ContractError
from kiosk.record import Home
from kiosk.rules.messages import Opened


class _Config(BaseModel):
    """The keys of station.toml that name the record's files; the rest is not asked for here."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    county: str
    station: str
    state: Path
    up: Path
    down: Path
    key: Path
    trust: Path
    blobs: Path | None = None


class NoRecord(Exception):
    """`problem.record_place.<code>` is the sentence."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Place:
    home: Home
    key: Path
    trust: Path
    blobs: Path


def find(told: Path) -> Place:
    """Raises NoRecord, or OSError where files cannot be read."""
    return _in(told) if told.is_dir() else _by(told)


def _by(config: Path) -> Place:
    try:
        table = _Config.model_validate(tomllib.loads(config.read_text("utf-8")))
    except (ValidationError, ValueError) as wrong:
        raise NoRecord("config", file=config) from wrong
    home = Home(table.county, table.station, "", table.state / "record.db", table.up, table.down)
    return Place(home, table.key, table.trust, table.blobs or table.state / "blobs")


def _in(folder: Path) -> Place:
    tables, trust, key = (
        next((place for place in (folder / name, folder / beside / name) if place.exists()), folder / name)
        for name, beside in (("record.db", "state"), ("trust.json", "keys"), ("station.key", "keys"))
    )
    opened = _opened(folder)
    home = Home(opened.county, opened.station, "", tables, folder / "up", folder / "down")
    return Place(home, key, trust, folder / "blobs")


def _opened(folder: Path) -> Opened:
    """Whose log it is, by its own first entry; nothing of it is believed yet."""
    try:
        _, payload = next(log.payloads(folder / "up"))
        body = contract.read(payload).entry
    except (StopIteration, log.Damaged, ContractError) as wrong:
        raise NoRecord("folder", folder=folder) from wrong
    if not isinstance(body, Opened):
        raise NoRecord("folder", folder=folder)
    return body
