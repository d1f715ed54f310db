"""Values in, words out: how the county's pages say an outcome, a product, a time. One teller per language."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain

from kiosk.clock import BEIJING
from kiosk.pack import Packs
from kiosk.rules.certify.certificate import Wording, wording_on
from kiosk.rules.testing.methods import MethodPack
from kiosk.words import WordError, Words

LATE = timedelta(minutes=10)  # an entry that took longer came from a backlog
TAIL = 4


class Teller:
    def __init__(self, words: Words, packs: Packs) -> None:
        self.language = words.language
        self._words = words
        self._packs = packs

    def say(self, key: str, **facts: object) -> str:
        return self._words.say(key, **facts)

    def word(self, family: str, name: object) -> str:
        """The word for one of a list of names; the name itself when a newer station sent one that is not known."""
        key = f"{family}.{name}"
        return self._words.say(key) if self._words.knows(key) else str(name)

    def sentence(self, key: str, facts: dict[str, str]) -> str:
        """A sentence that a station named; its key when that is not known here."""
        try:
            return self._words.say(key, **facts)
        except (WordError, IndexError, ValueError):
            return key

    def problem(self, code: str, facts: dict[str, str]) -> str:
        return self.sentence(f"problem.{code}", facts)

    def product(self, name: str) -> str:
        product = self._packs.products.get(name)
        return name if product is None else product.names.get(self.language, name)

    def amount(self, quantity: object, unit: str) -> str:
        gap = "" if self.language == "zh" else " "
        return f"{quantity}{gap}{self.word('unit', unit)}"

    def method(self, rule: str) -> MethodPack | None:
        """The pack that a test or a code names, by its standard or by its id."""
        return next((pack for pack in self._packs.methods.values() if rule in (pack.rule, pack.id)), None)

    def method_name(self, rule: str) -> str:
        pack = self.method(rule)
        return rule if pack is None else pack.names.get(self.language, rule)

    def scope(self, rules: Sequence[str]) -> str:
        """What these methods can see; empty when no pack says it."""
        packs = [pack for rule in rules if (pack := self.method(rule)) is not None]
        drugs = dict.fromkeys(self.word("verdict.drug", drug) for pack in packs for drug in pack.scope)
        return self.say("county.trace.scope", drugs=self.say("county.trace.scope_join").join(drugs)) if drugs else ""

    def region(self, code: str, day: date) -> str:
        """The name of a county, a town or a village, from the packs; empty when none has this very code."""
        names = (name.name for name in self._packs.regions.history(code) if name.code == code and name.on(day))
        villages = (one.whole for one in self._packs.villages if one.code == code)
        towns = (one.town for one in self._packs.villages if len(code) == 9 and one.code.startswith(code))
        return next(chain(names, villages, towns), "")

    def wording(self, day: date, name: str = "") -> Wording | None:
        named = (pack for pack in self._packs.wordings if pack.id == name)
        return next(named, None) or wording_on(day, self._packs.wordings)

    def time(self, text: str, today: date) -> str:
        """`09:30:02` today, with the day before it on another one; as it was sent when it is no time."""
        at = moment(text)
        if at is None:
            return text
        if at.date() == today:
            return f"{at:%H:%M:%S}"
        return f"{at:%m-%d %H:%M:%S}" if at.year == today.year else f"{at:%Y-%m-%d %H:%M:%S}"


def moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(BEIJING)
    except (ValueError, OverflowError):
        return None


def is_late(time: str, received: str) -> bool:
    happened, arrived = moment(time), moment(received)
    return happened is not None and arrived is not None and arrived - happened > LATE


def measured(value: object, unit: str) -> str:
    """Number and unit: `82.0%`, `0.47 mg/L`, as the station and the paper write them."""
    return f"{value}%" if unit == "%" else f"{value} {unit}".strip()


def percent(value: str) -> str:
    """The value of a test in a code, which carries no unit of its own when it is a plain number."""
    return f"{value}%" if value.replace(".", "", 1).isdigit() else value


def tail_of(contact: str) -> str:
    """The last digits of a contact, all that a web page shows of it; empty when it is too short to hide the rest."""
    digits = "".join(character for character in contact if character.isdigit())
    return digits[-TAIL:] if len(digits) > TAIL else ""


def plain(value: Decimal | None) -> str:
    return "—" if value is None else str(value)
