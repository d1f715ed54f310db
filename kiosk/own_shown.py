"""What the screen shows of a subject's own papers, of a buyer's basket, and of pieces at the printer. Values only."""

from dataclasses import dataclass
from decimal import Decimal

from kiosk.rules.goods.quantity import Quantity
from kiosk.rules.sentence import Sentence


@dataclass(frozen=True, slots=True)
class PaperIn:
    """A paper that a buyer took in. `left`: of its goods, not certified yet; None where its quantity is not known."""

    seq: int
    number: str
    product: str
    quantity: Decimal | None
    unit: str
    issuer: str
    verified: bool
    issued_on: str  # ISO date, or as it was told
    taken_on: str  # ISO date
    left: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """Goods of one product and unit in a basket; `unknown` of its papers say no quantity."""

    product: str
    quantity: Decimal
    unit: str
    papers: int
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class BasketShown:
    """`papers`, the last one taken first; `carried`: of earlier turns, whose goods are not used up."""

    papers: tuple[PaperIn, ...] = ()
    sums: tuple[Sum, ...] = ()
    carried: tuple[PaperIn, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperOut:
    """One certificate of a batch; `void`: by the station or the county."""

    number: str
    nth: int
    void: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """The certificates of one turn. `amount` is what they say together; None where that cannot be said in one unit."""

    visit: str
    date: str  # ISO
    product: str
    lot: str
    amount: Quantity | None
    papers: tuple[PaperOut, ...]

    @property
    def void(self) -> int:
        return sum(paper.void for paper in self.papers)


@dataclass(frozen=True, slots=True)
class Ledger:
    """这批共 / 已开 / 还剩, in one unit."""

    lot: str
    unit: str
    declared: Decimal
    issued: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class Begun:
    """A voucher or labels of which something is not printed; `done` of `of` pieces are."""

    number: str
    labels: bool
    product: str
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class OwnShown:
    """His own papers, the newest first. `batch` stands open, and of it the paper that the visit stands at.

    `hindered`: why no copy of it may be printed any more. `archive`: what he took in, where that stands open.
    """

    batches: tuple[Batch, ...] = ()
    begun: tuple[Begun, ...] = ()
    batch: Batch | None = None
    hindered: Sentence | None = None
    ledger: Ledger | None = None
    may_repeat: bool = False
    may_rest: bool = False
    archive: tuple[PaperIn, ...] | None = None


@dataclass(frozen=True, slots=True)
class Pieces:
    """第 `nth`/`of` 张 of a voucher or of labels; `state` is a word of kiosk.numbered_papers.State."""

    number: str
    labels: bool
    product: str
    nth: int
    of: int
    state: str
    stopping: bool = False
    problem: Sentence | None = None
