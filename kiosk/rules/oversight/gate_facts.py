"""The words of a gate check: goods, what is known of their paper, and what one fault asks for."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kiosk.rules.messages import Outcome
from kiosk.rules.ruling import Ruling


class Seal(StrEnum):
    """Why a paper could not be verified by its seal."""

    NONE = "none"
    KEY_UNKNOWN = "key_unknown"
    BROKEN = "broken"  # a known key, and not what it signed


class State(StrEnum):
    """The gravest comes first: a check that finds several records the first of them."""

    VOID = "void"
    ALTERED = "altered"
    NOT_MATCHING = "not_matching"
    OVER_ISSUED = "over_issued"
    INCOMPLETE = "incomplete"
    UNVERIFIABLE = "unverifiable"
    NONE = "none"
    VALID = "valid"


class Decision(StrEnum):
    """From the mildest to the strictest."""

    ADMIT = "admit"
    TEST_FIRST = "test_first"  # 暂扣复测: only a pass may enter
    REFUSE = "refuse"


class Office(StrEnum):
    AGRICULTURE = "agriculture"
    MARKET_REGULATION = "market_regulation"
    ORIGIN = "origin"  # agriculture department of the place of origin


# What a self-grown seller leaves instead of a paper.
GROWER = ("id_number", "contact", "residence")
ART_37 = (Office.AGRICULTURE, Office.MARKET_REGULATION)
REVOKED = "revoked"  # `Known.void` of a certificate that the county declared void
CONDEMNED = ("positive", REVOKED)


@dataclass(frozen=True, slots=True)
class Goods:
    """What stands at the gate. `producer`: who grew or packed it, as told; `package`: parts printed on the package."""

    market: str
    stall: str
    seller: str
    product: str
    quantity: Decimal
    unit: str
    origin: str
    producer: str = ""
    package: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Acceptances:
    """Loads that came in on one paper before. `uncounted` of them were in another unit."""

    times: int = 0
    quantity: Decimal = Decimal(0)
    uncounted: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the paper's own words: its seal, why it is void, and what was let in on it before."""

    seal: Seal = Seal.NONE
    void: str = ""
    replaced_by: str = ""
    before: Acceptances = Acceptances()


@dataclass(frozen=True, slots=True)
class Screened:
    """What the goods' own test at this gate came to. `confirmed`: the method; `national`: recognised by SAMR."""

    seq: int
    outcome: Outcome
    confirmed: bool
    national: bool


@dataclass(frozen=True, slots=True)
class Judged:
    state: State
    advice: Decision
    rulings: tuple[Ruling, ...]
    offices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    least: Decision
    ruling: Ruling
    state: State = State.VALID
    offices: tuple[str, ...] = ()
