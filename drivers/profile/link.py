"""The line and what delimits one message on it. Times are milliseconds; offsets are bytes of one message."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, StringConstraints

from drivers.profile.table import Hex, Offset, Positive, Said, Table, Text, Whole

Evidence = Literal["documented", "captured", "certified"]
Analysis = Literal[
    "cholinesterase-inhibition",
    "gold-strip",
    "absorbance",
    "dpd-chlorine-colorimetric",
    "colorimetry",
    "turbidity",
    "plate",
    "immunoassay",
    "any",
    "weight",
    "ambient",
]


class Device(Table):
    """Which instrument this is and what the description rests on.

    Two files of one `model` differ in `firmware` (a range of the number that the instrument tells) or in `dialect`
    (a word of ours for a behaviour, where the wire carries no number).
    """

    vendor: Text
    model: Text
    firmware: Annotated[str, StringConstraints(pattern=r"^(\*|>=[0-9.]{1,40},<[0-9.]{1,40})$")] = "*"
    dialect: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]*$")] = ""
    analysis: Analysis
    evidence: Evidence
    integrity: Literal["check", "none"] = "check"
    sources: tuple[Text, ...] = Field(min_length=1)
    caveats: tuple[Said, ...] = ()


class Acknowledged(Table):
    """What each side says of the other's message, where a protocol has that."""

    good: Hex
    bad: Hex


class Link(Table):
    """One line. `gap_ms` is the silence kept before a request and expected after an answer."""

    kind: Literal["serial", "tcp", "modbus-rtu", "modbus-tcp"]
    baud: Positive | None = None  # serial and modbus-rtu
    fallback: tuple[Positive, ...] = ()  # other speeds at which the same instrument may stand
    format: Annotated[str, StringConstraints(pattern=r"^[78][NEO][12]$")] = "8N1"
    flow: Literal["none", "rtscts", "xonxoff"] = "none"
    lines: tuple[Literal["dtr", "rts"], ...] = ("dtr", "rts")  # control lines raised while the port is open
    echo: bool = False  # a two-wire adapter may give us our own bytes back
    initiative: Literal["host", "device"] = "host"  # device: it speaks when it likes, we listen
    unit: int | None = Field(None, ge=0, le=255)  # Modbus
    any_unit: bool = False  # the answer may name another unit than the one asked
    encoding: Literal["ascii", "gb18030", "cp437", "latin-1", "utf-8"] = "ascii"
    strip: Literal["none", "esc-pos"] = "none"  # printer commands taken out of captured text
    acks: Acknowledged | None = None
    settle_ms: Whole = 0
    gap_ms: Whole
    reply_ms: Whole  # to the first byte
    byte_ms: Whole  # between two bytes of one answer
    retries: Annotated[int, Field(strict=True, ge=0, le=5)] = 0
    forbid: tuple[Hex, ...] = ()  # what must never be sent to this device, because it destroys or changes something


class Length(Table):
    at: Whole
    type: Literal["u8", "u16le", "u16be"]
    counts: Literal["data", "frame"]  # bytes between head and check, or all of the frame
    adds: Offset = 0


class Check(Table):
    """A sum over the bytes `from` … `to` (not included) that stands at `at`.

    crc: the usual parameters. sum, xor: `init` is the start. lrc: two's complement of the sum.
    """

    algo: Literal["crc", "sum", "xor", "lrc"]
    width: Literal[8, 16, 24, 32] = 8
    poly: Whole = 0
    init: Whole = 0
    refin: bool = False
    refout: bool = False
    xorout: Whole = 0
    start: Offset = Field(0, alias="from")
    to: Offset | None = None  # without it: to the end
    at: Offset
    order: Literal["big", "little"] = "big"
    form: Literal["raw", "hex"] = "raw"  # hex: two characters a byte


class Framed(Table):
    """start … length … data … check … end: binary messages with a length in them."""

    kind: Literal["framed"]
    start: Hex
    answer: Hex | None = None  # the start of what the device says, where it differs
    length: Length
    head: Positive | None = None  # bytes before the counted data; without it they follow the length
    checks: tuple[Check, ...] = Field(min_length=1)
    end: Hex = b""
    max: Positive
    resync: Literal["start"] = "start"  # junk before the start is dropped and counted

    @property
    def heard(self) -> bytes:
        return self.start if self.answer is None else self.answer


class Line(Table):
    """start … end, then `after` bytes of check: text, or binary with end marks.

    `wrap`: our messages have the same form. Without it `send` and `say` are the whole message.
    """

    kind: Literal["line"]
    start: str = ""
    end: Text
    after: Whole = 0
    checks: tuple[Check, ...] = ()
    wrap: bool = False
    silence: bool = False  # the last line of an answer may end by silence
    max: Positive = 4096


class Fixed(Table):
    """Messages of fixed size with nothing around them."""

    kind: Literal["fixed"]


class Silence(Table):
    """A message ends when the line falls silent. It begins and ends with these marks; its content may hold them too."""

    kind: Literal["silence"]
    start: Hex = b""
    end: Hex = b""
    junk: Whole = 0  # bytes that may stand before the start
    max: Positive = 4096


class Astm(Table):
    """ASTM E1381 / CLSI LIS1-A: ENQ, numbered frames, EOT. We are the receiver. One message is H … L."""

    kind: Literal["astm"]
    max: Positive = 65536


Frame = Annotated[Framed | Line | Fixed | Silence | Astm, Discriminator("kind")]
