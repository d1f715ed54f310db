"""试剂登记: something happened to a reagent lot. A kit without a number of its own gets a label of ours."""

from dataclasses import dataclass

from kiosk.rules.messages import ReagentOpened
from kiosk.rules.quality_control.reagent import last_day
from kiosk.rules.scan import tags
from kiosk.rules.scan.codes import explain
from kiosk.rules.scan.scanned import Kind as Code
from kiosk.rules.scan.tags import Tag
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import choice, who
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit

EVENTS = ("opened", "received", "thawed", "warm", "cold", "used_up")
NAMED, BARE = "named", "bare"
LOT_LENGTH = 24
BOXES = (Code.REAGENT, Code.GS1, Code.GS1_LINK)


@dataclass(frozen=True, slots=True)
class Box:
    """What a box says of itself. `code`: the maker's own, whole; `expires` a day or a month."""

    lot: str
    expires: str = ""
    code: str = ""


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    """What is known of a lot already, or stands in the maker's own code, is not asked again."""
    fresh, box = draft.one("has") == BARE, _box(draft)
    known = facts.books.reagent_events(lot_of(draft)) if not fresh and draft.one("lot") else ()
    expires = () if box.expires else (Ask("expires", Kind.DAY, optional=True),)
    return (
        choice("has", NAMED, BARE),
        *(() if fresh else (Ask("lot", Kind.SCAN, codes=BOXES, most=LOT_LENGTH),)),
        choice("event", *EVENTS),
        *(() if known else (Ask("method", Kind.CHOICE, methods_of(facts)), *expires)),
        *(() if known else (Ask("maker", Kind.TEXT, optional=True, most=40),)),
    )


def made(draft: Draft, facts: Facts) -> Made:
    lot, box, event = lot_of(draft), _box(draft), draft.one("event")
    if not lot:
        raise Unfit("lot", Sentence("sheet.reagent.no_lot"))
    known = facts.books.reagent_events(lot)
    last = known[-1][1] if known else None
    method = draft.one("method") if last is None else last.method
    if not method:
        raise Unfit("method", Sentence("sheet.reagent.method_wanted"))
    told = box.expires or draft.one("expires")
    expires = told if last is None else last.expires or told
    _not_over(expires, event, facts, "lot" if box.expires or last is not None else "expires")
    maker = draft.one("maker") if last is None else last.maker
    entry = ReagentOpened(lot, method, event, expires=expires, by=who(facts), maker=maker, code=box.code)
    fresh = draft.one("has") == BARE
    said = Sentence(f"sheet.reagent.done{'_label' if fresh else ''}", {"lot": tags.shown_tag(lot) if fresh else lot})
    return Made((entry,), said=said, slip="reagent" if fresh else "")


def _not_over(expires: str, event: str, facts: Facts, ask: str) -> None:
    """Raises Unfit: what is over may be put away, and nothing else."""
    end = last_day(expires) if expires else None
    if end is not None and end < facts.now.date() and event != "used_up":
        raise Unfit(ask, Sentence("sheet.reagent.over", {"day": expires}))


def lot_of(draft: Draft) -> str:
    """As it stands on the box; of one that carries nothing, the number of our label. Empty: its code names no lot."""
    if draft.one("has") == BARE:
        return tags.tag_number(Tag.REAGENT, bytes.fromhex(draft.fresh)[: tags.RANDOM_BYTES])
    return _box(draft).lot


def _box(draft: Draft) -> Box:
    """What was held up or keyed in: our label, the maker's GS1 elements (01, 10, 17), or the lot's bare number."""
    told = "" if draft.one("has") == BARE else draft.one("lot")
    scanned = explain(told.encode())
    if scanned.kind not in (Code.GS1, Code.GS1_LINK):
        return Box(tags.parse_tag(told, Tag.REAGENT) or told)
    return Box(scanned.facts.get("lot", ""), scanned.facts.get("expires", ""), told)


def methods_of(facts: Facts) -> tuple[Choice, ...]:
    """By the rule that a reagent's entry names; what a county changed goes by the same name."""
    rules = {one.rule: tuple(one.names.items()) for one in facts.books.methods.values()}
    return tuple(Choice(rule, rule, names=names) for rule, names in rules.items())


SHEET = Sheet("reagent", asks, made, frozenset({"inspector"}))
