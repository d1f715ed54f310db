"""What is wrong with the station itself, in words: for everybody little, for the technician what to do."""

from kiosk.rules.sentence import Sentence
from ui.station.view import View

RECORD = "problem.record."
DOUBTFUL = ("damaged", "foreign", "rolled_back", "tables", "checked")  # what befell the record


def disk_mark(view: View) -> str:
    """On every page once there is little room."""
    disk = view.screen.house.disk
    if disk is None or not disk.scarce:
        return ""
    return view.say("screen.strip.disk_full") if disk.left <= 0 else view.say("screen.strip.disk_days", days=disk.days)


def calm(view: View) -> str:
    """What was done before is safe; or, where nobody can say so yet, what holds all the same."""
    doubtful = _reason(view) in DOUBTFUL
    return view.say("screen.halted.valid" if doubtful else "screen.halted.calm")


def for_technician(view: View) -> tuple[str, ...]:
    """Below the words for everybody: what was found, and what to do about it."""
    halted = view.screen.halted
    if halted is None:
        return ()
    found = ""
    if named := halted.facts.get("found", ""):
        found = view.tell(Sentence(named, halted.facts))
    if finding := halted.facts.get("finding", ""):
        found = view.tell(Sentence(f"record.finding.{finding}", {"seq": halted.facts["entry"]}))
    lines = (view.say("screen.halted.found", wrong=found),) if found else ()
    do = f"screen.halted.do.{_reason(view)}"
    return (*lines, view.say(do)) if view.words.knows(do) else lines


def _reason(view: View) -> str:
    key = "" if view.screen.halted is None else view.screen.halted.key
    return key.removeprefix(RECORD) if key.startswith(RECORD) else ""
