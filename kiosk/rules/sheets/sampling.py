"""抽样单: what is drawn, whose it is, how much, under which seals, and who signed."""

from kiosk.rules.goods.quantity import kilograms, plain
from kiosk.rules.messages import SampleTaken, SampleType, Scene, Subject
from kiosk.rules.oversight import supervision
from kiosk.rules.sheets.answers import amount, at, choice, fit, hands, number, pictures, signatures, task_ask, who
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet

TYPES = ("routine", "supervision", "consumer", "commissioned", "self")
SCENES = ("base", "purchase", "wholesale", "retail", "slaughter")
CODE = 8  # letters and digits of the sample's own, behind the station's
OFFICIAL = {one.value for one in supervision.OFFICIAL}
SEAL_ENDS = ("-1", "-2")  # the portion that is tested, and the one in reserve
ASK_OF = {
    **dict.fromkeys(("subject", "subject_name"), "subject"),
    **{name: name for name in ("origin", "product", "place")},
    "supervision/test_portion": "test_grams",
    "supervision/reserve_portion": "reserve_grams",
    "supervision/sampler_signature": "sampler_signature",
    "supervision/subject_signature": "subject_signs",
}


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    official = draft.one("type") in OFFICIAL
    supervised = draft.one("type") == SampleType.SUPERVISION
    return (
        choice("type", *TYPES),
        *task_ask(draft, facts, "sample"),
        Ask("subject", Kind.SUBJECT),
        Ask("product", Kind.PRODUCT),
        *_lot(draft, facts),
        choice("scene", *SCENES),
        Ask("place", Kind.TEXT, optional=not official, most=40),
        Ask("origin", Kind.TEXT, first=_origin(draft, facts), most=40, optional=not official),
        Ask("seen", Kind.NUMBER, units=("kg", "jin"), optional=True),
        *((Ask("test_grams", Kind.NUMBER), Ask("reserve_grams", Kind.NUMBER)) if supervised else ()),
        pictures(),
        *hands(draft, official=supervised),
    )


def made(draft: Draft, facts: Facts) -> Made:
    sample = _sample(draft, facts)
    rulings = (*supervision.code(sample, _Used(facts)), *supervision.slip(sample))
    warned = fit(rulings, ASK_OF, "subject")
    return Made((sample,), warned=warned, slip="sampling")


def code_of(draft: Draft, facts: Facts) -> str:
    """Blind: it says which station took it and nothing of whose it is."""
    return f"{facts.station.upper()}-{draft.fresh[:CODE].upper()}"


def _sample(draft: Draft, facts: Facts) -> SampleTaken:
    subject = facts.books.subject(draft.one("subject"))
    code = code_of(draft, facts)
    name = "" if subject is None else subject.name
    seen = amount(draft, "seen") if draft.one("seen") else None
    supervised = draft.one("type") == SampleType.SUPERVISION
    return SampleTaken(
        sample_code=code,
        sample_type=SampleType(draft.one("type")),
        scene=Scene(draft.one("scene")),
        subject=draft.one("subject"),
        subject_name=name,
        product=draft.one("product"),
        lot=draft.one("lot") if draft.one("lot") in dict(_lots(draft, facts)) else "",
        origin=draft.one("origin") or _home(subject),
        taken_at=at(facts),
        sampler=who(facts),
        place=draft.one("place"),
        quantity_seen=None if seen is None else kilograms(seen),
        test_grams=number(draft, "test_grams"),
        reserve_grams=number(draft, "reserve_grams"),
        seals=tuple(code + end for end in SEAL_ENDS) if supervised else (),
        signatures=signatures(draft, facts, name),
        pictures=draft.all("pictures"),
        task=draft.one("task"),
        subject_code="" if subject is None else subject.code,
    )


def _lot(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    """From which of his lots, where he declared any of these goods: what fails is stopped with all of it."""
    lots = tuple(Choice(lot, lot, much) for lot, much in _lots(draft, facts))
    return (Ask("lot", Kind.CHOICE, lots, optional=True),) if lots else ()


def _lots(draft: Draft, facts: Facts) -> tuple[tuple[str, str], ...]:
    """Number and amount of each."""
    if not (draft.one("subject") and draft.one("product")):
        return ()
    mine = facts.books.lots(draft.one("subject"))
    return tuple((one.lot, f"{plain(one.declared)} {one.unit}") for one in mine if one.product == draft.one("product"))


def _origin(draft: Draft, facts: Facts) -> tuple[str, ...]:
    home = _home(facts.books.subject(draft.one("subject")))
    return (home,) if home else ()


def _home(subject: Subject | None) -> str:
    return "" if subject is None else subject.origin


class _Used:
    """Sample codes that this station has given."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self._facts.books.sample(code) is not None


SHEET = Sheet("sampling", asks, made, frozenset({"inspector"}))
