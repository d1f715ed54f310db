"""Judges COSE_Sign1 by pycose and by cwt, in an environment of their own (systemd/prepare): a JSON request a line in.

A request has `key` (32 raw bytes, hex) and `token` (hex); the answer has the payload (hex) that each of the two found
under a signature of this key, or what it complains of.
"""

import json
import sys
from collections.abc import Callable

import cwt
from cbor2 import loads
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.messages import CoseMessage, Sign1Message

KTY, OKP, ALG, EDDSA, KID, CRV, ED25519, X = 1, 1, 3, -8, 2, -1, 6, -2  # RFC 9052 §7, RFC 9053 §7


def by_pycose(key: bytes, token: bytes) -> bytes:
    message = CoseMessage.decode(token)
    if not isinstance(message, Sign1Message):
        raise TypeError("not a COSE_Sign1")
    message.key = OKPKey(crv=Ed25519, x=key)
    if not message.verify_signature():
        raise ValueError("the signature does not fit")
    return bytes(message.payload)


def by_cwt(key: bytes, token: bytes) -> bytes:
    named = loads(loads(token).value[0])[4]
    one = cwt.COSEKey.new({KTY: OKP, ALG: EDDSA, KID: named, CRV: ED25519, X: key})
    return bytes(cwt.COSE.new().decode(token, keys=[one]))


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        key, token = bytes.fromhex(asked["key"]), bytes.fromhex(asked["token"])
        told = {name: said(judge, key, token) for name, judge in (("pycose", by_pycose), ("cwt", by_cwt))}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def said(judge: Callable[[bytes, bytes], bytes], key: bytes, token: bytes) -> dict[str, str]:
    try:
        return {"payload": judge(key, token).hex(), "refused": ""}
    except Exception as wrong:  # noqa: BLE001 - they have no error tree: whatever they raise is a refusal
        return {"payload": "", "refused": f"{type(wrong).__name__}: {wrong}"[:200]}


if __name__ == "__main__":
    main()
