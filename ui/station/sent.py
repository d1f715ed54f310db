"""Our styles and scripts as they are sent: without comments, indents and line ends, which only their readers need."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

KINDS = {".css": "text/css", ".js": "text/javascript"}
# a string | a comment | a mark that needs no room around it | the colon of a declaration (of a selector it may need the
# room in front) | any other room
STYLE = re.compile(r"""("[^"]*"|'[^']*')|/\*.*?\*/|\s*([{};,>])\s*|(:)\s+|(\s+)""", re.DOTALL)
COMMENT = re.compile(r"^\s*/\*.*?\*/", re.DOTALL | re.MULTILINE)  # ours begin a line; anywhere else it may be a pattern


def routes(folder: Path) -> Iterator[Route]:
    """One for each of them that lies in the folder itself; they are read once."""
    for file in sorted(folder.iterdir()):
        if file.suffix in KINDS:
            yield _route(f"/{folder.name}/{file.name}", sent(file), KINDS[file.suffix])


def sent(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    return style(text) if file.suffix == ".css" else script(text)


def style(text: str) -> str:
    return STYLE.sub(lambda found: found[1] or found[2] or found[3] or (" " if found[4] else ""), text).strip()


def script(text: str) -> str:
    """Lines stay lines: where a statement ends without its mark, a line end is one. No text of ours goes over two."""
    lines = (line.strip() for line in COMMENT.sub("", text).splitlines())
    return "".join(f"{line}\n" for line in lines if line)


def _route(address: str, text: str, kind: str) -> Route:
    body = text.encode()
    known = {"etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"'}

    async def answer(request: Request) -> Response:
        if request.headers.get("if-none-match") == known["etag"]:
            return Response(status_code=304, headers=known)
        return Response(body, media_type=kind, headers=known)

    return Route(address, answer)
