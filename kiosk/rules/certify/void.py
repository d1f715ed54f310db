"""开错了: a certificate is taken back, never deleted and never un-voided; a new one names the one that it replaces."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import Certificate, Voided
from kiosk.rules.ruling import Ruling, stop, warn

WITHOUT_SUBJECT = ("positive", "spoiled")  # reasons for which staff need not wait for him to come back


@dataclass(frozen=True, slots=True)
class Issued:
    """A recorded certificate and what is known of it since. `accepted`: at a gate, or taken in by a buyer."""

    number: str
    subject: str
    product: str
    lot: str
    quantity: Decimal
    unit: str
    void: bool = False
    printed: bool = True  # a copy is, or may be, in somebody's hands
    accepted: bool = False
    sent: Decimal = Decimal(0)  # so much of the lot travelled under it
    replaced_by: str = ""

    @property
    def freed(self) -> Decimal:
        """What may be certified again once it is void: goods that have gone do not come back."""
        return max(self.quantity - self.sent, Decimal(0))


def may_void(issued: Issued, voided: Voided, *, subject_present: str) -> tuple[Ruling, ...]:
    """`subject_present`: id of the subject whose turn this is, empty when staff act alone."""
    if issued.void:
        return (stop("void/once", "void.once", number=issued.number),)
    return (*_by_whom(issued, voided, subject_present), *_paper(issued, voided), *_gone(issued))


def may_replace(issued: Issued, new: Certificate) -> Ruling | None:
    """A re-issue in place of a void certificate."""
    if not issued.void:
        return stop("void/replaces_void", "void.replaces_void", number=issued.number)
    if issued.subject != new.subject.id:
        return stop("void/replaces_own", "void.replaces_own", number=issued.number)
    if issued.replaced_by:
        return stop("void/replaces_once", "void.replaces_once", number=issued.number, new=issued.replaced_by)
    return None


def after_positive(issued: Iterable[Issued], lots: Collection[str]) -> tuple[Ruling, ...]:
    """A lot turned positive: its standing certificates, one reminder each. `lots` are all that it stops."""
    standing = [one for one in issued if one.lot in lots and not one.void]
    return tuple(
        warn("void/positive", "void.positive", number=one.number, quantity=plain(one.quantity), unit=one.unit)
        for one in standing
    )


def _by_whom(issued: Issued, voided: Voided, subject_present: str) -> list[Ruling]:
    rulings = []
    if subject_present != issued.subject and (subject_present or voided.reason not in WITHOUT_SUBJECT):
        rulings.append(stop("void/by", "void.by", number=issued.number))
    if voided.reason == "other" and not voided.note.strip():
        rulings.append(stop("void/note", "void.note"))
    return rulings


def _paper(issued: Issued, voided: Voided) -> list[Ruling]:
    if voided.paper == "not_printed" and issued.printed:
        return [stop("void/paper", "void.paper_printed", number=issued.number)]
    if voided.paper == "missing":
        return [warn("void/paper", "void.paper_missing", number=issued.number)]
    return []


def _gone(issued: Issued) -> list[Ruling]:
    """The goods or the paper are elsewhere already: voiding is right, and somebody has to be told."""
    rulings = []
    if issued.accepted:
        rulings.append(warn("void/accepted", "void.accepted", number=issued.number))
    if issued.sent > 0:
        rulings.append(warn("void/sent", "void.sent", sent=plain(issued.sent), unit=issued.unit))
    return rulings
