"""进货查验 at a market's gate: paper and goods, our advice, the inspector's decision, what the law asks to record."""

from dataclasses import replace
from decimal import Decimal

from kiosk.rules.certify.incoming import Paper, Seen
from kiosk.rules.goods.quantity import recorded
from kiosk.rules.oversight import gate
from kiosk.rules.oversight.gate_facts import GROWER, Decision, Goods, Judged, Known
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import amount, at, choice, fit, pictures, task_ask, who
from kiosk.rules.sheets.sheet import Answer, Ask, Draft, Facts, Kind, Made, Particulars, Sheet

PAPERS = (Paper.FOREIGN, Paper.HANDWRITTEN, Paper.OTHER_PROOF)
NONE = "none"
GROWN, BOUGHT = "grown", "bought"
MASSES = ("kg", "jin")
WEIGHED = (*MASSES, "box", "bundle", "head")
SHORT = 40
PHONE = 13
ID_NUMBER = 18


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    known = facts.books.paper(draft.one("code"))
    seen = None if known is None else known[0]
    return (
        *task_ask(draft, facts, "gate"),
        Ask("code", Kind.SCAN, optional=True),
        *(_paper(draft) if seen is None else ()),
        Ask("seller", Kind.NAME, first=_first("" if seen is None else seen.issuer)),
        Ask("stall", Kind.TEXT, optional=True, most=SHORT),
        Ask("product", Kind.PRODUCT, first=_first("" if seen is None else seen.product)),
        Ask("quantity", Kind.NUMBER, units=WEIGHED),
        Ask("origin", Kind.TEXT, most=SHORT, first=_first("" if seen is None else seen.origin)),
        *_decision(draft, facts),
    )


def made(draft: Draft, facts: Facts) -> Made:
    judged, decision, reason = _judged(draft, facts), Decision(draft.one("decision")), draft.one("reason")
    warned = fit(gate.decided(judged, None, decision, reason), {"gate/reason": "reason"}, "decision")
    goods, seen = _goods(draft, facts), _seen(draft, facts)
    checked = gate.entry(goods, seen, judged, at=at(facts), inspector=who(facts), decision=decision, reason=reason)
    entry = replace(checked, task=draft.one("task"))
    grown = draft.one("grower") == GROWN
    missing = () if grown else gate.unrecorded(entry)  # what a grower left is sealed behind this
    told = Particulars(**{part: facts.private[part] for part in GROWER if part in facts.private}) if grown else None
    said, warns = Sentence(f"sheet.gate.said.{decision}"), (*warned, *missing)
    if decision is not Decision.TEST_FIRST:
        return Made((entry,), warned=warns, said=said, particulars=told)
    return Made((entry,), warned=warns, said=said, particulars=told, opens="sampling", known=_known(draft, facts))


def _known(draft: Draft, facts: Facts) -> tuple[Answer, ...]:
    """What the sampling sheet need not ask once more of these goods."""
    seen = draft.all("quantity")
    place = draft.one("stall") or facts.books.place
    return (
        Answer("product", draft.all("product")),
        *((Answer("origin", draft.all("origin")),) if draft.one("origin") else ()),
        *((Answer("place", (place,)),) if place else ()),
        *((Answer("seen", seen),) if seen[1:] and seen[1] in MASSES else ()),
    )


def _paper(draft: Draft) -> tuple[Ask, ...]:
    """No code of ours: what kind of paper it is, what stands on it, and its photograph; or nothing at all."""
    kind = choice("paper", *PAPERS, NONE)
    if not draft.one("paper"):
        return (kind,)
    if draft.one("paper") != NONE:
        return (
            kind,
            Ask("issuer", Kind.NAME, most=SHORT),
            Ask("issued_on", Kind.DAY, optional=True),
            pictures(optional=False),
        )
    grower = choice("grower", GROWN, BOUGHT)
    if draft.one("grower") != GROWN:
        return kind, grower
    return (
        kind,
        grower,
        Ask("id_number", Kind.DIGITS, most=ID_NUMBER, letters=True, private=True),
        Ask("contact", Kind.DIGITS, most=PHONE, private=True),
        Ask("residence", Kind.TEXT, most=SHORT, private=True),
    )


def _decision(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    """Asked once the goods are told: our advice stands above it, another decision needs its reason."""
    if not (draft.one("product") and draft.one("quantity")):
        return ()
    judged = _judged(draft, facts)
    advice = (Sentence(f"sheet.gate.advice.{judged.advice}"), *(ruling.say for ruling in judged.rulings))
    asked = replace(choice("decision", *Decision), text=advice, first=(judged.advice.value,))
    if draft.one("decision") in ("", judged.advice.value):
        return (asked,)
    return asked, Ask("reason", Kind.TEXT, most=80)


def _judged(draft: Draft, facts: Facts) -> Judged:
    known = facts.books.paper(draft.one("code"))
    grower = None
    if draft.one("grower") == GROWN:
        grower = [part for part in GROWER if facts.private.get(part)]
    return gate.judge(
        _goods(draft, facts),
        _seen(draft, facts),
        today=facts.now.date(),
        settings=facts.settings,
        wordings=facts.books.wordings,
        known=Known() if known is None else known[1],
        grower=grower,
    )


def _goods(draft: Draft, facts: Facts) -> Goods:
    quantity, unit, _ = recorded(amount(draft, "quantity")) if draft.one("quantity") else (Decimal(0), "kg", "")
    return Goods(
        market=facts.books.place,
        stall=draft.one("stall"),
        seller=draft.one("seller"),
        product=draft.one("product"),
        quantity=quantity,
        unit=unit,
        origin=draft.one("origin"),
    )


def _seen(draft: Draft, facts: Facts) -> Seen | None:
    known = facts.books.paper(draft.one("code"))
    if known is not None:
        return known[0]
    if draft.one("paper") in ("", NONE):
        return None
    return Seen(
        Paper(draft.one("paper")),
        product=draft.one("product"),
        issuer=draft.one("issuer"),
        origin=draft.one("origin"),
        issued_on=draft.one("issued_on"),
        picture=next(iter(draft.all("pictures")), ""),
    )


def _first(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


SHEET = Sheet("gate", asks, made, frozenset({"inspector"}))
