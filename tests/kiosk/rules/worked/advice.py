"""The worked rows of `packs/rules/advice.toml`, put to the real rules."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from kiosk.rules.drug_use import advice as rules
from kiosk.rules.messages import Advice, Outcome
from kiosk.rules.ruling import Ruling
from kiosk.rules.testing.lot import TestNote
from tests.support.drugs import settings

Given = dict[str, str]


def advice(outcome: str = "positive", until: str = "", plot: str = "东地") -> Advice:
    return Advice("v1", "s1", "tomato", plot, 10, Outcome(outcome), until, ("subject", "adviser"))


def _effect(ruling: Ruling | None, said: str = "refused") -> str:
    return "allowed" if ruling is None else said


def _off(given: Given) -> str:
    return _effect(rules.offered(replace(settings(), advice=given["setting"] == "on")))


def _told(given: Given) -> str:
    crop, day = rules.Crop("s1", "tomato", "东地"), date.fromisoformat(given["today"])
    given_advice = rules.advised("v1", crop, 10, Outcome(given["outcome"]), given["earliest"], day, settings())
    until = rules.told(given_advice).say.facts.get("until", "negative")
    return "free" if rules.told(given_advice).say.key == "advice.good_now" else f"until {until}"


def _roles(given: Given) -> str:
    return _effect(rules.unseen(given["role"], advice(), given["viewer"]))


def _note(given: Given) -> TestNote:
    first = int(given["retest_of"]) if "retest_of" in given else None
    return TestNote(int(given["test"]), Outcome.NEGATIVE, "", first)


def _pass_rate(given: Given) -> str:
    return "counts" if rules.counts_for_pass_rate(_note(given), [advice()]) else "outside"


def _no_proof(given: Given) -> str:
    return _effect(rules.proof_refused(_note(given), [advice()]))


def _crop_test(text: str) -> rules.CropTest:
    number, plot, outcome = text.split("/")
    seq, _, first = number.partition(">")
    crop = rules.Crop("s1", "tomato", plot)
    return rules.CropTest(int(seq), crop, Outcome(outcome), int(first) if first else None)


def _blocked(rule: str) -> Callable[[Given], str]:
    def answer(given: Given) -> str:
        tests = [_crop_test(text) for text in given["tests"].split("+") if text]
        crop, day = rules.Crop("s1", "tomato", given["plot"]), date.fromisoformat(given["today"])
        ruling = rules.blocked([advice(given["outcome"], given["until"])], tests, crop, day)
        return _effect(ruling, "refused" if ruling is not None and ruling.rule == rule else "of another rule")

    return answer


WORKED: dict[str, Callable[[Given], str]] = {
    "advice/off": _off,
    "advice/told": _told,
    "advice/roles": _roles,
    "advice/pass_rate": _pass_rate,
    "advice/no_proof": _no_proof,
    "advice/blocked": _blocked("advice/blocked"),
    "advice/plot_unnamed": _blocked("advice/plot_unnamed"),
}
