"""The county's side of carrying by hand: bundles of stations go the way of the intake, answers go back on the stick.

The same Acceptance as on a line: what is stored, parked and receipted does not depend on how it came.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk.bundle import DOWN, UP, Bundle, BundleError, Carried, Facts, Manifest, name_of, open_bundle, write_bundle
from kiosk.clock import Clock
from kiosk.contract import key_id
from kiosk.trust import public_bytes, read_key
from kiosk.wire import Topics
from ui.county.acceptance import Acceptance, Letter, Message, files_of
from ui.county.database import Database
from ui.county.office import CountyConfig, stations
from ui.county.parking import Tell

MESSAGES_AT_ONCE = 100  # of one commit
CARRIED = frozenset({"up", "blob", "want", "status"})  # what a station may say
ORDER_OF = {"order": 0, "receipt": 1, "kept": 2}  # orders first: a new witness key may be among them


@dataclass(frozen=True, slots=True)
class Report:
    """One station's bundle, and what goes back to it."""

    taken: Manifest
    given: Manifest


class Carrier:
    """Raises kiosk.trust.SealError, ui.county.sql.DatabaseError or OSError when the county's folder cannot be used."""

    def __init__(self, config: CountyConfig, clock: Clock, tell: Tell) -> None:
        self._config = config
        self._clock = clock
        self._tell = tell
        folder = config.folder
        self._key = read_key(folder / "keys" / "witness.key")
        self._files = files_of(folder, config.county, self._key)
        self._authority = x509.load_pem_x509_certificate((folder / "tls" / "ca.pem").read_bytes())

    def take(self, stick: Path) -> Iterator[Report | BundleError]:
        """Every bundle on the stick, one after the other; one that is not right does not stop the others."""
        with closing(Database(self._config.memory)) as database:
            for file in sorted(stick.glob(name_of("*", UP))):
                try:
                    yield self._visit(file, stick, database)
                except BundleError as wrong:
                    yield wrong

    def _visit(self, file: Path, stick: Path, database: Database) -> Report:
        bundle = open_bundle(file)
        self._judge(bundle)
        manifest = bundle.manifest
        acceptance = Acceptance(database, self._files, self._clock, self._tell)
        letters: list[Letter] = []
        messages = (message for message in bundle.messages() if message.channel in CARRIED)
        topics = Topics(self._config.county)
        while batch := list(islice(messages, MESSAGES_AT_ONCE)):
            said = [Message(topics.of(manifest.station, one.channel), one.payload, one.deflated) for one in batch]
            letters += acceptance.take(said, time.monotonic())
        letters += acceptance.due(time.monotonic())
        facts = Facts(
            way=DOWN,
            county=self._config.county,
            station=manifest.station,
            log=manifest.log,
            time=self._clock.now().text,
            key=key_id(public_bytes(self._key)),
        )
        return Report(manifest, write_bundle(stick, facts, _answers(letters, manifest.station), self._key.sign))

    def _judge(self, bundle: Bundle) -> None:
        """The box's certificate is of our authority, for the station that it names, which is still one of ours.

        Raises BundleError.
        """
        manifest, name = bundle.manifest, bundle.file.name
        if manifest.way != UP or manifest.county != self._config.county:
            raise BundleError("carry.for_other", file=name, county=manifest.county, station=manifest.station)
        try:
            certificate = x509.load_pem_x509_certificate(manifest.certificate.encode())
            certificate.verify_directly_issued_by(self._authority)
            key = certificate.public_key()
            if not isinstance(key, ec.EllipticCurvePublicKey):
                raise BundleError("carry.not_signed", file=name)
            key.verify(bundle.signature, bundle.signed, ec.ECDSA(hashes.SHA256()))
        except (ValueError, TypeError, InvalidSignature) as wrong:
            raise BundleError("carry.not_signed", file=name) from wrong
        names = [one.value for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        if names != [manifest.station]:
            raise BundleError("carry.not_signed", file=name)
        if manifest.station not in stations(self._files.trust.now()):
            raise BundleError("carry.no_station", file=name, station=manifest.station)


def _answers(letters: Iterable[Letter], station: str) -> Iterator[Carried]:
    """What is for this station, in an order in which each can be judged by what came before."""
    own = [(letter.topic.split("/")[-1], letter) for letter in letters if letter.topic.split("/")[-2] == station]
    for channel, letter in sorted(own, key=lambda one: ORDER_OF.get(one[0], len(ORDER_OF))):
        yield Carried(channel, letter.payload, letter.deflated)
