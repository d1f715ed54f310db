"""What `codes.explain` answers, and what the packs and the county add to the question. Values only."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.rules.ruling import Ruling
from kiosk.rules.scan.labels import LabelLayout
from kiosk.rules.scan.patterns import Pattern, pattern
from kiosk.rules.settings import CountySettings


class Kind(StrEnum):
    CARD = "card"  # a producer's card; `token` is its signed payload
    CERTIFICATE = "certificate"  # the code of a certificate; `token` likewise
    NUMBER = "number"  # a certificate number, bare or as our short link
    REAGENT = "reagent"  # our label of a reagent lot
    TASK = "task"  # a county task; may carry a `token`
    TUBE = "tube"
    BADGE = "badge"  # a member of staff; may carry a `token`
    CREDIT_CODE = "credit_code"
    ID_NUMBER = "id_number"
    FARM_CODE = "farm_code"
    SUBJECT_CODE = "subject_code"  # national 主体码, by the county's pattern
    TRACE_CODE = "trace_code"  # national 追溯码, likewise
    PESTICIDE = "pesticide"  # a bottle's unit code or registration number
    GTIN = "gtin"
    GS1 = "gs1"  # plain GS1 elements
    GS1_LINK = "gs1_link"
    URL = "url"  # a page of somebody else, such as a 追溯 page
    UNKNOWN = "unknown"


class Check(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    NONE = "none"  # the code has none, or nobody told us how it is computed


@dataclass(frozen=True, slots=True)
class Scanned:
    """`text` may be shown and stored: what is private is masked. `note` is a key of the word packs, for `facts`.

    `ok` is False when the kind is clear and its check fails, or when nothing is clear. `rule` decided the kind.
    """

    kind: Kind
    text: str
    ok: bool
    note: str
    token: bytes | None = None
    facts: dict[str, str] = field(default_factory=dict)
    rule: str = ""
    check: Check = Check.NONE
    confirmed: bool = True  # False: 未核实, no named source settles what this is
    ruling: Ruling | None = None  # what follows from a check that fails


@dataclass(frozen=True, slots=True)
class Around:
    """What a scan cannot know by itself. Everything may be missing: less is recognised then, nothing else changes."""

    subject: Pattern | None = None
    trace: Pattern | None = None
    label: LabelLayout | None = None
    today: date | None = None
    hosts: tuple[str, ...] = ()  # whose tags are ours; empty: anybody's that have the form


def around(
    settings: CountySettings, label: LabelLayout | None, today: date | None, hosts: tuple[str, ...] = ()
) -> Around:
    """Made once, when settings or packs change: patterns are read here. An unreadable one recognises nothing."""
    lowered = tuple(host.lower() for host in hosts)
    return Around(pattern(settings.subject_pattern), pattern(settings.trace_pattern), label, today, lowered)
