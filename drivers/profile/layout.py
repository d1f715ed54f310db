"""What stands in one message: fields by place, number, tag or pattern, and what they must fulfil to be used."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag

from drivers.profile.kinds import Kind
from drivers.profile.measure import Number
from drivers.profile.table import Name, Operand, Positive, Signed, Table, Text, Whole

Order = Literal["ABCD", "CDAB", "BADC", "DCBA"]  # ABCD: as numbers are written; of two 16-bit words, or of four


def _mask(text: str) -> str:
    """A picture of a date: `YYYY-MM-DD hh:mm:ss`; the year may have two digits, from 2000."""
    once = (len(re.findall("YYYY|YY", text)), *(text.count(part) for part in ("MM", "DD", "hh", "mm", "ss")))
    if once[0] != 1 or any(count > 1 for count in once):
        raise ValueError("a picture such as YYYY-MM-DD hh:mm:ss")
    return text


class FieldForm(Table):
    """One field. Its place: `at` byte, `addr` register, `col`umn, `tag`, `segment` + `col` (+ `part`), or its name."""

    id: Name
    type: Kind = "text"
    at: Whole | None = None  # without it: right after the field before
    addr: Whole | None = None
    col: Whole | None = None
    part: Whole | None = None
    tag: str | None = None
    segment: Text | None = None
    bits: tuple[Whole, Positive] | None = None  # of a whole number: first bit from the right, and how many
    order: Order = "ABCD"
    scale: Number | None = None
    min: Number | None = None
    max: Number | None = None
    equals: Signed | str | None = None
    enum: dict[str, str] | None = None
    flags: dict[Annotated[int, Field(ge=0, le=63)], str] | None = None
    missing: tuple[Signed | str, ...] = ()  # «not available»
    refuse: dict[str, str] | None = None  # a mark in place of a number, and what it means
    time: Annotated[str, AfterValidator(_mask)] | None = None
    optional: bool = False  # of text: may be absent, and then is missing
    stray: str = ""  # of text: characters of which one may stand in front and is no part of it
    chars: tuple[Whole, Positive] | None = None  # of text: first character from the left, and how many
    sure: bool = False  # of a float: refused when it is within min … max in the other word order too
    skip: tuple[Signed | str, ...] = ()  # a record or slot with this value is no result


class Is(Table):
    field: Operand
    word: str = Field(alias="is")


class In(Table):
    field: Operand
    words: tuple[str, ...] = Field(alias="in", min_length=1)


class Clear(Table):
    field: Operand
    clear: tuple[str, ...] = Field(min_length=1)


class Between(Table):
    field: Operand
    between: tuple[Number, Number]


class Near(Table):
    near: tuple[Name, Name]
    within: Number
    reason: Name


RULES = ("near", "clear", "between", "in", "is")


def _which_rule(rule: Any) -> str:
    if isinstance(rule, dict):
        return next((key for key in RULES if key in rule), "is")
    return {"Near": "near", "Clear": "clear", "Between": "between", "In": "in"}.get(type(rule).__name__, "is")


Rule = Annotated[
    Annotated[Is, Tag("is")]
    | Annotated[In, Tag("in")]
    | Annotated[Clear, Tag("clear")]
    | Annotated[Between, Tag("between")]
    | Annotated[Near, Tag("near")],
    Discriminator(_which_rule),
]


class Sequence(Table):
    """Numbered records: `index` grows by one, from `from` where it is given, up to the value of `total` where there is.

    A gap or a changed total is an error. `gaps`: numbers may jump, and still none may come twice.
    """

    index: Name
    start: Whole | None = Field(None, alias="from")
    total: Name | None = None
    gaps: bool = False


class Slots(Table):
    """Equal parts after the fields, one per channel: all of them, those that `mask` selects, or those not empty.

    A mask that selects an empty slot while a full one is not selected contradicts the data: refused. `count = "fit"`:
    as many as the message holds, beside at least `spare` bytes, or beside `tail` and exactly `spare`. `more`: a second
    part of each slot; all second parts follow all first ones. `require`: a slot that breaks it has no numbers and says
    why. `running`: slots of the next message of the same answer are numbered on.
    """

    count: Annotated[int, Field(strict=True, ge=1, le=96)] | Literal["fit"]
    mask: Name | None = None
    first: Literal["lsb", "msb"] = "lsb"
    skip_empty: bool = False
    fields: tuple[FieldForm, ...] = Field(min_length=1)
    more: tuple[FieldForm, ...] = ()
    tail: tuple[FieldForm, ...] = ()
    spare: Whole = 0
    running: bool = False
    require: tuple[Rule, ...] = ()


class Lookup(Table):
    """The field `key` is the running number, from 0, of a row of `exchange`, whose fields come as `exchange.field`."""

    key: Name
    exchange: Name


class Split(Table):
    """Columns between separators; `" "` means any run of blanks. `every`: so many columns are one row."""

    kind: Literal["split"]
    by: Text
    every: Positive | None = None


class Pattern(Table):
    """One picture of the text, `{value} {unit}`; a blank matches any run of blanks."""

    kind: Literal["pattern"]
    text: Text


class Tagged(Table):
    """Parts between separators that each begin with a tag of `size` characters."""

    kind: Literal["tagged"]
    by: Text
    size: Positive


class Grid(Table):
    """A plate: lines of values, `rows` × `columns`. Each value is a row of the result; `slot` counts from 1.

    Cells stand between separators (`by`) or are `width` characters each; the first field is the cell. With `begin` they
    come after that line, and `lines` are pictures of lines before it. `sum`: the line after them is the sum of their
    bytes modulo 256, line ends included, in decimal digits.
    """

    kind: Literal["grid"]
    rows: Positive
    columns: Positive
    by: Text | None = None
    width: Positive | None = None
    lines: tuple[Text, ...] = ()
    begin: tuple[Text, ...] = ()
    sum: Literal["none", "decimal"] = "none"


class Slip(Table):
    """A printed slip: lines that stand once, and `row`, one line per channel. Other lines are ignored."""

    kind: Literal["slip"]
    lines: tuple[Text, ...] = ()
    row: Text | None = None


class Segments(Table):
    """ASTM E1394: one line per segment, named by its first column; separators as the header line declares them.

    Each segment `row` gives a row of the result, with the fields of the segments above it. `require`: a row that breaks
    it has no numbers and says why.
    """

    kind: Literal["segments"]
    row: Text
    require: tuple[Rule, ...] = ()


Layout = Annotated[Split | Pattern | Tagged | Grid | Slip | Segments, Discriminator("kind")]


class Record(Table):
    """One message. Without `text` it is bytes: fields one after the other, then slots; one of both there must be."""

    text: Layout | None = None
    fields: tuple[FieldForm, ...] = ()
    sequence: Sequence | None = None
    slots: Slots | None = None
    lookup: Lookup | None = None
    require: tuple[Rule, ...] = ()


class Patterned(Table):
    """A pattern with a name for what it means: an error text, a cancellation."""

    says: Annotated[str, StringConstraints(min_length=1)]
    means: Name
