"""The blocks of a certificate. Each is set for a width, says how high it is, and can then be put anywhere."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.paper.certificate_face import CertificateFace
from kiosk.paper.code import Stamp
from kiosk.paper.errors import PaperError
from kiosk.paper.fonts import Fonts
from kiosk.paper.layout import Block, Box, CertificateLayout, StyleName
from kiosk.paper.sheet import Sheet, on_baseline_of
from kiosk.paper.typesetting import Setting, set_text


@dataclass(frozen=True, slots=True)
class Piece:
    """Its height in dots, and what puts it on a sheet with its upper left corner at a place."""

    height: int
    put: Callable[[Sheet, int, int], object]


def stacked(pieces: Sequence[Piece], gap: int = 0) -> Piece:
    def put(sheet: Sheet, x: int, y: int) -> None:
        for piece in pieces:
            piece.put(sheet, x, y)
            y += piece.height + gap

    return Piece(sum(piece.height for piece in pieces) + gap * max(0, len(pieces) - 1), put)


class Blocks:
    """The blocks of one face in one layout. `longest` is the field that takes the most room: what to shorten."""

    def __init__(self, layout: CertificateLayout, fonts: Fonts, face: CertificateFace, stamp: Stamp) -> None:
        self.longest = ""
        self.stamp = stamp
        self._layout = layout
        self._fonts = fonts
        self._face = face
        self._most = 0
        self._gap = layout.dots(layout.block.gap)

    def set(self, block: Block, width: int) -> Piece | None:
        """None for a block of which this face has nothing. Raises PaperError."""
        setters: dict[Block, Callable[[int], Piece | None]] = {
            "tags": self._tags,
            "heading": self._heading,
            "title": self._title,
            "marks": self._marks,
            "promise": self._promise,
            "basis": self._basis,
            "fields": self._fields,
            "number": self._number,
            "code": self._code,
            "online": self._online,
            "sign": self._sign,
            "notes": self._notes,
        }
        return setters[block](width)

    # --- what it is ---------------------------------------------------------------------------------------------------

    def _heading(self, width: int) -> Piece:
        setting = self._text(self._face.title, self._face.title, "heading", width)
        thick = 2 * self._layout.dots(self._layout.block.rule)

        def put(sheet: Sheet, x: int, y: int) -> None:
            sheet.text(x, y, setting, centred_in=width)
            sheet.rule(x, y + setting.height, width, thick)

        return Piece(setting.height + thick, put)

    def _title(self, width: int) -> Piece:
        return _plain(self._text(self._face.title, self._face.title, "title", width))

    def _tags(self, width: int) -> Piece | None:
        """In one line: which copy, which part, and at its right end which paper of how many."""
        face, pad = self._face, max(6, self._gap // 2)
        marks = () if "marks" in self._layout.blocks() else face.marks
        framed = [self._text(tag, tag, "tag", width) for tag in (*marks, face.part) if tag]
        counted = [self._text(face.count, face.count, "tag", width)] if face.count else []
        settings = [*framed, *counted]
        if not settings:
            return None
        need = sum(self._wide(setting) + 2 * pad for setting in framed) + sum(map(self._wide, counted))
        if need + (len(settings) - 1) * self._gap > width:
            raise PaperError("paper.overflow", field=settings[-1].lines[0], text=settings[-1].lines[0])
        inner = max(setting.kind.size for setting in settings) + pad

        def put(sheet: Sheet, x: int, y: int) -> None:
            right = x + width
            for setting in framed:
                sheet.frame(x, y, self._wide(setting) + 2 * pad, inner, 2)
                sheet.text(x + pad, y + pad // 2, setting)
                x += self._wide(setting) + 2 * pad + self._gap
            for setting in counted:
                sheet.text(right - self._wide(setting), y + pad // 2, setting)

        return Piece(inner, put)

    def _marks(self, width: int) -> Piece | None:
        pad = self._gap // 2
        settings = [self._text(mark, mark, "mark", width - 4 * pad) for mark in self._face.marks]
        return stacked([self._framed(setting, width, pad) for setting in settings], self._gap) if settings else None

    def _framed(self, setting: Setting, width: int, pad: int) -> Piece:
        height = setting.height - (setting.step - setting.kind.size) + 2 * pad
        thick = 2 * self._layout.dots(self._layout.block.rule)

        def put(sheet: Sheet, x: int, y: int) -> None:
            sheet.frame(x, y, width, height, thick)
            sheet.text(x, y + pad, setting, centred_in=width)

        return Piece(height, put)

    # --- what is promised ---------------------------------------------------------------------------------------------

    def _promise(self, width: int) -> Piece:
        first, *others = self._face.promise
        indent = self._layout.dots(self._layout.block.indent)
        lines = [_plain(self._text(first, line, "body", width - indent), indent) for line in others]
        return stacked([_plain(self._text(first, first, "body", width)), *lines])

    def _basis(self, width: int) -> Piece | None:
        box = self._layout.box
        if box is None:
            return None
        label = self._text(self._face.basis_label, self._face.basis_label, "body", width)
        if box.in_line:
            return self._boxes_in_line(label, box, width)
        indent = self._layout.dots(self._layout.block.indent)
        boxes = [self._box(box, words, ticked, indent, width)[1] for words, ticked in self._face.basis]
        return stacked([_plain(label), *boxes])

    def _boxes_in_line(self, label: Setting, box: Box, width: int) -> Piece:
        """The boxes stand after their label, as many in a line as there is room for."""
        hang, gap = self._wide(label), label.kind.size // 2
        boxes = [self._box(box, words, ticked, 0, width - hang) for words, ticked in self._face.basis]
        places: list[tuple[int, int, Piece]] = [(0, 0, _plain(label))]
        for down, line in enumerate(_shared([wide + gap for wide, _ in boxes], width - hang + gap)):
            x = hang
            for number in line:
                wide, piece = boxes[number]
                places.append((x, down * label.step, piece))
                x += wide + gap
        return _placed(places)

    def _box(self, box: Box, words: str, ticked: bool, indent: int, width: int) -> tuple[int, Piece]:
        """How wide it is with its words, and it."""
        layout, size = self._layout, self._layout.dots(box.size)
        left = indent + size + layout.dots(box.gap)
        setting = self._text(self._face.basis_label, words, "body", width - left)
        drop, tick = (setting.kind.size - size) // 2, layout.dots(box.tick) if ticked else None

        def put(sheet: Sheet, x: int, y: int) -> None:
            sheet.box(x + indent, y + drop, size, layout.dots(box.line), tick)
            sheet.text(x + left, y, setting)

        return left + self._wide(setting), Piece(setting.height, put)

    # --- of what ------------------------------------------------------------------------------------------------------

    def _fields(self, width: int) -> Piece:
        tab, gap = self._layout.fields.tab, self._layout.dots(self._layout.fields.gap)
        fields = self._chosen()
        if tab is None:
            return stacked([self._field(label, value, width)[1] for label, value in fields], gap)
        return self._in_two_columns(fields, width, self._layout.dots(tab), gap)

    def _chosen(self) -> Sequence[tuple[str, str]]:
        """PaperError("paper.empty") for a field that this paper must bear and the face has not."""
        rule, has = self._layout.fields, dict(self._face.fields)
        if not rule.only:
            return self._face.fields
        for label in rule.only:
            if label not in has and label not in rule.optional:
                raise PaperError("paper.empty", field=label)
        return [(label, has[label]) for label in rule.only if label in has]

    def _in_two_columns(self, fields: Sequence[tuple[str, str]], width: int, tab: int, gap: int) -> Piece:
        """A short field goes on beside the one before it. What needs the whole line has it."""
        lines: list[Piece] = []
        open_until: int | None = None  # where the words of the last line end, as long as they are alone there
        for label, value in fields:
            wide, piece = self._field(label, value, width)
            least = width if open_until is None or open_until > width * 3 // 5 else open_until + 2 * self._gap
            left = max(least, min(tab, width - wide))
            if left + wide <= width and piece.height == lines[-1].height:
                lines[-1] = _placed([(0, 0, lines[-1]), (left, 0, piece)])
                open_until = None
            else:
                lines.append(piece)
                open_until = wide
        return stacked(lines, gap)

    def _field(self, label: str, value: str, width: int) -> tuple[int, Piece]:
        """How wide it is, and it."""
        if not self._layout.fields.labels:
            worth = self._text(label, value, "value", width, counts=True)
            return self._wide(worth), _plain(worth)
        colon = self._text(label, self._layout.fields.colon, "label", width)
        name = self._text(label, label, "label", width)
        over = max(self._wide(name), self._layout.fields.ems * name.kind.size)
        left = over + self._wide(colon)
        worth = self._text(label, value, "value", width - left, counts=True)
        drop = on_baseline_of(worth, name)

        def put(sheet: Sheet, x: int, y: int) -> None:
            sheet.spread(x, y + drop, name, over)
            sheet.text(x + over, y + drop, colon)
            sheet.text(x + left, y, worth)

        return left + self._wide(worth), Piece(max(name.height, worth.height), put)

    # --- how it is proved ---------------------------------------------------------------------------------------------

    def _number(self, width: int) -> Piece:
        """Label, number and hint in one line when they fit, else below each other."""
        face, label = self._face, self._face.number_label
        if not self._layout.fields.labels:
            return _plain(self._text(label, face.number, "number", width))
        hint = [] if self._layout.online else [self._text(face.hint, face.hint, "number_label", width)]
        name, number = self._text(label, label, "number_label", width), self._text(label, face.number, "number", width)
        need = sum(map(self._wide, (name, number, *hint))) + (1 + len(hint)) * self._gap
        if len(number.lines) > 1 or need > width:
            return stacked([_plain(setting) for setting in (name, number, *hint)])
        drop, place = on_baseline_of(number, name), self._wide(name) + self._gap
        right = [(width - self._wide(setting), drop, _plain(setting)) for setting in hint]
        return _placed([(0, drop, _plain(name)), (place, 0, _plain(number)), *right])

    def _code(self, width: int) -> Piece:
        picture = self.stamp.picture
        return Piece(picture.height, lambda sheet, x, y: sheet.picture(x + (width - picture.width) // 2, y, picture))

    def _online(self, width: int) -> Piece:
        return _plain(self._text(self._layout.online, self._layout.online, "online", width))

    def _sign(self, width: int) -> Piece | None:
        layout, label = self._layout, self._face.sign_label
        if layout.sign is None or not label:
            return None
        line, height = layout.dots(layout.block.rule), layout.dots(layout.sign.height)
        setting = self._text(label, label, "sign", width - 8 * line)

        def put(sheet: Sheet, x: int, y: int) -> None:
            sheet.frame(x, y, width, height, line)
            sheet.text(x + 4 * line, y + 3 * line, setting)

        return Piece(height, put)

    def _notes(self, width: int) -> Piece | None:
        notes = self._face.notes
        if self._layout.block.run_on:
            notes = ("".join(notes),) if notes else ()
        pieces = [_plain(self._text(note, note, "note", width, counts=True)) for note in notes]
        return stacked(pieces) if pieces else None

    # ------------------------------------------------------------------------------------------------------------------

    def _text(self, field: str, text: str, style: StyleName, width: int, *, counts: bool = False) -> Setting:
        """`counts`: a text that somebody could make shorter."""
        layout = self._layout
        setting = set_text(self._fonts, field, text, layout.styles[style], layout.dots_per_mm, width)
        if counts and setting.height > self._most:
            self._most, self.longest = setting.height, field
        return setting

    def _wide(self, setting: Setting) -> int:
        return max(self._fonts.width(line, setting.kind) for line in setting.lines)


def _plain(setting: Setting, indent: int = 0) -> Piece:
    return Piece(setting.height, lambda sheet, x, y: sheet.text(x + indent, y, setting))


def _placed(places: Sequence[tuple[int, int, Piece]]) -> Piece:
    """Pieces at places of their own, in a common rectangle."""

    def put(sheet: Sheet, x: int, y: int) -> None:
        for right, down, piece in places:
            piece.put(sheet, x + right, y + down)

    return Piece(max(down + piece.height for _, down, piece in places), put)


def _shared(widths: Sequence[int], room: int) -> list[list[int]]:
    """Which of them stand in which line: as few lines as can be, the last one not much shorter than the others."""
    lines = _in_lines(widths, room)
    fits = range(max(widths, default=0), room)
    return next((tighter for less in fits if len(tighter := _in_lines(widths, less)) == len(lines)), lines)


def _in_lines(widths: Sequence[int], room: int) -> list[list[int]]:
    lines: list[list[int]] = [[]]
    for number, wide in enumerate(widths):
        if lines[-1] and sum(widths[one] for one in lines[-1]) + wide > room:
            lines.append([])
        lines[-1].append(number)
    return lines
