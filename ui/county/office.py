"""The county's own folder: its keys, grants, certificates, broker files. Makes a county, lets boxes join, makes cards.

keys/       root, order, witness, card, office, data, ca, pages: owner only
trust.json  grants and revocations of the root
tls/        ca.pem, intake.*, feed.*, issued.json               county.toml  CountyConfig
mosquitto/  mosquitto.conf, acl, broker.*, ca.pem, crl.pem, data/  orders/      order logs

OfficeError      code + facts; `problem.<code>` is the sentence
"""

import base64
import fcntl
import json
import os
import pwd
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ConfigDict, Field, field_validator

from kiosk.config import load
from kiosk.contract import key_id
from kiosk.enrolment import Bundle, EnrolmentError, Request, install, private_pem, read_request
from kiosk.seal import CardCode, link, seal_card
from kiosk.trust import (
    Grant,
    Revoked,
    Trust,
    Use,
    granted,
    make_data_key,
    make_key,
    public_bytes,
    read_key,
    read_trust,
    revoked,
)
from kiosk.wire import RESERVED
from ui.county.accounts.codes import KEY_BYTES, PAGES
from ui.county.broker import FEED, INTAKE, Broker, access_list, configuration
from ui.county.issued import Issued
from ui.county.reader import Reader
from ui.county.seat import NAME
from ui.county.sql import DatabaseError, Lost, Where
from ui.county.tls import (
    Authority,
    TlsError,
    client_certificate,
    load_authority,
    make_authority,
    make_tls_key,
    pem,
    requested_key,
    server_certificate,
)

GRANT_DAYS = 10 * 365
PASSWORD = re.compile(r"\bpassword\s*=|://[^/@]*:[^/@]*@", re.IGNORECASE)  # key=value words, or in a URL
OWN_USES = (Use.ORDER, Use.WITNESS, Use.CARD, Use.OFFICE, Use.DATA)
Host = Annotated[str, Field(pattern=r"^[A-Za-z0-9.:-]{1,60}$")]


class OfficeError(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


def no_database(wrong: DatabaseError) -> OfficeError:
    away = isinstance(wrong, Lost) or isinstance(wrong.__cause__, Lost)  # under what a reader says
    return OfficeError("office.database_away" if away else "office.database", reason=wrong)


class CountyConfig(BaseModel):
    """county.toml. `host` stands in the codes on paper; `listen` is where the office's pages are served."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    county: Annotated[str, Field(pattern=r"^[0-9]{6}$", description="county code, GB/T 2260")]
    folder: Path = Field(description="the county's own folder; nothing of it lies elsewhere")
    host: Host = Field(description="host of the trace page, as it stands in the codes on paper")
    aliases: tuple[Host, ...] = Field((), description="hosts that stand in the codes of older papers")
    complaints: Annotated[str, Field(max_length=120, description="where anybody may report, for the trace page")] = ""
    broker_host: Host = Field(description="name of the broker, for stations and in its certificate")
    broker_port: Annotated[int, Field(ge=1, le=65535, description="its port for MQTT over TLS")] = 8883
    broker_address: str = Field(
        "0.0.0.0",  # noqa: S104  mutual TLS with a default-deny list stands before every topic
        description="address on which the broker listens",
    )
    broker_user: str = Field("mosquitto", description="user of this machine that the broker becomes")
    listen: str = Field("127.0.0.1:8700", description="where the county's pages are served; loopback only")
    database: str = Field("", description="where the PostgreSQL database is; SQLite in the folder when it is empty")

    @field_validator("database")
    @classmethod
    def _has_no_password(cls, told: str) -> str:
        if PASSWORD.search(told):
            raise ValueError("a password does not belong here; use a password file (PGPASSFILE) or a service")
        return told

    @property
    def memory(self) -> Where:
        return self.database or self.folder / "county.db"


def broker_of(config: CountyConfig) -> Broker:
    return Broker(config.folder / "mosquitto", config.broker_address, config.broker_port, config.broker_user)


def init_county(config: CountyConfig, day: date) -> None:
    """Make a county in `config.folder`: the whole folder appears at once, or not at all.

    Raises OfficeError when the folder exists.
    """
    folder = config.folder
    if folder.exists():
        raise OfficeError("office.folder_exists", folder=folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _make_keys(draft, config, day)
        _make_tls(draft, config, day)
        _make_broker(draft, config)
        (draft / "orders").mkdir()
        install(draft / "county.toml", toml_of(config).encode())
        draft.chmod(0o755)
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def read_county(folder: Path) -> CountyConfig:
    """Raises kiosk.config.ConfigError when there is no county in the folder."""
    return load(folder / "county.toml", CountyConfig)


def enrol(folder: Path, request: bytes, day: date, *, replaces: bool = False, through: int | None = None) -> bytes:
    """Let the box that sent `request` join: a grant, a certificate, its place in the access list. The answer for it.

    With `replaces` it takes the place of the box of that name, whose key is taken back: of its log the first `through`
    entries count, no fewer than the request says are receipted, and no more than the county has. Asking again gives the
    same grant. Raises OfficeError. The broker reads its new list on SIGHUP; ui.county.keys.tell lets the stations know.
    """
    config = read_county(folder)
    try:
        asked = read_request(request)
        public = requested_key(asked.csr)
    except (EnrolmentError, TlsError) as wrong:
        raise OfficeError("office.request_form", wrong=_reason(wrong)) from wrong
    if asked.county != config.county:
        raise OfficeError("office.other_county", county=asked.county, ours=config.county)
    with alone(folder):
        _may_write(folder / "mosquitto")
        trust = _admitted(folder, asked, day, replaces, through)
        acl = folder / "mosquitto" / "acl"
        install(acl, access_list(config.county, stations(trust), intakes(folder)).encode(), 0o640)
        authority, old = _authority(folder), _replaced(trust, asked)
        certificate = client_certificate(authority, asked.station, public, day)
        crl = _given(folder, authority, asked.station, certificate)
        _give_away([acl, crl], config.broker_user)
        give_back(folder, folder / "trust.json", folder / "tls" / "issued.json", folder / "keys" / "lock")
    answer = Bundle(
        county=config.county,
        station=asked.station,
        host=config.host,
        broker_host=config.broker_host,
        broker_port=config.broker_port,
        trust=json.loads(trust.bytes()),
        certificate=certificate,
        ca=pem(authority.certificate),
        predecessor="" if old is None else old.key,
        through=0 if old is None else old.through,
    )
    return answer.model_dump_json(indent=1, exclude_defaults=True).encode() + b"\n"


def make_identity(folder: Path, name: str, day: date) -> None:
    """Key and certificate of one more intake, and its place in the access list, which the broker reads on SIGHUP.

    Asking again makes a new key. Raises OfficeError for a name that no intake may have.
    """
    config = read_county(folder)
    if NAME.fullmatch(name) is None:
        raise OfficeError("office.intake_name", name=name)
    with alone(folder):
        _may_write(folder / "mosquitto")
        public, private = make_tls_key()
        install(folder / "tls" / f"{name}.key", private, 0o600)
        install(folder / "tls" / f"{name}.pem", client_certificate(_authority(folder), name, public, day).encode())
        acl = folder / "mosquitto" / "acl"
        known = stations(read_trust(folder / "trust.json"))
        install(acl, access_list(config.county, known, intakes(folder)).encode(), 0o640)
        _give_away([acl], config.broker_user)
        made = [folder / "tls" / f"{name}.{part}" for part in ("key", "pem")]
        give_back(folder, *made, folder / "keys" / "lock")


def give_back(folder: Path, *parts: Path) -> None:
    """Give what root made in another user's folder to that user, whose programs go on with it."""
    if os.geteuid() != 0:
        return
    whose = folder.stat()
    for part in parts:
        with suppress(FileNotFoundError):
            os.chown(part, whose.st_uid, whose.st_gid, follow_symlinks=False)


def intakes(folder: Path) -> list[str]:
    """Names of the county's intakes that have a certificate."""
    return sorted(file.stem for file in (folder / "tls").glob("*.pem") if NAME.fullmatch(file.stem))


def stations(trust: Trust) -> list[str]:
    """Codes of all that have a key which was not taken back."""
    return sorted({grant.name for grant in trust.grants if grant.use == Use.STATION and _counts(trust, grant)})


def station_of(trust: Trust, log: str) -> str:
    """Code of the station whose log this is or was; empty for nobody's."""
    grants = (grant for grant in trust.grants if grant.use == Use.STATION and key_id(grant.public) == log)
    return next((grant.name for grant in grants), "")


def make_card(folder: Path, subject_id: str, name: str, card: str, day: date) -> str:
    """The text of a producer's card: a link that says who he is, signed by the card key."""
    token = seal_card(CardCode(card, subject_id, name, day), read_key(folder / "keys" / "card.key"))
    return link(read_county(folder).host, "K", token)


def make_own_key(file: Path, use: Use) -> bytes:
    """A key of the county's own; its public part."""
    return public_bytes(make_data_key(file) if use is Use.DATA else make_key(file))


def new_grant(root: Ed25519PrivateKey, county: str, use: Use, name: str, public: bytes, day: date) -> Grant:
    """Valid from the day before: what is signed just after midnight in Beijing is dated the day before in UTC."""
    since, until = day - timedelta(days=1), day + timedelta(days=GRANT_DAYS)
    key = base64.b64encode(public).decode()
    return granted(root, Grant(county, use, name, key, since.isoformat(), until.isoformat()))


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One program at a time changes the trust list."""
    with (folder / "keys" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_keys(draft: Path, config: CountyConfig, day: date) -> None:
    (draft / "keys").mkdir(mode=0o700)
    root = make_key(draft / "keys" / "root.key")
    grants = tuple(
        new_grant(root, config.county, use, "office", make_own_key(draft / "keys" / f"{use}.key", use), day)
        for use in OWN_USES
    )
    install(draft / "keys" / PAGES, secrets.token_bytes(KEY_BYTES), 0o600)
    install(draft / "trust.json", Trust(config.county, public_bytes(root), grants).bytes())


def _make_tls(draft: Path, config: CountyConfig, day: date) -> None:
    (draft / "tls").mkdir()
    authority = make_authority(config.county, day)
    install(draft / "keys" / "ca.key", private_pem(authority.key), 0o600)
    install(draft / "tls" / "ca.pem", pem(authority.certificate).encode())
    for name in (INTAKE, FEED):
        public, private = make_tls_key()
        install(draft / "tls" / f"{name}.key", private, 0o600)
        install(draft / "tls" / f"{name}.pem", client_certificate(authority, name, public, day).encode())
    public, private = make_tls_key()
    (draft / "mosquitto" / "data").mkdir(parents=True)
    install(draft / "mosquitto" / "broker.key", private, 0o600)
    hosts = tuple(dict.fromkeys((config.broker_host, "localhost", "127.0.0.1")))
    install(draft / "mosquitto" / "broker.pem", server_certificate(authority, hosts, public, day).encode())
    install(draft / "mosquitto" / "ca.pem", pem(authority.certificate).encode())
    install(draft / "mosquitto" / "crl.pem", Issued(draft / "tls" / "issued.json").ended(authority).encode())


def _make_broker(draft: Path, config: CountyConfig) -> None:
    install(draft / "mosquitto" / "mosquitto.conf", configuration(broker_of(config)).encode())
    install(draft / "mosquitto" / "acl", access_list(config.county, ()).encode(), 0o640)
    _give_away([draft / "mosquitto", *(draft / "mosquitto").rglob("*")], config.broker_user)


def _give_away(parts: Iterable[Path], user: str) -> None:
    """Let the user that mosquitto becomes read its key and write its data; only root can, and only root needs to.

    A link is never followed: the folder is that user's, and what he puts there must not lead root elsewhere.
    """
    if os.geteuid() != 0:
        return
    try:
        owner = pwd.getpwnam(user).pw_uid
    except KeyError as unknown:
        raise OfficeError("office.no_user", user=user) from unknown
    for part in parts:
        os.chown(part, owner, -1, follow_symlinks=False)


def _may_write(broker: Path) -> None:
    """Asked before anything is changed: half an enrolment would be granted and not let in."""
    if not os.access(broker, os.W_OK | os.X_OK, effective_ids=True):
        raise OfficeError("office.broker_closed", folder=broker)


def _admitted(folder: Path, asked: Request, day: date, replaces: bool, through: int | None) -> Trust:
    """The trust list with the station's grant in it, and without the key that it replaces; already on disk."""
    trust = read_trust(folder / "trust.json")
    raw = base64.b64decode(asked.key)
    if asked.station in RESERVED:
        raise OfficeError("office.code_reserved", station=asked.station)
    if trust.revocation(Use.STATION, key_id(raw)) is not None:
        raise OfficeError("office.key_revoked", kid=key_id(raw))
    known = [grant for grant in trust.grants if grant.use == Use.STATION and _counts(trust, grant)]
    for grant in known:
        if grant.public == raw and grant.name != asked.station:
            raise OfficeError("office.station_known", station=grant.name, kid=key_id(grant.public))
    if any(grant.public == raw for grant in known):
        return trust
    old = [grant for grant in known if grant.name == asked.station]
    if old and not replaces:
        raise OfficeError("office.station_known", station=asked.station, kid=key_id(old[0].public))
    if replaces and not old:
        raise OfficeError("office.replaces_none", station=asked.station)
    root = read_key(folder / "keys" / "root.key")
    fresh = new_grant(root, trust.county, Use.STATION, asked.station, raw, day)
    taken = [revoked(root, _ending(folder, grant, asked, day, through)) for grant in old]
    trust = trust.merged([fresh], taken)
    install(folder / "trust.json", trust.bytes())
    return trust


def _ending(folder: Path, old: Grant, asked: Request, day: date, through: int | None) -> Revoked:
    """What the old box certified until today stays true: its log is cut by number, not by day."""
    kid = key_id(old.public)
    if through is None and asked.predecessor != kid:
        raise OfficeError("office.replaces_through", station=old.name, kid=kid)
    receipted = asked.through if asked.predecessor == kid else 0
    counts = receipted if through is None else through
    if counts < receipted:
        raise OfficeError("office.through_below", through=counts, least=receipted)
    if counts > receipted:
        _has(folder, kid, counts, receipted)
    since = (day + timedelta(days=1)).isoformat()
    return Revoked(old.county, old.use, kid, since, counts, f"replaced by {key_id(base64.b64decode(asked.key))}")


def _has(folder: Path, log: str, through: int, receipted: int) -> None:
    """An entry that the county has not got cannot count: the one that comes under its number would."""
    try:
        with Reader(read_county(folder).memory) as reader:
            head = reader.head(log)
    except DatabaseError as wrong:
        raise OfficeError("office.through_unread", through=through, most=receipted, reason=wrong) from wrong
    most = max(receipted, 0 if head is None else head.through)
    if through > most:
        raise OfficeError("office.through_above", through=through, most=most)


def _replaced(trust: Trust, asked: Request) -> Revoked | None:
    """The root's newest word against another key of this station."""
    names = {key_id(grant.public): grant.name for grant in trust.grants if grant.use == Use.STATION}
    words = [word for word in trust.revoked if word.use == Use.STATION and names.get(word.key) == asked.station]
    return words[-1] if words else None


def _counts(trust: Trust, grant: Grant) -> bool:
    return trust.revocation(Use(grant.use), key_id(grant.public)) is None


def _reason(wrong: EnrolmentError | TlsError) -> object:
    return wrong.facts.get("wrong", wrong.code) if isinstance(wrong, EnrolmentError) else wrong


def _given(folder: Path, authority: Authority, station: str, certificate: str) -> Path:
    """Remember the certificate, and take back those that a box before it had under this name: the broker's list."""
    issued, crl = Issued(folder / "tls" / "issued.json"), folder / "mosquitto" / "crl.pem"
    issued.give(station, certificate)
    install(crl, issued.ended(authority).encode())
    return crl


def _authority(folder: Path) -> Authority:
    return load_authority(folder / "tls" / "ca.pem", folder / "keys" / "ca.key")


def toml_of(config: CountyConfig) -> str:
    """JSON strings and numbers are TOML values as well."""
    return "".join(
        f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in config.model_dump(mode="json").items()
    )
