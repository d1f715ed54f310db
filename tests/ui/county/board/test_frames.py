"""The stream of the board sends what changed, and everything to whom it does not know."""

from dataclasses import replace
from datetime import datetime, timedelta

from kiosk.clock import BEIJING
from ui.county.board.frames import AGAIN, KEPT, Frames, Step, step
from ui.county.board.view import Tile, Town, View
from ui.county.live import Frame

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=BEIJING)
GASA, MOON = (Tile(name, name, "", "ok", "well", "", 0) for name in ("gasa", "moon"))


def view(*tiles: Tile) -> View:
    counts = (("ok", "well", sum(tile.mark == "ok" for tile in tiles)),)
    return View((Town("530427100", "Town", counts, tiles),), counts, (), (), len(tiles))


class Board:
    """Asks a `Frames` as the stream does; remembers each step that was drawn, and how often it was looked."""

    def __init__(self, shown: View) -> None:
        self.frames, self.shown, self.version, self.now = Frames(), shown, 1, NOW
        self.steps: list[Step] = []
        self.looks = 0

    def asks(self, since: int | None) -> Frame:
        return self.frames.frame(since, self.version, self.now, self._look, self._draw)

    def _look(self) -> View:
        self.looks += 1
        return self.shown

    def _draw(self, number: int, step: Step) -> bytes:
        self.steps.append(step)
        return b"%d" % number


def test_only_what_changed_is_sent() -> None:
    board = Board(view(GASA, MOON))
    first = board.asks(None)
    assert board.steps[-1].whole
    board.shown, board.version = view(replace(GASA, mark="bad"), MOON), 2
    second = board.asks(first.version)
    assert (second.since, second.version) == (first.version, first.version + 1)
    assert board.steps[-1] == Step(board.shown, False, (replace(GASA, mark="bad"),), board.shown.towns)
    assert board.asks(second.version).data == b""


def test_a_commit_that_changes_no_light_is_no_frame() -> None:
    board = Board(view(GASA))
    first = board.asks(None)
    board.version = 2
    assert board.asks(first.version) == Frame(first.version, first.version, b"")


def test_time_alone_changes_lights() -> None:
    board = Board(view(GASA))
    first = board.asks(None)
    board.shown = view(replace(GASA, mark="wait"))
    assert board.asks(first.version).data == b""  # nothing was committed, and it has just been looked
    board.now += AGAIN
    assert board.asks(first.version).version == first.version + 1


def test_many_who_ask_at_once_make_it_look_once() -> None:
    board = Board(view(GASA))
    for _ in range(50):
        board.asks(None)
    assert board.looks == 1


def test_a_reader_that_began_before_a_commit_takes_nothing_back() -> None:
    board = Board(view(replace(GASA, mark="bad")))
    board.version = 7
    new = board.asks(None)
    board.version, board.shown = 6, view(GASA)
    assert board.asks(new.version) == Frame(new.version, new.version, b"")


def test_who_is_not_known_gets_all() -> None:
    board = Board(view(GASA))
    first = board.asks(None)
    for nth in range(KEPT + 1):
        board.version, board.shown = nth + 2, view(replace(GASA, more=nth + 1))
        board.asks(None)
    for since in (None, 5, first.version):
        board.asks(since)
        assert board.steps[-1].whole, since
    assert Board(view(GASA)).asks(None).version != first.version  # another run begins elsewhere


def test_stations_that_come_and_go_need_the_whole_board() -> None:
    assert step(view(GASA), view(GASA, MOON)).whole
    assert step(view(GASA, MOON), view(GASA)).whole
    assert not step(view(GASA), view(replace(GASA, name="new name"))).whole


def test_old_times_are_no_reason_to_keep_a_view() -> None:
    board = Board(view(GASA))
    board.asks(None)
    board.now -= timedelta(days=1)  # the county's clock was set back
    board.asks(None)
    assert board.looks == 2
