"""The certificate (承诺达标合格证) as a picture: one drawing for print, preview and the county's page.

Words come in with the face, measures with the layout. Nothing here knows the law, the clock or a printer.
"""

from dataclasses import dataclass

from PIL import Image

from kiosk.paper.code import draw_code
from kiosk.paper.fonts import Fonts, load_fonts
from kiosk.paper.layout import Block, CertificateLayout, Style, load_layout
from kiosk.paper.sheet import Sheet, on_baseline_of
from kiosk.paper.typesetting import Setting, set_text


@dataclass(frozen=True, slots=True)
class CertificateFace:
    """Every word of one certificate. `promise` begins with its opening line.

    `marks` belong to the copy (补打 2), `notes` to the certificate itself (carrier, clock not trusted).
    """

    title: str
    number_label: str
    number: str
    hint: str
    promise: tuple[str, ...]
    basis_label: str
    basis: tuple[tuple[str, bool], ...]  # the words and whether their box is ticked
    fields: tuple[tuple[str, str], ...]  # label and value
    notes: tuple[str, ...]
    marks: tuple[str, ...] = ()
    code_url: str = ""


def text_of(face: CertificateFace) -> str:
    """Every printed word, line by line, as its hash is bound in the code. The code itself and the marks of a copy are
    no part of it: the same certificate printed again has the same text."""
    boxes = (f"{chr(0x2611 if ticked else 0x2610)}{words}" for words, ticked in face.basis)
    fields = (f"{label}\t{value}" for label, value in face.fields)
    proof = (face.title, face.number_label, face.number, face.hint)
    return "\n".join((face.title, *face.promise, face.basis_label, *boxes, *fields, *proof, *face.notes))


class CertificatePress:
    """Sets, checks and draws certificates of one layout. Build once and keep it: it holds the fonts."""

    def __init__(self, layout: CertificateLayout, fonts: Fonts) -> None:
        self._layout = layout
        self._fonts = fonts
        self._width = layout.dots(layout.width)

    def check(self, face: CertificateFace) -> None:
        """PaperError when a character or a field cannot be printed. Call before anything is recorded: the code need not
        be known yet, its largest size is assumed."""
        side = self._layout.dots(self._layout.code.width)
        self._compose(face, Image.new("1", (side, side), 1))

    def draw(self, face: CertificateFace) -> Image.Image:
        """Mode "1", as wide as the layout, as high as it needs."""
        code = draw_code(face.code_url, self._layout.code, self._layout.dots_per_mm)
        sheet, height = self._compose(face, code)
        return sheet.paint(height)

    def _compose(self, face: CertificateFace, code: Image.Image) -> tuple[Sheet, int]:
        sheet = Sheet(self._fonts, self._width)
        set_block = {
            "heading": lambda y: self._heading(sheet, y, face.title),
            "promise": lambda y: self._promise(sheet, y, face.promise),
            "basis": lambda y: self._basis(sheet, y, face),
            "fields": lambda y: self._fields(sheet, y, face.fields),
            "marks": lambda y: self._marks(sheet, y, face.marks),
            "proof": lambda y: self._proof(sheet, y, face, code),
            "notes": lambda y: self._notes(sheet, y, face.notes),
        }
        y = 0
        for block in self._blocks(face):
            y = set_block[block](y) + self._layout.dots(self._layout.block.gap)
        return sheet, y

    def _blocks(self, face: CertificateFace) -> tuple[Block, ...]:
        empty = {"marks": not face.marks, "notes": not face.notes}
        return tuple(block for block in self._layout.order if not empty.get(block, False))

    def _heading(self, sheet: Sheet, y: int, title: str) -> int:
        layout = self._layout
        setting = self._set(title, title, layout.styles.heading, self._width)
        y += sheet.text(0, y, setting, centred_in=self._width)
        sheet.rule(0, y, self._width, layout.dots(layout.heading.rule))
        return y + layout.dots(layout.heading.rule)

    def _proof(self, sheet: Sheet, y: int, face: CertificateFace, code: Image.Image) -> int:
        """Left the title again, large, and the number; right the code."""
        layout, styles, gap = self._layout, self._layout.styles, self._layout.dots(self._layout.block.gap)
        sheet.rule(0, y, self._width, layout.dots(layout.block.rule))
        column = self._width - code.width - layout.dots(layout.proof.gap)
        title = self._set(face.title, face.title, styles.title, column)
        label = self._set(face.number_label, face.number_label, styles.number_label, column)
        number = self._set(face.number_label, face.number, styles.number, column)
        hint = self._set(face.hint, face.hint, styles.number_label, column)
        height = max(code.height, 2 * gap + title.height + label.height + number.height + hint.height)
        sheet.picture(self._width - code.width, y + layout.dots(layout.block.rule), code)
        sheet.text(0, y + gap, title)
        foot = y + height - gap - hint.height
        sheet.text(0, foot, hint)
        sheet.text(0, foot - number.height, number)
        sheet.text(0, foot - number.height - label.height, label)
        return y + height

    def _promise(self, sheet: Sheet, y: int, promise: tuple[str, ...]) -> int:
        for number, line in enumerate(promise):
            indent = self._layout.dots(self._layout.block.indent) if number else 0
            setting = self._set(promise[0], line, self._layout.styles.body, self._width - indent)
            y += sheet.text(indent, y, setting)
        return y

    def _basis(self, sheet: Sheet, y: int, face: CertificateFace) -> int:
        layout, box = self._layout, self._layout.box
        y += sheet.text(0, y, self._set(face.basis_label, face.basis_label, layout.styles.body, self._width))
        indent, size = layout.dots(layout.block.indent), layout.dots(box.size)
        left = indent + size + layout.dots(box.gap)
        for words, ticked in face.basis:
            setting = self._set(face.basis_label, words, layout.styles.body, self._width - left)
            drop = (setting.kind.size - size) // 2
            sheet.box(indent, y + drop, size, layout.dots(box.line), layout.dots(box.tick) if ticked else None)
            y += sheet.text(left, y, setting)
        return y

    def _fields(self, sheet: Sheet, y: int, fields: tuple[tuple[str, str], ...]) -> int:
        layout = self._layout
        sheet.rule(0, y, self._width, layout.dots(layout.block.rule))
        y += layout.dots(layout.block.rule) + layout.dots(layout.block.gap)
        for label, value in fields:
            y += self._field(sheet, y, label, value) + layout.dots(layout.fields.gap)
        return y - layout.dots(layout.fields.gap)

    def _field(self, sheet: Sheet, y: int, label: str, value: str) -> int:
        layout, styles = self._layout, self._layout.styles
        spread_over = layout.dots(layout.fields.label_width)
        name = self._set(label, label, styles.label, spread_over)
        colon = self._set(label, layout.fields.colon, styles.label, self._width)
        left = spread_over + self._fonts.width(layout.fields.colon, colon.kind)
        worth = self._set(label, value, styles.value, self._width - left)
        drop = on_baseline_of(worth, name)
        sheet.spread(0, y + drop, name, spread_over)
        sheet.text(spread_over, y + drop, colon)
        sheet.text(left, y, worth)
        return max(name.height, worth.height)

    def _marks(self, sheet: Sheet, y: int, marks: tuple[str, ...]) -> int:
        layout = self._layout
        gap, thick = layout.dots(layout.block.gap), layout.dots(layout.heading.rule)
        for mark in marks:
            setting = self._set(mark, mark, layout.styles.mark, self._width - 2 * gap)
            inner = setting.height - (setting.step - setting.kind.size) + 2 * (gap // 2)
            sheet.frame(0, y, self._width, inner, thick)
            sheet.text(0, y + gap // 2, setting, centred_in=self._width)
            y += inner + gap
        return y - gap

    def _notes(self, sheet: Sheet, y: int, notes: tuple[str, ...]) -> int:
        layout = self._layout
        sheet.rule(0, y, self._width, layout.dots(layout.block.rule))
        y += layout.dots(layout.block.rule) + layout.dots(layout.block.gap) // 2
        for note in notes:
            y += sheet.text(0, y, self._set(note, note, layout.styles.note, self._width))
        return y

    def _set(self, field: str, text: str, style: Style, width: int) -> Setting:
        return set_text(self._fonts, field, text, style, self._layout.dots_per_mm, width)


def load_press(roll: str = "80mm") -> CertificatePress:
    return CertificatePress(load_layout(f"certificate-{roll}", CertificateLayout), load_fonts())
