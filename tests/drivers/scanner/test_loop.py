"""The scanner's loop over real pictures and scripted cameras: what is told, and that nothing ends it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.resources import files
from itertools import chain, cycle, repeat
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from drivers.scanner.camera.cameras import FilmedFrames, Frames, open_frames
from drivers.scanner.loop import Scanner
from drivers.scanner.wire import Advice, Camera, CameraState, Hint, Message, Preview, Quality, Seen, Still
from tests.support.captured import GONE, ScriptedCapture, noise
from tests.support.looking import Glimpse, look
from tests.support.waiting import wait_for

THEIRS = Path(str(files("pyzbar") / "tests"))
READY = Camera(CameraState.READY)
ABSENT = Camera(CameraState.ABSENT, "scanner.absent")
FROZEN = Camera(CameraState.FROZEN, "scanner.frozen")


class Room:
    """A running scanner and what was heard of it. Its clock runs `speed` times as fast as ours."""

    def __init__(self, open_camera: Callable[[], Frames], look: "Look", speed: float) -> None:
        self.heard: list[Message] = []
        self.wishes: list[str] = []
        self.mirror = False
        self.lived = 0
        self.scanner = Scanner(
            open_camera,
            self.heard.append,
            look,
            lambda: self.mirror,
            self.wished,
            self.live,
            clock=lambda: time.monotonic() * speed,
        )

    def wished(self) -> tuple[str, ...]:
        marks, self.wishes = tuple(self.wishes), []
        return marks

    def live(self) -> None:
        self.lived += 1

    def reads_of(self, data: bytes) -> list[int]:
        return [message.reads for message in self.heard if isinstance(message, Seen) and message.data == data]

    def hears(self, message: Message) -> None:
        wait_for(lambda: message in self.heard, f"{message} among {self.heard}")


Look = Callable[[memoryview], Glimpse]


@contextmanager
def scanning(open_camera: Callable[[], Frames], looks: Look = look, speed: float = 1.0) -> Iterator[Room]:
    room, stop = Room(open_camera, looks, speed), threading.Event()
    thread = threading.Thread(target=room.scanner.run, args=(stop,))
    thread.start()
    try:
        yield room
    finally:
        stop.set()
        thread.join()


def hold_up(folder: Path, picture: str) -> Path:
    fresh = folder / f".{picture}"
    fresh.write_bytes((THEIRS / picture).read_bytes())
    return fresh.rename(folder / picture)


def camera(*gives: Any, endless: Any) -> Callable[[], Frames]:
    return lambda: FilmedFrames(ScriptedCapture(chain(gives, repeat(endless)), pace=0.002), "camera")


# --- codes --------------------------------------------------------------------------------------------------------


def test_a_card_held_up_is_told_at_its_first_and_second_read_beside_another(tmp_path: Path) -> None:
    with scanning(partial(open_frames, str(tmp_path))) as room:
        room.hears(READY)
        hold_up(tmp_path, "qrcode.png")
        wait_for(lambda: room.reads_of(b"Thalassiodracon") == [1, 2], "the card")
        hold_up(tmp_path, "code128.png")
        wait_for(lambda: room.reads_of(b"Foramenifera") == [1, 2], "the box beside it")
        assert room.reads_of(b"Thalassiodracon") == [1, 2]
    codes = [message for message in room.heard if isinstance(message, Seen)]
    assert {(code.symbology, code.showing) for code in codes} == {("QRCode", 1), ("Code128", 2), ("Code128", 3)}


def test_a_film_is_read_again_and_again(tmp_path: Path) -> None:
    film, picture = tmp_path / "film.avi", cv2.imread(str(THEIRS / "qrcode.png"))
    assert picture is not None
    frame = cv2.copyMakeBorder(picture, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"MJPG"), 25.0, (frame.shape[1], frame.shape[0]))
    for _ in range(5):
        writer.write(frame)
    writer.release()
    with scanning(partial(open_frames, str(film))) as room:
        wait_for(lambda: room.reads_of(b"Thalassiodracon") == [1, 2], "the card")


def test_when_nothing_moves_reading_rests_and_a_card_taken_away_is_no_second_showing() -> None:
    """A quiet room is looked at, but seldom read, until something moves."""
    moved, reads = threading.Event(), []
    still, other = noise(), noise(2, level=60)
    capture = ScriptedCapture(repeat(lambda: other() if moved.is_set() else still()))

    def looks(gray: memoryview) -> Glimpse:
        reads.append(gray)
        return Glimpse((Seen(b"CARD", "QRCode", "zxing"),))

    with scanning(lambda: FilmedFrames(capture, "camera"), looks, speed=2) as room:
        wait_for(lambda: room.scanner._pace.quiet, "a quiet room")
        looked, read = capture.retrieved, len(reads)
        wait_for(lambda: capture.retrieved >= looked + 12, "it stays quiet")
        assert len(reads) - read < 8
        moved.set()
        wait_for(lambda: not room.scanner._pace.quiet, "it moves")
    assert room.reads_of(b"CARD") == [1, 2]


# --- the camera ---------------------------------------------------------------------------------------------------


def test_a_camera_that_goes_and_comes_is_told_once_each_time(tmp_path: Path) -> None:
    folder = tmp_path / "camera"
    with scanning(partial(open_frames, str(folder))) as room:
        room.hears(ABSENT)
        folder.mkdir()
        room.hears(READY)
        folder.rmdir()
        wait_for(lambda: room.heard.count(ABSENT) == 2, "it went")
        folder.mkdir()
        wait_for(lambda: room.heard.count(READY) == 2, "it came")
    assert room.heard == [ABSENT, READY, ABSENT, READY]


def test_a_dark_picture_is_told(tmp_path: Path) -> None:
    (tmp_path / "night.png").write_bytes(cv2.imencode(".png", np.zeros((90, 160, 3), np.uint8))[1].tobytes())
    with scanning(partial(open_frames, str(tmp_path))) as room:
        room.hears(Camera(CameraState.DARK, "scanner.dark"))
        hold_up(tmp_path, "qrcode.png")
        wait_for(lambda: room.reads_of(b"Thalassiodracon"), "the card")


def test_a_frozen_camera_is_opened_again_and_says_ready_only_when_it_moves() -> None:
    opened: list[ScriptedCapture] = []
    stuck = np.full((720, 1280, 3), 90, np.uint8)

    def open_camera() -> Frames:
        opened.append(ScriptedCapture(repeat(stuck) if len(opened) < 3 else repeat(noise()), pace=0.002))
        return FilmedFrames(opened[-1], "camera")

    with scanning(open_camera, speed=10) as room:
        wait_for(lambda: room.heard.count(READY) == 2, "it moves again")
        assert all(capture.released.is_set() for capture in opened[:-1])
    assert room.heard == [READY, FROZEN, READY]


def test_garbage_is_silence_and_a_good_picture_ends_it() -> None:
    garbage = (None, np.zeros((0, 0, 3), np.uint8), np.zeros((4, 4, 4, 4), np.uint8))
    good = threading.Event()

    def gives() -> Iterator[Any]:
        rubbish, room = cycle(garbage), noise()
        while True:
            yield room if good.is_set() else next(rubbish)

    with scanning(lambda: FilmedFrames(ScriptedCapture(gives()), "camera")) as room:
        room.hears(Camera(CameraState.ABSENT, "scanner.silent"))
        good.set()
        room.hears(READY)


# --- hints, glare -------------------------------------------------------------------------------------------------


@dataclass
class Shelf:
    """Frames that remember whether they were darkened."""

    inner: Frames
    asked: list[bool] = field(default_factory=list)

    still = False

    def newest(self, timeout: float) -> Any:
        return self.inner.newest(timeout)

    def darken(self, dark: bool) -> None:
        self.asked.append(dark)

    def close(self) -> None:
        self.inner.close()


def test_hints_are_told_on_change_and_glare_darkens_the_picture() -> None:
    shelf = Shelf(camera(endless=noise())())
    now = [Glimpse((), Quality(80, 50, 60), Hint.GLARE)]
    with scanning(lambda: shelf, lambda _: now[0]) as room:
        room.hears(Advice(Hint.GLARE))
        wait_for(lambda: shelf.asked == [True], "darkened")
        now[0] = Glimpse((Seen(b"PHONE", "QRCode", "zxing"),), Quality(80, 50, 0))
        room.hears(Advice(None))
        wait_for(lambda: shelf.asked == [True, False], "the camera judges again")
    assert [message for message in room.heard if isinstance(message, Advice)] == [Advice(Hint.GLARE), Advice(None)]


def test_a_lost_camera_takes_its_hint_with_it() -> None:
    gone = threading.Event()

    def frames() -> Frames:
        return FilmedFrames(ScriptedCapture(iter(lambda: GONE if gone.is_set() else noise(), None)), "camera")

    with scanning(frames, lambda _: Glimpse((), None, Hint.NEARER)) as room:
        room.hears(Advice(Hint.NEARER))
        gone.set()
        room.hears(ABSENT)
        room.hears(Advice(None))


# --- pictures for the screen and for the record -------------------------------------------------------------------


def previews(room: Room) -> list[bytes]:
    return [message.jpeg for message in room.heard if isinstance(message, Preview)]


def size(jpeg: bytes) -> tuple[int, ...]:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return tuple(map(int, picture.shape))


def test_who_asks_gets_small_mirror_pictures(tmp_path: Path) -> None:
    hold_up(tmp_path, "qrcode.png")
    with scanning(partial(open_frames, str(tmp_path))) as room:
        room.hears(READY)
        assert not previews(room)
        room.mirror = True
        wait_for(lambda: previews(room), "a preview")
    assert size(previews(room)[0])[1] == 320


def test_who_wishes_for_a_still_gets_the_whole_picture_and_none_without_a_camera() -> None:
    there = threading.Event()
    with scanning(lambda: camera(endless=noise())() if there.is_set() else open_frames("/nowhere")) as room:
        room.wishes = ["early"]
        room.hears(Still("early", b""))
        there.set()
        room.hears(READY)
        room.wishes = ["a", "b"]
        wait_for(lambda: {m.mark for m in room.heard if isinstance(m, Still)} == {"early", "a", "b"}, "both")
    assert {size(message.jpeg) for message in room.heard if isinstance(message, Still) and message.jpeg} == {
        (720, 1280, 3)
    }


# --- signs of life ------------------------------------------------------------------------------------------------


def test_it_lives_with_and_without_a_camera_but_not_in_a_decoder_that_hangs() -> None:
    hangs, hung, go_on = threading.Event(), threading.Event(), threading.Event()

    def looks(_gray: memoryview) -> Glimpse:
        if hangs.is_set():
            hung.set()
            go_on.wait(30)
        return Glimpse()

    there = threading.Event()
    with scanning(lambda: camera(endless=noise())() if there.is_set() else open_frames("/nowhere"), looks, 10) as room:
        wait_for(lambda: room.lived > 3, "signs of life without a camera")
        there.set()
        room.hears(READY)
        lived = room.lived
        wait_for(lambda: room.lived > lived + 3, "signs of life with one")
        hangs.set()
        assert hung.wait(10)
        lived = room.lived
        assert not go_on.wait(0.5)
        assert room.lived == lived
        hangs.clear()
        go_on.set()
        wait_for(lambda: room.lived > lived, "it goes on")


def test_the_second_opinion_of_a_showing_is_the_same_code() -> None:
    codes = [Seen(b"CARD", "QRCode", decoder) for decoder in ("zxing", "zbar")]
    turns = cycle(codes)
    with scanning(camera(endless=noise()), lambda _: Glimpse((next(turns),))) as room:
        wait_for(lambda: len(room.reads_of(b"CARD")) == 2, "both reads")
    first, second = (message for message in room.heard if isinstance(message, Seen))
    assert replace(second, reads=1, decoder=first.decoder) == first
