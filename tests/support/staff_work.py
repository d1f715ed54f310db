"""Entries about people and the work of staff, whole; only what differs is said."""

from dataclasses import replace
from decimal import Decimal

from kiosk.rules.messages import (
    AgreementSigned,
    CardGiven,
    Complaint,
    Control,
    Device,
    EntryBody,
    FarmWork,
    FaultReported,
    Handover,
    Objection,
    ObjectionClosed,
    Outcome,
    Patrol,
    PatrolItem,
    PinSet,
    Presence,
    Present,
    Rating,
    ReagentOpened,
    ResultDelivered,
    Reviewed,
    SlaughterEntry,
    Subject,
    SubjectProposed,
    Supply,
    Trained,
    Verdict,
)
from kiosk.rules.messages import Test as Tested
from tests.support.oversight import sample
from tests.support.oversight import test as tested

DIGEST = "ab" * 32
AT = "2026-11-22T10:00:00+08:00"
NEW = Subject("n-1", "farmer", "Wang", "13800005555", "Gasa", region="530427")


def newcomer(subject: str = "n-1", name: str = "Wang", village: str = "Nanjian") -> SubjectProposed:
    return SubjectProposed(replace(NEW, id=subject, name=name), village, "w-1")


def card(number: str = "10000008", subject: str = "n-1", replaces: str = "") -> CardGiven:
    return CardGiven(number, subject, "lost" if replaces else "new", "w-1", replaces)


def signed(what: str = "notice", subject: str = "n-1", edition: str = "1") -> AgreementSigned:
    return AgreementSigned(
        subject, "Wang", what, edition, DIGEST, "2026-11-22", Presence.STAFF, Present.SELF, DIGEST, "w-1"
    )


def supply(event: str, count: str, item: str = "tips", unit: str = "piece", subject: str = "") -> Supply:
    return Supply(item, event, Decimal(count), unit, "w-1", subject)


def positive(**changed: object) -> Tested:
    return tested(**{"verdict": Verdict(Outcome.POSITIVE, "x/positive", "verdict.positive", {}), **changed})


def delivered(test: int) -> ResultDelivered:
    return ResultDelivered(test, "S-0001", "s1", Outcome.POSITIVE, "signed", AT, (), AT)


def objected(delivery: int) -> Objection:
    return Objection(delivery, "S-0001", "s1", AT, True, "Li")


def settled(objection: int) -> ObjectionClosed:
    return ObjectionClosed(objection, "withdrawn", "", "", "", "", None)


def patrol(task: str = "", subject: str = "s1") -> Patrol:
    return Patrol(subject, "Li", "Gasa", AT, "Wang", (PatrolItem("labels", "good"),), task=task)


def control(what: str = "blank", profile: str = "p") -> Control:
    device = Device(profile, 1, DIGEST, "m", None, "typed")
    return Control(what, "r1", "m", device, (), True, (), DIGEST)


def farm_work(what: str = "sprayed", subject: str = "s1") -> FarmWork:
    return FarmWork(subject, "tomato", what, "2026-11-20")


def slaughter(subject: str = "s1") -> SlaughterEntry:
    return SlaughterEntry(AT, subject, "Li", "Gasa", "pig", Decimal(3), "Q-1", "admit", "Wang")


def fault(what: str = "broken", part: str = "printer") -> FaultReported:
    return FaultReported(part, what, "smokes", "w-1")


def handover() -> Handover:
    return Handover(AT, "w-1", "w-2", (), (), ())


def reagent(lot: str = "R-1", event: str = "received") -> ReagentOpened:
    return ReagentOpened(lot, "m", event)


def complaint(text: str = "sprayed yesterday") -> Complaint:
    return Complaint("drugs", text)


def day_of_work(first: int) -> list[EntryBody]:
    """Something of every kind, as a log has it behind entry `first`."""
    return [
        newcomer(), card(), PinSet("n-1", "ab" * 32, "w-1"), signed(), signed("pledge"),
        card("20000006", replaces="10000008"),
        sample(task="t-1"), positive(sample_type=sample().sample_type, lot=""), delivered(first + 8),
        objected(first + 9), settled(first + 10), Reviewed(first + 8, "w-2", True), patrol("t-1"),
        supply("received", "100"), supply("used", "3"), supply("counted", "90"), supply("given", "10", subject="s1"),
        control(), reagent(), reagent(event="opened"), fault(), handover(), farm_work(), slaughter(), complaint(),
        Rating("good"), Rating("good"), Rating("bad"), Trained("w-2", AT, 20, 2, 1, 0), sample(sample_code="S-0002"),
    ]  # fmt: skip
