"""The tables of kiosk/FORMATS.md that repeat what the code says: kinds, parts, lists, words, concepts, the feed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from kiosk.documents.concepts import load_concepts
from kiosk.documents.texts import about
from kiosk.rules import messages
from kiosk.rules.messages import ACT_KINDS, ENTRY_KINDS, ORDER_KINDS
from kiosk.rules.messages.forms import Form
from ui.county.public import OTHERWISE, PUBLIC, SEALED_OFF, WITHHELD, Fields

TABLE = re.compile(r"<!-- table: ([a-z-]+) -->\n(\|.*?)\n\n", re.DOTALL)
KINDS: dict[str, type] = {**ENTRY_KINDS, **ORDER_KINDS, **ACT_KINDS}


def tables() -> dict[str, str]:
    """Every generated table by its name, as it stands behind its mark."""
    concepts = load_concepts()
    return {
        "entries": _table("kind of entry|body|", (([kind], _names(of), about(of)) for kind, of in ENTRY_KINDS.items())),
        "orders": _table("kind of order|body|", (([kind], _names(of), about(of)) for kind, of in ORDER_KINDS.items())),
        "acts": _table("kind of act|body|", (([kind], _names(of), about(of)) for kind, of in ACT_KINDS.items())),
        "parts": _table("part|members|", (([of.__name__], _names(of), about(of)) for of in parts())),
        "lists": _table("list|words|where", (([of.__name__], list(of), list(places(of))) for of in lists())),
        "words": _table("member|words", (([path], list(form.words)) for path, form in forms() if form.words)),
        "public": _table("kind|public members of the body", (([kind], _nested(of)) for kind, of in PUBLIC.items())),
        "sealed": _table("kind that is not told|why", (([kind], why) for kind, why in SEALED_OFF.items())),
        "withheld": _table("why|members that stay", ((why, names) for why, names in _by_reason())),
        "otherwise": _table("public all the same|why", (([name], why) for name, why in OTHERWISE.items())),
        "concepts": _table(
            "concept|here|seen elsewhere|",
            ((f"{one.zh} {one.en}", list(one.ours), ", ".join(one.seen), one.note) for one in concepts.concepts),
        ),
        "codes": _table(
            "field|codes elsewhere|ours → theirs|confirmed",
            (([one.field], one.seen, _pairs(one.to), "yes" if one.confirmed else "no") for one in concepts.codes),
        ),
    }


def parts() -> list[type]:
    """Values that stand in bodies."""
    named = [getattr(messages, name) for name in messages.__all__]
    return [of for of in named if isinstance(of, type) and is_dataclass(of) and of not in KINDS.values()]


def lists() -> list[type[StrEnum]]:
    named = [getattr(messages, name) for name in messages.__all__]
    return [of for of in named if isinstance(of, type) and issubclass(of, StrEnum)]


def places(of: type) -> Iterator[str]:
    """Where a list or part is used: `kind.member` or `Part.member`."""
    for name, body in owners():
        hints = get_type_hints(body)
        yield from (f"{name}.{field.name}" for field in fields(body) if of in _leaves(hints[field.name]))


def forms() -> Iterator[tuple[str, Form]]:
    """Every member that has a form, by its place."""
    for name, body in owners():
        hints = get_type_hints(body, include_extras=True)
        for field in fields(body):
            yield from ((f"{name}.{field.name}", form) for form in _forms(hints[field.name]))


def owners() -> list[tuple[str, Any]]:
    return [*KINDS.items(), *((of.__name__, of) for of in parts())]


def rewritten(text: str) -> str:
    fresh = tables()
    return TABLE.sub(lambda found: f"<!-- table: {found[1]} -->\n{fresh[found[1]]}\n\n", text)


def _forms(hint: Any) -> Iterator[Form]:
    if get_origin(hint) is Annotated:
        yield hint.__metadata__[0]
    else:
        for inner in get_args(hint):
            yield from _forms(inner)


def _leaves(hint: Any) -> Iterator[Any]:
    if get_args(hint):
        for inner in get_args(hint):
            yield from _leaves(inner)
    else:
        yield hint


def _by_reason() -> Iterator[tuple[str, list[str]]]:
    for why in dict.fromkeys(WITHHELD.values()):
        yield why, [name for name, reason in WITHHELD.items() if reason == why]


def _names(of: Any) -> list[str]:
    return [field.name for field in fields(of)]


def _nested(members: Fields) -> str:
    """Names, each with its own public names in brackets."""
    return ", ".join(f"`{name}`" + (f" ({_nested(inner)})" if inner else "") for name, inner in members.items())


def _pairs(codes: dict[str, str]) -> str:
    return ", ".join(f"`{ours}` → {theirs}" for ours, theirs in codes.items())


def _table(head: str, rows: Iterable[tuple[Any, ...]]) -> str:
    names = head.split("|")
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    return ", ".join(f"`{name}`" for name in value) if isinstance(value, list) else str(value).replace("|", "or")
