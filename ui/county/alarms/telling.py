"""Tells people of alarms: once for each alarm, duty and step, from however many processes, until somebody has seen it.

A telling is a row. Whoever sends it holds the row for a time (a lease) that is longer than a sending may take, and
writes what came of it with the act in one commit. Who is killed in between leaves the lease to run out: the next one
sends again, with the same id, by which a far end that looks at it knows the message. One that does not gets it twice;
an alarm that is heard twice is better than one that nobody hears.
"""

import hashlib
import logging
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.clock import BEIJING
from kiosk.rules.messages import AlarmTold
from kiosk.trust import SealError
from ui.county.acts import Act, Acts
from ui.county.alarms.channels import FILE, Channel, Channels, load_channels
from ui.county.alarms.duties import Alarm, every, is_seen, unseen
from ui.county.alarms.errors import ChannelError
from ui.county.alarms.escalation import Duty, Telling, due
from ui.county.alarms.sending import Sent, send
from ui.county.migration import open_reader
from ui.county.sql import DatabaseError, Sql, Where
from ui.county.telling import Teller, moment

LOOK_S = 2.0
MARGIN_S = 30.0  # that a lease outlasts the longest sending
AT_ONCE = 8  # sendings; one far end that hangs does not hold up the others
DUE, SENT, GIVEN_UP = "due", "sent", "given_up"
NAMED = "log = ? and seq = ? and alarm = ? and duty = ? and step = ?"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    alarm: Alarm
    duty: Duty

    @property
    def key(self) -> tuple[object, ...]:
        return self.alarm.log, self.alarm.seq, self.alarm.kind, self.duty.id, self.duty.step

    @property
    def id(self) -> str:
        return hashlib.sha256("/".join(map(str, self.key)).encode()).hexdigest()[:32]


class AlarmTeller:
    """`run` belongs to a thread of its own. `host` is where the office's pages are opened; `now` bears an offset."""

    def __init__(
        self,
        where: Where,
        acts: Acts,
        folder: Path,
        tell: Teller,
        host: str,
        now: Callable[[], datetime],
        sending: Callable[[Channel, dict[str, str]], Sent] = send,
    ) -> None:
        self._where = where
        self._acts = acts
        self._folder = folder
        self._tell = tell
        self._host = host
        self._now = now
        self._sending = sending
        self._trouble = ""  # that was logged last

    def run(self, stop: threading.Event, every_s: float = LOOK_S) -> None:
        while not stop.wait(every_s):
            try:
                self.look()
            except (DatabaseError, OSError, SealError) as wrong:
                self._log(type(wrong).__name__)

    def look(self) -> int:
        """One round; how many tellings were begun or tried again. Raises DatabaseError, OSError, SealError.

        While the county's channels cannot be read nothing is sent and nothing given up: pages are told, the rest waits.
        """
        channels, only_pages = self._channels()
        with closing(open_reader(self._where)) as sql:
            tasks = [task for task in self._due(sql, channels) if not only_pages or self._is_page(task, channels)]
        if not tasks:
            return 0
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="alarm") as pool:
            return sum(pool.map(lambda task: self._told(task, channels), tasks))

    def _channels(self) -> tuple[Channels, bool]:
        try:
            return load_channels(self._folder), False
        except ChannelError as wrong:
            self._log(f"{FILE}: {wrong.code}")
            return load_channels(None), True

    def _is_page(self, task: Task, channels: Channels) -> bool:
        channel = channels.channel.get(task.duty.channel)
        return channel is not None and channel.is_page

    def _log(self, trouble: str) -> None:
        """Once, not at every look."""
        if trouble != self._trouble:
            self._trouble = trouble
            logger.warning("alarms cannot be told: %s", trouble)

    # --- what is due ----------------------------------------------------------------------------------------------

    def _due(self, sql: Sql, channels: Channels) -> list[Task]:
        now, law, found = self._now(), channels.escalation, list[Task]()
        duties = every(sql)
        for alarm in unseen(sql, now - timedelta(hours=law.hours)) if duties else ():
            heard = moment(alarm.time)
            if heard is not None and alarm.kind in law.kinds:
                begun, resting = self._begun(sql, alarm)
                found += [Task(alarm, duty) for duty in due(heard, alarm.region, duties, begun, now, law)]
                found += [Task(alarm, duty) for duty in duties if (duty.id, duty.step) in resting]
        return found

    def _begun(self, sql: Sql, alarm: Alarm) -> tuple[list[Telling], set[tuple[str, int]]]:
        """Its tellings, and which of them nobody holds at this moment and which are not at their end."""
        begun, resting = list[Telling](), set[tuple[str, int]]()
        for row in sql.execute(
            "select * from telling where log = ? and seq = ? and alarm = ?", (alarm.log, alarm.seq, alarm.kind)
        ):
            begun.append(Telling(row["duty"], row["step"], row["state"], datetime.fromisoformat(row["made"])))
            if row["state"] == DUE and row["lease"] < self._at():
                resting.add((row["duty"], row["step"]))
        return begun, resting

    # --- one telling ----------------------------------------------------------------------------------------------

    def _told(self, task: Task, channels: Channels) -> bool:
        channel, holder = channels.channel.get(task.duty.channel), secrets.token_hex(8)
        lasts = MARGIN_S + (0 if channel is None else channel.timeout_s)
        tries = self._acts.do(lambda act: self._claimed(act, task, holder, lasts))
        if not tries:
            return False
        sent = self._sent(task, channel)
        again = channel is not None and sent.again and tries < channel.tries
        rest = 0.0 if channel is None else channel.rest_s * 2 ** (tries - 1)
        self._acts.do(lambda act: self._note(act, task, holder, sent, rest if again else None))
        return True

    def _claimed(self, act: Act, task: Task, holder: str, lasts: float) -> int:
        """Which try this is; 0 when somebody else has it, it is done, or the alarm was seen meanwhile."""
        if is_seen(act.sql, task.alarm.log, task.alarm.seq):
            return 0
        act.sql.execute(
            "insert into telling (log, seq, alarm, duty, step, state, tries, holder, lease, made, account)"
            " values (?, ?, ?, ?, ?, ?, 0, '', '', ?, ?) on conflict (log, seq, alarm, duty, step) do nothing",
            (*task.key, DUE, self._at(), task.duty.account),
        )
        row = act.sql.execute(
            f"update telling set holder = ?, lease = ?, tries = tries + 1 where {NAMED} and state = ? and lease < ?"  # noqa: S608  our own words
            " returning tries",
            (holder, self._at(lasts), *task.key, DUE, self._at()),
        ).fetchone()
        return 0 if row is None else int(row["tries"])

    def _sent(self, task: Task, channel: Channel | None) -> Sent:
        if channel is None or not channel.is_ready:
            return Sent("county.told.no_channel")
        return Sent() if channel.is_page else self._sending(channel, self._facts(task))

    def _note(self, act: Act, task: Task, holder: str, sent: Sent, rest: float | None) -> None:
        """What came of it; nothing when the lease ran out and somebody else has it now."""
        state = SENT if sent.arrived else GIVEN_UP if rest is None else DUE
        changed = act.sql.execute(
            f"update telling set state = ?, lease = ?, holder = '' where {NAMED} and holder = ?",  # noqa: S608
            (state, self._at(rest or 0), *task.key, holder),
        )
        if changed.count:
            outcome = "failed" if state == DUE else state
            alarm, duty = task.alarm, task.duty
            act.says(AlarmTold(alarm.kind, alarm.log, alarm.seq, duty.id, duty.step, outcome, sent.reason))

    def _facts(self, task: Task) -> dict[str, str]:
        """Never a name, and of contacts only the one who is told."""
        alarm = task.alarm
        at = moment(alarm.time)
        page = "case" if alarm.kind == "positive" else "entry"
        parts = {
            "kind": self._tell.say(f"county.told.kind.{alarm.kind}"),
            "station": alarm.station,
            "product": self._tell.product(alarm.product) if alarm.product else "",
            "time": "" if at is None else f"{at:%m-%d %H:%M}",
            "link": f"https://{self._host}/{page}/{alarm.log}/{alarm.seq}",
        }
        text = self._tell.say("county.told.text_product" if alarm.product else "county.told.text", **parts)
        return {**parts, "text": text, "address": task.duty.address, "id": task.id}

    def _at(self, later: float = 0) -> str:
        return (self._now() + timedelta(seconds=later)).astimezone(BEIJING).isoformat(timespec="milliseconds")
