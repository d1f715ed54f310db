"""What entries and acts change in the tables of producers. The caller owns the transaction.

The office's word stands over that of any box; of several boxes the newest entry counts. So it makes no difference in
which order their logs arrive.
"""

import json
from dataclasses import asdict

from kiosk.contract import Envelope
from kiosk.rules.messages import (
    ActBody,
    AgreementSigned,
    CardEnded,
    CardGiven,
    CardMade,
    Certificate,
    CreditGraded,
    Disposal,
    DossierNoted,
    DrugsStated,
    EntryBody,
    FarmWork,
    FieldNoted,
    Incoming,
    LotDeclared,
    Outcome,
    Patrol,
    SampleTaken,
    SlaughterEntry,
    Subject,
    SubjectMerged,
    SubjectProposed,
    SubjectPut,
    SubjectWithdrawn,
    Test,
    TraceLabel,
    Voucher,
)
from kiosk.rules.personal.typed import masked
from ui.county.people.keys import keys_of, spelling
from ui.county.people.kinds import sort_of_kind
from ui.county.place import Place
from ui.county.sql import Sql

POSITIVE = "test.positive"  # found among thousands of tests without reading them
MOST = 120  # letters of a fact from a box; an id or a name that is longer is cut
FACTS = (
    "sort", "kind", "name", "spelling", "contact", "origin", "region", "village", "code", "products", "controller",
    "adviser", "scale", "certifications", "log", "seq", "time",
)  # fmt: skip
PUT = ", ".join(f"{name} = excluded.{name}" for name in FACTS)
NEW = f"insert into subject (id, state, put, {', '.join(FACTS)}) values (?, ?, ?, {', '.join('?' * len(FACTS))})"  # noqa: S608  our own words
CARD = (
    "insert into subject_card (log, seq, card, subject, event, reason, replaces, time) values (?, ?, ?, ?, ?, ?, ?, ?)"
)


def whose(body: EntryBody) -> str:
    """The producer of whom an entry speaks; empty: of nobody.

    A person's own number is nobody's id: it would stand in addresses, orders and codes.
    """
    match body:
        case Certificate() | Voucher() | SubjectProposed():
            found = body.subject.id
        case Incoming():
            found = body.receiver
        case Test() | SampleTaken() | LotDeclared() | DrugsStated() | FarmWork() | Disposal():
            found = body.subject
        case Patrol() | SlaughterEntry() | AgreementSigned() | TraceLabel() | CardGiven():
            found = body.subject
        case _:
            found = ""
    return found[:MOST] if masked(found, phones=False) == found else ""


class PeopleTables:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def reported(self, body: EntryBody, entry: Envelope, at: Place) -> None:
        """An entry of a station."""
        subject = whose(body)
        if subject:
            positive = isinstance(body, Test) and body.verdict.outcome is Outcome.POSITIVE
            self._index(subject, entry, at, POSITIVE if positive else entry.header.kind)
            self._sql.execute(
                "insert into subject_seen (station, subject) values (?, ?) on conflict (station, subject) do nothing",
                (at.station, subject),
            )
        match body:
            case SubjectProposed() if subject:
                self._proposed(body, entry, at)
            case CardGiven():
                name = (body.card[:MOST], subject, "given", body.reason, body.replaces[:MOST])
                self._sql.execute(CARD, (at.log, at.seq, *name, entry.header.time))

    def acted(self, act: ActBody, entry: Envelope, at: Place) -> None:
        """An act of the office."""
        match act:
            case SubjectPut():
                self._put(act, entry, at)
            case SubjectWithdrawn(subject=subject):
                self._state(subject, "withdrawn", "")
            case SubjectMerged(subject=subject, into=into):
                self._state(subject, "merged", into)
                self._sql.execute("update subject set merged_into = ? where merged_into = ?", (into, subject))
            case CreditGraded():
                self._graded(act)
            case CardMade() | CardEnded():
                self._card(act, entry, at)
            case DossierNoted():
                self._noted(act, entry, at)
            case FieldNoted():
                self._field(act, entry, at)

    def _put(self, act: SubjectPut, entry: Envelope, at: Place) -> None:
        certifications = json.dumps([asdict(one) for one in act.certifications], ensure_ascii=False)
        more = {"sort": act.sort, "village": act.village, "adviser": act.adviser, "scale": int(act.scale)}
        facts = _facts(act.subject, entry, at) | more | {"certifications": certifications}
        self._sql.execute(
            f"{NEW} on conflict (id) do update set {PUT}, put = 1, state = 'listed', merged_into = ''",
            (act.subject.id, "listed", 1, *(facts[name] for name in FACTS)),
        )
        self._find_by(act.subject)

    def _proposed(self, body: SubjectProposed, entry: Envelope, at: Place) -> None:
        """A box took somebody in; of no weight where the office has said who he is, or a newer entry does."""
        subject = _cut(body.subject)
        facts = _facts(subject, entry, at) | {"sort": sort_of_kind(subject.kind), "village": body.village[:MOST]}
        changed = self._sql.execute(
            f"{NEW} on conflict (id) do update set {PUT},"
            " state = case when subject.state = '' then 'proposed' else subject.state end"
            " where subject.put = 0 and (excluded.time, excluded.log, excluded.seq)"
            " > (subject.time, subject.log, subject.seq) returning id",
            (subject.id, "proposed", 0, *(facts[name] for name in FACTS)),
        )
        if changed.rows:
            self._find_by(subject)

    def _find_by(self, subject: Subject) -> None:
        self._sql.execute("delete from subject_key where subject = ?", (subject.id,))
        keys = sorted(keys_of(subject.name, subject.code, subject.contact))
        self._sql.executemany(
            "insert into subject_key (key, subject) values (?, ?)", [(key, subject.id) for key in keys]
        )

    def _state(self, subject: str, state: str, into: str) -> None:
        self._sql.execute(
            "insert into subject (id, state, merged_into) values (?, ?, ?)"
            " on conflict (id) do update set state = excluded.state, merged_into = excluded.merged_into",
            (subject, state, into),
        )

    def _graded(self, act: CreditGraded) -> None:
        one = act.credit
        self._sql.execute(
            "insert into subject (id, grade, listed, credit_since, credit_until, risk) values (?, ?, ?, ?, ?, ?)"
            " on conflict (id) do update set grade = excluded.grade, listed = excluded.listed,"
            " credit_since = excluded.credit_since, credit_until = excluded.credit_until, risk = excluded.risk",
            (one.subject, one.grade, one.listed, one.since, one.until, act.risk),
        )

    def _card(self, act: CardMade | CardEnded, entry: Envelope, at: Place) -> None:
        event, replaces = ("made", act.replaces) if isinstance(act, CardMade) else ("ended", "")
        name = (act.card, act.subject, event, act.reason, replaces)
        self._sql.execute(CARD, (at.log, at.seq, *name, entry.header.time))

    def _noted(self, act: DossierNoted, entry: Envelope, at: Place) -> None:
        told = (act.what, act.on, act.name, act.state, act.until, act.amount, act.hours, act.text, act.source, act.by)
        self._sql.execute(
            "insert into dossier (log, seq, subject, what, on_day, name, state, until, amount, hours, told, source,"
            " by_account, time) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (at.log, at.seq, act.subject, *told, entry.header.time),
        )

    def _field(self, act: FieldNoted, entry: Envelope, at: Place) -> None:
        """What an officer wrote on his phone stands in the file as a station's would."""
        for body in (act.patrol, act.sample, act.disposal):
            if body is not None and whose(body):
                self._index(whose(body), entry, at, body.kind)
                return

    def _index(self, subject: str, entry: Envelope, at: Place, kind: str) -> None:
        self._sql.execute(
            "insert into subject_entry (log, seq, subject, kind, time, station) values (?, ?, ?, ?, ?, ?)",
            (at.log, at.seq, subject, kind, entry.header.time, at.station),
        )


def _facts(subject: Subject, entry: Envelope, at: Place) -> dict[str, object]:
    return {
        "sort": "",
        "kind": subject.kind,
        "name": subject.name,
        "spelling": spelling(subject.name),
        "contact": subject.contact,
        "origin": subject.origin,
        "region": subject.region,
        "village": "",
        "code": subject.code,
        "products": json.dumps(list(subject.products), ensure_ascii=False),
        "controller": subject.controller,
        "adviser": "",
        "scale": 0,
        "certifications": "[]",
        "log": at.log,
        "seq": at.seq,
        "time": entry.header.time,
    }


def _cut(subject: Subject) -> Subject:
    """A box's word, short enough for an index."""
    names = ("id", "name", "contact", "origin", "region", "code", "controller")
    cut = {name: getattr(subject, name)[:MOST] for name in names}
    return Subject(**{**cut, "kind": subject.kind, "products": subject.products, "marks": subject.marks})
