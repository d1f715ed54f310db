"""One Screen in one language, as the templates read it: text and pictures, no decision, no HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kiosk.rules.goods.products import Product, ProductClass, units_of
from kiosk.rules.goods.quantity import IN_KILOGRAMS, plain, told
from kiosk.rules.messages import Basis, Outcome, Subject
from kiosk.rules.scan import numbers
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.testing.methods import Formula, MethodPack
from kiosk.rules.visits.turn import Stage
from kiosk.screen import DeviceState, Screen
from kiosk.words import WordError, Words
from ui.station.leaves import Tile, Tiles, leaf_of
from ui.station.naming import Names
from ui.station.pieces import Pieces

SLOTS = 18  # tiles on one leaf of the product page
LAST_TAKES = 9  # of them for 跟上次一样
WAYS = 2  # tiles that lead to other products: the next leaf, and letters
DEVICES_OF_THE_HOUSE = ("camera", "printer", "label_printer")


@dataclass(frozen=True, slots=True)
class UnitChoice:
    unit: str
    name: str
    factor: str  # kilograms in one, empty when it says nothing about weight
    chosen: bool
    counted: bool
    packed: bool  # a box or bundle: its kilograms are asked for
    spoken: str  # as people say it


@dataclass(frozen=True, slots=True)
class Tested:
    label: str
    outcome: str
    word: str
    value: str
    at: str  # place on a scale of 0 to 100


@dataclass(frozen=True, slots=True)
class View:
    screen: Screen
    words: Words
    promise: tuple[str, ...]
    method: MethodPack | None
    leaf: int = 0

    def say(self, key: str, **facts: object) -> str:
        return self.words.say(key, **facts)

    def tell(self, sentence: Sentence) -> str:
        """A sentence of any room; one that has no words yet is shown by its code, never as a fault."""
        today = self.screen.now.at.date()
        named = Names(self.words, self.screen.products, self.screen.drugs, self.method, today).named(sentence)
        try:
            return self.words.say(named.key, **named.facts)
        except WordError:
            return self.words.say("screen.unsaid", code=sentence.key)

    def named(self, names: Mapping[str, str], otherwise: str) -> str:
        """Of a product or drug; a language that has no name for it gets the first there is."""
        return names.get(self.words.language) or next(iter(names.values()), otherwise)

    # --- the turn ---

    @property
    def stage(self) -> Stage:
        return self.screen.visit.stage

    @property
    def title(self) -> str:
        return self.say(f"visit.stage.{self.stage}")

    @property
    def notice(self) -> str:
        notice = self.screen.visit.notice
        return "" if notice is None else self.tell(notice)

    @property
    def who(self) -> str:
        """Whoever keyed in a number learns no name by it."""
        visit = self.screen.visit
        unproved = visit.keyed and visit.presence is None
        return "" if visit.subject is None or unproved else visit.subject.name

    @property
    def kind(self) -> str:
        subject = self.screen.visit.subject
        key = "screen.who.other" if subject is None else f"screen.who.{subject.kind}"
        return self.say(key if self.words.knows(key) else "screen.who.other")

    @property
    def number(self) -> str:
        """Of the certificate, in groups that can be read out; empty before there is one."""
        number = self.screen.visit.number
        return numbers.shown(number) if number else ""

    @property
    def product(self) -> str:
        return self._name(self.screen.visit.product)

    @property
    def chosen(self) -> Product | None:
        return self._product(self.screen.visit.product)

    @property
    def amount(self) -> str:
        quantity = self.screen.visit.quantity
        return "" if quantity is None else self.tell(told(quantity))

    @property
    def warning(self) -> str:
        """What is known to mislead the test on this crop."""
        product = self._product(self.screen.visit.product)
        if product is None or product.false_positive is None:
            return ""
        return self.say("product.false_positive", product=self.product)

    @property
    def warning_unconfirmed(self) -> bool:
        product = self._product(self.screen.visit.product)
        return product is not None and product.false_positive is not None and not product.false_positive.confirmed

    # --- products and quantity ---

    @property
    def last(self) -> Tile | None:
        last = self.screen.visit.last
        product = None if last is None else self._product(last.product)
        return None if product is None else self._tile(product)

    @property
    def last_amount(self) -> str:
        last = self.screen.visit.last
        return "" if last is None else self.tell(told(last.amount))

    @property
    def last_origin(self) -> str:
        last = self.screen.visit.last
        return "" if last is None else last.origin or self.screen.visit.origin

    @property
    def tiles(self) -> Tiles:
        """His own products first; a leaf that is not the only one keeps a place for the way on."""
        products = sorted(self.screen.products, key=lambda product: not _grows(self.screen.visit.subject, product))
        slots = SLOTS - (LAST_TAKES if self.last else len(self.screen.agreements[:1]))
        return leaf_of([self._tile(product) for product in products], self.leaf, slots, WAYS)

    @property
    def found(self) -> tuple[Tile, ...]:
        """Products that letters led to."""
        known = (self._product(one.value) for one in self.screen.looked.found)
        return tuple(self._tile(product) for product in known if product is not None)

    @property
    def units(self) -> tuple[UnitChoice, ...]:
        """What goods of this class are weighed and counted by."""
        chosen, product = self.screen.visit.unit, self._product(self.screen.visit.product)
        fitting = units_of(ProductClass.OUTSIDE if product is None else product.product_class)
        return tuple(
            UnitChoice(
                unit,
                self.say(f"unit.{unit}"),
                str(IN_KILOGRAMS.get(unit, "")),
                unit is chosen,
                unit.counted,
                unit.packed,
                self.say(f"unit.spoken.{unit}"),
            )
            for unit in fitting
        )

    @property
    def typed(self) -> str:
        """The amount that stands on the keypad when a person comes back to it."""
        quantity = self.screen.visit.quantity
        return "" if quantity is None else plain(quantity.amount)

    # --- test ---

    @property
    def may_test(self) -> bool:
        """Beside the promise: goods of «as last time» that nobody has tested."""
        return self.method is not None and self.screen.visit.again and not self.screen.visit.tests

    @property
    def tests(self) -> tuple[Tested, ...]:
        return tuple(map(self._tested, self.screen.visit.tests))

    @property
    def negative(self) -> bool:
        """One test of the lot counts; in the stage of the result it can only be negative."""
        return any(note.outcome is Outcome.NEGATIVE for note in self.screen.visit.tests)

    @property
    def verdict(self) -> str:
        """The reason in words: what the attendant says of it, or the number of the last test that counts."""
        if self.notice or self.method is None:
            return self.notice
        note = next((note for note in reversed(self.screen.visit.tests) if note.outcome is Outcome.NEGATIVE), None)
        if note is None:
            return self.say("screen.result.invalid_why")
        if self.method.formula is not Formula.INHIBITION:
            return self.say("outcome.negative")
        return self.say("verdict.negative", value=note.value_shown, limit=self.limit, unit=self.method.unit)

    @property
    def limit(self) -> str:
        limit = None if self.method is None else self.method.limit
        return "" if limit is None else plain(limit)

    @property
    def scope(self) -> str:
        if self.method is None:
            return ""
        drugs = [self.say(f"verdict.drug.{drug}") for drug in self.method.scope]
        return self.say("verdict.covers", drugs=self.say("screen.list_and").join(drugs))

    @property
    def method_unconfirmed(self) -> bool:
        return any(pack.startswith("methods/") for pack in self.screen.unconfirmed)

    @property
    def wording_unconfirmed(self) -> bool:
        return any(pack.startswith("certificate/") for pack in self.screen.unconfirmed)

    @property
    def provisional(self) -> bool:
        """An analyzer here talks by a profile that was only read about."""
        return any(
            device.identity is not None and device.identity.evidence == "documented" for device in self.screen.devices
        )

    # --- promise ---

    @property
    def offered(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each set of boxes as it is sent, and the words of its boxes."""
        return tuple(("+".join(bases), self._bases(bases)) for bases in self.screen.offered)

    @property
    def pieces(self) -> Pieces:
        return Pieces(self.screen, self.words)

    # --- devices and strip ---

    @property
    def blind(self) -> bool:
        return any(device.part == "camera" and device.problem is not None for device in self.screen.devices)

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            (self.part(device), self.tell(device.problem))
            for device in self.screen.devices
            if device.problem is not None
        )

    @property
    def silent(self) -> tuple[tuple[str, str], ...]:
        """The analyzers that keep a test from going on."""
        return tuple(
            (self.part(device), self.tell(device.problem))
            for device in self.screen.devices
            if device.problem is not None and device.part not in DEVICES_OF_THE_HOUSE
        )

    def part(self, device: DeviceState) -> str:
        if device.part in DEVICES_OF_THE_HOUSE:
            return self.say(f"screen.tech.{device.part}")
        return self.say("screen.tech.analyzer", name=device.part)

    @property
    def clock(self) -> str:
        at = self.screen.now.at
        return self.say("screen.strip.clock", month=at.month, day=at.day, time=f"{at:%H:%M}")

    @property
    def waiting(self) -> int:
        return max(self.screen.link.recorded - self.screen.link.receipted, 0)

    @property
    def support_code(self) -> str:
        halted = self.screen.halted
        return "" if halted is None else f"{halted.key.removeprefix('problem.')} {self.screen.now.at:%m%d-%H%M}"

    # --- within ---

    def _product(self, wanted: str) -> Product | None:
        return next((product for product in self.screen.products if product.id == wanted), None)

    def _name(self, wanted: str) -> str:
        product = self._product(wanted)
        return wanted if product is None else self._tile(product).name

    def _tile(self, product: Product) -> Tile:
        name = self.named(product.names, product.id)
        return Tile(product.id, name, name[:1])

    def _tested(self, note: TestNote) -> Tested:
        label = "screen.result.first" if note.retest_of is None else "screen.result.repeat"
        unit = self.method.unit if self.method is not None else ""
        value = f"{note.value_shown}{unit}" if note.value_shown else ""
        return Tested(self.say(label), note.outcome, self.say(f"outcome.{note.outcome}"), value, _place(note))

    def _bases(self, bases: Sequence[Basis]) -> tuple[str, ...]:
        return tuple(self.say(f"basis.{basis}") for basis in bases)


def _grows(subject: Subject | None, product: Product) -> bool:
    return subject is not None and any(name in subject.products for name in (product.id, *product.names.values()))


def _place(note: TestNote) -> str:
    return str(min(Decimal(note.value_shown), Decimal(100))) if note.value_shown else ""
