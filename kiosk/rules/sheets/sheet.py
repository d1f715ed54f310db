"""A sheet (单子) that a person fills at the screen, one question at a time, and what becomes of it. Values only.

The questions follow from the answers given so far, so a sheet is a function, not a list. Nothing is recorded before the
last answer stands; then the sheet makes its entries or says which answer does not do.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from kiosk.rules.errors import RuleError
from kiosk.rules.messages import Device, EntryBody, Presence, Present, Staff, Subject
from kiosk.rules.quality_control.timing import Moment
from kiosk.rules.ruling import Ruling
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import CountySettings
from kiosk.rules.sheets.books import Books
from kiosk.rules.sheets.document import Document

LONGEST = 400  # characters of a text that nobody limits
NUMBER = re.compile(r"[0-9]{1,9}([.][0-9]{1,4})?")
DIGITS = re.compile(r"[0-9]+")
LETTERED = re.compile(r"[0-9A-Z-]+")
BY_HAND = frozenset({"picture", "signature", "staff", "several"})  # never one tap's to answer: proved or taken first


class Kind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"  # one of few, big buttons
    SEVERAL = "several"  # any of few
    NUMBER = "number"  # keypad with a point; with `units`, the unit beside it: two values
    DIGITS = "digits"  # keypad: a telephone, a code; `letters` allows the capital letters
    TEXT = "text"  # words by pinyin, also a pick of `choices`
    NAME = "name"  # of a person: surnames first
    DAY = "day"  # ISO date; the days before today are offered
    SUBJECT = "subject"  # a card is shown, or found by initials
    PRODUCT = "product"  # pictures, or found by initials; of `choices` where there are any
    STAFF = "staff"  # a badge is shown and its PIN keyed in
    SCAN = "scan"  # a code is held up; may be keyed in
    PICTURE = "picture"  # the camera's; up to `most`
    SIGNATURE = "signature"  # drawn with a finger
    READ = "read"  # `text` is to be read (aloud, too); the answer is that it was


class Hides(StrEnum):
    """What becomes of typed digits that are nobody's to read, before anything is stored."""

    HASH = "hash"  # a keyed hash: a PIN
    SEAL = "seal"  # sealed to the county's data key: how to reach somebody


@dataclass(frozen=True, slots=True)
class Choice:
    """`text` stands on the button, or `names`; without both the words of `sheet.<sheet>.<ask>.<value>`, or of
    `choice.<value>`.
    """

    value: str
    text: str = ""
    about: str = ""  # a smaller line below
    names: tuple[tuple[str, str], ...] = ()  # language and words, where they are data of a pack
    told: Sentence | None = None  # instead of `about`


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. Its words are `sheet.<sheet>.<id>`, its help `sheet.<sheet>.<id>.help` where there is any."""

    id: str
    kind: Kind
    choices: tuple[Choice, ...] = ()
    units: tuple[str, ...] = ()
    optional: bool = False
    most: int = 0  # characters, digits, pictures; 0: what the kind usually takes
    least: int = 1  # digits
    text: tuple[Sentence, ...] = ()  # to be read before the answer: facts, advice, a document
    first: tuple[str, ...] = ()  # what stands there already; the person may leave it
    letters: bool = False
    private: bool = False  # never durable in clear: what is kept of the answer is its masked form
    names: tuple[tuple[str, str], ...] = ()  # language and words of the question, where it is data of a pack
    words: str = ""  # whose words it is asked with, where several questions share them; empty: those of `id`
    codes: tuple[str, ...] = ()  # SCAN: kinds (kiosk.rules.scan.codes.Kind) that answer; empty: any code
    hides: Hides | None = None  # DIGITS: the answer is what is kept of them
    stamp: bool = False  # READ: the answer is the moment of the tap by all clocks of the box (`Moment.text`)
    latest: str = ""  # DAY: the last one that answers, ISO date; empty: any
    until: str = ""  # moment until which one waits here, ISO 8601; a tap before it is taken all the same

    @property
    def said(self) -> str:
        """What its words go by."""
        return self.words or self.id


@dataclass(frozen=True, slots=True)
class Answer:
    """`values` is empty where an optional question was passed over."""

    ask: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A sheet as far as it is filled. `about` is what it was opened on: the seq of an entry, a number, a task.

    `at` is the question that was gone back to; empty: the first one without an answer. A question that takes more than
    one tap keeps what was taken so far in `taken`, and letters that stand for no word yet in `letters`.
    """

    sheet: str
    about: str = ""
    answers: tuple[Answer, ...] = ()
    at: str = ""
    taken: tuple[str, ...] = ()
    letters: str = ""
    fresh: str = ""  # random, drawn when the sheet was opened: what numbers of the sheet's own are made of

    def all(self, ask: str) -> tuple[str, ...]:
        return next((one.values for one in self.answers if one.ask == ask), ())

    def one(self, ask: str) -> str:
        """Empty where nothing was answered."""
        return next(iter(self.all(ask)), "")

    def answered(self, ask: str) -> bool:
        return any(one.ask == ask for one in self.answers)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sheet may know: now, who fills it, whose turn it is, and what the record has."""

    now: datetime
    station: str
    staff: Staff | None
    subject: Subject | None
    settings: CountySettings
    books: Books
    moment: Moment  # now, by the clocks that nobody can set too: what lengths of time are taken from
    visit: str = ""
    number: str = ""  # of the certificate that this visit issued
    trusted: bool = True  # somebody vouches for the clock
    private: Mapping[str, str] = field(default_factory=dict)  # answers that are not in the draft, by question
    parts: Mapping[str, str] = field(default_factory=dict)  # devices here -> key of what is wrong with each; "" nothing
    runs: tuple[str, ...] = ()  # of the analyzers, that have not ended
    documents: Mapping[str, Document] = field(default_factory=dict)  # that can be signed here, in force today
    # id -> names, and the unit that is recorded; its unit as each language has it
    supplies: Mapping[str, tuple[Mapping[str, str], str]] = field(default_factory=dict)
    supply_units: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    presence: Presence | None = None  # how the subject proved himself
    present: Present = Present.SELF
    devices: Mapping[str, Device] = field(default_factory=dict)  # analyzers that answer, by name
    county: str = ""  # its code, with which numbers of papers begin


class Then(StrEnum):
    """Where the person goes when the sheet is done."""

    BACK = "back"  # where he opened it
    DONE = "done"  # the visit ends with a word of thanks
    SERVE = "serve"  # the subject that the sheet was about is served now (newcomer)


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the law wants to know of a seller without papers; sealed to the county's data key before it is recorded."""

    id_number: str = ""
    contact: str = ""
    residence: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """`entries` are recorded in this order; `slip` names the piece of paper about the last of them.

    `opens`: the sheet that comes next by itself, with what of it is `known` already.
    """

    entries: tuple[EntryBody, ...]
    then: Then = Then.BACK
    warned: tuple[Ruling, ...] = ()
    slip: str = ""
    said: Sentence | None = None
    particulars: Particulars | None = None  # to be sealed into the last entry
    opens: str = ""
    known: tuple[Answer, ...] = ()


class Unfit(RuleError):
    """The answer to `ask` does not do; `sentence` says why and what to do. The sheet goes back to it."""

    def __init__(self, ask: str, sentence: Sentence) -> None:
        super().__init__(sentence.key, **sentence.facts)
        self.ask = ask
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Sheet:
    """`asks` gives every question that the answers so far lead to, in order; `made` raises Unfit.

    `roles`: of staff, any of them; empty: whoever stands at the box. Words of its title: `sheet.<id>`.
    """

    id: str
    asks: Callable[[Draft, Facts], tuple[Ask, ...]]
    made: Callable[[Draft, Facts], Made]
    roles: frozenset[str] = frozenset()


def open_ask(sheet: Sheet, draft: Draft, facts: Facts) -> Ask | None:
    """The question that is to be answered now; None when every one has its answer: the summary is shown."""
    asks = sheet.asks(draft, facts)
    gone_back = next((ask for ask in asks if ask.id == draft.at), None)
    return gone_back or next((ask for ask in asks if not draft.answered(ask.id)), None)


def fits(ask: Ask, values: tuple[str, ...]) -> bool:
    """Whether a tap can have meant this; what it means for the sheet, `made` says."""
    value = values[0] if values else ""
    if not 0 < len(value) <= (ask.most or LONGEST) or not value.isprintable() or ask.kind in BY_HAND:
        return False
    if ask.units and (len(values) != 2 or values[1] not in ask.units):
        return False
    if ask.choices and ask.kind is not Kind.TEXT:
        return value in {choice.value for choice in ask.choices}
    return _formed(ask, value)


def _formed(ask: Ask, value: str) -> bool:
    match ask.kind:
        case Kind.NUMBER:
            return NUMBER.fullmatch(value) is not None
        case Kind.DIGITS:
            return len(value) >= ask.least and (LETTERED if ask.letters else DIGITS).fullmatch(value) is not None
        case Kind.DAY:
            return _is_day(value) and (not ask.latest or value <= ask.latest)
        case Kind.CHOICE:
            return False  # of nothing
    return True


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def answered(draft: Draft, ask: Ask, values: tuple[str, ...]) -> Draft:
    """Later answers stay: where a question is no longer asked, its answer is not read."""
    kept = [one for one in draft.answers if one.ask != ask.id]
    place = next((nth for nth, one in enumerate(draft.answers) if one.ask == ask.id), len(kept))
    kept.insert(place, Answer(ask.id, values))
    return replace(draft, answers=tuple(kept), at="", taken=(), letters="")


def gone_to(draft: Draft, ask: str) -> Draft:
    return replace(draft, at=ask, taken=draft.all(ask), letters="")


def before(sheet: Sheet, draft: Draft, facts: Facts) -> str:
    """Id of the question before the open one; empty at the first."""
    asks = sheet.asks(draft, facts)
    now = open_ask(sheet, draft, facts)
    place = len(asks) if now is None else [ask.id for ask in asks].index(now.id)
    return asks[place - 1].id if place else ""
