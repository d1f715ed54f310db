"""The worked rows of `packs/rules/certificate.toml`, put to the real rules."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from kiosk.rules.certify import county_word, keeping
from kiosk.rules.certify.case import Case
from kiosk.rules.certify.certificate import Allowed, owed
from kiosk.rules.certify.promise import decide
from kiosk.rules.goods.products import ProductClass
from kiosk.rules.messages import Basis, Credit, Outcome, Presence, Present, Proofs, SampleType
from kiosk.rules.settings import ServiceTest
from kiosk.rules.testing.lot import Standing
from tests.support import lots as made

Given = dict[str, str]


def _told(case: Case, rule: str) -> str:
    return made.told(decide(case).rulings, rule)


def _subject(given: Given) -> Case:
    papers = tuple("P" for _ in range(int(given.get("papers", "1"))))
    return made.case(subject=replace(made.LI, kind=given["kind"]), proofs=Proofs(incoming=papers))


def _issuer(given: Given) -> str:
    answer = decide(_subject(given))
    return f"style {answer.style}" if isinstance(answer, Allowed) else made.told(answer.rulings, "certificate/issuer")


def _owed(rule: str, given: Given) -> str:
    return made.told(owed(replace(made.LI, kind=given["kind"])), rule)


def _buyer_papers(given: Given) -> str:
    return _told(_subject(given), "certificate/buyer_papers")


def _class(given: Given) -> str:
    product = replace(made.tomato(), product_class=ProductClass(given["product"]))
    answer = decide(made.case(product=product))
    titled = isinstance(answer, Allowed) and answer.titled
    warned = made.told(answer.rulings, "certificate/class") == "warned"
    return "title" if titled and not warned else "no title"


def _wording(given: Given) -> str:
    wording = None if given["wording"] == "none" else made.wording(given["wording"])
    day = date.fromisoformat(given["day"])
    now = datetime(day.year, day.month, day.day, 12, 0, tzinfo=made.BEIJING)
    return _told(made.case(wording=wording, now=now), "certificate/wording")


def _standing(given: Given) -> str:
    return _told(made.case(standing=Standing(given["standing"])), "certificate/standing")


def _staff_vouch(given: Given) -> str:
    settings = replace(made.packs().settings, staff_may_vouch=given["allowed"] == "yes")
    case = made.case(presence=Presence.STAFF, present=Present.HELPED, settings=settings)
    return _told(case, "certificate/staff_vouch")


def _newcomer(given: Given) -> str:
    settings = replace(made.packs().settings, newcomer_may_issue=given["allowed"] == "yes")
    case = made.case(provisional=given["confirmed"] == "no", settings=settings)
    return _told(case, "certificate/newcomer")


def _staff_alone(given: Given) -> str:
    settings = replace(made.packs().settings, staff_may_vouch=True)
    case = made.case(presence=Presence(given["proof"]), present=Present(given["present"]), settings=settings)
    return _told(case, "certificate/staff_alone")


def _control(rule: str, given: Given) -> str:
    subject = replace(made.LI, kind=given["kind"], controller=given.get("listed", ""))
    return _told(made.case(subject=subject, basis=(Basis.CONTROL,), proofs=Proofs(control=given["said"])), rule)


def _self_test(given: Given) -> str:
    test = replace(
        made.NEGATIVE,
        subject=given["subject"],
        product=given["product"],
        lot=given["lot"],
        outcome=Outcome(given["outcome"]),
        sample_type=SampleType(given.get("sample", "self")),
    )
    case = made.case(tests=(test,), basis=(Basis.SELF_TEST,), proofs=Proofs(tests=(7,)))
    return _told(case, "certificate/self_test")


def _test_invalid(given: Given) -> str:
    outcomes = [Outcome(word) for word in given["tests"].split()]
    tests = tuple(replace(made.NEGATIVE, seq=seq, outcome=outcome) for seq, outcome in enumerate(outcomes, start=1))
    standing = Standing.NEGATIVE if Outcome.NEGATIVE in outcomes else Standing.INVALID
    linked = outcomes.index(Outcome.NEGATIVE) + 1 if Outcome.NEGATIVE in outcomes else 1
    case = made.case(tests=tests, standing=standing, basis=(Basis.SELF_TEST,), proofs=Proofs(tests=(linked,)))
    return _told(case, "certificate/test_invalid")


def _test_age(given: Given) -> str:
    settings = replace(made.packs().settings, test_valid_hours=int(given["limit"]))
    test = replace(made.NEGATIVE, ended=made.NOON - made.span(given["age"]))
    case = made.case(tests=(test,), settings=settings, basis=(Basis.SELF_TEST,), proofs=Proofs(tests=(7,)))
    return _told(case, "certificate/test_age")


def _test_drugs(given: Given) -> str:
    facts = {"drugs_known": given["known"] == "yes", "covered": given["covered"] == "yes"}
    return _told(made.case(**facts, basis=(Basis.SELF_TEST,), proofs=Proofs(tests=(7,))), "certificate/test_drugs")


def _ticked(given: Given) -> tuple[Basis, ...]:
    return tuple(Basis(word) for word in given["ticked"].split())


def _method_alone(given: Given) -> str:
    test = replace(made.NEGATIVE, method_confirmed=given["confirmed"] == "yes")
    case = made.case(tests=(test,), basis=_ticked(given), proofs=Proofs(control="yes", tests=(7,)))
    return _told(case, "certificate/method_alone")


def _service_test(given: Given) -> str:
    settings = replace(made.packs().settings, service_test=ServiceTest(given["setting"]))
    proofs = Proofs(tests=(7,), report="R-1", laboratory="Station")
    own = given.get("box") == "own"
    case = made.case(settings=settings, basis=_ticked(given), proofs=proofs, service_point=not own)
    return _told(case, "certificate/service_test")


def _report(rule: str, given: Given) -> str:
    proofs = Proofs(
        control="yes",
        report=given.get("report", "R-1"),
        laboratory=given.get("laboratory", "Lab"),
        report_date=given.get("date", "2026-11-20"),
    )
    basis = _ticked(given) if "ticked" in given else (Basis.COMMISSIONED_TEST,)
    return _told(made.case(basis=basis, proofs=proofs), rule)


def _keep(given: Given) -> str:
    recorded, today = (date.fromisoformat(given[name]) for name in ("recorded", "today"))
    found = keeping.may_retire(recorded, today, int(given["days"]), case_open=False, receipted=True)
    return made.told(found, "certificate/keep")


def _keep_still(rule: str, given: Given) -> str:
    found = keeping.may_retire(
        date(2026, 1, 1),
        date(2026, 1, 1) + timedelta(days=800),
        730,
        case_open=given.get("open") == "yes",
        receipted=given.get("receipted") != "no",
    )
    return made.told(found, rule)


def _list_old(given: Given) -> str:
    heard = date.fromisoformat(given["heard"]) if given["heard"] else None
    settings = replace(made.packs().settings, list_days=int(given["days"]))
    return made.told(county_word.list_age(heard, date.fromisoformat(given["today"]), settings), "certificate/list_old")


def _listed(given: Given) -> str:
    credit = Credit("s1", "C", given["list"], given["since"], given["until"])
    return made.told(county_word.listed(credit, date.fromisoformat(given["today"])), "certificate/listed")


WORKED: dict[str, Callable[[Given], str]] = {
    "certificate/issuer": _issuer,
    "certificate/per_batch": partial(_owed, "certificate/per_batch"),
    "certificate/buyer_mixes": partial(_owed, "certificate/buyer_mixes"),
    "certificate/buyer_papers": _buyer_papers,
    "certificate/class": _class,
    "certificate/wording": _wording,
    "certificate/standing": _standing,
    "certificate/staff_vouch": _staff_vouch,
    "certificate/newcomer": _newcomer,
    "certificate/staff_alone": _staff_alone,
    "certificate/control": partial(_control, "certificate/control"),
    "certificate/controller": partial(_control, "certificate/controller"),
    "certificate/self_test": _self_test,
    "certificate/test_invalid": _test_invalid,
    "certificate/test_age": _test_age,
    "certificate/test_drugs": _test_drugs,
    "certificate/method_alone": _method_alone,
    "certificate/service_test": _service_test,
    "certificate/commissioned": partial(_report, "certificate/commissioned"),
    "certificate/report_date": partial(_report, "certificate/report_date"),
    "certificate/report_items": partial(_report, "certificate/report_items"),
    "certificate/list_old": _list_old,
    "certificate/listed": _listed,
    "certificate/keep": _keep,
    "certificate/keep_case": partial(_keep_still, "certificate/keep_case"),
    "certificate/keep_receipt": partial(_keep_still, "certificate/keep_receipt"),
}
