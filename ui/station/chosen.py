"""What a person chose for the page before him, in cookies that end with his turn: language and size of the letters."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

LANGUAGE, TEXT = "language", "text"
TEXTS = ("1", "2", "3", "4")  # sizes of the letters, as station.css has them


@dataclass(frozen=True, slots=True)
class Chosen:
    """`languages` are those there are words for, `house` the one that a turn begins in."""

    languages: Sequence[str]
    house: str

    def language(self, request: Request) -> str:
        wanted = request.cookies.get(LANGUAGE, "")
        return wanted if wanted in self.languages else self.house

    def text(self, request: Request) -> str:
        wanted = request.cookies.get(TEXT, "")
        return wanted if wanted in TEXTS else TEXTS[0]

    def keep(self, answer: Response, name: str, wanted: str) -> None:
        """Sets the cookie; what cannot be chosen changes nothing."""
        if wanted in (self.languages if name == LANGUAGE else TEXTS):
            answer.set_cookie(name, wanted, httponly=True, samesite="strict")

    def forget(self, request: Request, answer: Response) -> None:
        """The next person begins as the house does; the page is opened anew where that makes a difference."""
        for name in (LANGUAGE, TEXT):
            if name in request.cookies:
                answer.delete_cookie(name, httponly=True, samesite="strict")
                answer.headers["hx-refresh"] = "true"


def following(among: Sequence[str], now: str) -> str:
    """Behind the last comes the first."""
    return among[(among.index(now) + 1) % len(among)] if now in among else among[0]
