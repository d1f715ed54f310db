"""Which certificates rest on an entry that is corrected, looked up in the tables. Reads only."""

from kiosk.contract import ContractError, read
from kiosk.rules.messages import Certificate, EntryBody, LotDeclared, SampleTaken, Test
from kiosk.rules.oversight.dependents import Books, dependents, follows
from kiosk.rules.ruling import Ruling
from kiosk.tables import Tables

MOST = 200  # of his newest papers: an older one than these is long eaten


def resting(seq: int, entry: EntryBody | None, tables: Tables) -> tuple[tuple[str, ...], tuple[Ruling, ...]]:
    """Their numbers, and what has to follow of each that stands."""
    subject = _whose(entry)
    if entry is None or not subject:
        return (), ()
    same = tables.orders.same(subject)
    papers = tables.work.papers_of(*same, most=MOST)
    certificates = [body for one in papers if isinstance(body := _read(one.seq, tables), Certificate)]
    tests = dict(tables.work.tests_of(entry.sample_code)) if isinstance(entry, SampleTaken) else {}
    if isinstance(entry, Test):
        tests = {seq: entry}
    void = frozenset(one.number for one in papers if one.void)
    books = Books(certificates, tests, _lots(same, tables), void)
    numbers = dependents(seq, entry, books)
    return numbers, follows(numbers, books)


def _whose(entry: EntryBody | None) -> str:
    return str(getattr(entry, "subject", "") or getattr(entry, "receiver", ""))


def _lots(subjects: tuple[str, ...], tables: Tables) -> list[LotDeclared]:
    """As they were declared: what was split and merged from what."""
    book = tables.lots.book(*tables.lots.of_subject(*subjects, most=MOST))
    return [
        LotDeclared(
            lot=one.lot,
            subject=one.subject,
            product=one.product,
            quantity=one.declared,
            unit=one.unit,
            quantity_typed="",
            origin=one.origin,
            visit="",
            plot="",
            harvested="",
            parent=one.parent,
            sources=tuple(draw.lot for draw in one.sources),
        )
        for lot in tables.lots.of_subject(*subjects, most=MOST)
        if (one := book.balance(lot)) is not None
    ]


def _read(seq: int, tables: Tables) -> EntryBody | None:
    payload = tables.payload(seq)
    if payload is None:
        return None
    try:
        return read(payload).entry
    except ContractError:
        return None
