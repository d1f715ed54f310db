"""A box takes another's place, or begins anew after its card was restored: the old state is put aside, never deleted.

What is to be done is durable before anything moves, and the key moves first: no station can write the old log while the
rest follows. The same command finishes what a power cut left.
"""

import fcntl
import os
from base64 import b64decode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.checkpoint import open_receipt
from kiosk.contract import ContractError, key_id, read
from kiosk.durable import flush_folder
from kiosk.enrolment import EnrolmentError, install, prepare, read_request
from kiosk.log import LogError, Tail, payloads
from kiosk.predecessor import FILE, Predecessor, read_predecessor
from kiosk.trust import Broken, SealError, Trust, public_bytes, read_key, read_trust

RECEIPTS_LOOKED_AT = 50  # the newest
OF_THE_BOX = ("tls/client.key", "tls/client.pem", "request.json")  # beside station.key; the last says whose it was


@dataclass(frozen=True, slots=True)
class Places:
    """`keys` is the folder of `liangzheng join`; the others are those of station.toml."""

    keys: Path
    up: Path
    down: Path
    state: Path


def succeed(places: Places, county: str, station: str) -> bytes:
    """Put the old log aside, make new keys, and the request that says whose place they take.

    Asking again gives the same request until the new log has begun. Raises EnrolmentError, SealError, OSError.
    """
    _same_name(places.keys / "request.json", county, station)
    with _alone(places):
        plan = _plan(places)
        if plan is None:
            raise EnrolmentError("uplink.no_predecessor", folder=places.keys)
        if _own(places) in (None, plan.log):
            _put_aside(places, plan)
    return prepare(places.keys, county, station, succeeding=True)


def _same_name(request: Path, county: str, station: str) -> None:
    if request.exists():
        own = read_request(request.read_bytes())
        if (own.county, own.station) != (county, station):
            raise EnrolmentError("uplink.prepared_for_other", county=own.county, station=own.station)


def _plan(places: Places) -> Predecessor | None:
    """Whose place is taken: as it was decided before a power cut, or now, when a log has begun with the key we have."""
    plan, own = read_predecessor(places.keys), _own(places)
    if own is None or (plan is not None and plan.log == own) or not any(places.up.glob("*.seg")):
        return plan
    through, root = _receipted(places, own)
    plan = Predecessor(own, through, root)
    install(places.keys / FILE, plan.bytes())
    return plan


def _own(places: Places) -> str | None:
    """Id of the log that lies here: beside a restored one a key may lie that never wrote it.

    Where no log has begun, or its first entry cannot be read, the key says it.
    """
    with suppress(LogError, ContractError, OSError):
        begun = next(payloads(places.up), None)
        if begun is not None:
            return read(begun[1]).header.log
    return _of_key(places.keys / "station.key")


def _of_key(file: Path) -> str | None:
    with suppress(Broken, FileNotFoundError):
        return key_id(public_bytes(read_key(file)))
    return None


def _of_request(file: Path) -> str | None:
    with suppress(EnrolmentError, FileNotFoundError):
        return key_id(b64decode(read_request(file.read_bytes()).key))
    return None


def _receipted(places: Places, own: str) -> tuple[int, str]:
    """Size and root (hex) of the newest receipt of our log that holds; 0 and nothing before the first."""
    try:
        trust = read_trust(places.keys / "trust.json")
        tail = Tail(places.down / "receipts")
        notes = tail.after(max(0, tail.through - RECEIPTS_LOOKED_AT), RECEIPTS_LOOKED_AT)
    except (SealError, LogError, OSError):
        return 0, ""
    return next((found for _, note in reversed(notes) if (found := _opened(note, trust, own))), (0, ""))


def _opened(note: bytes, trust: Trust, own: str) -> tuple[int, str] | None:
    try:
        checkpoint = open_receipt(note.decode(), trust).checkpoint
    except (SealError, UnicodeDecodeError):
        return None
    return (checkpoint.size, checkpoint.root.hex()) if checkpoint.log == own else None


def _put_aside(places: Places, plan: Predecessor) -> None:
    aside, keys = Path("former") / plan.log, places.keys
    whose = _of_key(keys / "station.key") or _of_request(keys / "request.json") or plan.log
    for file in ("station.key", *OF_THE_BOX):
        _move(keys / file, keys.parent / "former" / whose / keys.name / file)
    for home, all_of in ((places.state, "record.db*"), (places.up, "*"), (places.down, "*")):
        for child in sorted(home.glob(all_of)):
            _move(child, home.parent / aside / home.name / child.name)


def _move(old: Path, new: Path) -> None:
    """Durable when it returns; what lies there already is left as it is."""
    if not old.exists():
        return
    new.parent.mkdir(parents=True, exist_ok=True)
    nth, free = 1, new
    while free.exists():
        nth, free = nth + 1, new.with_name(f"{new.name}.{nth}")
    old.rename(free)
    for folder in (free.parent, *free.parents[1:3], old.parent):
        flush_folder(folder)


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """Neither station nor uplink runs. Raises EnrolmentError when one does."""
    with ExitStack() as stack:
        for file in (places.up / "lock", *sorted(places.down.glob("*/lock"))):
            if file.exists():
                handle = os.open(file, os.O_RDWR)
                stack.callback(os.close, handle)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise EnrolmentError("uplink.still_running", folder=file.parent) from None
        yield
