"""A firm and a buyer at a box with sheets, what they do at the screen, and a printer that says it is done."""

from datetime import date
from pathlib import Path

from kiosk.devices import PrintEnded
from kiosk.rules.messages import Subject, SubjectsUpsert
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Screen
from kiosk.seal import CardCode, link, seal_card
from tests.kiosk.test_attendant import BUYER, Served
from tests.support.bodies import HOST
from tests.support.desk import DeskBox, touch

FIRM = Subject(
    "s-0003", "cooperative", "合作社", "13900001234", "Xinping", controller="Li", marks=("green/cowpea/2030-01-01",)
)
OTHER = Subject("s-0004", "cooperative", "Other", "13900009876", "Xinping", controller="Bai")
READY = 5  # entries of the record when everything that the county said is obeyed


class TradeBox(DeskBox):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.bring(SubjectsUpsert((FIRM, OTHER)))

    def card_of(self, subject: Subject) -> str:
        code = CardCode(f"K-{subject.id}", subject.id, subject.name, date(2026, 3, 1))
        return link(HOST, "K", seal_card(code, self.county.card))


def comes(box: TradeBox, served: Served, subject: Subject = FIRM) -> Screen:
    served.until(lambda screen: screen.link.recorded >= READY - 1)
    if served.attendant.screen().visit.stage is Stage.DONE:
        touch(served, "next")
    served.shows(box.card_of(subject))
    return served.at(Stage.BASKET if subject is BUYER else Stage.PRODUCT)


def taps(served: Served, *each: tuple[str, str] | str) -> Screen:
    for one in each:
        touch(served, *((one,) if isinstance(one, str) else one))
    return served.attendant.screen()


def comes_out(box: TradeBox, served: Served, *, begun: bool = True, done: bool = True) -> None:
    """The printer says what became of the piece that it was sent last; then the attendant has heard it."""
    job = box.jobs[-1]
    served.attendant.post(PrintEnded(job.number, job.copy, begun, done, "completion", None, job.part))
    touch(served, "?")


def issues(box: TradeBox, served: Served, papers: int = 1) -> list[str]:
    """From the open quantity to the last paper; the numbers."""
    begun = len(box.jobs)
    taps(served, "drugs_none", ("split", str(papers)))
    screen = served.at(Stage.PROMISE)
    taps(served, ("promise", "+".join(screen.offered[0])))
    for nth in range(papers):
        served.until(lambda _, sent=begun + nth: len(box.jobs) > sent)  # type: ignore[misc]
        comes_out(box, served)
    served.at(Stage.DONE)
    return [job.number for job in box.jobs[begun:]]


def batch(box: TradeBox, served: Served, amount: str = "300 kg", papers: int = 1, subject: Subject = FIRM) -> list[str]:
    comes(box, served, subject)
    taps(served, ("product", "cowpea"), ("quantity", amount))
    return issues(box, served, papers)
