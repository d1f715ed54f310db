"""The worked rows of `packs/rules/gate.toml`: a gate with one thing changed, put to the real rules."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kiosk.pack import load_packs
from kiosk.rules.certify.incoming import Paper, Seen
from kiosk.rules.messages import Outcome
from kiosk.rules.oversight import gate
from kiosk.rules.oversight.gate_facts import Acceptances, Decision, Goods, Judged, Known, Screened, Seal
from tests.support import oversight as made

Given = dict[str, str]
CLAUSES = tuple(name for name in load_packs().rules if name.startswith("gate/"))
ASKED = ("gate/failed_stays_out", "gate/reason")


def _goods(given: Given) -> Goods:
    return made.goods(
        product=given.get("goods_product", "tomato"),
        quantity=Decimal(given.get("now", "100")),
        unit=given.get("goods_unit", "kg"),
        origin=given.get("goods_origin", "新平县"),
        producer=given.get("producer", ""),
        package=tuple(given.get("package", "").split()),
    )


def _seen(given: Given) -> Seen | None:
    paper = given.get("paper", "ours")
    if paper == "none":
        return None
    seal = given.get("seal", "good" if paper == "ours" else "none")
    return made.ours(
        paper=Paper(paper),
        verified=seal == "good",
        product=given.get("product", "tomato"),
        unit=given.get("unit", "kg"),
        issuer=given.get("issuer", "s1"),
        contact=given.get("contact", "138"),
        origin=given.get("origin", "新平县"),
        issued_on=given.get("issued_on", "2026-11-20"),
        picture=made.DIGEST if given.get("picture") == "yes" else "",
        form=given.get("form", ""),
    )


def _known(given: Given) -> Known:
    before = Acceptances(
        int(given.get("times", "0")), Decimal(given.get("before", "0")), int(given.get("uncounted", "0"))
    )
    seal = Seal(given["seal"]) if given.get("seal", "good") != "good" else Seal.NONE
    return Known(seal, given.get("void", ""), given.get("replaced_by", ""), before)


def _tested(given: Given) -> Screened | None:
    if "test" not in given:
        return None
    yes = {name: given.get(name, "yes") == "yes" for name in ("confirmed", "national")}
    return made.screened(Outcome(given["test"]), **yes)


def _judged(given: Given) -> Judged:
    return gate.judge(
        _goods(given),
        _seen(given),
        today=date.fromisoformat(given.get("today", "2026-11-22")),
        settings=replace(made.SETTINGS, gate_tolerance=Decimal(given.get("tolerance", "0"))),
        wordings=made.WORDINGS,
        known=_known(given),
        grower=given["grower"].split() if "grower" in given else None,
        tested=_tested(given),
    )


def _advised(rule: str) -> Callable[[Given], str]:
    def advised(given: Given) -> str:
        judged = _judged(given)
        return f"{judged.advice}, told" if rule in made.rules(judged.rulings) else str(judged.advice)

    return advised


def _decided(rule: str) -> Callable[[Given], str]:
    def decided(given: Given) -> str:
        decision = Decision(given["decision"])
        return made.told(gate.decided(_judged(given), _tested(given), decision, given.get("reason", "")), rule)

    return decided


def _recorded(given: Given) -> str:
    check = gate.entry(
        _goods(given),
        _seen(given),
        _judged(given),
        at="2026-11-22T09:00:00+08:00",
        inspector=given.get("inspector", "Wang"),
        decision=Decision(given.get("decision", "admit")),
        tested=_tested(given),
    )
    return " ".join(one.say.key.removeprefix("gate.record.") for one in gate.unrecorded(check)) or "complete"


WORKED: dict[str, Callable[[Given], str]] = {
    **{rule: _advised(rule) for rule in CLAUSES if rule not in (*ASKED, "gate/record")},
    **{rule: _decided(rule) for rule in ASKED},
    "gate/record": _recorded,
}
