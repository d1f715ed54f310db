"""What the county knows that a note asks about: a paper, a case, a sample code, tasks. One moment of the database."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from types import TracebackType
from typing import Self

from kiosk.pack import Packs
from kiosk.rules.certify.incoming import Paper, Seen
from kiosk.rules.messages import Test, Voided
from kiosk.rules.oversight.gate_facts import REVOKED, Acceptances, Known, Seal
from kiosk.trust import Broken, Trust
from ui.county.accounts.scope import WHOLE, Scope
from ui.county.migration import open_reader
from ui.county.ordered import Ordered
from ui.county.reader import Reader
from ui.county.sheet import body_of
from ui.county.sql import Row, Sql, Where
from ui.county.trace import Gone, Standing, Traced, TracedPaper, Unknown, Unreadable, Void, by_code, by_number

ON_PAPER = "on paper"  # what a code leaves to the printed words, whose digest it seals
MOST_LOADS = 500  # of one paper: more than that is over any quantity
MOST_CASES = 30
MOST_TASKS = 50
MOST_TYPED = 30
MOST_FOUND = 8
LAST = chr(0x10FFFF)  # behind every key that begins so
MOST_KEYS = 40  # of the producers' index: one producer has several that begin alike
MOST_SOUGHT = 40  # letters
CASES = """select case_file.log, case_file.seq, case_file.time, test.subject_name, test.product from case_file
  join test on test.log = case_file.log and test.seq = case_file.seq
  where case_file.rank < '1' and {within} order by case_file.rank limit ?"""  # those that are not closed
SUBJECTS = """select distinct subject.id, subject.name, subject.region, subject.origin
  from (select subject from subject_key where key >= ? and key < ? order by key limit ?) as found
  join subject on subject.id = found.subject
  where subject.state in ('listed', 'proposed') and {within} order by subject.name, subject.id limit ?"""


@dataclass(frozen=True, slots=True)
class Told:
    """A paper as the county knows it. `seen` None: nobody knows the number, or the code is of no station of ours."""

    number: str
    seen: Seen | None
    known: Known


class Books(AbstractContextManager["Books"]):
    """Used by one thread, closed after one page; opens what a question needs.

    Lists hold what lies in `scope`; a paper is looked up county-wide.
    """

    def __init__(
        self, where: Where, packs: Packs, trust: Callable[[], Trust], ordered: Ordered, scope: Scope = WHOLE
    ) -> None:
        self.packs = packs
        self._where = where
        self._trust = trust
        self._ordered = ordered
        self._scope = scope
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        self._opened.close()

    @cached_property
    def _whole(self) -> Reader:
        return self._opened.enter_context(Reader(self._where))

    @cached_property
    def _mine(self) -> Reader:
        return self._whole if self._scope.is_whole else self._opened.enter_context(Reader(self._where, self._scope))

    @cached_property
    def _sql(self) -> Sql:
        return self._opened.enter_context(closing(open_reader(self._where)))

    def paper(self, text: str) -> Told:
        """Behind the text of a code, or a number that somebody typed: a copied number is caught by its quantity."""
        code = _code_in(text)
        try:
            found = self._by_code(code) if code else self._by_number(_number_in(text))
        except Unreadable:
            return Told(text[:MOST_TYPED], None, Known())
        except Unknown as wrong:
            seal = Seal.BROKEN if isinstance(wrong.__cause__, Broken) else Seal.KEY_UNKNOWN
            return Told(text[:MOST_TYPED], None, Known(seal=seal) if code else Known())
        if found is None:
            return Told(text[:MOST_TYPED], None, Known())
        return Told(found.code.number, self._seen(found), self._known(found))

    def case(self, log: str, seq: int) -> Test | None:
        """The first test of a case that lies in scope."""
        kept = self._mine.entry(log, seq)
        body = None if kept is None else body_of(kept)
        return body if isinstance(body, Test) else None

    def cases(self) -> list[Row]:
        """Open ones, the most urgent first: log, seq, time, subject_name, product."""
        within, stations = self._scope.where("case_file.station")
        rows: list[Row] = self._sql.execute(CASES.format(within=within), (*stations, MOST_CASES)).fetchall()
        return rows

    def tasks(self, today: str) -> list[Row]:
        """What is to be done, the most urgent first: task, what, title, until."""
        within, stations = self._scope.where("stream")
        rows: list[Row] = self._sql.execute(
            "select task, what, title, until from field_task where withdrawn = 0 and until >= ?"  # noqa: S608  marks
            f" and (stream = 'all' or {within}) order by until, task limit ?",
            (today, *stations, MOST_TASKS),
        ).fetchall()
        return rows

    def subjects(self, sought: str) -> list[Row]:
        """Producers whose name, its pinyin or initials, code or telephone has this in it: id, name, region, origin."""
        key = "".join(sought.split()).lower()[:MOST_SOUGHT]
        if not key:
            return []
        within, values = self._near()
        rows: list[Row] = self._sql.execute(
            SUBJECTS.format(within=within), (key, f"{key}{LAST}", MOST_KEYS, *values, MOST_FOUND)
        ).fetchall()
        return rows

    def has_sample(self, code: str) -> bool:
        return self._sql.execute("select 1 from field_note where sample_code = ?", (code,)).fetchone() is not None

    def _near(self) -> tuple[str, tuple[str, ...]]:
        """A producer is somebody's whose towns he lives in, or whose stations saw him."""
        if self._scope.is_whole:
            return "1 = 1", ()
        within, stations = self._scope.where("subject_seen.station")
        seen = f"subject.id in (select subject from subject_seen where {within})"  # noqa: S608  our own words
        parts = ["subject.region like ?"] * len(self._scope.regions)
        return f"({' or '.join((*parts, seen))})", (*(f"{one}%" for one in self._scope.regions), *stations)

    def _by_code(self, code: str) -> Traced:
        return by_code(code, self._whole, self._trust(), self._ordered.heard())

    def _by_number(self, number: str) -> Traced | None:
        """None of a paper that is no certificate, and of one that retention took."""
        try:
            found = by_number(number, self._whole, self._trust(), self._ordered.heard())
        except Gone:
            return None
        return None if isinstance(found, TracedPaper) else found

    def _seen(self, found: Traced) -> Seen:
        code = found.code
        return Seen(
            paper=Paper.OURS,
            product=self._product(found.product),
            quantity=code.quantity,
            unit=code.unit,
            issuer=found.subject,
            contact=ON_PAPER,
            origin=found.origin,
            issued_on=code.date.isoformat(),
            number=code.number,
            style=code.style,
            promise=True,
            basis=bool(code.basis),
            verified=found.standing not in (Standing.UNTOLD, Standing.DIFFERS),
        )

    def _known(self, found: Traced) -> Known:
        seal = Seal.KEY_UNKNOWN if found.standing is Standing.UNTOLD else Seal.NONE
        return Known(seal=seal, void=self._void(found), before=self._before(found.code.number, found.code.unit))

    def _void(self, found: Traced) -> str:
        """Why it is void, as its station said; empty where it counts."""
        if found.void is not Void.STATION:
            return REVOKED if found.void is Void.COUNTY else ""
        rows = [row for row in self._whole.papers(found.code.number, Voided.kind) if row["station"] == found.station]
        kept = self._whole.entry(rows[-1]["log"], rows[-1]["seq"]) if rows else None
        body = None if kept is None else body_of(kept)
        return str(body.reason) if isinstance(body, Voided) else Void.STATION.value

    def _before(self, number: str, unit: str) -> Acceptances:
        """What came in on this paper at any gate of the county."""
        rows = self._sql.execute(
            "select quantity, unit from gate_paper where number = ? order by time limit ?", (number, MOST_LOADS)
        ).fetchall()
        counted = [_decimal(row["quantity"]) for row in rows if row["unit"] == unit]
        return Acceptances(len(rows), sum(counted, Decimal(0)), len(rows) - len(counted))

    def _product(self, name: str) -> str:
        """Its id, where our list has a product of this name."""
        return next((one.id for one in self.packs.products.values() if name in one.names.values()), name)


def _code_in(text: str) -> str:
    """The base32 part of a scanned `HTTPS://<county>/C/<base32>`; empty for anything else."""
    parts = text.strip().split("/")
    return parts[-1] if len(parts) > 2 and parts[-2] in ("C", "c") else ""


def _number_in(text: str) -> str:
    """As it was typed, or the last part of a scanned `HTTPS://<county>/N/<number>`."""
    return text.strip().rpartition("/")[2]


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)
