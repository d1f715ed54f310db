"""结果告知: the result of a supervision sample is told: signed, refused before a witness, or sent. Four hours begin."""

from datetime import datetime

from kiosk.rules.messages import Signature, Test
from kiosk.rules.oversight.objection import How, delivered, may_deliver
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.answers import choice, fit, seq_of
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Unfit
from kiosk.rules.testing.lot import CameTo, came_to

ASK_OF = {"objection/signed": "subject_signature", "objection/refused": "witness_signature"}


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    test = _test(draft, facts)
    chosen = () if draft.about else (Ask("test", Kind.CHOICE, _due(facts)),)
    how = draft.one("how")
    told = () if test is None else (_told(draft, test, facts),)
    return (
        *chosen,
        Ask("read", Kind.READ, text=(*told, Sentence("sheet.delivery.rights"))),
        choice("how", *How),
        *((Ask("subject_signature", Kind.SIGNATURE),) if how == How.SIGNED else ()),
        *((Ask("witness", Kind.NAME), Ask("witness_signature", Kind.SIGNATURE)) if how == How.REFUSED else ()),
    )


def made(draft: Draft, facts: Facts) -> Made:
    test = _test(draft, facts)
    if test is None:
        raise Unfit("test", Sentence("sheet.delivery.no_test"))
    how = How(draft.one("how"))
    received = None if how is How.SENT else facts.now
    signed = _signatures(draft, test, how)
    warned = fit(may_deliver(how, received, signed), ASK_OF, "how")
    entry = delivered(
        how,
        received,
        signed,
        test=seq_of(draft, "test"),
        sample_code=test.sample_code,
        subject=test.subject,
        outcome=_came_to(draft, test, facts).outcome,
    )
    return Made((entry,), warned=warned, slip="notice", said=_said(received))


def told_of(test: Test) -> dict[str, str]:
    """Facts of a test for a sentence about it."""
    said = {"sample": test.sample_code, "name": test.subject_name, "product": test.product}
    return {**said, "outcome": test.verdict.outcome.value}


def _told(draft: Draft, test: Test, facts: Facts) -> Sentence:
    return Sentence("sheet.delivery.told", {**told_of(test), "outcome": _came_to(draft, test, facts).outcome.value})


def _came_to(draft: Draft, test: Test, facts: Facts) -> CameTo:
    """One is told of all tests of the sample that belong together, never of the last repeat alone."""
    books = facts.books
    return came_to(seq_of(draft, "test"), test, books.tests_of(test.sample_code), books.methods.get(test.method_pack))


def _said(received: datetime | None) -> Sentence:
    return Sentence("sheet.delivery.sent" if received is None else "sheet.delivery.done")


def _due(facts: Facts) -> tuple[Choice, ...]:
    return tuple(Choice(str(seq), test.sample_code, test.subject_name) for seq, test in facts.books.undelivered(18))


def _test(draft: Draft, facts: Facts) -> Test | None:
    entry = facts.books.entry(seq_of(draft, "test"))
    return entry if isinstance(entry, Test) else None


def _signatures(draft: Draft, test: Test, how: How) -> tuple[Signature, ...]:
    match how:
        case How.SIGNED:
            return (Signature("subject", test.subject_name, True, draft.one("subject_signature")),)
        case How.REFUSED:
            witness = Signature("witness", draft.one("witness"), True, draft.one("witness_signature"))
            return Signature("subject", test.subject_name, False), witness
    return ()


SHEET = Sheet("delivery", asks, made, frozenset({"inspector"}))
