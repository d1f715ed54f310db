"""Screens to HTML: which template draws which stage. Reads its templates, words and pictures once."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import jinja2
from markupsafe import Markup

from kiosk.rules.certify.certificate import BUYER_STYLE, PRODUCER_STYLE
from kiosk.rules.testing.methods import MethodPack
from kiosk.rules.visits.turn import Turn
from kiosk.screen import Screen
from kiosk.words import Words
from ui.station import check, led, technician, trouble
from ui.station.live import Piece
from ui.station.view import View

HERE = Path(__file__).parent
STATIC = HERE / "static"

TURN, DEVICES = "turn", "devices"
ADDRESSES = {TURN: "/", DEVICES: "/devices"}


class Pages:
    """`boot` marks the pages of this start of the program: their versions are not compared with those of another."""

    def __init__(
        self,
        languages: Mapping[str, Words],
        wording: Callable[[int], tuple[str, ...]],
        method: Callable[[], MethodPack | None],
        boot: str,
    ) -> None:
        self._languages = languages
        self._wording = wording
        self._method = method
        self._pictures = frozenset(file.stem for file in (STATIC / "products").glob("*.svg"))
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {"boot": boot, "pictures": self._pictures}
        self._templates.globals |= {"technician": technician, "led": led, "trouble": trouble, "check": check}

    def whole(self, screen: Screen, language: str, page: str, leaf: int = 0) -> str:
        """The page as a browser opens it."""
        view = self._view(screen, language, leaf)
        pieces = self.pieces(screen, language, page, leaf)
        parts = {name: Markup(piece.html) for name, piece in pieces.items()}  # noqa: S704 - drawn by these templates
        return self._draw("page.html", view, page, **parts)

    def pieces(self, screen: Screen, language: str, page: str, leaf: int = 0) -> dict[str, Piece]:
        return {
            "main": self.main(screen, language, page, leaf),
            "strip": self._strip(screen, language, page),
            "hint": self._hint(screen, language, page),
        }

    def main(self, screen: Screen, language: str, page: str, leaf: int = 0) -> Piece:
        """The part that a tap or a piece of news replaces."""
        view = self._view(screen, language, leaf)
        name = _template(screen, page)
        body = self._draw(name, view, page)
        key = _digest(body)
        framed = Markup(body)  # noqa: S704 - drawn by these templates
        return Piece(key, self._draw("frame.html", view, page, body=framed, key=key, name=Path(name).stem))

    def failed(self, words: Words, code: str) -> str:
        return self._templates.get_template("failed.html").render(words=words, code=code)

    def _strip(self, screen: Screen, language: str, page: str) -> Piece:
        html = self._draw("strip.html", self._view(screen, language), page)
        return Piece(_digest(html), html)

    def _hint(self, screen: Screen, language: str, page: str) -> Piece:
        """A part of its own: a mirror that is drawn anew with each hint would flicker."""
        html = self._draw("hint.html", self._view(screen, language), page)
        return Piece(_digest(html), html)

    def _view(self, screen: Screen, language: str, leaf: int = 0) -> View:
        return View(screen, self._languages[language], self._wording(_style(screen)), self._method(), leaf)

    def _draw(self, template: str, view: View, page: str, **parts: object) -> str:
        facts = {"view": view, "say": view.say, "visit": view.screen.visit, "screen": view.screen, "page": page}
        return self._templates.get_template(template).render(facts | parts)


def _template(screen: Screen, page: str) -> str:
    if page == DEVICES:
        return "devices.html"
    if screen.halted is None and screen.checked is not None:
        return "check.html"
    return "stages/halted.html" if screen.halted is not None else f"stages/{screen.visit.stage}.html"


def _digest(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()[:16]


def _style(screen: Screen) -> int:
    """The template whose promise this person reads."""
    return BUYER_STYLE if screen.visit.turn is Turn.BUYER else PRODUCER_STYLE
