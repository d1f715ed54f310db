"""A paper of practice: bars over all its width, so that no strip cut from it can pass."""

import itertools

import pytest
from PIL import Image

from kiosk.paper.fonts import load_fonts
from kiosk.paper.practice import EVERY, marked_over
from kiosk.words import load_words


@pytest.mark.parametrize("size", [(576, 1400), (384, 700), (600, 520), (400, 240)])
def test_every_strip_of_a_paper_bears_the_word(size: tuple[int, int]) -> None:
    blank = Image.new("1", size, 1)
    marked = marked_over(blank, load_words("zh").say("training.on_paper"), load_fonts())
    assert marked.size == size
    assert marked.mode == "1"
    rows = [marked.crop((0, y, size[0], y + 1)).histogram()[0] for y in range(size[1])]
    inked = [y for y, black in enumerate(rows) if black > size[0] // 3]
    assert inked[0] == 0
    assert inked[-1] == size[1] - 1
    assert max(after - before for before, after in itertools.pairwise(inked)) <= EVERY
    edges = [marked.getpixel((x, inked[0])) for x in (0, size[0] - 1)]
    assert edges == [0, 0], "from the left edge to the right one"
