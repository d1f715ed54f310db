"""Away from the desk: an officer's phone pages. Forms wait in the phone until they can be sent; lists of what was.

What is sent is answered as JSON: `{"kept": true, "id", "seq"}` once it is committed, else what is to be corrected.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from drivers.errors import FrameError
from kiosk.rules.goods.quantity import Unit, plain
from kiosk.rules.messages import SampleType, Scene
from kiosk.rules.oversight.disposal import AWAY, FOR_GOOD
from kiosk.rules.oversight.gate_facts import Decision, Judged
from kiosk.rules.sentence import Sentence
from kiosk.trust import SealError
from ui.county import pictures
from ui.county.accounts.roles import Right
from ui.county.database import DatabaseError
from ui.county.field import notes
from ui.county.field.books import Books
from ui.county.field.errors import Taken, Unfit
from ui.county.field.forms import FOUND, KINDS, MEASURES, OFFICIAL, note_of
from ui.county.field.gate_form import PAPERS, advised
from ui.county.field.notes import Notes
from ui.county.field.sent import OTHER, Sent
from ui.county.field.tables import form_of, pictures_of
from ui.county.field.told import facts_told, lines
from ui.county.migration import open_reader
from ui.county.ordered import Ordered
from ui.county.telling import Teller
from ui.county.web.answering import SECURITY
from ui.county.web.doors import Visitor
from ui.county.web.office import Office

logger = logging.getLogger(__name__)

FIELD, NOTES = "/field", "/field/notes"
MOST_BODY = pictures.MOST * pictures.MOST_BYTES + (1 << 20)  # bytes of a note with its pictures
MOST_FIELDS = 120
MOST_FIELD = 16 << 10  # bytes
SHELL = ("county.css", "field.css", "field.js", "field_form.js", "field_worker.js")  # what a phone keeps
# A form asks where it is when its button is pressed; no other page may.
LOCATED = {"permissions-policy": SECURITY["permissions-policy"].replace("geolocation=()", "geolocation=(self)")}
UNITS = (Unit.KG, Unit.JIN, Unit.BOX, Unit.BUNDLE, Unit.HEAD)


@dataclass(frozen=True, slots=True)
class Post:
    """The fields of a note, and its pictures as they came, each with the field that it belongs to."""

    fields: Mapping[str, str]
    pictures: tuple[tuple[str, bytes], ...]


class FieldPages:
    """`folder` is the county's; `tellers` by language."""

    def __init__(self, office: Office, ordered: Ordered) -> None:
        self._where = office.where
        self._doors = office.doors
        self._answering = office.answering
        self._acts = office.acts
        self._folder = office.folder
        self._packs = office.packs
        self._tellers = office.tellers
        self._trust = office.trust
        self._ordered = ordered
        self._now = office.now
        self._worker = _worker()

    def routes(self) -> list[BaseRoute]:
        page, right = self._doors.page, Right.FIELD
        return [
            page(FIELD, self.home, right),
            page(f"{FIELD}/worker.js", self.worker, right),
            page(f"{FIELD}/subjects", self.subjects, right),
            self._doors.form(f"{FIELD}/paper", self.paper, right),
            self._doors.form(f"{FIELD}/advice", self.advice, right),
            page(NOTES, self.listed, right),
            self._doors.stream(NOTES, self.sent, right, "POST"),
            page(f"{NOTES}/{{note}}", self.one, right),
            page(f"{NOTES}/{{note}}/{{digest}}.jpg", self.picture, right),
            *(page(f"{FIELD}/{kind}", self._form(kind), right) for kind in KINDS),
        ]

    # --- pages ----------------------------------------------------------------------------------------------------

    def home(self, request: Request, visitor: Visitor) -> Response:
        today = self._now().date().isoformat()
        with self._books(visitor) as books, self._notes(visitor) as kept:
            return self._draw(
                request, visitor, "field.html", kinds=tuple(KINDS), sent=kept.of_day(today), tasks=books.tasks(today)
            )

    def _form(self, kind: str) -> Callable[[Request, Visitor], Response]:
        def drawn(request: Request, visitor: Visitor) -> Response:
            with self._books(visitor) as books:
                tasks = [task for task in books.tasks(self._now().date().isoformat()) if task["what"] == kind]
                cases = books.cases() if kind == "disposal" else []
            lists = {
                "papers": PAPERS, "decisions": tuple(Decision), "found": FOUND, "measures": MEASURES, "away": AWAY,
                "for_good": FOR_GOOD, "official": OFFICIAL, "types": tuple(SampleType), "scenes": tuple(Scene),
                "units": UNITS, "other": OTHER,
                "most": 1 if kind == "gate" else pictures.MOST,  # a check names one, of the paper
            }  # fmt: skip
            response = self._draw(
                request, visitor, f"field_{kind}.html", kind=kind, tasks=tasks, cases=cases, packs=self._packs, **lists
            )
            response.headers.update(LOCATED)
            return response

        return drawn

    def listed(self, request: Request, visitor: Visitor) -> Response:
        with self._notes(visitor) as kept:
            page = kept.page(request.query_params.get("before", ""))
        return self._draw(request, visitor, "field_notes.html", page=page)

    def one(self, request: Request, visitor: Visitor) -> Response:
        with self._notes(visitor) as kept:
            found = kept.find(request.path_params["note"])
        if found is None:
            return self._doors.wrong(request, 404, "note")
        body = form_of(found.note)[1]
        told = lines(found.note, self._teller(request), self._packs)
        shown = () if body is None else pictures_of(body)
        return self._draw(request, visitor, "field_note.html", row=found.row, told=told, pictures=shown)

    def picture(self, request: Request, visitor: Visitor) -> Response:
        """Only one that the note names, to who may see the note."""
        with self._notes(visitor) as kept:
            found = kept.find(request.path_params["note"])
        body = None if found is None else form_of(found.note)[1]
        digest = request.path_params["digest"]
        if body is None or digest not in pictures_of(body):
            return self._doors.wrong(request, 404, "note")
        try:
            data = pictures.find(self._folder, digest)
        except FrameError:
            data = None
        if data is None:
            return self._doors.wrong(request, 404, "picture")
        return Response(data, media_type="image/jpeg", headers={"cache-control": "private, max-age=86400"})

    def worker(self, request: Request, visitor: Visitor) -> Response:
        """The service worker; it may stand before `/field` itself, not only what lies under it."""
        headers = {"service-worker-allowed": FIELD, "cache-control": "no-cache"}
        return Response(self._worker, media_type="text/javascript", headers=headers)

    # --- what a form asks while it is filled ----------------------------------------------------------------------

    def subjects(self, request: Request, visitor: Visitor) -> Response:
        with self._books(visitor) as books:
            rows = books.subjects(request.query_params.get("q", ""))
        found = [{"id": row["id"], "name": row["name"], "origin": row["origin"]} for row in rows]
        return JSONResponse({"found": found}, headers={"cache-control": "no-store"})

    def paper(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        """What the county knows of a number or a scanned code, to fill the form with."""
        with self._books(visitor) as books:
            told = books.paper(fields.get("number", ""))
        if told.seen is None:
            return JSONResponse({"found": False})
        seen, tell = told.seen, self._teller(request)
        facts = {"number": seen.number, "product": seen.product, "seller": seen.issuer, "origin": seen.origin}
        quantity = "" if seen.quantity is None else tell.amount(plain(seen.quantity), seen.unit)
        words = tell.say(
            "county.field.paper_told",
            product=tell.product(seen.product), quantity=quantity, issuer=seen.issuer, date=seen.issued_on,
        )  # fmt: skip
        return JSONResponse({"found": True, "facts": facts, "words": words})

    def advice(self, request: Request, visitor: Visitor, fields: Mapping[str, str]) -> Response:
        """State and advice by the rules, while the gate's form is being filled; nothing while goods are not told."""
        with self._books(visitor) as books:
            judged = advised(self._sent(visitor, fields, _promised(fields)), books)
        tell = self._teller(request)
        return JSONResponse({} if judged is None else _advice(judged, tell))

    # --- what a phone sends ---------------------------------------------------------------------------------------

    async def sent(self, request: Request, visitor: Visitor) -> Response:
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > MOST_BODY:
            return self._refused(request, {"picture": Sentence("county.field.wrong.large")}, 413)
        try:
            post = await _post_of(request)
        except HTTPException:
            return self._refused(request, {"form": Sentence("county.field.wrong.form")}, 422)
        return await run_in_threadpool(self._kept, request, visitor, post)

    def _kept(self, request: Request, visitor: Visitor, post: Post) -> Response:
        note = post.fields.get("id", "")
        if post.fields.get("account", "") != visitor.account.id:
            return self._refused(request, {"account": Sentence("county.field.wrong.account")}, 409)
        try:
            seq = self._keep(visitor, post)
        except Unfit as unfit:
            return self._refused(request, unfit.problems, 422)
        except Taken:
            return self._refused(request, {"account": Sentence("county.field.wrong.account")}, 409)
        except (DatabaseError, OSError, SealError) as wrong:
            logger.warning("a note of a phone cannot be kept now: %s", type(wrong).__name__)
            return self._refused(request, {}, 503)
        return JSONResponse({"kept": True, "id": note, "seq": seq})

    def _keep(self, visitor: Visitor, post: Post) -> int:
        """Its pictures are durable before the act that names them. What was kept before is not looked at again."""
        with closing(open_reader(self._where)) as sql:
            known = notes.kept(sql, post.fields.get("id", ""), visitor.account.id)
        if known is not None:
            return known
        cleaned = _cleaned(post)
        with self._books(visitor) as books:
            named = tuple((name, hashlib.sha256(data).hexdigest()) for name, data in cleaned)
            note = note_of(
                post.fields.get("kind", ""), self._sent(visitor, post.fields, named), visitor.account.id, books
            )
        body = form_of(note)[1]
        told = () if body is None else pictures_of(body)
        shown = [data for (_, digest), (_, data) in zip(named, cleaned, strict=True) if digest in told]
        pictures.keep(self._folder, f"{self._now():%Y-%m}", shown)
        return notes.keep(self._acts, note)

    def _sent(self, visitor: Visitor, fields: Mapping[str, str], named: tuple[tuple[str, str], ...]) -> Sent:
        regions = visitor.account.scope.regions
        return Sent(
            id=fields.get("id", ""),
            at=fields.get("at", ""),
            today=self._now().date(),
            name=visitor.account.name,
            fields=fields,
            pictures=named,
            region=regions[0] if len(regions) == 1 else "",
        )

    def _refused(self, request: Request, problems: Mapping[str, Sentence], status: int) -> Response:
        tell = self._teller(request)
        told = {name: tell.sentence(one.key, facts_told(one.facts, tell)) for name, one in problems.items()}
        return JSONResponse({"kept": False, "problems": told}, status)

    # --- rooms beside -----------------------------------------------------------------------------------------------

    def _books(self, visitor: Visitor) -> Books:
        return Books(self._where, self._packs, self._trust, self._ordered, visitor.account.scope)

    def _notes(self, visitor: Visitor) -> Notes:
        return Notes(self._where, visitor.account)

    def _teller(self, request: Request) -> Teller:
        return self._tellers[self._answering.language(request)]

    def _draw(self, request: Request, visitor: Visitor, template: str, **values: Any) -> Response:
        today = self._now().date()
        return self._doors.draw(request, visitor, template, today=today, time=self._teller(request).time, **values)


async def _post_of(request: Request) -> Post:
    """Raises HTTPException for what is no form, or has too many parts."""
    form = await request.form(max_files=pictures.MOST + 1, max_fields=MOST_FIELDS, max_part_size=MOST_FIELD)
    fields, files = dict[str, str](), list[tuple[str, bytes]]()
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files.append((name, await value.read(pictures.MOST_BYTES + 1)))
            await value.close()
        else:
            fields[name] = value
    return Post(fields, tuple(files))


def _cleaned(post: Post) -> tuple[tuple[str, bytes], ...]:
    """Drawn anew. Raises Unfit when there are too many, or one is none."""
    if len(post.pictures) > pictures.MOST:
        raise Unfit({"picture": Sentence("county.field.wrong.pictures", {"most": str(pictures.MOST)})})
    drawn = []
    for name, data in post.pictures:
        picture = pictures.clean(data)
        if picture is None:
            raise Unfit({"picture": Sentence("county.field.wrong.no_picture")})
        drawn.append((name, picture))
    return tuple(drawn)


def _promised(fields: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """While a form is filled it only says that it has a picture: advice is given as if it were kept."""
    return (("picture", "0" * 64),) if fields.get("has_picture") == "1" else ()


def _advice(judged: Judged, tell: Teller) -> dict[str, object]:
    words = [tell.sentence(one.say.key, facts_told(one.say.facts, tell)) for one in judged.rulings]
    return {
        "state": tell.word("county.field.state", judged.state),
        "advice": judged.advice.value,
        "title": tell.say(f"county.field.advice.{judged.advice}"),
        "words": words,
    }


def _worker() -> bytes:
    """Its first line names what it keeps: a new shell makes a new worker."""
    static = resources.files("ui.county") / "static"
    digest = hashlib.sha256(b"".join((static / name).read_bytes() for name in SHELL)).hexdigest()
    return f'const BUILD = "{digest[:16]}";\n'.encode() + (static / "field_worker.js").read_bytes()
