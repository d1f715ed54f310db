"""Codes of every fate, judged without a network: what is said, and what cannot be known is said too."""

from dataclasses import replace
from datetime import date, datetime
from random import Random

import pytest

from kiosk.clock import BEIJING
from kiosk.rules.scan.numbers import shown
from kiosk.rules.sentence import Sentence
from kiosk.seal import link
from kiosk.trust import REPLACED, Use, revoked
from kiosk.verify import OLD_DAYS, County, PaperCheck, Verdict, Why, Witnessed, judge
from kiosk.verify_told import advice, fields, lines
from kiosk.words import LANGUAGES, load_words
from tests.fuzz.mutate import damaged
from tests.support.bodies import HOST, START
from tests.support.bodies import County as Bodies
from tests.support.checked import TODAY, Checking, OnDay, days, relinked, token_of

FRESH = OnDay(TODAY - days(1), {})


@pytest.fixture
def at_hand() -> Checking:
    return Checking()


def judged(at_hand: Checking, text: str, revoked: OnDay | None = FRESH, today: date = TODAY) -> PaperCheck:
    return judge(text.encode(), [County(at_hand.trust, revoked)], today)


def keys(checked: PaperCheck) -> tuple[str, ...]:
    return tuple(one.key for one in (*checked.told, *checked.doubts))


def test_a_genuine_certificate_says_who_sealed_it_and_as_of_which_list(at_hand: Checking) -> None:
    certificate, text = at_hand.paper()
    checked = judged(at_hand, text)
    assert (checked.verdict, checked.why.key, checked.doubts) == (Verdict.GENUINE, "verify.genuine.why", ())
    assert checked.told == (
        Sentence("verify.told.sealed", {"station": "gasa-01", "county": "530427"}),
        Sentence("verify.told.key", {"since": "2026-01-01", "until": "2036-01-01"}),
        Sentence("verify.told.list", {"day": "2026-11-23", "days": "1", "counter": "7"}),
    )
    assert checked.code is not None
    assert (checked.code.quantity, checked.code.subject) == (certificate.quantity, certificate.subject.name)


def test_without_a_list_it_is_said_that_nobody_looked(at_hand: Checking) -> None:
    checked = judged(at_hand, at_hand.paper()[1], None)
    assert (checked.verdict, checked.why.key) == (Verdict.GENUINE, "verify.genuine.unlisted")
    assert keys(checked)[-1] == "verify.doubt.no_list"


@pytest.mark.parametrize("age", [OLD_DAYS, OLD_DAYS + 1, 400])
def test_an_old_list_warns_and_fails_nothing(at_hand: Checking, age: int) -> None:
    checked = judged(at_hand, at_hand.paper(at=START - days(300))[1], OnDay(START.date(), {}), START.date() + days(age))
    assert checked.verdict is Verdict.GENUINE
    assert ("verify.doubt.old" in keys(checked)) is (age > OLD_DAYS)


def test_a_list_from_before_the_certificate_cannot_know_it(at_hand: Checking) -> None:
    checked = judged(at_hand, at_hand.paper()[1], OnDay(START.date() - days(1), {}), START.date())
    assert (checked.verdict, keys(checked)[-1]) == (Verdict.GENUINE, "verify.doubt.before")


@pytest.mark.parametrize("why", list(Why))
def test_what_is_on_the_list_is_void_and_still_shown(at_hand: Checking, why: Why) -> None:
    certificate, text = at_hand.paper()
    checked = judged(at_hand, text, OnDay(TODAY, {certificate.number: why}))
    assert (checked.verdict, checked.why) == (Verdict.REVOKED, Sentence(f"verify.revoked.{why}"))
    assert checked.code is not None


def test_a_changed_word_or_signature_is_no_certificate(at_hand: Checking) -> None:
    token, draw = token_of(at_hand.paper()[1]), Random(7)
    for _ in range(2000):
        text = relinked(damaged(draw, (token,)) or b"\0")
        if token_of(text) != token:
            assert judged(at_hand, text).verdict in (Verdict.FALSE, Verdict.UNCLEAR)
            assert judged(at_hand, text).code is None


def test_every_single_bit_counts(at_hand: Checking) -> None:
    token = token_of(at_hand.paper()[1])
    for bit in range(len(token) * 8):
        changed = bytearray(token)
        changed[bit // 8] ^= 1 << bit % 8
        checked = judged(at_hand, relinked(bytes(changed)))
        assert checked.verdict in (Verdict.FALSE, Verdict.UNCLEAR)
        assert checked.code is None


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_a_code_that_was_cut_off_is_told(at_hand: Checking, cut: int) -> None:
    assert judged(at_hand, at_hand.paper()[1][:-cut]).verdict is Verdict.FALSE


def test_a_county_without_a_key_list_is_not_judged(at_hand: Checking) -> None:
    other = Checking().paper(box=Bodies("110000").enrol("gasa"))[1]
    checked = judged(at_hand, other)
    assert (checked.verdict, checked.why) == (Verdict.UNCLEAR, Sentence("verify.unclear.county", {"county": "110000"}))
    assert checked.code is None


def test_several_counties_are_told_apart(at_hand: Checking) -> None:
    there = Bodies("110000")
    text = at_hand.paper(box=there.enrol("gasa"))[1]
    counties = [County(at_hand.trust, FRESH), County(there.trust)]
    checked = judge(text.encode(), counties, TODAY)
    assert (checked.verdict, checked.told[0].facts["county"]) == (Verdict.GENUINE, "110000")
    assert "verify.doubt.no_list" in keys(checked)


@pytest.mark.parametrize(("newest", "verdict"), [("2026-11-22", Verdict.UNCLEAR), ("2026-11-23", Verdict.FALSE)])
def test_a_key_that_a_newer_list_does_not_know_is_a_forgers(at_hand: Checking, newest: str, verdict: Verdict) -> None:
    """An older list may not have heard of a new station."""
    forger = Bodies().enrol("a forger")
    at_hand.granted("another box", newest, "2036-01-01")
    checked = judged(at_hand, at_hand.paper(box=forger)[1])
    assert (checked.verdict, checked.why.key, checked.code) == (verdict, f"verify.{verdict}.key", None)


def test_a_renewed_key_verifies_by_the_day_on_the_paper(at_hand: Checking) -> None:
    box = at_hand.granted("old box", "2026-01-01", "2026-06-30")
    at_hand.granted("old box", "2026-09-01", "2026-12-31")
    for month, verdict in ((6, Verdict.GENUINE), (8, Verdict.FALSE), (10, Verdict.GENUINE)):
        text = at_hand.paper(at=datetime(2026, month, 30, 9, tzinfo=BEIJING), box=box)[1]
        checked = judged(at_hand, text)
        assert (month, checked.verdict) == (month, verdict)
    assert judged(at_hand, at_hand.paper(at=START + days(90), box=box)[1]).why.key == "verify.false.day"


def test_what_a_revoked_key_sealed_later_is_revoked_and_before_is_not_known_offline(at_hand: Checking) -> None:
    at_hand.revoke(at_hand.box, "2026-11-23", 12)
    facts = {"since": "2026-11-23", "through": "12"}
    later = judged(at_hand, at_hand.paper(at=START + days(1))[1])
    assert (later.verdict, later.why) == (Verdict.REVOKED, Sentence("verify.revoked.key", facts))
    before = judged(at_hand, at_hand.paper(at=START)[1])
    assert (before.verdict, before.why) == (Verdict.UNCLEAR, Sentence("verify.unclear.key_ended", facts))
    assert before.code is not None


@pytest.mark.parametrize(("seq", "verdict"), [(12, Verdict.GENUINE), (13, Verdict.REVOKED)])
def test_the_countys_log_decides_what_a_revoked_key_sealed_before(
    at_hand: Checking, seq: int, verdict: Verdict
) -> None:
    at_hand.revoke(at_hand.box, "2026-11-23", 12)
    text = at_hand.paper()[1].encode()
    checked = judge(text, [County(at_hand.trust, FRESH)], TODAY, Witnessed(seq, START.date()))
    assert checked.verdict is verdict


def test_papers_of_a_box_that_another_replaced_are_told_mildly(at_hand: Checking) -> None:
    """What it issued until then is to be checked online; what is dated later no fit box has sealed."""
    word = replace(
        at_hand.county.revocation(Use.STATION, at_hand.box.key, "2026-11-23", 12), reason=f"{REPLACED}ab", signature=""
    )
    at_hand.trust = at_hand.trust.merged([], [revoked(at_hand.county.root, word)])
    before, later = judged(at_hand, at_hand.paper()[1]), judged(at_hand, at_hand.paper(at=START + days(1))[1])
    assert (before.verdict, before.why.key) == (Verdict.UNCLEAR, "verify.unclear.replaced")
    assert before.code is not None
    assert (later.verdict, later.why.key) == (Verdict.REVOKED, "verify.revoked.key")
    at_hand.revoke(at_hand.box, "2026-11-23", 9)
    assert judged(at_hand, at_hand.paper()[1]).why.key == "verify.unclear.key_ended", "stolen as well"


def test_a_list_from_tomorrow_is_our_clocks_fault(at_hand: Checking) -> None:
    checked = judged(at_hand, at_hand.paper()[1], OnDay(TODAY + days(400), {}))
    assert (checked.verdict, keys(checked)[-1]) == (Verdict.GENUINE, "verify.doubt.ahead")


def test_a_list_is_asked_also_where_the_key_leaves_a_doubt(at_hand: Checking) -> None:
    at_hand.revoke(at_hand.box, "2026-11-23", 12)
    certificate, text = at_hand.paper()
    checked = judged(at_hand, text, OnDay(TODAY, {certificate.number: Why.ORDER}))
    assert (checked.verdict, checked.why.key) == (Verdict.REVOKED, "verify.revoked.order")


def test_a_date_after_today_is_told(at_hand: Checking) -> None:
    checked = judged(at_hand, at_hand.paper()[1], None, START.date() - days(1))
    assert keys(checked)[2] == "verify.doubt.future"


def test_a_number_alone_is_for_the_network_unless_a_list_knows_it(at_hand: Checking) -> None:
    certificate, _ = at_hand.paper()
    short = f"HTTPS://{HOST.upper()}/N/{certificate.number}"
    for text in (short, certificate.number):
        checked = judged(at_hand, text)
        assert (checked.verdict, checked.why.key) == (Verdict.UNCLEAR, "verify.unclear.online")
        assert judged(at_hand, text, OnDay(TODAY, {certificate.number: Why.VOID})).verdict is Verdict.REVOKED


def test_a_code_makes_no_slip_and_a_person_does(at_hand: Checking) -> None:
    """A wrong check character in a code is a forger's; in what somebody typed it is most probably his own."""
    number = at_hand.paper()[0].number
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    scanned = judged(at_hand, f"HTTPS://{HOST.upper()}/N/{wrong}")
    assert (scanned.verdict, scanned.why.key) == (Verdict.FALSE, "verify.false.number")
    for typed in (wrong, wrong.lower(), shown(wrong)):
        assert (judged(at_hand, typed).verdict, judged(at_hand, typed).why.key) == (
            Verdict.UNCLEAR, "verify.unclear.typed",
        )  # fmt: skip


def test_other_codes_are_named(at_hand: Checking) -> None:
    card = judged(at_hand, at_hand.card())
    assert (card.verdict, card.why.key, card.of_certificate) == (Verdict.UNCLEAR, "verify.unclear.card", False)
    assert keys(card) == ("verify.told.card",)
    there = judge(at_hand.card().encode(), [County(Bodies("110000").trust)], TODAY)
    assert keys(there) == ("verify.told.card_unknown",)
    for text in ("6901234567892", "https://weixin.qq.com/x", "hello", "", "\0"):
        assert judged(at_hand, text).why.key == "verify.unclear.other"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_said_in_words(at_hand: Checking, language: str) -> None:
    certificate, text = at_hand.paper()
    words = load_words(language)
    said = lines(judged(at_hand, text), words)
    assert said[0] == words.say("verify.verdict.genuine")
    assert said[-1] == words.say("verify.advice.genuine")
    shown = "\n".join(said)
    for fact in (certificate.subject.name, certificate.product, certificate.origin, "160", "2026-11-22"):
        assert fact in shown
    for other in (at_hand.card(), certificate.number, "hello", text[:-1]):
        assert all(lines(judged(at_hand, other), words))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_answer_about_a_certificate_says_what_to_do(at_hand: Checking, language: str) -> None:
    number, text = at_hand.paper()[0].number, at_hand.paper()[1]
    words = load_words(language)
    void = judged(at_hand, text, OnDay(TODAY, {number: Why.VOID}))
    for checked in (judged(at_hand, text), void, judged(at_hand, text[:-1]), judged(at_hand, number)):
        assert lines(checked, words)[-1] == words.say(f"verify.advice.{checked.verdict}")
    assert advice(judged(at_hand, "hello"), words) == advice(judged(at_hand, at_hand.card()), words) == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", ["amount.kg", "amount", "{x}", "", "%s", "kg.kg"])
def test_a_unit_that_is_no_word_is_shown_as_it_is(at_hand: Checking, language: str, unit: str) -> None:
    """A station may sign any text; none of it is taken for a sentence of ours."""
    checked = judged(at_hand, at_hand.paper()[1])
    assert checked.code is not None
    odd = replace(checked, code=replace(checked.code, unit=unit))
    assert any(line.endswith(f"160 {unit}") for line in lines(odd, load_words(language)))


@pytest.mark.parametrize("quantity", ["NaN", "Infinity", "1E+999999", "160"])
def test_a_number_that_nobody_can_draw_is_not_drawn(at_hand: Checking, quantity: str) -> None:
    code = judged(at_hand, at_hand.paper()[1]).code
    assert code is not None
    told = dict(fields(replace(code, quantity=type(code.quantity)(quantity)), load_words("en")))
    assert told["Quantity"] in ("— kg", "160 kg")


def test_a_link_of_another_host_is_as_good(at_hand: Checking) -> None:
    """Who seals is in the code; the host is only where a telephone goes."""
    token = token_of(at_hand.paper()[1])
    assert judged(at_hand, link("evil.example", "C", token)).verdict is Verdict.GENUINE
