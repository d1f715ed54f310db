"""Project Wycheproof's Ed25519 signatures (tests/data/wycheproof) under each verification that we ship."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.hand_out import check_certificate
from kiosk.trust import Broken, check_signature
from ui.audit.signatures import verified

Verifies = Callable[[bytes, bytes, bytes], bool]  # public key, message, signature
FILE = Path(__file__).parents[1] / "data" / "wycheproof" / "ed25519_test.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
CASES = [(group["publicKey"]["pk"], case) for group in VECTORS["testGroups"] for case in group["tests"]]


def by_the_station(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        check_signature(public, signature, message, "vector")
    except Broken:
        return False
    return True


def by_the_hand_out(public: bytes, message: bytes, signature: bytes) -> bool:
    return check_certificate.signed(public, signature, message)


def by_the_auditor(public: bytes, message: bytes, signature: bytes) -> bool:
    return verified(public, signature, message)


@pytest.mark.parametrize("verifies", [by_the_station, by_the_hand_out, by_the_auditor])
def test_every_vector_ends_as_published(verifies: Verifies) -> None:
    said = {
        case["tcId"]: verifies(bytes.fromhex(key), bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
        for key, case in CASES
    }
    wrong = [
        case["tcId"]
        for _, case in CASES
        if case["result"] in ("valid", "invalid") and said[case["tcId"]] != (case["result"] == "valid")
    ]
    assert wrong == []


def test_the_file_is_whole() -> None:
    """Acceptable ones have keys that no county would make (of small or mixed order): RFC 8032 lets each decide."""
    assert len(CASES) == VECTORS["numberOfTests"] == 210
    assert Counter(case["result"] for _, case in CASES) == {"valid": 117, "invalid": 64, "acceptable": 29}
