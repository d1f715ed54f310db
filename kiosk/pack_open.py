"""待县里确认: whatever in the packs says `confirmed = false`, with its value, its source and its question."""

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.words import LANGUAGES

Table = dict[str, object]
Said = dict[str, str]  # language -> words
FINDS = ("id", "registration", "code")  # what an entry of a list is found by
ABOUT = ("id", "name", "mark", "source", "sources", "confirmed", "question", "text")  # says nothing of the value


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One thing the county has to compare with its source, or to answer. `name` finds it: folder/…/key."""

    name: str
    folder: str
    file: str
    title: Said  # what the file is about
    called: Said  # what the value belongs to: an ingredient, a step, a mark; empty where the file says it
    key: str
    of: str  # the last part of the key; empty for what has a name of its own
    facts: dict[str, str]  # `value`, or several
    mark: str
    source: str
    question: Said  # what is asked, or what the rule says; empty where the value speaks


@dataclass(frozen=True, slots=True)
class Sourced:
    """A table that says whether it is confirmed, and the way to it; `[name]` stands for a list of tables."""

    place: tuple[str, ...]
    called: Said
    table: Table

    @property
    def key(self) -> str:
        return ".".join(part for part in self.place if not part.startswith("[")) or "-"

    @property
    def facts(self) -> dict[str, str]:
        """Its `value`, or whatever else it says in one word or in a list of words."""
        if "value" in self.table:
            return {"value": plain(self.table["value"])}
        said = {name: value for name, value in self.table.items() if name not in ABOUT}
        return {name: plain(value) for name, value in said.items() if not _holds_tables(value)}

    @property
    def of(self) -> str:
        """The value's own key; empty for what has a name of its own."""
        return "" if "name" in self.table or not self.place else self.place[-1]

    @property
    def mark(self) -> str:
        return str(self.table.get("mark", ""))

    @property
    def source(self) -> str:
        return plain(self.table.get("source", self.table.get("sources", "")))

    @property
    def confirmed(self) -> bool:
        return self.table["confirmed"] is True


def open_items(file: str, table: Table) -> list[OpenItem]:
    """`file` is `folder/name.toml`. What has an id of its own is named by it, anything else below its file."""
    return [_item(file, table, one) for one in sourced(table) if not one.confirmed]


def sourced(table: Table, place: tuple[str, ...] = (), called: Said | None = None) -> Iterator[Sourced]:
    called = called or {}
    if "confirmed" in table:
        yield Sourced(place, called, table)
    for name, value in table.items():
        if isinstance(value, dict):
            yield from sourced(value, (*place, name), _said(value.get("name")) or called)
        elif isinstance(value, list):
            for id_, part in entries(value).items():
                yield from sourced(part, (*place, f"[{name}]", id_), _said(part.get("name")) or called)


def _item(file: str, table: Table, one: Sourced) -> OpenItem:
    folder, _, name = file.removesuffix(".toml").partition("/")
    path = one.place[1:] if len(one.place) > 1 and one.place[0].startswith("[") else (name, *one.place)
    return OpenItem(
        name="/".join((folder, *path)),
        folder=folder,
        file=file,
        title=_said(table.get("name")),
        called=one.called,
        key=one.key,
        of=one.of,
        facts=one.facts,
        mark=one.mark,
        source=one.source,
        question=_said(one.table.get("question", one.table.get("text"))),
    )


def entries(parts: list[object]) -> dict[str, Table]:
    """The tables of a list by what finds them, else by their places; a second one of the same name is `name#2`."""
    found: dict[str, Table] = {}
    for nth, part in enumerate(parts):
        if isinstance(part, dict):
            name = str(next((part[key] for key in FINDS if key in part), nth))
            times = sum(other.partition("#")[0] == name for other in found)
            found[f"{name}#{times + 1}" if times else name] = part
    return found


def _holds_tables(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(part, dict) for part in value))


def plain(value: object) -> str:
    """A TOML value as a person writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(plain(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {plain(part)}" for name, part in value.items())
    return str(value)


def _said(words: object) -> Said:
    """A name in Chinese only, as of a place, is the same in every language."""
    if isinstance(words, str):
        return dict.fromkeys(LANGUAGES, words)
    return {str(language): str(text) for language, text in words.items()} if isinstance(words, dict) else {}
