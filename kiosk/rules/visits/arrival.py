"""Who stands there: the transitions from an idle box to somebody who is known.

A card identifies, it does not authorise (design.md §8).
"""

from dataclasses import replace

from kiosk.rules.certify import certificate
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import Presence, Present, Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.visits.turn import LastTime, Stage, Turn, Visit, VisitRules, moved
from kiosk.rules.visits.visit import asked, goods_known, proof_of, served, tail_of

OF_KIND = {"cooperative": Turn.CLERK, "enterprise": Turn.CLERK, "buyer": Turn.BUYER}
WRONG = {"tail_given": "visit.tail_wrong", "pin_given": "visit.pin_wrong"}
TOO_OFTEN = {"tail_given": "visit.tail_refused", "pin_given": "visit.pin_refused"}


def number_wanted(visit: Visit) -> Visit:
    """No card is at hand, or its code cannot be read: its number is keyed in."""
    return moved(visit, "number_wanted", Stage.KEYING)


def card_shown(
    visit: Visit,
    rules: VisitRules,
    subject: Subject,
    card: str,
    *,
    first_use: bool,
    last: LastTime | None = None,
    keyed: bool = False,
    provisional: bool = False,
) -> Visit:
    """A verified, unrevoked card of a subject in the registry, or, `keyed`, the number of one that nobody has seen.

    `first_use`: never seen at this station. `provisional`: known on this box's word only.
    """
    begun = replace(
        visit,
        turn=OF_KIND.get(subject.kind, Turn.PRODUCER),
        subject=subject,
        card=card,
        keyed=keyed,
        first_use=first_use,
        provisional=provisional,
        origin=subject.origin,
        last=last,
    )
    if certificate.style_of(subject) is None:
        may_not = Sentence("problem.rules.may_not_issue", {"name": card if keyed else subject.name})
        return moved(begun, "card_shown", Stage.STOPPED, may_not)
    if _must_prove(begun, rules):
        return asked(begun, rules, "card_shown")
    return served(replace(begun, presence=Presence.SHOWN), "card_shown")


def come_back(visit: Visit, rules: VisitRules, aside: Visit) -> Visit:
    """The card or slip of a turn that waits aside, for which he had to prove himself: he does so again."""
    known = replace(visit, turn=aside.turn, subject=aside.subject, card=aside.card, provisional=aside.provisional)
    return asked(replace(known, origin=aside.origin, last=aside.last), rules, "card_shown")


def tail_given(visit: Visit, rules: VisitRules, digits: str) -> Visit:
    """The phone tail was keyed in; too many wrong ones end the turn."""
    tail = tail_of(visit)
    if proof_of(visit, rules) is not Proof.TAIL:
        raise OutOfTurn("tail_given", visit.stage)
    if tail and digits == tail:
        return _proved(visit, rules, "tail_given", Presence.TAIL)
    if not tail:
        return moved(visit, "tail_given", visit.stage, Sentence("visit.tail_unknown"))
    return _refused(visit, rules, "tail_given")


def pin_given(visit: Visit, rules: VisitRules, *, right: bool) -> Visit:
    """The PIN of card or badge, compared elsewhere: nobody's PIN stands in a visit."""
    if right:
        return _proved(visit, rules, "pin_given", Presence.PIN)
    return _refused(visit, rules, "pin_given")


def staff_vouched(visit: Visit, rules: VisitRules) -> Visit:
    """Staff know this person, who stands beside them; only where the county allows it. The promise stays his."""
    if not may_vouch(visit, rules):
        raise OutOfTurn("staff_vouched", visit.stage)
    helped = replace(visit, present=Present.HELPED)
    return _proved(helped, rules, "staff_vouched", Presence.STAFF)


def may_vouch(visit: Visit, rules: VisitRules) -> bool:
    return (rules.settings.staff_may_vouch or rules.settings.proof is Proof.STAFF) and visit.turn is not Turn.STAFF


def present_told(visit: Visit, present: Present) -> Visit:
    """Who stands here: the subject, family, somebody with his authority, or he with staff's help."""
    return moved(replace(visit, present=present), "present_told", visit.stage)


def rated(visit: Visit) -> Visit:
    """满意度 was told, once."""
    return moved(replace(visit, rated=True), "rated", visit.stage, visit.notice)


# --- within ---


def _must_prove(visit: Visit, rules: VisitRules) -> bool:
    proof = proof_of(visit, rules)
    return proof in (Proof.PIN, Proof.STAFF) or (proof is Proof.TAIL and (visit.first_use or visit.keyed))


def _refused(visit: Visit, rules: VisitRules, move: str) -> Visit:
    tries = visit.tries + 1
    most = rules.settings.tail_tries
    tried = replace(visit, tries=tries)
    if tries >= most:
        return moved(tried, move, Stage.STOPPED, Sentence(TOO_OFTEN[move]))
    return moved(tried, move, visit.stage, Sentence(WRONG[move], {"left": str(most - tries)}))


def _proved(visit: Visit, rules: VisitRules, move: str, presence: Presence) -> Visit:
    proved = replace(visit, presence=presence, tries=0)
    return served(proved, move) if visit.quantity is None else goods_known(proved, rules, move)
