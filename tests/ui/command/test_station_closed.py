"""The safe screen: every reason why a record cannot be opened has its own words, and nothing on the disk is touched."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import log
from kiosk.log import Damaged
from kiosk.record import Foreign, RolledBack, Unreadable, Unwritable
from kiosk.words import LANGUAGES, load_words
from tests.support.stage import bench
from tests.support.waiting import wait_for
from ui.command.station_closed import REASONS, why
from ui.demo.bench import Bench
from ui.demo.hand import Hand


@pytest.fixture
def box() -> Iterator[Bench]:
    """Has served once: there is a record."""
    with bench() as made:
        made.start("station")
        made.programs.stop("station")
        yield made


def page(box: Bench) -> str:
    box.start("station")
    return Hand(box.station_url, box.token)._ask("/")


def flip(box: Bench) -> None:
    """A bit in the middle of the log."""
    with closing(log.Writer(box.box / "up")) as writer:
        writer.append(b"x" * 300)
    (segment,) = (box.box / "up").glob("*.seg")
    data = bytearray(segment.read_bytes())
    data[60] ^= 1
    segment.write_bytes(bytes(data))


def spoil_tables(box: Bench) -> None:
    (box.box / "state" / "record.db").write_bytes(b"no database at all" * 500)


def make_newer(box: Bench) -> None:
    with closing(sqlite3.connect(box.box / "state" / "record.db")) as tables:
        tables.execute("pragma user_version = 999")


def find_wrong(box: Bench) -> None:
    """What a full check found before the program started anew."""
    with closing(sqlite3.connect(box.box / "state" / "record.db")) as tables, tables:
        tables.execute("insert or replace into full_check values (1, 0, '2026-11-22', '2026-11-22', 'differs 1')")


def contents(box: Bench) -> dict[str, str]:
    files = [*(box.box / "up").glob("*.seg"), box.box / "state" / "record.db"]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.mark.parametrize(("harm", "code"), [(flip, "damaged"), (spoil_tables, "tables"), (make_newer, "newer")])
def test_it_says_why_and_leaves_everything_as_it_is(box: Bench, harm: Callable[[Bench], None], code: str) -> None:
    harm(box)
    before, words = contents(box), load_words("zh")
    said = page(box)
    assert words.say(f"problem.record.{code}") in said
    assert words.say(f"screen.halted.do.{code}") in said
    box.programs.stop("station")
    assert contents(box) == before


def test_a_problem_that_passed_is_looked_at_again_behind_the_screen(box: Bench) -> None:
    """One check more finds nothing: the program ends, and who starts it again finds it serving."""
    find_wrong(box)
    box.start("station")
    wait_for(lambda: not box.programs.runs("station"), "the end of the program")
    box.programs.stop("station")
    said = page(box)
    assert load_words("zh").say("visit.stage.idle") in said
    assert box.programs.stop("station") == 0


ERRORS = (
    Damaged(Path("x.seg"), 8, 3),
    RolledBack("9"),
    Foreign("x"),
    Unwritable("x"),
    Unreadable("x"),
    OSError(28, "x"),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("wrong", ERRORS, ids=lambda wrong: type(wrong).__name__)
def test_every_reason_has_its_words_in_both_languages(wrong: Exception, language: str) -> None:
    sentence, words = why(wrong), load_words(language)
    assert words.say(sentence.key, **sentence.facts)
    assert words.knows(f"screen.halted.do.{sentence.key.rpartition('.')[2]}")


def test_no_two_reasons_are_told_alike() -> None:
    keys = dict.fromkeys(key for _, key in REASONS)
    assert len({load_words("zh").say(key) for key in keys}) == len(keys) == 5


def test_nobody_is_told_to_delete_and_begin_anew() -> None:
    """Of the words in English: what may be deleted is named with a «nothing» or a «not»."""
    words = load_words("en")
    told = [words.say(key) for _, key in REASONS] + [words.say(f"screen.halted.do.{key[15:]}") for _, key in REASONS]
    assert [text for text in told if "delete" in text and "nothing" not in text and "not deleted" not in text] == []
