"""检测数据的审核: tests that somebody has to look over, one by one. What is said here changes no test."""

from collections.abc import Mapping
from contextlib import closing

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from kiosk.rules.messages import TestJudged
from ui.county.accounts.roles import Right
from ui.county.cases.reviews import Review, ReviewBook, made_by
from ui.county.migration import open_reader
from ui.county.place import MOST_SEQ
from ui.county.web.doors import Visitor
from ui.county.web.office import Office

REVIEWS, REVIEW = "/review", "/review/{log}/{seq:int}"
MOST_NOTE = 400


class ReviewPages:
    def __init__(self, office: Office) -> None:
        self._where = office.where
        self._doors = office.doors
        self._acts = office.acts
        self._now = office.now

    def routes(self) -> list[BaseRoute]:
        return [
            self._doors.page(REVIEWS, self.listed, Right.REVIEW),
            self._doors.page(REVIEW, self.one, Right.REVIEW),
            self._doors.form(REVIEW, self.judged, Right.REVIEW),
        ]

    def listed(self, request: Request, visitor: Visitor) -> Response:
        waits = request.query_params.get("view") != "done"
        with closing(open_reader(self._where)) as sql:
            book = ReviewBook(sql, visitor.account.scope)
            found = book.page(waits=waits, before=request.query_params.get("before", ""))
        today = self._now().date()
        return self._doors.draw(request, visitor, "reviews.html", found=found, waits=waits, today=today)

    def one(self, request: Request, visitor: Visitor) -> Response:
        return self._page(request, visitor)

    def judged(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        """On to the next that waits."""
        found, note = self._find(request, visitor), fields.get("note", "").strip()[:MOST_NOTE]
        if found is None:
            return self._doors.wrong(request, 404, "review")
        if _is_own(found, visitor):
            return self._doors.wrong(request, 403, "review_own")
        said = fields.get("found", "")
        if said not in ("agreed", "doubted"):
            return self._page(request, visitor, 422, wrong="found", note=note)
        if said == "doubted" and not note:
            return self._page(request, visitor, 422, wrong="note", note=note)
        log, seq = request.path_params["log"], request.path_params["seq"]
        self._acts.do(lambda act: act.says(TestJudged(log, seq, said == "agreed", note, visitor.account.id)))
        with closing(open_reader(self._where)) as sql:
            rows = ReviewBook(sql, visitor.account.scope).page(waits=True).rows
        return RedirectResponse(f"/review/{rows[0]['log']}/{rows[0]['seq']}" if rows else REVIEWS, 303)

    def _page(self, request: Request, visitor: Visitor, status: int = 200, wrong: str = "", note: str = "") -> Response:
        found = self._find(request, visitor)
        if found is None:
            return self._doors.wrong(request, 404, "review")
        return self._doors.draw(
            request, visitor, "review.html", status,
            found=found, row=found.row, own=_is_own(found, visitor), wrong=wrong, note=note, today=self._now().date(),
        )  # fmt: skip

    def _find(self, request: Request, visitor: Visitor) -> Review | None:
        log, seq = request.path_params["log"], request.path_params["seq"]
        if seq > MOST_SEQ:
            return None
        with closing(open_reader(self._where)) as sql:
            return ReviewBook(sql, visitor.account.scope).one(log, seq)


def _is_own(found: Review, visitor: Visitor) -> bool:
    """Nobody looks over what he made or corrected himself, nor what he agreed to as the second person."""
    hands = [hand for _, _, one in found.corrections for hand in (one.by, one.second)]
    account = visitor.account
    return made_by(found.body, account) or any(hand and hand in (account.id, account.name) for hand in hands)
