"""What an exchange sends: templates filled with a day, two days or a number. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from drivers.errors import ProfileError
from drivers.profile.exchange import Ask, Exchange, Pages, Pdu, Registers, Write
from drivers.profile.form import Profile
from drivers.profile.kinds import SENT, Part, byte_parts, text_parts
from drivers.profile.link import Framed

Given = Mapping[str, date | int]

_FUNCTION = {
    ("coil", False): 1,
    ("discrete", False): 2,
    ("holding", False): 3,
    ("input", False): 4,
    ("coil", True): 5,
    ("holding", True): 6,
}


@dataclass(frozen=True, slots=True)
class Days:
    """First and last day of what is asked for, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ProfileError("profile.days.order", first=self.first, last=self.last)

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"

    def each(self) -> Iterator[date]:
        for number in range(self.first.toordinal(), self.last.toordinal() + 1):
            yield date.fromordinal(number)


def days_from(text: str) -> Days:
    """Of `2018-03-31..2018-04-02` or one day. Raises ProfileError."""
    first, _, last = text.partition("..")
    try:
        return Days(date.fromisoformat(first), date.fromisoformat(last or first))
    except ValueError as wrong:
        raise ProfileError("profile.days.form", text=text) from wrong


def sent_parts(exchange: Exchange) -> tuple[Part, ...]:
    if isinstance(exchange, Ask):
        return text_parts(exchange.say) if exchange.say else byte_parts(exchange.send)
    return byte_parts(exchange.send) if isinstance(exchange, Pages) else ()


def request(exchange: Ask | Pages, given: Given, encoding: str = "ascii") -> bytes:
    """The bytes to send. ProfileError when a day or number that the template names was not given."""
    if isinstance(exchange, Ask) and exchange.say:
        filled = "".join(part.data.decode() or _text(part, given) for part in text_parts(exchange.say))
        return filled.encode(encoding)
    return b"".join(part.data or _bytes(part, given) for part in byte_parts(exchange.send))


def asks_for(exchange: Exchange) -> frozenset[str]:
    """Names that have to be given: day, first, last, n."""
    return frozenset(part.name for part in sent_parts(exchange) if part.name)


def literal(profile: Profile, exchange: Exchange) -> Iterator[bytes]:
    """The constant beginnings of everything that an exchange sends, as they go onto the line."""
    unit = bytes([profile.link.unit or 0])
    for name in exchange.beside if isinstance(exchange, Registers) else ():
        yield from literal(profile, profile.exchange[name])
    if isinstance(exchange, Registers | Write):
        place = exchange.read if isinstance(exchange, Registers) else exchange.write
        unit = unit if place.unit is None else bytes([place.unit])
        yield unit + bytes([_FUNCTION[place.table, isinstance(exchange, Write)]]) + place.addr.to_bytes(2, "big")
    if isinstance(exchange, Pdu):
        yield unit + exchange.pdu
    constant = takewhile(lambda part: part.data, sent_parts(exchange))
    if begin := b"".join(part.data for part in constant):
        wrapped = isinstance(exchange, Ask) and exchange.send and isinstance(profile.frame, Framed)
        yield (profile.frame.start if wrapped and isinstance(profile.frame, Framed) else b"") + begin
    if isinstance(exchange, Pages):
        yield exchange.next


def _given(part: Part, given: Given) -> date | int:
    if part.name not in given:
        raise ProfileError("profile.days.none", name=part.name)
    return given[part.name]


def _bytes(part: Part, given: Given) -> bytes:
    value = _given(part, given)
    if isinstance(value, int):
        return value.to_bytes(SENT[part.kind], "big" if part.kind.endswith("be") else "little")
    since = 1980 if part.kind in ("fat", "fat-end") else 2000
    if not 0 <= value.year - since < 100:  # what two digits, or seven bits, hold of a year
        raise ProfileError("profile.days.form", text=value.isoformat())
    if part.kind == "ymd":
        return bytes((value.year - since, value.month, value.day))
    time = 0xFFFF if part.kind.endswith("end") else 0
    return ((value.year - since) << 25 | value.month << 21 | value.day << 16 | time).to_bytes(4, "little")


def _text(part: Part, given: Given) -> str:
    value = _given(part, given)
    if isinstance(value, int):
        return f"{value:0{part.kind[1:] or 1}d}"
    return {"iso": value.isoformat(), "yyyymmdd": f"{value:%Y%m%d}", "yymmdd": f"{value:%y%m%d}"}[part.kind]
