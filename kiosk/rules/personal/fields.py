"""What every open text of every entry and order may hold of a person. Data only; a new field has to be classed here.

A text with a form (a digest, a day, one word of a list) can hold nothing else and is not listed.
"""

from collections.abc import Mapping
from enum import StrEnum


class Holds(StrEnum):
    SEALED = "sealed"  # what a rule requires of a person: closed to all but the county
    PERSON = "person"  # a name, a place or the contact that he chose: in clear, because the paper or a form shows it
    TYPED = "typed"  # a person's own words: numbers of people are masked before they are signed
    CODE = "code"  # the number or words of somebody else: an ID number in it is masked, digits stay
    NONE = "none"  # ours: a code, a unit, a name out of a list


# field, or Type.field where that type's is another → what it may hold
FIELDS: Mapping[str, Holds] = {
    "GateCheck.sealed": Holds.SEALED,
    "Complaint.sealed": Holds.SEALED,
    "Complaint.text": Holds.TYPED,
    "Trained.person": Holds.PERSON,
    "Patrol.advice": Holds.TYPED,
    "PatrolItem.item": Holds.NONE,
    "Supply.item": Holds.NONE,
    **dict.fromkeys(
        (
            "name", "address", "contact", "producer_contact", "subject_name", "producer", "issuer", "seller",
            "controller", "control", "origin", "sampler", "tester", "reviewer", "read_by", "inspector", "by", "witness",
            "second", "old", "new", "village", "companion", "leaving", "arriving", "adviser", "who",
        ),
        Holds.PERSON,
    ),
    **dict.fromkeys(
        (
            "product", "products", "place", "stall", "market", "plot", "to", "reason", "note", "facts",
            "quantity_typed", "maker", "reagent_maker", "item", "item_name", "given", "amount",
        ),
        Holds.TYPED,
    ),
    **dict.fromkeys(
        (
            "sample_code", "samples", "tube", "seals", "subject_code", "code", "trace_code", "tester_code", "badge",
            "device_serial", "device_verdict", "reagent_lot", "report", "laboratory", "issued_on", "taken_at",
            "registration", "title", "text", "grade", "source", "id_tail", "quarantine", "ear_tags",
        ),
        Holds.CODE,
    ),
    "Incoming.number": Holds.CODE,
    "GateCheck.number": Holds.CODE,
    "DrugUse.name": Holds.TYPED,
    "ReagentOpened.lot": Holds.CODE,
    "Proofs.incoming": Holds.CODE,
    **dict.fromkeys(
        (
            "id", "subject", "subjects", "to_subject", "receiver", "into", "withdrawn", "card",
            "county", "station", "stations", "session",
            "software", "region", "lot", "parent", "sources", "task", "visit", "run", "number",
            "certificate", "voucher", "replaces", "dependents", "incoming", "method", "method_pack", "method_kind",
            "unit", "profile", "model", "firmware", "evidence", "quantity", "rule", "rules", "curve",
            "ingredients", "missing", "wording", "parts", "marks", "alarmed", "roles", "field", "part", "problem",
            "stream", "order", "checkpoint", "asked", "months", "edition", "signature", "file", "values", "pin",
            "notice", "version", "runs", "sort", "mark", "duty", "about", "hours",
        ),
        Holds.NONE,
    ),
    # a key that says a sentence, not a person's words
    **{f"{kind}.reason": Holds.NONE for kind in ("Verdict", "Finding", "RunEnded", "OrderDone", "KeyRevoked")},
    "DutyPut.channel": Holds.NONE,
    "OrderAsked.text": Holds.NONE,  # an order, whose own fields are classed
    "KeyGrant.name": Holds.NONE,  # under the root's signature
    "PackPut.text": Holds.NONE,  # bound by its digest
    "Certificate.text": Holds.NONE,  # a digest
    "AgreementSigned.text": Holds.NONE,  # a digest
    # what we print
    **{f"{kind}.code": Holds.NONE for kind in ("Certificate", "Voucher", "TraceLabel")},
}  # fmt: skip


def holds(kind: str, name: str) -> Holds | None:
    """By the names of the type and of its field; None for a text with a form, or one that nobody has classed."""
    return FIELDS.get(f"{kind}.{name}", FIELDS.get(name))
