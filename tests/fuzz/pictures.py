"""Targets: picture files that somebody damaged or forged. Refused as declared, or read; no crash and no guess."""

import struct
import zlib
from functools import cache
from random import Random

import cv2
import numpy as np

from drivers.scanner.frames import opencv
from drivers.simulated.scenes.codes import qr
from tests.fuzz.mutate import damaged
from tests.fuzz.picture_reader import PictureReader
from tests.fuzz.sealed import World
from tests.fuzz.target import Broken, Target

PAYLOAD = b"HTTPS://LZ.EXAMPLE.CN/N/530427-00000-00007-9"
JPEG_HEAD, PNG_HEAD = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
# Where a kind says its size, and in which form; a JPEG from the beginning of its frame header.
SIZE_AT = {JPEG_HEAD: (5, ">HH"), PNG_HEAD: (16, ">II"), b"BM": (18, "<ii"), b"RIFF": (26, "<HH"), b"GIF8": (6, "<HH")}
SIDES = (0, 1, 15, 16, 97, 1000, 4097, 8191, 8192, 16383, 32767, 65535)
AS = (
    (".jpg", ()),
    (".jpg", (cv2.IMWRITE_JPEG_PROGRESSIVE, 1)),
    (".jpg", (cv2.IMWRITE_JPEG_RST_INTERVAL, 2, cv2.IMWRITE_JPEG_QUALITY, 30)),
    (".png", ()),
    (".png", (cv2.IMWRITE_PNG_BILEVEL, 1)),
    (".bmp", ()),
    (".webp", (cv2.IMWRITE_WEBP_QUALITY, 60)),
    (".webp", (cv2.IMWRITE_WEBP_QUALITY, 101)),
    (".gif", ()),
    (".tiff", ()),
    (".jp2", ()),
    (".pgm", ()),
    (".hdr", ()),
    (".ras", ()),
)


def targets(_: World) -> tuple[Target, ...]:
    return (_pictures(),)


def _pictures() -> Target:
    reader, seeds = PictureReader(), cache(_seeds)

    def breed(draw: Random) -> bytes:
        raw, chance = draw.choice(seeds()), draw.random()
        if chance < 0.02:
            return raw
        if chance < 0.12:
            raw = _resized(draw, raw)
        if chance > 0.08:
            raw = damaged(draw, (raw, raw, raw, draw.choice(seeds())))
        return _checked(raw) if draw.random() < 0.7 else raw

    def check(data: bytes) -> bool:
        codes = reader.read(data).codes
        if codes and set(codes) != {PAYLOAD}:
            raise Broken(f"read what does not stand there: {codes!r}")
        return codes is not None

    return Target("scanner.pictures", breed, check, weight=4, smoke=125)


def _seeds() -> tuple[bytes, ...]:
    """A code in the middle of a small picture, grey and in colours, in every kind of file that OpenCV may open."""
    code = np.pad(np.kron(qr(PAYLOAD, "M"), np.ones((4, 4), np.uint8)), 16)
    grey = np.where(code > 0, 30, 220).astype(np.uint8)
    colour = np.stack([grey, grey // 2, 255 - grey // 3], 2)
    made = [opencv().imencode(kind, picture, list(how)) for kind, how in AS for picture in (grey, colour)]
    return tuple(bytes(raw) for done, raw in made if done)  # some kinds hold no colours, or nothing else


def _resized(draw: Random, raw: bytes) -> bytes:
    """Its head says another size."""
    start = next((one for one in SIZE_AT if raw.startswith(one)), None)
    if start is None:
        return raw
    at, form = SIZE_AT[start]
    if start == JPEG_HEAD:
        at += max(raw.find(b"\xff\xc0"), raw.find(b"\xff\xc2"))
    said = struct.pack(form, draw.choice(SIDES), draw.choice(SIDES))
    return raw[:at] + said + raw[at + len(said) :]


def _checked(raw: bytes) -> bytes:
    """Of a PNG the checks of its parts are made right again, so that a decoder looks into them."""
    if not raw.startswith(PNG_HEAD):
        return raw
    made, at = bytearray(PNG_HEAD), len(PNG_HEAD)
    while at + 12 <= len(raw):
        length = int.from_bytes(raw[at : at + 4])
        part = raw[at + 4 : at + 8 + length]
        made += raw[at : at + 4] + part + zlib.crc32(part).to_bytes(4)
        at += 12 + length
    return bytes(made) + raw[at:]
