"""What of each entry anybody may hear on the feed, and why the rest stays in the county. Data only.

A member is public because it stands in PUBLIC; every other one has its reason in WITHHELD, and a kind that stays whole
in SEALED_OFF. A certificate's number is not public: it leads to the trace page, and that names the producer.
"""

from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, Any]
MEASURED: Fields = {"channel": {}, "quantity": {}, "value": {}, "unit": {}}
DEVICE: Fields = {"profile": {}, "revision": {}, "model": {}, "firmware": {}, "evidence": {}}
FINDING: Fields = {"rule": {}, "effect": {}, "reason": {}}
GOODS: Fields = {"product": {}, "quantity": {}, "unit": {}}

# kind → public members → their public members; {} takes a plain value whole and refuses a table
PUBLIC: Mapping[str, Fields] = {
    "log.opened": {"county": {}, "station": {}, "key": {}, "software": {}, "predecessor": {}},
    "sample.taken": {
        "sample_code": {}, "sample_type": {}, "scene": {}, "product": {}, "taken_at": {},
        "quantity_seen": {}, "test_grams": {}, "reserve_grams": {}, "sample_source": {},
    },
    "tube.bound": {"sample_code": {}, "run": {}, "channel": {}, "late": {}},
    "test": {
        "run": {}, "sample_code": {}, "sample_type": {}, "scene": {}, "product": {},
        "method": {}, "method_confirmed": {}, "device": DEVICE, "sample": MEASURED, "value": {}, "unit": {},
        "verdict": {"outcome": {}, "rule": {}, "reason": {}}, "device_value": {}, "device_verdict": {},
        "disagrees": {}, "reagent_lot": {}, "retest_of": {}, "repeat": {}, "method_pack": {}, "item": {},
        "limit": {}, "reagent_expiry": {}, "started_at": {}, "temperature": {}, "humidity": {},
        "findings": FINDING, "sampled_at": {}, "calibration_due": {}, "channel": {}, "method_kind": {},
        "item_name": {}, "sample_source": {}, "reagent_maker": {},
    },
    "control": {
        "what": {}, "run": {}, "method": {}, "device": DEVICE, "readings": MEASURED, "passed": {},
        "findings": FINDING, "reagent_lot": {}, "value": {}, "unit": {}, "temperature": {}, "expected": {},
        "certified_on": {},
    },
    "run.ended": {"run": {}, "method": {}, "reason": {}, "samples": {}},
    "reagent": {"lot": {}, "method": {}, "event": {}, "expires": {}, "maker": {}},
    "observation": {"device": DEVICE, "readings": MEASURED, "rereads": {}},
    "lot.declared": GOODS,
    "incoming": {"paper": {}, "verified": {}, **GOODS, "missing": {}, "superseded": {}},
    "lot.dispatched": {"quantity": {}, "unit": {}},
    "lot.lost": {"quantity": {}, "unit": {}},
    "disposal": {"measure": {}, **GOODS, "tests": {}},
    "certificate": {
        "style": {}, "wording": {}, **GOODS, "date": {}, "basis": {}, "tests": {}, "clock_trusted": {},
        "rules": {}, "findings": FINDING, "nth": {}, "of": {},
    },
    "certificate.voided": {"reason": {}, "paper": {}},
    "reprint": {"copy": {}, "part": {}},
    "print": {"copy": {}, "part": {}, "outcome": {}},
    "voucher": {**GOODS, "date": {}},
    "label": {"product": {}, "labels": {}},
    "gate.check": {
        "at": {}, "market": {}, **GOODS, "paper": {}, "state": {}, "advice": {}, "decision": {},
        "findings": FINDING, "test": {},
    },
    "correction": {"corrects": {}, "field": {}},
    "rating": {"score": {}},
    "patrol": {"at": {}, "items": {"item": {}, "found": {}}},
    "slaughter.entry": {"at": {}, "product": {}, "heads": {}, "decision": {}, "tests": {}},
    "test.reviewed": {"test": {}, "agreed": {}},
    "shift.handover": {"at": {}},
    "supply": {"item": {}, "event": {}, "count": {}, "unit": {}},
    "fault.reported": {"part": {}, "what": {}, "problem": {}},
    "training.done": {"began": {}, "minutes": {}, "certificates": {}, "tests": {}, "sheets": {}},
    "incident": {"part": {}, "problem": {}},
    "order.done": {"stream": {}, "seq": {}, "order": {}, "done": {}},
    "day.closed": {
        "day": {}, "size": {}, "root": {}, "checkpoint": {}, "certificates": {}, "voided": {}, "tests": {},
        "positives": {},
    },
    "doctor.report": {"asked": {}, "checks": {"part": {}, "state": {}, "problem": {}}},
    "retention.done": {
        "before": {}, "days": {}, "spans": {"first": {}, "last": {}}, "held": {}, "months": {},
    },
}  # fmt: skip

# kinds of which nothing is told, not even that there was one → why
SEALED_OFF: Mapping[str, str] = {
    "drugs.stated": "what a producer said of his own field",
    "result.delivered": "the subject may still object",
    "objection": "a case between a subject and the office",
    "objection.closed": "a case between a subject and the office",
    "advice": "for named roles only, and no test in the sense of the statistics",
    "subject.proposed": "a person whom the county has not confirmed yet",
    "card.given": "whose a card is",
    "pin.set": "what a person proves himself with",
    "agreement.signed": "between a producer and the county",
    "complaint": "whoever tells is protected",
    "farm.work": "what a producer said of his own field",
}

# kinds whose content the office's own pages keep back as well, until its people have names and roles
FOR_ROLES = frozenset({"advice", "complaint"})

# why a member is not public
PERSON = "names a person, or leads to one"
PLACE = "leads to one farm or stall"
TRACE = "leads to the trace page, which names the producer"
TYPED = "typed by a person: may name somebody"
BYTES = "bytes or their hash: they stay in the county"
INNER = "of use inside the house only"

# member, or kind.member (Part.member) where another's of that name is public → why
WITHHELD: Mapping[str, str] = {
    **dict.fromkeys(("subject", "subject_name", "subject_code", "receiver", "to_subject", "seller"), PERSON),
    **dict.fromkeys(("producer", "producer_contact", "contact", "issuer", "marks", "presence", "present"), PERSON),
    **dict.fromkeys(("sampler", "tester", "tester_code", "reviewer", "read_by", "inspector", "by"), PERSON),
    **dict.fromkeys(("witness", "second", "signatures", "sealed", "id_tail", "person", "proofs", "facts"), PERSON),
    **dict.fromkeys(("origin", "stall", "place", "plot", "region", "position", "name", "address", "to"), PLACE),
    **dict.fromkeys(("number", "lot", "parent", "sources", "certificate", "voucher", "replaces", "dependents"), TRACE),
    **dict.fromkeys(("trace_code", "seals", "tube", "visit", "quarantine", "ear_tags"), TRACE),
    **dict.fromkeys(("note", "old", "new", "evidence", "quantity_typed", "harvested", "issued_on"), TYPED),
    **{f"{kind}.reason": TYPED for kind in ("reprint", "print", "lot.lost", "gate.check", "correction", "order.done")},
    "slaughter.entry.reason": TYPED,
    "patrol.advice": TYPED,
    "shift.handover.samples": TRACE,
    **dict.fromkeys(("capture", "raw", "photograph", "picture", "pictures", "promise", "text", "digest"), BYTES),
    **dict.fromkeys(("code", "predecessor_root"), BYTES),
    **dict.fromkeys(("blank", "record", "device_serial", "predecessor_through", "task", "wording_confirmed"), INNER),
    **dict.fromkeys(("parts", "curve", "alarmed", "runs", "alarms"), INNER),
    **dict.fromkeys(("companion", "leaving", "arriving"), PERSON),
    "Measured.taken_at": INNER,  # the instrument's own clock
}

# member that is public although WITHHELD has its name → what it is there
OTHERWISE: Mapping[str, str] = {
    "reagent.lot": "the reagent's lot, not the goods'",
    "Device.evidence": "what the profile rests on, not what a person said",
}
