"""Sounds and packs for the tests of the voice: tones instead of words."""

import math
import shutil
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path

from kiosk.voice.pack import Head, Pack, begun, kept
from kiosk.voice.programs import encoded
from kiosk.voice.prompts import Prompt
from kiosk.voice.sound import Sound

RATE = 16000


def tone(seconds: float, loud: float = 0.5, *, before: float = 0.3, after: float = 0.3) -> Sound:
    """A tone of 220 Hz with silence around it; `loud` 1 is full scale, more is clipped."""
    count = int(seconds * RATE)
    wave = (math.sin(2 * math.pi * 220 * nth / RATE) * loud for nth in range(count))
    said = [max(-32767, min(32767, round(one * 32767))) for one in wave]
    return Sound(RATE, array("h", [*[0] * int(before * RATE), *said, *[0] * int(after * RATE)]))


def pack_of(folder: Path, wanted: Mapping[str, Prompt], keys: Iterable[str], language: str = "zh") -> Pack:
    """A pack that speaks just these prompts."""
    pack = begun(folder, Head(name=folder.name, language=language))
    opus = encoded(tone(0.2))
    for key in keys:
        pack = kept(pack, wanted[key], opus)
    return pack


def copied(pack: Pack, name: str) -> Path:
    other = pack.folder.with_name(name)
    shutil.copytree(pack.folder, other)
    return other
