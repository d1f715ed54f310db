"""What the county has put over the shipped packs, by its orders. Values only; kiosk.pack_order says what may be put."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from kiosk.rules.messages import PackPut, SettingsPut


@dataclass(frozen=True, slots=True)
class PackOverride:
    """A pack in the place of the shipped `file` from a day on; an empty text: from then on the shipped one again."""

    file: str
    text: str
    in_force_from: date
    order: str  # stream/seq of the order that put it
    at: date  # when it was done


@dataclass(frozen=True, slots=True)
class SettingPut:
    name: str
    value: str
    by: str
    reason: str
    order: str
    at: date


@dataclass(frozen=True, slots=True)
class Overrides:
    """`packs` in the order in which they come into force."""

    packs: tuple[PackOverride, ...] = ()
    settings: tuple[SettingPut, ...] = field(default=())

    def on(self, day: date) -> "Overrides":
        """What is in force on a day: of each file the newest whose day has come, unless it gives the file back."""
        newest = {pack.file: pack for pack in self.packs if pack.in_force_from <= day}
        return replace(self, packs=tuple(pack for pack in newest.values() if pack.text))

    def days_from(self, day: date) -> list[date]:
        """`day` and each later one on which something else comes into force."""
        return sorted({day, *(pack.in_force_from for pack in self.packs if pack.in_force_from > day)})

    def with_pack(self, order: PackPut, name: str, at: date) -> "Overrides":
        """A later order for the same day takes the place of the earlier one; the past is left as it was."""
        put = PackOverride(order.file, order.text, beginning(order, at), name, at)
        others = [pack for pack in self.packs if (pack.file, pack.in_force_from) != (put.file, put.in_force_from)]
        return replace(self, packs=tuple(sorted((*others, put), key=lambda pack: (pack.in_force_from, pack.file))))

    def with_settings(self, order: SettingsPut, name: str, at: date) -> "Overrides":
        fresh = [SettingPut(key, value, order.by, order.reason, name, at) for key, value in order.values.items()]
        others = [setting for setting in self.settings if setting.name not in order.values]
        return replace(self, settings=tuple(sorted((*others, *fresh), key=lambda setting: setting.name)))

    def without(self, files: Iterable[str], names: Iterable[str]) -> "Overrides":
        left, unset = set(files), set(names)
        packs = tuple(pack for pack in self.packs if pack.file not in left)
        return Overrides(packs, tuple(setting for setting in self.settings if setting.name not in unset))


def beginning(order: PackPut, at: date) -> date:
    """Never before the day it is done; at once when it names no day, or none that kiosk.pack_order lets through."""
    try:
        return max(date.fromisoformat(order.in_force_from), at)
    except ValueError:
        return at
