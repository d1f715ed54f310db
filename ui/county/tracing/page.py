"""What the public pages draw: facts in, the values of a template out. They say what the facts say and nothing more."""

from collections.abc import Mapping
from typing import Any

from ui.county.sheet_paper import paper_title
from ui.county.telling import Teller, percent
from ui.county.trace import Standing, Void
from ui.county.tracing.facts import CertificateFact, Fact, ForeignFact, PaperFact

GOOD = (Standing.RECORDED, Standing.STORED)
TEMPLATES: Mapping[str, str] = {
    "certificate": "trace.html",
    "voucher": "paper.html",
    "label": "paper.html",
    "foreign": "foreign.html",
}
LINKED = ("https://", "tel:")  # what may stand behind a link where anybody may report


def values(fact: Fact, tell: Teller) -> dict[str, Any]:
    match fact:
        case CertificateFact():
            return _certificate(fact, tell)
        case PaperFact():
            return {"fact": fact, "title": paper_title(fact.kind, tell), **_report(fact.complaints)}
        case ForeignFact():
            scope = tell.scope([test.method for test in fact.tests])
            quantity = tell.amount(fact.quantity, fact.unit)
            return {"fact": fact, "scope": scope, "percent": percent, "quantity": quantity, **_report("")}


def report_link(complaints: str) -> str:
    """The address behind where anybody may report; empty for what is only to be read."""
    digits = "".join(sign for sign in complaints if sign.isdigit())
    if complaints.startswith(LINKED):
        return complaints
    return f"tel:{digits}" if digits and not complaints.strip("0123456789- ") else ""


def _report(complaints: str) -> dict[str, str]:
    return {"complaints": complaints, "report": report_link(complaints)}


def _certificate(fact: CertificateFact, tell: Teller) -> dict[str, Any]:
    check = fact.check
    known = check.void is Void.NOBODY
    return {
        "fact": fact,
        "good": known and check.standing in GOOD,
        "awaited": known and check.standing is Standing.AWAITED,
        "quantity": tell.amount(fact.quantity, fact.unit),
        "scope": tell.scope([test.method for test in fact.tests]),
        "percent": percent,
        **_report(fact.complaints),
    }
