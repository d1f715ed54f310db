"""One exchange with an instrument → its rows. Only idempotent ones are asked again, and only after broken bytes."""

from collections.abc import Iterator
from datetime import date
from itertools import count

from drivers.analyzer import fields
from drivers.analyzer.answers import Answers, Rows, is_block, last, numbered, placed
from drivers.analyzer.conversation import Conversation
from drivers.analyzer.fields import Row, Value
from drivers.analyzer.frames import fault, wrap
from drivers.analyzer.listening import Listening
from drivers.analyzer.messages import Message, Messages
from drivers.analyzer.modbus_rows import ModbusRows
from drivers.analyzer.paging import Paging
from drivers.errors import FrameError, LinkError, ProfileError, Refused
from drivers.profile.exchange import Ask, Each, Exchange, Hear, Pages, Pdu, Registers, Write
from drivers.profile.form import Profile
from drivers.profile.layout import Record
from drivers.profile.link import Framed, Line
from drivers.profile.parts import head_of, length_of, record_of
from drivers.profile.sent import Days, Given, request

MOST = 1 << 16  # questions of one reading; more are the numbers of an instrument gone mad


class Exchanges:
    """All exchanges of one profile over one open port. `fresh` forgets what was asked in the session before."""

    def __init__(self, profile: Profile, talk: Conversation) -> None:
        self._profile = profile
        self._talk = talk
        self._asked: dict[str, Rows] = {}
        self._answers = Answers(profile, self._asked)
        self._listening = Listening(profile, talk, self._answers)
        self._registers = ModbusRows(profile, talk, self._answers, self.once)
        self._ran: dict[str, float] = {}

    def fresh(self) -> None:
        self._asked.clear()

    def greeted(self) -> None:
        """An instrument that opens the conversation is heard first."""
        self._listening.greeted()

    def rows(self, name: str, days: Days | None = None) -> Rows:
        """Everything one exchange brings; once per day, number or page where the profile says so."""
        exchange = self._profile.exchange[name]
        self._needed(exchange)
        self._ran.pop(name, None)  # a blank that fails is no blank, and the one before is gone
        each = exchange.each if isinstance(exchange, Ask) else None
        rows: list[Row] = []
        for given in self._givens(exchange, each, days):
            self._looked_up(exchange)
            found = self._again(exchange, given)
            rows += found
            if each is not None and each.full is not None and len(found) < each.full:
                break
        self._ran[name] = self._talk.now
        self._talk.pause(exchange.then_ms / 1000)
        return tuple(rows)

    def once(self, name: str, days: Days | None = None) -> Rows:
        """The same, asked at most once in this session."""
        if name not in self._asked:
            self._asked[name] = self.rows(name, days)
        return self._asked[name]

    def field(self, reference: str, days: Days | None = None) -> Value:
        """Of `@exchange.field`, from the first row of that exchange."""
        exchange, _, name = reference[1:].partition(".")
        rows = self.once(exchange, days)
        if not rows:
            raise Refused("analyzer.refused", field=name, value="-")
        return rows[0].fields[name]

    def listen(self, name: str, patience: float) -> Rows:
        """What the instrument says by itself; () when it says nothing for `patience` seconds."""
        exchange = self._profile.exchange[name]
        if not isinstance(exchange, Hear):
            raise ProfileError("profile.exchange", name=name, known="")
        return self._listening.heard(exchange, patience)

    def _needed(self, exchange: Exchange) -> None:
        for name in exchange.needs:
            age = self._talk.now - self._ran[name] if name in self._ran else None
            if age is None or age > self._profile.expires.get(name, age):
                raise Refused("analyzer.needs", field=name, value="-" if age is None else f"{age:.0f} s")

    def _givens(self, exchange: Exchange, each: Each | None, days: Days | None) -> Iterator[Given]:
        span: dict[str, date | int] = {} if days is None else {"first": days.first, "last": days.last}
        if each is None:
            yield span
        elif each.over == "day":
            if days is None:
                raise ProfileError("profile.days.none", name="day")
            yield from ({**span, "day": day} for day in days.each())
        elif each.over == "page":
            yield from ({**span, "n": n} for n in range(exchange.limit if isinstance(exchange, Ask) else 1))
        else:
            yield from ({**span, "n": n} for n in self._numbers(each, days))

    def _numbers(self, each: Each, days: Days | None) -> range:
        first = _counted(self.field(each.first or "", days))
        stop = _counted(self.field(each.end, days)) if each.end else _counted(self.field(each.last or "", days)) + 1
        if first < 0 or stop - first > MOST:
            raise Refused("analyzer.refused", field=each.first, value=f"{first}..{stop}")
        return range(first, stop)

    def _again(self, exchange: Exchange, given: Given) -> Rows:
        left = self._profile.link.retries if exchange.idempotent else 0
        while True:
            try:
                return self._once(exchange, given)
            except (FrameError, LinkError) as problem:
                self._talk.distrust()
                if not left or problem.code.startswith("link."):
                    raise
                left -= 1

    def _once(self, exchange: Exchange, given: Given) -> Rows:
        if isinstance(exchange, Registers | Write | Pdu):
            return self._registers.rows(exchange)
        if isinstance(exchange, Pages):
            return self._pages(exchange)
        if isinstance(exchange, Hear):
            return self._listening.heard(exchange, self._profile.link.reply_ms / 1000)
        if isinstance(exchange, Ask):
            return self._ask(exchange, given)
        raise ProfileError("profile.exchange", name=type(exchange).__name__, known="")

    def _pages(self, exchange: Pages) -> Rows:
        record = record_of(self._profile, exchange)
        return () if record is None else Paging(self._talk, self._answers, exchange, record).rows()

    def _ask(self, exchange: Ask, given: Given) -> Rows:
        """The number of records is asked for first, where another exchange tells it."""
        record, frame = record_of(self._profile, exchange), self._profile.frame
        expected = self._told_before(exchange, given)
        if expected == 0:
            return ()
        self._talk.ask(self._framed(request(exchange, given, self._profile.link.encoding)), hold=exchange.consumes)
        self._listening.taken()
        if record is None or frame is None:
            return ()
        head = self._head(exchange)
        if exchange.count in head:
            expected = _allowed(head[exchange.count or ""], exchange)
        messages = Messages(self._talk, frame, length_of(record))
        if expected == 0:
            messages.ended()
            return ()
        heard = self._gathered(exchange, record, messages, expected)
        _require_day(heard, exchange.each, given)
        return tuple(Row({**head, **row.fields}, row.raw) for row in heard)

    def _framed(self, body: bytes) -> bytes:
        frame = self._profile.frame
        if isinstance(frame, Framed) or (isinstance(frame, Line) and frame.wrap):
            return wrap(body, frame)
        return body

    def _head(self, exchange: Ask) -> dict[str, Value]:
        record = head_of(exchange)
        if record is None:
            return {}
        data = self._talk.exactly(length_of(record) or 0)
        return dict(fields.rows(data, record, data)[0].fields)

    def _looked_up(self, exchange: Exchange) -> None:
        """The table to which records refer, and what stands beside registers, read before them."""
        for name in exchange.beside if isinstance(exchange, Registers) else ():
            self.once(name)
        record = record_of(self._profile, exchange) if isinstance(exchange, Ask) else None
        if record is not None and record.lookup is not None:
            self.once(record.lookup.exchange)

    def _told_before(self, exchange: Ask, given: Given) -> int | None:
        """How many records another exchange announces, asked for the same day or number."""
        if exchange.count is None or not exchange.count.startswith("@"):
            return None
        name, _, field = exchange.count[1:].partition(".")
        rows = self._once(self._profile.exchange[name], given)
        return _allowed(rows[0].fields[field] if rows else None, exchange)

    def _gathered(self, exchange: Ask, record: Record, messages: Messages, expected: int | None) -> list[Row]:
        """The rows of all messages of one answer, up to its end."""
        rows: list[Row] = []
        block: list[Message] = []
        for number in count(1):
            message = self._message(exchange, messages, number)
            if message is not None:
                self._listening.acknowledge()
            if message is None or self._answers.is_end(message, exchange.end):
                break
            self._answers.require_no(message, exchange.fail)
            if number > exchange.limit:
                raise Refused("analyzer.refused", field="limit", value=exchange.limit)
            if is_block(record):
                block.append(message)
            else:
                rows += placed(self._answers.rows(message, record), record, number)
            if self._complete(exchange, record, rows, number, expected):
                break
        messages.ended()
        rows += self._answers.block(block, record)
        numbered(rows, record.sequence)
        return rows

    def _message(self, exchange: Ask, messages: Messages, number: int) -> Message | None:
        """The next message; None where silence is how an answer ends."""
        if exchange.until == "silence" and number > 1:
            message = messages.another()
            if message is not None or messages.trouble is None:
                return message
            raise fault(messages.trouble)  # a broken one is no end
        return messages.next()

    def _complete(self, exchange: Ask, record: Record, rows: list[Row], number: int, expected: int | None) -> bool:
        if exchange.until is None:
            return number >= (expected or 1)
        return exchange.until == "count" and last(rows, record.sequence, exchange.limit)


def _allowed(value: Value, exchange: Ask) -> int:
    """A count within the profile's limit; where records tell themselves which is the last, only 0 means something."""
    number = _counted(value)
    if number < 0 or (number > exchange.limit and exchange.until is None):
        raise Refused("analyzer.refused", field="count", value=number)
    return number


def _require_day(rows: list[Row], each: Each | None, given: Given) -> None:
    """Records of another day are the late answer to another question."""
    if each is None or each.stamp is None:
        return
    for row in rows:
        stamp = row.text(each.stamp) or ""
        if not stamp.startswith(str(given["day"])):
            raise FrameError("analyzer.answer", field=each.stamp, value=stamp)


def _counted(value: Value) -> int:
    if not isinstance(value, int):
        raise Refused("analyzer.refused", field="count", value=str(value))
    return value
