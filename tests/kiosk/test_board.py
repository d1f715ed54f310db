"""What everybody may read: the last result of each sample of today, newest first, and nobody's name."""

from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path

from kiosk.board import Board
from kiosk.clock import Clock, build_time
from kiosk.record import Home, Record
from kiosk.rules import messages
from kiosk.rules.messages import Outcome, Verdict
from kiosk.screen import BoardLine
from tests.support.bodies import County, a_test


def judged(sample: str, outcome: Outcome) -> messages.Test:
    test = a_test()
    return replace(test, sample_code=sample, verdict=Verdict(outcome, "rule", f"outcome.{outcome}", {}))


def test_the_last_result_of_each_sample_of_today(tmp_path: Path) -> None:
    county = County()
    box = county.enrol("gasa-01")
    home = Home(county.name, "gasa-01", "0", tmp_path / "record.db", tmp_path / "up", tmp_path / "down")
    clock = Clock(build_time())
    with closing(Record(home, box.key, county.trust, clock)) as record:
        board, today = Board(record), clock.now().text[:10]
        assert board.lines(today) == ()
        for sample, outcome in (("a", Outcome.POSITIVE), ("b", Outcome.INVALID), ("c", Outcome.NEGATIVE)):
            record.append(judged(sample, outcome))
        record.append(judged("a", Outcome.NEGATIVE))
        lines = board.lines(today)
        assert [line.outcome for line in lines] == [Outcome.NEGATIVE, Outcome.NEGATIVE]
        assert board.lines("2020-01-01") == ()
    assert {field.name for field in fields(BoardLine)} == {"at", "product", "item", "outcome", "method", "confirmed"}
