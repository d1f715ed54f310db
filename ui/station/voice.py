"""The voice of the touch screen: which sound files a page plays, how loud, and the files themselves.

Names are no prompts: where the county wants them spoken, espeak-ng says the name of whoever stands there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from kiosk.screen import Screen
from kiosk.voice.errors import VoiceError
from kiosk.voice.programs import encoded, spoken
from kiosk.voice.shelf import Shelf
from ui.station import tones
from ui.station.speech import NAME, speech
from ui.station.view import View

ROOM = "/voice/"  # what lies behind it never changes: guard.py lets the browser keep it
TONES = f"{ROOM}tones/"
NAMES = "/said/name.opus"
LOUD = 80  # percent
SAMPLE = "turn.done"
OPUS, WAV = "audio/ogg", "audio/wav"


@dataclass(frozen=True, slots=True)
class Volume:
    """`percent` from this hour of the day on."""

    from_hour: int
    percent: int


@dataclass(frozen=True, slots=True)
class Say:
    """`sounds` are addresses, in the order in which they are played."""

    id: str
    sounds: tuple[str, ...]
    volume: int


def no_names() -> bool:
    return False


class Voice:
    """`names`: does the county want names spoken, asked at each page."""

    def __init__(self, shelf: Shelf, volume: Sequence[Volume] = (), names: Callable[[], bool] = no_names) -> None:
        self._shelf = shelf
        self._volume = sorted(volume, key=lambda one: one.from_hour)
        self._names = names

    def say(self, view: View) -> Say:
        language = view.words.language

        def instead(own: str, general: str) -> bool:
            return self._shelf.same_voice(own, general, language)

        told = speech(view, names=self._names(), instead=instead)
        sounds = tuple(filter(None, (self._address(piece, language, told.id) for piece in told.pieces)))
        return Say(told.id if sounds else "", sounds, self._percent(view.screen.now.at.hour))

    def sample(self, view: View) -> Say:
        """What is played to hear how loud it is."""
        sound = self._address(SAMPLE, view.words.language, "")
        return Say(SAMPLE, (sound,) if sound else (), self._percent(view.screen.now.at.hour))

    def placeholder(self, view: View) -> bool:
        """A computer speaks, because nobody recorded this language or chose a pack."""
        return self._shelf.placeholder(view.words.language)

    def routes(self, screen: Callable[[], Screen]) -> list[Route]:
        async def sound(request: Request) -> Response:
            file = self._shelf.file(request.path_params["pack"], request.path_params["file"])
            return Response(status_code=404) if file is None else FileResponse(file, media_type=OPUS)

        async def name(request: Request) -> Response:
            subject = screen().visit.subject
            if subject is None or not self._names():
                return Response(status_code=404)
            told = await run_in_threadpool(_named, subject.name)
            return Response(told, media_type=OPUS) if told else Response(status_code=404)

        async def tone(request: Request) -> Response:
            wanted = f"tone.{request.path_params['tone']}"
            known = wanted in tones.NOTES
            return Response(tones.wav(wanted), media_type=WAV) if known else Response(status_code=404)

        return [Route(f"{TONES}{{tone}}", tone), Route(f"{ROOM}{{pack}}/{{file}}", sound), Route(NAMES, name)]

    def _address(self, piece: str, language: str, spoken_id: str) -> str:
        if piece == NAME:
            return f"{NAMES}?{spoken_id}"
        if piece in tones.NOTES:
            return f"{TONES}{piece.removeprefix('tone.')}"
        found = self._shelf.found(piece, language)
        return "" if found is None else f"{ROOM}{found.pack}/{found.file}?{found.stamp}"

    def _percent(self, hour: int) -> int:
        """That of the latest hour that has come; before the first one, that of the evening before."""
        if not self._volume:
            return LOUD
        come = [one.percent for one in self._volume if one.from_hour <= hour]
        return come[-1] if come else self._volume[-1].percent


def silent() -> Voice:
    """No pack lies anywhere."""
    return Voice(Shelf(Path("/nonexistent"), ""))


def _named(name: str) -> bytes:
    """Empty where espeak-ng or the encoder is not there: then the name is skipped."""
    try:
        return encoded(spoken(name, "zh"))
    except VoiceError:
        return b""
