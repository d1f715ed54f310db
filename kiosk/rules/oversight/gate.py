"""What a market's gate makes of goods and their paper: state, advice, who has to hear. The inspector decides.

Every fault names the least that it asks for and the strictest wins, so that a further fault never improves the advice.
What only waits for a test is lifted by a pass; a test by an unconfirmed method lifts nothing.
"""

from collections.abc import Sequence
from datetime import date

from kiosk.rules.certify.certificate import Wording
from kiosk.rules.certify.incoming import Paper, Seen
from kiosk.rules.messages import GateCheck, Outcome
from kiosk.rules.oversight import gate_paper
from kiosk.rules.oversight.gate_facts import ART_37, GROWER, Decision, Fault, Goods, Judged, Known, Screened, State
from kiosk.rules.ruling import Ruling, findings, stop, warn
from kiosk.rules.settings import CountySettings

# What the law asks to be on record of every check (domain.md §1.6), by the names of the entry.
ALWAYS = ("at", "market", "seller", "product", "quantity", "unit", "origin", "inspector")
NO_PAPER = "none"
NO_WORDS = Seen(Paper.OTHER_PROOF)
OF_A_PAPER = ("issuer", "issued_on")


def judge(
    goods: Goods,
    seen: Seen | None,
    *,
    today: date,
    settings: CountySettings,
    wordings: Sequence[Wording],
    known: Known | None = None,
    grower: Sequence[str] | None = None,
    tested: Screened | None = None,
) -> Judged:
    """Advice for one load. `seen` None: no paper; `grower`: what of GROWER a self-grown seller left, else None."""
    known = Known() if known is None else known
    paper = _without(grower) if seen is None else gate_paper.faults(goods, seen, today, settings, wordings, known)
    faults = [*paper, *_test(tested, settings)]
    offices = {str(office) for fault in faults for office in fault.offices}
    return Judged(
        state=min((fault.state for fault in faults), key=list(State).index, default=State.VALID),
        advice=_advice(faults, tested),
        rulings=tuple(fault.ruling for fault in faults),
        offices=tuple(sorted(offices)),
    )


def decided(judged: Judged, tested: Screened | None, decision: Decision, reason: str) -> tuple[Ruling, ...]:
    """Whether the inspector's decision may be recorded: another one than advised needs a reason."""
    failed = tested is not None and tested.outcome is Outcome.POSITIVE
    if failed and decision is Decision.ADMIT:
        return (stop("gate/failed_stays_out", "gate.failed_stays_out"),)
    if decision is not judged.advice and not reason.strip():
        return (stop("gate/reason", f"gate.reason.{judged.advice}"),)
    return ()


def entry(
    goods: Goods,
    seen: Seen | None,
    judged: Judged,
    *,
    at: str,
    inspector: str,
    decision: Decision,
    reason: str = "",
    tested: Screened | None = None,
    sealed: str = "",
    id_tail: str = "",
    person: str = "",
) -> GateCheck:
    """The check as it is recorded. `sealed`, `id_tail`, `person`: of a self-grown seller (kiosk.private_data)."""
    words = NO_WORDS if seen is None else seen
    return GateCheck(
        at=at,
        market=goods.market,
        stall=goods.stall,
        seller=goods.seller,
        product=goods.product,
        quantity=goods.quantity,
        unit=goods.unit,
        origin=goods.origin,
        paper=NO_PAPER if seen is None else seen.paper.value,
        number=words.number,
        issuer=words.issuer,
        issued_on=words.issued_on,
        state=judged.state.value,
        advice=judged.advice.value,
        decision=decision.value,
        reason=reason.strip(),
        inspector=inspector,
        findings=findings(judged.rulings),
        picture=words.picture,
        test=None if tested is None else tested.seq,
        sealed=sealed,
        id_tail=id_tail,
        alarmed=judged.offices,
        person=person,
    )


def unrecorded(check: GateCheck) -> tuple[Ruling, ...]:
    """What the record of a check lacks, one reminder for each name."""
    wanted = list(ALWAYS)
    if check.paper != NO_PAPER:
        wanted += OF_A_PAPER
        wanted.append("number" if check.paper == Paper.OURS else "picture")
    elif check.decision != Decision.REFUSE:
        wanted += ["sealed", "test"] if check.decision == Decision.ADMIT else ["sealed"]
    missing = [name for name in wanted if getattr(check, name) in ("", None, 0)]
    return tuple(warn("gate/record", f"gate.record.{name}") for name in missing)


def _advice(faults: Sequence[Fault], tested: Screened | None) -> Decision:
    strictest = max((fault.least for fault in faults), key=list(Decision).index, default=Decision.ADMIT)
    passed = tested is not None and tested.outcome is Outcome.NEGATIVE and tested.confirmed
    return Decision.ADMIT if passed and strictest is Decision.TEST_FIRST else strictest


def _without(grower: Sequence[str] | None) -> list[Fault]:
    if grower is None:
        return [Fault(Decision.REFUSE, stop("gate/no_paper", "gate.no_paper"), State.NONE)]
    missing = [part for part in GROWER if part not in grower]
    if missing:
        return [Fault(Decision.REFUSE, stop("gate/grower", f"gate.grower.{part}"), State.NONE) for part in missing]
    return [Fault(Decision.TEST_FIRST, warn("gate/self_grown", "gate.self_grown"), State.NONE)]


def _test(tested: Screened | None, settings: CountySettings) -> list[Fault]:
    if tested is None:
        return []
    faults = [] if tested.national else [Fault(Decision.ADMIT, warn("gate/method", "gate.method"))]
    if tested.outcome is Outcome.POSITIVE:
        offices = (*ART_37, *settings.gate_alarms)
        return [*faults, Fault(Decision.REFUSE, stop("gate/failed", "gate.failed"), offices=offices)]
    if tested.outcome is Outcome.SUSPECT:
        return [*faults, Fault(Decision.TEST_FIRST, stop("gate/suspect", "gate.suspect"))]
    if tested.outcome is Outcome.INVALID:
        return [*faults, Fault(Decision.ADMIT, warn("gate/test_invalid", "gate.test_invalid"))]
    if not tested.confirmed:
        return [*faults, Fault(Decision.ADMIT, warn("gate/test_unconfirmed", "gate.test_unconfirmed"))]
    return faults
