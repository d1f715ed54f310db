"""Acts about producers: the county's own list of them (主体名录), their grades, cards, and what is noted of them."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from kiosk.rules.messages.forms import Day, DayOrNone, DigestOrNone, Form
from kiosk.rules.messages.given import Credit
from kiosk.rules.messages.office import UserIdOrNone
from kiosk.rules.messages.parts import Subject

DOSSIER_LINES = (
    "enrolment", "linkage", "excluded", "subsidy", "training", "agreement", "notice", "patrol", "brand", "other",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Certification:
    """A certificate of a mark (三品一标 and others): `mark` is its id in the marks pack."""

    mark: str
    number: str = ""
    product: str = ""  # id in the products pack, or as the paper says
    since: DayOrNone = ""
    until: DayOrNone = ""


@dataclass(frozen=True, slots=True)
class SubjectPut:
    """A producer stands in the county's list with these facts from now on; all of them, as they are now.

    `sort` is his kind in the county's own words (id in the subjects pack); `subject.kind` what stations make of it.
    `digest` is the SHA-256 of the file that he was imported from, `row` its row.
    """

    kind: ClassVar[str] = "subject.put"
    subject: Subject
    sort: str
    village: str = ""
    scale: bool = False  # 规模主体
    adviser: str = ""  # who looks after him (一对一辅导)
    certifications: tuple[Certification, ...] = ()
    by: UserIdOrNone = ""
    reason: str = ""
    digest: DigestOrNone = ""
    row: int | None = None


@dataclass(frozen=True, slots=True)
class SubjectWithdrawn:
    """He stands in the list no more; what was recorded of him stays."""

    kind: ClassVar[str] = "subject.withdrawn"
    subject: str
    by: UserIdOrNone = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SubjectMerged:
    """`subject` was `into` all along: cards and files are his from now on."""

    kind: ClassVar[str] = "subject.merged"
    subject: str
    into: str
    by: UserIdOrNone = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CreditGraded:
    """信用等级 and 黑名单 of a producer; `risk` puts him on the list of those who are looked at more often.

    `notice` is the number of the paper that told him, without which nobody is listed.
    """

    kind: ClassVar[str] = "credit.graded"
    credit: Credit
    risk: Annotated[str, Form(words=("low", "medium", "high"), empty=True)] = ""
    notice: str = ""
    by: UserIdOrNone = ""


@dataclass(frozen=True, slots=True)
class CardMade:
    """A card was made for a producer; `replaces` is the number of the one that opens nothing from now on."""

    kind: ClassVar[str] = "card.made"
    card: str
    subject: str
    reason: Annotated[str, Form(words=("new", "lost", "damaged"))]
    replaces: str = ""
    by: UserIdOrNone = ""


@dataclass(frozen=True, slots=True)
class CardEnded:
    """A card opens nothing any more, and no other took its place."""

    kind: ClassVar[str] = "card.ended"
    card: str
    subject: str
    reason: Annotated[str, Form(words=("lost", "damaged", "withdrawn"))]
    by: UserIdOrNone = ""


@dataclass(frozen=True, slots=True)
class DossierNoted:
    """One line of a producer's file (档案) that no station writes.

    enrolment: on a platform (国家/省平台; `name`, `state`), since when; linkage: he applied for what hangs on tracing
    (四挂钩; `name`); excluded: two years without projects after wrong entries, `until`; subsidy: money (`amount` yuan);
    training: `hours`; agreement and notice: papers signed at the office; patrol: an inspection that no box recorded.
    """

    kind: ClassVar[str] = "dossier.noted"
    subject: str
    what: Annotated[str, Form(words=DOSSIER_LINES)]
    on: Day
    name: str = ""
    state: Annotated[str, Form(words=("asked", "enrolled", "refused", "left"), empty=True)] = ""
    until: DayOrNone = ""
    amount: str = ""
    hours: str = ""
    text: str = ""
    source: str = ""  # number or title of the paper
    file: DigestOrNone = ""
    by: UserIdOrNone = ""
