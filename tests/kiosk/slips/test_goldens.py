"""Every piece at every size, dot for dot as somebody looked at it and found it right; every code reads back."""

import pytest

from drivers.scanner.codes.decoders import read_codes
from kiosk.paper.pages import Pages
from kiosk.slips.desk import Desk
from tests.kiosk.slips.conftest import desk_in
from tests.support.goldens import GOLDENS, same
from ui.command.paper_examples import Examples
from ui.command.paper_pieces import SIZES, as_example, drawn, example

CASES = [(name, size) for name, sizes in SIZES.items() for size in sizes]
CODED = {
    "voucher", "hand-in", "dispatch", "trace-label", "seal-label", "lot-label", "tube-label", "card",
}  # fmt: skip


def paper(name: str, size: str, desk: Desk) -> Pages:
    return drawn(as_example(example(name, Examples(desk), desk), desk), size)


@pytest.mark.parametrize(("name", "size"), CASES, ids=lambda one: one)
def test_it_is_the_golden(name: str, size: str, desk: Desk) -> None:
    """Of labels that differ only in their number the first."""
    pages = paper(name, size, desk).pictures
    for nth, page in enumerate(pages[:1] if name.endswith("label") else pages, 1):
        same(f"{name}-{size}-{nth}", page)


def test_no_golden_is_left_of_what_is_not_drawn_any_more(desk: Desk) -> None:
    drawn_now = {
        f"{name}-{size}-{nth}"
        for name, size in CASES
        for nth in range(1, (1 if name.endswith("label") else len(paper(name, size, desk).pictures)) + 1)
    }
    kept = {file.stem for file in GOLDENS.glob("*.png") if file.stem.startswith(tuple(f"{name}-" for name in SIZES))}
    assert kept == drawn_now


@pytest.mark.parametrize(("name", "size"), [case for case in CASES if case[0] in CODED and case[1] != "a4"])
def test_its_code_reads_back(name: str, size: str, desk: Desk) -> None:
    found = [
        code
        for page in paper(name, size, desk).pictures[:3]
        for code in read_codes(memoryview(page.convert("L").tobytes()).cast("B", (page.height, page.width)))
    ]
    assert found
    assert all(code.isascii() for code in found)


@pytest.mark.parametrize("name", [name for name in SIZES if name not in CODED])
def test_what_has_no_use_for_a_code_has_none(name: str, desk: Desk) -> None:
    (page, *_) = paper(name, SIZES[name][0], desk).pictures
    assert read_codes(memoryview(page.convert("L").tobytes()).cast("B", (page.height, page.width))) == ()


@pytest.mark.parametrize(("name", "size"), CASES, ids=lambda one: one)
def test_it_can_be_previewed_in_english(name: str, size: str) -> None:
    assert paper(name, size, desk_in("en")).pictures
