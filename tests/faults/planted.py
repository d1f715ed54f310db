"""Part `planted`: ID numbers, private telephones and residences go through all that can take them, on a whole bench;
then every file, message, process and paper is searched for them. And what retention took is searched for after it.

What a paper or a form shows (the name, the telephone that the person chose to have printed) has its places: ALLOWED.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from PIL import Image

from drivers.scanner.codes.decoders import read_codes
from kiosk import log
from kiosk.clock import Clock, build_time, system_time
from kiosk.contract import read
from kiosk.private_data import Particulars, PrivateData, Sealed, station_secret
from kiosk.record import Home, Record
from kiosk.rules.messages import (
    CardRevoked,
    Correction,
    Dispatched,
    Disposal,
    DrugsStated,
    DrugUse,
    EntryBody,
    Incident,
    Incoming,
    Lost,
    Objection,
    OrderDone,
    Reprint,
    SampleTaken,
    SampleType,
    Scene,
    Subject,
    TaskWithdrawn,
    Voided,
)
from kiosk.rules.oversight import gate
from kiosk.rules.oversight.gate_facts import Decision
from kiosk.rules.scan.identifiers import id_check
from kiosk.rules.scan.links import base32_bytes
from kiosk.trust import read_key, read_trust
from kiosk.words import load_words
from tests.faults.aged import aged
from tests.faults.book import Found, Units
from tests.faults.haystack import Hit, Needles, inflated, processes
from tests.faults.spy import Spy
from tests.faults.ward import at_work
from tests.support.oversight import SETTINGS, WORDINGS, goods
from tests.support.waiting import came
from ui.county.orders import Orders
from ui.county.reader import Reader
from ui.demo.bench import COUNTY, STATION, Bench, Plan
from ui.demo.hand import Hand
from ui.demo.turn import take_turn

PEOPLE, AT_ONCE = 1000, 125  # in all; of one bench
CHOSEN = 3  # farmers, whose printed telephone and name are in clear where ALLOWED says
SETTLES_WITHIN = 90.0
AT = "2026-11-22T09:00:00+08:00"

# A certificate shows its subject's name and the telephone that he chose; so do what it is made of and what keeps it.
ALLOWED = (
    "county/orders/",  # the county's list of producers
    "box/down/", "box/up/", "box/state/record.db", "box/blobs/",
    "county/county.db", "county/blobs/",
    "message liangzheng/1/530427/all/order", "message liangzheng/1/530427/gasa-01/order",
    "message liangzheng/1/530427/gasa-01/up",
    "county/mosquitto/data/",  # messages on their way, on the county's own machine
    "paper/", "cards/",
    "export.lzx", "backup/", "code on paper",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    left: Particulars


def units(seed: int, count: int | None) -> Units:
    people = PEOPLE if count is None else count
    for nth, first in enumerate(range(0, people, AT_ONCE)):
        yield f"bench {nth}", _bench(seed * 1000 + nth, min(AT_ONCE, people - first))
    for nth, first in enumerate(range(0, people, AT_ONCE)):
        yield f"retention {nth}", _retention(min(AT_ONCE, people - first))


def _retention(people: int) -> Callable[[], Sequence[str]]:
    return lambda: forgotten(people)


def forgotten(people: int) -> Found:
    """So many people whose time is over."""
    with tempfile.TemporaryDirectory(prefix="liangzheng-planted-") as folder:
        wrong, searched = aged(Path(folder), people)
    return Found(wrong, {"people whose time is over": people, "MiB searched": searched >> 20})


def _bench(seed: int, people: int) -> Callable[[], Sequence[str]]:
    return lambda: planted(seed, people)


def planted(seed: int, people: int) -> Found:
    """One bench with so many people; the words for everything that was found where it may not be."""
    sellers = [person(Random(f"{seed}/{nth}"), nth) for nth in range(people)]
    farmers = tuple(farmer(nth) for nth in range(CHOSEN))
    with _running(seed, farmers, sellers) as (bench, spy):
        wrong = _journey(bench, sellers)
        seen = [*processes(bench.programs.pids()), *spy.heard()]
        spy.stop()
        bench.close()
        needles = _needles(sellers, farmers)
        found = {hit for where, data in seen for hit in _looked(needles, data, where)}
        found |= needles.in_files(bench.folder)
        found |= {hit for code in _codes(bench) for hit in needles.within(code, "code on paper")}
        wrong += sorted(str(hit) for hit in found if not _is_allowed(hit))
        wrong += _allowed_is_used(found)
    return Found(wrong, {"people": people, "messages": len(seen), "MiB searched": needles.searched >> 20})


# --- who ------------------------------------------------------------------------------------------------------------


def person(draw: Random, nth: int) -> Person:
    """All of one kind begin alike, as no real one does."""
    born = f"19{draw.randrange(40, 99)}{draw.randrange(1, 13):02}{draw.randrange(1, 29):02}"
    number = f"778899{born}{nth % 1000:03}"
    phone = f"19671{draw.randrange(10**6):06}"
    return Person(f"郝连{nth:04}", Particulars(number + id_check(number), phone, f"云山平寨自然村{nth:04}号"))


def farmer(nth: int) -> Subject:
    return Subject(f"p{nth:04}", "farmer", f"慕容春{nth:04}", f"19528{nth:06}", "Gasa, Xinping", "530427")


def _needles(sellers: Sequence[Person], farmers: Sequence[Subject]) -> Needles:
    left = [one.left for one in sellers]
    return Needles(
        {
            "id": [one.id_number for one in left],
            "phone": [one.contact for one in left],
            "residence": [one.residence for one in left],
            "seller": [one.name for one in sellers],
            "farmer": [one.name for one in farmers],
            "contact": [one.contact for one in farmers],
        }
    )


# --- what they do ---------------------------------------------------------------------------------------------------


@contextmanager
def _running(seed: int, farmers: tuple[Subject, ...], sellers: Sequence[Person]) -> Iterator[tuple[Bench, Spy]]:
    """A bench on which everything was typed that can be, and then all programs were started."""
    with tempfile.TemporaryDirectory(prefix="liangzheng-planted-", ignore_cleanup_errors=True) as folder:
        bench = Bench(Path(folder), Plan("clean", seed, run_seconds=0.3), farmers, load_words("zh"))
        bench.make()
        spy = Spy(bench.county, bench.broker_port)
        _order(bench, sellers[0])
        _type(bench, sellers)
        with at_work(bench, spy):
            yield bench, spy


def _order(bench: Bench, one: Person) -> None:
    orders, words = Orders(bench.county), f"{one.left.id_number} {one.left.contact}"
    orders.give("all", CardRevoked("12345678", words), system_time())
    orders.give(STATION, TaskWithdrawn("T1", words), system_time())


def _type(bench: Bench, sellers: Sequence[Person]) -> None:
    """What people would type at the station, recorded by the record itself."""
    state, keys = bench.box / "state", bench.box / "keys"
    home = Home(COUNTY, STATION, "0", state / "record.db", bench.box / "up", bench.box / "down")
    trust, today = read_trust(keys / "trust.json"), system_time().date()
    private = PrivateData(station_secret(state / "person.secret"))
    record = Record(home, read_key(keys / "station.key"), trust, Clock(build_time()))
    try:
        for nth, one in enumerate(sellers):
            record.append(_check(one, private.sealed(one.left, trust, today)))
            record.append(_typed(one)[nth % len(_typed(one))])
    finally:
        record.close()


def _check(one: Person, left: Sealed) -> EntryBody:
    load = goods(seller=one.name, stall=f"stall of {one.left.contact}")
    judged = gate.judge(
        load, None, today=system_time().date(), settings=SETTINGS, wordings=WORDINGS, grower=one.left.given
    )
    reason = f"he says {one.left.id_number}, call {one.left.contact}"
    return gate.entry(
        load, None, judged, at=AT, inspector="Wang", decision=Decision.TEST_FIRST, reason=reason, sealed=left.sealed,
        id_tail=left.id_tail, person=left.person,
    )  # fmt: skip


def _typed(one: Person) -> Sequence[EntryBody]:
    """Every kind with words of people in it; the numbers are written as people write them."""
    number, phone = one.left.id_number, one.left.contact
    words = f"{number} {phone}"
    spaced = f"{number[:6]} {number[6:14]} {number[14:]}, {phone[:3]}-{phone[3:7]}-{phone[7:]}"
    kilogram = (Decimal(1), "kg", "1 kg")
    return (
        Voided("530427ABCDE12345X", "other", "Wang", "taken_back", note=words),
        Reprint("530427ABCDE12345X", 2, spaced),
        Lost("L1", *kilogram, words),
        Disposal("L1", "s1", "tomato", "sealed", Decimal(1), "kg", spaced, f"Wang {number}", witness=f"Li {number}"),
        Incident("gate", "gate.told", {"said": words}),
        Correction(1, "stall", number, f"new {number}", spaced, "Wang"),
        Objection(1, "S", "s1", AT, in_time=True, by=f"Li {number}", reason=words),
        Dispatched("L1", *kilogram, to=words),
        DrugsStated("v", "L1", "s1", "tomato", used=True, uses=(DrugUse("trade_name", spaced),)),
        Incoming("v", "s1", "handwritten", False, words, None, "kg", f"Li {number}", number=number),
        SampleTaken(
            number, SampleType.ROUTINE, Scene.RETAIL, "s1", f"Li {number}", "tomato", "L1", "新平县", AT, "Wang",
            stall=words, place=spaced, seals=(number,),
        ),
    )  # fmt: skip


def _journey(bench: Bench, sellers: Sequence[Person]) -> list[str]:
    """A farmer's turn, the uplink's work, an opening, an export and a backup; what did not come about."""
    bench.await_entry(lambda entry: isinstance(entry, OrderDone) and entry.order == TaskWithdrawn.kind)
    someone = bench.people[0]
    take_turn(bench, Hand(bench.station_url, bench.token), someone, bench.folder / "cards" / f"{someone.id}.png")
    if not _settled(bench):
        return [f"after {SETTLES_WITHIN:.0f} s the county has not receipted the whole log"]
    name = log_name(bench)
    who = ("--as", "Li Hua", "--role", "case_officer", "--reason", "case 7")
    shown = _command("county", "open", bench.county, f"{name}/2", *who)
    wrong = [] if sellers[0].left.id_number in shown else ["the county cannot open what was sealed to it"]
    listed = _command("county", "openings", bench.county)
    wrong += [] if "Li Hua" in listed else ["the opening is not on record"]
    _command("county", "retire", bench.county, "--dry-run")
    station = bench.box / "etc" / "station.toml"
    _command("record", "export", station, bench.folder / "export.lzx")
    _command("record", "backup", station, bench.folder / "backup", "--blobs")
    return wrong


def _settled(bench: Bench) -> bool:
    name = log_name(bench)

    def whole() -> bool:
        with Reader(bench.county / "county.db") as reader:
            head = reader.head(name)
        return head is not None and head.receipted == log.Tail(bench.box / "up").through

    return came(whole, SETTLES_WITHIN, again=0.1)


def log_name(bench: Bench) -> str:
    ((_, first),) = log.Tail(bench.box / "up").after(0, 1)
    return read(first).header.log


def _command(*typed: object) -> str:
    """What it says; nothing of that is kept in a file."""
    done = subprocess.run(
        [sys.executable, "-m", "ui.command.main", *map(str, typed)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{typed[0]} {typed[1]}: {done.stderr}")
    return done.stdout


# --- what is found --------------------------------------------------------------------------------------------------


def _looked(needles: Needles, data: bytes, where: str) -> set[Hit]:
    return needles.within(data, where) | needles.within(inflated(data), where)


def _codes(bench: Bench) -> Iterator[bytes]:
    """What stands in the codes of all papers and cards, and what those carry."""
    for file in (*bench.printer.papers, *(bench.folder / "cards").glob("*.png")):
        gray = Image.open(file).convert("L")
        for code in read_codes(memoryview(gray.tobytes()).cast("B", (gray.height, gray.width))):
            yield code
            yield base32_bytes(code.rpartition(b"/")[2].decode(errors="replace")) or b""


def _is_allowed(hit: Hit) -> bool:
    return hit.what in ("seller", "farmer", "contact") and hit.where.startswith(ALLOWED)


def _allowed_is_used(found: set[Hit]) -> Iterator[str]:
    """A search that finds nothing anywhere has proved nothing."""
    for what, where in (("contact", "box/up/"), ("seller", "county/county.db"), ("farmer", "code on paper")):
        if not any(hit.what == what and hit.where.startswith(where) for hit in found):
            yield f"the search did not find {what} in {where}"
