"""The pack that a computer speaks (espeak-ng): labelled so, made on the spot, never shipped.

It stands in for every prompt that nobody has recorded.
"""

import fcntl
from collections.abc import Iterator, Mapping
from pathlib import Path

from kiosk.voice import pack as law
from kiosk.voice.errors import VoiceError
from kiosk.voice.pack import Head, Pack
from kiosk.voice.programs import encoded, spoken
from kiosk.voice.prompts import Prompt

PLACEHOLDER = "placeholder"
MADE_BY = "espeak-ng"
LOCK = ".making"


def name_of(language: str) -> str:
    return f"{PLACEHOLDER}-{language}"


def made(folder: Path, language: str, wanted: Mapping[str, Prompt]) -> Iterator[Pack]:
    """The pack after each prompt that was missing or has other words now. Raises VoiceError and OSError.

    Sounds that are no prompts any more are taken away. Where another program makes it already, nothing is done.
    """
    head = Head(name=MADE_BY, language=language, recorded_by=MADE_BY, placeholder=True)
    pack = law.begun(folder / name_of(language), head)
    if not pack.head.placeholder:
        raise VoiceError("problem.voice.head", folder=pack.folder, why="placeholder = false")
    with (pack.folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        yield from _made(law.open_pack(pack.folder), language, wanted)


def _made(pack: Pack, language: str, wanted: Mapping[str, Prompt]) -> Iterator[Pack]:
    for key in pack.files.keys() - wanted.keys():
        pack.files[key].unlink()
    for prompt in (*pack.missing(wanted), *pack.changed(wanted)):
        pack = law.kept(pack, prompt, encoded(spoken(prompt.text, language)))
        yield pack
