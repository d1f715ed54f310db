"""The public page of a paper that is no certificate: it says nothing that the paper does not say."""

from kiosk.clock import BEIJING
from kiosk.rules.certify.papers import Line, lines
from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import TraceLabel, Voucher
from kiosk.rules.personal.typed import masked
from ui.county.telling import Teller, moment
from ui.county.trace import MOST_DIGITS, TracedPaper

BIG = ("subject", "product", "producer")  # lines that are read first
Told = tuple[str, str, str]  # name of the line, its label, its value


def paper_title(kind: str, tell: Teller) -> str:
    """`kind` is voucher or label."""
    return tell.word("papers", kind)


def paper_lines(traced: TracedPaper, tell: Teller) -> tuple[Told, ...]:
    """The certificate's number is left to the page, which leads to it."""
    match traced.paper:
        case Voucher() as voucher:
            return _voucher(voucher, tell)
        case TraceLabel() as label:
            return _label(label, traced, tell)


def _voucher(paper: Voucher, tell: Teller) -> tuple[Told, ...]:
    sane = abs(paper.quantity.adjusted()) <= MOST_DIGITS
    amount = tell.amount(plain(paper.quantity) if sane else "\u2014", paper.unit)
    told = lines(paper, tell.product(paper.product), amount, paper.date)
    return tuple(
        (line.value, tell.say(f"papers.line.{line}"), value if line is Line.TRACE_CODE else masked(value))
        for line, value in told
        if line is not Line.CERTIFICATE
    )


def _label(label: TraceLabel, traced: TracedPaper, tell: Teller) -> tuple[Told, ...]:
    at = moment(traced.kept.envelope.header.time)
    rows = (
        ("product", "papers.line.product", tell.product(label.product)),
        ("producer", "slips.field.producer", masked(traced.name)),
        ("lot", "slips.field.lot", label.lot),
        ("date", "papers.line.date", "" if at is None else at.astimezone(BEIJING).date().isoformat()),
        ("labels", "county.paper.labels", str(label.labels)),
    )
    return tuple((name, tell.say(key), value) for name, key, value in rows if value)
