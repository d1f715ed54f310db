"""What stations sealed to the county, opened for a named person in a role that may; noted before it is seen."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.clock import Now
from kiosk.contract import ContractError
from kiosk.pack import load_packs
from kiosk.private_data import Particulars, opened
from kiosk.rules.messages import Complaint, GateCheck
from kiosk.trust import Broken, read_data_key
from ui.county.database import Database, Where
from ui.county.given import given
from ui.county.office import OfficeError
from ui.county.orders import Orders
from ui.county.reader import Kept, Reader

SEALED = "sealed"  # the one field of this kind
KEYS = "data*.key"  # in keys/: the data key, and those before it


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants to see which field of which entry, in what role, and why."""

    who: str
    role: str
    reason: str
    log: str
    seq: int
    field: str = SEALED


def open_sealed(folder: Path, where: Where, asked: Asked, now: Now) -> Particulars:
    """The clear text, after the database has noted durably who sees it. Raises OfficeError, DatabaseError."""
    refuse(asked, roles(folder, now.at.date()))
    with Reader(where) as reader:
        sealed, about = _sealed(reader.entry(asked.log, asked.seq), asked)
    database = Database(where)
    try:
        database.opened(asked.who, asked.role, asked.reason, asked.log, asked.seq, [asked.field], now.text)
    finally:
        database.close()
    return _by_any_key(folder / "keys", sealed, about)


def roles(folder: Path, day: date) -> tuple[str, ...]:
    """Those that may open, by the county's settings of that day."""
    return load_packs(put=given(Orders(folder)).on(day)).settings.open_roles


def refuse(asked: Asked, may: tuple[str, ...]) -> None:
    """Raises OfficeError."""
    if asked.role not in may:
        raise OfficeError("office.open.role", role=asked.role, may=", ".join(may) or "-")
    if not asked.who.strip() or not asked.reason.strip():
        raise OfficeError("office.open.reason")


def _sealed(kept: Kept | None, asked: Asked) -> tuple[str, str]:
    """What is sealed, and as what."""
    name = f"{asked.log}/{asked.seq}"
    if kept is None:
        raise OfficeError("office.open.none", entry=name)
    if kept.envelope.body is None:
        raise OfficeError("office.open.retired", entry=name)
    try:
        body = kept.envelope.entry
    except ContractError as wrong:
        raise OfficeError("office.open.nothing", entry=name, field=asked.field) from wrong
    if asked.field != SEALED or not isinstance(body, GateCheck | Complaint) or not body.sealed:
        raise OfficeError("office.open.nothing", entry=name, field=asked.field)
    return body.sealed, f"{body.kind}.{SEALED}"


def _by_any_key(keys: Path, sealed: str, about: str) -> Particulars:
    """A key that was replaced still opens what was sealed to it."""
    for file in sorted(keys.glob(KEYS)):
        try:
            return opened(read_data_key(file), sealed, about)
        except Broken:
            continue
    raise OfficeError("office.open.key")
