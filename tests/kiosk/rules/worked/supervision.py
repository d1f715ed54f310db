"""The worked rows of `packs/rules/supervision.toml`: a slip or a method with one thing changed."""

from collections.abc import Callable
from decimal import Decimal

from kiosk.pack import load_packs
from kiosk.rules.messages import SampleTaken, SampleType, Signature
from kiosk.rules.oversight import supervision as rules
from kiosk.rules.testing.methods import Authority, MethodPack
from tests.support import oversight as made

Given = dict[str, str]
OF_A_METHOD = ("recognised", "confirmed", "evidence")
OF_A_CODE = ("code_shape", "code_used", "code_blind")
CLAUSES = tuple(name for name in load_packs().rules if name.startswith("supervision/"))


def _grams(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _hands(given: Given) -> tuple[Signature, ...]:
    subject = {"yes": True, "no": False, "absent": None}[given.get("subject_signed", "yes")]
    return made.signatures(subject, given.get("witness") == "yes", given.get("sampler_signed", "yes") == "yes")


def _sample(given: Given) -> SampleTaken:
    return made.sample(
        sample_code=given.get("sample_code", "S-0001"),
        sample_type=SampleType(given.get("sample_type", "supervision")),
        subject=given.get("subject", "p100"),
        place=given.get("place", "Market"),
        stall=given.get("stall", ""),
        test_grams=_grams(given.get("test_grams", "500")),
        reserve_grams=_grams(given.get("reserve_grams", "500")),
        seals=tuple(given.get("seals", "A1 A2").split()),
        signatures=_hands(given),
        task=given.get("task", "T1"),
    )


def _printed(rule: str) -> Callable[[Given], str]:
    return lambda given: made.told(rules.slip(_sample(given)), rule, "printed")


def _coded(rule: str) -> Callable[[Given], str]:
    return lambda given: made.told(rules.code(_sample(given), given.get("used", "").split()), rule)


def _method(given: Given) -> tuple[SampleType, MethodPack]:
    offices = [Authority(name) for name in given["recognised_by"].split()]
    method = made.method(*offices, unconfirmed=given.get("unconfirmed", "").split())
    return SampleType(given.get("sample_type", "supervision")), method


def _before(rule: str) -> Callable[[Given], str]:
    return lambda given: "told" if rule in made.rules(rules.before_run(*_method(given))) else "silent"


def _evidence(given: Given) -> str:
    sample_type, method = _method(given)
    if rules.evidence(sample_type, method):
        return "evidence"
    return "silent" if rules.screening_only(sample_type, method) is None else "screening"


WORKED: dict[str, Callable[[Given], str]] = {
    **{rule: _printed(rule) for rule in CLAUSES if rule.partition("/")[2] not in (*OF_A_METHOD, *OF_A_CODE)},
    **{f"supervision/{clause}": _coded(f"supervision/{clause}") for clause in OF_A_CODE},
    "supervision/recognised": _before("supervision/recognised"),
    "supervision/confirmed": _before("supervision/confirmed"),
    "supervision/evidence": _evidence,
}
