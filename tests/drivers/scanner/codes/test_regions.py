"""Where a code may stand: scenes whose code a decoder shows us, textures of our own, and places already known."""

from collections.abc import Iterator

import numpy as np
import pytest

from drivers.scanner.codes.decoders import zxing
from drivers.scanner.codes.regions import CELL, Place, Texture, around, places
from drivers.simulated.scenes.bars import code128
from drivers.simulated.scenes.scene import film, scene
from tests.support.pictures import SHORT, Grey, blurred, drawn, grey, hung, of_modules

CODE = drawn(SHORT)


def standing(gray: Grey) -> Iterator[Place]:
    yield from (around(one.corners) for one in zxing(gray.data) if one.seen is not None)


@pytest.mark.parametrize("kind", ["easy", "rotated"])
@pytest.mark.parametrize("seed", [0, 1, 2, 5, 7, 8, 12, 13])
def test_the_likeliest_place_holds_the_whole_code_and_not_much_else(kind: str, seed: int) -> None:
    gray = next(film(scene(kind, seed), 1))
    (code,) = standing(gray)
    likeliest = places(gray)[0]
    assert likeliest.texture is Texture.SQUARES
    assert likeliest.with_(code) == likeliest
    assert likeliest.area < 4 * code.area


@pytest.mark.parametrize("at", [(0, 0), (1080, 0), (0, 520), (1080, 520), (533, 261)])
def test_a_code_is_found_in_every_corner(at: tuple[int, int]) -> None:
    place = places(hung(CODE, 200, at))[0]
    assert place.left <= at[0] + 24
    assert place.top <= at[1] + 24
    assert place.right >= at[0] + 176
    assert place.bottom >= at[1] + 176
    assert place.side <= 200 + 5 * CELL
    assert min(place.left, place.top) >= 0
    assert place.right <= 1280
    assert place.bottom <= 720


def test_squares_and_lines_are_told_apart() -> None:
    room, bars = hung(CODE, 200, (100, 100)), _bars()
    height, width = bars.shape
    room[400 : 400 + height, 700 : 700 + width] = bars
    found = places(room, most=1)
    assert [place.texture for place in found] == [Texture.SQUARES, Texture.LINES]
    assert found[0].meets(Place(100, 100, 300, 300, Texture.SQUARES))
    assert not found[0].meets(Place(700, 400, 700 + width, 400 + height, Texture.LINES))
    assert found[1].meets(Place(700, 400, 700 + width, 400 + height, Texture.LINES))
    assert not found[1].meets(Place(100, 100, 300, 300, Texture.SQUARES))


def _bars() -> Grey:
    row = np.frombuffer(code128(b"LOT-2024-001").encode(), np.uint8) - np.uint8(48)
    return of_modules(grey(np.repeat(row[None, :], 30, axis=0)), 3)


def test_the_sharper_of_two_codes_comes_first() -> None:
    room = hung(CODE, 200, (100, 100))
    room[400:600, 900:1100] = blurred(room[100:300, 100:300], 4)
    sharper, softer = places(room)[0], _without(room)
    assert sharper.left < 300
    assert softer.left > 800
    assert sharper.strength > softer.strength > 2


def _without(room: Grey) -> Place:
    """The likeliest place when the first code is gone."""
    bare = room.copy()
    bare[80:320, 80:320] = 128
    return places(bare)[0]


@pytest.mark.parametrize("level", [0, 60, 255])
def test_an_even_wall_has_no_place(level: int) -> None:
    assert places(grey(np.full((720, 1280), level))) == ()


def test_the_noise_of_a_sensor_is_no_place() -> None:
    for seed in range(3):
        found = places(grey(np.random.default_rng(seed).normal(100, 30, (720, 1280))))
        assert not any(place.texture is Texture.SQUARES for place in found)
        assert all(place.strength < 2 for place in found)


def test_no_more_than_were_asked_for() -> None:
    room = hung(CODE, 120, (40, 40))
    for left in (300, 600, 900):
        room[40:160, left : left + 120] = room[40:160, 40:160]
    for most in (1, 2, 3):
        for texture in Texture:
            found = [place for place in places(room, most=most) if place.texture is texture]
            assert len(found) <= most
        assert len([place for place in places(room, most=most) if place.texture is Texture.SQUARES]) == most


def test_what_a_decoder_saw_comes_first_however_weak() -> None:
    room = hung(CODE, 200, (100, 100))
    seen = around(((900, 500), (960, 500), (960, 560), (900, 560)))
    found = places(room, [seen])
    assert found[0] == seen
    assert found[0].sure
    assert found[1].strength > 20
    assert not found[1].sure


def test_sure_places_that_meet_are_one() -> None:
    even = grey(np.full((720, 1280), 128))
    first, second, apart = (
        around(((left, 100), (left + 80, 100), (left + 80, 180), (left, 180))) for left in (100, 150, 600)
    )
    assert places(even, [first, apart, second]) == (apart, first.with_(second))
    assert places(even, [first, second]) == (first.with_(second),)
    touching = around(((180, 100), (260, 100), (260, 180), (180, 180)))
    assert set(places(even, [first, touching])) == {first, touching}


def test_a_part_that_a_decoder_took_for_the_whole_grows_to_the_whole() -> None:
    room = hung(CODE, 200, (500, 300))
    part = around(((520, 320), (640, 320), (640, 440), (520, 440)))
    whole = places(room, [part])[0]
    assert whole.sure
    assert whole.with_(Place(520, 320, 680, 480, Texture.SQUARES)).area == whole.area
    assert not any(place.meets(whole) for place in places(room, [part])[1:] if place.texture is Texture.SQUARES)


def test_a_sliver_does_not_grow_to_all_that_is_dense() -> None:
    room = hung(CODE, 600)
    sliver = around(((400, 200), (460, 200), (460, 260), (400, 260)))
    assert places(room, [sliver])[0] == sliver


def test_most_of_the_picture_is_no_place_in_it() -> None:
    room = hung(CODE, 200)
    large = around(((0, 0), (1000, 0), (1000, 600), (0, 600)))
    assert not any(place.sure for place in places(room, [large]))
    half = around(((0, 0), (1279, 0), (1279, 350), (0, 350)))
    assert places(room, [half])[0].sure


@pytest.mark.parametrize("shape", [(1, 1), (5, 2000), (63, 640), (640, 63)])
def test_a_picture_smaller_than_a_few_cells_is_one_place(shape: tuple[int, int]) -> None:
    whole = Place(0, 0, shape[1], shape[0], Texture.SQUARES)
    assert places(grey(np.zeros(shape))) == (whole,)
    assert whole.of(grey(np.zeros(shape))).shape == shape


def test_a_part_has_its_margin_as_far_as_there_is_a_picture() -> None:
    gray = grey(np.arange(100 * 100).reshape(100, 100) % 251)
    place = Place(40, 45, 60, 55, Texture.SQUARES)
    assert np.array_equal(place.of(gray), gray[45:55, 40:60])
    assert np.array_equal(place.of(gray, 0.5), gray[35:65, 30:70])
    assert np.array_equal(Place(2, 0, 22, 20, Texture.SQUARES).of(gray, 0.25), gray[0:25, 0:27])
    assert Place(80, 90, 100, 100, Texture.SQUARES).of(gray, 1.0).shape == (30, 40)


def test_the_rectangle_about_the_corners_of_a_turned_code() -> None:
    place = around(((50, 10), (90, 50), (50, 90), (10, 50)))
    assert (place.left, place.top, place.right, place.bottom) == (10, 10, 90, 90)
    assert (place.side, place.area, place.sure) == (80, 6400, True)
