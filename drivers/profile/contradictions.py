"""Parts of a profile that do not fit each other. Pure; each is a code of `problem.profile.*`, a path and facts."""

from collections.abc import Iterator

from drivers.profile.exchange import Ask, Each, Exchange, Hear, Pages, Pdu, Registers, Step, Write
from drivers.profile.form import Profile
from drivers.profile.kinds import SAID, SENT, Part, size_of, text_parts
from drivers.profile.layout import FieldForm, Grid, Pattern, Record, Slip
from drivers.profile.link import Astm, Fixed, Framed, Line
from drivers.profile.parts import all_fields
from drivers.profile.patterns import uncertain
from drivers.profile.sent import literal, sent_parts

Fault = tuple[str, str, dict[str, object]]
FIRST = {"0": "coil", "1": "discrete", "3": "input", "4": "holding"}


def contradictions(profile: Profile) -> Iterator[Fault]:
    yield from _link(profile)
    yield from _runs(profile)
    for name, exchange in profile.exchange.items():
        yield from ((code, f"exchange.{name}.{at}", facts) for code, at, facts in _exchange(profile, exchange))
    for name, record in profile.record.items():
        yield from ((code, f"record.{name}.{at}", facts) for code, at, facts in _record(record))


def _link(profile: Profile) -> Iterator[Fault]:
    link, modbus = profile.link, profile.link.kind.startswith("modbus")
    if modbus != (link.unit is not None) or modbus == (profile.frame is not None):
        yield "profile.kind", at("link", "kind"), {"kind": link.kind}
    if (link.kind in ("serial", "modbus-rtu")) != (link.baud is not None):
        yield "profile.baud", at("link", "baud"), {"kind": link.kind}
    if isinstance(profile.frame, Framed) and (profile.frame.head or 99) < _length_end(profile.frame):
        yield "profile.head", "frame.head", {}
    if profile.session.bye and not (isinstance(profile.frame, Line) and profile.frame.start):
        yield "profile.kind", "session.bye", {"kind": profile.frame.kind if profile.frame else "-"}
    for name in ("start", "end") if isinstance(profile.frame, Line) else ():
        if not _encodes(getattr(profile.frame, name), "latin-1"):
            yield _wrong(f"frame.{name}", getattr(profile.frame, name), "latin-1")
    if isinstance(profile.frame, Astm) and link.initiative != "device":
        yield "profile.initiative", at("link", "initiative"), {}


def _length_end(frame: Framed) -> int:
    return frame.length.at + size_of(frame.length.type)


def _runs(profile: Profile) -> Iterator[Fault]:
    run, identify = profile.run, profile.identify
    if (run.exchange is None) == (run.sequence is None):
        yield "profile.run", "run", {}
    if identify is None and profile.link.initiative == "host":
        yield "profile.unidentified", "identify", {}
    if identify is not None and (identify.weak == bool(identify.accept) or (identify.safe and not identify.exchange)):
        yield "profile.weak", "identify.weak", {}
    if identify is not None and identify.silence and (identify.safe or not identify.weak or not identify.exchange):
        yield "profile.weak", "identify.silence", {}
    if profile.device.integrity == "none":
        for name in _measuring(profile):
            if name not in profile.confirm and not isinstance(profile.exchange[name], Hear):
                yield "profile.unconfirmed", f"confirm.{name}", {}


def _measuring(profile: Profile) -> list[str]:
    """The exchanges whose numbers are published."""
    if profile.run.exchange is not None:
        return [profile.run.exchange]
    sequence = profile.sequence.get(profile.run.sequence or "")
    return [step.run for step in sequence.steps if isinstance(step, Step) and step.into] if sequence else []


def _exchange(profile: Profile, exchange: Exchange) -> Iterator[Fault]:
    if isinstance(exchange, Registers | Write | Pdu) != profile.link.kind.startswith("modbus"):
        yield "profile.kind", "", {"kind": profile.link.kind}
        return
    yield from _sent(profile, exchange)
    if isinstance(exchange, Registers):
        yield from _registers(exchange)
    if isinstance(exchange, Write) and not _numbered(exchange.write.doc, exchange.write.table, exchange.write.addr):
        yield "profile.number", "write.doc", {}
    if isinstance(exchange, Pages):
        yield from _pages(profile, exchange)
    if isinstance(exchange, Ask):
        yield from _ask(profile, exchange)


def at(*steps: str) -> str:
    return ".".join(steps)


def _sent(profile: Profile, exchange: Exchange) -> Iterator[Fault]:
    if isinstance(exchange, Ask) and not _encodes(exchange.say, profile.link.encoding):
        yield _wrong("say", exchange.say, profile.link.encoding)
    known = (*SENT, *SAID)
    for part in sent_parts(exchange):
        if part.name and part.kind not in known:
            yield "profile.sent", "send", {"name": part.kind, "known": ", ".join(known)}
    for said in literal(profile, exchange):
        if any(bad.startswith(said[: len(bad)]) and said for bad in profile.link.forbid):
            yield "profile.forbidden", "send", {}


def _pages(profile: Profile, exchange: Pages) -> Iterator[Fault]:
    if any(len(mark) != len(exchange.head) for mark in exchange.end):
        yield "profile.marks", "end", {}
    if not isinstance(profile.frame, Fixed):
        yield "profile.kind", "next", {"kind": profile.frame.kind if profile.frame else "-"}


def _ask(profile: Profile, exchange: Ask) -> Iterator[Fault]:
    if bool(exchange.send) == bool(exchange.say):
        yield "profile.said", "send", {}
    if (exchange.until == "end") != bool(exchange.end):
        yield "profile.end", "until", {}
    record = profile.record.get(exchange.reply[1:])
    if exchange.until == "count" and not (record and record.sequence and record.sequence.total):
        yield "profile.counted", "until", {}
    if exchange.head and not isinstance(profile.frame, Fixed):
        yield "profile.kind", "head", {"kind": profile.frame.kind if profile.frame else "-"}
    each = exchange.each
    if each is not None and (not _bounded(each) or (each.stamp is not None and each.over != "day")):
        yield "profile.each", "each", {}


def _bounded(each: Each) -> bool:
    bounds = (each.first is not None, (each.last is None) != (each.end is None))
    return all(bounds) if each.over == "number" else not any(bounds) and (each.over == "page") == bool(each.full)


def _registers(exchange: Registers) -> Iterator[Fault]:
    read = exchange.read
    if not _numbered(read.doc, read.table, read.addr):
        yield "profile.number", "read.doc", {}
    if bool(read.count) != bool(exchange.fields):
        yield "profile.counted", "read.count", {}
    for form in exchange.fields:
        yield from _field(form)
        first = -1 if form.addr is None else form.addr
        words = 1 if read.table in ("coil", "discrete") else max(1, (size_of(form.type) + 1) // 2)
        if not read.addr <= first <= first + words - 1 < read.addr + read.count:
            yield "profile.outside", f"fields.{form.id}", {}
        if read.table in ("coil", "discrete") and form.type != "u8":
            yield "profile.word", f"fields.{form.id}", {"name": form.type, "nearest": "u8"}


def _numbered(doc: str, table: str, addr: int) -> bool:
    """Does the manual's number mean this address? 30001 is input register 0."""
    if doc.startswith("0x"):
        return int(doc, 16) == addr
    if doc.startswith("wire "):
        return int(doc[5:]) == addr
    return FIRST[doc[0]] == table and int(doc[1:]) == addr + 1


def _field(form: FieldForm) -> Iterator[Fault]:
    """Bits that its bytes do not have are never set: nothing would be noticed."""
    size = 8 * size_of(form.type)
    last = max((*(form.flags or {}), sum(form.bits or (0, 0)) - 1))
    if size and last >= size:
        yield _wrong(f"fields.{form.id}", str(last), form.type)


def _wrong(path: str, value: str, detail: str) -> Fault:
    return "profile.value", path, {"value": value, "detail": detail}


def _encodes(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _record(record: Record) -> Iterator[Fault]:
    yield from uncertain(record)
    for form in all_fields(record):
        yield from _field(form)
    if not record.fields and (record.slots is None or record.text is not None):
        yield "profile.missing", "fields", {}
    if record.slots is not None and record.slots.running and record.slots.count == "fit":
        yield "profile.slots", "slots.running", {}
    if record.text is not None:
        if record.slots is not None:
            yield "profile.slots", "slots", {}
        if isinstance(record.text, Grid) and (record.text.by is None) == (record.text.width is None):
            yield "profile.cells", "text", {}
        named = {part.name for part in _pictures(record) if part.name}
        for name in sorted(named - {form.id for form in record.fields}):
            yield "profile.unfielded", "text", {"name": name}
        return
    for form in all_fields(record):
        if not size_of(form.type):
            yield "profile.unsized", f"fields.{form.id}", {"name": form.type}


def _pictures(record: Record) -> Iterator[Part]:
    layout = record.text
    texts: tuple[str, ...] = (layout.text,) if isinstance(layout, Pattern) else ()
    texts = (*layout.lines, layout.row or "") if isinstance(layout, Slip) else texts
    texts = layout.lines if isinstance(layout, Grid) else texts
    for text in texts:
        yield from text_parts(text)
