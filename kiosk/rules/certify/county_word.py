"""What the county said of a producer, and how old its word is. It marks a certificate and stops nobody (design §8)."""

from datetime import date

from kiosk.rules.messages import Credit, Finding
from kiosk.rules.ruling import Ruling, warn
from kiosk.rules.settings import CountySettings

LIST_OLD = "certificate/list_old"
LISTED = "certificate/listed"


def list_age(heard: date | None, today: date, settings: CountySettings) -> Ruling | None:
    """`heard` is the day of the county's newest word; None: this station has never heard it."""
    if heard is None:
        return warn(LIST_OLD, "certificate.list_never")
    if (today - heard).days <= settings.list_days:
        return None
    return warn(LIST_OLD, "certificate.list_old", as_of=heard.isoformat())


def listed(credit: Credit | None, today: date) -> Ruling | None:
    """A producer on a list of the county, on the days that it names."""
    day = today.isoformat()
    if credit is None or not credit.listed or day < credit.since or (credit.until and day > credit.until):
        return None
    return warn(LISTED, f"certificate.listed_{credit.listed}", since=credit.since)


def as_of(findings: tuple[Finding, ...]) -> str | None:
    """For the paper, from the entry: up to which day the lists were known; empty: never. None: nothing to be said."""
    found = next((finding for finding in findings if finding.rule == LIST_OLD), None)
    return None if found is None else found.facts.get("as_of", "")
