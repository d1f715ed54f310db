"""The worked rows of `packs/rules/correction.toml`: one correction, and the certificates that rest on it."""

from collections.abc import Callable

from kiosk.rules.messages import EntryBody
from kiosk.rules.oversight import correction as rules
from kiosk.rules.oversight.dependents import Books, dependents, follows
from tests.support import oversight as made

Given = dict[str, str]
CLAUSES = ("field", "reading", "sealed", "fixed", "old", "new", "reason", "by", "second")


def _entry(given: Given) -> EntryBody:
    entries: dict[str, EntryBody] = {
        "lot": made.lot(),
        "test": made.test(),
        "certificate": made.certificate(),
        "incoming": made.incoming(verified=given.get("verified") == "yes"),
    }
    return entries[given.get("entry", "lot")]


def _corrected(rule: str) -> Callable[[Given], str]:
    def corrected(given: Given) -> str:
        named = {name: given[name] for name in ("field", "old", "new", "reason", "by", "second") if name in given}
        wanted = made.correction(corrects=int(given.get("corrects", "7")), **named)
        told = rules.may_correct(7, _entry(given), wanted, second_reviewer=given.get("asked") == "yes")
        return made.told(told, rule)

    return corrected


def _dependents(given: Given) -> str:
    """A correction of lot L1, and one certificate for the lot of the row."""
    source = (given["source"],) if "source" in given else ()
    lots = (made.lot(), made.lot(lot="L2", parent=given.get("parent", ""), sources=source))
    void = frozenset({made.NUMBER}) if given.get("void") == "yes" else frozenset[str]()
    books = Books((made.certificate(lot=given["lot"]),), lots=lots, void=void)
    return "told" if follows(dependents(7, made.lot(), books), books) else "silent"


WORKED: dict[str, Callable[[Given], str]] = {
    **{f"correction/{clause}": _corrected(f"correction/{clause}") for clause in CLAUSES},
    "correction/dependents": _dependents,
}
