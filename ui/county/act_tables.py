"""What each act of the county's own log changes in the tables that pages read. The caller owns the transaction."""

import json

from kiosk.contract import ContractError, Envelope
from kiosk.rules.messages import (
    ActBody,
    AlarmTold,
    CardEnded,
    CardMade,
    CaseNoted,
    CreditGraded,
    DossierNoted,
    DutyEnded,
    DutyPut,
    FieldNoted,
    OrderAsked,
    OrderGiven,
    SubjectMerged,
    SubjectPut,
    SubjectWithdrawn,
    TestJudged,
    UserEnded,
    UserPut,
    UserSecret,
    UserSession,
)
from ui.county.place import Place
from ui.county.sql import Sql

OFFICE = "office"  # whose log is the county's own; no station may have this name (kiosk.wire.RESERVED)


class ActTables:
    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def apply(self, entry: Envelope, at: Place) -> ActBody | None:
        """The act; None for one of newer software, which is told by its kind alone."""
        try:
            act = entry.act
        except ContractError:
            self._note(entry, at, "", "")
            return None
        self._note(entry, at, *parties(act))
        match act:
            case UserPut():
                self._account(act, at.seq)
            case UserEnded(id=account):
                self._sql.execute("update account set ended = 1, seq = ? where id = ?", (at.seq, account))
        return act

    def _note(self, entry: Envelope, at: Place, by: str, about: str) -> None:
        self._sql.execute(
            "insert into act (log, seq, kind, by_account, about, time) values (?, ?, ?, ?, ?, ?)",
            (at.log, at.seq, entry.header.kind, by, about, entry.header.time),
        )

    def _account(self, user: UserPut, seq: int) -> None:
        lists = (json.dumps(list(one)) for one in (user.roles, user.regions, user.stations))
        self._sql.execute(
            "insert into account (id, name, roles, regions, stations, until, ended, seq)"
            " values (?, ?, ?, ?, ?, ?, 0, ?) on conflict (id) do update set name = excluded.name,"
            " roles = excluded.roles, regions = excluded.regions, stations = excluded.stations,"
            " until = excluded.until, ended = 0, seq = excluded.seq",
            (user.id, user.name, *lists, user.until, seq),
        )


def parties(act: ActBody) -> tuple[str, str]:
    """Who did it, and what it is about: an account, a producer, an order as `stream/seq`, an entry as `log/seq`."""
    if isinstance(act, UserSession):
        return act.id, act.id
    return "" if isinstance(act, AlarmTold) else act.by, _about(act)


def _about(act: ActBody) -> str:
    found = ""
    match act:
        case UserPut(id=name) | UserEnded(id=name) | UserSecret(id=name) | UserSession(id=name) | FieldNoted(id=name):
            found = name
        case DutyPut(duty=name) | DutyEnded(duty=name) | OrderAsked(about=name):
            found = name
        case SubjectPut(subject=subject):
            found = subject.id
        case CreditGraded(credit=credit):
            found = credit.subject
        case SubjectWithdrawn() | SubjectMerged() | CardMade() | CardEnded() | DossierNoted():
            found = act.subject
        case OrderGiven(stream=log, seq=seq) | CaseNoted(log=log, seq=seq) | AlarmTold(log=log, seq=seq):
            found = f"{log}/{seq}"
        case TestJudged(log=log, seq=seq):
            found = f"{log}/{seq}"
    return found
