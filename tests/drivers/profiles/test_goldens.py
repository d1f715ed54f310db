"""One test holds for all devices: every case of every golden, as it is and spoilt in every way we can think of."""

from dataclasses import replace

import pytest

from drivers.errors import ProfileError
from drivers.evidence.goldens import golden_of, play
from drivers.evidence.replay import ReplayPort, preceded
from drivers.profile.folder import find, known
from drivers.transcript import parse
from tests.drivers.profiles.damage import (
    Trial,
    cuts,
    echoed,
    figure,
    flips,
    hearing_itself,
    is_sound,
    junk_after,
    junk_before,
    late_answers,
    resyncs,
    shaken,
    trials,
)

FLIPS, CUTS, LATE = 80, 60, 40  # of one case; run.py takes all of them

ALL = [pytest.param(trial, id=f"{trial.name}-{trial.case.name}") for trial in trials()]
SOUND = [pytest.param(trial, id=f"{trial.name}-{trial.case.name}") for trial in trials() if is_sound(trial.case)]
LINES = [param for param in ALL if isinstance(param.values[0], Trial) and not param.values[0].networked]
CONFIRMED = sorted({one.name for one in trials() if one.confirmed and not one.checked and not one.networked})


@pytest.mark.parametrize("trial", ALL)
def test_as_it_is(trial: Trial) -> None:
    assert play(trial.profile, trial.case, ReplayPort(trial.case)) == trial.case.told


@pytest.mark.parametrize("trial", ALL)
def test_in_pieces(trial: Trial) -> None:
    for chunk in (1, 2, 3, 5, 7):
        assert play(trial.profile, trial.case, ReplayPort(trial.case, chunk)) == trial.case.told, chunk
    for seed in (1, 2, 3):
        assert trial.outcome(shaken(trial.case, seed)) == trial.case.told, seed


@pytest.mark.parametrize("trial", SOUND)
def test_junk_before_an_answer(trial: Trial) -> None:
    for spoilt in junk_before(trial):
        outcome = trial.outcome(spoilt)
        assert outcome == trial.case.told or not resyncs(trial.profile)
        assert trial.allowed(outcome) or not trial.guarded


@pytest.mark.parametrize("trial", SOUND)
def test_junk_after_an_answer(trial: Trial) -> None:
    for spoilt in junk_after(trial):
        assert trial.allowed(trial.outcome(spoilt)) or not trial.guarded


@pytest.mark.parametrize("trial", LINES)
def test_a_line_that_gives_our_own_bytes_back(trial: Trial) -> None:
    echoing = hearing_itself(trial.profile, echo=True)
    assert trial.outcome(echoed(trial.case), echoing) == trial.case.told
    assert trial.allowed(trial.outcome(trial.case, echoing))


@pytest.mark.parametrize("trial", SOUND)
def test_an_echo_that_nobody_expects(trial: Trial) -> None:
    deaf = hearing_itself(trial.profile, echo=False)
    assert trial.allowed(trial.outcome(echoed(trial.case), deaf)) or not trial.protected


@pytest.mark.parametrize("trial", SOUND)
def test_a_late_answer_of_another_exchange_in_front(trial: Trial) -> None:
    for late in late_answers(trial.name)[:LATE]:
        for spoilt in preceded(trial.case, late):
            assert trial.allowed(trial.outcome(spoilt)) or not trial.protected, late.hex(" ")


@pytest.mark.parametrize("trial", SOUND)
def test_no_flipped_bit_becomes_another_result(trial: Trial) -> None:
    for spoilt in flips(trial, FLIPS):
        assert trial.allowed(trial.outcome(spoilt)) or not trial.guarded


@pytest.mark.parametrize("trial", SOUND)
def test_no_truncation_becomes_another_result(trial: Trial) -> None:
    for spoilt in cuts(trial, CUTS):
        assert trial.allowed(trial.outcome(spoilt)) or not trial.protected


@pytest.mark.parametrize("name", CONFIRMED)
def test_the_second_reading_catches_what_changes_a_verdict(name: str) -> None:
    """Both readings over one bad line. The figure stands in firmware_profiles/DEVICES.md."""
    mine = [param.values[0] for param in SOUND]
    found = [figure(one, 100) for one in mine if isinstance(one, Trial) and one.name == name and one.confirmed]
    caught = [one.caught for one in found if one is not None]
    assert caught
    assert min(caught) >= 0.999


def test_a_golden_survives_being_written_and_read() -> None:
    for name in known():
        golden = golden_of(name)
        assert parse(str(golden)) == golden


def test_what_is_sent_must_be_what_stands_there() -> None:
    golden = golden_of("dayuan-tl310")
    hello = golden.cases[0]
    wrong = replace(hello, steps=(replace(hello.steps[0], data=b"\x7e\x01"), *hello.steps[1:]))
    with pytest.raises(ProfileError, match=r"golden\.sent"):
        play(find("dayuan-tl310"), wrong, ReplayPort(wrong))


def test_what_stands_there_must_be_heard() -> None:
    hello = golden_of("dayuan-tl310").cases[0]
    longer = replace(hello, steps=hello.steps * 2)
    with pytest.raises(ProfileError, match=r"golden\.left"):
        play(find("dayuan-tl310"), longer, ReplayPort(longer))


@pytest.mark.parametrize(
    "text", ["", "golden 2\nprofile a@1\norigin b", "golden 1\nprofile a@1\norigin b\ncase x\n> 00"]
)
def test_a_broken_golden_names_its_file(text: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse(text, "x.golden")
    assert caught.value.facts["file"] == "x.golden"


@pytest.mark.parametrize("line", ["> 7", "~ soon", "! plug", ". not one word", "? 00"])
def test_a_broken_line_is_named(line: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse(f"golden 1\nprofile a@1\norigin b\ncase x\nrun y\n{line}")
    assert (caught.value.facts["line"], caught.value.facts["text"]) == (6, line)


def test_the_published_taiyang_records_have_the_values_of_the_printout() -> None:
    told = next(case.told for case in golden_of("taiyang-ttj-8h16").cases if case.name == "published_capture")
    assert [fragment in line for fragment, line in zip(('"1.93', '"1010.9', '"1.91', '"14378'), told, strict=True)] == [
        True
    ] * 4
