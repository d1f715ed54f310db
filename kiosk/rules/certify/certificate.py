"""Who may issue a 承诺达标合格证, for what, on which basis, in whose words. The producer promises; we only carry it.

How `confirmed = false` works here: the ground of a certificate is always the producer's own promise under art. 39 of
the law, which was read. Wording that nobody compared with the annex is stored with the entry (`wording_confirmed`) and
shown as 未核实 on screens. A test by an unconfirmed method may be named (自行检测合格) only beside the producer's own
control (质量安全控制符合要求), never alone. `promise.decide` judges a whole case; what is here are its parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.rules.goods.products import Product
from kiosk.rules.messages import Basis, Subject
from kiosk.rules.ruling import Ruling, warn
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.lot import Standing
from kiosk.rules.testing.methods import MethodPack

PRODUCERS = ("farmer", "family_farm", "cooperative", "enterprise")
FIRMS = ("cooperative", "enterprise")  # art. 39: these have to issue, batch by batch
BUYER = "buyer"
PRODUCER_STYLE = 1
BUYER_STYLE = 2


class Field(StrEnum):
    PRODUCT = "product"
    QUANTITY = "quantity"
    ORIGIN = "origin"
    SUBJECT = "subject"
    CONTACT = "contact"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Style:
    """The printed words of one template, in their order."""

    number: int
    title: str
    promise: tuple[str, ...]
    basis_label: str
    bases: tuple[tuple[Basis, str], ...]  # box -> its printed words; old papers have two boxes for one of today
    fields: tuple[tuple[Field, str], ...]  # field -> its printed label


@dataclass(frozen=True, slots=True)
class Wording:
    """One dated wording pack. `printable` is false for superseded papers, which are only recognised."""

    id: str
    in_force_from: date
    in_force_to: date | None
    printable: bool
    confirmed: bool
    sources: tuple[str, ...]
    styles: dict[int, Style]


@dataclass(frozen=True, slots=True)
class Allowed:
    """`offered` are the sets of boxes that may be ticked, plainest first; `unconfirmed` is to be shown as 未核实.

    `titled` False: the product has no statutory certificate, its paper may not carry the title. `rules` allowed it,
    `rulings` are what warned, `tests` are the entries of the tests that may stand behind a box.
    """

    style: int
    offered: tuple[tuple[Basis, ...], ...]
    unconfirmed: tuple[str, ...]
    titled: bool = True
    rules: tuple[str, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    tests: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stopped:
    reason: Sentence
    rule: str = ""
    rulings: tuple[Ruling, ...] = ()  # everything that stops or warns, not only the first


def wording_on(day: date, packs: Sequence[Wording]) -> Wording | None:
    """The wording that is in force on a day: the latest that has begun and has not ended."""
    begun = [pack for pack in packs if pack.in_force_from <= day]
    in_force = [pack for pack in begun if pack.in_force_to is None or day <= pack.in_force_to]
    return max(in_force, key=lambda pack: pack.in_force_from, default=None)


def style_of(subject: Subject) -> int | None:
    """The template of this kind of subject; None when such a subject may not issue at all."""
    if subject.kind in PRODUCERS:
        return PRODUCER_STYLE
    return BUYER_STYLE if subject.kind == BUYER else None


def owed(subject: Subject) -> Ruling | None:
    """Goods are about to leave without a certificate: a farmer is free to, a firm or a buyer is reminded."""
    if subject.kind in FIRMS:
        return warn("certificate/per_batch", "certificate.per_batch", name=subject.name)
    if subject.kind == BUYER:
        return warn("certificate/buyer_mixes", "certificate.buyer_mixes", name=subject.name)
    return None


def may_issue(
    subject: Subject,
    product: Product,
    wording: Wording | None,
    *,
    standing: Standing,
    method: MethodPack | None,
    incoming: Sequence[str] = (),
) -> Allowed | Stopped:
    """Whether this subject may issue for this lot today, and on which bases.

    `incoming` are the numbers of the papers that a buyer collected for the goods of this lot.
    """
    stopped = (
        stopped_by_subject(subject, incoming)
        or stopped_by_product(product)
        or stopped_by_wording(subject, wording)
        or stopped_by_tests(standing)
    )
    if stopped is not None or wording is None:
        return stopped or Stopped(Sentence("problem.rules.no_wording"))
    return Allowed(
        style=style_of(subject) or PRODUCER_STYLE,
        offered=bases(standing, method),
        unconfirmed=_unconfirmed(wording, standing, method),
    )


def stopped_by_subject(subject: Subject, incoming: Sequence[str] = ()) -> Stopped | None:
    style = style_of(subject)
    if style is None:
        return Stopped(Sentence("problem.rules.may_not_issue", {"name": subject.name}))
    if style == BUYER_STYLE and not incoming:
        return Stopped(Sentence("problem.rules.buyer_without_papers", {"name": subject.name}))
    return None


def stopped_by_product(product: Product) -> Stopped | None:
    if product.product_class.certified:
        return None
    return Stopped(Sentence("problem.rules.outside_scope"))


def stopped_by_wording(subject: Subject, wording: Wording | None) -> Stopped | None:
    if wording is None or not wording.printable or style_of(subject) not in wording.styles:
        return Stopped(Sentence("problem.rules.no_wording"))
    return None


def stopped_by_tests(standing: Standing) -> Stopped | None:
    """An invalid test does not stop a lot, it only supports nothing."""
    if standing in (Standing.UNSETTLED, Standing.SUSPECT, Standing.POSITIVE):
        return Stopped(Sentence(f"problem.rules.lot_{standing}"))
    return None


def bases(standing: Standing, method: MethodPack | None) -> tuple[tuple[Basis, ...], ...]:
    """The sets of boxes that a lot in this standing may carry.

    Whether a farmer's test at a shared service point counts as 自行检测 or 委托检测 is not settled by any text
    (domain.md §1.7): his own control comes first, the test is added only when he chooses it.
    """
    offered: tuple[tuple[Basis, ...], ...] = ((Basis.CONTROL,),)
    if standing is not Standing.NEGATIVE or method is None:
        return offered
    offered += ((Basis.CONTROL, Basis.SELF_TEST),)
    return (*offered, (Basis.SELF_TEST,)) if method.confirmed else offered


def fields(style: Style, values: dict[Field, str]) -> tuple[tuple[str, str], ...]:
    """Printed label and value of every field of a template, in the statutory order."""
    return tuple((label, values[field]) for field, label in style.fields)


def ticks(style: Style, basis: Sequence[Basis]) -> tuple[tuple[str, bool], ...]:
    """Every basis of a template in its printed order, and whether its box is ticked."""
    return tuple((words, choice in basis) for choice, words in style.bases)


def promise_text(style: Style) -> str:
    """The promised words, as their digest is taken."""
    return "\n".join(style.promise)


def _unconfirmed(wording: Wording, standing: Standing, method: MethodPack | None) -> tuple[str, ...]:
    told = [] if wording.confirmed else [f"certificate/{wording.id}"]
    if standing is Standing.NEGATIVE and method is not None and not method.confirmed:
        told.append(f"methods/{method.id}")
    return tuple(told)
