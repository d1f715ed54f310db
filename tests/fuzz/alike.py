"""Targets: readers of codes that we wrote twice, the station's and the one that a county hands out, say the same."""

import tempfile
from pathlib import Path
from random import Random

from kiosk.seal import link
from kiosk.verify import County, Verdict, judge
from tests.fuzz.codes import START, Sealers, changed, odd_claims
from tests.fuzz.door import _token as token_in
from tests.fuzz.handed import ENDS, GENUINE, ended
from tests.fuzz.mutate import damaged
from tests.fuzz.sealed import World
from tests.fuzz.target import Broken, Target
from tests.support.bodies import HOST

TODAY = START.replace(year=2030)


def targets(world: World) -> tuple[Target, ...]:
    sealers = Sealers(world)
    trust = Path(tempfile.mkdtemp(prefix="liangzheng-fuzz-")) / "trust.json"
    trust.write_bytes(sealers.trust.bytes())
    ours = (County(sealers.trust),)
    true = {link(HOST, "C", token).encode() for token in sealers.tokens}

    def check(data: bytes) -> bool:
        said, again = judge(data, ours, TODAY), ended(data.decode("utf-8", "surrogateescape"), trust, TODAY)
        if ENDS[said.verdict] != again:
            raise Broken(f"the station says {said.why.key}, the hand-out ends with {again}")
        if data in true and again != GENUINE:
            raise Broken("a true code is refused")
        return again == GENUINE

    def breed(draw: Random) -> bytes:
        token = odd_claims(draw, sealers) if draw.random() < 0.3 else changed(draw, sealers)
        return link(HOST, "C", token).encode()

    def check_text(data: bytes) -> bool:
        """Only what stands in it in base32 is signed: how the rest is spelled each may judge for itself."""
        said, again = judge(data, ours, TODAY), ended(data.decode("utf-8", "surrogateescape"), trust, TODAY)
        genuine = said.verdict is Verdict.GENUINE or again == GENUINE
        if genuine and token_in(data.strip()) not in sealers.good:
            raise Broken("a changed code is genuine")
        return genuine

    return (
        Target("codes.alike", breed, check, weight=4, smoke=150),
        Target("codes.texts", lambda draw: _text(draw, tuple(true)), check_text, smoke=150),
    )


def _text(draw: Random, true: tuple[bytes, ...]) -> bytes:
    """A code's text as it was copied, typed or read wrongly; no program's argument has a NUL."""
    others = (b"530427-008J4-CT4AN-2", f"HTTPS://{HOST}/N/530427008J4CT4AN2".encode(), b"HTTPS://A.CN/K/2KCE3IQ")
    return damaged(draw, (*true, *others))[:4096].replace(b"\0", b"")
