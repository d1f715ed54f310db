"""Goods, papers, slips, tests and lots of one story, for the rules of oversight and their worked rows.

Li of 新平 grew 100 kg of tomato, lot L1; today is 2026-11-22.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kiosk.pack import load_packs
from kiosk.rules.certify.incoming import Paper, Seen
from kiosk.rules.messages import (
    Certificate,
    Correction,
    Device,
    Disposal,
    GateCheck,
    Incoming,
    LotDeclared,
    LotReleased,
    Outcome,
    Presence,
    SampleTaken,
    SampleType,
    Scene,
    Signature,
    Subject,
    Test,
    Verdict,
)
from kiosk.rules.oversight import gate
from kiosk.rules.oversight.gate_facts import Acceptances, Decision, Goods, Judged, Known, Screened
from kiosk.rules.ruling import Ruling
from kiosk.rules.testing.methods import Authority, MethodPack, Sourced

PACKS = load_packs()
SETTINGS = replace(PACKS.settings, gate_age_days=7, gate_tolerance=Decimal(0), gate_alarms=("agriculture",))
WORDINGS = PACKS.wordings
TODAY = date(2026, 11, 22)
DIGEST = "ab" * 32
NUMBER = "530427ABCDE12345X"
Correctable = Test | Certificate | LotDeclared | SampleTaken | GateCheck
GROWER = ("id_number", "contact", "residence")


def rules(rulings: Sequence[Ruling | None]) -> list[str]:
    return [one.rule for one in rulings if one is not None]


def told(rulings: Sequence[Ruling | None], rule: str, well: str = "allowed") -> str:
    """`refused` where this rule stops, `<well>, told` where it warns, `well` where it is silent."""
    mine = [one for one in rulings if one is not None and one.rule == rule]
    if any(one.stops for one in mine):
        return "refused"
    return f"{well}, told" if mine else well


def goods(**changed: object) -> Goods:
    return replace(Goods("Market", "12", "s1", "tomato", Decimal(100), "kg", "新平县"), **changed)  # type: ignore[arg-type]


def ours(**changed: object) -> Seen:
    """A certificate of ours, verified by its seal."""
    seen = Seen(
        paper=Paper.OURS,
        product="tomato",
        quantity=Decimal(100),
        unit="kg",
        issuer="s1",
        contact="138",
        origin="新平县",
        issued_on="2026-11-20",
        number=NUMBER,
        promise=True,
        basis=True,
        verified=True,
    )
    return replace(seen, **changed)  # type: ignore[arg-type]


def handwritten(**changed: object) -> Seen:
    given = {"paper": Paper.HANDWRITTEN, "verified": False, "number": "", "picture": DIGEST, **changed}
    return ours(**given)


def known(before: str = "0", times: int = 1, **changed: object) -> Known:
    return replace(Known(before=Acceptances(times, Decimal(before))), **changed)  # type: ignore[arg-type]


def screened(outcome: Outcome = Outcome.NEGATIVE, *, confirmed: bool = True, national: bool = True) -> Screened:
    return Screened(77, outcome, confirmed, national)


def check(judged: Judged, seen: Seen | None, decision: Decision = Decision.ADMIT, **changed: object) -> GateCheck:
    made = gate.entry(
        goods(), seen, judged, at="2026-11-22T09:00:00+08:00", inspector="Wang", decision=decision, reason="seen"
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def method(*recognised: Authority, unconfirmed: Sequence[str] = ()) -> MethodPack:
    sources = tuple(Sourced(key, "V", "", confirmed=False) for key in unconfirmed)
    return replace(PACKS.methods["gbt-5009-199-2003"], recognised_by=recognised, sources=sources)


def signatures(subject: bool | None = True, witness: bool = False, sampler: bool = True) -> tuple[Signature, ...]:
    """`subject` None: he was not there."""
    hands = [Signature("sampler", "Wang", signed=True)] if sampler else []
    hands += [] if subject is None else [Signature("subject", "Li", signed=subject)]
    return (*hands, *([Signature("witness", "Zhao", signed=True)] if witness else []))


def sample(**changed: object) -> SampleTaken:
    """A complete slip of a supervision sampling."""
    slip = SampleTaken(
        sample_code="S-0001",
        sample_type=SampleType.SUPERVISION,
        scene=Scene.WHOLESALE,
        subject="p100",
        subject_name="Li Xiaoming",
        product="tomato",
        lot="L1",
        origin="新平县",
        taken_at="2026-11-22T08:00:00+08:00",
        sampler="Wang",
        place="Market",
        test_grams=Decimal(500),
        reserve_grams=Decimal(500),
        seals=("A1", "A2"),
        signatures=signatures(),
        task="T1",
    )
    return replace(slip, **changed)  # type: ignore[arg-type]


def test(**changed: object) -> Test:
    made = Test(
        visit="v1",
        run="r1",
        sample_code="S-0001",
        sample_type=SampleType.SELF,
        scene=Scene.BASE,
        subject="s1",
        subject_name="Li",
        product="tomato",
        origin="新平县",
        method="GB/T 5009.199-2003",
        method_confirmed=False,
        device=Device("p", 1, DIGEST, "m", None, "typed"),
        blank=(),
        sample=(),
        value=Decimal(12),
        unit="%",
        verdict=Verdict(Outcome.NEGATIVE, "x/negative", "verdict.negative", {}),
        device_value=None,
        device_verdict=None,
        disagrees=False,
        capture=DIGEST,
        lot="L1",
        stall="12",
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def lot(**changed: object) -> LotDeclared:
    made = LotDeclared("L1", "s1", "tomato", Decimal(100), "kg", "100 kg", "新平县", harvested="2026-11-20")
    return replace(made, **changed)  # type: ignore[arg-type]


def incoming(**changed: object) -> Incoming:
    made = Incoming("v9", "s2", "handwritten", False, "tomato", Decimal(100), "kg", "Li", origin="新平")
    return replace(made, **changed)  # type: ignore[arg-type]


def certificate(**changed: object) -> Certificate:
    made = Certificate(
        number=NUMBER,
        style=1,
        wording="2026-02-01",
        wording_confirmed=False,
        visit="v2",
        subject=Subject("s1", "farmer", "Li", "138", "新平县"),
        presence=Presence.TAIL,
        product="tomato",
        quantity=Decimal(100),
        unit="kg",
        quantity_typed="100 kg",
        origin="新平县",
        date="2026-11-20",
        basis=(),
        tests=(),
        promise=DIGEST,
        text=DIGEST,
        code="",
        clock_trusted=True,
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def correction(**changed: object) -> Correction:
    made = Correction(corrects=7, field="quantity", old="100", new="90", reason="slip of the finger", by="A")
    return replace(made, **changed)  # type: ignore[arg-type]


def disposal(**changed: object) -> Disposal:
    made = Disposal(
        "L1", "s1", "tomato", "destroyed", Decimal(40), "kg", "Market", "A", (5,), pictures=(DIGEST,), witness="B"
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def released(**changed: object) -> LotReleased:
    return replace(LotReleased("L1", Outcome.NEGATIVE, "R1", "County laboratory"), **changed)  # type: ignore[arg-type]
