"""What was done in a log, counted for a reader. Nothing is judged here."""

from collections import Counter

from ui.audit.entry import Entry

KINDS = {
    "certificate": "certificates", "certificate.voided": "voided", "reprint": "reprints", "test": "tests",
    "control": "controls", "incident": "incidents", "correction": "corrections", "order.done": "orders",
    "day.closed": "days", "lot.declared": "lots", "gate.check": "gate_checks",
}  # fmt: skip
OUTCOMES = ("negative", "suspect", "positive", "invalid")
COPIES = ("printed", "confirmed", "unknown", "failed")


class Tally:
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def take(self, entry: Entry) -> None:
        self._counts["entries"] += 1
        if entry.kind in KINDS:
            self._counts[KINDS[entry.kind]] += 1
        body = entry.body
        if body is None:
            self._counts["retired"] += 1
        elif entry.kind == "test" and isinstance(body.get("verdict"), dict):
            self._counts[str(body["verdict"].get("outcome"))] += 1
        elif entry.kind == "print":
            self._counts[str(body.get("outcome"))] += 1

    @property
    def table(self) -> dict[str, int]:
        """Every count, also where it is 0."""
        return {name: self._counts[name] for name in ("entries", "retired", *KINDS.values(), *OUTCOMES, *COPIES)}
