"""One request, then a record for each further one, until an end mark. Records have one size and no frame."""

from drivers.analyzer.answers import Answers, Rows, numbered
from drivers.analyzer.conversation import Conversation
from drivers.analyzer.messages import Message
from drivers.errors import FrameError, ProfileError, Refused
from drivers.profile.exchange import Pages
from drivers.profile.kinds import byte_parts
from drivers.profile.layout import Record
from drivers.profile.parts import length_of


class Paging:
    """One download. The mark is as long as the head, and no record begins with an end mark."""

    def __init__(self, talk: Conversation, answers: Answers, exchange: Pages, record: Record) -> None:
        self._talk = talk
        self._answers = answers
        self._exchange = exchange
        self._record = record

    def rows(self) -> Rows:
        length, exchange = length_of(self._record), self._exchange
        if length is None:
            raise ProfileError("profile.exchange", name="pages", known="")
        groups: list[Rows] = []
        mark = self._begun()
        for _ in range(exchange.limit + 1):
            if mark in exchange.end:
                self._nothing_more()
                numbered([group[0] for group in groups if group], self._record.sequence)
                return tuple(row for group in groups for row in group)
            body = mark + self._talk.exactly(length - len(mark))
            groups.append(self._answers.rows(Message(body, body), self._record))
            mark = self._next()
        raise Refused("analyzer.refused", field="limit", value=exchange.limit)

    def _begun(self) -> bytes:
        """The first mark after the head: the beginning of a record, or an end mark."""
        exchange = self._exchange
        self._talk.ask(b"".join(part.data for part in byte_parts(exchange.send)))
        mark = self._mark()
        if mark not in (exchange.head, *exchange.end):
            raise FrameError("analyzer.answer", field="head", value=mark.hex(" ").upper())
        if mark != exchange.head:
            return mark
        if not exchange.bare:
            return b""
        self._nothing_more()
        return self._next()

    def _next(self) -> bytes:
        self._talk.ask(self._exchange.next, hold=self._exchange.consumes)
        return self._mark()

    def _mark(self) -> bytes:
        mark = self._talk.exactly(len(self._exchange.head))
        self._answers.require_no(Message(mark, mark), self._exchange.fail)
        return mark

    def _nothing_more(self) -> None:
        if self._talk.settled():
            raise FrameError("analyzer.answer", field="end", value="-")
