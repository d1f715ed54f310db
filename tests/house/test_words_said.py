"""No word lies in the packs that nobody says: code, a page or a pack names each, whole or by its family."""

import ast
import re
import tomllib
from collections.abc import Iterator

from jinja2 import Environment, nodes

from tests.house.sources import ROOT, sources
from tests.house.test_words import keys, page_pattern, pattern_of

FAMILY = re.compile(r"[a-z_.]*[a-z_]{2,}[._]\*.*|\*[._][a-z_]{2,}.*")  # what is filled in has a name before or after it


def in_code() -> Iterator[str]:
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.expr) and (pattern := pattern_of(node)):
                yield pattern


def in_pages() -> Iterator[str]:
    environment = Environment(autoescape=True)
    for file in (ROOT / "ui").glob("*/templates/**/*.html"):
        page = environment.parse(file.read_text("utf-8"))
        yield from (page_pattern(text) for text in page.find_all((nodes.Const, nodes.Concat, nodes.Add)))


def in_packs() -> Iterator[str]:
    for file in (ROOT / "kiosk" / "packs").rglob("*.toml"):
        if "words" not in file.relative_to(ROOT).parts:
            yield from strings(tomllib.loads(file.read_text("utf-8")))


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


def names_of(key: str) -> set[str]:
    """As code may call it, with or without its room."""
    parts = key.split(".")
    return {".".join(parts[place:]) for place in range(len(parts) - 1)}


def families_of(name: str) -> set[str]:
    """`a.b.c`: `a.b.c`, `a.b.` and `a.b`, `a.`."""
    ends = [place for place, letter in enumerate(name) if letter in "._"]
    return {name} | {name[: end + 1] for end in ends} | {name[:end] for end in ends if "." in name[:end]}


def test_every_word_is_said() -> None:
    texts = {*in_code(), *in_pages(), *in_packs()}
    filled = [re.compile(re.escape(one).replace(r"\*", ".+")) for one in texts if FAMILY.fullmatch(one)]
    unsaid = [
        key
        for key in sorted(keys())
        if not any(families_of(name) & texts for name in names_of(key))
        and not any(one.fullmatch(name) for name in names_of(key) for one in filled)
    ]
    assert unsaid == []
