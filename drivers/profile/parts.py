"""Parts of a profile that follow from others: the record of an answer, its length, its fields."""

from drivers.profile.exchange import Ask, Exchange, Hear, Pages, Pdu, Registers
from drivers.profile.form import Profile
from drivers.profile.kinds import byte_parts, size_of, text_parts
from drivers.profile.layout import FieldForm, Pattern, Record
from drivers.profile.link import Astm, Line

Spoken = Ask | Pages | Hear | Pdu


def is_text(profile: Profile) -> bool:
    """Are answers text? Then a pattern is one of text, else one of bytes."""
    return isinstance(profile.frame, Line | Astm)


def answer_of(exchange: Spoken) -> str:
    return exchange.hear if isinstance(exchange, Hear) else exchange.reply


def record_of(profile: Profile, exchange: Spoken) -> Record | None:
    """The record an answer is made of; a pattern becomes one. None where nothing is answered."""
    answer = answer_of(exchange)
    if answer.startswith("@"):
        return profile.record[answer[1:]]
    if not answer:
        return None
    return patterned(answer, text=is_text(profile) and not isinstance(exchange, Pdu))


def patterned(pattern: str, *, text: bool) -> Record:
    """A pattern as a record. Raises ValueError for one that cannot be read."""
    if text:
        named = [part for part in text_parts(pattern) if part.name]
        fields = [FieldForm(id=part.name, type=part.kind or "text") for part in named]
        layout = Pattern(kind="pattern", text=pattern)
        return Record(text=layout, fields=tuple(fields) or (FieldForm(id="_said", optional=True),))
    return Record(fields=byte_fields(pattern))


def byte_fields(pattern: str) -> tuple[FieldForm, ...]:
    fields = []
    for place, part in enumerate(byte_parts(pattern)):
        constant = part.data.hex(" ").upper()
        fields.append(
            FieldForm(id=f"_c{place}", type="hex1", equals=constant)
            if part.data
            else FieldForm(id=part.name, type=part.kind)
        )
    return tuple(fields)


def head_of(exchange: Ask) -> Record | None:
    return Record(fields=byte_fields(exchange.head)) if exchange.head else None


def fields_of(profile: Profile, exchange: Exchange) -> tuple[FieldForm, ...]:
    """The fields that an answer to `exchange` brings: head, record, slots; of registers also those beside them."""
    if isinstance(exchange, Registers):
        beside = [profile.exchange[name] for name in exchange.beside]
        return tuple(form for other in (*beside, exchange) if isinstance(other, Registers) for form in other.fields)
    if not isinstance(exchange, Spoken):
        return ()
    record = record_of(profile, exchange)
    head = head_of(exchange) if isinstance(exchange, Ask) else None
    return (head.fields if head else ()) + (all_fields(record) if record else ())


def all_fields(record: Record) -> tuple[FieldForm, ...]:
    slots = record.slots
    return record.fields + (slots.fields + slots.more + slots.tail if slots else ())


def looked_up(profile: Profile, record: Record | None) -> tuple[str, ...]:
    """`exchange.field` names that a lookup adds to a row."""
    if record is None or record.lookup is None:
        return ()
    asked = record.lookup.exchange
    return tuple(f"{asked}.{form.id}" for form in fields_of(profile, profile.exchange[asked]))


def size(forms: tuple[FieldForm, ...]) -> int:
    """Bytes of a binary layout, of its first fields' places included."""
    end = most = 0
    for form in forms:
        end = (end if form.at is None else form.at) + size_of(form.type)
        most = max(most, end)
    return most


def length_of(record: Record) -> int | None:
    """Bytes of a binary record on the wire; None where the message says how long it is."""
    slots = record.slots
    if slots is None:
        return size(record.fields)
    if slots.count == "fit":
        return None
    return size(record.fields) + slots.count * (size(slots.fields) + size(slots.more)) + size(slots.tail) + slots.spare
