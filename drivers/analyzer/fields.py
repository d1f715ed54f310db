"""Bytes of one field → its meaning, checked against the form; and the rules that a record must meet. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from drivers.analyzer.moments import moment, pictured
from drivers.errors import FrameError, Refused
from drivers.profile.kinds import size_of
from drivers.profile.layout import Between, Clear, FieldForm, In, Is, Near, Record, Rule, Slots
from drivers.profile.measure import real, scaled
from drivers.profile.parts import size

Value = Decimal | int | str | frozenset[str] | None

NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
DIGITS = 28  # of a number that an instrument writes: those of the decimal context; a higher power is no measurement
DOUBT = "!"  # of a row: why its numbers must not be used
_CLOCKS = ("ymdhms", "bcd-ymdhms", "u16-ymdhms", "smhdm-y", "fat", "fat-2000")


@dataclass(frozen=True, slots=True)
class Row:
    """One decoded record, or one slot of it, with the bytes that carried it."""

    fields: Mapping[str, Value]
    raw: bytes

    def text(self, name: str | None) -> str | None:
        value = None if name is None else self.fields.get(name)
        return None if value is None else str(value)

    def number(self, name: str | None) -> int | None:
        """A whole number: a channel, a count. Refused when there is a fraction."""
        value = None if name is None else self.fields.get(name)
        if isinstance(value, Decimal) and value != value.to_integral_value():
            raise Refused("analyzer.refused", field=name, value=value)
        return int(value) if isinstance(value, int | Decimal) else None


def rows(body: bytes, record: Record, raw: bytes, encoding: str = "ascii") -> tuple[Row, ...]:
    """One row of a plain binary record; of a record with slots one row per filled slot. None of a skipped record."""
    fields = decoded(body, record.fields, encoding)
    if fields is None:
        return ()
    if record.lookup is None:
        obey(fields, record.require)
    if record.slots is None:
        return (Row(fields, raw),)
    parts = slots_of(body[size(record.fields) :], record.slots, fields, encoding)
    return tuple(Row({**fields, **part}, raw) for part in parts)


def decoded(body: bytes, forms: Iterable[FieldForm], encoding: str = "ascii") -> dict[str, Value] | None:
    """Fields of a binary layout; None where one of them says that it holds no result."""
    fields: dict[str, Value] = {}
    end = 0
    for form in forms:
        at = end if form.at is None else form.at
        end = at + size_of(form.type)
        if len(body) < end:
            raise FrameError("analyzer.length")
        fields[form.id] = found = value(body[at:end], form, encoding)
        if found in form.skip:
            return None
    return fields


def registers(words: bytes, first: int, forms: Iterable[FieldForm]) -> dict[str, Value]:
    """Fields of a block of Modbus registers that begins at address `first`."""
    starts = ((form, 2 * ((form.addr or 0) - first)) for form in forms)
    return {form.id: value(words[at : at + size_of(form.type)], form) for form, at in starts}


def coils(data: bytes, first: int, forms: Iterable[FieldForm]) -> dict[str, Value]:
    """Fields of a block of coils, one each, that begins at address `first`: in the lowest bit of the first byte."""
    bits = [byte >> n & 1 for byte in data for n in range(8)]
    return {form.id: value(bytes([bits[(form.addr or 0) - first]]), form) for form in forms}


def value(data: bytes, form: FieldForm, encoding: str = "ascii") -> Value:
    """The meaning of one field's bytes. FrameError: not our record at all; Refused: ours, and unusable."""
    if form.type.startswith(("text", "num")):
        return said(_text(_ordered(data, form), form, encoding), form)
    if data.hex(" ").upper() in form.missing:
        return None
    read = _read(data, form)
    _expected(read, form)
    if isinstance(read, Decimal) and read in form.missing:
        return None
    if isinstance(read, int):
        return _meant(read, form)
    return _sure(_bounded(read, form), data, form) if isinstance(read, Decimal) else _named(read, form)


def said(text: str, form: FieldForm) -> Value:
    """The meaning of a field that is text."""
    _expected(text, form)
    if text in form.missing or (not text and form.optional):
        return None
    if form.refuse is not None and text in form.refuse:
        raise Refused("analyzer.refused", field=form.id, value=form.refuse[text])
    if form.time is not None:
        return pictured(text, form.time, form.id)
    if form.type == "int" or form.type.startswith("num") or form.type == "number":
        return _counted(text, form)
    return _named(text, form)


def obey(fields: Mapping[str, Value], rules: Iterable[Rule]) -> None:
    for rule in rules:
        if isinstance(rule, Near):
            _obey_near(fields, rule)
        elif isinstance(rule, Between):
            _obey_between(fields[rule.field], rule)
        else:
            _obey_word(fields[rule.field], rule)


def decimal(number: Value) -> Decimal:
    """A field that is published as a quantity has to be a number."""
    if isinstance(number, Decimal | int):
        return Decimal(number)
    raise Refused("analyzer.refused", field="value", value=_shown(number))


def slots_of(data: bytes, slots: Slots, fields: Mapping[str, Value], encoding: str) -> list[dict[str, Value]]:
    """Fields of every slot that holds a result, with those of the tail."""
    first, more, tail = (size(forms) for forms in (slots.fields, slots.more, slots.tail))
    room = len(data) - tail - slots.spare
    count = _fitting(room, first + more, exact=tail > 0) if slots.count == "fit" else slots.count
    firsts = [data[n * first : (n + 1) * first] for n in range(count)]
    mores = [data[count * first + n * more : count * first + (n + 1) * more] for n in range(count)]
    told = decoded(data[count * (first + more) :], slots.tail, encoding)
    found: list[dict[str, Value]] = []
    for n in _chosen(firsts, slots, fields) if told is not None else ():
        one, other = decoded(firsts[n], slots.fields, encoding), decoded(mores[n], slots.more, encoding)
        if told is not None and one is not None and other is not None:
            slot = {**told, **one, **other, "slot": n + 1}
            found.append(slot | doubt({**fields, **slot}, slots.require))
    return found


def _fitting(room: int, each: int, *, exact: bool) -> int:
    """`exact`: what stands behind the slots begins where the last one ends."""
    if room < 0 or (exact and room % each):
        raise FrameError("analyzer.length")
    return room // each


def doubt(fields: Mapping[str, Value], rules: Iterable[Rule]) -> dict[str, Value]:
    """Why the numbers of one slot or line must not be used, where its own rules say so."""
    try:
        obey(fields, rules)
    except Refused as refused:
        return {DOUBT: f"{refused.facts['field']}:{refused.facts['value']}"}
    return {}


def _chosen(parts: list[bytes], slots: Slots, fields: Mapping[str, Value]) -> list[int]:
    """A mask that selects an empty slot while a full one is not selected contradicts the data: refused.

    So is one that selects a slot that does not exist, or that is no number.
    """
    count = len(parts)
    if slots.mask is None:
        return [n for n, part in enumerate(parts) if any(part) or not slots.skip_empty]
    mask = fields[slots.mask]
    if not isinstance(mask, int) or mask >> count:
        raise Refused("analyzer.refused", field=slots.mask, value=_shown(mask))
    bits = range(count) if slots.first == "lsb" else range(count - 1, -1, -1)
    chosen = [n for n, bit in enumerate(bits) if mask >> bit & 1]
    empty_chosen = any(not any(parts[n]) for n in chosen)
    if empty_chosen and any(any(part) for n, part in enumerate(parts) if n not in chosen):
        raise Refused("analyzer.refused", field=slots.mask, value=f"{mask:02X}")
    return chosen


def _read(data: bytes, form: FieldForm) -> int | str | Decimal:
    if form.type.startswith("hex"):
        return data.hex(" ").upper()
    if form.type in _CLOCKS:
        return moment(data, form.type, form.id)
    if form.type.endswith("milli128"):
        return _milli128(data, form)
    if form.type.startswith("f") and form.type[1:3] in ("32", "64"):
        return _float(data, form)
    number = _integer(_ordered(data, form), form.type)
    return number if form.bits is None else number >> form.bits[0] & (1 << form.bits[1]) - 1


def _integer(data: bytes, kind: str) -> int:
    number = int.from_bytes(data, "big", signed=kind.startswith("s") and not kind.startswith("sm"))
    top = 1 << (8 * len(data) - 1)
    return -(number - top) if kind.startswith("sm") and number & top else number


def _ordered(data: bytes, form: FieldForm) -> bytes:
    """Most significant byte first; `order` swaps the bytes of each 16-bit word, the words, or both."""
    if form.type.endswith("le") or form.order == "DCBA":
        return data[::-1]
    if form.order in ("BADC", "CDAB"):
        words = _words(data)
        return b"".join(word[::-1] for word in words) if form.order == "BADC" else b"".join(reversed(words))
    return data


def _float(data: bytes, form: FieldForm) -> Decimal:
    number = real(_ordered(data, form))
    if number is None:
        raise Refused("analyzer.refused", field=form.id, value=data.hex(" ").upper())
    return number


def _sure(number: Decimal, data: bytes, form: FieldForm) -> Decimal:
    """A float whose words would make sense the other way round too does not show its order: refused."""
    other = real(b"".join(_words(_ordered(data, form))[::-1])) if form.sure else None
    if other is not None and other != number and _within(other, form):
        raise Refused("analyzer.refused", field=form.id, value=f"{data.hex(' ').upper()} {form.order}")
    return number


def _words(data: bytes) -> list[bytes]:
    return [data[n : n + 2] for n in range(0, len(data), 2)]


def _milli128(data: bytes, form: FieldForm) -> Decimal:
    high, low = data[-2:]
    if high > 127 or low > 127 or high * 128 + low > 999:
        raise Refused("analyzer.refused", field=form.id, value=data.hex(" ").upper())
    return int.from_bytes(data[:-2], "big") + Decimal(high * 128 + low).scaleb(-3)


def _text(data: bytes, form: FieldForm, encoding: str) -> str:
    try:
        text = data.split(b"\0")[0].decode(encoding).strip()
    except UnicodeDecodeError as wrong:
        raise FrameError("analyzer.encoding", field=form.id, value=data.hex(" ").upper()) from wrong
    text = text[1:] if text[:1] and text[0] in form.stray else text
    return text if form.chars is None else text[form.chars[0] :][: form.chars[1]]


def _expected(read: int | str | Decimal, form: FieldForm) -> None:
    if form.equals is not None and read != form.equals:
        raise FrameError("analyzer.answer", field=form.id, value=_shown(read))


def _counted(text: str, form: FieldForm) -> Value:
    whole = form.type == "int"
    number = _number(text) if re.fullmatch(r"[+-]?[0-9]+" if whole else NUMBER, text) else None
    if number is None:
        raise Refused("analyzer.refused", field=form.id, value=text[:40])
    if whole:
        return _meant(int(number), form)
    return None if number in form.missing else _bounded(number * (form.scale or 1), form)


def _number(text: str) -> Decimal | None:
    """None of one with more digits or a higher power than anybody measures: it could not be computed with exactly."""
    power = text.lower().partition("e")[2]
    if len(text) > DIGITS or len(power) > len("-000"):
        return None
    number = Decimal(text)
    return Decimal(format(number, "f")) if abs(number.adjusted()) < DIGITS else None


def _meant(number: int, form: FieldForm) -> Value:
    if number in form.missing:
        return None
    if form.enum is not None:
        return _named(str(number), form)
    if form.flags is not None:
        return frozenset(name for bit, name in form.flags.items() if number >> bit & 1)
    bounded = _bounded(scaled(number, form.scale), form)
    return number if form.scale is None else bounded


def _named(text: str, form: FieldForm) -> str:
    if form.enum is None:
        return text
    if text not in form.enum:
        raise Refused("analyzer.refused", field=form.id, value=text[:40])
    return form.enum[text]


def _bounded(number: Decimal, form: FieldForm) -> Decimal:
    if not _within(number, form):
        raise Refused("analyzer.refused", field=form.id, value=str(number))
    return number


def _within(number: Decimal, form: FieldForm) -> bool:
    return (form.min is None or number >= form.min) and (form.max is None or number <= form.max)


def _obey_near(fields: Mapping[str, Value], rule: Near) -> None:
    one, other = (fields[name] for name in rule.near)
    numbers = isinstance(one, Decimal | int) and isinstance(other, Decimal | int)
    if not numbers or abs(decimal(one) - decimal(other)) > rule.within:
        raise Refused("analyzer.refused", field=rule.reason, value=f"{one} / {other}")


def _obey_between(found: Value, rule: Between) -> None:
    if not isinstance(found, Decimal | int) or not rule.between[0] <= found <= rule.between[1]:
        raise Refused("analyzer.refused", field=rule.field, value=_shown(found))


def _obey_word(found: Value, rule: Is | In | Clear) -> None:
    if isinstance(rule, Clear):
        up = sorted(found & set(rule.clear)) if isinstance(found, frozenset) else [_shown(found)]
        if up:
            raise Refused("analyzer.refused", field=rule.field, value="+".join(up))
    elif _shown(found) not in (rule.words if isinstance(rule, In) else (rule.word,)):
        raise Refused("analyzer.refused", field=rule.field, value=_shown(found))


def _shown(found: Value) -> str:
    return "+".join(sorted(found)) if isinstance(found, frozenset) else str(found)
