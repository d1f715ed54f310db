"""Who is on duty, and which alarms nobody has seen: what pages and the teller ask of the tables."""

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk.clock import BEIJING
from kiosk.rules.messages import DutyPut
from ui.county.accounts.scope import WHOLE, Scope
from ui.county.alarms.channels import Channels
from ui.county.alarms.errors import Unfit
from ui.county.alarms.escalation import Duty
from ui.county.cases.course import SEEING
from ui.county.sql import Row, Sql

GRAVEST = ("positive", "equivocation", "number_twice", "complaint", "fault")
MOST_STEP = 5
MOST_NAME = 60
MOST_ALARMS = 500  # of the hours in which alarms are told
REGION = re.compile(r"[0-9]{6}([0-9]{3}([0-9]{3})?)?")
# The list stands in the query as it stands in the index: only so is it used.
FOUND = """select alarm.kind, alarm.log, alarm.seq, alarm.station, alarm.time, coalesce(station.region, '') as region,
    coalesce(test.product, '') as product from alarm
    left join station on station.station = alarm.station
    left join test on test.log = alarm.log and test.seq = alarm.seq
  where alarm.kind in ('positive', 'equivocation', 'number_twice') and alarm.time > ? and {alarm}
  order by alarm.time desc limit ?"""
ASKED = """select alert.kind, alert.log, alert.seq, alert.station, alert.time, coalesce(station.region, '') as region,
    '' as product from alert
    left join station on station.station = alert.station
  where alert.time > ? and {alert} order by alert.time desc limit ?"""
SEEN = f"select 1 from case_step where thing = ? and what in ({', '.join('?' * len(SEEING))})"  # noqa: S608  only marks


@dataclass(frozen=True, slots=True)
class Alarm:
    """`time` is when it reached the county, ISO 8601; `product` is empty for what is about none."""

    kind: str
    log: str
    seq: int
    station: str
    time: str
    region: str
    product: str

    @property
    def name(self) -> tuple[str, str, int]:
        return self.kind, self.log, self.seq


def unseen(sql: Sql, since: datetime, scope: Scope = WHOLE) -> list[Alarm]:
    """Alarms of this time that nobody at the county has seen: the gravest kind first, then the newest."""
    moment, found = since.astimezone(BEIJING).isoformat(timespec="milliseconds"), list[Alarm]()
    for query, table in ((FOUND, "alarm"), (ASKED, "alert")):
        within, values = scope.where(f"{table}.station")
        for row in sql.execute(query.format(**{table: within}), (moment, *values, MOST_ALARMS)):
            if not is_seen(sql, row["log"], row["seq"]):
                found.append(Alarm(*row))
    newest = sorted(found, key=lambda alarm: (alarm.time, alarm.log, alarm.seq), reverse=True)
    return sorted(newest, key=lambda alarm: GRAVEST.index(alarm.kind))


def is_seen(sql: Sql, log: str, seq: int) -> bool:
    return bool(sql.execute(SEEN, (f"case/{log}/{seq}", *SEEING)).rows)


def every(sql: Sql) -> list[Duty]:
    """Those that did not end, step by step."""
    return [_duty(row) for row in sql.execute("select * from duty where ended = 0 order by step, name, id")]


def find(sql: Sql, duty: str) -> Duty | None:
    row = sql.execute("select * from duty where id = ? and ended = 0", (duty,)).fetchone()
    return None if row is None else _duty(row)


def of_account(sql: Sql, account: str, now: datetime, hours: int) -> set[tuple[str, int]]:
    """Entries of alarms that were told to somebody on his own page."""
    since = (now - timedelta(hours=hours)).astimezone(BEIJING).isoformat(timespec="milliseconds")
    rows = sql.execute("select log, seq from telling where account = ? and made > ?", (account, since))
    return {(row["log"], row["seq"]) for row in rows}


def drafted(fields: Mapping[str, str], channels: Channels, accounts: Sequence[str], by: str) -> DutyPut:
    """What the form says. Raises Unfit."""
    typed = {
        name: fields.get(name, "").strip() for name in ("name", "channel", "address", "account", "regions", "step")
    }
    if not typed["name"]:
        raise Unfit("name")
    channel = channels.channel.get(typed["channel"])
    if channel is None or not channel.is_ready:
        raise Unfit("channel")
    if channel.address and not re.fullmatch(channel.address, typed["address"]):
        raise Unfit("address")
    if typed["account"] and typed["account"] not in accounts:
        raise Unfit("account")
    if channel.is_page and not typed["account"]:
        raise Unfit("page_account")
    if not (typed["step"].isdecimal() and 1 <= int(typed["step"]) <= MOST_STEP):
        raise Unfit("step")
    return DutyPut(
        duty=fields.get("duty") or f"d-{secrets.token_hex(4)}",
        name=typed["name"][:MOST_NAME],
        channel=typed["channel"],
        address=typed["address"] if channel.address else "",
        step=int(typed["step"]),
        account=typed["account"],
        regions=_regions(typed["regions"]),
        since=_day(fields.get("since", "")),
        until=_day(fields.get("until", "")),
        by=by,
    )


def _regions(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(re.split(r"[\s,;，；、]+", text.strip()))) if text.strip() else ()
    if not all(REGION.fullmatch(one) for one in found):
        raise Unfit("regions")
    return found


def _day(text: str) -> str:
    if not text.strip():
        return ""
    with suppress(ValueError):
        return date.fromisoformat(text.strip()).isoformat()
    raise Unfit("day")


def _duty(row: Row) -> Duty:
    regions = tuple(json.loads(row["regions"]))
    own = (row["id"], row["name"], row["channel"], row["address"], row["step"], row["account"])
    return Duty(*own, regions, row["since"], row["until"])
