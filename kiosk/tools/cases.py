"""The cases page (办案): results nobody was told, hours that run, objections, positives, tests to review, corrections.

One kind at a time; without one, how many there are of each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kiosk.contract import ContractError, read
from kiosk.holding import stopped_lots
from kiosk.rules.messages import EntryBody, Objection, Test
from kiosk.rules.oversight.objection import in_time, moment
from kiosk.rules.visits import desk
from kiosk.tools.tool import Reach
from kiosk.work_rows import Positive
from kiosk.work_table import WorkTable

KINDS = ("undelivered", "running", "objections", "positives", "unreviewed", "corrections")
MOST = 60


@dataclass(frozen=True, slots=True)
class Case:
    """`seq` of its entry; `lot` of a positive; `until` of the four hours (ISO 8601)."""

    seq: int
    sample: str
    name: str
    product: str
    outcome: str = ""
    at: str = ""
    until: str = ""
    lot: str = ""
    sent: bool = False
    seen_by: str = ""
    kind: str = ""  # of an entry that may be corrected


@dataclass(frozen=True, slots=True)
class CasesShown:
    """`kind` is whose page stands open, empty: the choice of them."""

    counts: Mapping[str, int]
    kind: str = ""
    cases: tuple[Case, ...] = ()


class Cases:
    id = "cases"
    roles = frozenset({desk.INSPECTOR, desk.OFFICER})

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def shown(self, about: str) -> CasesShown:
        found: dict[str, Callable[[], list[Case]]] = {
            "undelivered": self._undelivered,
            "running": self._running,
            "objections": self._objections,
            "positives": self._positives,
            "unreviewed": self._unreviewed,
            "corrections": self._corrections,
        }
        if about in found:
            return CasesShown({}, about, tuple(found[about]()))
        return CasesShown({kind: len(found[kind]()) for kind in KINDS})

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        return {"print_notice": self._notice}

    def heard(self, event: object) -> bool:
        return False

    def _notice(self, delivery: str) -> None:
        """Once more."""
        if delivery.isdecimal() and len(delivery) < len(str(2**63)):
            self._reach.slip("notice", int(delivery))

    # --- within ---------------------------------------------------------------------------------------------------

    def _undelivered(self) -> list[Case]:
        return [self._of_test(seq, test) for seq, test in self._work.undelivered(MOST)]

    def _unreviewed(self) -> list[Case]:
        return [self._of_test(seq, test) for seq, test in self._work.unreviewed(MOST)]

    def _running(self) -> list[Case]:
        """Deliveries whose four hours have not passed, and nobody has objected to."""
        now, found = self._now(), []
        objected = {one.delivery for _, one in self._work.open_objections(MOST)}
        for seq, told in self._work.deliveries(MOST):
            received = moment(told.received_at)
            test = self._test(told.test)
            if test is not None and seq not in objected and in_time(received, now):
                found.append(replace(self._of_test(seq, test), until=told.deadline, at=told.received_at))
        return found

    def _objections(self) -> list[Case]:
        return [self._of_objection(seq, one) for seq, one in self._work.open_objections(MOST)]

    def _of_objection(self, seq: int, one: Objection) -> Case:
        found = self._work.sample(one.sample_code)
        product = "" if found is None else found[1].product
        return Case(seq, one.sample_code, one.by, product, at=one.asked_at)

    def _positives(self) -> list[Case]:
        """Those that an alarm went out for; and lots that are only suspect, and lie there all the same."""
        alarms = [self._of_positive(one) for one in self._work.alarms(MOST)]
        told = {one.lot for one in alarms}
        stopped = stopped_lots(MOST, self._reach.record.tables)
        return [*alarms, *(self._of_test(seq, test) for seq, test in stopped if test.lot not in told)]

    def _of_positive(self, one: Positive) -> Case:
        test = self._test(one.seq)
        if test is None:
            return Case(one.seq, "", "", one.product, at=one.at, sent=one.sent, seen_by=one.seen_by)
        return replace(self._of_test(one.seq, test), at=one.at, sent=one.sent, seen_by=one.seen_by)

    def _corrections(self) -> list[Case]:
        """The newest entries that hold anything which a person typed."""
        tables = self._reach.record.tables
        bodies = ((seq, self._entry(seq)) for seq in tables.work.correctable(MOST))
        return [_of_entry(seq, body, tables.time_of(seq)) for seq, body in bodies if body is not None]

    def _of_test(self, seq: int, test: Test) -> Case:
        outcome = test.verdict.outcome.value
        return Case(seq, test.sample_code, test.subject_name, test.product, outcome, test.started_at, lot=test.lot)

    def _test(self, seq: int) -> Test | None:
        body = self._entry(seq)
        return body if isinstance(body, Test) else None

    def _entry(self, seq: int) -> EntryBody | None:
        payload = self._reach.record.tables.payload(seq)
        try:
            return None if payload is None else read(payload).entry
        except ContractError:  # retention took its body, or newer software wrote it
            return None

    @property
    def _work(self) -> WorkTable:
        return self._reach.record.tables.work

    def _now(self) -> datetime:
        return self._reach.clock.now().at


def _of_entry(seq: int, body: EntryBody, at: str) -> Case:
    name = str(getattr(body, "subject_name", "") or getattr(body, "seller", ""))
    sample, product = str(getattr(body, "sample_code", "")), str(getattr(body, "product", ""))
    return Case(seq, sample, name, product, at=at, kind=body.kind)
