"""Targets: what is signed. A forged or changed thing is never taken, and refusal is always of the declared kind."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import cbor2
import rfc8785

from kiosk import contract
from kiosk.checkpoint import open_receipt
from kiosk.contract import ContractError
from kiosk.rules.messages import ENTRY_KINDS, CardRevoked, SubjectsUpsert
from kiosk.seal import CardCode, open_card, open_certificate, seal_card
from kiosk.trust import Grant, SealError, Trust, public_bytes, read_trust
from tests.fuzz.mutate import ODD, bent, damaged
from tests.fuzz.target import Broken, Target
from tests.support.bodies import FARMER, START, County, Station, a_print, a_test

CLAIMS = (*ODD, float("nan"), float("inf"), b"", b"\xff" * 40, 10**400, date(2026, 1, 1), cbor2.undefined)


class World:
    """A county, a box of it, and one of each sealed thing."""

    def __init__(self) -> None:
        self.county = County()
        self.box: Station = self.county.enrol("gasa")
        self.trust: Trust = self.county.trust
        certificate = self.box.certificate(tests=(2,))
        self.entries = (
            self.box.opened(),
            self.box.write(a_test()),
            self.box.write(certificate),
            self.box.write(a_print(certificate.number)),
        )
        self.orders = (
            self.county.give("all", 1, SubjectsUpsert((FARMER,))),
            self.county.give("all", 2, CardRevoked("K-1", "lost")),
        )
        self.token = bytes.fromhex(certificate.code)
        self.card = seal_card(CardCode("K-1", FARMER.id, FARMER.name, START.date()), self.county.card)
        self.receipt = self.county.receipt(self.box.log, 4, bytes(range(32)))


def targets(world: World) -> tuple[Target, ...]:
    return (
        _envelopes(world),
        _bodies(world),
        _codes("certificate", world.token, lambda token: open_certificate(token, world.trust)),
        _codes("card", world.card, lambda token: open_card(token, world.trust)),
        _receipts(world),
        _trust_lists(world),
    )


def _envelopes(world: World) -> Target:
    """Bytes that claim to be an entry of a known key."""
    good = tuple(one.bytes() for one in (*world.entries, *world.orders))
    keys = {
        one.key: public for one, public in ((world.entries[0], world.box.key), (world.orders[0], world.county.order))
    }

    def breed(draw: Random) -> bytes:
        if draw.random() < 0.5:
            return damaged(draw, good)
        try:
            return rfc8785.dumps(bent(draw, json.loads(draw.choice(good))))  # type: ignore[arg-type]
        except rfc8785.CanonicalizationError:
            return b"{}"

    def check(data: bytes) -> bool:
        try:
            envelope = contract.read(data)
            if envelope.bytes() != data:
                raise Broken("what was read is not what is written")
            if envelope.key not in keys:
                return False
            contract.verify(envelope, public_bytes(keys[envelope.key]))
        except ContractError:
            return False
        retired = envelope.body is None and any(envelope.header.bytes() in one for one in good)
        if data not in good and not retired:
            raise Broken("a changed entry was taken for a signed one")
        return True

    return Target("contract.read", breed, check)


def _bodies(world: World) -> Target:
    """Bodies that a broken or newer box signs with its own good key: a value of ours, or Malformed."""
    tables = [(one.header.kind, json.loads(one.body or b"{}")) for one in (*world.entries, *world.orders)]

    def breed(draw: Random) -> bytes:
        kind, table = draw.choice(tables)
        odd = bent(draw, table)
        return json.dumps([kind if draw.random() < 0.95 else draw.choice(tables)[0], odd]).encode()

    def check(data: bytes) -> bool:
        kind, table = json.loads(data)
        try:
            body = rfc8785.dumps(table)
        except rfc8785.CanonicalizationError:
            return False
        header = contract.Header(world.box.log, 9, "t", "ntp", kind, contract._bind(b"s", body))
        envelope = contract.Envelope(header, world.box.log, b"s", body, world.box.key.sign(header.bytes()))
        try:
            again = contract.read(envelope.bytes())
            value = again.entry if kind in ENTRY_KINDS else again.order
        except ContractError:
            return False
        contract.write(value, log="x", seq=1, time="t", clock="ntp", salt=b"s", key=world.box.key)
        return True

    return Target("contract.body", breed, check)


def _codes(name: str, good: bytes, opened: Callable[[bytes], object]) -> Target:
    """COSE_Sign1 codes: damaged bytes, and well-formed ones whose claims, header or signature are odd."""
    parts = cbor2.loads(good).value

    def breed(draw: Random) -> bytes:
        if draw.random() < 0.5:
            return damaged(draw, (good,))
        protected, unprotected, payload, signature = parts
        claims, header = cbor2.loads(payload), cbor2.loads(protected)
        for table in (claims, header)[: draw.choice((1, 2))]:
            table[draw.choice(list(table))] = draw.choice(CLAIMS)
        odd = [cbor2.dumps(header, canonical=True), unprotected, cbor2.dumps(claims, canonical=True), signature]
        if draw.random() < 0.3:
            odd[0] = protected
        if draw.random() < 0.3:
            odd[draw.randrange(4)] = draw.choice(CLAIMS)
        return cbor2.dumps(cbor2.CBORTag(18, odd), canonical=True)

    def check(data: bytes) -> bool:
        try:
            opened(data)
        except SealError:
            return False
        if data != good:
            raise Broken("a changed code was taken for a sealed one")
        return True

    return Target(f"seal.{name}", breed, check)


def _receipts(world: World) -> Target:
    good = world.receipt.encode()
    wanted = open_receipt(world.receipt, world.trust)

    def check(data: bytes) -> bool:
        try:
            receipt = open_receipt(data.decode("utf-8", "replace"), world.trust)
        except SealError:
            return False
        if (receipt.checkpoint, receipt.time) != (wanted.checkpoint, wanted.time):
            raise Broken("a changed receipt was taken for a signed one")
        return True

    return Target("checkpoint.receipt", lambda draw: damaged(draw, (good,)), check)


def _trust_lists(world: World) -> Target:
    good = world.trust.bytes()
    table = json.loads(good)
    place = TemporaryDirectory(prefix="liangzheng-fuzz-")

    def breed(draw: Random) -> bytes:
        return damaged(draw, (good,)) if draw.random() < 0.5 else json.dumps(bent(draw, table)).encode()

    def check(data: bytes) -> bool:
        file = Path(place.name) / "trust.json"  # `place` lives as long as somebody may write here
        file.write_bytes(data)
        try:
            trust = read_trust(file)
        except SealError:
            return False
        if {_said(grant) for grant in trust.grants} - {_said(grant) for grant in world.trust.grants}:
            raise Broken("a grant that the root never gave was taken")
        return True

    return Target("trust.read", breed, check)


def _said(grant: Grant) -> Grant:
    """What the root said, however its signature is spelled in base64."""
    return replace(grant, signature="")
