"""The packs of this moment, but for the texts of the rules: the shipped ones, and over them what the county has put.

`at` belongs to the thread that owns the record; any other takes `latest`.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import TypeVar

from kiosk.override import Overrides
from kiosk.pack import PackError, Packs, load_packs
from kiosk.pack_order import refused
from kiosk.pack_problem import PackProblem
from kiosk.rules.messages import OrderBody, PackPut, SettingsPut
from kiosk.settings_form import FILE as SETTINGS
from kiosk.tables import Tables
from kiosk.words import Words

logger = logging.getLogger(__name__)

T = TypeVar("T")
TOLD = 5  # problems that an entry names


def hindrance(words: Words) -> Callable[[Tables, OrderBody, date], str]:
    """For the record: why packs or settings that the county orders cannot be used here, in these words."""

    def why(tables: Tables, order: OrderBody, today: date) -> str:
        if not isinstance(order, PackPut | SettingsPut):
            return ""
        problems = refused(order, tables.orders.overrides(), today)
        more = [words.say("pack.order.more", count=len(problems) - TOLD)] if len(problems) > TOLD else []
        return words.say("pack.open.facts").join([*(found.told(words) for found in problems[:TOLD]), *more])

    return why


class Live(Mapping[str, T]):
    """A table that is read anew each time it is asked."""

    def __init__(self, read: Callable[[], Mapping[str, T]]) -> None:
        self._read = read

    def __getitem__(self, name: str) -> T:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


class PacksInForce:
    """Raises PackError at once when the shipped packs are wrong, and never later."""

    def __init__(self) -> None:
        self.latest = load_packs(texts=False)
        self.left_out: tuple[PackProblem, ...] = ()  # why packs of the county, right once, are not in use
        self._tables: Tables | None = None
        self._put = Overrides()
        self._wanted = Overrides()
        self._seen = -1

    def follow(self, tables: Tables) -> None:
        """From now on what the county has put counts too."""
        self._tables, self._seen = tables, -1

    def at(self, now: datetime) -> Packs:
        if self._tables is not None and self._seen != self._tables.orders.put_since_start:
            self._put, self._seen = self._tables.orders.overrides(), self._tables.orders.put_since_start
        wanted = self._put.on(now.date())
        if wanted != self._wanted:
            self._wanted = wanted
            self.latest = self._loaded(wanted)
        return self.latest

    def _loaded(self, wanted: Overrides) -> Packs:
        """After an update of the program a pack of the county may no longer fit: it is left out and told, and the box
        serves by what is shipped."""
        self.left_out = ()
        while True:
            try:
                packs = load_packs(put=wanted, texts=False)
            except PackError as wrong:
                if wanted == Overrides():
                    raise
                logger.error("packs of the county are left out: %s", wrong)
                self.left_out += wrong.problems
                wanted = _without(wanted, wrong)
            else:
                logger.info("packs in force: %d of the county, %d settings", len(wanted.packs), len(wanted.settings))
                return packs


def _without(wanted: Overrides, wrong: PackError) -> Overrides:
    files = {problem.file for problem in wrong.problems}
    keys = [problem.key for problem in wrong.problems if problem.file == SETTINGS]
    names = {*keys, *(key.partition(".")[0] for key in keys)}
    less = wanted.without(files, names)
    return Overrides() if less == wanted else less
