"""Orders to stations: what was asked for and what came of it, a form for each kind, and the way back."""

import secrets
from collections.abc import Mapping
from contextlib import closing

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from kiosk.rules.messages import CertificateRevoked, DoctorAsked, NoticePut, SampleType, TaskGiven
from ui.county.accounts.roles import Right
from ui.county.migration import open_reader
from ui.county.office import OfficeError
from ui.county.ordering.asked import AskedOrders
from ui.county.ordering.wishes import NOTICES, TASKS, WHYS, taken_back, wish
from ui.county.orders import ALL
from ui.county.signed import Signed
from ui.county.web.doors import Visitor
from ui.county.web.office import Office

ORDERS = "/orders"
FORMS = (TaskGiven.kind, NoticePut.kind, CertificateRevoked.kind, DoctorAsked.kind)
WORDS = {"tasks": TASKS, "whys": WHYS, "notices": NOTICES, "types": tuple(SampleType)}


class OrderPages:
    def __init__(self, office: Office) -> None:
        self._where = office.where
        self._doors = office.doors
        self._acts = office.acts
        self._signed = Signed(office.folder)
        self._now = office.now

    def routes(self) -> list[BaseRoute]:
        return [
            self._doors.page(ORDERS, self.listed, Right.ORDER),
            self._doors.page(f"{ORDERS}/new/{{kind}}", self.blank, Right.ORDER),
            self._doors.form(f"{ORDERS}/new/{{kind}}", self.asked, Right.ORDER),
            self._doors.form(f"{ORDERS}/{{log}}/{{seq:int}}/back", self.taken_back, Right.ORDER),
        ]

    def listed(self, request: Request, visitor: Visitor) -> Response:
        with closing(open_reader(self._where)) as sql:
            found = AskedOrders(sql, self._signed).page(request.query_params.get("before", ""))
        today = self._now().date()
        return self._doors.draw(request, visitor, "orders.html", found=found, forms=FORMS, today=today)

    def blank(self, request: Request, visitor: Visitor) -> Response:
        kind = request.path_params["kind"]
        if kind not in FORMS:
            return self._doors.wrong(request, 404, "nothing")
        return self._form(request, visitor, kind, {})

    def asked(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        kind, stream = request.path_params["kind"], fields.get("stream", ALL)
        if kind not in FORMS:
            return self._doors.wrong(request, 404, "nothing")
        by, reason = visitor.account.id, fields.get("reason", "")
        try:
            self._may(visitor, stream)
            body = wish(kind, fields, secrets.token_hex(4), self._now().date())
            about = body.number if isinstance(body, CertificateRevoked) else ""
            self._acts.do(lambda act: act.asks(stream, body, by, about, reason))
        except OfficeError as wrong:
            return self._form(request, visitor, kind, fields, wrong)
        return RedirectResponse(ORDERS, 303)

    def taken_back(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        with closing(open_reader(self._where)) as sql:
            one = AskedOrders(sql, self._signed).one(request.path_params["log"], request.path_params["seq"])
        back = None if one is None or one.body is None else taken_back(one.body, fields.get("reason", ""))
        if one is None or back is None:
            return self._doors.wrong(request, 404, "nothing")
        try:
            self._may(visitor, one.act.stream)
            self._acts.do(lambda act: act.asks(one.act.stream, back, visitor.account.id))
        except OfficeError:
            return self._doors.wrong(request, 403, "right")
        return RedirectResponse(ORDERS, 303)

    def _may(self, visitor: Visitor, stream: str) -> None:
        """Who sees only some stations speaks to those alone. Raises OfficeError."""
        scope = visitor.account.scope
        if stream not in ("" if not scope.is_whole else ALL, *self._stations(visitor)):
            raise OfficeError("office.wish_station", station=stream[:40])

    def _stations(self, visitor: Visitor) -> tuple[str, ...]:
        with self._doors.reader(visitor) as reader:
            return tuple(str(row["station"]) for row in reader.stations())

    def _form(
        self, request: Request, visitor: Visitor, kind: str, typed: Mapping[str, str], wrong: OfficeError | None = None
    ) -> Response:
        facts = {"kind": kind, "typed": typed, "wrong": wrong, "whole": visitor.account.scope.is_whole, **WORDS}
        stations = self._stations(visitor)
        status = 200 if wrong is None else 422
        return self._doors.draw(request, visitor, "order_form.html", status, stations=stations, all=ALL, **facts)
