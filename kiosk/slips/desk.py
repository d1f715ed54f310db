"""What every slip of a service point needs: its words, names of goods and methods, and how an entry is cited.

Values in, words out. ID numbers are masked wherever somebody may have typed one; the record is what counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kiosk.clock import BEIJING, VOUCHED
from kiosk.contract import Header
from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Block, Boxes, Field, Fields, Marks, Notes
from kiosk.rules.errors import Unusable
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import parse, plain, told
from kiosk.rules.messages import Outcome, Test
from kiosk.rules.oversight.supervision import CODE_SHAPE
from kiosk.rules.personal.typed import masked
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import MethodPack
from kiosk.words import WordError, Words

LOG_SHOWN = 8  # characters of a log's name, enough to find it among a county's
PAGE = {"page": "{page}", "pages": "{pages}"}  # filled when the pages have been counted


@dataclass(frozen=True, slots=True)
class Desk:
    """`place` is the service point as its sign says, `host` stands in links; without one there are no links."""

    words: Words
    place: str
    host: str
    products: Mapping[str, Product]
    methods: Mapping[str, MethodPack]

    def say(self, key: str, /, **facts: object) -> str:
        return self.words.say(f"slips.{key}", **facts)

    # --- values as a person reads them ---

    def product(self, product: str) -> str:
        known = self.products.get(product)
        return product if known is None else known.names.get(self.words.language, product)

    def method(self, test: Test) -> MethodPack | None:
        """The pack that judged it; one of the same standard where an older entry does not name its pack."""
        known = self.methods.get(test.method_pack.partition("@")[0])
        return known or next((one for one in self.methods.values() if one.rule == test.method), None)

    def time(self, text: str) -> str:
        """A moment in the country's legal time; empty stays empty."""
        if not text:
            return ""
        at = datetime.fromisoformat(text).astimezone(BEIJING)
        return self.say("time", year=at.year, month=at.month, day=at.day, clock=f"{at:%H:%M}")

    def soon(self, text: str) -> str:
        """A moment of these days, without the year; empty stays empty."""
        if not text:
            return ""
        at = datetime.fromisoformat(text).astimezone(BEIJING)
        return self.say("soon", month=at.month, day=at.day, clock=f"{at:%H:%M}")

    def day(self, text: str) -> str:
        """A day, or the month that a maker printed; empty stays empty."""
        year, _, rest = text.partition("-")
        month, _, day = rest.partition("-")
        if not month:
            return text
        parts = {"year": int(year), "month": int(month)}
        return self.say("day", day=int(day), **parts) if day else self.say("month", **parts)

    def sentence(self, sentence: Sentence) -> str:
        """What an entry keeps as a key and its facts; the bare key where this software has no words for it any more."""
        try:
            return self.words.say(sentence.key, **sentence.facts)
        except WordError:
            return self.words.say("screen.unsaid", code=sentence.key)

    def amount(self, typed: str, quantity: Decimal, unit: str) -> str:
        """As it was typed, kilograms first; what cannot be read again is told as it was recorded."""
        try:
            sentence = told(parse(typed))
        except Unusable:
            return f"{plain(quantity)}{self.words.say(f'unit.{unit}')}"
        return self.words.say(sentence.key, **sentence.facts)

    def grams(self, weight: Decimal | None) -> str:
        return "" if weight is None else self.say("grams", grams=plain(weight))

    def outcome(self, outcome: Outcome) -> str:
        return self.words.say(f"outcome.{outcome}")

    def code(self, text: str) -> str:
        """A sample code as a bare code, for guns of offices and laboratories; empty where it has other characters."""
        return text if CODE_SHAPE.fullmatch(text) else ""

    def link(self, number: str) -> str:
        return f"HTTPS://{self.host.upper()}/N/{number}" if self.host else ""

    # --- parts of slips ---

    def fields(self, *rows: tuple[str, str], title: str = "", wide: Iterable[str] = ()) -> Fields:
        """Rows of label and value by their keys; what has no value is left out."""
        wide = frozenset(wide)
        kept = [Field(self.say(f"field.{key}"), masked(value), wide=key in wide) for key, value in rows if value]
        return Fields(tuple(kept), title)

    def form(self, *rows: tuple[str, str], title: str = "", wide: Iterable[str] = ()) -> Fields:
        """The same, but what is not known is written in by hand."""
        wide = frozenset(wide)
        kept = [Field(self.say(f"field.{key}"), masked(value), key in wide, write_in=True) for key, value in rows]
        return Fields(tuple(kept), title)

    def boxes(self, key: str, options: Iterable[str], ticked: Iterable[str] = ()) -> Boxes:
        ticked = frozenset(ticked)
        return Boxes(self.say(f"{key}.label"), tuple((self.say(f"{key}.{one}"), one in ticked) for one in options))

    def face(
        self, title: str, *blocks: Block | None, header: Header | None = None, marks: Iterable[str] = ()
    ) -> SlipFace:
        """A slip of this service point: marks above everything; below, all notes and the entry that it shows."""
        found = tuple(block for block in blocks if block is not None)
        marked = (*marks, *(() if header is None or header.clock in VOUCHED else (self.say("clock"),)))
        above = (Marks(marked),) if marked else ()
        notes = [line for block in found if isinstance(block, Notes) for line in block.lines]
        cited = () if header is None else self.cited(header)
        page = " ".join((self.say("page", title=title, **PAGE), *cited[:1]))
        rest = tuple(block for block in found if not isinstance(block, Notes))
        return SlipFace(title, (*above, *rest, Notes((*notes, *cited))), self.place, page)

    def cited(self, header: Header) -> tuple[str, str]:
        """Which entry it is, and when it was made."""
        entry = self.say("entry", log=header.log[:LOG_SHOWN], seq=header.seq)
        return entry, self.say("entry_time", time=self.time(header.time))
