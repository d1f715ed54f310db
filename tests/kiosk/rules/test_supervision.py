"""抽样单 and the recognition of methods: what stops a slip, what is said before a supervision run."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.messages import SampleTaken, SampleType, Signature
from kiosk.rules.oversight import supervision
from kiosk.rules.ruling import Effect, Ruling, stop, warn
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import Authority
from kiosk.words import load_words
from tests.support import oversight as made

SUPERVISION, ROUTINE, SELF = SampleType.SUPERVISION, SampleType.ROUTINE, SampleType.SELF
FREE = (SELF, SampleType.COMMISSIONED, SampleType.CONSUMER)
PORTIONS: dict[str, dict[str, object]] = {
    "sampler_signature": {"signatures": made.signatures(sampler=False)},
    "subject_signature": {"signatures": made.signatures(subject=False)},
    "test_portion": {"test_grams": None},
    "reserve_portion": {"reserve_grams": None},
    "seals": {"seals": ()},
}


def lacks(name: str) -> tuple[Ruling, ...]:
    return (stop("supervision/slip", f"supervision.slip.{name}"),)


def test_a_complete_slip_is_printed() -> None:
    assert supervision.slip(made.sample()) == ()
    assert supervision.slip(made.sample(sample_type=ROUTINE)) == ()


@pytest.mark.parametrize("name", ["sample_code", "product", "taken_at"])
@pytest.mark.parametrize("sample_type", list(SampleType))
def test_every_sample_has_code_product_and_time(sample_type: SampleType, name: str) -> None:
    assert supervision.slip(made.sample(sample_type=sample_type, **{name: ""})) == lacks(name)


@pytest.mark.parametrize("name", ["subject", "subject_name", "origin", "sampler"])
def test_an_official_slip_names_more(name: str) -> None:
    for official in (SUPERVISION, ROUTINE):
        assert supervision.slip(made.sample(sample_type=official, **{name: ""})) == lacks(name)
    for free in FREE:
        assert supervision.slip(made.sample(sample_type=free, **{name: ""})) == ()


def test_a_stall_is_a_place() -> None:
    assert supervision.slip(made.sample(place="")) == lacks("place")
    assert supervision.slip(made.sample(place="", stall="12")) == ()
    assert supervision.slip(made.sample(place="", sample_type=SELF)) == ()


@pytest.mark.parametrize("clause", sorted(PORTIONS))
def test_hands_and_portions_stop_supervision_and_remind_routine(clause: str) -> None:
    sample = made.sample(**PORTIONS[clause])
    for sample_type, effect in ((SUPERVISION, Effect.STOP), (ROUTINE, Effect.WARN)):
        ruling = Ruling(f"supervision/{clause}", effect, Sentence(f"supervision.{clause}"))
        assert supervision.slip(replace(sample, sample_type=sample_type)) == (ruling,)
    for free in FREE:
        assert supervision.slip(replace(sample, sample_type=free)) == ()


def test_everything_is_told_at_once() -> None:
    bare = made.sample(origin="", place="", test_grams=None, reserve_grams=None, seals=(), signatures=(), task="")
    assert made.rules(supervision.slip(bare)) == [
        "supervision/slip", "supervision/slip", "supervision/sampler_signature", "supervision/subject_signature",
        "supervision/test_portion", "supervision/reserve_portion", "supervision/seals", "supervision/task",
    ]  # fmt: skip


@pytest.mark.parametrize(("grams", "enough"), [("-1", False), ("0", False), ("0.001", True)])
@pytest.mark.parametrize("name", ["test_grams", "reserve_grams"])
def test_a_portion_weighs_something(name: str, grams: str, enough: bool) -> None:
    assert (supervision.slip(made.sample(**{name: Decimal(grams)})) == ()) is enough


@pytest.mark.parametrize(
    ("seals", "enough"),
    [((), False), (("A1",), False), (("A1", "A1"), False), (("A1", " A1 "), False), (("A1", ""), False),
     (("A1", " "), False), (("A1", "A2"), True), (("A1", "A2", "A3"), True)],
)  # fmt: skip
def test_each_portion_has_its_seal(seals: tuple[str, ...], enough: bool) -> None:
    assert (supervision.slip(made.sample(seals=seals)) == ()) is enough


@pytest.mark.parametrize(
    ("subject", "witness", "attested"),
    [(True, False, True), (True, True, True), (False, True, True), (False, False, False), (None, True, False),
     (None, False, False)],
)  # fmt: skip
def test_a_refusal_has_a_witness_and_absence_is_no_refusal(subject: bool | None, witness: bool, attested: bool) -> None:
    assert supervision.attested(made.signatures(subject, witness)) is attested


def test_a_witness_who_did_not_sign_is_none() -> None:
    hands = (*made.signatures(subject=False), Signature("witness", "Zhao", signed=False))
    assert not supervision.attested(hands)


def test_only_the_subject_can_refuse() -> None:
    hands = (Signature("sampler", "Wang", signed=False), Signature("witness", "Zhao", signed=True))
    assert not supervision.attested(hands)


def test_an_inspector_is_a_sampler() -> None:
    hands = (Signature("inspector", "Wang", signed=True), Signature("subject", "Li", signed=True))
    assert supervision.slip(made.sample(signatures=hands)) == ()
    unsigned = (Signature("sampler", "Wang", signed=False), Signature("subject", "Li", signed=True))
    assert made.rules(supervision.slip(made.sample(signatures=unsigned))) == ["supervision/sampler_signature"]


def test_an_unplanned_sampling_is_reminded_of_its_task() -> None:
    assert supervision.slip(made.sample(task="")) == (warn("supervision/task", "supervision.task"),)


# --- the code of a sample ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "fits"),
    [("A12", False), ("A123", True), ("a123", False), ("A--1", False), ("-A123", False), ("A123-", False),
     ("A-1-2-3", True), ("A 123", False), ("样123", False), ("A" * 32, True), ("A" * 33, False), ("", False)],
)  # fmt: skip
def test_a_code_fits_a_bar_code(code: str, fits: bool) -> None:
    told = () if fits else (stop("supervision/code_shape", "supervision.code_shape", code=code),)
    assert supervision.code(made.sample(sample_code=code), ()) == told


def test_a_code_is_given_once() -> None:
    told = supervision.code(made.sample(), {"S-0001"})
    assert told == (stop("supervision/code_used", "supervision.code_used", code="S-0001"),)
    assert supervision.code(made.sample(), {"S-0002"}) == ()


@pytest.mark.parametrize(
    ("subject", "name", "code", "blind"),
    [("p100", "Li", "S-P100-1", False), ("p10", "Li", "S-P10-1", True), ("s1", "WANG", "WANG-1", False),
     ("s1", "LI", "LI-0001", True), ("p100", "Li", "S-0001", True)],
)  # fmt: skip
def test_a_code_says_nothing_of_whose_it_is(subject: str, name: str, code: str, blind: bool) -> None:
    told = supervision.code(made.sample(subject=subject, subject_name=name, sample_code=code), ())
    assert told == (() if blind else (stop("supervision/code_blind", "supervision.code_blind", code=code),))


# --- methods ----------------------------------------------------------------------------------------------------------

MARA, SAMR = Authority.MARA, Authority.SAMR
RULE = "GB/T 5009.199-2003"
UNRECOGNISED = warn("supervision/recognised", "supervision.not_recognised", method=RULE)


@pytest.mark.parametrize("offices", [(), (MARA,), (SAMR,)])
def test_art_50_wants_both_ministries(offices: tuple[Authority, ...]) -> None:
    assert supervision.before_run(SUPERVISION, made.method(*offices)) == (UNRECOGNISED,)


def test_a_recognised_method_goes_without_a_word() -> None:
    assert supervision.before_run(SUPERVISION, made.method(MARA, SAMR)) == ()


def test_recognition_without_a_source_is_none() -> None:
    assert supervision.before_run(SUPERVISION, made.method(MARA, SAMR, unconfirmed=["recognised_by"])) == (
        UNRECOGNISED,
    )


def test_another_unconfirmed_value_is_told_too() -> None:
    told = supervision.before_run(SUPERVISION, made.method(MARA, SAMR, unconfirmed=["blank_min"]))
    assert told == (warn("supervision/confirmed", "supervision.unconfirmed", method=RULE),)


@pytest.mark.parametrize("sample_type", [one for one in SampleType if one is not SUPERVISION])
def test_only_supervision_is_warned(sample_type: SampleType) -> None:
    assert supervision.before_run(sample_type, made.method()) == ()


@pytest.mark.parametrize("sample_type", list(SampleType))
@pytest.mark.parametrize("offices", [(), (MARA,), (SAMR,), (MARA, SAMR)])
@pytest.mark.parametrize("unconfirmed", [(), ("recognised_by",), ("blank_min",)])
def test_evidence_is_what_was_not_warned_of(
    sample_type: SampleType, offices: tuple[Authority, ...], unconfirmed: tuple[str, ...]
) -> None:
    method = made.method(*offices, unconfirmed=unconfirmed)
    warned = supervision.before_run(sample_type, method) != ()
    assert supervision.evidence(sample_type, method) is (sample_type is SUPERVISION and not warned)


def test_an_official_result_that_is_no_evidence_says_so() -> None:
    told = warn("supervision/evidence", "supervision.not_evidence", method=RULE)
    assert supervision.screening_only(SUPERVISION, made.method()) == told
    assert supervision.screening_only(ROUTINE, made.method(MARA, SAMR)) == told
    assert supervision.screening_only(SUPERVISION, made.method(MARA, SAMR)) is None
    assert [supervision.screening_only(free, made.method()) for free in FREE] == [None, None, None]


def test_a_market_needs_national_recognition_only() -> None:
    assert supervision.national(made.method(SAMR))
    assert not supervision.national(made.method(MARA))
    assert not supervision.national(made.method(SAMR, unconfirmed=["recognised_by"]))


WRONGS: dict[str, dict[str, object]] = {**PORTIONS, "origin": {"origin": ""}, "task": {"task": ""}}


@given(st.frozensets(st.sampled_from(sorted(WRONGS))), st.frozensets(st.sampled_from(sorted(WRONGS))))
def test_a_further_fault_never_makes_a_slip_printable(some: frozenset[str], more: frozenset[str]) -> None:
    assert stops(slip_with(some)) <= stops(slip_with(some | more))


def slip_with(names: frozenset[str]) -> SampleTaken:
    changed: dict[str, object] = {}
    for name in sorted(names):
        changed |= WRONGS[name]
    return made.sample(**changed)


def stops(sample: SampleTaken) -> int:
    return int(any(one.stops for one in supervision.slip(sample)))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_keyed_sentence_is_there(language: str) -> None:
    words = load_words(language)
    named = (*supervision.ALWAYS, *supervision.ON_A_SLIP, "place")
    wanted = [*(f"supervision.slip.{name}" for name in named), *(f"supervision.{clause}" for clause in PORTIONS)]
    assert [key for key in wanted if not words.knows(key)] == []
