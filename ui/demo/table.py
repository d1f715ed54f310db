"""The table beside the box: a page on which a newcomer does by hand what the world does to a real one.

Holds up cards, chooses how the sample is, pulls plugs, takes the paper away, stops the broker.
"""

import threading
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path

import jinja2
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kiosk.rules.messages import Subject
from kiosk.rules.scan.numbers import shown_card
from kiosk.words import Words
from ui.demo.bench import Bench, number_of
from ui.demo.office import Colleague

HERE = Path(__file__).parent
HEADERS = {"Content-Security-Policy": "default-src 'self'", "Cache-Control": "no-store"}
HELD = 4.0  # seconds that a card stays in front of the camera

Deed = Callable[[], None]


class Table:
    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._takes_away: threading.Timer | None = None
        self._loaded = bench.plan.scenario

    def deeds(self) -> Mapping[str, Mapping[str, Deed]]:
        """Everything that can be done now, by group; the names are keys of the word packs or of people."""
        bench = self._bench
        residue, printer, plugs = bench.residue, bench.printer, bench.plugs
        return {
            "camera": {person.id: self._card(person.id) for person in bench.people}
            | {colleague.id: self._card(colleague.id) for colleague in bench.office.staff}
            | {"stranger": self._stranger},
            "sample": {name: self._sample(name) for name in ("clean", "contaminated", "weak-enzyme")},
            "tester": {
                "well": lambda: setattr(residue, "fault", None),
                "silent": lambda: setattr(residue, "fault", "silent"),
                "bad-crc": lambda: setattr(residue, "fault", "bad-crc"),
                "unplug": plugs["residue"].unplug,
                "replug": plugs["residue"].replug,
            },
            "printer": {
                "paper": printer.load_paper,
                "paper-out": lambda: setattr(printer, "fault", "paper-out"),
                "paper-out-mid": lambda: setattr(printer, "fault", "paper-out-mid"),
                "no-completion": lambda: setattr(printer, "fault", "no-completion"),
                "well": lambda: setattr(printer, "fault", ""),
            },
            "network": {"down": self._broker_down, "up": self._broker_up},
        }

    def now(self) -> Mapping[str, str]:
        """In which state each group stands; its button is marked."""
        bench = self._bench
        tester = bench.residue.fault or "well"
        return {
            "sample": self._loaded,
            "tester": tester if bench.plugs["residue"].plugged else "unplug",
            "printer": bench.printer.fault or "well",
            "network": "up" if bench.programs.runs("broker") else "down",
        }

    def _card(self, person: str) -> Deed:
        return lambda: self._hold(self._bench.folder / "cards" / f"{person}.png")

    def _stranger(self) -> None:
        """A code that nobody here made: it comes with pyzbar."""
        with resources.as_file(resources.files("pyzbar") / "tests" / "qrcode.png") as picture:
            self._hold(picture)

    def _hold(self, picture: Path) -> None:
        if self._takes_away is not None:
            self._takes_away.cancel()
            self._bench.take_away()
        self._bench.hold_up(picture)
        self._takes_away = threading.Timer(HELD, self._bench.take_away)
        self._takes_away.daemon = True
        self._takes_away.start()

    def _sample(self, scenario: str) -> Deed:
        def load() -> None:
            self._bench.residue.load(scenario)
            self._loaded = scenario

        return load

    def _broker_down(self) -> None:
        if self._bench.programs.runs("broker"):
            self._bench.programs.stop("broker")

    def _broker_up(self) -> None:
        if not self._bench.programs.runs("broker"):
            self._bench.start("broker")


def _keyed(person: Subject, words: Words) -> str:
    """What he may be asked to key in."""
    number = shown_card(number_of(person))
    return words.say("demo.table.tail", tail=person.contact[-4:], number=number)


def _badge(colleague: Colleague, words: Words) -> str:
    roles = words.say("demo.table.also").join(words.say(f"paper.badge.role.{role}") for role in colleague.roles)
    return words.say("demo.table.badge", name=colleague.name, role=roles, pin=colleague.pin)


def build_app(bench: Bench, words: Words) -> Starlette:
    """The page, the deeds behind its buttons, and the papers that came out of the printer. Loopback only."""
    table = Table(bench)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
    )

    def page(_: Request) -> Response:
        names = {person.id: f"{person.name} · {_keyed(person, words)}" for person in bench.people}
        names |= {colleague.id: _badge(colleague, words) for colleague in bench.office.staff}
        html = environment.get_template("table.html").render(
            say=words.say,
            names=names,
            language=words.language,
            groups=table.deeds(),
            now=table.now(),
            station=f"{bench.station_url}/enter?token={bench.token}",
            county=bench.county_url,
            accounts=bench.office.accounts,
            papers=[paper.name for paper in reversed(bench.printer.papers)][:6],
        )
        return HTMLResponse(html, headers=HEADERS)

    async def do(request: Request) -> Response:
        form = await request.form()
        deed = table.deeds().get(str(form.get("group")), {}).get(str(form.get("deed")))
        if deed is None:
            return Response(status_code=404)
        await run_in_threadpool(deed)
        return RedirectResponse("/", status_code=303)

    bench.paper.mkdir(parents=True, exist_ok=True)
    return Starlette(
        routes=[
            Route("/", page),
            Route("/do", do, methods=["POST"]),
            Mount("/paper", StaticFiles(directory=bench.paper)),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
    )
