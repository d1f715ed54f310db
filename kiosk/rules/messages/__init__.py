"""The contract: the body of every entry, order and act, as frozen values.

Field names follow domain.md §4.1; kiosk/documents says of every field what it holds. Times are ISO 8601 with offset,
numbers that were measured are Decimal (strings on the wire), byte strings are lower-case hex: forms.py has the forms.
A new field needs a default and a text; a changed meaning needs a new kind.
"""

from typing import get_args

from kiosk.rules.messages.casework import (
    AlarmTold,
    CaseNoted,
    DutyEnded,
    DutyPut,
    FieldNoted,
    OrderAsked,
    TestJudged,
)
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
from kiosk.rules.messages.office import OrderGiven, UserEnded, UserPut, UserSecret, UserSession
from kiosk.rules.messages.orders import (
    AlarmSeen,
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
    SubjectKind,
    Verdict,
)
from kiosk.rules.messages.people import (
    AgreementSigned,
    CardGiven,
    Complaint,
    PinSet,
    Rating,
    SubjectProposed,
)
from kiosk.rules.messages.registry import (
    CardEnded,
    CardMade,
    Certification,
    CreditGraded,
    DossierNoted,
    SubjectMerged,
    SubjectPut,
    SubjectWithdrawn,
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
from kiosk.rules.messages.work import (
    FarmWork,
    FaultReported,
    Handover,
    Patrol,
    PatrolItem,
    Reviewed,
    SlaughterEntry,
    Supply,
    Trained,
)

__all__ = [
    "ACT_KINDS",
    "ENTRY_KINDS",
    "ORDER_KINDS",
    "ActBody",
    "Advice",
    "AgreementSigned",
    "AlarmSeen",
    "AlarmTold",
    "Basis",
    "Card",
    "CardEnded",
    "CardGiven",
    "CardMade",
    "CardRevoked",
    "CaseNoted",
    "Certificate",
    "CertificateRevoked",
    "Certification",
    "Check",
    "Complaint",
    "Control",
    "Correction",
    "Credit",
    "CreditGraded",
    "CreditPut",
    "DayClosed",
    "Device",
    "Dispatched",
    "Disposal",
    "DoctorAsked",
    "DoctorReport",
    "DossierNoted",
    "DrugUse",
    "DrugsStated",
    "DutyEnded",
    "DutyPut",
    "EntryBody",
    "FarmWork",
    "FaultReported",
    "FieldNoted",
    "Finding",
    "GateCheck",
    "Handover",
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
    "OrderAsked",
    "OrderBody",
    "OrderDone",
    "OrderGiven",
    "Outcome",
    "PackPut",
    "Patrol",
    "PatrolItem",
    "PinSet",
    "Position",
    "Presence",
    "Present",
    "Print",
    "PrintOutcome",
    "Proofs",
    "Rating",
    "ReagentOpened",
    "Repeat",
    "Reprint",
    "ResultDelivered",
    "Retired",
    "Reviewed",
    "RunEnded",
    "SampleTaken",
    "SampleType",
    "Scene",
    "SettingsPut",
    "Signature",
    "SlaughterEntry",
    "Span",
    "Staff",
    "StaffPut",
    "Subject",
    "SubjectKind",
    "SubjectMerged",
    "SubjectProposed",
    "SubjectPut",
    "SubjectWithdrawn",
    "SubjectsMerged",
    "SubjectsSnapshot",
    "SubjectsUpsert",
    "SubjectsWithdrawn",
    "Supply",
    "TaskGiven",
    "TaskWithdrawn",
    "Test",
    "TestJudged",
    "TraceLabel",
    "Trained",
    "TubeBound",
    "UpdateGiven",
    "UserEnded",
    "UserPut",
    "UserSecret",
    "UserSession",
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
    | SubjectProposed
    | CardGiven
    | PinSet
    | AgreementSigned
    | Rating
    | Complaint
    | Patrol
    | SlaughterEntry
    | Reviewed
    | Handover
    | Supply
    | FaultReported
    | Trained
    | FarmWork
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
    | AlarmSeen
)
ActBody = (
    UserPut
    | UserEnded
    | UserSecret
    | UserSession
    | OrderGiven
    | OrderAsked
    | SubjectPut
    | SubjectWithdrawn
    | SubjectMerged
    | CreditGraded
    | CardMade
    | CardEnded
    | DossierNoted
    | CaseNoted
    | DutyPut
    | DutyEnded
    | AlarmTold
    | TestJudged
    | FieldNoted
)

ENTRY_KINDS: dict[str, type[EntryBody]] = {body.kind: body for body in get_args(EntryBody)}
ORDER_KINDS: dict[str, type[OrderBody]] = {body.kind: body for body in get_args(OrderBody)}
ACT_KINDS: dict[str, type[ActBody]] = {body.kind: body for body in get_args(ActBody)}
