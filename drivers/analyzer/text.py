"""Text of one message → rows: columns, pictures, tags, plates, slips, ASTM lines. Closed layouts, pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from drivers.analyzer.fields import NUMBER, Row, Value, doubt, obey, said
from drivers.analyzer.printed import unprinted
from drivers.errors import FrameError, Refused
from drivers.profile.kinds import text_parts
from drivers.profile.layout import FieldForm, Grid, Pattern, Record, Segments, Slip, Split, Tagged

# a number is taken whole or not at all: of "123.4" without its unit, 4 is not the unit
_KINDS = {"number": f"(?>{NUMBER})", "int": r"(?>[+-]?[0-9]+)", "word": r"\S+", "text": r".*?"}


def plain(data: bytes, encoding: str, strip: str = "none") -> str:
    """Text of a message; printer commands taken out where the profile says so. FrameError when it is not such text.

    A zero byte is not text: it changes no sum and hides in any encoding.
    """
    said = unprinted(data) if strip == "esc-pos" else data
    try:
        text = said.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise FrameError("analyzer.encoding", field="text", value=said[wrong.start : wrong.end].hex()) from wrong
    if "\0" in text:
        raise FrameError("analyzer.encoding", field="text", value="00")
    return text


def text_rows(text: str, record: Record, raw: bytes) -> tuple[Row, ...]:
    """Rows of one message. FrameError: not such a message; Refused: such a message, and unusable."""
    if isinstance(record.text, Grid) and record.text.sum == "decimal":
        _summed(raw, record.text)
    found = _LAYOUTS[type(record.text)](text, record)
    rows = []
    for fields in found:
        obey(fields, record.require)
        rows.append(Row(fields, raw))
    return tuple(rows)


def fits(text: str, pattern: str) -> dict[str, str] | None:
    """The named parts of a text that is as the picture says."""
    found = _picture(pattern, {}).fullmatch(text)
    return found.groupdict() if found else None


def _split(text: str, record: Record) -> list[dict[str, Value]]:
    layout = record.text
    if not isinstance(layout, Split):
        return []
    columns = text.split() if layout.by == " " else [part.strip() for part in text.split(layout.by)]
    return [_columns(part, record, text) for part in _every(columns, layout.every)]


def _every(columns: list[str], size: int | None) -> list[list[str]]:
    """Rows of `size` columns; after the last separator nothing may stand. Without a size: one row of all."""
    if size is None:
        return [columns]
    if columns and not columns[-1]:
        columns = columns[:-1]
    return [columns[n : n + size] for n in range(0, len(columns), size)]


def _columns(columns: list[str], record: Record, text: str) -> dict[str, Value]:
    most = max((n if form.col is None else form.col) for n, form in enumerate(record.fields))
    exact = all(not form.optional for form in record.fields)
    counted = all(form.col is None for form in record.fields)  # then there is no column that nobody describes
    if (exact and len(columns) <= most) or (counted and len(columns) > most + 1):
        raise FrameError("analyzer.columns", value=text[:60])
    places = ((form, n if form.col is None else form.col) for n, form in enumerate(record.fields))
    return {form.id: said(columns[at] if at < len(columns) else "", form) for form, at in places}


def _pattern(text: str, record: Record) -> list[dict[str, Value]]:
    layout = record.text
    found = _picture(layout.text, _kinds(record)).fullmatch(text) if isinstance(layout, Pattern) else None
    if found is None:
        raise FrameError("analyzer.text", value=text[:60])
    return [_named(found.groupdict(), record)]


def _tagged(text: str, record: Record) -> list[dict[str, Value]]:
    layout = record.text
    if not isinstance(layout, Tagged):
        return []
    tagged = [part for part in text.split(layout.by) if len(part) >= layout.size]
    parts = {part[: layout.size]: part[layout.size :] for part in tagged}
    if any(character < " " for part in tagged for character in part):  # a part whose separator was damaged
        raise FrameError("analyzer.text", value=text[:60])
    if len(parts) != len(tagged):
        raise FrameError("analyzer.twice", value=text[:60])
    return [_named({form.id: parts.get(form.tag or "", "") for form in record.fields}, record)]


def _grid(text: str, record: Record) -> list[dict[str, Value]]:
    layout = record.text
    if not isinstance(layout, Grid):
        return []
    above, lines = _parted(text, layout)
    cells = [_cells(line, layout) for line in lines]
    if len(cells) != layout.rows or any(len(row) != layout.columns for row in cells):
        raise FrameError("analyzer.columns", value=f"{len(cells)} x {max(map(len, cells), default=0)}")
    form, *rest = record.fields
    once = _standing(above, layout.lines, _kinds(record))
    if missing := [other.id for other in rest if not other.optional and other.id not in once]:
        raise FrameError("analyzer.absent", field=missing[0])
    told = {other.id: said(once.get(other.id, "").strip(), other) for other in rest}
    values = (said(cell.strip(), form) for row in cells for cell in row)
    return [{**told, form.id: number, "slot": place} for place, number in enumerate(values, 1)]


def _parted(text: str, grid: Grid) -> tuple[list[str], list[str]]:
    """Lines above the plate, and those of the plate without its sum."""
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()]
    at = 0
    if grid.begin:
        begins = [n for n, line in enumerate(lines, 1) if line.strip() in grid.begin]
        if len(begins) != 1:
            raise FrameError(
                "analyzer.twice" if begins else "analyzer.absent", field=grid.begin[0], value=grid.begin[0]
            )
        at = begins[0]
    return lines[:at], lines[at : len(lines) - (grid.sum != "none")]


def _cells(line: str, grid: Grid) -> list[str]:
    if grid.width is not None and len(line) % grid.width:
        return []  # the last one was cut
    if grid.width is not None:
        return [line[n : n + grid.width] for n in range(0, len(line), grid.width)]
    return line.split() if grid.by in (None, " ") else line.split(grid.by)


def _summed(raw: bytes, grid: Grid) -> None:
    """FrameError when the line after the plate is not the sum of the plate's bytes."""
    lines = raw.splitlines(keepends=True)
    begins = {begin.encode() for begin in grid.begin}
    at = next((n for n, line in enumerate(lines, 1) if line.strip() in begins), 0)
    end = at + grid.rows
    if len(lines) <= end or lines[end].strip() != str(sum(b"".join(lines[at:end])) % 256).encode():
        raise FrameError("analyzer.checksum")


def _standing(lines: list[str], pictures: Iterable[str], kinds: Mapping[str, str]) -> dict[str, str]:
    """The named parts of lines that stand once."""
    once: dict[str, str] = {}
    for line in lines:
        for pattern in pictures:
            if found := _picture(pattern, kinds).fullmatch(line):
                if once.keys() & found.groupdict().keys():
                    raise FrameError("analyzer.twice", value=line[:60])
                once.update(found.groupdict())
    return once


def _slip(text: str, record: Record) -> list[dict[str, Value]]:
    """Lines that stand once, and one row per line of the channels. What was printed twice is refused.

    A number in a channel's line may be any word here: an unknown mark in its place is refused, never passed over.
    """
    layout = record.text
    if not isinstance(layout, Slip):
        return []
    kinds = _kinds(record)
    loose = {name: "word" if kind in ("number", "int") else kind for name, kind in kinds.items()}
    lines = [line for part in re.split(r"[\r\n]+", text) if (line := part.strip())]
    matched = [_picture(layout.row, loose).fullmatch(line) for line in lines] if layout.row else []
    channels = [found.groupdict() for found in matched if found]
    once = _standing(lines, layout.lines, kinds)
    missing = [form.id for form in record.fields if not form.optional and form.id not in once | (channels or [{}])[0]]
    if missing or (layout.row and not channels):
        raise FrameError("analyzer.absent", field=(missing or ["row"])[0])
    return [_named({**once, **channel}, record) for channel in channels or [{}]]


def _segments(text: str, record: Record) -> list[dict[str, Value]]:
    """ASTM E1394 §6: the header names the separators; a record below belongs to the one above it."""
    layout = record.text
    lines = [line for line in re.split(r"[\r\n]+", text) if line]
    if not isinstance(layout, Segments) or not lines or not lines[0].startswith("H") or len(lines[0]) < 5:
        raise FrameError("analyzer.text", value=text[:60])
    marks = lines[0][1:5]
    told: dict[str, list[str]] = {}
    rows: list[dict[str, Value]] = []
    for line in lines:
        columns = line.split(marks[0])
        told = _above(told, columns[0][:1]) | {columns[0][:1]: columns}
        if columns[0][:1] == layout.row:
            fields = {form.id: said(_component(told, form, marks), form) for form in record.fields}
            rows.append({**fields, **doubt(fields, layout.require)})
    _closed(lines[-1].split(marks[0]))
    return rows


def _closed(last: list[str]) -> None:
    """E1394 §13: nothing or N is a normal end; anything else means that the sender gave up or answers a question."""
    if last[0] != "L":
        raise FrameError("analyzer.absent", field="L")
    if len(last) > 2 and last[2].strip() not in ("", "N"):
        raise Refused("analyzer.refused", field="L", value=last[2].strip()[:40])


_LEVELS = {"H": 0, "P": 1, "O": 2, "R": 3, "L": 0}


def _above(told: Mapping[str, list[str]], segment: str) -> dict[str, list[str]]:
    level = _LEVELS.get(segment, 9)
    return {name: columns for name, columns in told.items() if _LEVELS.get(name, 9) < level}


def _component(told: Mapping[str, list[str]], form: FieldForm, marks: str) -> str:
    """`marks`: field, repeat, component, escape, as the header declares them."""
    columns = told.get(form.segment or "", [])
    text = columns[form.col] if form.col is not None and form.col < len(columns) else ""
    if form.part is not None:
        parts = text.split(marks[2])
        text = parts[form.part] if form.part < len(parts) else ""
    escape, meant = re.escape(marks[3]), dict(zip("FRSE", marks, strict=True))
    return re.sub(f"{escape}([FRSE]){escape}", lambda found: meant[found[1]], text).strip()


def _kinds(record: Record) -> dict[str, str]:
    """A field that may be refused, missing or named by an enum is read as a word: what it means comes after."""
    loose = {form.id for form in record.fields if form.refuse or form.missing or form.enum}
    return {form.id: "word" if form.id in loose and form.type != "text" else form.type for form in record.fields}


def _named(texts: Mapping[str, str | None], record: Record) -> dict[str, Value]:
    return {form.id: said((texts.get(form.id) or "").strip(), form) for form in record.fields}


def _picture(pattern: str, kinds: Mapping[str, str]) -> re.Pattern[str]:
    """The picture as a regular expression; a blank in it is any run of blanks."""
    return _expression(pattern, tuple(kinds.items()))


@lru_cache(maxsize=256)  # of pure text: a plate asks for the same few pictures line by line
def _expression(pattern: str, kinds: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    known = dict(kinds)
    parts: Iterator[str] = (
        rf"(?P<{part.name}>{_kind(part.kind or known.get(part.name, 'text'))})" if part.name else _constant(part.data)
        for part in text_parts(pattern)
    )
    return re.compile(r"\s*" + "".join(parts) + r"\s*")


def _kind(kind: str) -> str:
    return _KINDS.get(kind, rf".{{{kind[4:]}}}" if kind.startswith("text") else _KINDS["number"])


def _constant(data: bytes) -> str:
    return re.sub(r"(\\?\s)+", r"\\s+", re.escape(data.decode()))


_LAYOUTS: dict[type | None, Callable[[str, Record], list[dict[str, Value]]]] = {
    Split: _split,
    Pattern: _pattern,
    Tagged: _tagged,
    Grid: _grid,
    Slip: _slip,
    Segments: _segments,
}
