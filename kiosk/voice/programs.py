"""The programs that speak, record, play and encode, by their command line.

All are Debian's (espeak-ng, alsa-utils, opus-tools); a missing one is told with its package.
"""

import contextlib
import signal
import subprocess
from array import array
from collections.abc import Sequence
from pathlib import Path

from kiosk.voice.errors import VoiceError
from kiosk.voice.sound import Sound, read_wav, trimmed, wav

PACKAGES = {
    "espeak-ng": "espeak-ng",
    "arecord": "alsa-utils",
    "aplay": "alsa-utils",
    "opusenc": "opus-tools",
    "opusdec": "opus-tools",
}
VOICES = {"zh": "cmn", "en": "en-gb"}  # of espeak-ng; any other language is its own name
SPEED = "140"  # words a minute; 175 is too fast for old ears
RATE = "48000"  # what Opus works with
BITRATE = "24"  # kbit/s
WITHIN = 60.0  # seconds for one prompt
OPENS_WITHIN = 0.5  # seconds: a microphone that is not there is told before anybody speaks
LONGEST = 30  # seconds of one recording, should nobody end it


def spoken(text: str, language: str) -> Sound:
    """What espeak-ng makes of it, without silence around. Raises VoiceError."""
    told = _run(["espeak-ng", "-v", VOICES.get(language, language), "-s", SPEED, "--stdin", "--stdout"], text.encode())
    return trimmed(read_wav(told, "espeak-ng"))


def encoded(sound: Sound) -> bytes:
    """Ogg Opus. The serial number is fixed: the same sound is the same file."""
    command = ["opusenc", "--quiet", "--bitrate", BITRATE, "--downmix-mono", "--serial", "1", "--discard-comments"]
    return _run([*command, "-", "-"], wav(sound))


def decoded(opus: bytes) -> Sound:
    return read_wav(_run(["opusdec", "--quiet", "--force-wav", "-", "-"], opus), "opusdec")


def play(sound: Sound, device: str) -> None:
    _run(["aplay", "-q", *(["-D", device] if device else []), "-"], wav(sound))


class Recording:
    """One recording that has begun; it ends when it is told to, or by itself after LONGEST seconds.

    Raises VoiceError when the microphone cannot be opened.
    """

    def __init__(self, device: str, file: Path) -> None:
        self._file = file
        where = ["-D", device] if device else []
        form = ["-t", "wav", "-f", "S16_LE", "-r", RATE, "-c", "1", "-d", str(LONGEST)]
        try:
            self._process = subprocess.Popen(
                ["arecord", "-q", *where, *form, str(file)], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
        except FileNotFoundError:
            raise _absent("arecord") from None
        with contextlib.suppress(subprocess.TimeoutExpired):
            _, told = self._process.communicate(timeout=OPENS_WITHIN)
            raise VoiceError("problem.voice.failed", program="arecord", why=_last(told))

    def end(self) -> Sound:
        """Nothing, where it was ended before it had heard anything. Raises VoiceError."""
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=WITHIN)
        data = self._file.read_bytes() if self._file.is_file() else b""
        return read_wav(data, "arecord") if data else Sound(int(RATE), array("h"))


def _run(command: Sequence[str], given: bytes) -> bytes:
    try:
        ended = subprocess.run(command, input=given, capture_output=True, timeout=WITHIN, check=False)
    except FileNotFoundError:
        raise _absent(command[0]) from None
    except subprocess.TimeoutExpired as late:
        raise VoiceError("problem.voice.failed", program=command[0], why=f"{late.timeout:.0f} s") from late
    if ended.returncode:
        raise VoiceError("problem.voice.failed", program=command[0], why=_last(ended.stderr))
    return ended.stdout


def _absent(program: str) -> VoiceError:
    return VoiceError("problem.voice.program", program=program, package=PACKAGES[program])


def _last(told: bytes) -> str:
    return next(iter(told.decode("utf-8", "replace").strip().splitlines()[-1:]), "-")
