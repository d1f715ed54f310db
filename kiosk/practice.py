"""The place of a practice: a county of one box that nobody else knows; its root key is gone when it is made.

What is signed here verifies nowhere: no trust list of a real county has these keys, and its links lead to no host.
"""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import log, trust
from kiosk.choices import written
from kiosk.clock import Now
from kiosk.config import table_of
from kiosk.contract import SALT_BYTES, write
from kiosk.rules.messages import Card as CardOf
from kiosk.rules.messages import OrderBody, PackPut, Staff, StaffPut, Subject, SubjectsUpsert
from kiosk.rules.scan.numbers import CARD_BYTES, card_number
from kiosk.rules.scan.tags import RANDOM_BYTES, Tag, tag_link, tag_number
from kiosk.seal import CardCode, link, seal_card
from kiosk.staff_pin import hashed
from kiosk.training import HOST, Card
from kiosk.trust import Grant, Trust, Use
from kiosk.words import Words

METHOD = "gbt-5009-199-2003"
SOURCE = "practice: the simulated analyzer reads in a moment"
PIN = "1234"
PEOPLE = ("farmer", "cooperative", "buyer")
ROLES = ("clerk", "inspector", "officer")  # nobody practises on the box's own settings
SIGNS = {"farmer": "person", "cooperative": "paper", "buyer": "hand", "staff": "test"}
DAYS = 2  # either side of today, for which its grants count


@dataclass(frozen=True, slots=True)
class Place:
    folder: Path

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def key(self) -> Path:
        return self.keys / "station.key"

    @property
    def trust(self) -> Path:
        return self.keys / "trust.json"

    @property
    def down(self) -> Path:
        return self.folder / "down"


def make(place: Place, county: str, station: str, now: Now, words: Words) -> tuple[Card, ...]:
    """A new place with its people in it; their cards, as they lie on the screen. Raises OSError."""
    place.keys.mkdir(parents=True, exist_ok=True)
    root, order, card = (trust.make_key(place.keys / f"{name}.key") for name in ("root", "order", "card"))
    box = trust.make_key(place.key)
    uses = ((Use.ORDER, "office", order), (Use.CARD, "office", card), (Use.STATION, station, box))
    since, until = (now.at.date() + timedelta(days=days) for days in (-DAYS, DAYS))
    grants = tuple(
        trust.granted(root, Grant(county, use, name, _public(key), since.isoformat(), until.isoformat()))
        for use, name, key in uses
    )
    place.trust.write_bytes(Trust(county, trust.public_bytes(root), grants).bytes())
    people, staff = subjects(county, words), member(words)
    numbers = {person.id: card_number(secrets.token_bytes(CARD_BYTES)) for person in people}
    known = SubjectsUpsert(people, tuple(CardOf(numbers[person.id], person.id) for person in people))
    _give(place, f"{county}.all", "all", (known, StaffPut((staff,)), quick_method()), now, order)
    codes = {one.id: seal_card(CardCode(numbers[one.id], one.id, one.name, now.at.date()), card) for one in people}
    for name in ("root", "order", "card"):
        (place.keys / f"{name}.key").unlink()
    return (*(_card(one, link(HOST, "K", codes[one.id]), words) for one in people), _badge(staff, words))


def subjects(county: str, words: Words) -> tuple[Subject, ...]:
    return tuple(_subject(nth, name, county, words) for nth, name in enumerate(PEOPLE, 1))


def member(words: Words) -> Staff:
    badge = tag_number(Tag.BADGE, secrets.token_bytes(RANDOM_BYTES))
    return Staff("practice-staff", words.say("training.staff.name"), ROLES, badge, hashed(PIN))


def quick_method() -> PackPut:
    """Nobody practises waiting: the method's own steps, without its times."""
    file = f"methods/{METHOD}.toml"
    with resources.as_file(resources.files("kiosk") / "packs" / file) as pack:
        form = table_of(pack)
    steps = form["step"] if isinstance(form["step"], dict) else {}
    read = {**steps["read"], "least": 0, "mark": "I", "source": SOURCE, "confirmed": False}
    read.pop("most", None)
    text = written({**form, "step": {**steps, "read": read}})
    return PackPut(file, text, hashlib.sha256(text.encode()).hexdigest())


def _subject(nth: int, name: str, county: str, words: Words) -> Subject:
    called, origin = (words.say(f"training.{name}.{what}") for what in ("name", "origin"))
    return Subject(f"practice-{name}", name, called, f"1380000{nth}234", origin, region=county)


def _give(place: Place, name: str, stream: str, bodies: Sequence[OrderBody], now: Now, key: Ed25519PrivateKey) -> None:
    with closing(log.Writer(place.down / stream)) as writer:
        for body in bodies:
            salt = secrets.token_bytes(SALT_BYTES)
            order = write(body, log=name, seq=writer.last + 1, time=now.text, clock=now.state, salt=salt, key=key)
            writer.append(order.bytes())
        writer.flush()
        writer.publish(writer.last)


def _card(person: Subject, seen: str, words: Words) -> Card:
    tail = words.say("training.tail", tail=person.contact[-4:])
    return Card(person.kind, person.name, SIGNS[person.kind], tail, seen)


def _badge(staff: Staff, words: Words) -> Card:
    return Card("staff", staff.name, SIGNS["staff"], words.say("training.pin", pin=PIN), tag_link(HOST, staff.badge))


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(trust.public_bytes(key)).decode()
