"""A table out of a file that somebody uploads: CSV or an Excel workbook. Nothing in it runs, and its size is bounded.

Of a workbook only the cells of the first sheet are read: macros and links to other files make it unreadable.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from ui.county.people.errors import Unreadable

MOST_BYTES = 4 * 1024 * 1024  # of the file as it is sent
MOST_UNPACKED = 48 * 1024 * 1024  # of all parts of a workbook together
MOST_PARTS = 200  # files in a workbook
MOST_ROWS = 5000  # below the names
MOST_COLUMNS = 40
MOST_CELL = 2000  # letters
ENCODINGS = ("utf-8-sig", "gb18030")  # the second is what Excel in China saves
SEPARATORS = (",", "\t", ";", "，")
ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"  # .xlsx; .xls, or a workbook with a password
ENTITIES = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
RUNS = ("vbaproject", "xl/externallinks/", "xl/activex/", "xl/embeddings/", "xl/macrosheets/")
# What openpyxl and the parts below it raise for a workbook that is none: it names no error of its own for most.
BROKEN = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, IndexError, AttributeError, SyntaxError, OSError,
    EOFError, RuntimeError, StopIteration, OverflowError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """`row` counts from 1, the names stand in an earlier one. `formulas`: places of cells that would compute."""

    row: int
    cells: tuple[str, ...]
    formulas: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    names: Line
    lines: tuple[Line, ...]


def read_table(data: bytes) -> Table:
    """The first line that has anything in it names the columns. Raises Unreadable."""
    if not data:
        raise Unreadable("file_none")
    if len(data) > MOST_BYTES:
        raise Unreadable("file_size", most=MOST_BYTES // (1024 * 1024))
    if data.startswith(OLD):
        raise Unreadable("file_old")
    lines = list(_few(_workbook(data) if data.startswith(ZIP) else _separated(data)))
    if not lines:
        raise Unreadable("file_empty")
    return Table(lines[0], tuple(lines[1:]))


def _few(lines: Iterable[Line]) -> Iterator[Line]:
    """Those with anything in them. Raises Unreadable for more than are taken at once."""
    count = 0
    for line in lines:
        if any(line.cells):
            if count > MOST_ROWS:
                raise Unreadable("file_rows", most=MOST_ROWS)
            count += 1
            yield line


def _separated(data: bytes) -> Iterator[Line]:
    text = _text(data)
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for nth, row in enumerate(reader, 1):
            yield Line(nth, tuple(_cell(one) for one in row[:MOST_COLUMNS]))
    except csv.Error as wrong:
        raise Unreadable("file_form") from wrong


def _text(data: bytes) -> str:
    if b"\0" in data:
        raise Unreadable("file_form")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("file_form")


def _workbook(data: bytes) -> Iterator[Line]:
    import openpyxl  # half a second, and few pages need it

    try:
        _harmless(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # a file may claim any number of rows
        for nth, row in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 20, max_col=MOST_COLUMNS), 1):
            formulas = frozenset(place for place, cell in enumerate(row) if cell.data_type == "f")
            yield Line(nth, tuple(_value(cell.value) for cell in row), formulas)
        if sheet.max_row is not None and sheet.max_row > MOST_ROWS + 20:
            raise Unreadable("file_rows", most=MOST_ROWS)
    except BROKEN as wrong:
        raise Unreadable("file_form") from wrong


def _harmless(data: bytes) -> None:
    """Raises Unreadable for a workbook that is more than cells, or much larger inside than outside."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        listed = parts.infolist()
        if len(listed) > MOST_PARTS or sum(one.file_size for one in listed) > MOST_UNPACKED:
            raise Unreadable("file_bomb")
        if any(part in one.filename.lower() for one in listed for part in RUNS):
            raise Unreadable("file_macros")
        for one in listed:
            if one.filename.lower().endswith((".xml", ".rels")) and _has(parts.read(one), ENTITIES):
                raise Unreadable("file_form")


def _has(data: bytes, some: Iterable[bytes]) -> bool:
    return any(one in data for one in some)


def _value(value: object) -> str:
    """As the table shows it: a number that a spreadsheet made of a telephone has no `.0`."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime() | date():
            return value.isoformat()[:10]
    return _cell(str(value))


def _cell(text: str) -> str:
    return text.strip(" ")[: MOST_CELL + 1]
