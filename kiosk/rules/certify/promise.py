"""Whether this promise may be given: one case in, allowed or stopped out, with the name of every rule that spoke."""

from kiosk.rules.certify import basis
from kiosk.rules.certify.case import Case
from kiosk.rules.certify.certificate import BUYER, PRODUCER_STYLE, Allowed, Stopped, style_of
from kiosk.rules.goods import ledger
from kiosk.rules.messages import Basis, Presence, Present
from kiosk.rules.ruling import Ruling, first_stop, stop, warn
from kiosk.rules.testing.lot import Standing

BOX_RULES = {
    Basis.CONTROL: "certificate/control",
    Basis.SELF_TEST: "certificate/self_test",
    Basis.COMMISSIONED_TEST: "certificate/commissioned",
}


def decide(case: Case) -> Allowed | Stopped:
    """With `case.basis` empty: what may be offered. With ticked boxes: whether this very certificate may be issued."""
    rulings = _rulings(case)
    first = first_stop(rulings)
    if first is not None:
        return Stopped(first.say, first.rule, rulings)
    return Allowed(
        style=style_of(case.subject) or PRODUCER_STYLE,
        offered=basis.offered(case),
        unconfirmed=_unconfirmed(case),
        titled=case.product.product_class.certified,
        rules=_allowing(case),
        rulings=rulings,
        tests=tuple(test.seq for test in basis.good_tests(case)),
    )


def _rulings(case: Case) -> tuple[Ruling, ...]:
    return (
        *_who(case),
        *_there(case),
        *_what(case),
        *_tested(case),
        *ledger.may_certify(case.balance, case.quantity),
        *basis.ticked(case),
        *case.others,
    )


def _who(case: Case) -> list[Ruling]:
    subject = case.subject
    if style_of(subject) is None:
        return [stop("certificate/issuer", "problem.rules.may_not_issue", name=subject.name)]
    if subject.kind == BUYER and not case.proofs.incoming:
        return [stop("certificate/buyer_papers", "problem.rules.buyer_without_papers", name=subject.name)]
    if case.provisional and not case.settings.newcomer_may_issue:
        return [stop("certificate/newcomer", "certificate.newcomer_waits", name=subject.name)]
    return []


def _there(case: Case) -> list[Ruling]:
    """Staff may help; the promise is the producer's, who stands there. Who is taken in now is known by staff only."""
    if case.presence is not Presence.STAFF or case.provisional:
        return []
    if not case.settings.staff_may_vouch:
        return [stop("certificate/staff_vouch", "certificate.staff_vouch")]
    if case.present is not Present.HELPED:
        return [stop("certificate/staff_alone", "certificate.staff_alone")]
    return []


def _what(case: Case) -> list[Ruling]:
    """A product outside the seven classes gets no title, so that it needs no wording either."""
    if not case.product.product_class.certified:
        return [warn("certificate/class", "certificate.untitled")]
    wording = case.wording
    in_force = wording is not None and wording.in_force_from <= case.today
    if wording is None or not in_force or (wording.in_force_to is not None and case.today > wording.in_force_to):
        return [stop("certificate/wording", "problem.rules.no_wording")]
    if not wording.printable or style_of(case.subject) not in wording.styles:
        return [stop("certificate/wording", "problem.rules.no_wording")]
    return []


def _tested(case: Case) -> list[Ruling]:
    """A positive or suspect stops this lot; an invalid test only supports nothing."""
    if case.standing in (Standing.UNSETTLED, Standing.SUSPECT, Standing.POSITIVE):
        return [stop("certificate/standing", f"problem.rules.lot_{case.standing}")]
    return []


def _allowing(case: Case) -> tuple[str, ...]:
    names = ["certificate/issuer", "certificate/standing", "lot/over_issue"]
    if case.subject.kind == BUYER:
        names.append("certificate/buyer_papers")
    if case.product.product_class.certified:
        names += ["certificate/class", "certificate/wording"]
    return (*names, *(BOX_RULES[box] for box in case.basis))


def _unconfirmed(case: Case) -> tuple[str, ...]:
    told = [] if case.wording is None or case.wording.confirmed else [f"certificate/{case.wording.id}"]
    methods = [test.method for test in basis.good_tests(case) if not test.method_confirmed]
    return (*told, *(f"methods/{method}" for method in dict.fromkeys(methods)))
