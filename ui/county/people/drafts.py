"""Imported lists between the look and the word: kept for a day, done once, all of a list in one commit.

What a long list has done so far is known to the process that does it; another one says no more than that it runs.
"""

import secrets
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.rules.messages import SubjectsUpsert
from ui.county.acts import Act, Acts
from ui.county.migration import open_reader
from ui.county.orders import ALL
from ui.county.people.errors import Absent
from ui.county.people.facts import Facts, numbered
from ui.county.people.importing import Draft, kept, unkept
from ui.county.people.registering import new_id, parts_of, subject_put
from ui.county.sql import Where

KEPT = timedelta(days=1)
AT_ONCE = 250  # acts between two words about how far it is


@dataclass(frozen=True, slots=True)
class Kept:
    """`state`: ready (waits for the word), done."""

    id: str
    account: str
    state: str
    draft: Draft


class Drafts:
    """Used by many threads."""

    def __init__(self, where: Where, acts: Acts) -> None:
        self._where = where
        self._acts = acts
        self._far: dict[str, tuple[int, int]] = {}

    def keep(self, draft: Draft, account: str, now: datetime) -> str:
        """Its name; those of yesterday go."""
        name = secrets.token_hex(16)

        def keep(act: Act) -> None:
            act.sql.execute("delete from import_draft where made < ?", ((now - KEPT).isoformat(),))
            row = (name, account, now.isoformat(), "ready", kept(draft))
            act.sql.execute("insert into import_draft (id, account, made, state, told) values (?, ?, ?, ?, ?)", row)

        self._acts.do(keep)
        return name

    def find(self, name: str, account: str) -> Kept:
        """Raises Absent, also for a list that somebody else looks at."""
        with closing(open_reader(self._where)) as sql:
            row = sql.execute("select * from import_draft where id = ? and account = ?", (name, account)).fetchone()
        if row is None:
            raise Absent("draft")
        return Kept(row["id"], row["account"], row["state"], unkept(row["told"]))

    def drop(self, name: str, account: str) -> None:
        def drop(act: Act) -> None:
            act.sql.execute("delete from import_draft where id = ? and account = ?", (name, account))

        self._acts.do(drop)

    def take(self, one: Kept, by: str) -> bool:
        """All good rows, each as an act, with the orders that tell the boxes. False: it was done already."""
        facts = [(row.row, _named(row.facts)) for row in one.draft.good if row.facts is not None]
        self._far[one.id] = (0, len(facts))
        try:
            return self._acts.do(lambda act: self._taken(act, one, facts, by))
        finally:
            self._far.pop(one.id, None)

    def far(self, name: str) -> tuple[int, int] | None:
        """How many of how many are done; None when nothing runs here."""
        return self._far.get(name)

    def _taken(self, act: Act, one: Kept, facts: Sequence[tuple[int, Facts]], by: str) -> bool:
        done = "update import_draft set state = 'done' where id = ? and state = 'ready' returning id"
        if not act.sql.execute(done, (one.id,)).rows:
            return False
        for at in range(0, len(facts), AT_ONCE):
            part = facts[at : at + AT_ONCE]
            act.says(*(subject_put(each, by, one.draft.file, one.draft.digest, row) for row, each in part))
            self._far[one.id] = (at + len(part), len(facts))
        for subjects in parts_of([each.subject for _, each in facts]):
            act.asks(ALL, SubjectsUpsert(subjects), by, "", one.draft.file)
        return True


def _named(facts: Facts) -> Facts:
    return facts if facts.subject.id else numbered(facts, new_id())
