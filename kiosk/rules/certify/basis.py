"""The three boxes of the 承诺依据 and what each has to rest on. Nothing is ticked before the producer ticks it."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from kiosk.rules.certify.case import Case, Evidence
from kiosk.rules.certify.certificate import FIRMS
from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import Basis, Outcome, SampleType
from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.settings import ServiceTest
from kiosk.rules.testing.lot import Standing

CONTROL, SELF_TEST, COMMISSIONED = Basis.CONTROL, Basis.SELF_TEST, Basis.COMMISSIONED_TEST
SETS = (
    (CONTROL,),
    (CONTROL, SELF_TEST),
    (SELF_TEST,),
    (COMMISSIONED,),
    (CONTROL, COMMISSIONED),
    (SELF_TEST, COMMISSIONED),
    (CONTROL, SELF_TEST, COMMISSIONED),
)
OWN_SAMPLES = (SampleType.SELF, SampleType.COMMISSIONED)  # an inspector's sample is not the producer's own test
HOUR = timedelta(hours=1)


def offered(case: Case) -> tuple[tuple[Basis, ...], ...]:
    """The sets of boxes that could be ticked; a report or a statement may still be to come."""
    self_test = without_self_test(case) is None
    alone = any(test.method_confirmed for test in good_tests(case))
    return tuple(boxes for boxes in SETS if SELF_TEST not in boxes or (self_test and (alone or CONTROL in boxes)))


def ticked(case: Case) -> tuple[Ruling, ...]:
    """What the ticked boxes lack."""
    found: list[Ruling] = []
    if CONTROL in case.basis:
        found += _control(case)
    if SELF_TEST in case.basis:
        found += _self_test(case)
    if COMMISSIONED in case.basis:
        found += _commissioned(case)
    return tuple(found)


def good_tests(case: Case) -> tuple[Evidence, ...]:
    """Valid negatives of this subject, product and batch that are fresh and not overtaken by an invalid test."""
    if case.standing is not Standing.NEGATIVE:
        return ()
    return tuple(test for test in _negatives(case) if not _overtaken(test, _of_batch(case)) and _fresh(case, test))


def without_self_test(case: Case) -> Ruling | None:
    """Why 自行检测合格 cannot be ticked; None when it can."""
    if case.service_point and case.settings.service_test is ServiceTest.COMMISSIONED:
        return stop("certificate/service_test", "certificate.service_test_commissioned")
    if not good_tests(case):
        return _why_none(case)
    if not case.drugs_known:
        return stop("certificate/test_drugs", "certificate.drugs_unknown")
    if not case.covered:
        return stop("certificate/test_drugs", "certificate.drugs_not_covered")
    return None


# --- box by box ---


def _control(case: Case) -> list[Ruling]:
    """His own statement; of a firm, in the name of its internal controller."""
    said = case.proofs.control.strip()
    firm = case.subject.kind in FIRMS
    if not said:
        key = "certificate.controller_wanted" if firm else "certificate.statement_wanted"
        return [stop("certificate/controller" if firm else "certificate/control", key, name=case.subject.name)]
    if firm and case.subject.controller and case.subject.controller not in said:
        facts = {"said": said, "listed": case.subject.controller}
        return [warn("certificate/controller", "certificate.controller_differs", **facts)]
    return []


def _self_test(case: Case) -> list[Ruling]:
    if why := without_self_test(case):
        return [why]
    good = {test.seq: test for test in good_tests(case)}
    if not case.proofs.tests or any(seq not in good for seq in case.proofs.tests):
        return [stop("certificate/self_test", "certificate.test_not_linked")]
    if CONTROL not in case.basis and not any(good[seq].method_confirmed for seq in case.proofs.tests):
        return [stop("certificate/method_alone", "certificate.method_alone")]
    return []


def _commissioned(case: Case) -> list[Ruling]:
    proofs = case.proofs
    if not proofs.report.strip() or not proofs.laboratory.strip():
        return [stop("certificate/commissioned", "certificate.report_wanted")]
    return [*_report_day(case), *_service_test(case), warn("certificate/report_items", "certificate.report_items")]


def _report_day(case: Case) -> list[Ruling]:
    told = case.proofs.report_date
    if not told:
        return [warn("certificate/report_date", "certificate.report_undated")]
    day = _day(told)
    if day is None or day > case.today:
        return [stop("certificate/report_date", "certificate.report_date", told=told, today=case.today.isoformat())]
    return []


def _service_test(case: Case) -> list[Ruling]:
    """Our own tests named behind 委托检测合格: only where they count as commissioned, and only good ones."""
    if SELF_TEST in case.basis or not case.proofs.tests:
        return []
    if not case.service_point or case.settings.service_test is ServiceTest.SELF:
        return [stop("certificate/service_test", "certificate.service_test_self")]
    good = {test.seq for test in good_tests(case)}
    if not good.issuperset(case.proofs.tests):
        return [stop("certificate/self_test", "certificate.test_not_linked")]
    if not (case.drugs_known and case.covered):
        return [stop("certificate/test_drugs", "certificate.drugs_not_covered")]
    return []


# --- the tests ---


def _of_batch(case: Case) -> list[Evidence]:
    """Tests of the producer's own samples of this batch."""
    lots = {case.lot, *case.batch}
    same = [test for test in case.tests if (test.subject, test.product) == (case.subject.id, case.product.id)]
    return [test for test in same if test.lot in lots and test.sample_type in OWN_SAMPLES]


def _negatives(case: Case) -> list[Evidence]:
    return [test for test in _of_batch(case) if test.outcome is Outcome.NEGATIVE]


def _overtaken(test: Evidence, tests: Iterable[Evidence]) -> bool:
    """The same method was tried again on this batch and gave nothing."""
    later = [one for one in tests if one.method == test.method and one.seq > test.seq]
    return any(one.outcome is Outcome.INVALID for one in later)


def _fresh(case: Case, test: Evidence) -> bool:
    return timedelta(0) <= case.now - test.ended <= HOUR * case.settings.test_valid_hours


def _why_none(case: Case) -> Ruling:
    negatives = _negatives(case)
    if case.standing is not Standing.NEGATIVE or not negatives:
        invalid = any(test.outcome is Outcome.INVALID for test in _of_batch(case))
        key = "certificate.test_invalid" if invalid else "certificate.no_test"
        return stop("certificate/test_invalid" if invalid else "certificate/self_test", key)
    standing = [test for test in negatives if not _overtaken(test, _of_batch(case))]
    if not standing:
        return stop("certificate/test_invalid", "certificate.test_invalid")
    age = case.now - max(test.ended for test in standing)
    if age < timedelta(0):
        return stop("certificate/test_age", "certificate.test_ahead")
    facts = {"hours": _hours(age), "limit": str(case.settings.test_valid_hours)}
    return stop("certificate/test_age", "certificate.test_old", **facts)


def _hours(age: timedelta) -> str:
    """Hours, to the next tenth above, so that what is too old never reads like the limit."""
    return plain(Decimal(-(-age // (HOUR / 10))) / 10)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
