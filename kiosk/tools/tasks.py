"""The tasks page (任务): what the county wants done and why, how far it is, and whose turn it is today.

Opened on a task it names whom it is about, or, where the county named nobody, who is at risk and why; those that
nothing was drawn from yet come first, the listed before others.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.at_risk import Reason, at_risk, why
from kiosk.rules.messages import TaskGiven
from kiosk.rules.visits import desk
from kiosk.tools.tool import Reach

GATE = "gate"  # a task of whoever comes: nobody is drawn


@dataclass(frozen=True, slots=True)
class TaskLine:
    task: TaskGiven
    done: int

    @property
    def is_done(self) -> bool:
        return self.done >= self.task.count


@dataclass(frozen=True, slots=True)
class Drawn:
    """A subject of a task. `reasons`: why he is at risk; `done`: it was done at his place for this task."""

    id: str
    name: str
    reasons: tuple[Reason, ...]
    done: bool

    @property
    def listed(self) -> bool:
        """The county watches him."""
        return bool({"black", "watch"} & set(self.reasons))


@dataclass(frozen=True, slots=True)
class TasksShown:
    """The most urgent first; `open` is the one whose page stands there, with `subjects`."""

    tasks: tuple[TaskLine, ...]
    open: TaskLine | None = None
    subjects: tuple[Drawn, ...] = ()


class Tasks:
    id = "tasks"
    roles = frozenset({desk.INSPECTOR, desk.OFFICER})

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    def shown(self, about: str) -> TasksShown:
        tables = self._reach.record.tables
        every = [TaskLine(one, tables.work.done_of(one.task)) for one in tables.orders.tasks(self._today().isoformat())]
        lines = tuple(sorted(every, key=lambda one: (one.is_done, one.task.why != "risk")))
        found = next((one for one in lines if one.task.task == about), None)
        return TasksShown(lines, found, () if found is None else tuple(self._subjects(found.task)))

    def steps(self) -> Mapping[str, Callable[[str], None]]:
        return {}

    def heard(self, event: object) -> bool:
        return False

    def _subjects(self, task: TaskGiven) -> Iterable[Drawn]:
        tables, today = self._reach.record.tables, self._today()
        named = {one: why(one, today, tables) for one in task.subjects}
        if not named and task.what != GATE:
            named = at_risk(task, today, tables)
        done = tables.work.done_by(task.task)
        drawn = [Drawn(one, self._name(one), reasons, one in done) for one, reasons in named.items()]
        return sorted(drawn, key=lambda one: (one.done, not one.listed))

    def _name(self, subject: str) -> str:
        known = self._reach.record.tables.orders.subject(subject)
        return subject if known is None else known.name

    def _today(self) -> date:
        return self._reach.clock.now().at.date()
