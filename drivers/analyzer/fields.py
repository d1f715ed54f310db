"""One record of bytes → its fields by name, checked against the form, and the rules a record must meet. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from drivers.errors import FrameError, Refused
from drivers.profile.form import Clear, FieldForm, Is, Near, Record, Rule, Slots, size_of
from drivers.profile.measure import float32, scaled

Value = Decimal | int | str | frozenset[str] | None

_ORDER = {"ABCD": (0, 1, 2, 3), "CDAB": (2, 3, 0, 1), "BADC": (1, 0, 3, 2), "DCBA": (3, 2, 1, 0)}
_CLOCK = {"ymdhms": (0, 1, 2, 3, 4, 5), "smhdm-y": (6, 4, 3, 2, 1, 0)}  # places of year … second


@dataclass(frozen=True, slots=True)
class Row:
    """One decoded record, or one slot of it, with the bytes that carried it."""

    fields: Mapping[str, Value]
    raw: bytes

    def text(self, name: str | None) -> str | None:
        value = None if name is None else self.fields.get(name)
        return None if value is None else str(value)

    def number(self, name: str | None) -> int | None:
        value = None if name is None else self.fields.get(name)
        return int(value) if isinstance(value, int | Decimal) else None


def rows(body: bytes, record: Record, raw: bytes) -> tuple[Row, ...]:
    """One row of a plain record; of a record with slots one row per selected slot."""
    fields, end = _decoded(body, record.fields)
    obey(fields, record.require)
    if record.slots is None:
        return (Row(fields, raw),)
    return tuple(Row({**fields, **slot}, raw) for slot in _slots(body[end:], record.slots, fields))


def registers(words: bytes, first: int, forms: Iterable[FieldForm]) -> dict[str, Value]:
    """Fields of a block of Modbus registers that begins at address `first`."""
    starts = ((form, 2 * ((form.addr or 0) - first)) for form in forms)
    return {form.id: value(words[at : at + size_of(form.type)], form) for form, at in starts}


def value(data: bytes, form: FieldForm) -> Value:
    """The meaning of one field's bytes. FrameError: not our record at all; Refused: ours, and unusable."""
    read = _read(data, form)
    if form.equals is not None and read != form.equals:
        raise FrameError("analyzer.answer", field=form.id, value=_shown(read))
    if isinstance(read, int):
        return _meant(read, form)
    return _bounded(read, form) if isinstance(read, Decimal) else read


def obey(fields: Mapping[str, Value], rules: Iterable[Rule]) -> None:
    for rule in rules:
        if isinstance(rule, Near):
            _obey_near(fields, rule)
        else:
            _obey_word(fields[rule.field], rule)


def decimal(number: Value) -> Decimal:
    """A field that is published as a quantity has to be a number."""
    if isinstance(number, Decimal | int):
        return Decimal(number)
    raise Refused("analyzer.refused", field="value", value=_shown(number))


def _decoded(body: bytes, forms: Iterable[FieldForm]) -> tuple[dict[str, Value], int]:
    fields: dict[str, Value] = {}
    end = 0
    for form in forms:
        at = end if form.at is None else form.at
        end = at + size_of(form.type)
        fields[form.id] = value(body[at:end], form)
    return fields, end


def _slots(data: bytes, slots: Slots, fields: Mapping[str, Value]) -> list[dict[str, Value]]:
    """A mask that selects an empty slot while a full one is not selected contradicts the data: refused."""
    mask = fields[slots.mask]
    size = len(data) // slots.count
    parts = [data[n * size : (n + 1) * size] for n in range(slots.count)]
    chosen = [n for n in range(slots.count) if isinstance(mask, int) and mask >> n & 1]
    empty_chosen = any(not any(parts[n]) for n in chosen)
    if empty_chosen and any(any(part) for n, part in enumerate(parts) if n not in chosen):
        raise Refused("analyzer.refused", field=slots.mask, value=f"{mask:02X}")
    return [{**_decoded(parts[n], slots.fields)[0], "slot": n + 1} for n in chosen]


def _read(data: bytes, form: FieldForm) -> int | str | Decimal:
    if form.type.startswith("hex"):
        return data.hex(" ").upper()
    if form.type in _CLOCK:
        return _time(data, form)
    if form.type.startswith("f32"):
        return _float(data, form)
    return int.from_bytes(_ordered(data, form), "big")


def _ordered(data: bytes, form: FieldForm) -> bytes:
    """Most significant byte first."""
    if form.type.endswith("le"):
        return data[::-1]
    return bytes(data[place] for place in _ORDER[form.order]) if len(data) == 4 else data


def _float(data: bytes, form: FieldForm) -> Decimal:
    number = float32(_ordered(data, form))
    if number is None:
        raise Refused("analyzer.refused", field=form.id, value=data.hex(" ").upper())
    return number


def _time(data: bytes, form: FieldForm) -> str:
    year, month, day, hour, minute, second = (data[place] for place in _CLOCK[form.type])
    if not _is_date(2000 + year, month, day) or hour > 23 or minute > 59 or second > 59:
        raise Refused("analyzer.refused", field=form.id, value=data.hex(" ").upper())
    return f"{2000 + year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"


def _is_date(year: int, month: int, day: int) -> bool:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= month <= 12 and 1 <= day <= days[month - 1]


def _meant(number: int, form: FieldForm) -> Value:
    if number in form.missing:
        return None
    if form.enum is not None:
        if number not in form.enum:
            raise Refused("analyzer.refused", field=form.id, value=str(number))
        return form.enum[number]
    if form.bits is not None:
        return frozenset(name for bit, name in form.bits.items() if number >> bit & 1)
    bounded = _bounded(scaled(number, form.scale), form)
    return number if form.scale is None else bounded


def _bounded(number: Decimal, form: FieldForm) -> Decimal:
    if (form.min is not None and number < form.min) or (form.max is not None and number > form.max):
        raise Refused("analyzer.refused", field=form.id, value=str(number))
    return number


def _obey_near(fields: Mapping[str, Value], rule: Near) -> None:
    one, other = (fields[name] for name in rule.near)
    if not isinstance(one, Decimal) or not isinstance(other, Decimal) or abs(one - other) > rule.within:
        raise Refused("analyzer.refused", field=rule.reason, value=f"{one} / {other}")


def _obey_word(found: Value, rule: Is | Clear) -> None:
    if isinstance(rule, Is):
        if found != rule.word:
            raise Refused("analyzer.refused", field=rule.field, value=_shown(found))
    elif isinstance(found, frozenset) and (up := sorted(found & set(rule.clear))):
        raise Refused("analyzer.refused", field=rule.field, value="+".join(up))


def _shown(found: Value) -> str:
    return "+".join(sorted(found)) if isinstance(found, frozenset) else str(found)
