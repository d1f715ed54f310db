"""The whole feed of several stations in any order, any parcels and more than once: the county always holds the same.

Replayed into an empty SQLite county and an empty PostgreSQL county, and compared by one hash over all tables
(ui.county.sameness). Each unit is one seed; what it found wrong is said in sentences.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from kiosk.contract import Envelope
from kiosk.rules.messages import EntryBody, Incident, Observation, OrderDone, PrintOutcome, Reprint
from tests.support.bodies import RESIDUE_TESTER, County, Station, a_print, a_test
from tests.support.postgres import running_postgres
from ui.county.database import Arrived, Database
from ui.county.migration import open_reader
from ui.county.sameness import table_hashes
from ui.county.sql import Where

UNITS = 30
ENTRIES = 2_000  # of one unit
REPLAYS = 3
MOST_PARCEL = 120
AGAIN = 0.1  # of the entries come once more
OTHER = 0.01  # of the entries have another story of the same number


def units(seed: int, count: int | None) -> Iterator[tuple[str, Callable[[], Sequence[str]]]]:
    for nth in range(count or UNITS):
        yield f"replay {seed}/{nth}", partial(replayed, seed * 1000 + nth, ENTRIES)


def replayed(seed: int, entries: int) -> list[str]:
    """What differs between the feed in order and its replays; empty when nothing does."""
    feed = Feed(Random(f"feed {seed}"), entries)
    wrong: list[str] = []
    with TemporaryDirectory() as folder, running_postgres(durable=False) as server:
        whole = filled(Path(folder) / "whole.db", [feed.arrivals])
        for nth in range(REPLAYS):
            parcels = feed.shuffled(Random(f"order {seed} {nth}"))
            for where in (Path(folder) / f"{nth}.db", server.fresh()):
                hashes = filled(where, parcels)
                kind = "SQLite" if isinstance(where, Path) else "PostgreSQL"
                wrong += [
                    f"seed {seed}, replay {nth} on {kind}: table {table} differs"
                    for table, digest in hashes.items()
                    if digest != whole[table]
                ]
    return wrong


def filled(where: Where, parcels: Sequence[Sequence[Arrived]]) -> dict[str, str]:
    """The hashes of the tables of a new county that took these parcels, a second apart."""
    with closing(Database(where)) as database:
        for nth, parcel in enumerate(parcels):
            database.take(parcel, f"2026-11-23T{nth // 3600 % 24:02}:{nth // 60 % 60:02}:{nth % 60:02}.000+08:00")
    with closing(open_reader(where)) as sql:
        return table_hashes(sql)


@dataclass(frozen=True, slots=True)
class Story:
    """Another entry for the number of `first`, which came before it."""

    first: Envelope
    other: Envelope


class Feed:
    """Entries of four logs of three stations: one box was replaced. Numbers of papers are claimed twice at times."""

    def __init__(self, random: Random, entries: int) -> None:
        county = County()
        names = ("gasa", "moon", "yangwu")
        self._boxes = [county.enrol(name) for name in names]
        self._boxes.append(replace(County("110000").enrol("gasa"), at=self._boxes[0].at.replace(hour=12), entries=[]))
        self._random = random
        self._stories: list[Story] = []
        for box in self._boxes:
            box.opened()
        for _ in range(entries - len(self._boxes)):
            self._write(random.choice(self._boxes))

    @property
    def arrivals(self) -> list[Arrived]:
        whole = [Arrived(box.name, entry) for box in self._boxes for entry in box.entries]
        return whole + [Arrived(self._station(story.other), story.other) for story in self._stories]

    def shuffled(self, random: Random) -> list[list[Arrived]]:
        """All of it in any order, some of it twice, in parcels of any size. The first of two stories stays first."""
        arrivals = self.arrivals
        arrivals += random.sample(arrivals, int(len(arrivals) * AGAIN))
        random.shuffle(arrivals)
        first_at = {arrived.envelope: nth for nth, arrived in reversed(list(enumerate(arrivals)))}
        for story in self._stories:
            one, two = first_at[story.first], first_at[story.other]
            if two < one:
                arrivals[one], arrivals[two] = arrivals[two], arrivals[one]
        return list(_parcels(arrivals, random))

    def _write(self, box: Station) -> None:
        random, at = self._random, len(box.entries)
        box.clock = random.choice(("ntp", "floor", "unknown"))
        if random.random() < 0.05:
            box.write_raw(*random.choice((("weather", {"sky": "clear"}), ("test", {"nothing": "that fits"}))))
        else:
            box.write(self._body(box))
        if random.random() < OTHER:
            self._stories.append(Story(box.entries[-1], box.entry(at + 1, a_test(f"{random.randrange(99)}.5"))))

    def _body(self, box: Station) -> EntryBody:
        random = self._random
        number = box.certificate(random.randrange(40)).number
        return random.choices(
            (
                lambda: a_test(str(Decimal(random.randrange(-50, 999)) / 10)),
                lambda: a_test(str(random.randrange(99)), retest_of=random.randint(1, len(box.entries))),
                lambda: box.certificate(random.randrange(40), product=random.choice(("豆角", "黄瓜"))),
                lambda: a_print(number, random.randint(1, 3), random.choice(list(PrintOutcome))),
                lambda: Reprint(number, random.randint(2, 3), "spoiled"),
                lambda: Incident("printer", "printer.paper_out", {}),
                lambda: Observation(RESIDUE_TESTER, (), "00" * 32),
                lambda: OrderDone("all", 1, "notice.put", "00" * 32, random.random() < 0.5, "order.refused"),
            ),
            weights=(30, 15, 20, 15, 5, 5, 5, 5),
        )[0]()

    def _station(self, entry: Envelope) -> str:
        return next(box.name for box in self._boxes if box.log == entry.header.log)


def _parcels(arrivals: Sequence[Arrived], random: Random) -> Iterator[list[Arrived]]:
    start = 0
    while start < len(arrivals):
        size = random.randint(1, MOST_PARCEL)
        yield list(arrivals[start : start + size])
        start += size
