"""When the picture is darkened. Pure: times are numbers."""

from drivers.scanner.camera.exposure import AFTER, CLEAR, GLARING, LONGEST, REST, ExposureWatch

STEP = 0.125  # exact in binary
MUCH = GLARING + 10


def dark_times(watch: ExposureWatch, glare: dict[float, int | None], until: float) -> list[tuple[float, bool]]:
    """The changes, when from each given time on a picture shows so much glare."""
    changes: list[tuple[float, bool]] = []
    dark, shown = False, None
    for tick in range(round(until / STEP)):
        now = tick * STEP
        shown = glare.get(now, shown)
        if watch.looked(shown, now) != dark:
            dark = not dark
            changes.append((now, dark))
    return changes


def test_paper_is_left_alone() -> None:
    assert dark_times(ExposureWatch(), {0.0: None, 1.0: GLARING - 1}, 9) == []


def test_a_glint_is_shorter_than_our_patience() -> None:
    assert dark_times(ExposureWatch(), {1.0: MUCH, 1.375: 0, 1.5: MUCH, 1.875: None}, 9) == []


def test_a_burning_screen_darkens_the_picture_until_it_is_gone() -> None:
    assert dark_times(ExposureWatch(), {1.0: MUCH, 3.0: None}, 9) == [(1 + AFTER, True), (3 + CLEAR, False)]


def test_a_moment_without_glare_does_not_end_it() -> None:
    ((_, _), (end, _)) = dark_times(ExposureWatch(), {0.0: MUCH, 1.0: 0, 1.125: MUCH, 2.0: 0}, 9)
    assert end == 2 + CLEAR


def test_it_ends_by_itself_rests_and_is_tried_again() -> None:
    first, over = AFTER, AFTER + LONGEST
    assert dark_times(ExposureWatch(), {0.0: MUCH}, 7) == [(first, True), (over, False), (over + REST + AFTER, True)]
