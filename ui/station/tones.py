"""Two short sounds beside the voice: a paper was taken in and verified, a paper was refused. Made here, no files."""

import io
import math
import struct
import wave
from collections.abc import Iterator

from kiosk.rules.visits.turn import Stage
from ui.station.view import View

TAKEN, REFUSED = "tone.taken", "tone.refused"
RATE = 11025
LOUD = 11000  # of 32767
EDGE = 0.012  # seconds in which a note comes and goes: no click
NOTES = {  # hertz and seconds, one after another
    TAKEN: ((880.0, 0.09), (1318.5, 0.14)),
    REFUSED: ((247.0, 0.16), (185.0, 0.24)),
}
VERIFIED, KEPT = "incoming.verified", "incoming.kept"  # what is told of a paper that lies in the basket


def of(view: View) -> Iterator[str]:
    """Before the words: what became of the paper that was held up just now."""
    notice = view.screen.visit.notice
    if view.stage is Stage.BASKET and notice is not None and notice.key != KEPT:
        yield TAKEN if notice.key == VERIFIED else REFUSED


def refused(view: View) -> bool:
    """The last paper is not in the basket."""
    return REFUSED in of(view)


def is_good(key: str) -> bool:
    return key in (VERIFIED, KEPT)


def wav(tone: str) -> bytes:
    """One of NOTES, as a WAV file of one channel."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for hertz, seconds in NOTES[tone]:
            file.writeframes(_note(hertz, seconds))
    return out.getvalue()


def _note(hertz: float, seconds: float) -> bytes:
    count, edge = int(RATE * seconds), int(RATE * EDGE)
    samples = (
        int(LOUD * min(1.0, nth / edge, (count - nth) / edge) * math.sin(2 * math.pi * hertz * nth / RATE))
        for nth in range(count)
    )
    return struct.pack(f"<{count}h", *samples)
