"""What is wrong with a paper at a gate, fault by fault, and what the fault asks for at least."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from kiosk.rules.certify import incoming
from kiosk.rules.certify.certificate import Wording
from kiosk.rules.certify.incoming import Paper, Seen
from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import GateCheck
from kiosk.rules.oversight.gate_facts import CONDEMNED, Acceptances, Decision, Fault, Goods, Known, Office, Seal, State
from kiosk.rules.ruling import stop, warn
from kiosk.rules.settings import CountySettings


def accepted(seen: Seen, unit: str, checks: Iterable[GateCheck]) -> Acceptances:
    """What came in before on this paper, in whatever order it is told; each check once."""
    same = [check for check in checks if check.decision == Decision.ADMIT and _key(check) == _key(seen)]
    counted = [check.quantity for check in same if check.unit == unit]
    return Acceptances(len(same), sum(counted, Decimal(0)), len(same) - len(counted))


def faults(
    goods: Goods, seen: Seen, today: date, settings: CountySettings, wordings: Sequence[Wording], known: Known
) -> list[Fault]:
    found = [*_void(seen, known), *_trust(seen, known.seal), *_mismatches(goods, seen)]
    found += _weight(goods, seen, settings, known.before)
    if not seen.verified:
        found += [_lacks(part) for part in incoming.lacking(seen, wordings) if part not in goods.package]
    return found + _dates(seen, today, settings, wordings)


def _void(seen: Seen, known: Known) -> list[Fault]:
    if not known.void:
        return []
    if known.void in CONDEMNED:
        ruling = stop("gate/condemned", f"gate.condemned.{known.void}", number=seen.number)
        return [Fault(Decision.REFUSE, ruling, State.VOID, (Office.ORIGIN,))]
    if known.replaced_by:
        ruling = stop("gate/void", "gate.void_replaced", number=seen.number, new=known.replaced_by)
    else:
        ruling = stop("gate/void", "gate.void", number=seen.number)
    return [Fault(Decision.TEST_FIRST, ruling, State.VOID, (Office.ORIGIN,))]


def _trust(seen: Seen, seal: Seal) -> list[Fault]:
    """A certificate need not be ours to be one; what cannot be verified is kept as a picture and says so."""
    if seal is Seal.BROKEN:
        ruling = stop("gate/seal_broken", "gate.seal_broken")
        return [Fault(Decision.REFUSE, ruling, State.ALTERED, (Office.ORIGIN,))]
    if seen.verified:
        return []
    found = []
    if not seen.picture:
        found.append(Fault(Decision.TEST_FIRST, stop("gate/picture", "gate.picture"), State.UNVERIFIABLE))
    if seen.paper is Paper.OTHER_PROOF:
        return [*found, Fault(Decision.TEST_FIRST, warn("gate/other_proof", "gate.other_proof"), State.UNVERIFIABLE)]
    key = "gate.key_unknown" if seal is Seal.KEY_UNKNOWN else "gate.unverified"
    return [*found, Fault(Decision.ADMIT, warn("gate/unverified", key), State.UNVERIFIABLE)]


def _mismatches(goods: Goods, seen: Seen) -> list[Fault]:
    pairs = (
        ("product", seen.product.strip(), goods.product.strip()),
        ("subject", seen.issuer.strip(), goods.producer.strip()),
        ("unit", seen.unit, goods.unit),
    )
    differ = [pair for pair in pairs if pair[1] and pair[2] and pair[1] != pair[2]]
    if not _same_place(seen.origin, goods.origin):
        differ.append(("origin", seen.origin, goods.origin))
    return [_mismatch(part, paper, there) for part, paper, there in differ]


def _mismatch(part: str, paper: str, there: str) -> Fault:
    ruling = stop("gate/not_matching", f"gate.not_matching.{part}", paper=paper, goods=there)
    return Fault(Decision.TEST_FIRST, ruling, State.NOT_MATCHING, (Office.ORIGIN,))


def _same_place(paper: str, goods: str) -> bool:
    """One names the other's place, more or less exactly; an unknown place contradicts nothing."""
    one, other = ("".join(place.split()) for place in (paper, goods))
    return one in other or other in one


def _weight(goods: Goods, seen: Seen, settings: CountySettings, before: Acceptances) -> list[Fault]:
    found = []
    if before.uncounted:
        found.append(Fault(Decision.ADMIT, warn("gate/uncounted", "gate.uncounted", times=str(before.uncounted))))
    if not seen.quantity or seen.unit != goods.unit:
        return found
    most = seen.quantity * (100 + settings.gate_tolerance) / 100
    facts = {"issued": plain(seen.quantity), "before": plain(before.quantity), "unit": goods.unit}
    if before.quantity + goods.quantity > most:
        left = plain(max(most - before.quantity, Decimal(0)))
        ruling = stop("gate/over_issued", "gate.over_issued", **facts, now=plain(goods.quantity), left=left)
        return [*found, Fault(Decision.TEST_FIRST, ruling, State.OVER_ISSUED, (Office.ORIGIN,))]
    if before.times:
        ruling = warn("gate/used_before", "gate.used_before", **facts, times=str(before.times))
        found.append(Fault(Decision.ADMIT, ruling))
    return found


def _lacks(part: str) -> Fault:
    ruling = stop("gate/incomplete", f"gate.lacks.{part}")
    return Fault(Decision.TEST_FIRST, ruling, State.INCOMPLETE, (Office.ORIGIN,))


def _dates(seen: Seen, today: date, settings: CountySettings, wordings: Sequence[Wording]) -> list[Fault]:
    """Age, a day that has not come, and superseded words are remarked on, never more."""
    day = _day(seen.issued_on)
    if day is None:
        return []
    told = []
    age = (today - day).days
    if age > settings.gate_age_days:
        told.append(warn("gate/age", "gate.age", days=str(age), most=str(settings.gate_age_days)))
    if age < 0:
        told.append(warn("gate/dated_ahead", "gate.dated_ahead", date=seen.issued_on))
    form = incoming.form_of(seen, wordings)
    last = None if form is None else form.in_force_to
    if last is not None and day > last and seen.paper is not Paper.OTHER_PROOF:
        told.append(warn("gate/old_form", "gate.old_form", last=last.isoformat()))
    return [Fault(Decision.ADMIT, ruling) for ruling in told]


def _key(paper: GateCheck | Seen) -> tuple[str, ...]:
    """What tells one paper from another: our number, or everything that a paper without one is known by."""
    if paper.paper == Paper.OURS and paper.number:
        return (Paper.OURS, paper.number)
    return (paper.paper, paper.number, paper.issuer, paper.issued_on, paper.product)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
