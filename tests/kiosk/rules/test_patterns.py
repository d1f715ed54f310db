"""The county's patterns: they mean what `re` means, and nothing that they say can hang a station."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.errors import Unusable
from kiosk.rules.scan.patterns import BUILT_MOST, PATTERN_MOST, TEXT_MOST, Pattern, pattern

CLASSES = (
    "a",
    "b",
    "-",
    r"\.",
    ".",
    "[ab]",
    "[^a]",
    "[a-c]",
    "[-a]",
    "[a-]",
    "[]a]",
    r"\d",
    r"\w",
    r"\s",
    r"\D",
    r"\W",
    r"[\dx]",
)
ATOMS = st.sampled_from(CLASSES)
REPEATS = st.sampled_from(("", "?", "*", "+", "{2}", "{1,}", "{0,2}", "{0}"))


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    rows = st.lists(inner, max_size=3).map("".join)
    groups = st.tuples(st.sampled_from(("(", "(?:")), st.lists(rows, min_size=1, max_size=3).map("|".join))
    return st.tuples(groups.map(lambda group: f"{group[0]}{group[1]})"), REPEATS).map("".join)


PATTERNS = st.recursive(st.tuples(ATOMS, REPEATS).map("".join), grown, max_leaves=6)
TEXTS = st.text("abcx1-. \n]", max_size=8)


@given(st.lists(PATTERNS, max_size=3).map("".join), TEXTS)
def test_it_means_what_re_means(text: str, scanned: str) -> None:
    assert Pattern(text).fits(scanned) is (re.fullmatch(text, scanned, re.ASCII) is not None)


@given(st.lists(PATTERNS, min_size=1, max_size=3).map("|".join), TEXTS)
def test_choices_at_the_top(text: str, scanned: str) -> None:
    assert Pattern(f"^{text}$").fits(scanned) is (re.fullmatch(text, scanned, re.ASCII) is not None)


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("[0-9A-Z]{18}", "A" * 18, "A" * 17),
        ("[0-9A-Z]{18}", "0" * 18, "0" * 19),
        (r"ZT\d{10}", "ZT0123456789", "ZT012345678９"),  # a full-width digit is no digit
        (r"\w+", "aZ_09", "é"),
        (r"\s", "\x0b", "\xa0"),
        (r"\s", "\t", "\x08"),
        (r"\s", "\r", "\x0e"),
        (r"[\s-a]", "-", "0"),
        (r"[\d-x]", "-", "a"),
        ("[a-c]", "b", "-"),
        ("[a-]", "-", "b"),
        ("", "", "a"),
        ("X|[X-Z]Y", "ZY", "Y"),
        ("a{300}", "a" * 300, "a" * 299),
        (r"[\]\\^]+", r"]\^", "["),
        (r"[a\-c]", "-", "b"),
        (r"https://a\.example/\?x=[0-9]+", "https://a.example/?x=1", "https://aXexample/?x=1"),
    ],
)
def test_examples(text: str, yes: str, no: str) -> None:
    read = Pattern(text)
    assert read.text == text
    assert (read.fits(yes), read.fits(no)) == (True, False)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[0-9", 4), ("(a", 2), ("a)", 2), ("*a", 1), ("a**", 3), ("a*?", 3), ("a{2}{3}", 5), ("a++", 3), ("a{", 2),
        ("a{x}", 3), ("a{,3}", 3), ("a{3,2}", 6), ("a{301}", 6), ("(?=a)", 3), ("(?P<n>a)", 3),
        (r"\1", 2), (r"\b", 2), (r"[\D]", 4), ("[z-a]", 5), (r"[a-\d]", 6), ("a\\", 2), ("a^", 2),
        ("a{X}", 3), ("a$b", 3), ("}", 1), ("]", 1), ("[]", 2), ("a{2", 3),
    ],
)  # fmt: skip
def test_what_is_not_read_is_refused_with_its_place(text: str, place: int) -> None:
    with pytest.raises(Unusable) as told:
        Pattern(text)
    assert told.value.code == "rules.pattern"
    assert told.value.facts == {"pattern": text, "place": str(place)}
    assert pattern(text) is None


@pytest.mark.parametrize(
    "text", ["(a{99}){99}", "((((a{9}){9}){9}){9}){9}", "((((((){99}){99}){99}){99}){99}){99}", "(()*){300}" * 6]
)
def test_a_pattern_that_grows_is_refused(text: str) -> None:
    with pytest.raises(Unusable) as told:
        Pattern(text)
    assert (told.value.code, told.value.facts) == ("rules.pattern_large", {"pattern": text, "most": str(BUILT_MOST)})
    assert pattern(text) is None


def test_a_pattern_that_just_is_not_too_large() -> None:
    assert Pattern("a{300}" * 4 + "a{294}")
    assert pattern("a{300}" * 4 + "a{295}") is None
    assert BUILT_MOST == 1500


def test_a_long_pattern_is_refused_and_a_long_text_does_not_fit() -> None:
    assert (PATTERN_MOST, TEXT_MOST) == (200, 300)
    assert Pattern("a" * PATTERN_MOST).fits("a" * PATTERN_MOST)
    with pytest.raises(Unusable) as told:
        Pattern("a" * (PATTERN_MOST + 1))
    assert told.value.code == "rules.pattern_large"
    assert told.value.facts == {"pattern": "a" * PATTERN_MOST, "most": str(PATTERN_MOST)}
    assert Pattern("a*").fits("a" * TEXT_MOST)
    assert not Pattern("a*").fits("a" * (TEXT_MOST + 1))


@pytest.mark.parametrize("text", ["(a+)+", "(a|a)*", "(a|aa)+", "(a?){99}a{99}", "(.*)*", "a{0,99}" * 9, "((a*)*)*"])
def test_nothing_runs_away(text: str) -> None:
    """Each of these takes a backtracking matcher years on this text; the suite's limit of time is the oracle."""
    assert not Pattern(text).fits("a" * (TEXT_MOST - 1) + "\n")


def test_an_empty_pattern_recognises_nothing() -> None:
    assert pattern("") is None
    found = pattern("ZT[0-9]+")
    assert found is not None
    assert found.fits("ZT1")
