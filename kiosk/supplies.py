"""Consumables by the supplies pack (packs/supplies/*.toml): read once, checked."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field

from kiosk.pack_forms import Names

LANGUAGE = "zh"  # of what is recorded


class _ItemForm(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str = Field(pattern=r"^[a-z0-9-]{1,32}$")
    unit: Names
    low: Decimal = Field(ge=0)
    confirmed: bool
    name: dict[str, str]


class _PackForm(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    item: tuple[_ItemForm, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """`low`: so few are left that more should be asked for. `names` and `unit` by language."""

    id: str
    names: Mapping[str, str]
    unit: Mapping[str, str]
    low: Decimal
    confirmed: bool

    @property
    def kept_in(self) -> str:
        """The unit as entries have it, whatever language the screen speaks: what is left is counted by it."""
        return self.unit.get(LANGUAGE, "")


def load_items() -> tuple[Item, ...]:
    """Raises pydantic.ValidationError for a pack of another form."""
    folder = resources.files("kiosk") / "packs" / "supplies"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    forms = [_PackForm.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))) for file in files]
    return tuple(Item(one.id, one.name, one.unit, one.low, one.confirmed) for form in forms for one in form.item)
