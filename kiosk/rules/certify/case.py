"""Everything that is known when a promise is about to be given, as one value. promise.py judges it."""

from dataclasses import dataclass, field
from datetime import date, datetime

from kiosk.rules.certify.certificate import Wording
from kiosk.rules.goods.book import Balance
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import Quantity
from kiosk.rules.messages import Basis, Outcome, Presence, Present, Proofs, SampleType, Subject
from kiosk.rules.ruling import Ruling
from kiosk.rules.settings import CountySettings
from kiosk.rules.testing.lot import Standing


@dataclass(frozen=True, slots=True)
class Evidence:
    """A recorded test, as far as a certificate may rest on it."""

    seq: int
    subject: str
    product: str
    lot: str
    outcome: Outcome
    ended: datetime
    method: str  # id of its pack
    method_confirmed: bool
    sample_type: SampleType = SampleType.SELF


@dataclass(frozen=True, slots=True)
class Case:
    """`standing` is that of every lot of `ledger.kin`; `batch` is `ledger.batch`, whose negative test counts here.

    `covered` and `drugs_known`: what was used is known, and the tests can see all of it. `basis` are the ticked boxes,
    empty while they are still to be chosen. `others` are rulings of other rooms (intervals, advice before harvest).
    """

    subject: Subject
    product: Product
    lot: str
    quantity: Quantity  # of all papers that are asked for together
    balance: Balance | None
    now: datetime
    wording: Wording | None
    settings: CountySettings
    standing: Standing
    presence: Presence
    present: Present
    tests: tuple[Evidence, ...] = ()
    batch: frozenset[str] = frozenset()
    covered: bool = False
    drugs_known: bool = False
    proofs: Proofs = field(default_factory=Proofs)
    basis: tuple[Basis, ...] = ()
    provisional: bool = False  # a newcomer whom the county has not confirmed
    service_point: bool = True  # False: the producer's own box
    others: tuple[Ruling, ...] = ()

    @property
    def today(self) -> date:
        return self.now.date()
