"""A phone of an officer, away from the desk: notes as it sends them, and pictures as it takes them."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from PIL import Image

from kiosk.pack import load_packs
from tests.ui.county.conftest import DEADLINE, Desk, served
from ui.county.web.doors import COOKIE

OWN = {"sec-fetch-site": "same-origin", "accept": "application/json"}
AT = "2026-11-22T09:58:00+08:00"
ID = "0123456789abcdef" * 2
LINES = [line.id for line in load_packs().patrol]


def jpeg(color: str = "green", size: tuple[int, int] = (640, 480), exif: bytes = b"") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "JPEG", exif=exif)
    return out.getvalue()


def patrol(**other: str) -> dict[str, str]:
    """A patrol that found everything well."""
    return {"kind": "patrol", "subject_name": "李秀英", **{f"item.{line}": "good" for line in LINES}, **other}


def gate(**other: str) -> dict[str, str]:
    """Goods of somebody who has no paper, who is sent away as the rules advise."""
    told = {"paper": "none", "seller": "王五", "product": "celery", "quantity": "20", "quantity_unit": "jin"}
    return {"kind": "gate", **told, "origin": "新平县", "market": "县城市场", "decision": "refuse", **other}


def sample(**other: str) -> dict[str, str]:
    told = {"type": "routine", "subject_name": "李秀英", "product": "celery", "scene": "base"}
    return {"kind": "sample", **told, "place": "戛洒镇", "origin": "新平县", **other}


@dataclass
class Phone:
    """The browser of one account."""

    web: httpx.Client
    account: str
    headers: dict[str, str] = field(default_factory=lambda: dict(OWN))

    def send(
        self, fields: dict[str, str], *pictures: tuple[str, bytes], note: str = ID, account: str = ""
    ) -> httpx.Response:
        told = {"id": note, "account": account or self.account, "at": AT, **fields}
        parts = [*((name, (None, value)) for name, value in told.items())]
        files = [(name, ("0.jpg", data, "image/jpeg")) for name, data in pictures]
        return self.web.post("/field/notes", files=[*parts, *files], headers=self.headers)

    def get(self, path: str) -> httpx.Response:
        return self.web.get(path, headers=self.headers)

    def of(self, desk: Desk, account: str, *roles: str, **scope: tuple[str, ...]) -> "Phone":
        """The same browser, after somebody else signed in."""
        desk.accounts.put(account, *roles, **scope)
        self.web.cookies.clear()
        self.web.cookies.set(COOKIE, desk.accounts.token(account))
        return Phone(self.web, account)


@pytest.fixture
def phone(desk: Desk) -> Iterator[Phone]:
    """Of a county officer who may do everything."""
    with served(desk) as address, httpx.Client(base_url=address, timeout=DEADLINE, cookies=desk.cookies()) as client:
        yield Phone(client, "officer")
