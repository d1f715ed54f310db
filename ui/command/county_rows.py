"""Tables that an office keeps in a spreadsheet: CSV with a first line of names, in UTF-8 or as Excel in China saves it.

Every row that is wrong is told with its number and column; nothing is taken of a table with a wrong row.
"""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import TypeAdapter, ValidationError

from kiosk.rules.messages.forms import DAY, Digest, Number
from kiosk.words import Words
from ui.county.office import OfficeError

T = TypeVar("T")
ENCODINGS = ("utf-8-sig", "gb18030")
TOLD = 20  # wrong rows
# what a text should have looked like, as its form says it → our sentence
FORMS = {DAY: "day", get_args(Digest)[1].pattern: "digest", get_args(Number)[1].pattern: "number"}
REQUIRED = "Field required"  # pydantic's words


def told(wrong: OfficeError, words: Words) -> list[str]:
    """The sentence of an error, and a line for each row that is wrong."""
    rows, facts = wrong.facts.get("rows", ()), dict(wrong.facts)
    if isinstance(facts.get("reason"), str):
        facts["reason"] = plain_reason(str(facts["reason"]), words)
    each = (
        [row | {"reason": plain_reason(str(row["reason"]), words)} for row in rows] if isinstance(rows, tuple) else []
    )
    lines = [words.say("problem.office.row", **row) for row in each[:TOLD]]
    return [words.say(f"problem.{wrong.code}", **facts), *lines]


def plain_reason(reason: str, words: Words) -> str:
    """What a form of a message says (kiosk/rules/messages/forms.py), for people; any other reason as it is."""
    if reason == REQUIRED:
        return words.say("problem.office.form.missing")
    text, _, form = reason.partition(" is not ")
    if form in FORMS:
        return words.say(f"problem.office.form.{FORMS[form]}", told=text)
    return words.say("problem.office.form.one_of", told=text, known=form) if " | " in form else reason


def read_rows(file: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a table, each cell stripped; a column that is not there is empty. Raises OfficeError."""
    lines = csv.DictReader(io.StringIO(_text(file.read_bytes())))
    names = [name.strip() for name in lines.fieldnames or ()]
    strange = [name for name in names if name not in columns]
    if strange or columns[0] not in names:
        raise OfficeError("office.columns", strange=", ".join(strange) or "-", known=", ".join(columns))
    rows = []
    for row in lines:
        if None in row or None in row.values():
            raise _rows([{"row": lines.line_num, "column": "-", "reason": ",".join(map(str, row.values()))}])
        rows.append(dict.fromkeys(columns, "") | {name.strip(): cell.strip() for name, cell in row.items()})
    return rows


def values_of(kind: type[T], rows: Sequence[dict[str, Any]]) -> tuple[T, ...]:
    """One value of each row. Raises OfficeError with all that do not fit; the first row below the names is 2."""
    form, found, wrong = TypeAdapter(kind), list[T](), list[dict[str, object]]()
    for nth, row in enumerate(rows, 2):
        try:
            found.append(form.validate_json(json.dumps(row), strict=True))
        except ValidationError as unfit:
            wrong += [
                {
                    "row": nth,
                    "column": ".".join(map(str, one["loc"])) or "-",
                    "reason": one["msg"].removeprefix("Value error, "),
                }
                for one in unfit.errors()
            ]
    if wrong:
        raise _rows(wrong)
    return tuple(found)


def split(cell: str, marks: str = ";；、 ") -> list[str]:
    """Several words in one cell."""
    for mark in marks:
        cell = cell.replace(mark, " ")
    return cell.split()


def _rows(wrong: list[dict[str, object]]) -> OfficeError:
    return OfficeError("office.rows", count=len(wrong), rows=tuple(wrong))


def _text(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise OfficeError("office.not_text")
