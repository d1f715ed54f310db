"""Screens to HTML: which template draws which stage. Reads its templates, words and pictures once."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import jinja2
from markupsafe import Markup

from kiosk.rules.certify.certificate import BUYER_STYLE, PRODUCER_STYLE
from kiosk.rules.testing.methods import MethodPack
from kiosk.rules.visits.turn import Stage, Turn
from kiosk.screen import Screen
from kiosk.words import Words
from ui.station import (
    basket,
    bench,
    board,
    calling,
    check,
    desk,
    led,
    mine,
    queue,
    results,
    sheet_view,
    sprayed,
    technician,
    trace,
    trouble,
    way,
    welcome,
)
from ui.station.chosen import TEXTS, following
from ui.station.live import Piece
from ui.station.tools.shelf import SHELF
from ui.station.view import View
from ui.station.voice import Voice

HERE = Path(__file__).parent
STATIC = HERE / "static"

TURN, DEVICES, BOARD = "turn", "devices", "board"
ADDRESSES = {TURN: "/", DEVICES: "/devices", BOARD: "/board"}


class Pages:
    """`boot` marks the pages of this start of the program: their versions are not compared with those of another."""

    def __init__(
        self,
        languages: Mapping[str, Words],
        wording: Callable[[int], tuple[str, ...]],
        method: Callable[[], MethodPack | None],
        boot: str,
        voice: Voice,
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
        self._templates.globals |= {"boot": boot, "pictures": self._pictures, "voice": voice}
        self._templates.globals |= {
            "technician": technician,
            "led": led,
            "trouble": trouble,
            "check": check,
            "board": board,
        }
        self._templates.globals |= {"tools": SHELF}
        self._templates.globals |= {"sprayed": sprayed, "way": way, "trace": trace, "welcome": welcome}
        self._templates.globals |= {"basket": basket, "mine": mine}
        self._templates.globals |= {"sheet_view": sheet_view, "desk": desk}
        self._templates.globals |= {"bench": bench, "queue": queue, "calling": calling, "results": results}

    def whole(self, screen: Screen, language: str, page: str, leaf: int = 0, text: str = TEXTS[0]) -> str:
        """The page as a browser opens it; `text` is the size of its letters."""
        view = self._view(screen, language, leaf)
        pieces = self.pieces(screen, language, page, leaf)
        chosen = {"text": text, "bigger": following(TEXTS, text)}
        parts = {name: Markup(piece.html) for name, piece in pieces.items()}  # noqa: S704 - drawn by these templates
        return self._draw("page.html", view, page, **parts, **chosen)

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

    def failed(self, words: Words, code: str, *, whole: bool) -> str:
        """What stands where nothing could be drawn; `whole` for a browser that asked for a page, not for a part."""
        facts = {"words": words, "code": code, "whole": whole, "address": ADDRESSES[TURN]}
        return self._templates.get_template("failed.html").render(facts)

    def words(self, language: str) -> Words:
        return self._languages[language]

    def _strip(self, screen: Screen, language: str, page: str) -> Piece:
        tongue = self._languages[following(tuple(self._languages), language)]
        html = self._draw("strip.html", self._view(screen, language), page, tongue=tongue)
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
    if page in (DEVICES, BOARD):
        return f"{page}.html"
    if screen.halted is None and screen.checked is not None:
        return "check.html"
    if screen.halted is not None:
        return "stages/halted.html"
    if screen.helper is not None:
        return "helping.html"
    visit = screen.visit
    return f"tools/{visit.tool.split(' ')[0]}.html" if visit.stage is Stage.TOOL else f"stages/{visit.stage}.html"


def _digest(html: str) -> str:
    return hashlib.sha256(html.encode()).hexdigest()[:16]


def _style(screen: Screen) -> int:
    """The template whose promise this person reads."""
    return BUYER_STYLE if screen.visit.turn is Turn.BUYER else PRODUCER_STYLE
