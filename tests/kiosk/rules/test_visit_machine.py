"""No order of events reaches a certificate without its proofs (hypothesis, stateful)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from kiosk.rules.drug_use import drugs
from kiosk.rules.drug_use.pesticides import Named
from kiosk.rules.errors import OutOfTurn
from kiosk.rules.goods.products import Product, ProductClass
from kiosk.rules.goods.quantity import Quantity, Unit, kilograms
from kiosk.rules.messages import Basis, Outcome, Presence, PrintOutcome, Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.visits import arrival, drug_turn, issue
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Kept, LastTime, Planned, Stage, Visit
from kiosk.saved_visit import from_json, to_json
from tests.support.law import PACKS, known, law

SEEN = Named("-", ("trichlorfon",))  # an organophosphate: the enzyme sees it
UNSEEN = Named("-", ("imidacloprid",))
BANNED = Named("-", ("methamidophos",))
RICE = Product("rice", {"zh": "rice", "en": "Rice"}, ProductClass.OUTSIDE, Unit.KG, "*")
PRODUCTS = [PACKS.products["tomato"], PACKS.products["cucumber"], RICE]
LAST = LastTime("tomato", Quantity(Decimal(900), Unit.JIN))
NUMBER = "5304277K3M9QX2VHA"

PRINTED = {Stage.PRINTING, Stage.CONTINUING, Stage.UNPRINTED, Stage.UNSURE}
BAD = {Outcome.POSITIVE, Outcome.SUSPECT}

some_bases = st.one_of(
    st.sampled_from([(Basis.CONTROL,), (Basis.CONTROL, Basis.SELF_TEST)]),
    st.lists(st.sampled_from(list(Basis)), max_size=3).map(tuple),
)
some_outcome = st.sampled_from([Outcome.NEGATIVE, *Outcome])
some_product = st.sampled_from(PRODUCTS)


class Turn(RuleBasedStateMachine):
    """The right buttons at the right time, any button at any time; whatever is refused changes nothing."""

    @initialize(
        proof=st.sampled_from(list(Proof)),
        parts=st.sampled_from([(), ("goods",), ("goods", "stub")]),
        switches=st.tuples(*[st.booleans()] * 5),
        kind=st.sampled_from(["farmer", "enterprise", "farmer", "enterprise", "buyer", "other"]),
    )
    def begin(
        self, proof: Proof, parts: tuple[str, ...], switches: tuple[bool, bool, bool, bool, bool], kind: str
    ) -> None:
        offered, vouch, equipped, greeted, first = switches
        self.law = law(method=equipped, test_offered=offered, proof=proof, staff_may_vouch=vouch, parts=parts)
        self.originals: set[tuple[int, str]] = set()
        self.subject = Subject("s1", kind, "Li", "13800004321", "Xinping", controller="Wang")
        self.visit = Visit("v1")
        self.seq = 0
        self.lot: list[TestNote] = []
        self.proved = False
        self.promises = 0
        self.numbers: set[str] = set()
        if greeted:
            self.visit = arrival.card_shown(self.visit, self.law, self.subject, "c", first_use=first, last=LAST)

    def take(self, step: Callable[[], Visit]) -> bool:
        try:
            self.visit = step()
        except OutOfTurn:
            return False
        return True

    def note(self, outcome: Outcome, of: int | None) -> TestNote:
        self.seq += 1
        return TestNote(self.seq, outcome, "12.3", of)

    @rule(data=st.data())
    def forward(self, data: st.DataObject) -> None:
        """A step that belongs to the stage, with whatever a person may key in."""
        steps: dict[Stage, list[Callable[[st.DataObject], None]]] = {
            Stage.IDLE: [self.card, self.card, self.wants_to_key],
            Stage.KEYING: [self.keys, self.card],
            Stage.PROVING: [self.tail, self.tail, self.staff],
            Stage.PRODUCT: [self.choose, self.as_last_time],
            Stage.BASKET: [self.takes_paper, self.closes_basket],
            Stage.QUANTITY: [self.weigh],
            Stage.DRUGS: [self.used_nothing, self.names_drug, self.answers, self.answers, self.tells],
            Stage.TEST_CHOICE: [self.wants_test, self.wants_none],
            Stage.TESTING: [self.run_ends, self.run_ends, self.run_fails],
            Stage.RETESTING: [self.wants_repeats],
            Stage.RESULT: [self.reads, self.wants_test_again],
            Stage.PROMISE: [self.promise, self.promise, self.splits],
            Stage.PRINTING: [self.print_ends, self.print_ends, self.says_enough, self.is_wrong],
            Stage.CONTINUING: [self.next_paper, self.next_paper, self.says_enough, self.is_wrong],
            Stage.VOIDING: [self.voids, self.print_ends, self.step_back],
            Stage.PARKED: [self.comes_back],
            Stage.UNPRINTED: [self.prints_again],
            Stage.UNSURE: [self.says_whole, self.says_spoiled],
            Stage.DONE: [self.says_spoiled, self.is_wrong],
        }
        if self.visit.stage in steps:
            data.draw(st.sampled_from(steps[self.visit.stage]))(data)

    @rule(data=st.data())
    def aside(self, data: st.DataObject) -> None:
        """Rarely: a step back, a step at the wrong time, or the person leaves."""
        asides = [self.step_back, self.out_of_turn, self.out_of_turn, self.leave, self.steps_aside, self.waits]
        if (choice := data.draw(st.integers(0, 11))) < len(asides):
            asides[choice](data)

    def step_back(self, data: st.DataObject) -> None:
        self.take(lambda: turn.back(self.visit, self.law))

    def leave(self, data: st.DataObject) -> None:
        self.take(lambda: turn.abandon(self.visit, Sentence("visit.timed_out")))

    def card(self, data: st.DataObject) -> None:
        first, last = data.draw(st.booleans()), data.draw(st.sampled_from([None, LAST]))
        self.take(lambda: arrival.card_shown(self.visit, self.law, self.subject, "c", first_use=first, last=last))

    def wants_to_key(self, data: st.DataObject) -> None:
        self.take(lambda: arrival.number_wanted(self.visit))

    def keys(self, data: st.DataObject) -> None:
        first = data.draw(st.booleans())
        self.take(
            lambda: arrival.card_shown(self.visit, self.law, self.subject, "12345678", first_use=first, keyed=True)
        )

    def tail(self, data: st.DataObject) -> None:
        digits = data.draw(st.sampled_from(["4321", "4321", "0000", ""]))
        taken = self.take(lambda: arrival.tail_given(self.visit, self.law, digits))
        self.proved |= taken and digits == "4321"

    def staff(self, data: st.DataObject) -> None:
        if data.draw(st.booleans()):
            self.proved |= self.take(lambda: arrival.staff_vouched(self.visit, self.law))
        else:
            right = data.draw(st.booleans())
            self.proved |= self.take(lambda: arrival.pin_given(self.visit, self.law, right=right)) and right

    def takes_paper(self, data: st.DataObject) -> None:
        seq = data.draw(st.integers(1, 3))
        self.take(lambda: turn.paper_taken(self.visit, Kept(seq, f"seq:{seq}", "", "tomato", False)))

    def closes_basket(self, data: st.DataObject) -> None:
        self.take(lambda: turn.basket_closed(self.visit))

    def used_nothing(self, data: st.DataObject) -> None:
        self.take(lambda: drug_turn.drugs_told(self.visit, self.law, self.product, used=False))

    def names_drug(self, data: st.DataObject) -> None:
        named = data.draw(st.sampled_from([SEEN, UNSEEN, BANNED, None]))
        use = drugs.unknown_use() if named is None else drugs.use_of(named, drugs.Answer.REGISTERED)
        self.take(lambda: drug_turn.drug_added(self.visit, use))

    def answers(self, data: st.DataObject) -> None:
        days = data.draw(st.sampled_from([None, 0, 3, 7, 30]))
        question = drug_turn.open_question(self.visit, self.law, self.product)
        back = None if days is None else self.law.today - timedelta(days=days)
        if question is not None and question.use is None:
            self.take(lambda: drug_turn.harvest_told(self.visit, back))
        else:
            self.take(lambda: drug_turn.drug_answered(self.visit, self.law, self.product, back, days))

    def tells(self, data: st.DataObject) -> None:
        self.take(lambda: drug_turn.drugs_told(self.visit, self.law, self.product, used=True))

    @property
    def product(self) -> Product:
        return next(one for one in PRODUCTS if one.id == self.visit.product)

    def choose(self, data: st.DataObject) -> None:
        product, notes = data.draw(some_product), self.earlier(data)
        chosen = self.take(lambda: turn.product_chosen(self.visit, product, "L1" if notes else "", notes))
        if chosen and self.visit.stage is Stage.QUANTITY:
            self.lot = notes

    def as_last_time(self, data: st.DataObject) -> None:
        product, notes = data.draw(some_product), self.earlier(data)
        if self.take(lambda: turn.repeat_last(self.visit, self.law, product, "L1" if notes else "", notes)):
            self.lot = notes

    def earlier(self, data: st.DataObject) -> list[TestNote]:
        outcomes = data.draw(st.one_of(st.just([]), st.just([]), st.lists(some_outcome, max_size=2)))
        return [self.note(outcome, None) for outcome in outcomes]

    def weigh(self, data: st.DataObject) -> None:
        typed = data.draw(st.sampled_from(["1", "320", "900", "5000", "2.5", "0", "x"]))
        unit = data.draw(st.sampled_from(list(Unit)))
        self.take(lambda: turn.quantity_given(self.visit, self.law, typed, unit))

    def wants_test(self, data: st.DataObject) -> None:
        self.take(lambda: turn.test_wanted(self.visit, self.law))

    def wants_none(self, data: st.DataObject) -> None:
        self.take(lambda: turn.test_declined(self.visit))

    def wants_repeats(self, data: st.DataObject) -> None:
        self.take(lambda: turn.retest_started(self.visit, self.law))

    def wants_test_again(self, data: st.DataObject) -> None:
        self.take(lambda: turn.test_again(self.visit, self.law))

    def reads(self, data: st.DataObject) -> None:
        self.take(lambda: turn.result_read(self.visit))

    def run_ends(self, data: st.DataObject) -> None:
        repeating = self.visit.planned is Planned.REPEAT
        of = turn.repeated(self.visit, self.law) if repeating else None
        if data.draw(st.integers(0, 9)) == 0:
            of = self.seq
        outcomes = data.draw(st.lists(some_outcome, min_size=1, max_size=3) if repeating else st.tuples(some_outcome))
        notes = [self.note(outcome, of) for outcome in outcomes]
        if self.take(lambda: turn.run_finished(self.visit, self.law, notes)):
            self.lot += notes

    def run_fails(self, data: st.DataObject) -> None:
        self.take(lambda: turn.run_failed(self.visit, Sentence("visit.run_lost")))

    def promise(self, data: st.DataObject) -> None:
        before, product, basis = self.visit, data.draw(some_product), data.draw(some_bases)
        number = data.draw(st.sampled_from([NUMBER, NUMBER, ""]))
        goods = known(before, self.law, product)
        if self.take(lambda: issue.promised(self.visit, self.law, goods, basis, number)):
            assert before.stage is Stage.PROMISE
            if self.visit.stage is Stage.PRINTING:
                assert basis in issue.offered(before, self.law, goods)
                self.promises += 1

    def splits(self, data: st.DataObject) -> None:
        papers = data.draw(st.sampled_from([1, 2, 3, 500]))
        self.take(lambda: issue.split(self.visit, papers))

    def next_paper(self, data: st.DataObject) -> None:
        """As the station goes on: all parts of a number, then the next number."""
        if self.visit.waiting:
            self.take(lambda: issue.part_begun(self.visit))
        elif issue.more_papers(self.visit):
            nth, parts = self.visit.nth + 1, self.law.settings.parts
            self.take(lambda: issue.issued(self.visit, self.visit.basis, NUMBER, nth, parts))

    def says_enough(self, data: st.DataObject) -> None:
        self.take(lambda: issue.enough(self.visit))

    def is_wrong(self, data: st.DataObject) -> None:
        self.take(lambda: issue.wrong(self.visit))

    def voids(self, data: st.DataObject) -> None:
        again = data.draw(st.booleans())
        if self.take(lambda: issue.voided(self.visit, again=again)):
            self.originals = set()
            if again:
                self.promises, self.lot = 0, []

    def steps_aside(self, data: st.DataObject) -> None:
        self.take(lambda: turn.parked(self.visit))

    def comes_back(self, data: st.DataObject) -> None:
        self.take(lambda: turn.resumed(self.visit))

    def waits(self, data: st.DataObject) -> None:
        self.take(lambda: turn.lapsed(self.visit) or self.visit)

    def print_ends(self, data: st.DataObject) -> None:
        outcome = data.draw(st.sampled_from(list(PrintOutcome)))
        before = self.visit
        if self.take(lambda: issue.print_ended(self.visit, outcome)) and outcome is PrintOutcome.PRINTED:
            original = (before.nth, before.part)
            assert before.copy > 1 or original not in self.originals
            self.originals.add(original)

    def prints_again(self, data: st.DataObject) -> None:
        self.take(lambda: issue.print_again(self.visit))

    def says_whole(self, data: st.DataObject) -> None:
        self.take(lambda: issue.paper_whole(self.visit))

    def says_spoiled(self, data: st.DataObject) -> None:
        self.take(lambda: issue.paper_spoiled(self.visit))

    def out_of_turn(self, data: st.DataObject) -> None:
        product, basis = data.draw(some_product), data.draw(some_bases)
        visit, law, note = self.visit, self.law, TestNote(999, data.draw(some_outcome), "12.3")
        steps: list[tuple[Stage, Callable[[], Visit]]] = [
            (Stage.IDLE, lambda: arrival.number_wanted(visit)),
            (Stage.PROVING, lambda: arrival.tail_given(visit, law, "4321")),
            (Stage.PROVING, lambda: arrival.staff_vouched(visit, law)),
            (Stage.PRODUCT, lambda: turn.product_chosen(visit, product)),
            (Stage.PRODUCT, lambda: turn.repeat_last(visit, law, product)),
            (Stage.QUANTITY, lambda: turn.quantity_given(visit, law, "1", Unit.KG)),
            (Stage.TESTING, lambda: turn.run_finished(visit, law, [note])),
            (Stage.TESTING, lambda: turn.run_failed(visit, Sentence("visit.run_lost"))),
            (Stage.PROMISE, lambda: issue.promised(visit, law, known(visit, law, product), basis, NUMBER)),
            (Stage.VOIDING, lambda: issue.voided(visit, again=True)),
            (Stage.CONTINUING, lambda: issue.part_begun(visit)),
            (Stage.UNPRINTED, lambda: issue.print_again(visit)),
            (Stage.UNSURE, lambda: issue.paper_whole(visit)),
        ]
        assert not any(self.works(step) for stage, step in steps if stage is not visit.stage)

    @invariant()
    def paper_only_with_all_its_proofs(self) -> None:
        if self.visit.stage in PRINTED:
            assert self.promises == 1
            assert self.visit.subject is not None
            assert self.visit.subject.kind in ("farmer", "enterprise", "buyer")
            assert self.visit.subject.kind != "buyer" or self.visit.basket
            assert self.visit.subject.kind == "buyer" or self.visit.used is not None
            assert not any(BANNED.ingredients[0] in use.ingredients for use in self.visit.uses)
            assert self.visit.presence is not None
            assert self.visit.product in ("tomato", "cucumber")
            assert self.visit.quantity is not None
            assert self.visit.quantity.amount > 0
            assert self.visit.basis
            assert self.visit.number == NUMBER
            assert self.visit.copy >= 1
            assert bool(self.visit.part) is bool(self.law.settings.parts)

    @invariant()
    def nothing_is_left_to_print_when_it_is_done(self) -> None:
        if self.visit.stage is Stage.DONE:
            assert not self.visit.waiting
            assert not issue.more_papers(self.visit)

    @invariant()
    def a_positive_or_suspect_never_reaches_the_promise(self) -> None:
        if any(note.outcome in BAD for note in self.lot):
            assert self.visit.stage not in PRINTED | {Stage.PROMISE, Stage.RESULT}

    @invariant()
    def own_test_only_with_a_settled_negative(self) -> None:
        if Basis.SELF_TEST in self.visit.basis:
            assert any(note.outcome is Outcome.NEGATIVE for note in self.lot)
            assert issue.supporting(self.visit)
            assert Basis.CONTROL in self.visit.basis
            assert all(set(use.ingredients) & set(SEEN.ingredients) for use in self.visit.uses)

    @invariant()
    def a_card_alone_is_not_enough_where_more_is_asked(self) -> None:
        settings = self.law.settings
        if self.visit.stage in PRINTED and settings.proof is Proof.TAIL:
            weight = None if self.visit.quantity is None else kilograms(self.visit.quantity)
            if self.visit.first_use or weight is None or weight > settings.tail_above:
                assert self.proved
                assert self.visit.presence is not Presence.SHOWN
        if self.visit.stage in PRINTED and (settings.proof in (Proof.PIN, Proof.STAFF) or self.visit.keyed):
            assert self.proved
            assert self.visit.presence is not Presence.SHOWN

    @invariant()
    def tests_are_never_lost(self) -> None:
        assert list(self.visit.tests) == (self.lot if self.visit.product else [])

    @invariant()
    def a_turn_has_one_number(self) -> None:
        self.numbers |= {self.visit.number} - {""}
        assert len(self.numbers) <= 1

    @invariant()
    def the_screen_is_told_the_truth(self) -> None:
        assert turn.may_go_back(self.visit, self.law) is self.works(lambda: turn.back(self.visit, self.law))
        if turn.may_abandon(self.visit):
            assert turn.abandon(self.visit).stage is Stage.ABANDONED

    @invariant()
    def it_survives_a_restart(self) -> None:
        assert from_json(to_json(self.visit, self.seq)) == (self.visit, self.seq)

    def works(self, step: Callable[[], Visit]) -> bool:
        try:
            step()
        except OutOfTurn:
            return False
        return True


TestTurn = Turn.TestCase
TestTurn.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
