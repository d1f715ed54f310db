"""Printers and analyzers in words: how they are set, what there is to choose, and that it counts after a restart."""

from kiosk.tools.analyzers import AnalyzersShown, Instrument, Looked
from kiosk.tools.printers import WHICH, Found, PrintersShown, Set
from ui.station.tools.panel import BAD, GOOD, QUIET, ROWS, Button, Panel, Row, fault, leafed
from ui.station.view import View

SHOWN = 34  # characters of a place's end
BELOW_A_LEAD = 2  # rows of which one tells at length why nobody answers


def printers(view: View) -> Panel:
    """The list, or the next question about one of them: place, model, paper, done."""
    shown = view.screen.tool
    if not isinstance(shown, PrintersShown):
        return Panel(view.say("desk.printers"))
    panel = _printer_list(view, shown) if not shown.which else _printer_question(view, shown)
    notice = "" if shown.told is None else view.tell(shown.told)
    busy = view.say(f"tools.printers.busy.{shown.busy}") if shown.busy else ""
    return Panel(panel.title, panel.rows, panel.buttons, panel.lead, notice, busy, panel.up, panel.more)


def analyzers(view: View) -> Panel:
    shown = view.screen.tool
    if not isinstance(shown, AnalyzersShown):
        return Panel(view.say("desk.analyzers"))
    panel = _analyzer_list(view, shown) if shown.open < 0 else _analyzer(view, shown, shown.instruments[shown.open])
    notice = "" if shown.told is None else view.tell(shown.told)
    busy = view.say("tools.analyzers.busy") if shown.busy else ""
    return Panel(panel.title, panel.rows, panel.buttons, panel.lead, notice, busy, panel.up, panel.more)


# --- printers -----------------------------------------------------------------------------------------------------


def _printer_list(view: View, shown: PrintersShown) -> Panel:
    sets = dict(shown.sets)
    rows = [_set_row(view, which, sets.get(which), which in shown.chosen) for which in WHICH]
    back = [
        Row(
            view.say("tools.take_back_title", name=view.say(f"screen.tech.{which}")),
            button=Button("take_back", view.say("tools.take_back"), which, "back", "plain"),
        )
        for which in WHICH
        if which in shown.chosen
    ]
    lead = view.say("tools.pending") if shown.pending else ""
    return Panel(
        view.say("desk.printers"), (*rows, *back), (*_apply(view, shown.pending), fault(view, "printer")), lead=lead
    )


def _set_row(view: View, which: str, how: Set | None, chosen: bool) -> Row:
    change = Button("tool", view.say("tools.change"), f"printers {which}", "tools", "plain")
    name, mark = view.say(f"screen.tech.{which}"), view.say("tools.chosen_here") if chosen else ""
    if how is None:
        return Row(name, view.say("tools.printers.none"), "no", mark=mark, button=change)
    return Row(name, f"{how.model} · {how.paper or '—'} · {how.place[-SHOWN:]}", "print", mark=mark, button=change)


def _printer_question(view: View, shown: PrintersShown) -> Panel:
    draft, title = shown.draft, view.say(f"screen.tech.{shown.which}")
    if not draft.place:
        rows, more = leafed(view, [_found(view, one) for one in shown.found])
        none = "" if rows or shown.busy else view.say("tools.printers.nothing")
        without = Button("without", view.say("tools.printers.without"), shown.which, "no", "plain")
        look = Button("look", view.say("tools.printers.look"), sign="again", off=bool(shown.busy))
        return Panel(title, rows, (look, without), none or view.say("tools.printers.which"), up="printers", more=more)
    anew = Button("anew", view.say("tools.printers.anew"), sign="back", look="plain")
    if not draft.model:
        rows, more = leafed(view, [_pick(view, "model", model) for model in shown.models])
        return Panel(title, rows, (anew,), view.say("tools.printers.model"), up="printers", more=more)
    if not draft.paper:
        rows, more = leafed(view, [_pick(view, "paper", paper) for paper in shown.papers])
        return Panel(title, rows, (anew,), view.say("tools.printers.paper"), up="printers", more=more)
    row = Row(draft.model, f"{draft.paper} · {draft.place[-SHOWN:]}", "print")
    trial = Button("try", view.say("tools.printers.try"), sign="print", off=bool(shown.busy))
    take = Button("take", view.say("tools.printers.take"), sign="yes", look="first")
    return Panel(title, (row,), (anew, trial, take), view.say("tools.printers.ready"), up="printers")


def _found(view: View, one: Found) -> Row:
    pick = Button("place", view.say("tools.pick"), one.place, "yes", "plain")
    return Row(
        one.says or one.place[-SHOWN:],
        f"{view.say(f'tools.printers.kind.{one.kind}')} · {one.place[-SHOWN:]}",
        "print",
        button=pick,
    )


def _pick(view: View, action: str, value: str) -> Row:
    return Row(value, sign="paper", button=Button(action, view.say("tools.pick"), value, "yes", "plain"))


# --- analyzers ----------------------------------------------------------------------------------------------------


def _analyzer_list(view: View, shown: AnalyzersShown) -> Panel:
    rows = [_instrument(view, nth, one) for nth, one in enumerate(shown.instruments)]
    known = {one.port for one in shown.instruments}
    rows += [_look(view, look) for look in shown.looks if look.where not in known]
    if shown.chosen:
        back = Button("take_back", view.say("tools.take_back"), "", "back", "plain")
        rows.append(
            Row(
                view.say("tools.take_back_title", name=view.say("desk.analyzers")),
                mark=view.say("tools.chosen_here"),
                button=back,
            )
        )
    leaf, more = leafed(view, rows, BELOW_A_LEAD if shown.pending else ROWS)
    search = Button("find", view.say("tools.analyzers.find"), sign="again", off=bool(shown.busy))
    lead = view.say("tools.pending") if shown.pending else ""
    if shown.looked and not shown.looks:
        lead = view.say("tools.analyzers.nothing")
    return Panel(
        view.say("desk.analyzers"),
        leaf,
        (search, *_apply(view, shown.pending), fault(view, "analyzer")),
        lead,
        more=more,
    )


def _instrument(view: View, nth: int, one: Instrument) -> Row:
    tests = view.say("tools.analyzers.tests") if one.tests else ""
    opened = Button("tool", view.say("tools.change"), f"analyzers {nth}", "tools", "plain")
    return Row(one.name, " · ".join(part for part in (one.profile, tests) if part), "test", GOOD, button=opened)


def _look(view: View, look: Looked) -> Row:
    if look.profile:
        enable = Button("enable", view.say("tools.analyzers.enable"), look.where, "yes", "plain")
        return Row(
            look.model, " · ".join(part for part in (look.serial, look.adapter) if part), "test", QUIET, button=enable
        )
    why = view.say("tools.analyzers.unknown") if look.problem is None else view.tell(look.problem)
    return Row(look.adapter or look.where[-SHOWN:], why, "no", BAD)


def _analyzer(view: View, shown: AnalyzersShown, one: Instrument) -> Panel:
    nth = str(shown.open)
    names = [
        Row(name, button=Button("rename", view.say("tools.analyzers.rename"), f"{nth} {name}", "yes", "plain"))
        for name in shown.names[:4]
    ]
    testing = view.say("tools.analyzers.tests_no" if one.tests else "tools.analyzers.tests_yes")
    return Panel(
        one.name,
        (Row(one.profile, one.port[-SHOWN:], "test", GOOD), *names),
        (
            Button("tests", testing, nth, "test"),
            Button("sheet", view.say("tools.analyzers.calibrated"), f"calibration {one.name}", "paper"),
            Button("disable", view.say("tools.analyzers.disable"), nth, "no", "plain"),
        ),
        view.say("tools.analyzers.names"),
        up="analyzers",
    )


def _apply(view: View, pending: bool) -> tuple[Button, ...]:
    return (Button("apply", view.say("tools.apply"), sign="again", look="first"),) if pending else ()
