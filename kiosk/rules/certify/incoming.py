"""Papers that a buyer collects: what is on them, what they lack, whether anybody could verify them. All are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kiosk.rules.certify.certificate import Field, Style, Wording, wording_on
from kiosk.rules.messages import Basis, Incoming
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.sentence import Sentence

PROMISE, BASIS = "promise", "basis"  # what a certificate says beside its fields
NAMED = (Field.PRODUCT, Field.SUBJECT)  # without these a paper proves nothing for any goods


class Paper(StrEnum):
    OURS = "ours"
    FOREIGN = "foreign"  # another system's code
    HANDWRITTEN = "handwritten"
    OTHER_PROOF = "other_proof"  # 其他质量安全合格证明: quarantine certificate, laboratory report …


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read off a paper; what does not stand on it is empty. `form`: the wording it follows, where known."""

    paper: Paper
    product: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    issuer: str = ""
    contact: str = ""
    origin: str = ""
    issued_on: str = ""  # ISO date
    number: str = ""
    picture: str = ""  # SHA-256
    style: int = 1
    promise: bool = False  # 承诺内容 stands on it
    basis: bool = False  # a box of 承诺依据 is ticked
    verified: bool = False  # by our own check of its seal
    form: str = ""


def form_of(seen: Seen, wordings: Sequence[Wording]) -> Wording | None:
    """The wording that a paper follows: the one it was recognised by, else that of its date, else the newest."""
    named = next((wording for wording in wordings if wording.id == seen.form), None)
    day = _day(seen.issued_on)
    dated = wording_on(day, wordings) if day is not None else None
    return named or dated or max(wordings, key=lambda wording: wording.in_force_from, default=None)


def lacking(seen: Seen, wordings: Sequence[Wording]) -> tuple[str, ...]:
    """The statutory parts that the paper should have by the words of its own date, and has not."""
    there: dict[str, object] = {
        Field.PRODUCT: seen.product.strip(),
        Field.QUANTITY: seen.quantity,
        Field.ORIGIN: seen.origin.strip(),
        Field.SUBJECT: seen.issuer.strip(),
        Field.CONTACT: seen.contact.strip(),
        Field.DATE: _day(seen.issued_on),
        PROMISE: seen.promise,
        BASIS: seen.basis,
    }
    return tuple(part for part in _wanted(seen, wordings) if not there[part])


def superseded(seen: Seen, wordings: Sequence[Wording]) -> bool:
    """A paper of the 2019 or 2021 form: recognised, never printed by us."""
    form = form_of(seen, wordings)
    return seen.paper is not Paper.OTHER_PROOF and form is not None and not form.printable


def judge(
    seen: Seen, receiver: str, today: date, wordings: Sequence[Wording], earlier: Iterable[Incoming] = (), *, void: bool
) -> tuple[Ruling, ...]:
    """Whether a paper may be taken in. `earlier`: papers taken in here; `void`: by our record or the county's list."""
    return (
        *_void(seen, void=void),
        *_lacks(seen, wordings),
        *_verified(seen),
        *_dates(seen, today, wordings),
        *_again(seen, receiver, earlier),
    )


def for_goods(paper: Incoming, product: str) -> Ruling | None:
    """A paper that is named as a source of goods of `product`."""
    if paper.product == product:
        return None
    return stop("incoming/other_product", "incoming.other_product", paper=paper.product, goods=product)


def state(paper: Incoming) -> Sentence:
    """What is shown beside it: verified, or 已留存，未能验证."""
    return Sentence("incoming.verified" if paper.verified else "incoming.kept")


def taken(seen: Seen, receiver: str, visit: str, wordings: Sequence[Wording], lot: str = "") -> Incoming:
    """The entry of a paper that was taken in."""
    return Incoming(
        visit=visit,
        receiver=receiver,
        paper=seen.paper,
        verified=seen.verified,
        product=seen.product,
        quantity=seen.quantity,
        unit=seen.unit,
        issuer=seen.issuer,
        number=seen.number,
        contact=seen.contact,
        origin=seen.origin,
        issued_on=seen.issued_on,
        picture=seen.picture,
        lot=lot,
        missing=lacking(seen, wordings),
        superseded=superseded(seen, wordings),
    )


def _wanted(seen: Seen, wordings: Sequence[Wording]) -> tuple[str, ...]:
    """Other proof is no certificate: it names goods and giver. The pilot of 2019 had no box that must be ticked."""
    form = form_of(seen, wordings)
    if seen.paper is Paper.OTHER_PROOF or form is None:
        return NAMED
    style = _style(form, seen.style)
    fields = tuple(field for field, _ in style.fields)
    boxed = any(basis is Basis.CONTROL for basis, _ in style.bases)
    return (*fields, PROMISE, BASIS) if boxed else (*fields, PROMISE)


def _style(form: Wording, number: int) -> Style:
    """Papers before 2026 have one form for everybody."""
    return form.styles.get(number) or form.styles[min(form.styles)]


def _void(seen: Seen, *, void: bool) -> list[Ruling]:
    return [stop("incoming/void", "incoming.void", number=seen.number)] if void else []


def _lacks(seen: Seen, wordings: Sequence[Wording]) -> list[Ruling]:
    parts = lacking(seen, wordings)
    unnamed = [stop("incoming/unnamed", f"incoming.lacks.{part}") for part in parts if part in NAMED]
    return unnamed + [warn("incoming/lacks", f"incoming.lacks.{part}") for part in parts if part not in NAMED]


def _verified(seen: Seen) -> list[Ruling]:
    if seen.verified:
        return []
    picture = [] if seen.picture else [stop("incoming/picture", "incoming.picture")]
    return [*picture, warn("incoming/kept", "incoming.kept")]


def _dates(seen: Seen, today: date, wordings: Sequence[Wording]) -> list[Ruling]:
    day = _day(seen.issued_on)
    if day is None:
        return []
    first = min((wording.in_force_from for wording in wordings), default=day)
    if day > today or (day < first and seen.paper is not Paper.OTHER_PROOF):
        return [warn("incoming/day", "incoming.day", told=seen.issued_on, first=first.isoformat())]
    if not superseded(seen, wordings):
        return []
    form = form_of(seen, wordings)
    last = None if form is None else form.in_force_to
    if last is not None and day > last:
        return [warn("incoming/old_form", "incoming.old_form", told=seen.issued_on, last=last.isoformat())]
    return [warn("incoming/superseded", "incoming.superseded", told=seen.issued_on)]


def _again(seen: Seen, receiver: str, earlier: Iterable[Incoming]) -> list[Ruling]:
    same = [paper for paper in earlier if _is_same(seen, paper)]
    if any(paper.receiver == receiver for paper in same):
        return [stop("incoming/twice", "incoming.twice", number=seen.number)]
    if same:
        return [warn("incoming/elsewhere", "incoming.elsewhere", number=seen.number)]
    return []


def _is_same(seen: Seen, paper: Incoming) -> bool:
    """By its number and giver; a paper without a number by its picture, or by everything that stands on it."""
    if seen.number or paper.number:
        return (seen.number, seen.issuer) == (paper.number, paper.issuer)
    if seen.picture and seen.picture == paper.picture:
        return True
    told = (seen.issuer, seen.product, seen.quantity, seen.unit, seen.issued_on)
    return told == (paper.issuer, paper.product, paper.quantity, paper.unit, paper.issued_on)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
