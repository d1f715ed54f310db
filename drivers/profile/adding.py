"""Do lengths add up: fields beside each other, messages within their frame. Pure; yields what contradictions do."""

from collections.abc import Iterator
from itertools import pairwise

from drivers.profile.contradictions import Fault
from drivers.profile.exchange import Registers
from drivers.profile.form import Profile
from drivers.profile.kinds import size_of
from drivers.profile.layout import FieldForm
from drivers.profile.link import Framed, Length, Silence
from drivers.profile.parts import Spoken, length_of, record_of

CAPACITY = {"u8": 0xFF, "u16le": 0xFFFF, "u16be": 0xFFFF}


def mislaid(profile: Profile) -> Iterator[Fault]:
    for name, exchange in profile.exchange.items():
        if isinstance(exchange, Registers):
            yield from _overlapping(f"exchange.{name}.fields", exchange)
        elif isinstance(exchange, Spoken):
            yield from _too_long(profile, name, exchange)


def _overlapping(path: str, exchange: Registers) -> Iterator[Fault]:
    """Two fields of one register, neither of which takes only some of its bits: one address is wrong."""
    all_of_it = (form for form in exchange.fields if form.bits is None and form.chars is None)
    whole = sorted(all_of_it, key=lambda form: form.addr or 0)
    words = exchange.read.table in ("input", "holding")
    for one, other in pairwise(whole):
        end = (one.addr or 0) + (_words(one) if words else 1)
        if (other.addr or 0) < end:
            yield "profile.twice_read", f"{path}.{other.id}", {"value": other.addr, "other": one.id}


def _words(form: FieldForm) -> int:
    return max(1, (size_of(form.type) + 1) // 2)


def _too_long(profile: Profile, name: str, exchange: Spoken) -> Iterator[Fault]:
    record, frame = record_of(profile, exchange), profile.frame
    size = length_of(record) if record is not None and record.text is None else None
    if size is None:
        return
    if isinstance(frame, Framed):
        check = sum(check.width // 8 for check in frame.checks if check.at < 0)
        whole = len(frame.heard) + size + check + len(frame.end)
        if whole > min(frame.max, _most(frame.length)):
            yield "profile.too_long", "frame.max", {"value": frame.max, "name": name, "size": whole}
    if isinstance(frame, Silence) and size > frame.max:
        yield "profile.too_long", "frame.max", {"value": frame.max, "name": name, "size": size}


def _most(length: Length) -> int:
    return CAPACITY[length.type] + (0 if length.counts == "frame" else 1 << 16)
