"""One test holds for all devices: every case of every golden, as it is and damaged in every way we can think of."""

from dataclasses import replace

import pytest

from drivers.errors import ProfileError
from drivers.evidence.goldens import check, golden_of, play
from drivers.evidence.replay import ReplayPort, flipped, preceded, truncated
from drivers.evidence.transcript import Case, Golden, parse
from drivers.profile.folder import find, known

CASES = [pytest.param(name, case, id=f"{name}-{case.name}") for name in known() for case in golden_of(name).cases]
SOUND = [param for param in CASES if param.values[1].told[0].startswith("{")]  # type: ignore[union-attr]
BAD = ("refused", "error")


@pytest.mark.parametrize("name", known())
def test_a_profile_keeps_what_it_claims(name: str) -> None:
    assert check(name) == []


@pytest.mark.parametrize(("name", "case"), CASES)
def test_as_it_is(name: str, case: Case) -> None:
    assert play(find(name), case, ReplayPort(case)) == case.told


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 7])
@pytest.mark.parametrize(("name", "case"), CASES)
def test_in_pieces(name: str, case: Case, chunk: int) -> None:
    assert play(find(name), case, ReplayPort(case, chunk)) == case.told


@pytest.mark.parametrize(("name", "case"), SOUND)
def test_junk_before_a_frame(name: str, case: Case) -> None:
    profile = find(name)
    if profile.device.integrity == "none":
        assert profile.confirm
        return
    noise = (b"\x00", b"\xff", b"\x7e\x7e", b"\x00\xff")
    for damaged in (broken for junk in noise for broken in preceded(case, junk)):
        assert play(profile, damaged, ReplayPort(damaged, loose=True)) == case.told


@pytest.mark.parametrize(("name", "case"), SOUND)
def test_a_late_answer_of_another_exchange_in_front(name: str, case: Case) -> None:
    for other in golden_of(name).cases:
        late = next((step.data for step in other.steps if step.mark == "<" and step.data), b"")
        for damaged in preceded(case, late):
            assert same_or_none(play(find(name), damaged, ReplayPort(damaged, loose=True)), case), other.name


@pytest.mark.parametrize(("name", "case"), SOUND)
def test_no_flipped_bit_becomes_another_result(name: str, case: Case) -> None:
    profile = find(name)
    if profile.device.integrity == "none":
        assert_confirm_catches_flips(name, case)
        return
    for damaged in flipped(case):
        assert same_or_none(play(profile, damaged, ReplayPort(damaged, loose=True)), case)


@pytest.mark.parametrize(("name", "case"), SOUND)
def test_no_truncation_becomes_another_result(name: str, case: Case) -> None:
    for damaged in truncated(case):
        assert same_or_none(play(find(name), damaged, ReplayPort(damaged, loose=True)), case)


def assert_confirm_catches_flips(name: str, case: Case) -> None:
    """Without a checksum a wrong bit is seen only because the second reading differs; a confirmed exchange says so."""
    profile = find(name)
    if case.run not in profile.confirm:
        return
    for damaged in flipped(case):
        outcome = play(profile, damaged, ReplayPort(damaged, loose=True))
        assert same_or_none(outcome, case)
        assert profile.confirm[case.run].times == 2


def same_or_none(outcome: tuple[str, ...], case: Case) -> bool:
    return outcome == case.told or outcome[0].split()[0] in BAD


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


@pytest.mark.parametrize("line", ["> 7", "~ soon", "! replug", "? 00"])
def test_a_broken_line_is_named(line: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse(f"golden 1\nprofile a@1\norigin b\ncase x\nrun y\n{line}")
    assert (caught.value.facts["line"], caught.value.facts["text"]) == (6, line)


def test_the_published_taiyang_records_have_the_values_of_the_printout() -> None:
    golden: Golden = golden_of("taiyang-ttj-8h16")
    told = next(case.told for case in golden.cases if case.name == "published_capture")
    assert [fragment in line for fragment, line in zip(('"1.93', '"1010.9', '"1.91', '"14378'), told, strict=True)] == [
        True
    ] * 4
