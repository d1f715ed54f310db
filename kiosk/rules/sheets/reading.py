"""人工读数: an enzyme card or a strip that a person reads. Timed steps, the blank first, a photograph, then the colour.

`about` is a sample code. What quality control says of reagent, steps and their warmth holds here as at the bench.
"""

from dataclasses import dataclass
from datetime import datetime

from kiosk.rules.messages import Device, Outcome, Repeat, SampleTaken, Test
from kiosk.rules.quality_control.reagent import State, kit, reagent_rulings, state_of
from kiosk.rules.ruling import Ruling, first_stop
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets import eye_steps
from kiosk.rules.sheets.answers import choice, fit, pictures, who
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit
from kiosk.rules.testing.assayed import Assayed
from kiosk.rules.testing.card_colour import CardSeen, judge_card
from kiosk.rules.testing.lot import TestNote, waiting
from kiosk.rules.testing.methods import BatchControl, Card, CardColour, LineStyle, MethodPack, Strip
from kiosk.rules.testing.sampled import of_sample, ruled
from kiosk.rules.testing.strip import ANSWERS, Batch, LinesSeen, LotStrip, TestLine, judge_lines

NO_LINE = "no_control"  # nothing of the C line is seen
EYE = "eye"  # profile of the device that is none
LISTED = 18
TOLD = 2  # lots that may not be used
COLOURS = tuple(CardColour)
LINES = ("negative", "positive", NO_LINE)  # of a control of the batch


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the first answers come to."""

    method: MethodPack
    sample: SampleTaken
    first: int | None  # seq of the test that this one repeats


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    method = _method(draft, facts)
    first = (
        Ask("method", Kind.CHOICE, tuple(map(_choice, _by_eye(facts)))),
        *(() if draft.about or method is None else (Ask("sample", Kind.CHOICE, _samples(method, facts)),)),
    )
    if method is None:
        return first
    return (
        *first,
        *_lot(method, facts),
        *_item(method),
        *_style(method),
        *eye_steps.step_asks(draft, facts, method),
        *_controls(method),
        pictures("photograph", optional=False),
        _seen(draft, method),
    )


def made(draft: Draft, facts: Facts) -> Made:
    chosen = _chosen(draft, facts)
    reagents = fit(_of_reagent(draft.one("reagent"), chosen.method, facts), {}, "reagent")
    assayed = _judged(draft, facts, chosen.method)
    steps = eye_steps.rulings(draft, chosen.method, facts.moment)
    test = ruled(_test(draft, facts, chosen, assayed), (*reagents, *steps))
    said = Sentence(test.verdict.reason, test.verdict.facts)
    return Made((test,), slip="report", said=said)


# --- what is asked ----------------------------------------------------------------------------------------------


def _lot(method: MethodPack, facts: Facts) -> tuple[Ask, ...]:
    """The lots that were registered for this method and may be used; of the others, why not."""
    lots = [one for _, one in facts.books.reagents(LISTED) if one.method == method.rule and one.event != "used_up"]
    stopped = {one.lot: first_stop(_of_reagent(one.lot, method, facts)) for one in lots}
    good = tuple(Choice(one.lot, one.lot, one.expires) for one in lots if stopped[one.lot] is None)
    told = tuple(one.say for one in stopped.values() if one is not None)[:TOLD]
    return (Ask("reagent", Kind.CHOICE, good, text=told if good else (*told, _said("register"))),)


def _item(method: MethodPack) -> tuple[Ask, ...]:
    items = tuple(Choice(one.id, names=tuple(one.names.items())) for one in method.items)
    return (Ask("item", Kind.CHOICE, items),) if len(items) > 1 else ()


def _style(method: MethodPack) -> tuple[Ask, ...]:
    """Which the kit says, where the method leaves it to the kit."""
    own = isinstance(method.how, Strip) and method.how.style is None
    return (choice("style", *LineStyle),) if own else ()


def _controls(method: MethodPack) -> tuple[Ask, ...]:
    """The blank is read before the sample."""
    if isinstance(method.how, Card):
        values: tuple[str, ...] = COLOURS
    else:
        values = LINES
    wanted = [control for control in (BatchControl.BLANK, BatchControl.POSITIVE) if control in method.controls]
    if isinstance(method.how, Card) and BatchControl.POSITIVE in wanted:
        return choice("blank", *values), choice("positive", *LINES[:2])
    return tuple(choice(control.value, *values) for control in wanted)


def _seen(draft: Draft, method: MethodPack) -> Ask:
    if isinstance(method.how, Card):
        return choice("colour", *COLOURS)
    style = _style_of(draft, method)
    return choice("line", *(ANSWERS[style] if style is not None else ()), NO_LINE)


def _said(key: str) -> Sentence:
    return Sentence(f"sheet.reading.{key}")


# --- what it comes to -------------------------------------------------------------------------------------------


def _chosen(draft: Draft, facts: Facts) -> Chosen:
    """Raises Unfit."""
    method, found = _method(draft, facts), facts.books.sample(draft.about or draft.one("sample"))
    if method is None:
        raise Unfit("method", _said("no_method"))
    if found is None:
        raise Unfit("method" if draft.about else "sample", _said("no_sample"))
    return Chosen(method, found[1], _first(found[1].sample_code, method, facts))


def _first(sample: str, method: MethodPack, facts: Facts) -> int | None:
    """The test of a sample that still wants its repeats."""
    notes = [
        TestNote(seq, one.verdict.outcome, "", one.retest_of, one.repeat, one.item)
        for seq, one in facts.books.tests_of(sample)
    ]
    found = waiting(notes, method.repeats, method.agreement)
    return None if found is None else found.seq


def _judged(draft: Draft, facts: Facts, method: MethodPack) -> Assayed:
    short = eye_steps.too_short(draft, method)
    if short is not None:
        raise Unfit(*short)
    elapsed = eye_steps.waited(draft)
    positive = _control(draft.one("positive"))
    if isinstance(method.how, Card):
        blank = CardColour(draft.one("blank")) if draft.one("blank") else None
        seen = CardSeen(CardColour(draft.one("colour")), blank, who(facts))
        return judge_card(method, seen, elapsed=elapsed, positive=positive, item=draft.one("item"))
    line = draft.one("line")
    test = TestLine.ABSENT if line == NO_LINE else TestLine(line)
    return judge_lines(
        method,
        LinesSeen(line != NO_LINE, test, who(facts)),
        elapsed=elapsed,
        batch=Batch(blank=_control(draft.one("blank")), positive=positive),
        lot=LotStrip(style=_style_of(draft, method), item=draft.one("item")),
        item=draft.one("item"),
    )


def _control(answer: str) -> Outcome | None:
    """What a control of the batch came to; a strip without a C line has shown nothing."""
    if not answer:
        return None
    return Outcome.INVALID if answer == NO_LINE else Outcome(answer)


def _test(draft: Draft, facts: Facts, chosen: Chosen, assayed: Assayed) -> Test:
    method, photograph = chosen.method, draft.one("photograph")
    state = _state(draft.one("reagent"), facts)
    begun = eye_steps.began(draft, method)
    test = Test(
        visit=facts.visit,
        run=f"{EYE}-{draft.fresh}",
        sample_code=chosen.sample.sample_code,
        sample_type=chosen.sample.sample_type,
        scene=chosen.sample.scene,
        subject=chosen.sample.subject,
        subject_name=chosen.sample.subject_name,
        product=chosen.sample.product,
        origin=chosen.sample.origin,
        lot=chosen.sample.lot,
        method=method.rule,
        method_confirmed=method.confirmed,
        method_pack=method.id,
        method_kind=method.formula.value,
        device=Device(EYE, 1, photograph, EYE, None, "typed"),
        blank=(),
        sample=(),
        value=assayed.value,
        unit=assayed.unit,
        verdict=assayed.verdict,
        device_value=None,
        device_verdict=None,
        disagrees=False,
        capture=photograph,
        photograph=photograph,
        retest_of=chosen.first,
        repeat=None if chosen.first is None else Repeat.RETEST,
        item=assayed.item,
        reagent_lot=draft.one("reagent"),
        reagent_expiry="" if state is None else state.expires,
        started_at="" if begun is None else begun.at.isoformat(timespec="seconds"),
        tester=who(facts),
        tester_code="" if facts.staff is None else facts.staff.badge,
        read_by=who(facts),
    )
    return of_sample(test, chosen.sample)


def _method(draft: Draft, facts: Facts) -> MethodPack | None:
    return next((one for one in _by_eye(facts) if one.id == draft.one("method")), None)


def _by_eye(facts: Facts) -> tuple[MethodPack, ...]:
    """In force today, and read by a person."""
    today = facts.now.date()
    every = (one for one in facts.books.methods.values() if isinstance(one.how, Card | Strip))
    return tuple(
        one
        for one in every
        if (one.in_force_from is None or one.in_force_from <= today)
        and (one.in_force_to is None or today <= one.in_force_to)
    )


def _samples(method: MethodPack, facts: Facts) -> tuple[Choice, ...]:
    """Those that failed and want their repeats, and those that wait."""
    waits = [one for _, one in facts.books.samples_waiting()]
    failed = dict.fromkeys(one.sample_code for _, one in facts.books.failed(LISTED))
    found = [one[1] for code in failed if (one := facts.books.sample(code)) is not None]
    again = [one for one in found if _first(one.sample_code, method, facts) is not None]
    return tuple(Choice(one.sample_code, one.sample_code, one.subject_name) for one in (*again, *waits))


def _style_of(draft: Draft, method: MethodPack) -> LineStyle | None:
    if isinstance(method.how, Strip) and method.how.style is not None:
        return method.how.style
    return LineStyle(draft.one("style")) if draft.one("style") else None


def _choice(method: MethodPack) -> Choice:
    return Choice(method.id, about=method.rule, names=tuple(method.names.items()))


def _of_reagent(lot: str, method: MethodPack, facts: Facts) -> tuple[Ruling, ...]:
    in_use = kit(method.reagents, lot, _state(lot, facts), facts.books.reagent_uses(lot))
    return tuple(ruling for one in in_use for ruling in reagent_rulings(one, method.rule, facts.now))


def _state(lot: str, facts: Facts) -> State | None:
    events = facts.books.reagent_events(lot)
    return state_of(lot, [(datetime.fromisoformat(facts.books.time_of(seq)), one) for seq, one in events])


SHEET = Sheet("reading", asks, made, frozenset({"inspector"}))
