"""Every entry goes to those who judge its kind. A body that is not of its kind's form is a finding, never a fault."""

from collections.abc import Callable
from datetime import datetime

from ui.audit.chronology import Chronology
from ui.audit.entry import Entry
from ui.audit.errors import Wrong
from ui.audit.grounds import Grounds
from ui.audit.papers import Papers
from ui.audit.rules import rules
from ui.audit.seals import CheckLater, Seals
from ui.audit.tally import Tally
from ui.audit.tree import Tree
from ui.audit.upkeep import CLOSED, Corrections, Days, Opening, Orders, Retention
from ui.audit.view import View

ODD = (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError)

Judge = Callable[[Entry], None]


class Judges:
    """`check_code` takes the signature of a certificate's code, to be checked beside the reading."""

    def __init__(self, view: View, check_code: CheckLater, receipt: tuple[int, datetime] | None) -> None:
        held = rules()
        self._view = view
        self.tally, self.chronology, self.papers = Tally(), Chronology(view, receipt), Papers(view)
        self.opening = Opening(view)
        self._days, self._retention = Days(view), Retention(view, frozenset(held["stays"]))
        self._corrections = Corrections(view, held["correctable"])
        grounds, orders = Grounds(view), Orders(view)
        seals = Seals(view, check_code, grounds.tested)
        self._every: tuple[Judge, ...] = (
            self.opening.take, self.chronology.take, self._corrections.take, self._retention.take, self._days.take,
            self.tally.take,
        )  # fmt: skip
        self._of: dict[str, tuple[Judge, ...]] = {
            "log.opened": (self.opening.opened,),
            "test": (grounds.test,),
            "lot.declared": (grounds.declaration,),
            "lot.dispatched": (grounds.dispatched,),
            "lot.lost": (grounds.lost,),
            "incoming": (grounds.incoming,),
            "certificate": (self.papers.certificate, grounds.certificate, seals.certificate),
            "certificate.voided": (self.papers.voided, grounds.voided),
            "reprint": (self.papers.reprint,),
            "print": (self.papers.printed,),
            "voucher": (self.papers.numbered,),
            "label": (self.papers.numbered,),
            "correction": (self._corrections.correction, grounds.correction),
            "retention.done": (self._retention.retired,),
            "order.done": (orders.done,),
            CLOSED: (self.papers.day_closed,),
        }

    def take(self, entry: Entry, tree: Tree) -> None:
        """`tree` is that of the entries before this one."""
        for judge in self._every:
            judge(entry)
        if entry.body is not None:
            for judge in self._of.get(entry.kind, ()):
                self._asked(judge, entry)
            if entry.kind == CLOSED:
                self._asked(lambda closed: self._days.closed(closed, tree.size, tree.root()), entry)

    def end(self) -> None:
        """All entries were seen."""
        self.papers.end()
        self._retention.end()
        self.chronology.end()
        if self._view.unjudged:
            self._view.tell.remarked("not_judged", count=self._view.unjudged)

    def _asked(self, judge: Judge, entry: Entry) -> None:
        try:
            judge(entry)
        except Wrong as wrong:
            self._view.tell.caught(wrong)
        except ODD as odd:
            self._view.tell.found("body_form", entry.seq, kind=entry.kind, told=type(odd).__name__)
