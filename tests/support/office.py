"""A county that changes its keys, for tests: orders signed by any key, words of its root."""

import base64
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import contract
from kiosk.checkpoint import Checkpoint, sign_receipt
from kiosk.live_trust import order_of
from kiosk.rules.messages import KeysPut, OrderBody
from kiosk.trust import Grant, Revoked, Use, granted, public_bytes, revoked
from tests.support.bodies import SALT, START, County, a_key, kid


class Office(County):
    """`County` with more keys: `give` takes the key that signs."""

    def grant(self, use: Use, key: Ed25519PrivateKey, since: str = "2026-01-01") -> Grant:
        public = base64.b64encode(public_bytes(key)).decode()
        return granted(self.root, Grant(self.name, use, "office", public, since, "2036-01-01"))

    def revocation(self, use: Use, key: Ed25519PrivateKey, since: str, through: int = 0) -> Revoked:
        return revoked(self.root, Revoked(self.name, use, kid(key), since, through, "stolen"))

    def signed(
        self, seq: int, body: OrderBody, key: Ed25519PrivateKey, at: datetime = START, stream: str = "all"
    ) -> bytes:
        time = at.isoformat(timespec="milliseconds")
        log = f"{self.name}.{stream}"
        return contract.write(body, log=log, seq=seq, time=time, clock="ntp", salt=SALT, key=key).bytes()

    def witnessed(self, checkpoint: Checkpoint, key: Ed25519PrivateKey, at: datetime) -> bytes:
        return sign_receipt(checkpoint, at, f"liangzheng/{self.name}/witness", key).encode()


def keys(*words: Grant | Revoked) -> KeysPut:
    grants = [word for word in words if isinstance(word, Grant)]
    return order_of(grants, [word for word in words if isinstance(word, Revoked)])


def new_key(name: str) -> Ed25519PrivateKey:
    return a_key(f"renewed {name}")
