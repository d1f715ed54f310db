"""Lots, papers and cases as tests need them: a whole farmer's case that is in order; only what differs is said."""

import string
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache

from kiosk.pack import Packs, load_packs
from kiosk.rules.certify.case import Case, Evidence
from kiosk.rules.certify.certificate import Wording
from kiosk.rules.certify.incoming import Paper, Seen
from kiosk.rules.goods.book import Balance, Book, fold
from kiosk.rules.goods.products import Product, ProductClass
from kiosk.rules.goods.quantity import Quantity, Unit, parse
from kiosk.rules.messages import (
    Certificate,
    Dispatched,
    EntryBody,
    Incoming,
    Lost,
    LotDeclared,
    Outcome,
    Presence,
    Present,
    Subject,
    Voided,
)
from kiosk.rules.ruling import Effect, Ruling
from kiosk.rules.testing.lot import Standing
from kiosk.words import Words, load_words

BEIJING = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=BEIJING)
DIGEST = "ab" * 32
OF_EFFECT = {Effect.STOP: "refused", Effect.WARN: "warned"}
LI = Subject("s1", "farmer", "Li", "138 0000 4321", "Xinping", products=("tomato",))
NEGATIVE = Evidence(7, "s1", "tomato", "A", Outcome.NEGATIVE, NOON - timedelta(hours=1), "m", method_confirmed=True)


@cache
def words(language: str) -> Words:
    return load_words(language)


@cache
def packs() -> Packs:
    return load_packs()


def wordings() -> tuple[Wording, ...]:
    return packs().wordings


def wording(name: str = "2026-02-01") -> Wording:
    return next(one for one in wordings() if one.id == name)


def tomato() -> Product:
    return packs().products["tomato"]


def rice() -> Product:
    return Product("rice", {"zh": "rice", "en": "Rice"}, ProductClass.OUTSIDE, Unit.KG, "*")


def told(found: Iterable[Ruling | None] | Ruling | None, rule: str) -> str:
    """What these rulings say by one rule, in the words of the worked tables; each can be said in both languages."""
    each = [found] if found is None or isinstance(found, Ruling) else found
    spoken = [said(one) for one in each if one is not None]
    return next((OF_EFFECT[one.effect] for one in spoken if one.rule == rule), "allowed")


def said(ruling: Ruling) -> Ruling:
    """The ruling, after it was said in both languages with no fact missing and none too many."""
    for language in ("zh", "en"):
        words(language).say(ruling.say.key, **ruling.say.facts)
    blanks = {name for _, name, _, _ in string.Formatter().parse(words("zh")._sentences[ruling.say.key]) if name}
    if ruling.say.facts.keys() - blanks:
        raise LookupError(f"{ruling.say.key} does not tell {ruling.say.facts.keys() - blanks}")
    return ruling


def declared(
    lot: str = "A",
    amount: str = "100",
    unit: str = "kg",
    *,
    subject: str = "s1",
    product: str = "tomato",
    parent: str = "",
    sources: tuple[str, ...] = (),
) -> LotDeclared:
    typed = f"{amount} {unit}"
    return LotDeclared(lot, subject, product, Decimal(amount), unit, typed, "Xinping", parent=parent, sources=sources)


def incoming(
    number: str = "P1", amount: str = "100", *, receiver: str = "b1", paper: str = "ours", unit: str = "kg"
) -> Incoming:
    return Incoming("v", receiver, paper, paper == "ours", "tomato", Decimal(amount), unit, "Li", number)


def certificate(number: str = "C1", amount: str = "60", lot: str = "A", unit: str = "kg") -> Certificate:
    return Certificate(
        number=number, style=1, wording="2026-02-01", wording_confirmed=False, visit="v", subject=LI,
        presence=Presence.TAIL, product="tomato", quantity=Decimal(amount), unit=unit,
        quantity_typed=f"{amount} {unit}", origin="Xinping", date="2026-11-22", basis=(), tests=(), promise=DIGEST,
        text=DIGEST, code="", clock_trusted=True, lot=lot,
    )  # fmt: skip


def voided(number: str = "C1", reason: str = "wrong_quantity", paper: str = "taken_back", note: str = "") -> Voided:
    return Voided(number, reason, "Li", paper, note=note)


def sent(amount: str = "10", lot: str = "A", certificate: str = "", unit: str = "kg", to: str = "market") -> Dispatched:
    return Dispatched(lot, Decimal(amount), unit, f"{amount} {unit}", to, certificate=certificate)


def lost(amount: str = "10", lot: str = "A", unit: str = "kg") -> Lost:
    return Lost(lot, Decimal(amount), unit, f"{amount} {unit}", "rotten")


def book(*entries: EntryBody) -> Book:
    return fold(enumerate(entries, start=1))


def balance(*entries: EntryBody, lot: str = "A") -> Balance:
    found = book(*entries).balance(lot)
    if found is None:
        raise LookupError(lot)
    return found


def span(text: str) -> timedelta:
    """`24:00:01`: hours, minutes, seconds."""
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def amount(text: str) -> Quantity:
    return parse(text)


def case(**changed: object) -> Case:
    """A farmer's negative lot of 100 kg, nothing ticked yet."""
    whole = Case(
        subject=LI,
        product=tomato(),
        lot="A",
        quantity=parse("40 kg"),
        balance=balance(declared()),
        now=NOON,
        wording=wording(),
        settings=packs().settings,
        standing=Standing.NEGATIVE,
        presence=Presence.TAIL,
        present=Present.SELF,
        tests=(NEGATIVE,),
        batch=frozenset({"A"}),
        covered=True,
        drugs_known=True,
    )
    return replace(whole, **changed)  # type: ignore[arg-type]


def seen(**changed: object) -> Seen:
    """A whole handwritten certificate of today's form, with its picture."""
    whole = Seen(
        paper=Paper.HANDWRITTEN, product="tomato", quantity=Decimal(50), unit="kg", issuer="Li", contact="138",
        origin="Xinping", issued_on="2026-11-22", number="7", picture=DIGEST, promise=True, basis=True,
    )  # fmt: skip
    return replace(whole, **changed)  # type: ignore[arg-type]
