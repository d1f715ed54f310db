"""The station's voice: which packs, how loud, and the placeholder, which is made behind the back of everything else."""

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.clock import Clock
from kiosk.pack_in_force import PacksInForce
from kiosk.voice.errors import VoiceError
from kiosk.voice.listed import listed
from kiosk.voice.placeholder import made
from kiosk.voice.shelf import Shelf
from kiosk.words import languages, load_words
from ui.command.station_config import StationConfig
from ui.command.voice_folder import default_folder
from ui.station.voice import Voice, Volume

logger = logging.getLogger(__name__)

NEEDED = ("espeak-ng", "opusenc")
SETTLED = 60.0  # seconds after the start: whoever stands there is served first
PAUSE = 0.5  # seconds between two prompts: the placeholder takes two minutes, and nobody feels it


def voice_of(config: StationConfig, packs: PacksInForce, clock: Clock) -> Voice:
    volume = [_volume(told) for told in config.voice.volume]
    shelf = Shelf(folder_of(config), config.voice.pack)
    return Voice(shelf, volume, lambda: packs.latest.settings.speak_names)


def folder_of(config: StationConfig) -> Path:
    return config.voice.folder or default_folder()


@contextmanager
def placeholder_made(config: StationConfig, packs: PacksInForce, settled: float = SETTLED) -> Iterator[None]:
    """While the block runs, what the placeholder lacks is made; what is there already costs nothing."""
    stopping = threading.Event()
    thread = threading.Thread(target=_make, args=(folder_of(config), packs, stopping, settled), name="voice")
    if all(shutil.which(program) for program in NEEDED):
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        if thread.ident is not None:
            thread.join()


def _make(folder: Path, packs: PacksInForce, stopping: threading.Event, settled: float) -> None:
    if stopping.wait(settled):
        return
    try:
        for language in languages():
            for _ in made(folder, language, listed(load_words(language), packs.latest)):
                if stopping.wait(PAUSE):
                    return
    except (VoiceError, OSError) as wrong:  # the screen stays silent where nothing was made
        logger.warning("the placeholder voice was not made: %s", wrong)


def _volume(told: str) -> Volume:
    hour, _, percent = told.partition(" ")
    return Volume(int(hour), int(percent))
