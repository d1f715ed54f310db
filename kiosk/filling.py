"""The sheet that is being filled at the screen: taps, codes, pictures and signatures become answers, answers entries.

Every tap is durable before it is shown, so that a sheet survives a restart. Owned by the attendant's thread.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from kiosk.open_visit import OpenVisit
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.messages import EntryBody, SubjectProposed
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets import sheet as law
from kiosk.rules.sheets.sheet import Answer, Ask, Choice, Draft, Facts, Kind, Made, Particulars, Sheet, Unfit
from kiosk.rules.visits import sheet_turn
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, Visit
from kiosk.screen import SheetShown
from kiosk.sheet_draft import erased, masked_tail, names

FRESH_BYTES = 8
MOST_LETTERS = 40
MOST_TAKEN = 60
PERSON = "id_number"  # where one goes back to when what a person left cannot be sealed
ERASE, CLEAR = "erase", "clear"
MARKS = (Kind.PICTURE, Kind.SEVERAL)  # what is taken one by one, and off again
WRITTEN = (Kind.TEXT, Kind.NAME)
AWAITS = (Kind.SCAN, Kind.SUBJECT, Kind.STAFF)


class Finds(Protocol):
    """What a sheet needs of whoever can search names by letters (kiosk.finding)."""

    def found(self, ask: Ask, taken: tuple[str, ...], letters: str) -> tuple[Choice, ...]: ...


class Hands(Protocol):
    """What a sheet needs of camera, finger and code."""

    def picture(self) -> str:
        """Digest of a still that is durable; empty when the camera sees nothing."""

    def signature(self, strokes: str) -> str:
        """Digest of the drawn signature that is durable; empty when nothing was drawn."""

    def code(self, ask: Ask, data: bytes) -> str | Sentence:
        """What a code that was held up answers, or why it is no answer. Of STAFF: whose badge it is."""

    def staff(self, badge: str) -> str | Sentence:
        """Whose badge has this number."""

    def pin(self, staff: str, typed: str) -> Sentence | None:
        """What is wrong with this PIN; None: it is his."""

    def hidden(self, ask: Ask, fresh: str, typed: str) -> str | Sentence:
        """What is kept of digits that are nobody's to read. `fresh` is the draft's: the same digits twice are alike."""

    def sealed(self, entry: EntryBody, left: Particulars) -> EntryBody | Sentence:
        """The entry with what a person left in it, sealed to the county; or why it cannot be sealed."""


class Brings(Protocol):
    """What a sheet brings into the turn beside its entries: papers to be printed, papers for a basket."""

    def ready(self, made: Made) -> Made | Sentence:
        """What is to be recorded now; or why what it makes cannot be printed."""

    def brought(self, visit: Visit, made: Made, seq: int) -> Visit:
        """The visit after it; its entries begin at `seq`."""


class Filling:
    """`facts` gives what the sheets may know now; `slip` prints the piece of paper about an entry."""

    def __init__(
        self,
        open_visit: OpenVisit,
        sheets: Mapping[str, Sheet],
        facts: Callable[[Visit], Facts],
        finds: Finds,
        hands: Hands,
        slip: Callable[[str, int], None],
        brings: Brings | None = None,
    ) -> None:
        self._open = open_visit
        self._sheets = sheets
        self._told = facts
        self._private: dict[tuple[str, str], str] = {}  # visit and question -> what may be durable nowhere
        self._typing: tuple[str, tuple[str, ...], str] | None = None  # visit, taken and letters of such an answer
        self._finds = finds
        self._hands = hands
        self._slip = slip
        self._brings = brings

    def steps(self) -> dict[str, Callable[[str], None]]:
        """What a finger may ask, by the name of its button."""
        return {
            "sheet": self.open,
            "answer": self.answer,
            "letter": self.letter,
            "take": self.take,
            "take_off": self.take_off,
            "taken": lambda _: self._take_taken(),
            "picture": lambda _: self._picture(),
            "badge_number": self.badge_number,
            "staff_pin": self.staff_pin,
            "sign": self.sign,
            "skip": lambda _: self.skip(),
            "sheet_at": self.go_to,
            "sheet_back": lambda _: self.back(),
            "sheet_leave": lambda _: self._open.step(sheet_turn.sheet_left(self._open.visit)),
            "sheet_done": lambda _: self.done(),
        }

    # --- what is shown --------------------------------------------------------------------------------------------

    @property
    def shown(self) -> SheetShown | None:
        draft = self._draft()
        if draft is None or self._open.stage is not Stage.FILLING or draft.sheet not in self._sheets:
            return None
        sheet, facts = self._sheets[draft.sheet], self._facts(self._open.visit)
        at = law.open_ask(sheet, draft, facts)
        found = () if at is None else self._finds.found(at, draft.taken, draft.letters)
        asks = sheet.asks(draft, facts)
        return SheetShown(draft.sheet, draft, asks, at, found, names(asks, draft, facts))

    @property
    def wants_code(self) -> bool:
        """A code that is held up now is an answer."""
        return self._asks() in AWAITS

    @property
    def wants_badge(self) -> bool:
        return self._asks() is Kind.STAFF

    def _asks(self) -> Kind | None:
        shown = self.shown
        return None if shown is None or shown.at is None else shown.at.kind

    def _facts(self, visit: Visit) -> Facts:
        """With what was typed and may be kept nowhere; after a restart it is to be typed again."""
        self._private = {key: value for key, value in self._private.items() if key[0] == visit.id}
        return replace(self._told(visit), private={ask: value for (_, ask), value in self._private.items()})

    # --- opened and closed ----------------------------------------------------------------------------------------

    def open(self, wanted: str, known: tuple[Answer, ...] = ()) -> None:
        """`wanted`: the sheet's id, and behind a space what it is about; `known` needs not be asked. Only whose role
        it is may open it."""
        name, _, about = wanted.partition(" ")
        sheet = self._sheets.get(name)
        if sheet is None or not self._may(sheet):
            return
        self._private.clear()
        self._typing = None
        draft = Draft(name, about, known, fresh=secrets.token_hex(FRESH_BYTES))
        self._open.step(sheet_turn.sheet_opened(self._open.visit, draft))

    def done(self) -> None:
        """Every entry of the sheet, one after another; then its slip. An answer that does not do is gone back to."""
        sheet, draft = self._sheet()
        if law.open_ask(sheet, draft, self._facts(self._open.visit)) is not None or not self._may(sheet):
            raise OutOfTurn("sheet_done", self._open.stage)
        try:
            made = self._sealed(sheet.made(draft, self._facts(self._open.visit)))
        except Unfit as slip:
            self._fill(law.gone_to(draft, slip.ask), slip.sentence)
            return
        self._record(made)

    def _sealed(self, made: Made) -> Made:
        """With what a person left in the last entry, for the county alone. Raises Unfit."""
        if made.particulars is None or not made.entries:
            return made
        last = self._hands.sealed(made.entries[-1], made.particulars)
        if isinstance(last, Sentence):
            raise Unfit(PERSON, last)
        return replace(made, entries=(*made.entries[:-1], last))

    def _record(self, whole: Made) -> None:
        visit, made = self._open.visit, whole if self._brings is None else self._brings.ready(whole)
        if isinstance(made, Sentence):
            self._tell(made)
            return
        last = len(made.entries) - 1
        newcomer = next((one.subject for one in made.entries if isinstance(one, SubjectProposed)), None)
        ended = sheet_turn.sheet_done(visit, made.then, made.said or _warning(made), newcomer)
        if self._brings is not None:
            ended = self._brings.brought(ended, whole, self._open.record.last + 1)
        for nth, entry in enumerate(made.entries):
            self._open.move(ended if nth == last else visit, entry, self._open.run)
        if not made.entries:
            self._open.step(ended)
        elif made.slip:
            self._slip(made.slip, self._open.record.last)
        if made.opens:
            self.open(made.opens, made.known)
            self._tell_also(made.said)

    # --- one answer -----------------------------------------------------------------------------------------------

    def answer(self, value: str) -> None:
        """One tap that is the whole answer; of a number and its unit, two words."""
        ask, draft = self._asked(), self._sheet()[1]
        if ask.stamp:
            value = self._facts(self._open.visit).moment.text
        values = tuple(value.split(" ")) if ask.units else (value,)
        if not law.fits(ask, values):
            return
        if ask.private:
            self._keep_private(ask, value)
        elif ask.hides is None:
            self._answer(ask, values)
        elif isinstance(kept := self._hands.hidden(ask, draft.fresh, value), Sentence):
            self._tell(kept)
        else:
            self._answer(ask, (kept,))

    def skip(self) -> None:
        ask = self._asked()
        if ask.optional:
            self._answer(ask, ())

    def letter(self, letter: str) -> None:
        """One key of our own keyboard; erasing goes from the letters to what was taken."""
        draft = self._sheet()[1]
        if self._asked().kind in (*MARKS, Kind.STAFF):
            return
        if letter == CLEAR:
            draft = replace(draft, letters="", taken=())
        elif letter == ERASE:
            draft = erased(draft)
        elif len(letter) == 1 and len(draft.letters) < MOST_LETTERS:
            draft = replace(draft, letters=draft.letters + letter)
        self._fill(draft)

    def take(self, value: str) -> None:
        """One more of several: a choice, a character that letters led to. A choice taken twice is off again."""
        ask, draft = self._asked(), self._sheet()[1]
        if ask.kind is Kind.SEVERAL and value in draft.taken:
            self.take_off(value)
        elif ask.kind in WRITTEN or (ask.kind is Kind.SEVERAL and value in {choice.value for choice in ask.choices}):
            self._take(ask, value)

    def _take(self, ask: Ask, value: str) -> None:
        draft = self._sheet()[1]
        so_far = sum(map(len, draft.taken)) + len(value) - 1 if ask.kind in WRITTEN else len(draft.taken)
        if value and value.isprintable() and so_far < (ask.most or MOST_TAKEN):
            self._fill(replace(draft, taken=(*draft.taken, value), letters=""))

    def _picture(self) -> None:
        ask, digest = self._asked_of(Kind.PICTURE), self._hands.picture()
        if not digest:
            self._tell(Sentence("sheet.no_picture"))
        elif digest not in self._sheet()[1].taken:
            self._take(ask, digest)

    def take_off(self, value: str) -> None:
        draft = self._sheet()[1]
        self._fill(replace(draft, taken=tuple(one for one in draft.taken if one != value)))

    def _take_taken(self) -> None:
        """What was taken one by one is the answer: pictures and choices each by itself, characters as one text."""
        ask, draft = self._asked(), self._sheet()[1]
        if ask.kind in (*MARKS, *WRITTEN) and (draft.taken or ask.optional):
            taken = draft.taken if ask.kind in MARKS or not draft.taken else ("".join(draft.taken),)
            if ask.private and taken:
                self._keep_private(ask, taken[0])
            else:
                self._answer(ask, taken)

    def go_to(self, ask: str) -> None:
        """Back to one question, from the summary or from a later one."""
        self._fill(law.gone_to(self._sheet()[1], ask))

    def back(self) -> None:
        """One question back; from the first one, out of the sheet."""
        sheet, draft = self._sheet()
        before = law.before(sheet, draft, self._facts(self._open.visit))
        if before:
            self._fill(law.gone_to(draft, before))
        else:
            self._open.step(sheet_turn.sheet_left(self._open.visit))

    def scanned(self, data: bytes) -> None:
        """A code was held up while one answers."""
        ask = self._asked()
        told = self._hands.code(ask, data)
        if isinstance(told, Sentence):
            self._tell(told)
        elif ask.kind is Kind.STAFF:
            self._fill(replace(self._sheet()[1], taken=(told,)))
        else:
            self._answer(ask, (told,))

    def sign(self, strokes: str) -> None:
        ask = self._asked_of(Kind.SIGNATURE)
        if digest := self._hands.signature(strokes):
            self._answer(ask, (digest,))
        else:
            self._tell(Sentence("sheet.no_signature"))

    # --- a colleague ----------------------------------------------------------------------------------------------

    def badge_number(self, typed: str) -> None:
        """The number of a badge that cannot be held up."""
        self._asked_of(Kind.STAFF)
        told = self._hands.staff(typed)
        if isinstance(told, Sentence):
            self._tell(told)
        else:
            self._fill(replace(self._sheet()[1], taken=(told,)))

    def staff_pin(self, typed: str) -> None:
        """His PIN answers for the badge that was shown; it is stored nowhere."""
        ask, taken = self._asked_of(Kind.STAFF), self._sheet()[1].taken
        if not taken:
            return
        if (wrong := self._hands.pin(taken[0], typed)) is not None:
            self._tell(wrong)
        else:
            self._answer(ask, taken)

    # --- within ---------------------------------------------------------------------------------------------------

    def _tell_also(self, said: Sentence | None) -> None:
        """What was done before stands above the first question of what comes next."""
        if said is not None and self._open.stage is Stage.FILLING:
            self._tell(said)

    def _tell(self, sentence: Sentence) -> None:
        self._open.tell(turn.noticed(self._open.visit, sentence))

    def _asked_of(self, kind: Kind) -> Ask:
        ask = self._asked()
        if ask.kind is not kind:
            raise OutOfTurn(kind, self._open.stage)
        return ask

    def _answer(self, ask: Ask, values: tuple[str, ...]) -> None:
        self._fill(law.answered(self._sheet()[1], ask, values))

    def _keep_private(self, ask: Ask, value: str) -> None:
        self._private[self._open.visit.id, ask.id] = value
        self._answer(ask, (masked_tail(value),))

    def _fill(self, draft: Draft, notice: Sentence | None = None) -> None:
        """What is typed of a private answer stays in memory, letter by letter."""
        self._typing = None
        ask = law.open_ask(self._sheets[draft.sheet], draft, self._facts(self._open.visit))
        if ask is not None and ask.private:
            taken = () if draft.taken == draft.all(ask.id) else draft.taken
            self._typing = self._open.visit.id, taken, draft.letters
            draft = replace(draft, taken=(), letters="")
        self._open.step(sheet_turn.sheet_filled(self._open.visit, draft, notice))

    def _sheet(self) -> tuple[Sheet, Draft]:
        draft = self._draft()
        if draft is None or draft.sheet not in self._sheets:
            raise OutOfTurn("sheet", self._open.stage)
        return self._sheets[draft.sheet], draft

    def _draft(self) -> Draft | None:
        """As far as it is filled, with what is being typed and may be kept nowhere."""
        draft, typing = self._open.visit.sheet, self._typing
        if draft is None or typing is None or typing[0] != self._open.visit.id:
            return draft
        return replace(draft, taken=typing[1], letters=typing[2])

    def _asked(self) -> Ask:
        sheet, draft = self._sheet()
        ask = law.open_ask(sheet, draft, self._facts(self._open.visit))
        if ask is None:
            raise OutOfTurn("answer", self._open.stage)
        return ask

    def _may(self, sheet: Sheet) -> bool:
        staff = self._facts(self._open.visit).staff
        return not sheet.roles or (staff is not None and bool(sheet.roles & set(staff.roles)))


def _warning(made: Made) -> Sentence | None:
    return next((ruling.say for ruling in made.warned), None)
