"""Patterns of a profile that cannot be read, or that a message fits in two ways. Pure; faults as in contradictions."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from drivers.profile.exchange import Ask, Hear, Pages
from drivers.profile.form import Profile
from drivers.profile.kinds import FREE, SIZES, Part, byte_parts, is_kind, size_of, text_parts
from drivers.profile.layout import Grid, Pattern, Record, Slip
from drivers.profile.parts import Spoken, answer_of, is_text
from drivers.profile.table import nearest

Fault = tuple[str, str, dict[str, object]]
NAME = re.compile(r"_?[a-z][a-z0-9_]*")


def unreadable(profile: Profile) -> Iterator[Fault]:
    """Of exchanges and greetings: nothing else can be said before these are right."""
    for path, pattern, as_text in _patterns(profile):
        try:
            parts = text_parts(pattern) if as_text else byte_parts(pattern)
        except ValueError as wrong:
            yield _unread(path, str(wrong))
            continue
        yield from (("profile.word", path, facts) for facts in _unknown(parts, as_text))
        unsure = _ambiguous(parts, lambda one: one.kind) if as_text else ()
        yield from (_unread(path, text) for text in (*_misnamed(parts), *unsure))


def uncertain(record: Record) -> Iterator[Fault]:
    """Of the pictures of a record."""
    kinds = {form.id: "word" if form.refuse or form.missing or form.enum else form.type for form in record.fields}
    kinds |= {form.id: "text" for form in record.fields if form.type == "text"}
    for pattern in _pictures(record):
        row = isinstance(record.text, Slip) and pattern == record.text.row

        def kind(part: Part, *, row: bool = row) -> str:
            said = part.kind or kinds.get(part.name, "text")
            return "word" if row and said in ("number", "int") else said

        parts = text_parts(pattern)
        yield from (("profile.word", "text", facts) for facts in _unknown(parts, as_text=True))
        for text in (*_misnamed(parts), *_ambiguous(parts, kind)):
            yield _unread("text", text)


def _patterns(profile: Profile) -> Iterator[tuple[str, str, bool]]:
    """Where it stands, what it is, and whether it is one of text."""
    for name, exchange in profile.exchange.items():
        as_text, path = is_text(profile), f"exchange.{name}"
        if isinstance(exchange, Spoken) and not answer_of(exchange).startswith("@"):
            yield f"{path}.reply", answer_of(exchange), as_text and isinstance(exchange, Ask | Hear | Pages)
        if isinstance(exchange, Ask):
            yield f"{path}.head", exchange.head, False
        if isinstance(exchange, Ask | Pages):
            yield from ((f"{path}.fail.{n}.says", fail.says, as_text) for n, fail in enumerate(exchange.fail))
        if isinstance(exchange, Ask | Hear):
            yield from ((f"{path}.end.{n}", end, as_text) for n, end in enumerate(exchange.end))
    yield from ((f"session.greeting.{n}", said, is_text(profile)) for n, said in enumerate(profile.session.greeting))


def _pictures(record: Record) -> Iterator[str]:
    layout = record.text
    if isinstance(layout, Pattern):
        yield layout.text
    elif isinstance(layout, Slip | Grid):
        yield from layout.lines
        yield from filter(None, [layout.row] if isinstance(layout, Slip) else [])


def _unread(path: str, text: str) -> Fault:
    return "profile.pattern", path, {"text": text}


def _unknown(parts: tuple[Part, ...], as_text: bool) -> Iterator[dict[str, object]]:
    known = list(FREE) if as_text else [*SIZES, "hex1", "text16", "num8"]
    for part in parts:
        if part.name and not (is_kind(part.kind) if as_text and part.kind else as_text or size_of(part.kind)):
            yield {"name": part.kind, "nearest": nearest(part.kind, known)}


def _misnamed(parts: tuple[Part, ...]) -> list[str]:
    """Names that a field cannot have, and those that stand twice."""
    names = [part.name for part in parts if part.name]
    return sorted({name for name in names if not NAME.fullmatch(name) or names.count(name) > 1})


def _ambiguous(parts: tuple[Part, ...], kind: Callable[[Part], str]) -> Iterator[str]:
    """Two fields of which nobody can say where the first one ends. A number ends where its unit begins."""
    for one, other in pairwise(parts):
        apart = size_of(kind(one)) or (kind(one) in ("number", "int") and kind(other) not in ("number", "int"))
        if one.name and other.name and not apart:
            yield f"{{{one.name}}}{{{other.name}}}"
