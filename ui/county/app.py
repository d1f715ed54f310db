"""The county's web app, built of its rooms: public pages, signing in, the office's pages, accounts."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from kiosk.clock import system_time
from kiosk.neighbours import FOLDER
from kiosk.override import Overrides
from kiosk.pack import load_packs
from kiosk.trust import Trust
from kiosk.words import LANGUAGES, Words, load_words
from ui.county.accounts.codes import Codes
from ui.county.accounts.entering import Entering
from ui.county.accounts.hiring import Hiring
from ui.county.accounts.passwords import Passwords
from ui.county.acts import Acts
from ui.county.board.facts import Spots, controlled
from ui.county.board.receipts import Receipts
from ui.county.changes import Changes
from ui.county.database import Absent
from ui.county.ordered import Ordered
from ui.county.pages import Pages
from ui.county.sql import Where
from ui.county.telling import Teller
from ui.county.tracing.enquiry import Enquiry, Sources
from ui.county.web.answering import Answering, Guarded
from ui.county.web.api import PublicApi
from ui.county.web.board_pages import BoardPages
from ui.county.web.case_pages import CasePages
from ui.county.web.doors import Doors
from ui.county.web.duty_pages import DutyPages
from ui.county.web.entry_pages import EntryPages
from ui.county.web.field_pages import FieldPages
from ui.county.web.live_pages import LivePages
from ui.county.web.office import Office
from ui.county.web.order_pages import OrderPages
from ui.county.web.outside import Outside
from ui.county.web.people_rooms import PeopleRooms
from ui.county.web.public_pages import PublicPages
from ui.county.web.review_pages import ReviewPages
from ui.county.web.sign_in import SignIn
from ui.county.web.users import Users


@dataclass(frozen=True, slots=True)
class Desks:
    """What the office does beside reading: its acts, the county's folder, the key file to what its database seals."""

    acts: Acts
    folder: Path
    pages_key: Path
    passwords: Passwords


def build_app(
    database: Where,
    trust: Callable[[], Trust],
    words: Words,
    changed: Changes,
    desks: Desks,
    now: Callable[[], datetime] = system_time,
    put: Overrides | None = None,
    ordered: Ordered | None = None,
    outside: Outside | None = None,
) -> Starlette:
    """The whole app. `trust` is asked on each request, so that a station enrolled today is known today.

    `words` is the language of a browser that has not chosen one; `put` is what the county put over the shipped packs,
    `ordered` what its orders say of numbers and names, `outside` how the public asks. Raises OSError when the key of
    the pages cannot be read.
    """
    packs, county = load_packs(put=put), trust().county
    spoken = {language: load_words(language) for language in LANGUAGES} | {words.language: words}
    tellers = {language: Teller(said, packs) for language, said in spoken.items()}
    pages = {language: Pages(county, tell) for language, tell in tellers.items()}
    answering = Answering(pages, words.language)
    doors = Doors(database, desks.acts, answering, now)
    entering = Entering(database, desks.acts, desks.passwords, Codes(desks.pages_key), now)
    spots = Spots(Receipts(trust), controlled(packs))
    office = Office(database, doors, answering, desks.acts, desks.folder, packs, tellers, county, trust, now)
    live, board = LivePages(office, spots, changed), BoardPages(office, spots, changed)
    outside, ordered = outside or Outside(), ordered or Ordered(None)
    sources = Sources(trust, ordered, packs, desks.folder / FOLDER, outside.complaints)
    enquiry = Enquiry(sources, outside.page, lambda: now().date())
    rooms = (
        live,
        board,
        SignIn(doors, entering, answering, county),
        PeopleRooms(office),
        OrderPages(office),
        CasePages(office),
        DutyPages(office),
        ReviewPages(office),
        Users(database, doors, Hiring(database, desks.acts, desks.passwords), answering),
        FieldPages(office, ordered),
        EntryPages(office),
        PublicPages(database, answering, enquiry, outside),
        PublicApi(database, pages, words.language, enquiry, outside),
    )

    def absent(request: Request, _wrong: Exception) -> Response:
        return answering.wrong(request, 503, "starting", office=True)

    def refused(request: Request, wrong: Exception) -> Response:
        status = wrong.status_code if isinstance(wrong, HTTPException) else 404
        return answering.wrong(request, status, "nothing", office=False)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await live.stop()
        await board.stop()

    return Starlette(
        routes=[
            *(route for room in rooms for route in room.routes()),
            Mount("/static", StaticFiles(directory=str(resources.files("ui.county") / "static"))),
        ],
        exception_handlers={Absent: absent, HTTPException: refused},
        middleware=[Middleware(Guarded)],
        lifespan=lifespan,
    )
