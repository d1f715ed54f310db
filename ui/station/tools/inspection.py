"""The inspector's pages in words: tasks, samples that wait, cases."""

from kiosk.tools.cases import KINDS, Case, CasesShown
from kiosk.tools.samples import SamplesShown
from kiosk.tools.tasks import Drawn, TaskLine, TasksShown
from ui.station.tools.panel import BAD, GOOD, QUIET, Button, Panel, Row, leafed
from ui.station.view import View

SHEET_OF = {"sample": "sampling", "patrol": "patrol", "gate": "gate"}
# Of each kind of case the sheet that goes on with it.
NEXT = {
    "undelivered": "delivery",
    "running": "objection",
    "objections": "closing",
    "unreviewed": "review",
    "corrections": "correction",
}
SIGNS = {
    "undelivered": "paper",
    "running": "wait",
    "objections": "report",
    "positives": "attention",
    "unreviewed": "good",
    "corrections": "again",
}
WRONG = ("positive", "suspect")


def tasks(view: View) -> Panel:
    shown = view.screen.tool
    if not isinstance(shown, TasksShown):
        return Panel(view.say("desk.tasks"))
    if shown.open is not None:
        return _task(view, shown.open, shown.subjects)
    rows, more = leafed(view, [_task_row(view, one) for one in shown.tasks])
    lead = "" if rows else view.say("tools.tasks.none")
    return Panel(view.say("desk.tasks"), rows, lead=lead, more=more)


def _task_row(view: View, line: TaskLine) -> Row:
    open_it = Button("tool", view.say("tools.open"), f"tasks {line.task.task}", "more", "plain")
    return Row(line.task.title, _task_about(view, line), "paper", GOOD if line.is_done else QUIET, button=open_it)


def _task_about(view: View, line: TaskLine) -> str:
    """Why, how far, until when."""
    why = view.say(f"tools.tasks.why.{line.task.why}") if line.task.why else ""
    done = view.say("tools.tasks.done", done=line.done, count=line.task.count)
    return _joined(why, done, view.say("tools.tasks.until", day=line.task.until))


def _task(view: View, line: TaskLine, subjects: tuple[Drawn, ...]) -> Panel:
    rows, more = leafed(view, [_subject_row(view, one) for one in subjects])
    sheet = SHEET_OF[line.task.what]
    begin = Button("sheet", view.say(f"desk.{sheet}"), f"{sheet} {line.task.task}", "hand", "first")
    products = view.say("screen.list_and").join(_product(view, one) for one in line.task.products)
    lead = _joined(_task_about(view, line), products)
    return Panel(line.task.title, rows, (begin,), lead, up="tasks", more=more)


def _subject_row(view: View, one: Drawn) -> Row:
    """今天该抽谁: whose turn it is first."""
    told = view.say("tools.tasks.subject_done" if one.done else "tools.tasks.subject_open")
    why = (view.say(f"tools.tasks.reason.{reason}") for reason in one.reasons)
    return Row(one.name, _joined(told, *why), "person", GOOD if one.done else QUIET)


def samples(view: View) -> Panel:
    shown = view.screen.tool
    if not isinstance(shown, SamplesShown):
        return Panel(view.say("desk.samples"))
    found = []
    for _, one in shown.samples:
        about = _joined(_product(view, one.product), one.subject_name, _when_short(one.taken_at))
        action, label = (
            ("print_labels", view.say("tools.samples.seals"))
            if one.seals
            else ("print_sheet", view.say("tools.samples.sheet"))
        )
        button = Button(action, label, one.sample_code, "print", "plain")
        found.append(Row(one.sample_code, about, "letter", button=button))
    rows, more = leafed(view, found)
    lead = "" if rows else view.say("tools.samples.none")
    load = Button("loading", view.say("desk.run"), sign="test", look="first", off=not rows)
    take = Button("sheet", view.say("desk.sampling"), "sampling", "hand")
    return Panel(view.say("desk.samples"), rows, (load, take), lead, more=more)


def cases(view: View) -> Panel:
    shown = view.screen.tool
    if not isinstance(shown, CasesShown):
        return Panel(view.say("desk.cases"))
    if not shown.kind:
        rows, more = leafed(view, [_kind_row(view, shown, kind) for kind in KINDS])
        return Panel(view.say("desk.cases"), rows, more=more)
    rows, more = leafed(view, [_case_row(view, shown.kind, one) for one in shown.cases])
    lead = "" if rows else view.say("tools.cases.none")
    return Panel(view.say(f"tools.cases.{shown.kind}"), rows, lead=lead, up="cases", more=more)


def _kind_row(view: View, shown: CasesShown, kind: str) -> Row:
    count = shown.counts.get(kind, 0)
    open_it = Button("tool", view.say("tools.open"), f"cases {kind}", "more", "plain")
    about = view.say("tools.cases.count", count=count)
    bad = kind in ("undelivered", "running", "objections") and count
    return Row(view.say(f"tools.cases.{kind}"), about, SIGNS[kind], BAD if bad else QUIET, button=open_it)


def _case_row(view: View, kind: str, one: Case) -> Row:
    title = _joined(_product(view, one.product), _what(view, one))
    about = _joined(one.name, one.sample, _when(view, kind, one))
    state = BAD if one.outcome in WRONG and not one.seen_by else QUIET
    return Row(title or one.kind, about, SIGNS[kind], state, button=_next(view, kind, one))


def _what(view: View, one: Case) -> str:
    if one.kind:
        return view.say(f"tools.cases.kind.{one.kind}")
    return view.say(f"outcome.{one.outcome}") if one.outcome else ""


def _when(view: View, kind: str, one: Case) -> str:
    if kind == "running":
        if not one.until:
            return view.say("tools.cases.not_started")
        return view.say("tools.cases.until", time=_when_short(one.until))
    if kind == "positives" and one.outcome != "suspect":
        if one.seen_by:
            return view.say("tools.cases.seen", by=one.seen_by)
        return view.say("tools.cases.sent" if one.sent else "tools.cases.unsent")
    return _when_short(one.at)


def _next(view: View, kind: str, one: Case) -> Button | None:
    if kind == "positives":
        if not one.lot:
            return None
        return Button("sheet", view.say("tools.cases.next.disposal"), f"disposal {one.lot}", "no", "plain")
    sheet = NEXT[kind]
    return Button("sheet", view.say(f"tools.cases.next.{sheet}"), f"{sheet} {one.seq}", SIGNS[kind], "plain")


def _product(view: View, product: str) -> str:
    return next(
        (one.names.get(view.words.language, product) for one in view.screen.products if one.id == product), product
    )


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _when_short(text: str) -> str:
    """`03-18 09:41` of an ISO 8601 moment: what waits is of these weeks."""
    return text[5:16].replace("T", " ")
