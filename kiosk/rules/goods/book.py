"""The book of lots: where goods came from, what was certified, lost and sent on. Entries in, balances out.

A source is a lot or a paper that a buyer took in. What a lot takes from its sources it takes in the order they are
named: the first is used up before the second is touched, what is left stays with the last. So no gram is in two lots.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from kiosk.rules.messages import Certificate, Dispatched, EntryBody, Incoming, Lost, LotDeclared, Voided

NOTHING = Decimal(0)
OURS = "ours"


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate of a lot. `sent`: so much of the lot travelled under it."""

    number: str
    quantity: Decimal
    sent: Decimal = NOTHING
    void: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """One step forward: to whom."""

    to: str
    to_subject: str
    quantity: Decimal
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """So much of a source that went into a lot; `lot` is the other end."""

    lot: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Balance:
    """One lot, or one paper of a buyer, all in one unit. `unfit`: entries of another unit, subject or product."""

    lot: str
    subject: str
    product: str
    unit: str
    declared: Decimal
    origin: str = ""
    parent: str = ""  # split from
    sources: tuple[Draw, ...] = ()  # one step back
    drawn: tuple[Draw, ...] = ()  # into other lots
    papers: tuple[Paper, ...] = ()
    sent: tuple[Sent, ...] = ()
    lost: Decimal = NOTHING
    unfit: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()  # further buyers who took in the same paper

    @property
    def issued(self) -> Decimal:
        """On certificates that stand."""
        return sum((paper.quantity for paper in self.papers if not paper.void), NOTHING)

    @property
    def here(self) -> Decimal:
        """What should still lie there: neither lost, nor part of another lot, nor sent."""
        return self._grown - sum((one.quantity for one in self.sent), NOTHING)

    @property
    def short(self) -> Decimal:
        """More is certified or sent than there was: goods were lost after their certificate."""
        return max(self.issued + self._bare - self._grown, NOTHING)

    def free(self) -> Decimal:
        """What may still be certified, split or merged."""
        return max(self._grown - self.issued - self._bare, NOTHING)

    def paper(self, number: str) -> Paper | None:
        return next((paper for paper in self.papers if paper.number == number), None)

    @property
    def _grown(self) -> Decimal:
        return self.declared - self.lost - sum((draw.quantity for draw in self.drawn), NOTHING)

    @property
    def _bare(self) -> Decimal:
        """Sent without a certificate that stands; such goods can no longer get one."""
        under = sum((min(paper.sent, paper.quantity) for paper in self.papers if not paper.void), NOTHING)
        return sum((one.quantity for one in self.sent), NOTHING) - under


@dataclass(frozen=True, slots=True)
class Book:
    """`lots` by their id or, for papers that a buyer took in, by `reference`; `where`: certificate -> lot."""

    lots: Mapping[str, Balance] = field(default_factory=dict)
    where: Mapping[str, str] = field(default_factory=dict)

    def balance(self, lot: str) -> Balance | None:
        return self.lots.get(lot)

    def of_paper(self, number: str) -> Balance | None:
        """The lot that a certificate was issued for."""
        return self.lots.get(self.where.get(number, ""))


def fold(entries: Iterable[tuple[int, EntryBody]]) -> Book:
    """The book of a whole log: every entry with its seq, in order."""
    pages = _Pages({}, {})
    for seq, entry in entries:
        pages.enter(seq, entry)
    return Book(pages.lots, pages.where)


def entered(book: Book, seq: int, entry: EntryBody) -> Book:
    """The book after one more entry."""
    pages = _Pages(dict(book.lots), dict(book.where))
    pages.enter(seq, entry)
    return Book(pages.lots, pages.where)


def reference(paper: Incoming, seq: int) -> str:
    """How a paper that was taken in is named among sources: ours by its number, any other by its entry.

    Two farmers may both write number 1.
    """
    return paper.number if paper.paper == OURS and paper.number else f"seq:{seq}"


def named_sources(entry: LotDeclared) -> tuple[str, ...]:
    """What a declared lot says that it was made from, in order."""
    return (entry.parent, *entry.sources) if entry.parent else entry.sources


def draws(book: Book, sources: Iterable[str], wanted: Decimal) -> tuple[Draw, ...]:
    """How much of each source `wanted` takes, in the order they are named; less in all when they hold less."""
    taken = []
    for source in dict.fromkeys(sources):
        balance = book.balance(source)
        share = min(wanted, NOTHING if balance is None else balance.free())
        if share > 0:
            taken.append(Draw(source, share))
            wanted -= share
    return tuple(taken)


class _Pages:
    """The book while it is being written."""

    def __init__(self, lots: dict[str, Balance], where: dict[str, str]) -> None:
        self.lots = lots
        self.where = where

    def enter(self, seq: int, entry: EntryBody) -> None:
        match entry:
            case LotDeclared():
                self._declared(entry)
            case Incoming():
                self._taken_in(seq, entry)
            case Certificate():
                self._certified(entry)
            case Voided():
                self._voided(entry)
            case Dispatched():
                self._sent(entry)
            case Lost():
                self._lost(entry)

    def _declared(self, entry: LotDeclared) -> None:
        fresh = Balance(entry.lot, entry.subject, entry.product, entry.unit, NOTHING, entry.origin)
        balance = self._fitting(entry.lot, entry, fresh)
        if balance is None:
            return
        named = named_sources(entry)
        taken = self._taken(entry, named)
        grown = sum((draw.quantity for draw in taken), NOTHING) if named else entry.quantity
        self.lots[entry.lot] = replace(
            balance,
            declared=balance.declared + grown,
            parent=balance.parent or entry.parent,
            sources=(*balance.sources, *taken),
        )

    def _taken(self, entry: LotDeclared, named: Iterable[str]) -> tuple[Draw, ...]:
        """What the sources give, noted on their pages; a source in another unit gives nothing."""
        alike = [one for one in named if one in self.lots and self.lots[one].unit == entry.unit]
        taken = draws(Book(self.lots, self.where), alike, entry.quantity)
        for draw in taken:
            source = self.lots[draw.lot]
            self.lots[draw.lot] = replace(source, drawn=(*source.drawn, Draw(entry.lot, draw.quantity)))
        return taken

    def _taken_in(self, seq: int, entry: Incoming) -> None:
        """A paper of ours that is shown twice, or to two buyers, holds its quantity once."""
        ref = reference(entry, seq)
        page = self.lots.get(ref)
        if page is not None:
            if entry.receiver not in (page.subject, *page.holders):
                self.lots[ref] = replace(page, holders=(*page.holders, entry.receiver))
        elif entry.quantity is not None:
            self.lots[ref] = Balance(ref, entry.receiver, entry.product, entry.unit, entry.quantity, entry.origin)

    def _certified(self, entry: Certificate) -> None:
        balance = self._fitting(entry.lot, entry)
        if balance is None or entry.number in self.where:
            return
        self.where[entry.number] = entry.lot
        self.lots[entry.lot] = replace(balance, papers=(*balance.papers, Paper(entry.number, entry.quantity)))

    def _voided(self, entry: Voided) -> None:
        balance = Book(self.lots, self.where).of_paper(entry.number)
        if balance is not None:
            papers = tuple(
                replace(paper, void=True) if paper.number == entry.number else paper for paper in balance.papers
            )
            self.lots[balance.lot] = replace(balance, papers=papers)

    def _sent(self, entry: Dispatched) -> None:
        balance = self._fitting(entry.lot, entry)
        if balance is None:
            return
        papers = tuple(
            replace(paper, sent=paper.sent + entry.quantity) if paper.number == entry.certificate else paper
            for paper in balance.papers
        )
        sent = Sent(entry.to, entry.to_subject, entry.quantity, entry.certificate)
        self.lots[entry.lot] = replace(balance, papers=papers, sent=(*balance.sent, sent))

    def _lost(self, entry: Lost) -> None:
        balance = self._fitting(entry.lot, entry)
        if balance is not None:
            self.lots[entry.lot] = replace(balance, lost=balance.lost + entry.quantity)

    def _fitting(
        self, lot: str, entry: LotDeclared | Certificate | Dispatched | Lost, fresh: Balance | None = None
    ) -> Balance | None:
        """The page of this lot; None when there is none, or when the entry does not fit it, which is noted."""
        balance = self.lots.get(lot, fresh)
        if balance is None:
            return None
        fits = balance.unit == entry.unit
        if isinstance(entry, LotDeclared):
            fits = fits and (balance.subject, balance.product) == (entry.subject, entry.product)
        if not fits:
            self.lots[lot] = replace(balance, unfit=(*balance.unfit, entry.kind))
        return balance if fits else None
