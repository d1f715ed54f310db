"""Alarms that nobody has seen, for whoever is on duty; and the list of who is told, over which channel and when."""

import secrets
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from kiosk.rules.messages import AlarmSeen, CaseNoted, DutyEnded
from ui.county.accounts import account as accounts
from ui.county.accounts.roles import Right
from ui.county.acts import Act
from ui.county.alarms import duties
from ui.county.alarms.channels import Channels, load_channels
from ui.county.alarms.duties import MOST_STEP, Alarm
from ui.county.alarms.errors import ChannelError, Unfit
from ui.county.alarms.escalation import Duty, minutes_of
from ui.county.alarms.sending import Sent, send
from ui.county.migration import open_reader
from ui.county.sql import Sql
from ui.county.web.doors import Visitor
from ui.county.web.office import Office

DUTY, ALARMS = "/duty", "/alarms"


class DutyPages:
    """`folder` is the county's: what its channels are stands there."""

    def __init__(self, office: Office) -> None:
        self._teller = office.teller
        self._where = office.where
        self._doors = office.doors
        self._acts = office.acts
        self._folder = office.folder
        self._now = office.now

    def routes(self) -> list[BaseRoute]:
        return [
            self._doors.page(ALARMS, self.alarms, Right.CASE),
            self._doors.form(f"{ALARMS}/{{log}}/{{seq:int}}/seen", self.seen, Right.CASE),
            self._doors.page(DUTY, self.listed, Right.ORDER),
            self._doors.form(DUTY, self.put, Right.ORDER),
            self._doors.form(f"{DUTY}/{{duty}}/end", self.ended, Right.ORDER),
            self._doors.form(f"{DUTY}/{{duty}}/try", self.tried, Right.ORDER),
        ]

    # --- alarms ---------------------------------------------------------------------------------------------------

    def alarms(self, request: Request, visitor: Visitor) -> Response:
        channels, _ = self._channels()
        hours = channels.escalation.hours
        with closing(open_reader(self._where)) as sql:
            found = self._unseen(sql, visitor, hours)
            mine = duties.of_account(sql, visitor.account.id, self._now(), hours)
        return self._doors.draw(
            request, visitor, "duty_alarms.html", found=found, mine=mine, hours=hours, today=self._now().date()
        )

    def seen(self, request: Request, visitor: Visitor, _fields: Mapping[str, str]) -> Response:
        """One tap. The station is told, and nobody else is."""
        log, seq = request.path_params["log"], request.path_params["seq"]
        channels, _ = self._channels()
        with closing(open_reader(self._where)) as sql:
            found = self._unseen(sql, visitor, channels.escalation.hours)
        alarm = next((one for one in found if (one.log, one.seq) == (log, seq)), None)
        if alarm is not None:  # else somebody was faster
            self._acts.do(lambda act: self._say(act, alarm, visitor))
        return RedirectResponse(ALARMS, 303)

    def _say(self, act: Act, alarm: Alarm, visitor: Visitor) -> None:
        if duties.is_seen(act.sql, alarm.log, alarm.seq):
            return
        account, at = visitor.account, self._now().isoformat(timespec="milliseconds")
        act.says(CaseNoted(alarm.log, alarm.seq, "seen", at, by=account.id))
        seen = AlarmSeen(alarm.log, alarm.seq, account.name, at)
        act.asks(alarm.station, seen, account.id, f"{alarm.log}/{alarm.seq}")

    def _unseen(self, sql: Sql, visitor: Visitor, hours: int) -> list[Alarm]:
        return duties.unseen(sql, self._now() - timedelta(hours=hours), visitor.account.scope)

    # --- duties ---------------------------------------------------------------------------------------------------

    def listed(self, request: Request, visitor: Visitor) -> Response:
        return self._list(request, visitor)

    def put(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        channels, _ = self._channels()
        known = [account.id for account in self._accounts()]
        try:
            act_body = duties.drafted({**fields, "duty": ""}, channels, known, visitor.account.id)
        except Unfit as unfit:
            return self._list(request, visitor, 422, unfit=unfit, typed=fields)
        self._acts.do(lambda act: act.says(act_body))
        return RedirectResponse(DUTY, 303)

    def ended(self, request: Request, visitor: Visitor, _fields: Mapping[str, str]) -> Response:
        duty = request.path_params["duty"]
        with closing(open_reader(self._where)) as sql:
            known = duties.find(sql, duty)
        if known is None:
            return self._doors.wrong(request, 404, "duty")
        self._acts.do(lambda act: act.says(DutyEnded(known.id, visitor.account.id)))
        return RedirectResponse(DUTY, 303)

    def tried(self, request: Request, visitor: Visitor, _fields: Mapping[str, str]) -> Response:
        """One message that says that it is a trial, now; what came of it is said on the page and nowhere else."""
        with closing(open_reader(self._where)) as sql:
            known = duties.find(sql, request.path_params["duty"])
        channels, _ = self._channels()
        channel = None if known is None else channels.channel.get(known.channel)
        if known is None or channel is None or not channel.is_ready or channel.is_page:
            return self._doors.wrong(request, 404, "duty")
        tell, now = self._teller(request), self._now()
        kind, time = tell.say("county.duty.trial"), f"{now:%m-%d %H:%M}"
        parts = {"kind": kind, "station": "-", "product": "", "time": time, "link": "-"}
        facts = {**parts, "text": tell.say("county.told.trial", time=time), "address": known.address}
        sent = send(channel, {**facts, "id": secrets.token_hex(16)})
        return self._list(request, visitor, tried=(known, sent))

    def _list(
        self,
        request: Request,
        visitor: Visitor,
        status: int = 200,
        unfit: Unfit | None = None,
        typed: Mapping[str, str] | None = None,
        tried: tuple[Duty, Sent] | None = None,
    ) -> Response:
        channels, broken = self._channels()
        with closing(open_reader(self._where)) as sql:
            every = duties.every(sql)
        steps = [(step, minutes_of(step, channels.escalation)) for step in range(1, MOST_STEP + 1)]
        return self._doors.draw(
            request, visitor, "duty.html", status,
            every=every, channels=channels.channel, law=channels.escalation, broken=broken, steps=steps,
            accounts=self._accounts(), unfit=unfit, typed=typed or {}, tried=tried,
        )  # fmt: skip

    def _accounts(self) -> list[accounts.Account]:
        with closing(open_reader(self._where)) as sql:
            return [one for one in accounts.every(sql) if not one.ended and Right.CASE in one.rights]

    def _channels(self) -> tuple[Channels, ChannelError | None]:
        """The shipped ones beside what is wrong with the county's own."""
        try:
            return load_channels(self._folder), None
        except ChannelError as wrong:
            return load_channels(None), wrong
