"""Recording a dialect, prompt by prompt, at a terminal: shown big, spoken, listened to, kept; each durable at once."""

import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.voice.errors import VoiceError
from kiosk.voice.pack import Pack, kept
from kiosk.voice.programs import Recording, encoded, play
from kiosk.voice.prompts import Prompt
from kiosk.voice.sound import Level, Sound, level, trimmed
from kiosk.words import Words
from ui.command.columns import width

EACH = 15.0  # seconds that one prompt takes, until this person has shown how long: 200 prompts are 50 minutes
WIDE = 4  # cells of empty space before a prompt


@dataclass(frozen=True, slots=True)
class Booth:
    """`device` and `out` are ALSA's names, empty for its default; `begin` is the prompt to begin with."""

    device: str
    out: str
    begin: str


class Said(StrEnum):
    """What a person may answer by one letter."""

    GO = ""
    AGAIN = "r"
    LISTEN = "p"
    SKIP = "s"
    BACK = "b"
    QUIT = "q"


class Session:
    def __init__(self, pack: Pack, wanted: Mapping[str, Prompt], booth: Booth, words: Words) -> None:
        self.pack = pack
        self._all = list(wanted.values())
        self._booth = booth
        self._words = words
        self._began = time.monotonic()
        self._kept = 0
        stale = {one.key for one in pack.changed(wanted)}
        self._open = [one for one in self._all if one.key not in pack.files or one.key in stale]
        if booth.begin:
            keys = [one.key for one in self._all]
            self._open = self._all[keys.index(booth.begin) :]

    @property
    def recorded(self) -> int:
        return sum(1 for one in self._all if one.key in self.pack.files)

    def run(self) -> bool:
        """Whether it went to the end."""
        self._print("begin", left=len(self._open), minutes=self._minutes(len(self._open)))
        at = 0
        while at < len(self._open):
            said = self._prompt(at)
            if said is Said.QUIT:
                return False
            at = max(at - 1, 0) if said is Said.BACK else at + 1
        return True

    def _prompt(self, at: int) -> Said:
        """One prompt, until it is kept, skipped or left."""
        prompt = self._open[at]
        nth, left = self._all.index(prompt) + 1, len(self._open) - at
        self._print("prompt", nth=nth, of=len(self._all), minutes=self._minutes(left))
        print(_big(prompt.text), flush=True)
        while True:
            said = self._ask("ready")
            if said in (Said.SKIP, Said.BACK, Said.QUIT):
                return said
            said = self._spoken(prompt)
            if said is not Said.AGAIN:
                return said

    def _spoken(self, prompt: Prompt) -> Said:
        """AGAIN: it has to be said once more."""
        heard = self._heard()
        loud = level(heard)
        if loud is not Level.GOOD:
            self._print(loud)
            return Said.AGAIN
        sound = trimmed(heard)
        said = Said.LISTEN
        while said is Said.LISTEN:
            play(sound, self._booth.out)
            said = self._ask("heard", seconds=f"{sound.seconds:.1f}")
        if said is not Said.GO:
            return said
        self.pack = kept(self.pack, prompt, encoded(sound))
        self._kept += 1
        self._print("kept")
        return Said.GO

    def _heard(self) -> Sound:
        with tempfile.TemporaryDirectory() as folder:
            recording = Recording(self._booth.device, Path(folder) / "said.wav")
            self._ask("speak")
            return recording.end()

    def _ask(self, key: str, **facts: object) -> Said:
        """An answer by one letter; the end of the input stops the session, anything else goes on."""
        print(self._words.say(f"command.voice.record.{key}", **facts), end=" ", flush=True)
        line = sys.stdin.readline()
        told = line.strip().lower() if line else Said.QUIT
        return Said(told) if told in set(Said) else Said.GO

    def _print(self, key: str, **facts: object) -> None:
        print(self._words.say(f"command.voice.record.{key}", **facts), flush=True)

    def _minutes(self, left: int) -> int:
        each = (time.monotonic() - self._began) / self._kept if self._kept >= 3 else EACH
        return max(1, round(left * each / 60))


def record(pack: Pack, wanted: Mapping[str, Prompt], booth: Booth, words: Words) -> int:
    """0 when every prompt is recorded. What was kept before a VoiceError stays kept."""
    session = Session(pack, wanted, booth, words)
    try:
        session.run()
    except VoiceError as wrong:
        print(words.say(wrong.code, **wrong.facts), file=sys.stderr)
    whole = session.recorded == len(wanted)
    key = "finished" if whole else "stopped"
    told = words.say(f"command.voice.record.{key}", pack=pack.name, recorded=session.recorded, of=len(wanted))
    print(f"\n{told}")
    return int(not whole)


def _big(text: str) -> str:
    """Alone between two lines, with air around: it is read from an arm's length."""
    line = " " * WIDE + "═" * max(width(text), 20)
    return f"\n{line}\n\n{' ' * WIDE}\033[1m{text}\033[0m\n\n{line}\n"
