"""Forms that no shipped profile uses yet: an instrument that opens and is then asked, and a printed slip in GBK."""

from importlib.resources import files
from pathlib import Path

import pytest

from drivers.evidence.goldens import golden_of, play
from drivers.evidence.lint import check
from drivers.evidence.replay import ReplayPort, flipped, preceded, truncated
from drivers.profile.folder import Shelf
from drivers.transcript import Case

SHELF = Shelf((files("firmware_profiles"), Path(__file__).parents[1] / "fixtures"))
NAMES = ("riele-5010", "village-slip")
CASES = [pytest.param(name, case, id=f"{name}-{case.name}") for name in NAMES for case in golden_of(name, SHELF).cases]
SOUND = [param for param in CASES if isinstance(case := param.values[1], Case) and case.told[0].startswith("{")]
NONE = ("refused", "error", "nothing")


def outcome(name: str, case: Case, chunk: int = 1 << 20, *, loose: bool = False) -> tuple[str, ...]:
    return play(SHELF.find(name), case, ReplayPort(case, chunk, loose))


@pytest.mark.parametrize("name", NAMES)
def test_a_fixture_keeps_what_it_claims(name: str) -> None:
    assert check(name, SHELF) == []


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 7])
@pytest.mark.parametrize(("name", "case"), CASES)
def test_in_pieces(name: str, case: Case, chunk: int) -> None:
    assert outcome(name, case, chunk) == case.told


@pytest.mark.parametrize(("name", "case"), SOUND)
def test_no_truncation_becomes_another_result(name: str, case: Case) -> None:
    spoken = sum(step.mark == "<" for step in case.steps)
    for cut in truncated(case) if name == "riele-5010" or spoken == 1 else ():  # a slip has no sums: its end is all
        told = outcome(name, cut, loose=True)
        assert told == case.told or told[0].split()[0] in NONE


@pytest.mark.parametrize("case", [case for case in golden_of("riele-5010", SHELF).cases if case.told[0][0] == "{"])
def test_no_flipped_bit_and_no_junk_becomes_another_result(case: Case) -> None:
    for wrong in flipped(case):
        told = outcome("riele-5010", wrong, loose=True)
        assert told == case.told or told[0].split()[0] in NONE
    for junk in (b"\x00", b"\xff", b"\x7e\x7e"):
        for noisy in preceded(case, junk):
            assert outcome("riele-5010", noisy, loose=True) == case.told
