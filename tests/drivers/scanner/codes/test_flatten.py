"""Codes that a decoder reads only when they were laid flat: bent by known laws, in scenes, and added up over frames."""

from collections.abc import Callable, Iterable

import numpy as np
import pytest

from drivers.scanner.codes import enhance
from drivers.scanner.codes.decoders import Wanted, zxing
from drivers.scanner.codes.flatten import FRAMES_MOST, Flattener
from drivers.scanner.codes.regions import places
from drivers.simulated.scenes.scene import codeless, film, scene
from tests.support.pictures import Grey, bulged, creased, drawn, glared, grey, noisy, rolled, slanted, waved

LONGEST = 560  # pixels: ten for each module of a small code, five of the largest
SIZES = {21: 14, 33: 60, 49: 150, 69: 300, 85: 500, 97: 660}  # modules along an edge, and bytes that need so many


def text(length: int) -> bytes:
    return bytes(np.random.default_rng(length).integers(33, 127, length, dtype=np.uint8))


def read(gray: Grey) -> list[bytes]:
    return [one.seen.data for one in zxing(gray.data, Wanted.SQUARES) if one.seen is not None]


def laid_flat(flattener: Flattener, gray: Grey, number: int = 0) -> set[bytes]:
    """All that is read of what is drawn anew of picture `number`."""
    return {data for flat in flattener.flattened(gray, number) for data in read(flat)}


Bend = Callable[[Grey, float], Grey]

BENT: list[tuple[Bend, float, int, int]] = [  # how, how far, bytes, pixels a module
    (waved, 5, 14, 6),
    (waved, 4, 60, 8),
    (waved, 10, 300, 8),
    (waved, 8, 660, 6),
    (creased, 5, 14, 4),
    (creased, 10, 14, 8),
    (creased, 10, 60, 6),
    (creased, 20, 60, 8),
    (creased, 30, 660, 6),
    (bulged, 0.1, 60, 4),
    (bulged, 0.1, 150, 4),
    (bulged, 0.2, 60, 8),
    (bulged, 0.1, 660, 6),
    (rolled, 0.6, 14, 6),
    (rolled, 0.6, 60, 8),
    (slanted, 0.1, 14, 4),
]


@pytest.mark.parametrize(("bend", "far", "length", "module"), BENT)
def test_what_is_bent_is_laid_flat(bend: Bend, far: float, length: int, module: int) -> None:
    payload = text(length)
    bent = bend(drawn(payload, module), far)
    assert read(bent) == []
    assert laid_flat(Flattener(), bent) == {payload}


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_it_may_hang_on_its_side_or_upside_down(turns: int) -> None:
    bent = grey(np.rot90(creased(drawn(text(60), 6), 10), turns))
    assert read(bent) == []
    assert laid_flat(Flattener(), bent) == {text(60)}


@pytest.mark.parametrize(
    ("kind", "seed"),
    [
        *(("fold", seed) for seed in (1, 3, 7, 13, 15, 22)),
        *(("crumple", seed) for seed in (1, 2, 11, 13, 14, 23)),
        *(("curved", seed) for seed in (1, 3, 4, 8, 9, 15)),
        ("perspective", 4),
    ],
)
def test_scenes_that_a_decoder_alone_cannot_read(kind: str, seed: int) -> None:
    held = scene(kind, seed)
    gray = next(film(held, 1))
    assert read(gray) == []
    part = enhance.reduced(places(gray)[0].of(gray, 0.15), LONGEST)
    assert laid_flat(Flattener(), part) == {held.payload}


@pytest.mark.parametrize(("modules", "length"), SIZES.items())
def test_every_size_that_we_lay_flat(modules: int, length: int) -> None:
    module = 6 if modules < 90 else 5
    flattener, code = Flattener(), drawn(text(length), module)
    assert code.shape[0] == (modules + 12) * module
    flat = next(flattener.flattened(code, 0))
    assert read(flat) == [text(length)]
    assert flat.shape == (4 * (modules + 8),) * 2  # four pixels a module, four modules of margin
    assert set(np.unique(flat)) == {0, 255}


def test_what_is_larger_than_that_is_not_laid_flat() -> None:
    code = drawn(text(700), 4)
    assert code.shape[0] == (101 + 12) * 4
    assert laid_flat(Flattener(), code) == set()
    assert read(code) == [text(700)]


@pytest.mark.parametrize("corner", [np.s_[:90, :90], np.s_[:90, -90:], np.s_[-90:, :90]])
def test_without_three_finder_patterns_there_is_nothing_to_lay_flat(corner: tuple[slice, slice]) -> None:
    code, flattener = drawn(text(60), 6), Flattener()
    assert laid_flat(flattener, code) == {text(60)}
    code[corner] = 255
    assert list(flattener.flattened(code, 0)) == []
    assert not flattener.near


@pytest.mark.parametrize("shape", [(1, 1), (1, 560), (560, 1), (5, 560), (30, 30), (560, 560)])
def test_pictures_that_are_none(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    for gray in (grey(np.zeros(shape)), grey(np.full(shape, 255)), noise, grey((noise > 127) * 255)):
        flattener = Flattener()
        assert laid_flat(flattener, gray) == set()
        assert not flattener.near


def test_rooms_without_a_code_give_nothing_to_read() -> None:
    drawings = 0
    flattener = Flattener()
    for seed in range(30):
        gray = enhance.reduced(codeless(seed), LONGEST)
        flats = list(flattener.flattened(gray, seed))
        drawings += len(flats)
        assert [data for flat in flats for data in read(flat)] == []
    assert drawings < 15


def glares(payload: bytes, seed: int, size: float, error: str = "m", mask: int | None = None) -> Iterable[Grey]:
    rng, bent = np.random.default_rng(seed), creased(drawn(payload, 6, error=error, mask=mask), 10)
    return (glared(bent, rng, size) for _ in range(FRAMES_MOST + 2))


@pytest.mark.parametrize("seed", [0, 2, 4])
def test_glare_that_wanders_is_read_after_some_frames_though_no_frame_shows_all(seed: int) -> None:
    payload = text(60)
    frames = list(glares(payload, seed, 0.1))
    assert not any(laid_flat(Flattener(), frame) for frame in frames)
    flattener, told = Flattener(), [set[bytes]()]
    for number, frame in enumerate(frames):
        told.append(laid_flat(flattener, frame, number))
        assert told[-1] <= {payload}
    assert payload in set().union(*told)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_specks_that_change_are_read_more_often_together_than_alone(seed: int) -> None:
    payload, rng = text(60), np.random.default_rng(seed)
    bent, flattener = creased(drawn(payload, 6), 10), Flattener()
    frames = [glared(bent, rng, 0.015, spots=60) for _ in range(FRAMES_MOST + 2)]
    alone = [laid_flat(Flattener(), frame) for frame in frames]
    together = [laid_flat(flattener, frame, number) for number, frame in enumerate(frames)]
    assert set().union(*alone, *together) == {payload}
    assert sum(map(bool, together)) > 2 * sum(map(bool, alone))


def test_noise_gives_no_other_bytes() -> None:
    payload, rng, flattener = text(60), np.random.default_rng(3), Flattener()
    bent = creased(drawn(payload, 6), 10)
    deviations = range(20, 90, 5)
    told = [laid_flat(flattener, noisy(bent, rng, one), number) for number, one in enumerate(deviations)]
    assert set().union(*told) == {payload}


def test_a_grid_that_fits_wants_the_next_frame_but_not_for_ever() -> None:
    flattener, frame = Flattener(), next(iter(glares(text(60), 5, 0.1)))
    near = []
    for number in range(FRAMES_MOST + 3):
        assert laid_flat(flattener, frame, number) == set()
        near.append(flattener.near)
    assert near == [True] * (FRAMES_MOST - 1) + [False] * 4
    assert list(flattener.flattened(grey(np.full((300, 300), 128)), 0)) == []
    assert not flattener.near


# The next card of the same village, or the next box of the same lot: one character further, drawn with the same mask.
FIRST, NEXT = (b"http://www.trace1.example.cn/q?c=0000000000000000123" + digit for digit in (b"4", b"5"))


@pytest.mark.parametrize("error", ["l", "m", "q", "h"])
@pytest.mark.parametrize("size", [0.0, 0.07, 0.08, 0.09])
def test_two_codes_one_after_the_other_never_mix(error: str, size: float) -> None:
    flattener = Flattener()
    shown = [(FIRST, frame) for frame in glares(FIRST, 0, 0.06, error, mask=2)]
    shown += [(NEXT, frame) for frame in glares(NEXT, 1, size, error, mask=2)]
    for number, (payload, frame) in enumerate(shown):
        assert laid_flat(flattener, frame, number) <= {payload}


def test_what_was_shown_a_while_ago_is_not_added_up() -> None:
    payload = text(60)
    frames = list(glares(payload, 0, 0.1))
    flattener = Flattener()
    assert not any(laid_flat(flattener, frame, 2 * number) for number, frame in enumerate(frames))


@pytest.mark.parametrize("other", [NEXT, text(53), text(60), text(20)])
def test_after_another_code_a_code_is_read_as_itself(other: bytes) -> None:
    flattener = Flattener()
    before, after = (creased(drawn(payload, 6, mask=2), 10) for payload in (FIRST, other))
    shown = [one for one in ((before, FIRST), (after, other), (before, FIRST), (after, other)) for _ in range(3)]
    for number, (bent, payload) in enumerate(shown):
        assert laid_flat(flattener, bent, number) == {payload}
