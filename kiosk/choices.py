"""What was chosen at the screen: whole keys that stand over station.toml, in state/choices.toml (现场改的).

The installer's file is never written. What a key means is the program's business: `fits` says whether the station could
serve by such choices, and nothing that could not is ever written.
"""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from kiosk.config import table_of
from kiosk.durable import write_whole

Table = dict[str, object]
WITHOUT = False  # instead of a table: this station is to serve without the thing


class Choices:
    """`fits` raises ConfigError for choices by which the station could not serve."""

    def __init__(self, file: Path, fits: Callable[[Table], None]) -> None:
        self._file = file
        self._fits = fits

    def now(self) -> Table:
        """Raises ConfigError for a file that is no TOML."""
        return table_of(self._file) if self._file.exists() else {}

    def choose(self, key: str, value: object) -> None:
        """`value` as TOML has it: a table, an array of tables, or WITHOUT. Raises ConfigError, OSError."""
        self._put({**self.now(), key: value})

    def take_back(self, key: str) -> None:
        """What station.toml says of the key counts again. Raises ConfigError where the rest could not serve alone."""
        self._put({name: value for name, value in self.now().items() if name != key})

    def forget(self) -> None:
        """All of it: the way out of a file that nobody can read. Raises OSError."""
        self._file.unlink(missing_ok=True)

    def _put(self, table: Table) -> None:
        self._fits(table)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._file, written(table).encode(), 0o640)


def over(table: Mapping[str, object], choices: Mapping[str, object]) -> Table:
    """station.toml's table with the choices over it, key by whole key."""
    chosen = {key: value for key, value in choices.items() if value is not WITHOUT}
    return {**{key: value for key, value in table.items() if key not in choices}, **chosen}


def written(table: Mapping[str, object]) -> str:
    """TOML: one line a key; what stands within is written inline."""
    return "".join(f"{json.dumps(key, ensure_ascii=False)} = {_value(value)}\n" for key, value in table.items())


def _value(value: object) -> str:
    """JSON's strings, numbers, words and lists are TOML as well."""
    if isinstance(value, Mapping):
        inner = (f"{json.dumps(key, ensure_ascii=False)} = {_value(part)}" for key, part in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
