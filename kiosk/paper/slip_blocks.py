"""The blocks of which a slip is made. Words and ticks only; how they are set is the layout's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Big:
    """One word that is read first: a verdict, a sample code. `framed` where nobody may overlook it."""

    label: str
    text: str
    framed: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """`write_in`: an empty value is a place to write in; else it is refused. `wide` takes a whole line of a form."""

    label: str
    value: str
    wide: bool = False
    write_in: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    rows: tuple[Field, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    title: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`shares`: widths of the columns in parts of the whole. Empty cells are written in by hand."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Boxes:
    """Each option and whether its box is ticked."""

    label: str
    options: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Coded:
    """A code with its words beside it; `number` is what a person types when it cannot be scanned."""

    text: str
    number_label: str
    number: str
    hint: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A code that has the column for itself, because it says much: it is held up, not typed. `field` names it."""

    text: str
    field: str


@dataclass(frozen=True, slots=True)
class Sign:
    """`name` is known before the paper is printed; `done` stands where there is nothing left to sign."""

    label: str
    name: str = ""
    done: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    signs: tuple[Sign, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Notes:
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """Framed words that change how all the rest is read: an example, a copy, a clock that nobody vouches for."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A text that is copied character by character: fixed pitch, its lines numbered, long ones broken anywhere."""

    text: str
    title: str


Block = Big | Fields | Paragraph | Table | Boxes | Coded | Shown | Signatures | Notes | Marks | Verbatim
