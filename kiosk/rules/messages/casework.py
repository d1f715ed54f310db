"""Acts about positives, alarms and reviews, and what officers note away from the desk."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from kiosk.rules.messages.forms import Day, DayOrNone, Digest, Form, KeyId, Number, Time
from kiosk.rules.messages.goods import Disposal
from kiosk.rules.messages.office import Region, UserId, UserIdOrNone
from kiosk.rules.messages.oversight import GateCheck
from kiosk.rules.messages.parts import Outcome
from kiosk.rules.messages.testing import SampleTaken
from kiosk.rules.messages.work import Patrol

CASE_STEPS = (
    "seen", "taken", "sent", "result", "disposed", "enforcement", "police", "answered", "closed", "reopened", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseNoted:
    """A step of the case of a positive, named by its first test (`log`, `seq`). Steps are added, never changed.

    seen: 县里已看到 · taken: `who` carries it on · sent: to the laboratory `who` · result: its report (`number`,
    `outcome`, `value`) · disposed: of the goods, with pictures · enforcement, police: handed over (`number` of the
    移送书) · answered: what came of that · closed, reopened: with the reason in `text` · note: anything else.
    """

    kind: ClassVar[str] = "case.noted"
    log: KeyId
    seq: int
    what: Annotated[str, Form(words=CASE_STEPS)]
    at: Time
    who: str = ""
    number: str = ""
    text: str = ""
    outcome: Outcome | None = None
    value: Number | None = None
    unit: str = ""
    until: DayOrNone = ""
    pictures: tuple[Digest, ...] = ()
    by: UserIdOrNone = ""


@dataclass(frozen=True, slots=True)
class DutyPut:
    """Somebody is told of alarms: `step` 1 at once, higher ones when nobody below has seen it in time (升级).

    `channel` is the id of one in the alarms pack, `address` what that channel needs (a telephone, a webhook's key);
    `account` may be empty for who has none. `regions` as in an account; none: the whole county.
    """

    kind: ClassVar[str] = "duty.put"
    duty: str
    name: str
    channel: str
    address: str
    step: int
    account: UserIdOrNone = ""
    regions: tuple[Region, ...] = ()
    since: DayOrNone = ""
    until: DayOrNone = ""
    by: UserIdOrNone = ""


@dataclass(frozen=True, slots=True)
class DutyEnded:
    """Somebody is told of alarms no more."""

    kind: ClassVar[str] = "duty.ended"
    duty: str
    by: UserIdOrNone = ""


@dataclass(frozen=True, slots=True)
class AlarmTold:
    """Somebody on duty was told of an alarm, or could not be; `reason` is a word-pack key."""

    kind: ClassVar[str] = "alarm.told"
    alarm: Annotated[str, Form(words=("positive", "equivocation", "number_twice", "complaint", "fault"))]
    log: KeyId
    seq: int
    duty: str
    step: int
    outcome: Annotated[str, Form(words=("sent", "failed", "given_up"))]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TestJudged:
    """检测数据的审核 at the county: a second person looked at a test. The test stays as it is."""

    kind: ClassVar[str] = "test.judged"
    log: KeyId
    seq: int
    agreed: bool
    note: str = ""
    by: UserIdOrNone = ""


@dataclass(frozen=True, slots=True)
class FieldNoted:
    """What an officer noted on his phone: exactly one of the forms. `id` was made there: sent twice, it counts once."""

    kind: ClassVar[str] = "field.noted"
    id: Annotated[str, Form("[0-9a-f]{32}")]
    by: UserId
    at: Time  # by the phone's clock
    on: Day  # that it reached the county
    gate: GateCheck | None = None
    patrol: Patrol | None = None
    sample: SampleTaken | None = None
    disposal: Disposal | None = None
    log: Annotated[str, Form("([0-9a-f]{2}){16}", empty=True)] = ""  # of the case that it belongs to
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class OrderAsked:
    """Somebody at the pages asks for an order to stations; the program that holds the order key gives it.

    `stream` is `all` or a station, `text` the body of the order in canonical JSON, `about` what it is about: a
    producer, a paper, or `log/seq`.
    """

    kind: ClassVar[str] = "order.asked"
    stream: str
    order: str
    text: str
    about: str = ""
    by: UserIdOrNone = ""
    reason: str = ""
