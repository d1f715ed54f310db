"""A table of registers, as manuals and makers give it, made into reads of at most 125 registers. Pure.

A row that cannot be used is named by its line and a reason; nothing is guessed: an unknown type is not a number.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from drivers.errors import ProfileError
from drivers.profile.kinds import size_of

MOST = 125  # registers of one read, Modbus application protocol 1.1b3, 6.3
DIGITS = 30  # of a scale; a number with more is none
QUANTITIES = (
    "# quantity: inhibition absorbance concentration turbidity suspended_solids free_chlorine temperature humidity "
    "weight color result"
)  # as the skeletons of `profile new` say it
COILS = ("coil", "discrete")
FIRST = {"0": "coil", "1": "discrete", "3": "input", "4": "holding"}
TYPES = {
    "uint16": "u16", "word": "u16", "ushort": "u16", "unsigned": "u16", "int16": "s16", "short": "s16", "int": "s16",
    "uint32": "u32", "dword": "u32", "ulong": "u32", "int32": "s32", "long": "s32", "uint64": "u64", "int64": "s64",
    "i16": "s16", "i32": "s32", "i64": "s64", "sint16": "s16", "sint32": "s32",
    "float": "f32", "float32": "f32", "real": "f32", "single": "f32", "double": "f64", "float64": "f64",
    "bool": "u8", "bit": "u8", "boolean": "u8",
}  # fmt: skip
ORDERS = {
    "": "ABCD", "big": "ABCD", "1234": "ABCD", "3412": "CDAB", "2143": "BADC", "4321": "DCBA", "little": "DCBA",
    "swapped": "CDAB", "wordswap": "CDAB",
}  # fmt: skip


class Unusable(ProfileError):
    """Why a row cannot be used: a word, and what stood there."""

    def __init__(self, reason: str, value: str) -> None:
        super().__init__("profile.row", reason=reason, value=value)
        self.reason = reason
        self.value = value


@dataclass(frozen=True, slots=True)
class Register:
    """One value of the table. `addr` is the address on the wire, `doc` the manual's own number."""

    line: int
    table: str
    addr: int
    doc: str
    id: str
    said: str
    type: str
    order: str
    scale: Decimal | None
    unit: str

    @property
    def end(self) -> int:
        return self.addr + (1 if self.table in COILS else max(1, (size_of(self.type) + 1) // 2))


@dataclass(frozen=True, slots=True)
class Unused:
    line: int
    reason: str
    value: str


def registers(rows: Iterable[tuple[int, Mapping[str, str]]]) -> tuple[list[Register], list[Unused]]:
    """Of (line, cells by column: number, address, table, name, type, order, scale, unit)."""
    used: list[Register] = []
    unused: list[Unused] = []
    for line, row in rows:
        cells = {name: _printable(cell or "").strip() for name, cell in row.items()}
        if not any(cells.values()):
            continue
        try:
            used.append(_register(line, cells, {one.id for one in used}))
        except Unusable as why:
            unused.append(Unused(line, why.reason, why.value))
    return used, unused


def reads(found: Sequence[Register], gap: int = 0, most: int = MOST) -> Iterator[tuple[Register, ...]]:
    """Registers that one read brings: of one table, at most `most`, with at most `gap` unused ones between two."""
    by_table = sorted(found, key=lambda one: (one.table, one.addr))
    for _, group in groupby(by_table, key=lambda one: one.table):
        block: list[Register] = []
        for one in group:
            if block and (one.addr > _end(block) + gap or one.end - block[0].addr > most):
                yield tuple(block)
                block = []
            block.append(one)
        yield tuple(block)


def exchanges(found: Sequence[Register], gap: int = 0, most: int = MOST) -> str:
    """The end of a profile: its reads, what they bring, and which runs. What no table says is a blank.

    The last read is `reading`, as in the skeleton; the others stand beside it.
    """
    blocks = list(reads(found, gap, most))
    before = [f"read_{n}" for n in range(1, len(blocks))]
    parts = [_exchange(name, block, ()) for name, block in zip(before, blocks, strict=False)]
    parts += [_exchange("reading", block, before) for block in blocks[-1:]]
    return "\n".join([*parts, _result(found), '[run]\nexchange = "reading"\n'])


def _exchange(name: str, block: tuple[Register, ...], beside: Sequence[str]) -> str:
    first = block[0]
    count = _end(list(block)) - first.addr
    head = f'read   = {{ table = "{first.table}", addr = {first.addr}, count = {count}, doc = "{first.doc}" }}'
    named = ", ".join(f'"{other}"' for other in beside)
    others = [f"beside = [{named}]"] if beside else []
    lines = [f"[exchange.{name}]", "idempotent = true", *others, head, "fields = ["]
    return "\n".join([*lines, *map(_field, block), "]", ""])


def _result(found: Sequence[Register]) -> str:
    lines = [f'  {{ quantity = "___", field = "{one.id}", unit = "{_quoted(one.unit)}" }},' for one in found]
    return "\n".join(["[result]", QUANTITIES, "values = [", *lines, "]", ""])


def _quoted(unit: str) -> str:
    """Within a basic string of TOML; a blank where the table has none."""
    return unit.replace("\\", "\\\\").replace('"', '\\"') or "___"


def _field(one: Register) -> str:
    order = "" if one.order == "ABCD" else f', order = "{one.order}"'
    scale = "" if one.scale is None else f", scale = {format(one.scale, 'f')}"
    said = " ".join(filter(None, (one.said, one.unit)))
    return (
        f'  {{ id = "{one.id}", addr = {one.addr}, type = "{one.type}"{order}{scale} }},{f" # {said}" if said else ""}'
    )


def _end(block: list[Register]) -> int:
    return max(one.end for one in block)


def _register(line: int, cells: Mapping[str, str], taken: set[str]) -> Register:
    table, addr, doc = _place(cells)
    kind = _type(cells.get("type", ""), table)
    said = cells.get("name", "")
    one = Register(
        line, table, addr, doc, _id(said, addr, taken), said, kind, _order(cells.get("order", "")),
        _scale(cells.get("scale", "")), cells.get("unit", ""),
    )  # fmt: skip
    if one.end - one.addr > MOST or one.end > 1 << 16:
        raise Unusable("long", kind)
    return one


def _place(cells: Mapping[str, str]) -> tuple[str, int, str]:
    """By the manual's number where it has one: 30001 is input register 0. Else by the address on the wire."""
    number, address, table = cells.get("number", ""), cells.get("address", ""), cells.get("table", "").lower()
    if re.fullmatch(r"[0134][0-9]{4,5}", number):
        return FIRST[number[0]], int(number[1:]) - 1, number
    said = address or number
    named = table or "holding"
    if named not in FIRST.values():
        raise Unusable("table", table)
    if re.fullmatch(r"0[xX][0-9A-Fa-f]{1,4}", said) or re.fullmatch(r"[0-9A-Fa-f]{1,4}[hH]", said):
        at = int(said.rstrip("hH").removeprefix("0x").removeprefix("0X"), 16)
        return named, at, f"0x{at:04X}"
    if not table and re.fullmatch(r"[0134][0-9]{4,5}", said):
        raise Unusable("either", said)
    if re.fullmatch(r"[0-9]{1,5}", said) and int(said) < 1 << 16:
        return named, int(said), f"wire {int(said)}"
    raise Unusable("address", said)


def _type(text: str, table: str) -> str:
    if table in COILS:
        return "u8"
    plain = re.sub(r"[\s_-]", "", text.lower())
    kind = TYPES.get(plain, plain)
    if not size_of(kind) or kind.endswith(("le", "be")):
        raise Unusable("type", text)
    return kind


def _order(text: str) -> str:
    order = ORDERS.get(re.sub(r"[\s_-]", "", text.lower()), text.upper())
    if order not in ORDERS.values():
        raise Unusable("order", text)
    return order


def _scale(text: str) -> Decimal | None:
    """0.01; a manual also writes /100, 1/100, ×0.01. None is a scale that changes nothing."""
    first, divided, by = re.sub(r"^[*×xX]", "", text.replace(" ", "")).replace("÷", "/").partition("/")
    try:
        times, over = Decimal(first if first or (text and not divided) else 1), Decimal(by if divided else 1)
        scale = times / over
        exact = scale * over == times
    except ArithmeticError as wrong:
        raise Unusable("scale", text) from wrong
    if not (exact and scale.is_finite() and scale and abs(scale.adjusted()) <= DIGITS and len(text) <= DIGITS):
        raise Unusable("scale", text)
    return None if scale == 1 else scale


def _printable(text: str) -> str:
    """What a comment of TOML may hold."""
    return "".join(character if character.isprintable() else " " for character in text)


def _id(said: str, addr: int, taken: set[str]) -> str:
    """A name of our form from the table's own; of a name without Latin letters, from the address."""
    name = re.sub(r"[^a-z0-9]+", "_", said.lower()).strip("_")
    name = name if re.match(r"[a-z]", name) else f"r{addr}"
    return name if name not in taken else next(f"{name}_{n}" for n in range(2, 1 << 17) if f"{name}_{n}" not in taken)
