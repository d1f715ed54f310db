"""The public page of a paper that is no certificate: it says nothing that the paper does not say."""

from kiosk.clock import BEIJING
from kiosk.rules.certify.papers import Line, lines
from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import TraceLabel, Voucher
from kiosk.rules.personal.typed import masked
from ui.county.telling import Teller, moment
from ui.county.trace import MOST_DIGITS, TracedPaper

BIG = (Line.SUBJECT, Line.PRODUCT)
Fact = tuple[str, str, bool]  # label, value, and whether it is read first


def paper_title(paper: Voucher | TraceLabel, tell: Teller) -> str:
    return tell.say("papers.voucher" if isinstance(paper, Voucher) else "papers.label")


def paper_facts(traced: TracedPaper, tell: Teller) -> tuple[Fact, ...]:
    """The certificate's number is left to the page, which leads to it."""
    match traced.paper:
        case Voucher() as voucher:
            return _voucher(voucher, tell)
        case TraceLabel() as label:
            return _label(label, traced, tell)


def _voucher(paper: Voucher, tell: Teller) -> tuple[Fact, ...]:
    sane = abs(paper.quantity.adjusted()) <= MOST_DIGITS
    amount = tell.amount(plain(paper.quantity) if sane else "\u2014", paper.unit)
    told = lines(paper, tell.product(paper.product), amount, paper.date)
    return tuple(
        (tell.say(f"papers.line.{line}"), value if line is Line.TRACE_CODE else masked(value), line in BIG)
        for line, value in told
        if line is not Line.CERTIFICATE
    )


def _label(label: TraceLabel, traced: TracedPaper, tell: Teller) -> tuple[Fact, ...]:
    at = moment(traced.kept.envelope.header.time)
    rows = (
        ("papers.line.product", tell.product(label.product), True),
        ("slips.field.producer", masked(traced.name), True),
        ("slips.field.lot", label.lot, False),
        ("papers.line.date", "" if at is None else at.astimezone(BEIJING).date().isoformat(), False),
        ("county.paper.labels", str(label.labels), False),
    )
    return tuple((tell.say(key), value, big) for key, value, big in rows if value)
