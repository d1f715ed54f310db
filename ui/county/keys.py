"""The county's keys after its first day: new ones, words that take old ones back, and the orders that tell stations.

A new key is durable before the trust list names it, and the list before the key is used: what a power cut leaves is
finished by the same command. The root itself is never renewed: a new root is a new county.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kiosk.clock import Now
from kiosk.contract import Envelope, key_id, read
from kiosk.durable import flush_folder
from kiosk.enrolment import install
from kiosk.live_trust import keys_put, order_of, words_of
from kiosk.trust import Grant, Revoked, Trust, Use, public_bytes, read_data_key, read_key, read_trust, revoked
from ui.county.office import OWN_USES, OfficeError, alone, make_own_key, new_grant
from ui.county.orders import ALL, Orders
from ui.county.page_keys import make_pages_key

OWNER = "office"  # in whose name the county's own keys are granted
WORDS_IN_ORDER = 200  # some 60 KiB, far from the largest envelope


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One grant as the list of keys shows it; `own` is the key that the county signs with today."""

    grant: Grant
    kid: str
    own: bool
    revoked: Revoked | None


def listed(folder: Path) -> list[KeyLine]:
    trust = read_trust(folder / "trust.json")
    own = {kid for use in OWN_USES if (kid := _current(folder, use))}
    lines = []
    for grant in trust.grants:
        kid = key_id(grant.public)
        lines.append(KeyLine(grant, kid, kid in own, trust.revocation(Use(grant.use), kid)))
    return lines


def renew(folder: Path, use: Use, day: date) -> Grant:
    """A new key of the county's own in the place of the present one, which stays as `<use>.key.<key id>`.

    Also when the present one is lost. What is signed from now on bears the new key. Raises OfficeError.
    """
    with alone(folder):
        if use is Use.OFFICE:
            make_pages_key(folder)
        return _renewed(folder, use, day)


def revoke(
    folder: Path, key: str, day: date, reason: str, since: date | None = None, through: int | None = None
) -> Revoked:
    """Take a key back, by its id or the beginning of it: nothing dated `since` (default: today) or later counts.

    A key that the county signs with is renewed first. An order key ends behind the last day on which it signed, for
    a station that joins later reads every order. Of a key that was taken back, one more word may only take back more.
    Raises OfficeError.
    """
    if through is not None and through < 0:
        raise OfficeError("office.through_negative", through=through)
    with alone(folder):
        trust = read_trust(folder / "trust.json")
        grant, kid = _named(trust, key)
        known = trust.revocation(Use(grant.use), kid)
        if known is not None:
            told = (known.since, trust.station_through(kid) or 0)
            asked = (known.since if since is None else since.isoformat(), told[1] if through is None else through)
            if asked == told:
                return known
            if asked[0] > told[0] or asked[1] > told[1]:
                raise OfficeError("office.key_gone", kid=kid, since=told[0], through=told[1])
            since, through = date.fromisoformat(asked[0]), asked[1]
        begins = _beginning(folder, grant, kid, day, since)
        if grant.use == Use.STATION and through is None:
            raise OfficeError("office.replaces_through", station=grant.name, kid=kid)
        if _current(folder, Use(grant.use)) == kid:
            _renewed(folder, Use(grant.use), day)
        counts = through or 0 if grant.use == Use.STATION else 0
        word = Revoked(trust.county, grant.use, kid, begins.isoformat(), counts, reason)
        signed = revoked(read_key(folder / "keys" / "root.key"), word)
        _install(folder, read_trust(folder / "trust.json").merged([], [signed]))
        return signed


def tell(folder: Path, orders: Orders, now: Now) -> list[Envelope]:
    """Give all stations, in order, every word about keys that they were not given yet.

    Raises kiosk.log.Locked while another program gives an order.
    """
    trust, told = read_trust(folder / "trust.json"), set(_told(orders))
    revocations = [word for word in trust.revoked if word.signature not in told]
    grants = [grant for grant in trust.grants if grant.signature not in told]
    given = []
    while grants or revocations:
        body = order_of(grants[:WORDS_IN_ORDER], revocations[:WORDS_IN_ORDER])
        given.append(orders.give(ALL, body, now.at, now.state))
        grants, revocations = grants[WORDS_IN_ORDER:], revocations[WORDS_IN_ORDER:]
    return given


def _renewed(folder: Path, use: Use, day: date) -> Grant:
    if use not in OWN_USES:
        raise OfficeError("office.not_ours", use=use)
    file, fresh = folder / "keys" / f"{use}.key", folder / "keys" / f"{use}.key.next"
    public = _public(fresh, use) if fresh.exists() else make_own_key(fresh, use)
    if os.geteuid() == 0:  # who made the county reads its keys
        os.chown(fresh, fresh.parent.stat().st_uid, fresh.parent.stat().st_gid)
    flush_folder(fresh.parent)
    trust = read_trust(folder / "trust.json")
    grant = next((known for known in trust.grants if (known.use, known.public) == (use, public)), None)
    if grant is None:
        grant = new_grant(read_key(folder / "keys" / "root.key"), trust.county, use, OWNER, public, day)
        _install(folder, trust.merged([grant], []))
    old = _current(folder, use)
    if old:
        kept = file.with_name(f"{use}.key.{old}")
        kept.unlink(missing_ok=True)
        os.link(file, kept)
    fresh.replace(file)
    flush_folder(file.parent)
    return grant


def _install(folder: Path, trust: Trust) -> None:
    install(folder / "trust.json", trust.bytes())


def _public(file: Path, use: Use) -> bytes:
    return public_bytes(read_data_key(file) if use is Use.DATA else read_key(file))


def _current(folder: Path, use: Use) -> str:
    """Key id of the key that the county uses now; empty when it has none."""
    file = folder / "keys" / f"{use}.key"
    return key_id(_public(file, use)) if use in OWN_USES and file.exists() else ""


def _named(trust: Trust, key: str) -> tuple[Grant, str]:
    found = {key_id(grant.public): grant for grant in trust.grants if key and key_id(grant.public).startswith(key)}
    if len(found) != 1:
        raise OfficeError("office.key_unknown", kid=key, count=len(found))
    kid, grant = found.popitem()
    return grant, kid


def _beginning(folder: Path, grant: Grant, kid: str, day: date, since: date | None) -> date:
    if grant.use != Use.ORDER:
        return since or day
    signed = [envelope.header.time[:10] for envelope in _given(Orders(folder)) if envelope.key == kid]
    first = date.fromisoformat(max(signed)) + timedelta(days=1) if signed else date.min
    if since is not None and since < first:
        raise OfficeError("office.revoke_orders", kid=kid, day=first)
    return since or max(day, first)


def _given(orders: Orders) -> Iterator[Envelope]:
    for stream in orders.streams():
        seq = 0
        while payloads := orders.after(stream, seq):
            seq += len(payloads)
            yield from map(read, payloads)


def _told(orders: Orders) -> Iterator[str]:
    for envelope in _given(orders):
        if envelope.header.log.endswith(f".{ALL}") and (order := keys_put(envelope)) is not None:
            words = words_of(order)
            yield from (grant.signature for grant in words.grants)
            yield from (word.signature for word in words.revoked)
