"""Certification marks: an open dated list. Printed only when verified for this subject and product, and in date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.rules.ruling import Ruling, warn

CERTIFICATE = "qualified"  # 达标合格: one of today's 三品一标, shown by the certificate itself, never as a mark


@dataclass(frozen=True, slots=True)
class Mark:
    """`legacy`: recognised in old records, never printed. Days are None where no source gives them."""

    id: str
    names: dict[str, str]  # language -> name
    legacy: bool
    begun: date | None
    ended: date | None
    mark: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a collective word (三品一标) means to whom; the same word has two meanings."""

    id: str
    names: dict[str, str]
    members: tuple[str, ...]  # ids of marks
    mark: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Marks:
    marks: Mapping[str, Mark]
    meanings: Mapping[str, Meaning]


@dataclass(frozen=True, slots=True)
class Granted:
    """A mark that the county verified for one product of a subject. `product` or `through` may be unknown."""

    mark: str
    product: str
    through: date | None
    number: str = ""


def granted(text: str) -> Granted:
    """How a subject's file has it: `green/tomato/2027-06-30/LB-1234`, of which only the mark must be there."""
    mark, product, through, number = (*text.split("/", 3), "", "", "")[:4]
    return Granted(mark, product, _day(through), number)


def printable(subject_marks: Sequence[str], product: str, today: date, known: Marks) -> tuple[str, ...]:
    """Ids of the marks that may stand on a paper for this product today."""
    grants = [granted(text) for text in subject_marks]
    return tuple(dict.fromkeys(one.mark for one in grants if why_not(one, product, today, known) is None))


def unprinted(subject_marks: Sequence[str], product: str, today: date, known: Marks) -> tuple[Ruling, ...]:
    """A reminder for every mark of this product that stays off the paper; those of other products are no matter."""
    grants = [granted(text) for text in subject_marks]
    concern = [one for one in grants if one.product in ("", product)]
    told = (why_not(one, product, today, known) for one in concern)
    return tuple(ruling for ruling in told if ruling is not None)


def why_not(grant: Granted, product: str, today: date, known: Marks) -> Ruling | None:
    """None when the mark may be printed."""
    mark = known.marks.get(grant.mark)
    if mark is None:
        return warn("marks/unknown", "marks.unknown", mark=grant.mark)
    return _not_a_mark(mark, today) or _not_granted(grant, product, today)


def counted(meaning: Meaning, subject_marks: Sequence[str]) -> tuple[str, ...]:
    """Which of a subject's marks count under a collective word: a report names the meaning that it counts by."""
    held = {granted(text).mark for text in subject_marks}
    return tuple(member for member in meaning.members if member in held)


def _not_a_mark(mark: Mark, today: date) -> Ruling | None:
    if mark.id == CERTIFICATE:
        return warn("marks/certificate", "marks.certificate")
    if mark.legacy or (mark.ended is not None and today > mark.ended):
        return warn("marks/legacy", "marks.legacy", mark=mark.id)
    if mark.begun is not None and today < mark.begun:
        return warn("marks/not_begun", "marks.not_begun", mark=mark.id, begun=mark.begun.isoformat())
    return None


def _not_granted(grant: Granted, product: str, today: date) -> Ruling | None:
    if grant.product != product:
        return warn("marks/product", "marks.product", mark=grant.mark)
    if grant.through is None:
        return warn("marks/undated", "marks.undated", mark=grant.mark)
    if today > grant.through:
        return warn("marks/expired", "marks.expired", mark=grant.mark, through=grant.through.isoformat())
    return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
