"""Sounds as values: WAV of 16 bit in, its level and its beginning and end; and what an Ogg Opus file says of itself.

Packs are Ogg Opus (RFC 7845) at 24 kbit/s: 250 prompts are 2 MB, which as WAV would be 20, and Debian's Chromium plays
both.
"""

import io
import math
import sys
import wave
from array import array
from dataclasses import dataclass
from enum import StrEnum

from kiosk.voice.errors import VoiceError

FULL = 32767
QUIET = 0.06  # of full scale: the loudest moment of speech near a microphone is far above it
CLIPPED = 12  # samples at full scale
WINDOW = 0.02  # seconds
MARGIN = 0.12  # seconds kept before and after speech
FLOOR = 0.01  # of full scale: below it is silence, whatever the room
OPUS_RATE = 48000  # RFC 7845: granules are always counted so


class Level(StrEnum):
    GOOD = "good"
    QUIET = "quiet"
    CLIPPED = "clipped"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Sound:
    """One channel; `samples` are signed 16 bit."""

    rate: int
    samples: "array[int]"

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


def read_wav(data: bytes, name: str) -> Sound:
    """The first channel. Raises VoiceError."""
    try:
        with wave.open(io.BytesIO(_whole(data))) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as wrong:
        raise VoiceError("problem.voice.wav", file=name) from wrong
    if width != 2 or not rate:
        raise VoiceError("problem.voice.wav", file=name)
    samples = array("h", frames[: len(frames) // (2 * channels) * 2 * channels])
    if sys.byteorder == "big":
        samples.byteswap()
    return Sound(rate, samples[::channels])


def wav(sound: Sound) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        samples = array("h", sound.samples)
        if sys.byteorder == "big":
            samples.byteswap()
        file.writeframes(samples.tobytes())
    return out.getvalue()


def level(sound: Sound) -> Level:
    loudest = max((abs(sample) for sample in sound.samples), default=0)
    if loudest < FLOOR * FULL:
        return Level.EMPTY
    if sum(1 for sample in sound.samples if abs(sample) >= FULL) >= CLIPPED:
        return Level.CLIPPED
    return Level.QUIET if loudest < QUIET * FULL else Level.GOOD


def trimmed(sound: Sound) -> Sound:
    """Without the silence before and after. Silence is what is no louder than three times the quietest tenth."""
    size = max(1, int(sound.rate * WINDOW))
    loud = [_rms(sound.samples[at : at + size]) for at in range(0, len(sound.samples), size)]
    if not loud:
        return sound
    silence = max(FLOOR * FULL, min(3 * sorted(loud)[len(loud) // 10], max(loud) / 4))
    there = [nth for nth, one in enumerate(loud) if one > silence]
    if not there:
        return sound
    margin = int(sound.rate * MARGIN)
    begin, end = max(0, there[0] * size - margin), (there[-1] + 1) * size + margin
    return Sound(sound.rate, sound.samples[begin:end])


def opus_seconds(data: bytes, name: str) -> float:
    """How long an Ogg Opus file is. Raises VoiceError for anything else."""
    last = data.rfind(b"OggS")
    if data[:4] != b"OggS" or b"OpusHead" not in data[:80] or last < 0 or len(data) < last + 14:
        raise VoiceError("problem.voice.format", file=name)
    granules = int.from_bytes(data[last + 6 : last + 14], "little", signed=True)
    if granules <= 0:
        raise VoiceError("problem.voice.format", file=name)
    return granules / OPUS_RATE


def _whole(data: bytes) -> bytes:
    """A recorder that was stopped, or that wrote to a pipe, leaves a length of nothing or of the largest number."""
    at = data.find(b"data", 12)
    if data[:4] != b"RIFF" or at < 0:
        return data
    size = len(data) - at - 8
    head = data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8 : at + 4]
    return head + size.to_bytes(4, "little") + data[at + 8 :]


def _rms(samples: "array[int]") -> float:
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) if samples else 0.0
