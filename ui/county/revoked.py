"""Which certificates are void, for the list that offline checkers carry: by the county's orders, or by their station.

A station voids what it issued itself; what it says of another station's certificate counts nothing.
"""

from collections.abc import Iterator
from pathlib import Path

from kiosk.clock import Now
from kiosk.contract import ContractError, read
from kiosk.durable import write_whole
from kiosk.revoked_list import Head, counter_of, write_list
from kiosk.rules.messages import CertificateRevoked, Voided
from kiosk.rules.scan.numbers import parse_number
from kiosk.trust import read_key, read_trust
from kiosk.verify import Why
from ui.county.database import Absent
from ui.county.orders import ALL, Orders
from ui.county.reader import Reader
from ui.county.sql import Where

OWN = "revoked.list"  # the county's own copy: its counter is the last that was given


def void_numbers(folder: Path, where: Where) -> dict[str, Why]:
    """Every void certificate of the county. Raises DatabaseError when its memory cannot be read."""
    found = dict.fromkeys(_voided(where), Why.VOID)
    return found | dict.fromkeys(_ordered(Orders(folder)), Why.ORDER)


def write_revoked(folder: Path, file: Path, numbers: dict[str, Why], now: Now) -> Head:
    """Sign the list of this moment; its counter is larger than that of any before, also after a loss of our copy."""
    trust, orders = read_trust(folder / "trust.json"), Orders(folder)
    counter = max((counter_of(folder / OWN, trust) or 0) + 1, int(now.at.timestamp()))
    through = orders.through(ALL) if ALL in orders.streams() else 0
    key = read_key(folder / "keys" / "order.key")
    head = write_list(folder / OWN, trust.county, counter, now.at, through, numbers, key)
    write_whole(file, (folder / OWN).read_bytes(), 0o644)
    return head


def _ordered(orders: Orders) -> Iterator[str]:
    for stream in orders.streams():
        seq = 0
        while payloads := orders.after(stream, seq):
            seq += len(payloads)
            for envelope in map(read, payloads):
                if envelope.header.kind == CertificateRevoked.kind and isinstance(envelope.order, CertificateRevoked):
                    yield parse_number(envelope.order.number) or envelope.order.number


def _voided(where: Where) -> Iterator[str]:
    try:
        with Reader(where) as reader:
            for kept in reader.of_kind(Voided.kind):
                try:
                    body = None if kept.envelope.body is None else kept.envelope.entry
                except ContractError:
                    continue  # a body of tomorrow; its certificate stands until its station's order is known
                row = reader.certificate(body.number) if isinstance(body, Voided) else None
                if row is not None and row["station"] == kept.station:
                    yield row["number"]
    except Absent:
        return
