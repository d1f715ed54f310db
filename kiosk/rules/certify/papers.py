"""Papers that are no certificate, 入市追溯凭证 and 追溯标识: they say where goods come from and promise nothing."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum

from kiosk.rules.certify.certificate import Wording, style_of
from kiosk.rules.goods import ledger
from kiosk.rules.goods.book import Balance
from kiosk.rules.goods.quantity import Quantity, Unit, plain, recorded
from kiosk.rules.messages import Dispatched, Subject, TraceLabel, Voucher
from kiosk.rules.ruling import Ruling, stop, warn

MOST_LABELS = 500  # at once


class Line(StrEnum):
    """What a voucher says, in its order (domain.md §4.2); an empty line is left out."""

    SUBJECT = "subject"
    SUBJECT_CODE = "subject_code"  # 主体码, or the credit code
    PRODUCT = "product"
    QUANTITY = "quantity"
    ORIGIN = "origin"
    BATCH = "batch"  # 出库批次
    TRACE_CODE = "trace_code"  # 追溯码
    DATE = "date"
    TO = "to"
    CERTIFICATE = "certificate"  # number of the certificate that goes with the goods


def voucher(
    number: str,
    visit: str,
    subject: Subject,
    lot: Balance,
    amount: Quantity,
    day: date,
    *,
    to: str,
    code: str = "",
    certificate: str = "",
    trace_code: str = "",
) -> Voucher:
    quantity, unit, typed = recorded(amount)
    return Voucher(
        number=number,
        visit=visit,
        subject=subject,
        product=lot.product,
        lot=lot.lot,
        quantity=quantity,
        unit=unit,
        quantity_typed=typed,
        origin=lot.origin or subject.origin,
        date=day.isoformat(),
        to=to.strip(),
        code=code,
        certificate=certificate,
        trace_code=trace_code,
    )


def under(paper: Voucher, certificate: str) -> Voucher:
    """With the certificate that goes with the goods."""
    return replace(paper, certificate=certificate)


def lines(paper: Voucher, product: str, quantity: str, day: str) -> tuple[tuple[Line, str], ...]:
    """The lines of a voucher; name of the product, quantity and day come as they are printed."""
    values = {
        Line.SUBJECT: paper.subject.name,
        Line.SUBJECT_CODE: paper.subject.code,
        Line.PRODUCT: product,
        Line.QUANTITY: quantity,
        Line.ORIGIN: paper.origin,
        Line.BATCH: paper.lot,
        Line.TRACE_CODE: paper.trace_code,
        Line.DATE: day,
        Line.TO: paper.to,
        Line.CERTIFICATE: paper.certificate,
    }
    return tuple((line, values[line]) for line in Line if values[line])


def dispatched(paper: Voucher) -> Dispatched:
    """The step forward that a voucher is."""
    return Dispatched(
        lot=paper.lot,
        quantity=paper.quantity,
        unit=paper.unit,
        quantity_typed=paper.quantity_typed,
        to=paper.to,
        certificate=paper.certificate,
        voucher=paper.number,
    )


def may_give(paper: Voucher, balance: Balance | None, *, stopped: bool, trace_pattern: str = "") -> tuple[Ruling, ...]:
    """`stopped`: a positive or suspect of this lot or its kin. `trace_pattern` is the county's, empty when unknown."""
    rulings = [*_stopped(paper.lot, stopped=stopped)]
    if style_of(paper.subject) is None:
        rulings.append(stop("papers/who", "papers.who", name=paper.subject.name))
    if not paper.to:
        rulings.append(stop("papers/to", "papers.to"))
    if paper.trace_code and trace_pattern and not re.fullmatch(trace_pattern, paper.trace_code):
        rulings.append(warn("papers/trace_code", "papers.trace_code", code=paper.trace_code))
    return (*rulings, *ledger.may_send(balance, dispatched(paper)))


def may_label(label: TraceLabel, balance: Balance | None, *, stopped: bool) -> tuple[Ruling, ...]:
    """Labels for packed goods; which marks stand on them is for `marks.printable`."""
    if balance is None:
        return (stop("lot/unknown", "lot.unknown"),)
    return (*_stopped(label.lot, stopped=stopped), *_labels(label, balance), *_certified(label, balance))


def titled(printed: str, certificate: str, wordings: Sequence[Wording]) -> Ruling | None:
    """The statutory title stands beside the code of a certificate, and on nothing that is none."""
    says = any(title in "".join(printed.split()) for title in _titles(wordings))
    if says and not certificate:
        return stop("papers/no_title", "papers.no_title")
    if certificate and not says:
        return stop("papers/title_wanted", "papers.title_wanted", number=certificate)
    return None


def _titles(wordings: Sequence[Wording]) -> frozenset[str]:
    """Every title that a certificate ever had."""
    return frozenset("".join(style.title.split()) for wording in wordings for style in wording.styles.values())


def _stopped(lot: str, *, stopped: bool) -> list[Ruling]:
    return [stop("papers/stopped", "papers.stopped", lot=lot)] if stopped else []


def _labels(label: TraceLabel, balance: Balance) -> list[Ruling]:
    if not 1 <= label.labels <= MOST_LABELS:
        return [stop("papers/labels", "papers.labels", labels=str(label.labels), most=str(MOST_LABELS))]
    if balance.unit in (Unit.BOX, Unit.BUNDLE) and label.labels > balance.here:
        facts = {"labels": str(label.labels), "here": plain(balance.here), "unit": balance.unit}
        return [warn("papers/labels_packages", "papers.labels_packages", **facts)]
    return []


def _certified(label: TraceLabel, balance: Balance) -> list[Ruling]:
    if not label.certificate:
        return []
    paper = balance.paper(label.certificate)
    if paper is None or paper.void:
        return [stop("papers/label_certificate", "papers.label_certificate", number=label.certificate)]
    return []
