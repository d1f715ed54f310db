"""The contract: the body of every entry and order, as frozen values.

Field names follow domain.md §4.1; kiosk/documents says of every field what it holds. Times are ISO 8601 with offset,
numbers that were measured are Decimal (strings on the wire), byte strings are lower-case hex: forms.py has the forms.
A new field needs a default and a text; a changed meaning needs a new kind.
"""

from typing import get_args

from kiosk.rules.messages.given import Credit, KeyGrant, KeyRevoked, Staff
from kiosk.rules.messages.goods import (
    Dispatched,
    Disposal,
    DrugsStated,
    DrugUse,
    Incoming,
    Lost,
    LotDeclared,
)
from kiosk.rules.messages.orders import (
    CardRevoked,
    CertificateRevoked,
    CreditPut,
    DoctorAsked,
    KeysPut,
    LotReleased,
    NoticePut,
    NoticeWithdrawn,
    PackPut,
    SettingsPut,
    StaffPut,
    SubjectsMerged,
    SubjectsSnapshot,
    SubjectsUpsert,
    SubjectsWithdrawn,
    TaskGiven,
    TaskWithdrawn,
    UpdateGiven,
)
from kiosk.rules.messages.oversight import (
    Advice,
    Correction,
    GateCheck,
    Objection,
    ObjectionClosed,
    ResultDelivered,
)
from kiosk.rules.messages.papers import (
    Certificate,
    Print,
    PrintOutcome,
    Proofs,
    Reprint,
    TraceLabel,
    Voided,
    Voucher,
)
from kiosk.rules.messages.parts import (
    Basis,
    Card,
    Device,
    Finding,
    Measured,
    Outcome,
    Position,
    Presence,
    Present,
    Repeat,
    SampleType,
    Scene,
    Signature,
    Subject,
    Verdict,
)
from kiosk.rules.messages.station import Check, DayClosed, DoctorReport, Incident, Opened, OrderDone, Retired, Span
from kiosk.rules.messages.testing import (
    Control,
    Observation,
    ReagentOpened,
    RunEnded,
    SampleTaken,
    Test,
    TubeBound,
)

__all__ = [
    "ENTRY_KINDS",
    "ORDER_KINDS",
    "Advice",
    "Basis",
    "Card",
    "CardRevoked",
    "Certificate",
    "CertificateRevoked",
    "Check",
    "Control",
    "Correction",
    "Credit",
    "CreditPut",
    "DayClosed",
    "Device",
    "Dispatched",
    "Disposal",
    "DoctorAsked",
    "DoctorReport",
    "DrugUse",
    "DrugsStated",
    "EntryBody",
    "Finding",
    "GateCheck",
    "Incident",
    "Incoming",
    "KeyGrant",
    "KeyRevoked",
    "KeysPut",
    "Lost",
    "LotDeclared",
    "LotReleased",
    "Measured",
    "NoticePut",
    "NoticeWithdrawn",
    "Objection",
    "ObjectionClosed",
    "Observation",
    "Opened",
    "OrderBody",
    "OrderDone",
    "Outcome",
    "PackPut",
    "Position",
    "Presence",
    "Present",
    "Print",
    "PrintOutcome",
    "Proofs",
    "ReagentOpened",
    "Repeat",
    "Reprint",
    "ResultDelivered",
    "Retired",
    "RunEnded",
    "SampleTaken",
    "SampleType",
    "Scene",
    "SettingsPut",
    "Signature",
    "Span",
    "Staff",
    "StaffPut",
    "Subject",
    "SubjectsMerged",
    "SubjectsSnapshot",
    "SubjectsUpsert",
    "SubjectsWithdrawn",
    "TaskGiven",
    "TaskWithdrawn",
    "Test",
    "TraceLabel",
    "TubeBound",
    "UpdateGiven",
    "Verdict",
    "Voided",
    "Voucher",
]

EntryBody = (
    Opened
    | SampleTaken
    | TubeBound
    | Test
    | Control
    | RunEnded
    | ReagentOpened
    | Observation
    | LotDeclared
    | DrugsStated
    | Incoming
    | Dispatched
    | Lost
    | Disposal
    | Certificate
    | Voided
    | Reprint
    | Print
    | Voucher
    | TraceLabel
    | GateCheck
    | ResultDelivered
    | Objection
    | ObjectionClosed
    | Advice
    | Correction
    | Incident
    | OrderDone
    | DayClosed
    | DoctorReport
    | Retired
)
OrderBody = (
    SubjectsUpsert
    | SubjectsWithdrawn
    | SubjectsMerged
    | SubjectsSnapshot
    | CreditPut
    | CardRevoked
    | CertificateRevoked
    | KeysPut
    | TaskGiven
    | TaskWithdrawn
    | LotReleased
    | PackPut
    | SettingsPut
    | StaffPut
    | NoticePut
    | NoticeWithdrawn
    | DoctorAsked
    | UpdateGiven
)

ENTRY_KINDS: dict[str, type[EntryBody]] = {body.kind: body for body in get_args(EntryBody)}
ORDER_KINDS: dict[str, type[OrderBody]] = {body.kind: body for body in get_args(OrderBody)}
