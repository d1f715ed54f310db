"""What a printer says of itself. Values only, no line. How a language says it: escpos_status, tspl_status, zpl_status.

An answer that is not exactly as its manual has it is UNKNOWN: a printer that babbles is neither well nor out of paper.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """`near_end` BAD: the roll is nearly used up; it still prints. `busy`: there is still something to print."""

    online: State
    cover: State
    error: State
    paper: State
    near_end: State
    silent: bool  # nothing at all came back
    busy: State = State.UNKNOWN  # BAD: yes


NOTHING_HEARD = PrinterStatus(State.UNKNOWN, State.UNKNOWN, State.UNKNOWN, State.UNKNOWN, State.UNKNOWN, silent=True)
NONSENSE = PrinterStatus(State.UNKNOWN, State.UNKNOWN, State.UNKNOWN, State.UNKNOWN, State.UNKNOWN, silent=False)


def told(bad: bool) -> State:
    return State.BAD if bad else State.OK


def worse(one: State, other: State) -> State:
    for state in (State.BAD, State.UNKNOWN):
        if state in (one, other):
            return state
    return State.OK


def trouble(status: PrinterStatus) -> str | None:
    """The code of what a person must mend first; offline comes last, since it follows from the others."""
    causes = {
        "printer.cover_open": status.cover,
        "printer.paper_out": status.paper,
        "printer.error": status.error,
        "printer.offline": status.online,
    }
    return next((code for code, state in causes.items() if state is State.BAD), None)


def well(status: PrinterStatus) -> bool:
    """Nothing bad, and what matters for the next paper is known."""
    return trouble(status) is None and State.UNKNOWN not in (status.online, status.cover, status.paper)
