"""`regions/*.toml`: names of GB/T 2260 codes with the time in which each held. pydantic checks, `value()` freezes."""

import tomllib
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from kiosk import config
from kiosk.pack_forms import Form, Origin, Words
from kiosk.pack_problem import unfit
from kiosk.rules.scan.regions import RegionName, Regions

# A year where only the year of a change is known, else the day.
When = Annotated[int, Field(strict=True, ge=1949, le=2200)] | date


class RegionForm(Origin):
    code: Annotated[str, Field(pattern=r"^[1-9][0-9]{5}$")]
    name: Words
    since: When | None = None
    through: When | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        first, last = self._first(), self._last()
        if first is not None and last is not None and last < first:
            raise unfit("in_order", first="since", second="through")
        return self

    def _first(self) -> date | None:
        return date(self.since, 1, 1) if isinstance(self.since, int) else self.since

    def _last(self) -> date | None:
        return date(self.through, 12, 31) if isinstance(self.through, int) else self.through

    def value(self) -> RegionName:
        return RegionName(self.code, self.name, self._first(), self._last(), self.mark, self.source, self.confirmed)


class RegionsForm(Form):
    region: Annotated[tuple[RegionForm, ...], Field(min_length=1)]

    def values(self) -> tuple[RegionName, ...]:
        return tuple(region.value() for region in self.region)


def load_regions(folder: Traversable | None = None) -> Regions:
    """The names of every file of a folder, the shipped one by default. ConfigError names the first wrong file."""
    folder = resources.files("kiosk") / "packs" / "regions" if folder is None else folder
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return Regions(tuple(name for file in files for name in _form(file).values()))


def _form(file: Traversable) -> RegionsForm:
    place = Path(f"regions/{file.name}")
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as unreadable:
        raise config.ConfigError(place, [("-", str(unreadable))]) from unreadable
    return config.check(place, table, RegionsForm)
