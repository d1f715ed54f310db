"""Carrying by hand, a stick for a line: what the county wrote is taken in, then all that it lacks is put on.

The same courier as on a line: it opens the same folders, checks the same signatures, and holds the same lock.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.bundle import (
    DOWN,
    MOST_BYTES,
    UP,
    Bundle,
    BundleError,
    Carried,
    Facts,
    Manifest,
    name_of,
    open_bundle,
    write_bundle,
)
from kiosk.clock import Clock
from kiosk.courier import Courier, Letter, Tell
from kiosk.enrolment import TrustFile
from kiosk.trust import SealError, Untrusted, Use, check_signature
from kiosk.uplink import UplinkConfig, courier_of
from kiosk.wire import ChunkHead, read_chunk

SPARE = 4 << 20  # bytes that are left free on a stick
TOLD_EVERY = 2000  # entries or chunks


@dataclass(frozen=True, slots=True)
class Report:
    """What a visit of the stick changed: cursors before and after, and what was put on it."""

    heard: bool
    receipted: tuple[int, int]
    orders: tuple[int, int]
    written: Manifest


def carry(config: UplinkConfig, stick: Path, clock: Clock, tell: Tell) -> Report:
    """Take in the county's bundle for this station, if there is one, and write this station's.

    Raises BundleError, and kiosk.log.LogError (Locked while the uplink runs), SealError, ContractError or OSError when
    our own files cannot be used. A bundle that is not ours is told and left: ours is written all the same.
    """
    with ExitStack() as open_files:
        courier = courier_of(config, clock, tell, open_files)
        courier.know_log()
        before = courier.standing()[0]
        heard = _take_down(config, stick, courier, tell)
        after = courier.standing()[0]
        written = _put_up(config, stick, courier, clock, tell)
    orders = tuple(counts.want.all + counts.want.own for counts in (before, after))
    return Report(heard, (before.through, after.through), (orders[0], orders[1]), written)


def _take_down(config: UplinkConfig, stick: Path, courier: Courier, tell: Tell) -> bool:
    file = stick / name_of(config.station, DOWN)
    if not file.exists():
        return False
    try:
        bundle = open_bundle(file)
        _judge(bundle, config)
        for message in bundle.messages():
            courier.heard(message.channel, message.payload, message.deflated, 0.0)
    except BundleError as wrong:
        tell(f"problem.{wrong.code}", **wrong.facts)
        return False
    return True


def _judge(bundle: Bundle, config: UplinkConfig) -> None:
    """Whether the county wrote it for us. A witness key that we do not know yet may come with the orders in it: then
    the messages, each signed on its own, are judged alone. Raises BundleError.
    """
    manifest = bundle.manifest
    if (manifest.way, manifest.county, manifest.station) != (DOWN, config.county, config.station):
        raise BundleError("carry.for_other", file=bundle.file.name, county=manifest.county, station=manifest.station)
    try:
        day = date.fromisoformat(manifest.time[:10])
        grant = TrustFile(config.trust).now().grant(Use.WITNESS, manifest.key, day)
        check_signature(grant.public, bundle.signature, bundle.signed, "bundle")
    except Untrusted:
        return
    except (SealError, ValueError) as wrong:
        raise BundleError("carry.not_signed", file=bundle.file.name) from wrong


def _put_up(config: UplinkConfig, stick: Path, courier: Courier, clock: Clock, tell: Tell) -> Manifest:
    certificate = config.certificate.read_text(encoding="ascii")
    facts = Facts(
        way=UP,
        county=config.county,
        station=config.station,
        log=courier.log,
        time=clock.now().text,
        certificate=certificate,
    )
    letters = courier.all_letters(_room_on(stick))
    return write_bundle(stick, facts, _carried(letters, tell), _signer(config.key))


def _room_on(stick: Path) -> Callable[[int], bool]:
    """Whether another blob goes on the stick: the records go first, blobs as far as they fit."""
    taken = 0

    def room(size: int) -> bool:
        nonlocal taken
        taken += size
        return taken < MOST_BYTES - SPARE and shutil.disk_usage(stick).free > size + SPARE

    return room


def _carried(letters: Iterator[Letter], tell: Tell) -> Iterator[Carried]:
    for nth, letter in enumerate(letters, 1):
        entries = (letter.span.after + 1, letter.last) if letter.span is not None else (0, 0)
        begins = letter.channel == "blob" and _head(letter).at == 0
        yield Carried(letter.channel, letter.payload, letter.deflated, entries, begins)
        if nth % TOLD_EVERY == 0:
            tell("carry.progress", count=nth)


def _head(letter: Letter) -> ChunkHead:
    return read_chunk(letter.payload).head


def _signer(file: Path) -> Callable[[bytes], bytes]:
    """Signs with the box's TLS key: it says who carried, its log's own key says what is true."""
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise BundleError("uplink.tls_key", file=file) from wrong
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise BundleError("uplink.tls_key", file=file)
    own = key
    return lambda data: own.sign(data, ec.ECDSA(hashes.SHA256()))
