"""What is asked and what is answered: exchanges, who are you, sequences with a person in them, and what comes out."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag
from pydantic_core import PydanticCustomError

from drivers.profile.kinds import byte_parts
from drivers.profile.layout import FieldForm, Patterned, Rule
from drivers.profile.measure import Number
from drivers.profile.table import Hex, Name, Operand, Positive, Reference, Signed, Table, Text, Whole


def _template(text: str) -> str:
    try:
        byte_parts(text)
    except ValueError as wrong:
        raise PydanticCustomError("hex", "not hexadecimal bytes and {name:type}") from wrong
    return text


Template = Annotated[str, AfterValidator(_template)]
Doc = Annotated[str, StringConstraints(pattern=r"^([0134][0-9]{4,5}|0x[0-9A-Fa-f]{1,4}|wire [0-9]{1,5})$")]


class Read(Table):
    """Modbus registers or coils; `doc` is the manual's own number of the first: 30001, 0x2600 or `wire 1000`.

    A count of 0 is a command on some probes (analyzers.md A.14). `unit`: where it is not that of the link.
    """

    unit: int | None = Field(None, ge=0, le=255)
    table: Literal["input", "holding", "coil", "discrete"]
    addr: Whole
    count: Annotated[int, Field(strict=True, ge=0, le=125)]
    doc: Doc


class Put(Table):
    """One Modbus coil or register is set: a trigger. `unit`: where it is not that of the link."""

    unit: int | None = Field(None, ge=0, le=255)
    table: Literal["holding", "coil"]
    addr: Whole
    value: Annotated[int, Field(strict=True, ge=0, le=65535)]
    doc: Doc


class Each(Table):
    """The exchange runs once per day asked for, per number between two that another exchange found, or per page.

    number `n`: from `first` to `last`, or before `end`. page `n`: from 0 to the first page that is not full.
    stamp: the field that must be of the day that was asked for.
    """

    over: Literal["day", "number", "page"]
    first: Reference | None = None
    last: Reference | None = None
    end: Reference | None = None
    full: Positive | None = None  # rows of a page after which another may follow
    stamp: Name | None = None


class Exchange(Table):
    """What all exchanges share.

    idempotent: may be asked again after broken bytes. consumes: the instrument forgets what it has sent, so every byte
    is on disk before we say anything more. needs: exchanges that must have run on this open port and not be too old.
    """

    idempotent: bool
    consumes: bool = False
    needs: tuple[Name, ...] = ()
    then_ms: Whole = 0  # pause after it


class Registers(Exchange):
    """One Modbus read. `beside`: reads asked before, once in a session, whose fields stand beside these."""

    read: Read
    beside: tuple[Name, ...] = ()
    fields: tuple[FieldForm, ...] = ()
    require: tuple[Rule, ...] = ()


class Write(Exchange):
    """One Modbus write, answered by its echo."""

    write: Put


class Pdu(Exchange):
    """A Modbus request that no table covers: function and data; the answer is a byte pattern of the same."""

    pdu: Hex
    reply: str


class Ask(Exchange):
    """One request and its answer: `@record` or a pattern; "" when nothing is answered.

    How the answer ends: one message; `count` messages (a field of `head`, or `@exchange.field`); `until` the numbers of
    the record are complete, an `end` message came, or the line is silent.
    """

    send: Template = ""  # bytes; {day:ymd} {n:u16le} …
    say: str = ""  # text; {first:iso} {last:iso} …
    head: Template = ""  # bytes before the first record
    reply: str
    count: str | None = None
    until: Literal["count", "end", "silence"] | None = None
    end: tuple[Text, ...] = ()
    limit: Positive = 1
    each: Each | None = None
    fail: tuple[Patterned, ...] = ()


class Pages(Exchange):
    """One request, then a record for each `next` until an `end` mark. `bare`: the head comes without a record."""

    send: Template
    head: Hex
    bare: bool = False
    reply: str
    next: Hex
    end: tuple[Hex, ...] = Field(min_length=1)
    limit: Positive
    fail: tuple[Patterned, ...] = ()


class Hear(Exchange):
    """The instrument speaks by itself; one session ends as `until` says."""

    hear: str  # @record or a pattern
    until: Literal["silence", "end"] | None = None
    end: tuple[Text, ...] = ()
    limit: Positive = 1


KEYS = ("read", "write", "pdu", "hear", "next")


def _which_exchange(exchange: Any) -> str:
    if isinstance(exchange, dict):
        return next((key for key in KEYS if key in exchange), "ask")
    return {"Registers": "read", "Write": "write", "Pdu": "pdu", "Hear": "hear", "Pages": "next"}.get(
        type(exchange).__name__, "ask"
    )


AnyExchange = Annotated[
    Annotated[Registers, Tag("read")]
    | Annotated[Write, Tag("write")]
    | Annotated[Pdu, Tag("pdu")]
    | Annotated[Hear, Tag("hear")]
    | Annotated[Pages, Tag("next")]
    | Annotated[Ask, Tag("ask")],
    Discriminator(_which_exchange),
]


class Session(Table):
    """`bid`: the byte by which the device asks whether we listen; `bye`: by which it takes its leave. `greeting`: what
    a device that opens says before we may ask (Riele 5010). All are acknowledged.

    `open` runs after it, `close` always, whatever happened: it gives the keyboard back.
    """

    bid: Hex | None = None
    bye: Hex | None = None
    greeting: tuple[Text, ...] = ()
    open: tuple[Name, ...] = ()
    close: tuple[Name, ...] = ()


class Accept(Table):
    field: Name
    among: tuple[Signed | str, ...] = Field(alias="in", min_length=1)


class Identify(Table):
    """Who are you. `weak`: the answer has the right form and names nobody, or nothing is asked: a person has to agree.

    firmware: `{major}.{minor}`. serial: the field with the instrument's own number. safe: changes nothing anywhere.
    silence: those too old to know the question say nothing; it is asked only where a person put the instrument.
    """

    exchange: Name | None = None
    accept: tuple[Accept, ...] = ()
    firmware: Annotated[str, StringConstraints(pattern=r"^(\{[a-z_]+\}|[.])+$")] | None = None
    serial: Name | None = None
    weak: bool = False
    silence: bool = False
    safe: bool


class Run(Table):
    """What is read after a run, and in which channel the control (blank) cuvette stands."""

    exchange: Name | None = None
    sequence: Name | None = None
    control: Positive | None = None


class Confirm(Table):
    """Read again: every pass must bring the same bytes, or numbers within `within` + `percent` of the first pass.

    A raw optical count is never twice the same; then the last pass is the one that is used.
    """

    times: Annotated[int, Field(strict=True, ge=2, le=3)]
    equal: bool = False
    within: Number = Decimal(0)
    percent: Number = Decimal(0)


class Operator(Table):
    """A person does something and says so: one of the words of `OPERATOR`."""

    operator: Literal[
        "insert_blank", "insert_control", "insert_sample", "insert_cuvettes", "remove_all", "close_lid", "start_run"
    ]


class Step(Table):
    """An exchange runs; its rows are kept under `into`."""

    run: Name
    into: Name | None = None
    within_s: Positive | None = None  # after the step before


class Wait(Table):
    wait_s: Positive


def _which_step(step: Any) -> str:
    if isinstance(step, dict):
        return next((key for key in ("operator", "wait_s") if key in step), "run")
    return {"Operator": "operator", "Wait": "wait_s"}.get(type(step).__name__, "run")


AnyStep = Annotated[
    Annotated[Operator, Tag("operator")] | Annotated[Wait, Tag("wait_s")] | Annotated[Step, Tag("run")],
    Discriminator(_which_step),
]


class SequenceForm(Table):
    """Steps in order; rows of all `into` sets are joined by `join` and named `set.field`. `always` runs at the end."""

    steps: tuple[AnyStep, ...] = Field(min_length=1)
    join: Name = "slot"
    always: tuple[Name, ...] = ()


class Inhibition(Table):
    """(control − sample) / control × 100; no number when the control is not above 0."""

    rule: Literal["inhibition"]
    control: Operand
    sample: Operand
    digits: Whole = 4


class LogRatio(Table):
    """Absorbance: log10((full − dark) / (sample − dark)); no number when one side is not above 0."""

    rule: Literal["log_ratio"]
    full: Operand
    sample: Operand
    full_dark: Operand | None = None
    sample_dark: Operand | None = None
    digits: Whole = 4


class Delta(Table):
    """to − from."""

    rule: Literal["delta"]
    first: Operand = Field(alias="from")
    last: Operand = Field(alias="to")


class Linear(Table):
    """of × times + plus; `times` is a number or a field."""

    rule: Literal["linear"]
    of: Operand
    times: Number | Operand
    plus: Number = Decimal(0)


Derive = Annotated[Inhibition | LogRatio | Delta | Linear, Discriminator("rule")]


class Quantity(Table):
    """`unit` is the manual's, `@field` of the same row, or `@exchange.field`: read in the same session."""

    quantity: Name
    field: Operand
    unit: Text


class Result(Table):
    values: tuple[Quantity, ...] = Field(min_length=1)
    record: Operand | None = None
    channel: Operand | None = None
    taken_at: Operand | None = None
    method: Operand | None = None
    item: Operand | None = None
    device_verdict: Operand | None = None
    state: Operand | None = None
