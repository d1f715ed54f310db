"""What belongs to one entry and stands in others: corrections, reviews, controls, its place in the tree."""

import base64
from dataclasses import dataclass
from datetime import date

from kiosk.checkpoint import open_receipt
from kiosk.contract import ContractError
from kiosk.rules.messages import Control, Correction, Reviewed, Test, TestJudged
from kiosk.rules.personal.typed import masked
from kiosk.trust import SealError, Trust
from ui.county.reader import Kept, Reader, Receipted
from ui.county.rows import envelope_of
from ui.county.sheet_checks import agreed_told, corrected, passed_told
from ui.county.telling import Teller, measured, plain
from ui.county.tracing.chain import MOST, Recorded, corrections, read
from ui.county.tracing.tables import key

OF_RUN = "select log, seq from trace_control where log = ? and run = ? order by seq desc limit ?"
OF_METHOD = """select log, seq from trace_control where log = ? and method = ? and seq < ?
  order by seq desc limit ?"""
REVIEWED = "select log, seq from reviewed where log = ? and test = ? order by seq limit ?"
JUDGED = """select entry.* from act join entry using (log, seq) where act.about = ? and act.kind = ?
  order by act.time limit ?"""
NEWEST = 3  # controls of the method before this run


@dataclass(frozen=True, slots=True)
class Change:
    """A correction in words; `address` is its own page."""

    words: str
    why: str
    time: str
    address: str


@dataclass(frozen=True, slots=True)
class Review:
    agreed: bool
    words: str
    who: str
    note: str
    time: str
    address: str


@dataclass(frozen=True, slots=True)
class ControlLine:
    """`whose`: of the same run, or the newest of the method before it."""

    whose: str
    what: str
    passed: bool
    told: str
    value: str
    time: str
    address: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where an entry stands in the tree that a receipt signs; `note` is the receipt as it stands."""

    index: int
    size: int
    root: str
    note: str


class Beside:
    """Of one entry, for a page in one language."""

    def __init__(self, kept: Kept, reader: Reader, tell: Teller, today: date) -> None:
        self._header = kept.envelope.header
        self._reader = reader
        self._tell = tell
        self._today = today

    def changes(self) -> tuple[Change, ...]:
        found = corrections(self._reader, self._header.log, self._header.seq)
        return tuple(self._change(one, one.body) for one in found if isinstance(one.body, Correction))

    def reviews(self) -> tuple[Review, ...]:
        """Of stations and of the county."""
        name = (self._header.log, self._header.seq)
        rows = self._reader.sql.execute(REVIEWED, (*name, MOST)).fetchall()
        found = read(self._reader, ((row["log"], row["seq"]) for row in rows))
        told = [self._reviewed(one, one.body) for one in found if isinstance(one.body, Reviewed)]
        acts = self._reader.sql.execute(JUDGED, (f"{name[0]}/{name[1]}", TestJudged.kind, MOST)).fetchall()
        for row in acts:
            envelope = envelope_of(row)
            try:
                act = envelope.act
            except ContractError:
                continue  # of newer software
            if isinstance(act, TestJudged):
                told.append(self._judged(act, envelope.header.time))
        return tuple(told)

    def controls(self, test: Test) -> tuple[ControlLine, ...]:
        """Of the test's run, and the newest of its method before it."""
        log, seq = self._header.log, self._header.seq
        run = self._reader.sql.execute(OF_RUN, (log, key(test.run), MOST)).fetchall()
        method = self._reader.sql.execute(OF_METHOD, (log, key(test.method), seq, NEWEST)).fetchall()
        names = dict.fromkeys((row["log"], row["seq"]) for row in (*run, *method))
        lines = [(one, one.body) for one in read(self._reader, names) if isinstance(one.body, Control)]
        return tuple(self._control(one, control, test.run) for one, control in lines)

    def _change(self, found: Recorded, change: Correction) -> Change:
        say = self._tell.say
        field = self._tell.word("county.field", change.field)
        facts = {"reason": masked(change.reason), "by": change.by}
        why = say("county.entry.change_why", **facts)
        if change.second:
            why = say("county.entry.change_second", second=change.second, **facts)
        old, new = corrected(change.field, change.old), corrected(change.field, change.new)
        words = say("county.entry.change", field=field, old=old, new=new)
        return Change(words, why, self._time(found), _address(found))

    def _reviewed(self, found: Recorded, review: Reviewed) -> Review:
        who = self._tell.say("county.entry.review_station", who=review.reviewer)
        agreed = review.agreed
        return Review(
            agreed, agreed_told(self._tell, agreed=agreed), who, masked(review.note), self._time(found), _address(found)
        )

    def _judged(self, act: TestJudged, time: str) -> Review:
        who = self._tell.say("county.entry.review_county", who=act.by)
        words = agreed_told(self._tell, agreed=act.agreed)
        return Review(act.agreed, words, who, masked(act.note), self._tell.time(time, self._today), "")

    def _control(self, found: Recorded, control: Control, run: str) -> ControlLine:
        whose = "run" if control.run == run else "method"
        return ControlLine(
            self._tell.say(f"county.entry.controls_{whose}"),
            self._tell.word("county.control", control.what),
            control.passed,
            passed_told(control, self._tell),
            "" if control.value is None else measured(plain(control.value), control.unit),
            self._time(found),
            _address(found),
        )

    def _time(self, found: Recorded) -> str:
        return self._tell.time(found.kept.envelope.header.time, self._today)


def leaf(seq: int, head: Receipted | None, trust: Trust) -> Leaf | None:
    """None while no receipt that can be read covers the entry."""
    if head is None or not head.receipt or seq > head.receipted:
        return None
    try:
        tree = open_receipt(head.receipt, trust).checkpoint
    except SealError:
        return None
    return Leaf(seq - 1, tree.size, base64.b64encode(tree.root).decode(), head.receipt)


def _address(found: Recorded) -> str:
    header = found.kept.envelope.header
    return f"/entry/{header.log}/{header.seq}"
