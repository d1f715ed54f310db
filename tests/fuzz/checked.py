"""Targets: proofs, lists and PDFs that somebody brings to be checked. Nothing that was changed is genuine."""

import base64
import json
import struct
import tempfile
from dataclasses import asdict
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from drivers.simulated.scenes.codes import qr
from kiosk import tree
from kiosk.revoked_list import open_list, write_list
from kiosk.seal import link, read_certificate
from kiosk.trust import Broken as BrokenSeal
from kiosk.trust import Grant, SealError, Trust, Use
from kiosk.verify import County, Verdict, Why
from kiosk.verify_files import What, codes_in_pdf, what
from kiosk.verify_proof import as_tlog_proof, judge_proof
from tests.fuzz.codes import Sealers
from tests.fuzz.handed import GENUINE, NOT, UNCLEAR, UNREADABLE, ended
from tests.fuzz.mutate import bent, damaged
from tests.fuzz.sealed import World
from tests.fuzz.target import Broken, Target
from tests.support.bodies import COUNTY, HOST, START

TODAY, LATER = START.date(), date(2036, 1, 1)
REFUSED = "refused"
LISTED = {f"{COUNTY}0000000000{nth}": Why.ORDER if nth % 2 else Why.VOID for nth in range(9)}


def targets(world: World) -> tuple[Target, ...]:
    return _proofs(world), _revoked(world), _pdfs(), _lists(world)


def _proofs(world: World) -> Target:
    """A county's proof of one entry, in both forms."""
    ours = (County(world.trust),)
    tables = [_proof(world, index) for index in range(len(world.entries))]
    seeds = tuple(json.dumps(table).encode() for table in tables) + tuple(
        as_tlog_proof(table).encode() for table in tables
    )
    told = {judge_proof(seed, ours, TODAY).verdict for seed in seeds}
    if not told >= {Verdict.GENUINE}:
        raise Broken(f"a true proof is not taken: {told}")
    true = {judge_proof(seed, ours, TODAY).number for seed in seeds}

    def breed(draw: Random) -> bytes:
        match draw.randrange(5):
            case 0 | 1:
                return damaged(draw, seeds)
            case 2:
                return draw.choice(seeds)
            case 3:
                odd = bent(draw, draw.choice(tables))
                try:
                    return as_tlog_proof(odd).encode()  # type: ignore[arg-type]
                except Exception:  # noqa: BLE001 - a table that cannot be written so
                    return json.dumps(odd).encode()
            case _:
                return json.dumps(bent(draw, draw.choice(tables))).encode()

    def check(data: bytes) -> bool:
        said = judge_proof(data, ours, TODAY)
        if said.verdict is Verdict.GENUINE and said.number not in true:
            raise Broken("a proof of something else is genuine")
        return said.verdict is Verdict.GENUINE

    return Target("verify.proofs", breed, check)


def _proof(world: World, index: int) -> dict[str, object]:
    """As ui.county.proof.document writes it."""
    leaves = [tree.leaf_hash(one.header.bytes()) for one in world.entries]
    hashes: dict[tuple[int, int], bytes] = {}

    def node(level: int, at: int) -> bytes:
        return hashes[level, at]

    for size, leaf in enumerate(leaves):
        for level, at, digest in tree.added(size, leaf, node):
            hashes[level, at] = digest
    root, path = tree.root(len(leaves), node), tree.inclusion_proof(index, len(leaves), node)
    grant: Grant = world.trust.grant(Use.STATION, world.box.log, TODAY)
    return {
        "v": 1,
        "envelope": json.loads(world.entries[index].bytes()),
        "grant": asdict(grant),
        "index": index,
        "size": len(leaves),
        "path": [base64.b64encode(step).decode() for step in path],
        "receipt": world.county.receipt(world.box.log, len(leaves), root),
    }


def _revoked(world: World) -> Target:
    """A list of revoked certificates on a bad card: a refusal, or the answers that were signed, from both readers."""
    sealers, place = Sealers(world), Path(tempfile.mkdtemp(prefix="liangzheng-fuzz-"))
    file, trust = place / "revoked", place / "trust.json"
    trust.write_bytes(sealers.trust.bytes())
    void, standing = (read_certificate(token).code.number for token in sealers.tokens[:2])
    texts = {number: link(HOST, "C", sealers.tokens[nth]) for nth, number in enumerate((void, standing))}
    write_list(file, COUNTY, 7, START, 3, {void: Why.VOID} | LISTED, world.county.order)
    good = file.read_bytes()

    def breed(draw: Random) -> bytes:
        hurt = damaged(draw, (good,)) if draw.random() < 0.95 else good
        return hurt if draw.random() < 0.9 else hurt[:8] + struct.pack(">I", draw.randrange(1 << 32)) + hurt[12:]

    def check(data: bytes) -> bool:
        file.write_bytes(data)
        said = {number: _why(file, sealers.trust, number) for number in texts}
        again = {number: ended(text, trust, LATER, file) for number, text in texts.items()}
        if (
            not {said[void], said[standing]} <= {Why.VOID, None, REFUSED}
            or said[void] is None
            or said[standing] is Why.VOID
        ):
            raise Broken(f"another answer than was signed: {said}")
        if again[void] not in (NOT, UNREADABLE) or again[standing] not in (GENUINE, UNREADABLE):
            raise Broken(f"another answer of the hand-out than was signed: {again}")
        return said == {void: Why.VOID, standing: None} and data == good

    return Target("verify.revoked", breed, check, weight=4, smoke=150)


def _why(file: Path, trust: Trust, number: str) -> Why | str | None:
    try:
        with open_list(file, trust) as listed:
            return listed.why(number)
    except SealError:
        return REFUSED


def _lists(world: World) -> Target:
    """A trust list for the hand-out: it ends with a code of its own, and genuine is only what its root vouches for."""
    sealers, trust = Sealers(world), Path(tempfile.mkdtemp(prefix="liangzheng-fuzz-")) / "trust.json"
    good = sealers.trust.bytes()
    text = link(HOST, "C", sealers.tokens[0])

    def breed(draw: Random) -> bytes:
        return damaged(draw, (good,)) if draw.random() < 0.5 else json.dumps(bent(draw, json.loads(good))).encode()

    def check(data: bytes) -> bool:
        trust.write_bytes(data)
        end = ended(text, trust, LATER)
        if end not in (GENUINE, NOT, UNREADABLE, UNCLEAR):
            raise Broken(f"it ends with {end}")
        return end == GENUINE

    return Target("verify.lists", breed, check, weight=4, smoke=150)


def _pdfs() -> Target:
    """A PDF with a certificate's code in it, damaged: a refusal, or no code, or this one."""
    payload = b"HTTPS://LZ.EXAMPLE.CN/N/530427008J4CT4AN2"
    place = Path(tempfile.mkdtemp(prefix="liangzheng-fuzz-")) / "one.pdf"
    seeds = cache(lambda: tuple(_pdf(payload, mode) for mode in ("1", "L", "RGB")))

    def breed(draw: Random) -> bytes:
        return damaged(draw, seeds()) if draw.random() < 0.97 else draw.choice(seeds())

    def check(data: bytes) -> bool:
        if what(data[:64]) is not What.PDF:
            return False
        place.write_bytes(data)
        try:
            found = codes_in_pdf(place)
        except BrokenSeal:
            return False
        if {code for code, _ in found.codes} - {payload}:
            raise Broken(f"another code than was drawn: {found}")
        return bool(found.codes)

    return Target("verify.pdf", breed, check, weight=20, within=12.0, smoke=20)


def _pdf(payload: bytes, mode: str) -> bytes:
    """As another program would make it: Pillow, with its own compression of each mode."""
    drawn, whole = _drawn(payload).convert(mode), BytesIO()
    drawn.save(whole, "PDF", resolution=200)
    return whole.getvalue()


def _drawn(payload: bytes) -> Image.Image:
    modules = np.pad(qr(payload, "M"), 4)
    return Image.fromarray(np.kron(1 - modules, np.full((6, 6), 255, np.uint8)))
