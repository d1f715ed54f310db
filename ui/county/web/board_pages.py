"""The board: towns and stations with their trust lights, live; the list of all stations; one station whole."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ui.county.accounts.roles import Right
from ui.county.accounts.scope import Scope
from ui.county.board.facts import Spot, Spots
from ui.county.board.frames import Frames, Step
from ui.county.board.sheet import days_told, doctor_told, parked_told, receipt_told, tested_told
from ui.county.board.view import Viewing
from ui.county.changes import Changes
from ui.county.database import Absent, SqlError
from ui.county.live import Frame, Lives
from ui.county.orders import ALL, Orders
from ui.county.pages import event
from ui.county.reader import Reader
from ui.county.telling import Teller
from ui.county.web.doors import Visitor
from ui.county.web.office import Office
from ui.county.web.streams import Streams

logger = logging.getLogger(__name__)

COALESCE = 1.0  # seconds between two frames of the board: all lights of the county are looked at for each
DAYS = timedelta(days=14)
PARKED = LINES = 20


class BoardPages:
    """`tellers` by language. Handlers run in worker threads; each opens its own reader."""

    def __init__(self, office: Office, spots: Spots, changes: Changes) -> None:
        self._where = office.where
        self._doors = office.doors
        self._answering = office.answering
        self._tellers = office.tellers
        self._spots = spots
        self._trust = office.trust
        self._folder = office.folder
        self._now = office.now
        self._streams = Streams(office.where, office.now)
        self._frames: dict[tuple[str, Scope], Frames] = {}
        self._live = Lives(changes, self._frame, COALESCE)

    def routes(self) -> list[BaseRoute]:
        return [
            self._doors.page("/board", self.board, Right.LIVE),
            self._doors.stream("/board/live", self.live, Right.LIVE),
            self._doors.page("/stations", self.stations, Right.LIVE),
            self._doors.page("/station/{station}", self.station, Right.LIVE),
        ]

    def board(self, request: Request, visitor: Visitor) -> Response:
        now, viewing = self._now(), self._viewing(request)
        with self._doors.reader(visitor) as reader:
            view = viewing.view(self._spots.all(reader, now), now.date())
        return self._doors.draw(request, visitor, "board.html", view=view)

    async def live(self, request: Request, visitor: Visitor) -> Response:
        live = self._live.of(self._answering.language(request), visitor.account.scope)
        return self._streams.answer(request, visitor, live)

    def stations(self, request: Request, visitor: Visitor) -> Response:
        """Every station as a line, those that need somebody first; and messages that were not taken."""
        now, viewing, tell = self._now(), self._viewing(request), self._tell(request)
        today = now.date()
        with self._doors.reader(visitor) as reader:
            spots = viewing.gravest_first(self._spots.all(reader, now))
            rows = [
                (
                    spot.row,
                    viewing.tile(spot, today),
                    viewing.reasons(spot.light, today),
                    self._receipt(spot, tell, now),
                )
                for spot in spots
            ]
            parked = [(row, *parked_told(row, tell)) for row in reader.parked(PARKED)]
        return self._doors.draw(request, visitor, "stations.html", rows=rows, parked=parked, today=today)

    def station(self, request: Request, visitor: Visitor) -> Response:
        """One station whole; one that is out of the visitor's scope is as one that is not there."""
        now, name = self._now(), request.path_params["station"]
        with self._doors.reader(visitor) as reader:
            spot = self._spots.one(reader, name, now)
            if spot is None:
                return self._doors.wrong(request, 404, "station")
            values = self._whole(request, reader, spot, now)
        return self._doors.draw(request, visitor, "station.html", **values)

    async def stop(self) -> None:
        """The program ends: no stream is drawn any more."""
        await self._live.stop()

    def _whole(self, request: Request, reader: Reader, spot: Spot, now: datetime) -> dict[str, Any]:
        tell, viewing, today = self._tell(request), self._viewing(request), now.date()
        row = spot.row
        looked = reader.entry(row["log"], row["doctor"]) if row["doctor"] else None
        return {
            "row": row,
            "tile": viewing.tile(spot, today),
            "town": viewing.place(spot.region, today),
            "reasons": viewing.reasons(spot.light, today),
            "receipt": self._receipt(spot, tell, now),
            "given": self._given(spot.station),
            "days": days_told(reader.days(spot.station, (today - DAYS).isoformat())),
            "controls": tested_told(spot.facts.controls, tell, today),
            "offline_days": spot.facts.days,
            "doctor": None if looked is None else doctor_told(looked, tell, today),
            "lines": self._answering.pages[tell.language].lines(reader.newest_of(spot.station, LINES), now),
            "parked": [(one, *parked_told(one, tell)) for one in reader.parked_of(spot.station, PARKED)],
            "today": today,
        }

    def _receipt(self, spot: Spot, tell: Teller, now: datetime) -> str:
        return receipt_told(spot.row, self._trust(), tell, now.date())

    def _given(self, station: str) -> tuple[int | None, int | None]:
        """How many orders the county has given to all and to this one; None where pages cannot read them."""
        orders = Orders(self._folder)
        with suppress(OSError):
            return orders.through(ALL), orders.through(station)
        return None, None

    def _tell(self, request: Request) -> Teller:
        return self._tellers[self._answering.language(request)]

    def _viewing(self, request: Request) -> Viewing:
        return Viewing(self._tell(request))

    def _frame(self, language: str, scope: Scope, since: int | None) -> Frame:
        """A frame that changes nothing when the database cannot be read now; the next heartbeat asks again."""
        now, viewing = self._now(), Viewing(self._tellers[language])
        frames = self._frames.setdefault((language, scope), Frames())
        try:
            with Reader(self._where, scope) as reader:
                version = reader.version
                return frames.frame(
                    since,
                    version,
                    now,
                    lambda: viewing.view(self._spots.all(reader, now), now.date()),
                    partial(self._encoded, language),
                )
        except (Absent, SqlError) as unread:
            logger.warning("board: the database cannot be read: %s", unread)
            return Frame(since, since or 0, b"")

    def _encoded(self, language: str, number: int, step: Step) -> bytes:
        return event(number, self._answering.pages[language].draw("board_frame.html", step=step, view=step.view))
