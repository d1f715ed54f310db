"""What no text settles is the county's to say: one value each, with a default whose source is named in the pack.

Defaults and their sources stand in `packs/settings/county.toml`; an order `settings.put` changes them. What the county
has not answered yet is listed as 待县里确认.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Proof(StrEnum):
    """What a card has to be joined by; a card identifies, it does not authorise."""

    NONE = "none"
    TAIL = "tail"
    PIN = "pin"
    STAFF = "staff"


class ServiceTest(StrEnum):
    """What a producer's test at a shared service point is: no text settles it (domain.md §1.7)."""

    ASK = "ask"  # the producer says; nothing is ticked before
    SELF = "self"  # 自行检测
    COMMISSIONED = "commissioned"  # 委托检测


@dataclass(frozen=True, slots=True)
class CountySettings:
    # who may take a turn
    proof: Proof
    tail_above: Decimal  # kilograms above which the proof is asked again; what cannot be weighed counts as above
    tail_tries: int
    staff_may_vouch: bool
    speak_names: bool  # the name of whoever came is spoken aloud
    newcomer_may_issue: bool  # somebody whom the county has not confirmed yet may make a certificate
    agreements: tuple[str, ...]  # notice, pledge: what is to be signed before the first certificate
    # tests
    service_test: ServiceTest
    suspect_from: Decimal | None  # % of a suspicious band that the standard does not have
    test_valid_hours: int  # how old a test may be that supports a certificate
    blank_max_hours: Decimal  # how old a blank may be, even of this run
    blank_max_drift: Decimal  # °C between blank and sample
    ambient_low: Decimal  # °C
    ambient_high: Decimal
    calibration_days: int
    calibration_grace_days: int
    positive_control_days: int
    channel_difference: Decimal  # AU between channels of one blank
    report_hours: int  # hours until an unacknowledged positive alarms again
    second_reviewer: bool  # 检测数据的审核: a second person before a correction counts
    # lots, certificates
    usual_times: Decimal  # a quantity beyond so many times the usual one is asked about
    lot_days: int  # a producer's product of one plot stays the same lot for so many days
    drugs_asked: bool  # 用什么药、检什么药 is asked before a promise
    parts: tuple[str, ...]  # of one issue: 随货联, 存根联
    signature_box: bool
    retention_days: int
    open_roles: tuple[str, ...]  # who at the county may open what is sealed: case_officer, supervisor, officer
    list_days: int  # how old the county's newest word may be before a certificate says so
    public_board: bool  # results are shown while nobody is served (公示屏)
    # gate
    gate_age_days: int  # an older certificate is remarked on, never refused for it
    gate_tolerance: Decimal  # % by which an accepted weight may exceed the issued one
    gate_alarms: tuple[str, ...]  # offices: agriculture, market_regulation, origin
    # before harvest
    advice: bool
    advice_roles: tuple[str, ...]
    # codes of others, regular expressions for texts that are not ours
    subject_pattern: str  # national 主体码
    trace_pattern: str  # national 追溯码
