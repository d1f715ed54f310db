"""The form a profile fills: every key it may use and every word it may say. Data only, no expressions.

Offsets count bytes of one record from its first byte; Modbus addresses count registers from 0, as on the wire.
"""

import re
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from drivers.profile.measure import Number

SIZES = {
    "u8": 1,
    "u16": 2,
    "u16le": 2,
    "u16be": 2,
    "u32": 4,
    "u32le": 4,
    "u32be": 4,
    "f32": 4,
    "f32le": 4,
    "f32be": 4,
    "flags": 2,
    "flags32": 4,
    "ymdhms": 6,  # year-2000, month, day, hour, minute, second, binary
    "smhdm-y": 7,  # second, minute, hour, day, month, a byte that is not time, year-2000
}


def size_of(kind: str) -> int:
    return int(kind[3:]) if kind.startswith("hex") else SIZES[kind]


def _kind(text: str) -> str:
    if text not in SIZES and not re.fullmatch(r"hex[1-9][0-9]?", text):
        near = get_close_matches(text, [*SIZES, "hex1"], 1, 0.0)[0]
        raise PydanticCustomError("word", "unknown type", {"name": text, "nearest": near})
    return text


def _hex(text: object) -> object:
    if isinstance(text, bytes):
        return text
    if not isinstance(text, str) or not re.fullmatch(r"[0-9A-Fa-f]{2}( ?[0-9A-Fa-f]{2})*", text):
        raise PydanticCustomError("hex", "not hexadecimal bytes")
    return bytes.fromhex(text)


PATTERN = r"\{(\w+):(\w+)\}|([0-9A-F]{2})"  # of an answer: {name:type} or a constant byte


def _reply(text: str) -> str:
    if not re.fullmatch(rf"@[a-z_]+|({PATTERN})( ({PATTERN}))*", text):
        raise PydanticCustomError("pattern", "neither @record nor a pattern of bytes and {name:type}")
    for _, kind, _ in re.findall(PATTERN, "" if text.startswith("@") else text):
        _kind(kind or "u8")
    return text


Hex = Annotated[bytes, BeforeValidator(_hex), PlainSerializer(lambda data: data.hex(" "), return_type=str)]
Name = Annotated[str, StringConstraints(pattern=r"^_?[a-z][a-z0-9_]*$")]
Whole = Annotated[int, Field(strict=True, ge=0)]
Words = dict[int, str]  # TOML writes the keys as text: { 0 = "ppm" }


class Table(BaseModel):
    """One TOML table: frozen, and a key it does not know is an error that names the nearest one."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, table: Any) -> Any:
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in table if isinstance(table, dict) else ():
            if key not in known:
                near = get_close_matches(str(key), known, 1, 0.0)[0]
                raise PydanticCustomError("key", "unknown key", {"name": str(key), "nearest": near})
        return table


class Device(Table):
    vendor: str
    model: str
    firmware: Annotated[str, StringConstraints(pattern=r"^(\*|>=[0-9.]+,<[0-9.]+)$")]
    analysis: str
    evidence: Literal["documented", "captured", "certified"]
    integrity: Literal["check", "none"] = "check"
    sources: tuple[str, ...] = Field(min_length=1)
    caveats: tuple[str, ...] = ()


class Link(Table):
    """One serial line. `gap_ms` is the silence kept before a request and expected after an answer."""

    kind: Literal["serial", "modbus-rtu"]
    baud: Whole
    format: Annotated[str, StringConstraints(pattern=r"^[78][NEO][12]$")] = "8N1"
    flow: Literal["none", "rtscts", "xonxoff"] = "none"
    unit: int | None = Field(None, ge=1, le=247)  # Modbus only
    settle_ms: Whole = 0
    gap_ms: Whole
    reply_ms: Whole  # to the first byte
    byte_ms: Whole  # between two bytes of one answer
    retries: Annotated[int, Field(strict=True, ge=0, le=5)] = 0
    forbid: tuple[Hex, ...] = ()  # what must never be sent to this device, because it destroys something


class Length(Table):
    at: Whole
    type: Literal["u8", "u16le", "u16be"]
    counts: Literal["body"]  # the bytes between the length and the check
    adds: int = 0


class Check(Table):
    """A CRC in the usual parameters; it covers the frame from byte `from` to the end of the body."""

    algo: Literal["crc"]
    width: Literal[8, 16, 32]
    poly: Whole
    init: Whole
    refin: bool
    refout: bool
    xorout: Whole
    start: Whole = Field(alias="from")
    to: Literal["body-end"]


class Framed(Table):
    """start … length … body … check … end."""

    kind: Literal["framed"]
    start: Hex
    length: Length
    check: Check
    end: Hex = b""
    max: Whole
    resync: Literal["start"]


class Fixed(Table):
    """Commands and records of fixed size, with nothing around them."""

    kind: Literal["fixed"]


Frame = Annotated[Framed | Fixed, Discriminator("kind")]


class FieldForm(Table):
    id: Name
    type: Annotated[str, AfterValidator(_kind)]
    at: Whole | None = None  # without it: right after the field before
    addr: Whole | None = None  # Modbus
    order: Literal["ABCD", "CDAB", "BADC", "DCBA"] = "ABCD"
    scale: Number | None = None
    min: Number | None = None
    max: Number | None = None
    equals: int | str | None = None
    enum: Words | None = None
    bits: Words | None = None
    missing: tuple[int, ...] = ()


class Is(Table):
    field: Name
    word: str = Field(alias="is")


class Clear(Table):
    field: Name
    clear: tuple[str, ...] = Field(min_length=1)


class Near(Table):
    near: tuple[Name, Name]
    within: Number
    reason: Name


def _which_rule(rule: Any) -> str:
    keys = rule if isinstance(rule, dict) else type(rule).model_fields
    return next((key for key in ("near", "clear") if key in keys), "is")


Rule = Annotated[
    Annotated[Is, Tag("is")] | Annotated[Clear, Tag("clear")] | Annotated[Near, Tag("near")], Discriminator(_which_rule)
]


class Sequence(Table):
    """Numbered records: `index` runs from `from` to the value of `total`."""

    index: Name
    start: Whole = Field(alias="from")
    total: Name


class Slots(Table):
    """Equal slots after the fields, one per channel; `mask` selects the filled ones."""

    count: Annotated[int, Field(strict=True, ge=1, le=32)]
    mask: Name
    first: Literal["lsb"]
    fields: tuple[FieldForm, ...] = Field(min_length=1)


class Record(Table):
    fields: tuple[FieldForm, ...] = Field(min_length=1)
    sequence: Sequence | None = None
    slots: Slots | None = None
    require: tuple[Rule, ...] = ()


class Read(Table):
    table: Literal["input", "holding"]
    addr: Whole
    count: Annotated[int, Field(strict=True, ge=1, le=125)]
    doc: Annotated[str, StringConstraints(pattern=r"^[34][0-9]{4}$")]  # the manual's number of the first register


class Registers(Table):
    """One Modbus read."""

    idempotent: bool
    read: Read
    fields: tuple[FieldForm, ...] = Field(min_length=1)
    require: tuple[Rule, ...] = ()


class Ask(Table):
    """One request; the answer is a pattern, or one or more records (`until = "count"`)."""

    idempotent: bool
    send: Hex
    reply: Annotated[str, AfterValidator(_reply)]
    until: Literal["count"] | None = None
    limit: Whole = 1


class Pages(Table):
    """One request, then a record for each `next` until an `end` mark."""

    idempotent: bool
    send: Hex
    head: Hex
    reply: Annotated[str, AfterValidator(_reply)]
    next: Hex
    end: tuple[Hex, ...] = Field(min_length=1)
    limit: Whole


def _which_exchange(exchange: Any) -> str:
    keys = exchange if isinstance(exchange, dict) else type(exchange).model_fields
    return "registers" if "read" in keys else "pages" if "next" in keys else "ask"


Exchange = Annotated[
    Annotated[Registers, Tag("registers")] | Annotated[Pages, Tag("pages")] | Annotated[Ask, Tag("ask")],
    Discriminator(_which_exchange),
]


class Accept(Table):
    field: Name
    among: tuple[int | str, ...] = Field(alias="in", min_length=1)


class Identify(Table):
    exchange: Name
    accept: tuple[Accept, ...] = Field(min_length=1)
    firmware: Annotated[str, StringConstraints(pattern=r"^(\{[a-z_]+\}|[.])+$")] | None = None
    safe: bool


class Run(Table):
    """What the station reads after a run, and in which channel the control (blank) cuvette stands."""

    exchange: Name
    control: Annotated[int, Field(strict=True, ge=1)] | None = None


class Confirm(Table):
    """Read again: every pass must bring the same bytes."""

    times: Annotated[int, Field(strict=True, ge=2, le=3)]
    equal: Literal[True]


class Quantity(Table):
    """`unit` is the manual's, or `@exchange.field`: read from the instrument in the same session."""

    quantity: Name
    field: Name
    unit: Annotated[str, StringConstraints(min_length=1)]


class Result(Table):
    values: tuple[Quantity, ...] = Field(min_length=1)
    record: Name | None = None
    channel: Name | None = None
    taken_at: Name | None = None
    method: Name | None = None
    device_verdict: Name | None = None
    state: Name | None = None


class Profile(Table):
    format: Literal[1]
    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)+$")]
    revision: Annotated[int, Field(strict=True, ge=1)]
    device: Device
    link: Link
    frame: Frame | None = None
    identify: Identify
    exchange: dict[Name, Exchange] = Field(min_length=1)
    record: dict[Name, Record] = {}
    result: Result
    run: Run
    confirm: dict[Name, Confirm] = {}
