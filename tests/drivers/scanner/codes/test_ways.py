"""The harder ways: each reads what a plain look cannot, none reads what is not there, and each reader has its own."""

from functools import cache

import numpy as np
import pytest

from drivers.scanner.codes.decoders import Found, zxing
from drivers.scanner.codes.regions import Texture
from drivers.scanner.codes.ways import Picture, Way, flat, ways_to_confirm, ways_to_lines, ways_to_squares
from drivers.simulated.scenes.scene import codeless, film, scene
from tests.support.pictures import SHORT, creased, drawn, glared, grey, hung

# Read by no plain look; seen to be read by one way alone, by a few, by all.
HARD = [
    ("fold", 1),
    ("fold", 5),
    ("crumple", 1),
    ("curved", 3),
    ("blur", 2),
    ("blur", 4),
    ("blur", 12),
    ("glare", 6),
    ("dark", 0),
    ("bright", 0),
    ("faded", 2),
    ("screen", 3),
    ("small", 12),
    ("low_contrast", 6),
    ("perspective", 11),
    ("perspective", 12),
    ("easy", 9),
    ("motion", 0),
]


@cache
def picture(kind: str, seed: int) -> Picture:
    return Picture.of(next(film(scene(kind, seed), 1)).data)


def ways() -> tuple[Way, ...]:
    return (*ways_to_squares(), *ways_to_lines(), *ways_to_confirm())


def data(found: list[Found]) -> list[bytes]:
    return [one.seen.data for one in found if one.seen is not None]


@pytest.mark.parametrize(("kind", "seed"), HARD)
def test_what_a_plain_look_cannot_read_some_way_does_and_none_reads_anything_else(kind: str, seed: int) -> None:
    payload = scene(kind, seed).payload
    assert data(picture(kind, seed).plain) == []
    told = [data(way.read(picture(kind, seed))) for way in ways()]
    assert payload in [one for read in told for one in read]
    assert {one for read in told for one in read} == {payload}


@pytest.mark.parametrize("name", [way.name for way in ways()])
def test_every_way_reads_something_that_a_plain_look_does_not(name: str) -> None:
    (way,) = (way for way in ways() if way.name == name)
    assert any(data(way.read(picture(kind, seed))) == [scene(kind, seed).payload] for kind, seed in HARD)


def test_ways_to_lines_read_lines_and_the_others_squares() -> None:
    for kind, seed in HARD:
        for way in ways_to_lines():
            assert all(one.seen and one.seen.symbology != "QRCode" for one in way.read(picture(kind, seed)))


def test_no_way_reads_a_room_without_a_code() -> None:
    ours = ways()
    for seed in range(16):
        room = Picture.of(codeless(seed).data)
        assert [way.name for way in ours if data(way.read(room))] == []


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1), (5, 2000), (40, 40), (64, 64), (300, 200)])
def test_any_picture_may_be_tried(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    for gray in (grey(np.zeros(shape)), grey(np.full(shape, 255)), noise, grey((noise > 127) * 255)):
        for way in ways():
            assert way.read(Picture.of(gray.data)) == []


def test_no_two_ways_have_one_name() -> None:
    names = [way.name for way in ways()]
    assert len(set(names)) == len(names)


def nearly() -> Picture:
    """A creased code with so much glare on it that its grid is found and not its text."""
    burnt = glared(creased(drawn(SHORT), 14), np.random.default_rng(6), 0.09)
    return Picture.of(hung(burnt, 330).data)


def test_only_what_adds_up_frames_wants_the_next_one() -> None:
    for way in ways():
        assert way.read(nearly()) == []
        assert way.near() == (way.name == "flattened")


def test_what_one_reader_has_added_up_another_does_not_know() -> None:
    first, second = (next(way for way in ways_to_squares() if way.name == "flattened") for _ in range(2))
    assert first.read(nearly()) == []
    assert (first.near(), second.near()) == (True, False)
    assert first.read(Picture.of(codeless(0).data)) == []
    assert not first.near()


def test_what_was_found_out_about_a_picture_is_found_out_once() -> None:
    held = Picture.of(hung(drawn(SHORT), 200).data)
    assert held.plain is held.plain
    assert held.places is held.places
    assert data(held.plain) == [SHORT]


def test_a_picture_is_made_smaller_only_where_it_is_larger() -> None:
    held = Picture.of(hung(drawn(SHORT), 600).data)
    assert held.reduced(1280) is held
    small = held.reduced(640)
    assert small.gray.shape == (360, 640)
    assert data(small.plain) == [SHORT]


def test_where_a_decoder_saw_a_square_code_no_other_place_is_tried() -> None:
    sure = picture("crumple", 1)
    assert sure.surely_square
    assert all(place.sure for place in sure.places)
    likely = picture("fold", 1)
    assert not likely.surely_square
    assert {place.texture for place in likely.places} == set(Texture)


def test_decoders_get_rows_without_gaps() -> None:
    code = drawn(SHORT, 4)
    wide = np.hstack([grey(np.full(code.shape, 255)), code])
    part = wide[:, code.shape[1] :]
    assert not part.data.c_contiguous
    assert flat(part).c_contiguous
    assert flat(part).tobytes() == code.tobytes()
    assert data(zxing(flat(part))) == [SHORT]
