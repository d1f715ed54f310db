"""Messages of an instrument → rows, as the profile's record says; and messages that mean an end or a failure. Pure."""

from collections.abc import Mapping

from drivers.analyzer import fields, text
from drivers.analyzer.fields import Row
from drivers.analyzer.messages import Message
from drivers.analyzer.printed import unprinted
from drivers.errors import FrameError, Refused
from drivers.profile.form import Profile
from drivers.profile.layout import Grid, Patterned, Record, Segments, Sequence, Slip
from drivers.profile.parts import is_text, length_of, patterned

Rows = tuple[Row, ...]


class Answers:
    """Of one profile. `tables`: what lookups refer to, read before by their own exchanges."""

    def __init__(self, profile: Profile, tables: Mapping[str, Rows]) -> None:
        self._link = profile.link
        self._text = is_text(profile)
        self._tables = tables

    def rows(self, message: Message, record: Record) -> Rows:
        """FrameError: not such a message; Refused: such a message, and unusable."""
        if record.text is not None:
            return text.text_rows(self._plain(message), record, message.raw)
        size = length_of(record)
        if size is not None and len(message.body) != size:
            raise FrameError("analyzer.answer", field="length", value=len(message.body))
        rows = fields.rows(message.body, record, message.raw, self._link.encoding)
        return tuple(self._looked_up(row, record) for row in rows) if record.lookup else rows

    def block(self, messages: list[Message], record: Record) -> Rows:
        """Rows of a layout that needs all lines of an answer at once; () of no lines."""
        if not messages:
            return ()
        whole = Message(b"\n".join(part.body for part in messages), b"".join(part.raw for part in messages))
        return self.rows(whole, record)

    def matches(self, message: Message, pattern: str) -> bool:
        """Is it what the pattern, of text or of bytes, says?"""
        record = patterned(pattern, text=False) if not self._text else None
        try:
            if record is None:
                return text.fits(self._plain(message), pattern) is not None
            return length_of(record) == len(message.body) and bool(fields.rows(message.body, record, b""))
        except (FrameError, Refused):
            return False

    def is_end(self, message: Message, ends: tuple[str, ...]) -> bool:
        return any(self.matches(message, end) for end in ends)

    def require_no(self, message: Message, fails: tuple[Patterned, ...]) -> None:
        """Refused with what it means, when the instrument says that it failed."""
        for fail in fails:
            if self.matches(message, fail.says):
                raise Refused("analyzer.refused", field="device", value=fail.means)

    def says(self, rest: bytes) -> bool:
        """Is there more in it than line ends and what a printer is told?"""
        printed = unprinted(rest) if self._link.strip == "esc-pos" else rest
        return bool(printed.strip(b"\r\n\0 "))

    def _plain(self, message: Message) -> str:
        return text.plain(message.body, self._link.encoding, self._link.strip)

    def _looked_up(self, row: Row, record: Record) -> Row:
        """The row with what another exchange says of its key."""
        if record.lookup is None:
            return row
        asked = record.lookup.exchange
        table, key = self._tables.get(asked, ()), row.number(record.lookup.key)
        if key is None or not 0 <= key < len(table):
            raise Refused("analyzer.refused", field=record.lookup.key, value=key)
        both = {**row.fields, **{f"{asked}.{name}": found for name, found in table[key].fields.items()}}
        fields.obey(both, record.require)
        return Row(both, row.raw)


def placed(rows: Rows, record: Record, number: int) -> Rows:
    """Rows of message `number` (from 1) of an answer, their slots numbered on where the profile says so."""
    slots = record.slots
    if slots is None or not slots.running or slots.count == "fit":
        return rows
    before = (number - 1) * slots.count
    return tuple(Row({**row.fields, "slot": (row.number("slot") or 0) + before}, row.raw) for row in rows)


def is_block(record: Record) -> bool:
    """Layouts that need all lines of an answer at once."""
    return isinstance(record.text, Slip | Grid | Segments)


def last(rows: list[Row], numbering: Sequence | None, limit: int) -> bool:
    """Is the set complete? FrameError when a record is missing or the total changed."""
    if numbering is None or numbering.total is None:
        return True
    numbered(rows, numbering)
    total = rows[-1].number(numbering.total)
    if total is None or total > limit or len(rows) > total:
        raise Refused("analyzer.refused", field=numbering.total, value=total)
    return len(rows) == total


def numbered(rows: list[Row], numbering: Sequence | None) -> None:
    """Numbers grow by one, or at least differ, and every record names the same total; FrameError when not."""
    if numbering is None or not rows:
        return
    first = rows[0].number(numbering.index) if numbering.start is None else numbering.start
    seen: set[int | None] = set()
    for place, row in enumerate(rows):
        index = row.number(numbering.index)
        wrong = index in seen if numbering.gaps else first is None or index != first + place
        if wrong or _total(row, numbering) != _total(rows[0], numbering):
            raise FrameError("analyzer.sequence", field=numbering.index, value=index)
        seen.add(index)


def _total(row: Row, numbering: Sequence) -> int | None:
    return None if numbering.total is None else row.number(numbering.total)
