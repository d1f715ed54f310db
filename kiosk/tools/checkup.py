"""The box looked over where it stands: 体检单 and 验收单, printed here, with what was found as an entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.doctor import Facts, examined
from kiosk.rules.messages import Check, DoctorReport
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import desk
from kiosk.tools.tool import Reach

OPENING = 1  # seq of every log's first entry


@dataclass(frozen=True, slots=True)
class CheckupShown:
    checks: tuple[Check, ...]
    told: Sentence | None


class Checkup:
    """Looks when it is asked: the first time that its page is opened, and again by its button."""

    id = "checkup"
    roles = frozenset({desk.TECHNICIAN, desk.OFFICER})

    def __init__(self, reach: Reach, facts: Callable[[], Facts]) -> None:
        self._reach = reach
        self._facts = facts
        self._checks: tuple[Check, ...] = ()
        self._visit = ""
        self._told: Sentence | None = None

    def shown(self, about: str) -> CheckupShown:
        if self._visit != self._reach.open.visit.id:
            self._visit, self._told = self._reach.open.visit.id, None
            self._checks = examined(self._facts())
        return CheckupShown(self._checks, self._told)

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        return {
            "look_again": lambda _: self._again(),
            "print_checkup": lambda _: self._print(),
            "print_acceptance": lambda _: self._accept(),
        }

    def heard(self, event: object) -> bool:
        return False

    def _again(self) -> None:
        self._checks, self._told = examined(self._facts()), None
        self._reach.show()

    def _print(self) -> None:
        """What stands on the paper is in the record before the paper is drawn."""
        self._checks = examined(self._facts())
        self._reach.record.append(DoctorReport("", self._checks))
        self._told = Sentence("tools.checkup.printing")
        self._reach.slip("checkup", self._reach.record.last)
        self._reach.show()

    def _accept(self) -> None:
        self._told = Sentence("tools.checkup.printing")
        self._reach.slip("acceptance", OPENING)
        self._reach.show()
