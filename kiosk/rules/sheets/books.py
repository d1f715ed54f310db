"""What a sheet or a tool may ask of the record: a port, because rules touch neither disk nor database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from kiosk.rules.certify.certificate import Wording
from kiosk.rules.certify.incoming import Seen
from kiosk.rules.goods.book import Balance
from kiosk.rules.goods.marks import Marks
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import Quantity
from kiosk.rules.messages import (
    Correction,
    EntryBody,
    Handover,
    Incoming,
    Objection,
    ReagentOpened,
    ResultDelivered,
    Reviewed,
    SampleTaken,
    Staff,
    Subject,
    TaskGiven,
    Test,
)
from kiosk.rules.oversight.disposal import Held
from kiosk.rules.oversight.gate_facts import Acceptances, Known
from kiosk.rules.ruling import Ruling
from kiosk.rules.testing.methods import MethodPack


@dataclass(frozen=True, slots=True)
class PatrolLine:
    """One line of a patrol sheet; `names` by language."""

    id: str
    names: tuple[tuple[str, str], ...]


class Books(Protocol):
    """Every method answers from what is durable now, and raises nothing for what it does not know."""

    @property
    def products(self) -> Mapping[str, Product]: ...

    @property
    def methods(self) -> Mapping[str, MethodPack]: ...

    def entry(self, seq: int) -> EntryBody | None: ...

    def time_of(self, seq: int) -> str:
        """When an entry was written, ISO 8601; empty where there is none."""

    # --- people ---------------------------------------------------------------------------------------------------

    def subject(self, subject: str) -> Subject | None: ...

    def is_provisional(self, subject: str) -> bool:
        """Taken in here, and the county has not spoken of him."""

    def holder(self, card: str) -> str | None:
        """Whose number it is: also to see that a new one is free."""

    def cards(self, subject: str) -> Sequence[str]:
        """Numbers that open the box for him now."""

    def signed(self, what: str, subject: str) -> str:
        """Day on which he signed notice or pledge last; empty: never here."""

    def has_pin(self, subject: str) -> bool: ...

    def staff(self, staff: str) -> Staff | None: ...

    def colleagues(self) -> Sequence[Staff]:
        """Everybody who may work here today."""

    def villages(self) -> Sequence[tuple[str, str]]:
        """Code and name of the villages round the station, as the county's pack has them."""

    # --- goods ----------------------------------------------------------------------------------------------------

    def lots(self, subject: str) -> Sequence[Balance]:
        """His newest lots, with what is left of them."""

    def lot_of(self, lot: str, subject: str) -> Balance | None:
        """One lot of his; None also for anybody else's."""

    def is_stopped(self, lot: str) -> bool:
        """A test of it, or of what went into it, was positive or suspect and nothing has freed it since."""

    def papers_like(self, seen: Seen, subject: str) -> Sequence[tuple[int, Incoming]]:
        """What he took in here and may be the same paper, oldest first."""

    def is_void(self, number: str) -> bool:
        """A certificate that this station voided, or the county revoked."""

    @property
    def marks(self) -> Marks: ...

    def usual(self, product: str, subject: str) -> Quantity | None:
        """The middle one of his last quantities of a product."""

    def numbers(self, subject: str, most: int) -> Sequence[str]:
        """Numbers of his certificates that stand, the newest first."""

    # --- work -----------------------------------------------------------------------------------------------------

    def task(self, task: str) -> TaskGiven | None: ...

    def tasks(self) -> Sequence[TaskGiven]:
        """Those that have not passed, the most urgent first."""

    def done_of(self, task: str) -> int: ...

    def sample(self, code: str) -> tuple[int, SampleTaken] | None: ...

    def samples_waiting(self) -> Sequence[tuple[int, SampleTaken]]:
        """Of the last days and in no test yet, oldest first."""

    def tests_of(self, sample: str) -> Sequence[tuple[int, Test]]: ...

    def unreviewed(self, most: int) -> Sequence[tuple[int, Test]]: ...

    def reviews_of(self, test: int) -> Sequence[tuple[int, Reviewed]]: ...

    def events_of(self, test: int) -> Sequence[tuple[int, EntryBody]]:
        """Deliveries, objections and their ends about this test, oldest first."""

    def undelivered(self, most: int) -> Sequence[tuple[int, Test]]: ...

    def deliveries(self, most: int) -> Sequence[tuple[int, ResultDelivered]]:
        """Newest first."""

    def corrections_of(self, seq: int) -> Sequence[tuple[int, Correction]]:
        """Oldest first."""

    def held(self, lot: str) -> Held | None:
        """What became of a lot that failed, or did not; None for one that nobody declared here."""

    def lot(self, lot: str) -> Balance | None: ...

    def failed_of(self, lot: str) -> Sequence[tuple[int, Test]]:
        """Tests of a lot that were positive or suspect, oldest first."""

    def failed(self, most: int) -> Sequence[tuple[int, Test]]:
        """The newest tests that were positive or suspect."""

    def stopped(self) -> Sequence[Test]:
        """Of each lot that failed and is neither gone nor freed the newest test that failed."""

    def resting(self, seq: int) -> tuple[tuple[str, ...], tuple[Ruling, ...]]:
        """Certificates that rest on an entry, and what has to follow of each that stands."""

    def open_objections(self, most: int) -> Sequence[tuple[int, Objection]]: ...

    def unseen_alarms(self) -> Sequence[int]:
        """Seq of the newest positives that nobody at the county has seen."""

    def reagent_events(self, lot: str) -> Sequence[tuple[int, ReagentOpened]]:
        """Oldest first."""

    def reagent_uses(self, lot: str) -> int:
        """Tests made with the box of this lot that is in use."""

    def reagents(self, most: int) -> Sequence[tuple[int, ReagentOpened]]:
        """The newest event of each lot, the newest first."""

    def stock(self) -> Mapping[str, Decimal]:
        """Consumables left, by item."""

    def handover(self) -> tuple[int, Handover] | None: ...

    def about(self, kind: str, most: int, subject: str) -> Sequence[tuple[int, EntryBody]]:
        """farm.work, patrol or slaughter.entry of a subject, the newest first."""

    # --- gate and patrol --------------------------------------------------------------------------------------------

    @property
    def place(self) -> str:
        """Name of the market or service point."""

    @property
    def wordings(self) -> Sequence[Wording]: ...

    def paper(self, code: str) -> tuple[Seen, Known] | None:
        """What a paper says by its code, and what is known of it; None for no code, or one that names no paper."""

    def entered(self, seen: Seen, unit: str) -> Acceptances:
        """What came in on this paper before."""

    def patrol_lines(self) -> Sequence[PatrolLine]: ...
