"""One entry with everything that it rests on, its proof to take away, its raw capture and its pictures."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute

from kiosk.contract import ContractError
from kiosk.trust import SealError
from kiosk.verify_proof import as_tlog_proof
from ui.county import proof
from ui.county.accounts.roles import Right
from ui.county.pages import Pages
from ui.county.place import MOST_SEQ
from ui.county.reader import Kept, Reader
from ui.county.tracing.captured import Captured, Here, capture_of, image_type, pictures_of
from ui.county.tracing.entry_page import body_shown, entry_values
from ui.county.web.doors import Visitor
from ui.county.web.office import Office

ENTRY = "/entry/{log}/{seq:int}"
BLOBS = "blobs"  # in the county's folder


class EntryPages:
    """Handlers run in worker threads; each opens its own reader, which sees no more than the visitor may."""

    def __init__(self, office: Office) -> None:
        self._doors = office.doors
        self._answering = office.answering
        self._trust = office.trust
        self._captured = Captured(office.folder / BLOBS)
        self._now = office.now

    def routes(self) -> list[BaseRoute]:
        return [
            self._doors.page(ENTRY, self.entry, Right.ENTRY),
            self._doors.page(f"{ENTRY}/proof.json", self.proof, Right.ENTRY),
            self._doors.page(f"{ENTRY}/proof.tlog-proof", self.proof, Right.ENTRY),
            self._doors.page(f"{ENTRY}/capture", self.capture, Right.ENTRY),
            self._doors.page(f"{ENTRY}/picture/{{digest}}", self.picture, Right.ENTRY),
        ]

    def entry(self, request: Request, visitor: Visitor) -> Response:
        with self._doors.reader(visitor) as reader:
            kept = _kept(request, reader)
            if kept is None:
                return self._doors.wrong(request, 404, "entry")
            trust, today = self._trust(), self._now().date()

            def draw(pages: Pages) -> str:
                values = entry_values(kept, reader, self._captured, trust, pages.tell, today)
                return pages.draw("entry.html", **values)

            return self._answering.page(request, draw, who=visitor.account)

    def proof(self, request: Request, visitor: Visitor) -> Response:
        with self._doors.reader(visitor) as reader:
            kept = _kept(request, reader)
            head = reader.head(request.path_params["log"])
            if kept is None:
                return self._doors.wrong(request, 404, "entry")
            if head is None or not proof.is_covered(kept.envelope, head):
                return self._doors.wrong(request, 404, "unproven")
            try:
                document = proof.document(kept.envelope, head, reader.nodes(kept.envelope.header.log), self._trust())
            except (SealError, ContractError, LookupError):
                return self._doors.wrong(request, 404, "unproven")
        form = "tlog-proof" if request.url.path.endswith("tlog-proof") else "proof.json"
        headers = _attached(kept, form)
        if form == "tlog-proof":
            return PlainTextResponse(as_tlog_proof(document), headers=headers)
        return JSONResponse(document, headers=headers)

    def capture(self, request: Request, visitor: Visitor) -> Response:
        """Every byte of it, as a file and never as a page."""
        with self._doors.reader(visitor) as reader:
            kept = _kept(request, reader)
        digest = "" if kept is None else capture_of(body_shown(kept))
        here, data = self._captured.read(digest) if digest else (Here.AWAITED, b"")
        if kept is None or here is not Here.WHOLE:
            return self._doors.wrong(request, 404, "entry")
        headers = _attached(kept, "capture") | {"cache-control": "no-store"}
        return Response(data, headers=headers, media_type="application/octet-stream")

    def picture(self, request: Request, visitor: Visitor) -> Response:
        """Only one that the entry names, and only what begins as an image does."""
        with self._doors.reader(visitor) as reader:
            kept = _kept(request, reader)
        named = () if kept is None else pictures_of(body_shown(kept))
        digest = request.path_params["digest"]
        here, data = self._captured.read(digest) if digest in named else (Here.AWAITED, b"")
        if here is not Here.WHOLE or not image_type(data):
            return self._doors.wrong(request, 404, "entry")
        return Response(data, headers={"cache-control": "no-store"}, media_type=image_type(data))


def _kept(request: Request, reader: Reader) -> Kept | None:
    return reader.entry(request.path_params["log"], min(request.path_params["seq"], MOST_SEQ))


def _attached(kept: Kept, form: str) -> dict[str, str]:
    header = kept.envelope.header
    return {"content-disposition": f'attachment; filename="{header.log[:8]}-{header.seq}.{form}"'}
