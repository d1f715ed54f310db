"""进场查验 at a slaughterhouse: whose animals, from where, by which quarantine certificate. A positive never enters."""

from kiosk.rules.goods.products import ProductClass
from kiosk.rules.messages import Outcome, SlaughterEntry, Test
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import at, choice, name_of, number, pictures, who
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit
from kiosk.rules.testing.methods import DrugClass

ADMIT, HOLD, REFUSE = "admit", "hold", "refuse"
SHORT = 40
MOST_EARS = 60  # ear tags of one entry; a bigger drove comes in several


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    outcomes = [one.verdict.outcome for _, one in tests_of(draft, facts)]
    told = _told(draft, facts, outcomes)
    decision = draft.one("decision")
    home = facts.books.subject(draft.one("subject"))
    return (
        Ask("subject", Kind.SUBJECT),
        Ask("product", Kind.PRODUCT, _animals(facts)),
        Ask("heads", Kind.NUMBER),
        Ask("origin", Kind.TEXT, most=SHORT, first=(home.origin,) if home is not None and home.origin else ()),
        Ask("quarantine", Kind.SCAN, most=SHORT),
        *_ear_tags(draft),
        Ask("sample", Kind.SCAN, optional=True, most=SHORT),
        Ask("decision", Kind.CHOICE, choice("decision", ADMIT, HOLD, REFUSE).choices, text=(told,)),
        *((Ask("reason", Kind.TEXT, most=80),) if decision in (HOLD, REFUSE) else ()),
        pictures(),
    )


def made(draft: Draft, facts: Facts) -> Made:
    heads = number(draft, "heads")
    if heads is None or heads != heads.to_integral_value():
        raise Unfit("heads", Sentence("sheet.slaughter.heads_whole"))
    if draft.one("sample") and facts.books.sample(draft.one("sample")) is None:
        raise Unfit("sample", Sentence("sheet.slaughter.no_sample", {"sample": draft.one("sample")}))
    tests = tests_of(draft, facts)
    if not tests and draft.one("sample") and facts.books.tests_of(draft.one("sample")):
        raise Unfit("sample", Sentence("sheet.slaughter.other_test", {"sample": draft.one("sample")}))
    failed = any(one.verdict.outcome in (Outcome.POSITIVE, Outcome.SUSPECT) for _, one in tests)
    if failed and draft.one("decision") == ADMIT:
        raise Unfit("decision", Sentence("sheet.slaughter.stays_out"))
    entry = SlaughterEntry(
        at=at(facts),
        subject=draft.one("subject"),
        subject_name=next(iter(name_of(draft.one("subject"), facts)), ""),
        origin=draft.one("origin"),
        product=draft.one("product"),
        heads=heads,
        quarantine=draft.one("quarantine"),
        decision=draft.one("decision"),
        inspector=who(facts),
        ear_tags=tuple(tag for tag in (draft.one(ask.id) for ask in _ear_tags(draft)) if tag),
        tests=tuple(seq for seq, _ in tests),
        reason=draft.one("reason") if draft.one("decision") != ADMIT else "",
        pictures=draft.all("pictures"),
    )
    return Made((entry,), said=Sentence(f"sheet.slaughter.said.{entry.decision}"))


def tests_of(draft: Draft, facts: Facts) -> tuple[tuple[int, Test], ...]:
    """For 瘦肉精, of the sample that was drawn from these animals; another test says nothing of it."""
    code = draft.one("sample")
    return tuple((seq, one) for seq, one in facts.books.tests_of(code) if _looks_for_it(one, facts)) if code else ()


def _animals(facts: Facts) -> tuple[Choice, ...]:
    listed = facts.books.products.values()
    return tuple(
        Choice(one.id, names=tuple(one.names.items())) for one in listed if one.product_class is ProductClass.LIVESTOCK
    )


def _looks_for_it(test: Test, facts: Facts) -> bool:
    """By what the test looked for, or, where it does not say, by all that its method looks for."""
    method = facts.books.methods.get(test.method_pack)
    if method is None:
        return False
    item = method.item(test.item)
    return DrugClass.BETA_AGONIST in (method.scope if item is None else item.drugs)


def _told(draft: Draft, facts: Facts, outcomes: list[Outcome]) -> Sentence:
    other = not outcomes and bool(draft.one("sample")) and bool(facts.books.tests_of(draft.one("sample")))
    return Sentence(f"sheet.slaughter.told.{'other' if other else _worst(outcomes)}")


def _ear_tags(draft: Draft) -> tuple[Ask, ...]:
    """One more after each that was read, until one is passed over."""
    asked = list[Ask]()
    while len(asked) < MOST_EARS and (not asked or draft.one(asked[-1].id)):
        read = Sentence("sheet.slaughter.ears", {"count": str(len(asked)), "most": str(MOST_EARS)})
        id_ = f"ear_{len(asked) + 1}"
        asked.append(Ask(id_, Kind.SCAN, optional=True, most=SHORT, text=(read,) if asked else (), words="ear"))
    return tuple(asked)


def _worst(outcomes: list[Outcome]) -> str:
    for outcome in (Outcome.POSITIVE, Outcome.SUSPECT, Outcome.NEGATIVE):
        if outcome in outcomes:
            return outcome.value
    return "untested"


SHEET = Sheet("slaughter", asks, made, frozenset({"inspector"}))
