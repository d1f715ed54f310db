"""The worked rows of `packs/rules/void.toml`, put to the real rules."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from kiosk.rules.certify import void as rules
from kiosk.rules.certify.void import Issued
from tests.support import lots as made

Given = dict[str, str]


def _issued(given: Given) -> Issued:
    return Issued(
        "C1",
        "s1",
        "tomato",
        "A",
        Decimal(60),
        "kg",
        void=given.get("void") == "yes",
        printed=given.get("printed", "yes") == "yes",
        accepted=given.get("accepted") == "yes",
        sent=Decimal(given.get("sent", "0")),
        replaced_by=given.get("by", ""),
    )


def _void(rule: str, given: Given) -> str:
    entry = made.voided(
        "C1", given.get("reason", "wrong_quantity"), given.get("paper", "taken_back"), given.get("note", "x")
    )
    return made.told(rules.may_void(_issued(given), entry, subject_present=given.get("present", "s1")), rule)


def _replace(rule: str, given: Given) -> str:
    issued = _issued({"void": "yes"} | given)
    new = made.certificate("C3")
    if given.get("subject") == "s2":
        issued = Issued("C1", "s2", "tomato", "A", Decimal(60), "kg", void=True)
    return made.told(rules.may_replace(issued, new), rule)


def _positive(given: Given) -> str:
    return made.told(rules.after_positive([_issued(given)], given["lots"].split()), "void/positive")


WORKED: dict[str, Callable[[Given], str]] = {
    "void/once": partial(_void, "void/once"),
    "void/by": partial(_void, "void/by"),
    "void/note": partial(_void, "void/note"),
    "void/paper": partial(_void, "void/paper"),
    "void/accepted": partial(_void, "void/accepted"),
    "void/sent": partial(_void, "void/sent"),
    "void/positive": _positive,
    "void/replaces_void": partial(_replace, "void/replaces_void"),
    "void/replaces_own": partial(_replace, "void/replaces_own"),
    "void/replaces_once": partial(_replace, "void/replaces_once"),
}
