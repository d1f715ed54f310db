"""入市追溯凭证: says where goods come from and where they go. It promises nothing and is no certificate."""

from collections.abc import Iterable

from kiosk.contract import Header
from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Coded, Field, Fields, Notes
from kiosk.rules.certify.papers import Line, lines
from kiosk.rules.messages import Voucher
from kiosk.rules.personal.typed import masked
from kiosk.rules.scan.numbers import parse_number, shown
from kiosk.slips.desk import Desk

WIDE = (Line.SUBJECT, Line.ORIGIN, Line.TO)


def face(paper: Voucher, header: Header, desk: Desk, marks: Iterable[str] = ()) -> SlipFace:
    """`marks` belong to a copy (补打 1). The code is the entry's own, else the short link of its number."""
    say = desk.words.say
    amount = desk.amount(paper.quantity_typed, paper.quantity, paper.unit)
    told = lines(paper, desk.product(paper.product), amount, desk.day(paper.date))
    rows = tuple(Field(say(f"papers.line.{line}"), _shown(line, value), line in WIDE) for line, value in told)
    code, number = paper.code or desk.link(paper.number), numbered(paper.number)
    proof = Coded(code, desk.say("voucher.number"), number, desk.say("voucher.hint")) if code else None
    bare = None if code else desk.fields(("number", number))
    notes = Notes((desk.say("voucher.promise"),))
    return desk.face(say("papers.voucher"), Fields(rows), bare, proof, notes, header=header, marks=marks)


def _shown(line: Line, value: str) -> str:
    if line is Line.CERTIFICATE:
        return numbered(value)
    return value if line is Line.TRACE_CODE else masked(value)


def numbered(number: str) -> str:
    """In the groups that can be read out, where it is a number of ours."""
    return number if parse_number(number) is None else shown(number)
