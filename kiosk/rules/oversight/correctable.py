"""Which field of which entry a correction may name: a closed table, because no order of a county may widen it.

A pack can be replaced by an order; what keeps a verdict from being corrected therefore stands in code. A field that
nobody classed is not correctable, and a test fails until somebody classes it.
"""

from enum import StrEnum

from kiosk.rules.messages import EntryBody, GateCheck, Incoming


class Class(StrEnum):
    """Only CLERICAL may be corrected; each other class says what is done instead."""

    CLERICAL = "clerical"  # what a person typed or told, and no seal, reading or clock rests in it
    READING = "reading"  # measured or judged: test again
    SEALED = "sealed"  # under a seal or on a numbered paper: void it, issue anew
    FIXED = "fixed"  # who, when, whose, which: make a further entry


# Read from a certificate of ours by its seal, so that they are the seal's and not the typist's.
OF_THE_SEAL = ("product", "quantity", "issuer", "number", "origin", "issued_on", "contact")
CHECKED_AT_GATE = ("issuer", "number", "issued_on")


def class_of(entry: EntryBody, field: str) -> Class | None:
    """None: the entry has no such field, or nobody has classed it."""
    return Class.SEALED if field in _of_the_seal(entry) else classes(entry.kind).get(field)


def classes(kind: str) -> dict[str, Class]:
    """Every classed field of a kind of entry."""
    return {name: one for one, names in TABLE.get(kind, {}).items() for name in names.split()}


def _of_the_seal(entry: EntryBody) -> tuple[str, ...]:
    if isinstance(entry, Incoming) and entry.verified:
        return OF_THE_SEAL
    return CHECKED_AT_GATE if isinstance(entry, GateCheck) and entry.paper == "ours" else ()


TABLE: dict[str, dict[Class, str]] = {
    "log.opened": {
        Class.FIXED: "county station key software predecessor predecessor_through predecessor_root name address region"
        " position"
    },
    "sample.taken": {
        Class.CLERICAL: "subject_name origin stall place quantity_seen task producer producer_contact",
        Class.FIXED: "sample_code sample_type scene subject product lot taken_at sampler test_grams reserve_grams seals"
        " signatures pictures subject_code sample_source region position",
    },
    "tube.bound": {Class.FIXED: "tube sample_code run channel late by"},
    "test": {
        Class.CLERICAL: "subject_name origin stall place producer",
        Class.READING: "blank sample value unit verdict device_value device_verdict disagrees capture limit temperature"
        " humidity photograph findings method method_confirmed method_pack item device device_serial calibration_due"
        " reagent_lot reagent_expiry reagent_maker read_by channel method_kind item_name",
        Class.FIXED: "visit run sample_code sample_type scene subject product retest_of lot repeat started_at tester"
        " reviewer sampled_at subject_code sample_source sampler tester_code region position",
    },
    "control": {
        Class.READING: "device readings passed findings capture value unit temperature expected method reagent_lot",
        Class.FIXED: "what run certificate certified_on",
    },
    "run.ended": {Class.FIXED: "run method reason facts samples visit"},
    "reagent": {Class.READING: "curve code", Class.FIXED: "lot method event expires by maker"},
    "observation": {Class.READING: "device readings capture", Class.FIXED: "rereads"},
    "lot.declared": {
        Class.CLERICAL: "quantity origin harvested",
        Class.FIXED: "lot subject product unit quantity_typed visit plot parent sources",
    },
    "drugs.stated": {Class.FIXED: "visit lot subject product used uses harvest earliest"},
    "incoming": {
        Class.CLERICAL: "product quantity issuer number contact origin issued_on",
        Class.READING: "verified missing superseded",
        Class.FIXED: "visit receiver paper unit picture lot",
    },
    "lot.dispatched": {
        Class.CLERICAL: "quantity to",
        Class.FIXED: "lot unit quantity_typed to_subject certificate voucher",
    },
    "lot.lost": {Class.CLERICAL: "quantity reason", Class.FIXED: "lot unit quantity_typed"},
    "disposal": {
        Class.CLERICAL: "quantity place",
        Class.FIXED: "lot subject product measure unit by tests pictures witness",
    },
    "certificate": {
        Class.SEALED: "number style wording wording_confirmed subject product quantity unit quantity_typed origin date"
        " basis tests promise text code parts nth of marks",
        Class.FIXED: "visit presence clock_trusted lot present proofs rules findings replaces",
    },
    "certificate.voided": {Class.CLERICAL: "note", Class.FIXED: "number reason by paper visit"},
    "reprint": {Class.SEALED: "number copy part", Class.FIXED: "reason"},
    "print": {Class.SEALED: "number copy part", Class.FIXED: "outcome evidence reason"},
    "voucher": {
        Class.SEALED: "number subject product lot quantity unit quantity_typed origin date to code certificate"
        " trace_code",
        Class.FIXED: "visit",
    },
    "label": {Class.SEALED: "number subject product lot labels code certificate marks", Class.FIXED: "visit"},
    "gate.check": {
        Class.CLERICAL: "stall product quantity origin number issuer issued_on task",
        Class.READING: "state advice findings",
        Class.FIXED: "at market seller unit paper decision reason inspector picture test sealed id_tail person alarmed"
        " region position",
    },
    "result.delivered": {
        Class.READING: "outcome",
        Class.FIXED: "test sample_code subject how received_at signatures deadline",
    },
    "objection": {Class.FIXED: "delivery sample_code subject asked_at in_time by reason"},
    "objection.closed": {
        Class.CLERICAL: "laboratory",
        Class.READING: "result outcome report",
        Class.FIXED: "objection received_at reported_at",
    },
    "advice": {Class.READING: "outcome wait_until", Class.FIXED: "visit subject product plot test roles"},
    "correction": {Class.FIXED: "corrects field old new reason by second dependents"},
    "subject.proposed": {Class.CLERICAL: "village note", Class.FIXED: "subject by"},
    "card.given": {Class.FIXED: "card subject reason by replaces"},
    "pin.set": {Class.FIXED: "subject pin by"},
    "agreement.signed": {
        Class.FIXED: "subject subject_name what edition text date presence present signature by",
    },
    "rating": {Class.FIXED: "score"},
    "complaint": {Class.FIXED: "about text number sealed pictures"},
    "patrol": {
        Class.CLERICAL: "subject_name place",
        Class.FIXED: "subject at inspector items companion advice task pictures signatures position",
    },
    "slaughter.entry": {
        Class.CLERICAL: "subject_name origin product heads quarantine",
        Class.FIXED: "at subject decision inspector lot ear_tags tests reason pictures",
    },
    "test.reviewed": {Class.FIXED: "test reviewer agreed note"},
    "shift.handover": {Class.FIXED: "at leaving arriving runs samples alarms note signatures"},
    "supply": {Class.FIXED: "item event count unit by subject note"},
    "fault.reported": {Class.FIXED: "part what note by problem"},
    "training.done": {Class.FIXED: "person began minutes certificates tests sheets"},
    "farm.work": {Class.CLERICAL: "product on plot given amount note", Class.FIXED: "subject what by"},
    "incident": {Class.FIXED: "part problem facts visit"},
    "order.done": {Class.FIXED: "stream seq order digest done reason"},
    "day.closed": {Class.FIXED: "day size root checkpoint certificates voided tests positives"},
    "doctor.report": {Class.FIXED: "asked checks"},
    "retention.done": {Class.FIXED: "before days spans held months"},
}
