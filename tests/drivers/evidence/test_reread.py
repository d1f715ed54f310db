"""Old captures and the profile of today: what is the same, what differs, what is refused now, what can be read now."""

from pathlib import Path

import pytest

from drivers.evidence import salvage
from drivers.evidence.replay import ReplayPort
from drivers.evidence.reread import Now, reread
from drivers.transcript import Case, Step, told
from tests.support.eraser import END, GET, HEAD, NEXT, PROFILE, profile, record_bytes


def session(*numbers: int, told: tuple[str, ...] = ()) -> Case:
    steps = [Step(">", GET)]
    for place, number in enumerate(numbers):
        steps += [Step("<", (b"" if place else HEAD) + record_bytes(number)), Step(">", NEXT)]
    return Case("read_all_1", "read_all", (*steps, Step("<", END)), told)


def then(folder: Path, *numbers: int) -> Case:
    """As it was recorded by the profile of then."""
    case = session(*numbers)
    return session(*numbers, told=told(salvage.again(profile(folder), case)))


def states(folder: Path, text: str, case: Case) -> list[Now]:
    return [line.state for line in reread([profile(folder, text)], case).lines]


def test_the_same_profile_tells_the_same(tmp_path: Path) -> None:
    assert states(tmp_path, PROFILE, then(tmp_path, 1, 2)) == [Now.SAME, Now.SAME]


def test_a_corrected_scale_differs(tmp_path: Path) -> None:
    case = then(tmp_path, 1, 2)
    read = reread([profile(tmp_path, PROFILE.replace("max = 60000", 'scale = "0.1"'))], case)
    assert [line.state for line in read.lines] == [Now.DIFFERS, Now.DIFFERS]
    assert ('"7"' in read.lines[0].then, '"0.7"' in read.lines[0].now) == (True, True)
    assert [str(reading.value) for reading in read.readings] == ["0.7", "1.4"]


def test_what_is_refused_now_says_why(tmp_path: Path) -> None:
    read = reread([profile(tmp_path, PROFILE.replace("max = 60000", "max = 10"))], then(tmp_path, 1, 2))
    assert [line.state for line in read.lines] == [Now.REFUSED, Now.REFUSED]
    assert read.lines[1].now == "refused amount:14"


def test_what_was_refused_is_newly_readable(tmp_path: Path) -> None:
    case = session(1, 2, told=("refused amount:14",))
    assert states(tmp_path, PROFILE, case) == [Now.READABLE, Now.READABLE]


def test_another_refusal_differs_and_the_same_does_not(tmp_path: Path) -> None:
    strict = PROFILE.replace("max = 60000", "max = 10")
    assert states(tmp_path, strict, session(1, 2, told=("refused amount:14",))) == [Now.SAME]
    assert states(tmp_path, strict, session(1, 2, told=("error analyzer.length",))) == [Now.DIFFERS]


def test_a_profile_that_asks_otherwise_hears_what_was_answered_then(tmp_path: Path) -> None:
    assert states(tmp_path, PROFILE.replace('send = "1B B1"', 'send = "1B B2"'), then(tmp_path, 1)) == [Now.SAME]


def test_of_several_profiles_the_one_that_agrees_is_taken(tmp_path: Path) -> None:
    scaled = profile(tmp_path / "b", PROFILE.replace("max = 60000", 'scale = "0.1"'))
    plain = profile(tmp_path / "a")
    assert reread([scaled, plain], then(tmp_path / "c", 1)).profile == plain


@pytest.mark.parametrize(("kept", "found"), [(5, [1, 2]), (4, [1, 2]), (3, [1]), (2, [1]), (1, [])])
def test_a_session_that_broke_tells_what_was_whole(tmp_path: Path, kept: int, found: list[int]) -> None:
    case = session(1, 2, 3)
    broken = Case(case.name, case.run, case.steps[:kept], ("error link.lost",))
    saved = salvage.saved(profile(tmp_path), broken)
    assert [reading.record for reading in saved or ()] == found
    assert states(tmp_path, PROFILE, broken) == ([Now.READABLE] * len(found) or [Now.DIFFERS])


def test_only_what_is_forgotten_is_told_once(tmp_path: Path) -> None:
    kept = profile(tmp_path, PROFILE.replace("consumes = true", ""))
    assert (salvage.forgets(profile(tmp_path / "e")), salvage.forgets(kept)) == (True, False)
    assert not salvage.told_once(kept, session(1))
    assert not salvage.told_once(profile(tmp_path / "e"), Case("c", "identify", (), ()))
    assert salvage.whole(then(tmp_path / "e", 1))
    assert ReplayPort(session(1)).read(1, 1.0) == b""


def test_a_farewell_that_erases_makes_its_session_one_that_is_told_once(tmp_path: Path) -> None:
    text = PROFILE.replace("consumes = true", "").replace(
        "[record.row]",
        '[exchange.clear]\nidempotent = false\nconsumes = true\nsend = "1B B9"\nreply = "1B B9"\n'
        '[session]\nclose = ["clear"]\n[record.row]',
    )
    clearing, case = profile(tmp_path, text), session(1, 2)
    cleared = Case(case.name, case.run, (*case.steps, Step(">", b"\x1b\xb9")), ("error link.lost",))
    assert salvage.forgets(clearing)
    assert (salvage.told_once(clearing, case), salvage.told_once(clearing, cleared)) == (False, True)
    assert [reading.record for reading in salvage.saved(clearing, cleared) or ()] == [1, 2]
