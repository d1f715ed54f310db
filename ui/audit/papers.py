"""Numbered papers and their copies: one original each, one end each, every copy counted before it was printed.

A copy's end is `printed`, `confirmed` or `failed`, or the number is void; `unknown` alone is none. Parts of one issue
are counted each by itself.
"""

from dataclasses import dataclass
from sys import intern

from ui.audit.entry import Entry
from ui.audit.numbers import is_number
from ui.audit.view import View, body_of, number, text

CERTIFICATE, VOUCHER, LABEL = "certificate", "voucher", "label"
NUMBERED = (CERTIFICATE, VOUCHER, LABEL)
IN_HAND = ("printed", "confirmed")
ENDS = (*IN_HAND, "failed")
OUTCOMES = (*ENDS, "unknown")
WHOLE = ("",)  # the parts of a paper that has none


@dataclass(slots=True)
class Copies:
    """Of one part. `outcome` is what was last said of the newest copy, empty when nothing yet."""

    begun: int = 1
    outcome: str = ""
    done: tuple[int, ...] = ()


@dataclass(slots=True)
class Paper:
    kind: str
    seq: int  # of its own entry
    subject: str = ""
    parts: tuple[str, ...] = WHOLE
    touched: int = 0  # seq of the last entry about it
    void: int = 0
    replaced: str = ""
    copies: tuple[tuple[str, Copies], ...] = ()  # by part; a log has many papers, and most have one

    def of(self, part: str) -> Copies:
        found = next((one for name, one in self.copies if name == part), None)
        if found is None:
            found = Copies()
            self.copies = (*self.copies, (part, found))
        return found

    @property
    def in_hand(self) -> bool:
        return any(one.done for _, one in self.copies)


class Papers:
    def __init__(self, view: View) -> None:
        self._view = view
        self.known: dict[str, Paper] = {}
        self._closed = 0  # the last entry with which what came before it has to have an end

    def certificate(self, entry: Entry) -> None:
        body = body_of(entry)
        told = text(body, "number")
        if not is_number(told, self._view.owner.county):
            self._view.tell.found("number_form", entry.seq, number=told)
        self._closed = entry.seq
        parts = tuple(intern(str(part)) for part in body.get("parts") or ()) or WHOLE
        self._issued(told, Paper(CERTIFICATE, entry.seq, intern(text(body["subject"], "id")), parts))
        nth, of = number(body, "nth", 0), number(body, "of", 0)
        if not (0 < nth <= of or nth == of == 0):
            self._view.tell.found("paper_of", entry.seq, number=told, nth=nth, of=of)
        if replaced := text(body, "replaces", ""):
            self._replaces(entry.seq, told, replaced)

    def numbered(self, entry: Entry) -> None:
        """A voucher or a label."""
        self._issued(text(body_of(entry), "number"), Paper(entry.kind, entry.seq))

    def printed(self, entry: Entry) -> None:
        body = body_of(entry)
        told, copy, outcome = text(body, "number"), number(body, "copy"), text(body, "outcome")
        paper = self._paper("print_unknown", entry, told)
        if paper is None:
            return
        copies = self._copies(paper, entry, told)
        if not 1 <= copy <= copies.begun:
            self._view.tell.found("copy_unannounced", entry.seq, number=told, copy=copy)
            copies.begun = max(copy, copies.begun)
        if outcome not in OUTCOMES:
            raise ValueError(outcome)
        if outcome in IN_HAND:
            self._came_out(paper, copies, entry, told)
        elif copy in copies.done and paper.kind != LABEL:
            self._view.tell.found("end_changed", entry.seq, number=told, copy=copy, outcome=outcome)
        if copy == copies.begun:
            copies.outcome = intern(outcome)

    def reprint(self, entry: Entry) -> None:
        body = body_of(entry)
        told, copy = text(body, "number"), number(body, "copy")
        paper = self._paper("reprint_unknown", entry, told)
        if paper is None:
            return
        if paper.void:
            self._view.tell.found("reprint_void", entry.seq, number=told, void=paper.void)
        copies = self._copies(paper, entry, told)
        if copy != copies.begun + 1:
            self._view.tell.found("copies_gap", entry.seq, number=told, copy=copy, expected=copies.begun + 1)
        elif not copies.outcome:
            self._view.tell.found("reprint_early", entry.seq, number=told, copy=copy)
        copies.begun, copies.outcome = max(copy, copies.begun), ""

    def voided(self, entry: Entry) -> None:
        body = body_of(entry)
        told = text(body, "number")
        paper = self._paper("void_unknown", entry, told)
        if paper is None:
            return
        if paper.void:
            self._view.tell.found("void_twice", entry.seq, number=told, void=paper.void)
        if text(body, "paper") == "not_printed" and paper.in_hand:
            self._view.tell.found("void_not_printed", entry.seq, number=told)
        paper.void = paper.void or entry.seq

    def day_closed(self, entry: Entry) -> None:
        self._closed = entry.seq

    def end(self) -> None:
        for told, paper in self.known.items():
            if paper.kind == CERTIFICATE and not paper.void:
                self._ended(told, paper)

    # --- within -------------------------------------------------------------------------------------------------

    def _issued(self, told: str, paper: Paper) -> None:
        paper.touched = paper.seq
        if told in self.known:
            self._view.tell.found("number_twice", paper.seq, number=told, before=self.known[told].seq)
        else:
            self.known[told] = paper

    def _paper(self, code: str, entry: Entry, told: str) -> Paper | None:
        paper = self.known.get(told)
        if paper is None or (paper.kind != CERTIFICATE and code == "void_unknown"):
            self._view.missing(code, entry.seq, NUMBERED, number=told)
            return None
        paper.touched = entry.seq
        return paper

    def _copies(self, paper: Paper, entry: Entry, told: str) -> Copies:
        part = text(body_of(entry), "part", "")
        if paper.kind == CERTIFICATE and part not in paper.parts:
            self._view.tell.found("part_unknown", entry.seq, number=told, part=part)
        return paper.of(part)

    def _came_out(self, paper: Paper, copies: Copies, entry: Entry, told: str) -> None:
        """One more paper in somebody's hand. A batch of labels is many papers under one number."""
        body = body_of(entry)
        copy, facts = number(body, "copy"), {"number": told, "copy": body["copy"]}
        if copy in copies.done and paper.kind != LABEL:
            self._view.tell.found("original_twice" if copy == 1 else "copy_twice", entry.seq, **facts)
        elif copy == copies.begun and copies.outcome == "unknown" and body["outcome"] == "printed":
            self._view.tell.remarked("late_print", entry.seq, **facts)
        if paper.void and body["outcome"] == "printed":
            self._view.tell.remarked("void_print", entry.seq, void=paper.void, **facts)
        if copy not in copies.done:
            copies.done = (*copies.done, copy)

    def _replaces(self, seq: int, told: str, replaced: str) -> None:
        old = self.known.get(replaced)
        facts = {"number": told, "replaces": replaced}
        if old is None or old.kind != CERTIFICATE:
            self._view.missing("replaces_unknown", seq, NUMBERED, **facts)
            return
        tell = self._view.tell
        if not old.void:
            tell.found("replaces_standing", seq, **facts)
        if old.replaced:
            tell.found("replaced_twice", seq, before=old.replaced, **facts)
        if told in self.known and self.known[told].subject != old.subject:
            tell.found("replaces_other", seq, **facts)
        old.replaced = told

    def _ended(self, told: str, paper: Paper) -> None:
        left = [part for part in paper.parts if paper.of(part).outcome not in ENDS]
        facts = {"number": told, "part": ", ".join(filter(None, left))}
        if not left:
            return
        if self._closed > paper.touched:
            self._view.tell.found("no_end", paper.seq, **facts)
        else:
            self._view.tell.remarked("open", paper.seq, **facts)
