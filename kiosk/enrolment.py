"""How a box joins a county: it makes its keys, sends a request, installs the county's bundle. No private key travels.

EnrolmentError      code + facts; `problem.<code>` is the sentence
"""

import base64
import json
import os
import re
from pathlib import Path
from typing import Annotated, Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.contract import key_id
from kiosk.durable import flush_folder
from kiosk.predecessor import FILE, Predecessor, read_predecessor
from kiosk.trust import SealError, Trust, Use, make_key, public_bytes, read_key, read_trust
from kiosk.wire import CODE, RESERVED, Code


class EnrolmentError(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


class Request(BaseModel):
    """What a box shows the county: nothing in it is secret. `key` is Ed25519, raw, base64; `csr` is PEM.

    What has its default is not written: most boxes take nobody's place.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    county: Code
    station: Code
    key: str
    csr: str
    predecessor: Annotated[str, Field(pattern="^([0-9a-f]{32})?$")] = ""  # log of the box whose place is taken
    through: Annotated[int, Field(ge=0)] = 0  # so many entries of it are receipted,
    root: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""  # with this root


class Bundle(BaseModel):
    """What the county answers. `trust` is trust.json, the certificates are PEM, `host` is that of codes on paper.

    `predecessor` and `through` are named when a key was replaced: the old log, and how much of it counts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    county: Code
    station: Code
    host: str
    broker_host: str
    broker_port: int
    trust: dict[str, Any]
    certificate: str
    ca: str
    predecessor: Annotated[str, Field(pattern="^([0-9a-f]{32})?$")] = ""
    through: Annotated[int, Field(ge=0)] = 0


class TrustFile:
    """trust.json as it stands now; read again when the file has been replaced."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int, int] | None = None
        self._trust: Trust | None = None

    def now(self) -> Trust:
        """Raises SealError when it is not a trust list."""
        try:
            state = self._file.stat()
        except OSError as missing:
            raise SealError(f"{self._file}: {missing.strerror}") from missing
        seen = (state.st_ino, state.st_size, state.st_mtime_ns)
        if self._trust is None or seen != self._seen:
            self._trust, self._seen = read_trust(self._file), seen
        return self._trust


def prepare(folder: Path, county: str, station: str, *, succeeding: bool = False) -> bytes:
    """Make the box's two keys (once) and the request that names them.

    Writes station.key, tls/client.key (owner only) and request.json. Raises EnrolmentError when the folder belongs to
    another county or station: a box with a new name needs a new folder, for it begins a new log. `succeeding` is for
    kiosk.succession, which has put an old log aside.
    """
    if station in RESERVED:
        raise EnrolmentError("uplink.code_reserved", station=station)
    for text in (county, station):
        if re.fullmatch(CODE, text) is None:
            raise EnrolmentError("uplink.code_form", text=text)
    old = read_predecessor(folder)
    if old is not None and not succeeding and not (folder / "station.key").exists():
        raise EnrolmentError("uplink.succession_unfinished")
    (folder / "tls").mkdir(parents=True, exist_ok=True)
    own = _own_request(folder)
    if own is not None:
        if (own.county, own.station) != (county, station):
            raise EnrolmentError("uplink.prepared_for_other", county=own.county, station=own.station)
        return _canonical(own)
    public = public_bytes(_kept_key(folder / "station.key"))
    csr = _signing_request(station, _kept_tls_key(folder / "tls" / "client.key"))
    facts: dict[str, object] = {
        "county": county,
        "station": station,
        "key": base64.b64encode(public).decode(),
        "csr": csr,
    }
    if old is not None and old.log != key_id(public):
        facts |= {"predecessor": old.log, "through": old.through, "root": old.root}
    request = read_request(json.dumps(facts).encode())
    install(folder / "request.json", _canonical(request))
    return _canonical(request)


def accept(folder: Path, bundle: bytes) -> Bundle:
    """Check the county's answer against our own keys and install trust.json, tls/client.pem and tls/ca.pem.

    Raises EnrolmentError, and then nothing has changed.
    """
    own = _own_request(folder)
    if own is None:
        raise EnrolmentError("uplink.not_prepared", folder=folder)
    try:
        answer = Bundle.model_validate_json(bundle)
    except ValidationError as wrong:
        raise EnrolmentError("uplink.bundle_form", wrong=_first(wrong)) from wrong
    if (answer.county, answer.station) != (own.county, own.station):
        raise EnrolmentError("uplink.bundle_for_other", county=answer.county, station=answer.station)
    _check_certificate(folder, answer)
    _install_trust(folder, answer, base64.b64decode(own.key))
    if answer.predecessor and read_predecessor(folder) is None:  # of the old box nothing was left
        install(folder / FILE, Predecessor(answer.predecessor, answer.through, "").bytes())
    install(folder / "tls" / "ca.pem", answer.ca.encode())
    install(folder / "tls" / "client.pem", answer.certificate.encode())
    (folder / "trust.json.new").replace(folder / "trust.json")
    flush_folder(folder)
    return answer


def read_request(data: bytes) -> Request:
    """Raises EnrolmentError when the data is not a request."""
    try:
        request = Request.model_validate_json(data)
        raw = base64.b64decode(request.key, validate=True)
    except ValidationError as wrong:
        raise EnrolmentError("uplink.request_form", wrong=_first(wrong)) from wrong
    except ValueError as wrong:
        raise EnrolmentError("uplink.request_form", wrong="key") from wrong
    if len(raw) != 32:
        raise EnrolmentError("uplink.request_form", wrong="key")
    return request


def install(file: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file so that after a power cut it is the old one or the new one, whole. Raises OSError."""
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as out:
            os.fchmod(handle, mode)  # whatever the umask: other users of the box read these
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    fresh.replace(file)
    flush_folder(file.parent)


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _canonical(request: Request) -> bytes:
    return json.dumps(request.model_dump(exclude_defaults=True), indent=1, sort_keys=True).encode() + b"\n"


def _own_request(folder: Path) -> Request | None:
    try:
        return read_request((folder / "request.json").read_bytes())
    except FileNotFoundError:
        return None


def _kept_key(file: Path) -> Ed25519PrivateKey:
    return read_key(file) if file.exists() else make_key(file)


def _kept_tls_key(file: Path) -> ec.EllipticCurvePrivateKey:
    if not file.exists():
        install(file, private_pem(ec.generate_private_key(ec.SECP256R1())), 0o600)
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as wrong:
        raise EnrolmentError("uplink.tls_key", file=file) from wrong
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise EnrolmentError("uplink.tls_key", file=file)
    return key


def _signing_request(station: str, key: ec.EllipticCurvePrivateKey) -> str:
    from cryptography import x509  # for who joins; the others read a trust list, and are spared 1 MB
    from cryptography.x509.oid import NameOID

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, station)])
    csr = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return csr.public_bytes(serialization.Encoding.PEM).decode()


def _check_certificate(folder: Path, answer: Bundle) -> None:
    """The certificate is for our key and our name, by the authority that comes with it."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    try:
        certificate = x509.load_pem_x509_certificate(answer.certificate.encode())
        certificate.verify_directly_issued_by(x509.load_pem_x509_certificate(answer.ca.encode()))
    except (ValueError, TypeError, InvalidSignature) as wrong:
        raise EnrolmentError("uplink.bundle_certificate") from wrong
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    ours = _kept_tls_key(folder / "tls" / "client.key").public_key()
    if certificate.public_key() != ours or [name.value for name in names] != [answer.station]:
        raise EnrolmentError("uplink.bundle_certificate")


def _install_trust(folder: Path, answer: Bundle, own: bytes) -> None:
    """Leave the checked trust list in trust.json.new, to be put in force as the last step."""
    fresh = folder / "trust.json.new"
    fresh.write_bytes(json.dumps(answer.trust, indent=1, ensure_ascii=False).encode() + b"\n")
    try:
        _check_trust(folder, answer, read_trust(fresh), own)
    except SealError as wrong:
        fresh.unlink()
        raise EnrolmentError("uplink.bundle_trust") from wrong
    except EnrolmentError:
        fresh.unlink()
        raise
    with fresh.open("rb") as written:
        os.fsync(written.fileno())


def _check_trust(folder: Path, answer: Bundle, trust: Trust, own: bytes) -> None:
    known = folder / "trust.json"
    if known.exists() and read_trust(known).root != trust.root:
        raise EnrolmentError("uplink.other_root", county=answer.county)
    granted = any(
        grant.use == Use.STATION and grant.name == answer.station and grant.public == own for grant in trust.grants
    )
    if trust.county != answer.county or not granted:
        raise EnrolmentError("uplink.not_granted", kid=key_id(own))


def _first(wrong: ValidationError) -> str:
    return ".".join(map(str, wrong.errors()[0]["loc"])) or "JSON"
