"""Orders that a station must not do, and the true one: made of a seed, with the county's keys and with others."""

import json
import random
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import rfc8785

from kiosk.contract import Header, read, write
from kiosk.rules.messages import (
    CardRevoked,
    DoctorAsked,
    Incident,
    OrderBody,
    Subject,
    SubjectsMerged,
    SubjectsSnapshot,
    TaskWithdrawn,
)
from kiosk.trust import Use
from tests.support.bodies import SALT, START, Station
from tests.support.office import Office, keys, new_key

STREAMS = {"all": "all", "own": "gasa"}


@dataclass(frozen=True, slots=True)
class Wrong:
    """`county` when the office signed it as the next of its stream: then it is refused and passed, not waited for."""

    what: str
    payload: bytes
    county: bool = False


class Forge:
    """Makes wrong orders for the place of order `seq` of a stream, each time others."""

    def __init__(self, office: Office, box: Station, chance: random.Random, carried: bool = False) -> None:
        self._office, self._box, self._chance = office, box, chance
        self._beside = 10**6 if carried else 0  # the uplink sorts by stream: there it might be the next
        self._other = Office("530428")
        self._other.name = office.name  # claims to be our county, with keys of its own
        self._past: list[bytes] = []

    def true(self, stream: str, seq: int) -> bytes:
        order = self._signed(stream, seq, CardRevoked(f"{stream}-{seq}", "lost"))
        self._past.append(order)
        return order

    def wrong(self, stream: str, seq: int) -> Wrong:
        make = self._chance.choice(
            (
                self._strange_key, self._strange_key, self._another_place, self._another_place, self._another_time,
                self._replayed, self._unsigned, self._mutated, self._mutated, self._mutated, self._respelt,
                self._impossible, self._impossible,
            )
        )  # fmt: skip
        return make(stream, seq)

    def _signed(self, stream: str, seq: int, body: OrderBody, **changes: Any) -> bytes:
        facts: dict[str, Any] = {
            "key": self._office.order,
            "at": START,
            "stream": STREAMS.get(stream, stream),
        } | changes
        return self._office.signed(seq, body, **facts)

    def _body(self) -> CardRevoked:
        return CardRevoked(f"evil-{self._chance.random()}", "forged")

    def _strange_key(self, stream: str, seq: int) -> Wrong:
        name, key = self._chance.choice(
            (
                ("witness", self._office.witness), ("card", self._office.card), ("station", self._box.key),
                ("stranger", new_key(f"stranger {self._chance.random()}")), ("other county", self._other.order),
                ("other root", self._other.root), ("our root", self._office.root), ("revoked", new_key("revoked")),
            )
        )  # fmt: skip
        body = self._chance.choice((self._body(), keys(self._other.grant(Use.ORDER, key))))
        return Wrong(f"key of {name}", self._signed(stream, seq, body, key=key))

    def _another_place(self, stream: str, seq: int) -> Wrong:
        far = self._chance.choice((1, 2, 3, 50, 10**6, 2**52))
        places = {
            "a later number": (stream, seq + far),
            "the other stream": ("own" if stream == "all" else "all", seq + self._beside),
            "another station": ("gasa-02", seq),
            "no stream": (self._chance.choice(("", "ALL", "all ", "../all", "feed")), seq),
        }
        what, (name, number) = self._chance.choice(sorted(places.items()))
        if what == "no stream" and not name:
            name = "."
        return Wrong(what, self._signed(name, number, self._body()))

    def _another_time(self, stream: str, seq: int) -> Wrong:
        days = self._chance.choice((-400, -5000, 3650, 20000))
        return Wrong("a day without a grant", self._signed(stream, seq, self._body(), at=START + timedelta(days=days)))

    def _replayed(self, stream: str, seq: int) -> Wrong:
        if not self._past:
            return self._another_place(stream, seq)
        return Wrong("an older order again", self._chance.choice(self._past))

    def _unsigned(self, stream: str, seq: int) -> Wrong:
        """A true order with one part of it put in the place of ours."""
        true, other = read(self._signed(stream, seq, self._body())), read(self._signed(stream, seq, DoctorAsked()))
        table = json.loads(true.bytes())
        part = self._chance.choice(("sig", "key", "body", "salt", "header", "retired"))
        if part == "retired":
            table["body"] = table["salt"] = None
            return Wrong("its body taken away", rfc8785.dumps(table), county=True)
        stranger = json.loads(self._signed(stream, seq, self._body(), key=new_key("stranger")))
        table[part] = {**json.loads(other.bytes()), "salt": "B" * 21 + "A=="}.get(part)
        table[part] = stranger[part] if part in ("sig", "key") else table[part]
        if part == "body" and table["body"] == json.loads(true.bytes())["body"]:
            table["body"] = {}
        return Wrong(f"another {part}", rfc8785.dumps(table))

    def _mutated(self, stream: str, seq: int) -> Wrong:
        data = bytearray(self._signed(stream, seq, self._body()))
        before = bytes(data)
        for _ in range(self._chance.choice((1, 1, 1, 2, 8))):
            at = self._chance.randrange(len(data))
            change = self._chance.choice(("flip", "set", "cut", "insert", "drop", "double"))
            if change == "flip":
                data[at] ^= 1 << self._chance.randrange(8)
            elif change == "set":
                data[at] = self._chance.randrange(256)
            elif change == "cut":
                del data[at:]
            elif change == "insert":
                data[at:at] = self._chance.randbytes(self._chance.choice((1, 4, 300)))
            elif change == "drop":
                del data[at : at + self._chance.choice((1, 4, 40))]
            else:
                data[at:at] = data[at : at + 20]
            if not data:
                break
        return self._mutated(stream, seq) if bytes(data) == before else Wrong("mutated", bytes(data) or b"\0")

    def _respelt(self, stream: str, seq: int) -> Wrong:
        """The same meaning in other bytes."""
        table = json.loads(self._signed(stream, seq, self._body()))
        spelt = self._chance.choice(
            (
                json.dumps(table), json.dumps(table, separators=(",", ":"), sort_keys=True) + "\n",
                json.dumps([table]), json.dumps(table | {"more": 1}, separators=(",", ":"), sort_keys=True),
                "\ufeff" + json.dumps(table, separators=(",", ":"), sort_keys=True),
                json.dumps(table, separators=(",", ":"), sort_keys=True).replace('"v":1', '"v":1.0'),
            )
        )  # fmt: skip
        return Wrong("spelt otherwise", spelt.encode())

    def _impossible(self, stream: str, seq: int) -> Wrong:
        """Truly the office's next order, and it cannot be done."""
        stranger = self._office.grant(Use.ORDER, new_key("stranger"))
        nobody = Subject("x", "farmer", "x", "1", "x")
        orders: dict[str, OrderBody] = {
            "a part without its first": SubjectsSnapshot("e", 2, 3, (nobody,)),
            "a part that is too many": SubjectsSnapshot("e", 4, 3, (nobody,)),
            "a list of nobody": SubjectsSnapshot("e", 1, 1, ()),
            "merged into nobody": SubjectsMerged("nobody", ("x",)),
            "a task that is not there": TaskWithdrawn("t"),
            "words the root did not sign": keys(
                replace(stranger, signature=self._other.grant(Use.ORDER, new_key("x")).signature)
            ),
        }
        what = self._chance.choice((*sorted(orders), "an unknown kind", "another form", "no entry of theirs"))
        if what == "an unknown kind":
            return Wrong(what, self._raw(stream, seq, "of.tomorrow", {"x": "y"}), county=True)
        if what == "another form":
            return Wrong(what, self._raw(stream, seq, CardRevoked.kind, {"card": 7}), county=True)
        if what == "no entry of theirs":
            entry = write(
                Incident("x", "x", {}), log=f"{self._office.name}.{STREAMS[stream]}", seq=seq,
                time=START.isoformat(timespec="milliseconds"), clock="ntp", salt=SALT, key=self._office.order,
            )  # fmt: skip
            return Wrong(what, entry.bytes(), county=True)
        return Wrong(what, self._signed(stream, seq, orders[what]), county=True)

    def _raw(self, stream: str, seq: int, kind: str, table: dict[str, Any]) -> bytes:
        body, log = rfc8785.dumps(table), f"{self._office.name}.{STREAMS[stream]}"
        header = Header(
            log, seq, START.isoformat(timespec="milliseconds"), "ntp", kind, sha256(SALT + body).hexdigest()
        )
        true = read(self._signed(stream, seq, self._body()))
        signature = self._office.order.sign(header.bytes())
        return replace(true, header=header, body=body, salt=SALT, signature=signature).bytes()
