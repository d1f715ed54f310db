"""An imported list of producers: columns guessed, every row checked, duplicates found; nothing is changed by looking.

A row that names a producer by his id is other facts of him; any other is somebody new, unless he stands there already.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from kiosk.rules.messages import Certification, Subject
from kiosk.words import Words
from ui.county.people.errors import Unreadable
from ui.county.people.facts import COLUMNS, Facts, Known, Problem, read
from ui.county.people.keys import asked
from ui.county.people.reading import Line, Table
from ui.county.people.texts import visible

SHOWN = 40  # letters of a cell on the page
NEEDED = ("name", "sort", "contact")
Heading = tuple[str, str]  # as the file has it; the column that it is, empty for one that is not used


@dataclass(frozen=True, slots=True)
class Checked:
    """One row of a file. `facts` is None when it cannot be taken; `cells` is what the page shows of it."""

    row: int
    name: str
    facts: Facts | None
    problems: tuple[Problem, ...]
    changes: bool = False  # of a producer who stands in the list


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file would do."""

    file: str
    digest: str
    headings: tuple[Heading, ...]
    rows: tuple[Checked, ...]

    @property
    def good(self) -> tuple[Checked, ...]:
        return tuple(one for one in self.rows if one.facts is not None)

    @property
    def troubled(self) -> tuple[Checked, ...]:
        return tuple(one for one in self.rows if one.problems)


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody of the list whom a row names: his cells, and the certifications that one of them tells in short."""

    cells: Mapping[str, str]
    certifications: tuple[Certification, ...]


class Listed:
    """Who stands in the list: asked once for each row."""

    def __init__(
        self,
        by_id: Callable[[str], Standing | None],
        doubles: Callable[[str, str, str], Sequence[tuple[str, str]]],
    ) -> None:
        """`by_id`: None when there is nobody; `doubles` of name, code, contact: ids and names, empty
        ones for whom this visitor may not see."""
        self.by_id = by_id
        self.doubles = doubles


def headings(names: Line, spoken: Sequence[Words]) -> tuple[Heading, ...]:
    """Which column each is, by its name in any of our languages. Raises Unreadable when what is needed is missing."""
    also = {}
    for column in COLUMNS:
        for words in spoken:
            for told in (words.say(f"county.people.column.{column}"), *_also(words, column)):
                also[_bare(told)] = column
        also[column] = column
    guessed, taken = list[Heading](), set[str]()
    for name in names.cells:
        column = also.get(_bare(name), "")
        guessed.append((visible(name)[:SHOWN], "" if column in taken else column))
        taken.add(column)
    missing = [column for column in NEEDED if column not in taken]
    if missing:
        raise Unreadable("file_columns", columns=tuple(missing))
    return tuple(guessed)


def check_table(table: Table, file: str, digest: str, known: Known, listed: Listed, spoken: Sequence[Words]) -> Draft:
    """Raises Unreadable."""
    columns = headings(table.names, spoken)
    seen = _Seen()
    rows = tuple(_checked(line, columns, known, listed, seen) for line in table.lines)
    if not rows:
        raise Unreadable("file_empty")
    return Draft(file, digest, columns, rows)


def _checked(line: Line, columns: Sequence[Heading], known: Known, listed: Listed, seen: "_Seen") -> Checked:
    cells = dict(zip((column for _, column in columns), line.cells, strict=False))
    standing = listed.by_id(cells["id"]) if cells.get("id") else None
    before = {} if standing is None else standing.cells  # a column that is not in the file changes nothing
    typed = {column: cells.get(column, before.get(column, "")) for column in COLUMNS}
    facts, problems = read(typed, known)
    if standing is not None and typed["certifications"] == before["certifications"]:
        facts = replace(facts, certifications=standing.certifications)  # with the days that the cell leaves out
    computing = {columns[place][1] for place in line.formulas if place < len(columns)}
    told = [one for one in problems if one.column not in computing]
    told += [Problem(column, "formula") for column in sorted(computing - {""})]
    change = False
    if not any(not one.warns for one in told):
        change = standing is not None
        again = _again(facts, change, listed, seen)
        told += again
    good = not any(not one.warns for one in told)
    if good:
        seen.add(line.row, facts)
    return Checked(line.row, visible(typed["name"])[:SHOWN], facts if good else None, tuple(told), change)


class _Seen:
    """Rows of the file so far, by what makes two of them one producer."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, ...], int] = {}

    def find(self, facts: Facts) -> int | None:
        return next((self._rows[name] for name in _names(facts) if name in self._rows), None)

    def add(self, row: int, facts: Facts) -> None:
        for name in _names(facts):
            self._rows.setdefault(name, row)


def _names(facts: Facts) -> list[tuple[str, ...]]:
    one = facts.subject
    return [
        *([("id", one.id)] if one.id else []),
        *([("code", one.code)] if one.code else []),
        ("name", asked(one.name), one.contact),
    ]


def _again(facts: Facts, change: bool, listed: Listed, seen: _Seen) -> list[Problem]:
    one, earlier = facts.subject, seen.find(facts)
    if earlier is not None:
        return [Problem("name", "double_row", {"row": earlier})]
    if change:
        return []
    if one.id:
        return [Problem("id", "id_unknown", {"id": one.id})]
    doubles = listed.doubles(one.name, one.code, one.contact)
    if doubles:
        subject, name = next((one for one in doubles if one[0]), ("", ""))
        if not subject:
            return [Problem("name", "double_elsewhere")]
        return [Problem("name", "double_listed", {"id": subject, "name": visible(name)})]
    return []


# --- kept between the look and the word -------------------------------------------------------------------------------


def kept(draft: Draft) -> str:
    return json.dumps(asdict(draft), ensure_ascii=False)


def unkept(text: str) -> Draft:
    told = json.loads(text)
    rows = tuple(
        Checked(
            one["row"],
            one["name"],
            None if one["facts"] is None else _facts(one["facts"]),
            tuple(Problem(**problem) for problem in one["problems"]),
            one["changes"],
        )
        for one in told["rows"]
    )
    return Draft(told["file"], told["digest"], tuple((name, column) for name, column in told["headings"]), rows)


def _facts(told: Mapping[str, object]) -> Facts:
    subject, certified = told["subject"], told["certifications"]
    if not isinstance(subject, dict) or not isinstance(certified, list):
        raise TypeError(f"no facts: {told!r:.80}")
    one = Subject(**subject)
    one = replace(one, products=tuple(one.products), marks=tuple(one.marks))
    rest = {name: told[name] for name in ("sort", "village", "scale", "adviser")}
    return Facts(one, certifications=tuple(Certification(**each) for each in certified), **rest)  # type: ignore[arg-type]


def template(spoken: Words, example: Mapping[str, str]) -> list[list[str]]:
    """Rows of an empty table: our names of the columns, and one row that shows how it is meant."""
    return [[spoken.say(f"county.people.column.{one}") for one in COLUMNS], [example.get(one, "") for one in COLUMNS]]


def _also(words: Words, column: str) -> list[str]:
    return words.say(f"county.people.column_also.{column}").split(",")


def _bare(name: str) -> str:
    """Without blanks, stars and notes in brackets, as spreadsheets decorate their headings."""
    for opening in ("(", "（", "[", "【"):
        name = name.partition(opening)[0] if not name.startswith(opening) else name
    return "".join(name.split()).strip("*＊:：").casefold()
