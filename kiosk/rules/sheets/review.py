"""检测数据的审核: a second person looks at a test and says whether it stands. `about` is the seq of the test."""

from kiosk.rules.messages import Reviewed, Test
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import seq_of, who
from kiosk.rules.sheets.delivery import told_of
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit

LISTED = 18
AGREED, DOUBTED = "agreed", "doubted"


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    waiting = facts.books.unreviewed(LISTED)
    listed = tuple(Choice(str(seq), test.sample_code, test.product) for seq, test in waiting)
    chosen = () if draft.about else (Ask("test", Kind.CHOICE, listed),)
    test = _test(draft, facts)
    told = () if test is None else (Sentence("sheet.review.told", told_of(test)), _said(test))
    doubted = draft.one("found") == DOUBTED
    return (
        *chosen,
        Ask("found", Kind.CHOICE, (Choice(AGREED), Choice(DOUBTED)), text=told),
        Ask("note", Kind.TEXT, optional=not doubted, most=80),
    )


def made(draft: Draft, facts: Facts) -> Made:
    test = _test(draft, facts)
    if test is None:
        raise Unfit("test", Sentence("sheet.review.no_test"))
    if who(facts) in (test.tester, test.read_by) and who(facts):
        raise Unfit("found", Sentence("sheet.review.own", {"name": who(facts)}))
    agreed = draft.one("found") == AGREED
    return Made((Reviewed(seq_of(draft, "test"), who(facts), agreed, draft.one("note")),))


def _test(draft: Draft, facts: Facts) -> Test | None:
    entry = facts.books.entry(seq_of(draft, "test"))
    return entry if isinstance(entry, Test) else None


def _said(test: Test) -> Sentence:
    return Sentence(test.verdict.reason, test.verdict.facts)


SHEET = Sheet("review", asks, made, frozenset({"inspector", "officer"}))
