"""Frame after frame as a camera gives them, and single pictures: what is told, what is remembered, what is advised."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from drivers.scanner.codes.reader import LONGEST, Reader, Sight, read_still
from drivers.scanner.codes.ways import ways_to_lines, ways_to_squares
from drivers.scanner.wire import Hint
from drivers.simulated.scenes.bars import code128, ean13
from drivers.simulated.scenes.scene import codeless, film, scene
from tests.support.pictures import SHORT, Grey, blurred, creased, drawn, glared, grey, hung, of_modules

CODE = drawn(SHORT)
# Looks until every way had its turn: in a picture without a sure square every third is for lines.
ROUND = 3 * (len(ways_to_squares()) + len(ways_to_lines()))


def picture(kind: str, seed: int) -> Grey:
    return next(film(scene(kind, seed), 1))


def looks(reader: Reader, gray: Grey, count: int) -> Iterator[Sight]:
    return (reader.look(gray.data) for _ in range(count))


def first_read(reader: Reader, gray: Grey) -> Sight:
    return next(sight for sight in looks(reader, gray, ROUND) if sight.codes)


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 5])
def test_an_easy_code_is_read_in_the_plain_look(seed: int) -> None:
    sight = Reader().look(picture("easy", seed).data)
    (code,) = sight.codes
    assert code.data == scene("easy", seed).payload
    assert (code.symbology, code.decoder) == ("QRCode", "zxing")
    assert code.quality == sight.quality
    assert sight.quality is not None
    assert sight.hint is None


def test_several_codes_of_one_picture_and_the_same_twice() -> None:
    room = hung(CODE, 220, (100, 100))
    for payload, left in ((b"another", 500), (SHORT, 900)):
        room[100:320, left : left + 220] = cv2.resize(drawn(payload), (220, 220), interpolation=cv2.INTER_AREA)
    assert sorted(code.data for code in Reader().look(room.data).codes) == sorted([SHORT, b"another"])
    assert sorted(code.data for code in read_still(room.data)) == sorted([SHORT, SHORT, b"another"])


HARD = [
    ("fold", 1),
    ("crumple", 1),
    ("curved", 3),
    ("blur", 2),
    ("blur", 12),
    ("small", 12),
    ("screen", 3),
    ("perspective", 11),
    ("motion", 0),
]


@pytest.mark.parametrize(("kind", "seed"), HARD)
@pytest.mark.parametrize("before", [0, 2, 5])
def test_every_way_gets_its_turn_wherever_the_turn_was(kind: str, seed: int, before: int) -> None:
    reader = Reader()
    for number in range(before):
        assert reader.look(codeless(number).data).codes == ()
    gray = picture(kind, seed)
    assert [code.data for code in first_read(reader, gray).codes] == [scene(kind, seed).payload]


@pytest.mark.parametrize(("kind", "seed"), HARD)
def test_the_way_that_read_last_comes_first_on_the_next_frame(kind: str, seed: int) -> None:
    reader, gray = Reader(), picture(kind, seed)
    told = first_read(reader, gray).codes
    again = list(looks(reader, gray, 4))
    assert sum(bool(sight.codes) for sight in again) >= 3
    assert again[0].codes == told


def test_after_a_miss_the_turn_goes_on() -> None:
    reader = Reader()
    first_read(reader, picture("fold", 1))
    assert reader.look(codeless(2).data).codes == ()
    assert first_read(reader, picture("blur", 2)).codes[0].data == scene("blur", 2).payload
    assert first_read(reader, picture("fold", 1)).codes[0].data == scene("fold", 1).payload


def test_a_grid_that_is_nearly_read_keeps_its_turn_until_it_is() -> None:
    rng, bent = np.random.default_rng(2), creased(drawn(SHORT), 14)
    reader, told = Reader(), []
    for _ in range(2 * ROUND):
        told += [code.data for code in reader.look(hung(glared(bent, rng, 0.08), 330).data).codes]
    assert set(told) == {SHORT}


@pytest.mark.parametrize(
    ("shown", "hint"),
    [
        (hung(CODE, 40), Hint.NEARER),
        (blurred(hung(CODE, 300), 8), Hint.STEADY),
        (blurred(hung(CODE, 330), 10), Hint.STEADY),
        (cv2.circle(hung(CODE, 300), (620, 340), 90, 255, -1), Hint.GLARE),
        (grey(hung(CODE, 300) * 0.05 + np.random.default_rng(0).normal(0, 1.5, (720, 1280))), Hint.LIGHT),
        (grey(np.full((720, 1280), 128)), None),
        (grey(np.zeros((720, 1280))), None),
        (grey(np.full((720, 1280), 255)), None),
    ],
)
def test_what_is_advised_when_a_code_cannot_be_read(shown: object, hint: Hint | None) -> None:
    sight = Reader().look(grey(shown).data)
    assert sight.codes == ()
    assert sight.hint is hint


def test_rooms_without_a_code_are_not_read_and_mostly_not_advised() -> None:
    reader = Reader()
    sights = [reader.look(codeless(seed).data) for seed in range(40)]
    assert [sight for sight in sights if sight.codes] == []
    assert len([sight for sight in sights if sight.hint is not None]) <= 4


SHAPES = [(1, 1), (1, 2), (2, 1), (3, 3), (1, 2000), (2000, 1), (5, 2000), (2000, 5), (16, 16), (63, 65), (64, 64)]


@pytest.mark.parametrize("shape", [*SHAPES, (300, 500)])
def test_no_picture_stops_a_reader(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    reader = Reader()
    for _ in range(5):
        noise = rng.integers(0, 256, shape, np.uint8)
        for gray in (grey(np.zeros(shape)), grey(np.full(shape, 255)), noise, grey((noise > 127) * 255)):
            assert reader.look(gray.data).codes == ()
            assert read_still(gray.data) == ()


@pytest.mark.parametrize(("kind", "seed"), [("easy", 0), ("fold", 1), ("curved", 3), ("small", 12), ("perspective", 4)])
def test_a_single_picture_is_tried_in_every_way(kind: str, seed: int) -> None:
    (code,) = read_still(picture(kind, seed).data)
    assert code.data == scene(kind, seed).payload
    assert (code.symbology, code.decoder) == ("QRCode", "zxing")


@pytest.mark.parametrize("seed", range(6))
def test_a_single_picture_without_a_code_gives_none(seed: int) -> None:
    assert read_still(codeless(seed).data) == ()


def _bars(payload: bytes, module: int = 3) -> Grey:
    row = np.frombuffer(code128(payload).encode(), np.uint8) - np.uint8(48)
    return of_modules(grey(np.repeat(row[None, :], 30, axis=0)), module)


def test_lines_are_believed_when_two_looks_read_the_same() -> None:
    room, bars = grey(np.full((720, 1280), 128)), _bars(b"LOT-2024-001")
    room[300 : 300 + bars.shape[0], 300 : 300 + bars.shape[1]] = bars
    assert [(code.data, code.symbology) for code in read_still(room.data)] == [(b"LOT-2024-001", "Code128")]
    reader = Reader()
    told = [code for sight in looks(reader, room, 6) for code in sight.codes]
    assert {code.data for code in told} == {b"LOT-2024-001"}
    assert len(told) > 2  # each look of a film tells what it reads; who watches counts them


def test_a_thorough_look_goes_on_after_the_first_code() -> None:
    room, bars = hung(CODE, 220, (60, 60)), _bars(b"LOT-2024-001")
    room[500 : 500 + bars.shape[0], 600 : 600 + bars.shape[1]] = bars
    assert [code.data for code in read_still(room.data)] == [SHORT]
    assert sorted(code.data for code in read_still(room.data, thorough=True)) == [SHORT, b"LOT-2024-001"]


@pytest.mark.parametrize("seed", [1, 19])  # Code 128, and a QR code that zbar alone can read
def test_what_only_one_look_at_a_single_picture_reads_is_not_believed(seed: int) -> None:
    gray, payload = picture("perspective", seed), scene("perspective", seed).payload
    assert [code.data for code in first_read(Reader(), gray).codes] == [payload]
    assert read_still(gray.data, thorough=True) == ()


@pytest.mark.parametrize("seed", range(0, 24, 3))
def test_lines_that_are_told_are_right(seed: int) -> None:
    assert {code.data for code in read_still(picture("bars", seed).data)} <= {scene("bars", seed).payload}


@pytest.mark.parametrize("seed", [12, 19])
def test_a_square_that_zbar_alone_can_read_is_not_believed_at_once(seed: int) -> None:
    gray = picture("perspective", seed)
    reader = Reader()
    told = [code for sight in looks(reader, gray, ROUND) for code in sight.codes]
    assert {(code.data, code.decoder) for code in told} == {(scene("perspective", seed).payload, "zbar")}
    assert all(code.data == scene("perspective", seed).payload for code in read_still(gray.data))


def test_a_small_code_in_a_large_photograph_is_read_with_every_pixel() -> None:
    large = grey(np.full((2 * LONGEST, 2 * LONGEST), 160))
    code = drawn(SHORT, 2)
    large[1001 : 1001 + code.shape[0], 1501 : 1501 + code.shape[1]] = code
    assert [one.data for one in read_still(large.data)] == [SHORT]
    smaller = cv2.resize(large, (LONGEST, LONGEST), interpolation=cv2.INTER_AREA)
    assert read_still(grey(smaller).data) == ()


@pytest.mark.parametrize(("kind", "seed"), [("fold", 1), ("blur", 12), ("curved", 3)])
def test_a_hard_code_in_a_large_photograph_is_read_at_the_size_of_a_frame(kind: str, seed: int) -> None:
    large = cv2.resize(picture(kind, seed), None, fx=2.5, fy=2.5, interpolation=cv2.INTER_CUBIC)
    assert max(large.shape) > LONGEST
    assert [one.data for one in read_still(grey(large).data)] == [scene(kind, seed).payload]


@pytest.mark.parametrize("degrees", [0, 30, 45, 60, 90, 137])
def test_bars_are_read_at_any_slant(degrees: int) -> None:
    modules = np.array([255 * (bar == "0") for bar in ean13("6901234567892")], np.uint8)
    label = np.pad(cv2.resize(modules[None], (380, 200), interpolation=cv2.INTER_NEAREST), 60, constant_values=255)
    turn = cv2.getRotationMatrix2D((250, 160), degrees, 1)
    turn[:, 2] += 390, 200
    held = cv2.GaussianBlur(cv2.warpAffine(label, turn, (1280, 720), borderValue=(255,)), (0, 0), 0.8)
    assert [code.data for code in read_still(grey(held).data)] == [b"6901234567892"]
