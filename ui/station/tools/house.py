"""The box itself in words: records and clock, the checkup, the screen, codes, consumables, faults, training."""

from datetime import timedelta
from decimal import Decimal

from kiosk.doctor import Facts, told
from kiosk.rules.goods.quantity import plain
from kiosk.screen import DeviceState
from kiosk.supplies import Item
from kiosk.tools.checkup import CheckupShown
from kiosk.tools.faults import FaultsShown
from kiosk.tools.practice_desk import TrainingShown
from kiosk.tools.records import RecordsShown
from kiosk.tools.scan_test import Reading, ScanShown
from kiosk.tools.screen_setup import STEPS, SetupShown
from kiosk.tools.supplies import Line, SuppliesShown
from ui.station.tools.panel import BAD, GOOD, QUIET, Button, Panel, Row, day_and_time, fault, leafed
from ui.station.view import View

STATES = {"ok": GOOD, "warn": BAD, "fail": BAD}
MOVES = ("+day", "+hour", "+ten", "+minute", "-day", "-hour", "-ten", "-minute")
LONGEST = 60  # characters of a code
READINGS = 2  # on a leaf of the scan test


def records(view: View) -> Panel:
    shown = view.screen.tool
    if not isinstance(shown, RecordsShown):
        return Panel(view.say("desk.records"))
    notice = "" if shown.told is None else view.tell(shown.told)
    busy = view.say("tools.records.clock_busy") if shown.busy else ""
    if shown.page == "clock":
        return _clock(view, shown, notice, busy)
    rows, more = leafed(view, _record_rows(view, shown))
    set_clock = Button("tool", view.say("tools.records.set_clock"), "records clock", "wait", "plain")
    buttons = ((set_clock,) if shown.may_set else ()) + (fault(view, "station"),)
    return Panel(view.say("desk.records"), rows, buttons, notice=notice, busy=busy, more=more)


def _record_rows(view: View, shown: RecordsShown) -> list[Row]:
    facts = shown.facts
    waiting = max(facts.link.recorded - facts.link.receipted, 0)
    oldest = (
        view.say("tools.records.oldest", time=day_and_time(shown.oldest))
        if shown.oldest
        else view.say("screen.strip.sent")
    )
    heard = day_and_time(facts.link.receipt_time) if facts.link.receipt_time else view.say("tools.records.never")
    checked = facts.checked
    going = view.say("tools.records.checked", seq=checked.seq, last=checked.last)
    return [
        Row(view.say("tools.records.waiting", count=waiting), oldest, "cloud", GOOD if not waiting else QUIET),
        Row(view.say("tools.records.heard"), heard, "cloud", GOOD if facts.link.receipt_time else BAD),
        Row(view.say("tools.records.offline"), _offline(view, facts), "no", QUIET),
        Row(
            view.say("tools.records.clock"),
            f"{facts.now.at:%Y-%m-%d %H:%M} · {view.say(f'screen.tech.clock_state.{facts.now.state}')}",
            "wait",
            GOOD if facts.now.trusted else BAD,
        ),
        Row(
            view.say("tools.records.disk"),
            _disk(view, facts),
            "paper",
            BAD if facts.disk is not None and facts.disk.scarce else GOOD,
        ),
        Row(
            view.say("tools.records.check"),
            checked.problem
            or (view.say("tools.records.check_ended", time=checked.ended[:10]) if checked.ended else going),
            "yes",
            BAD if checked.problem else GOOD,
        ),
        Row(
            view.say("tools.records.software"),
            _software(view, facts),
            "tools",
            BAD if facts.offered not in ("", facts.software) else GOOD,
        ),
    ]


def _offline(view: View, facts: Facts) -> str:
    """Until the disk is full: nothing that waits is ever thrown away."""
    days = None if facts.disk is None else facts.disk.days
    return view.say("tools.records.days_unknown") if days is None else view.say("tools.records.days", days=days)


def _disk(view: View, facts: Facts) -> str:
    return (
        view.say("screen.tech.disk_looking")
        if facts.disk is None
        else view.say("tools.records.free", **facts.disk.facts)
    )


def _software(view: View, facts: Facts) -> str:
    wanted = facts.offered not in ("", facts.software)
    key = "tools.records.update" if wanted else "tools.records.version"
    return view.say(key, version=facts.software, offered=facts.offered)


def _clock(view: View, shown: RecordsShown, notice: str, busy: str) -> Panel:
    buttons = tuple(Button("clock_by", view.say(f"tools.records.by.{move[1:]}", sign=move[0]), move) for move in MOVES)
    return Panel(view.say("tools.records.set_clock"), buttons=buttons, notice=notice, busy=busy, up="records")


def clock_draft(view: View) -> str:
    """What the clock would say; empty on any other page."""
    shown = view.screen.tool
    if not isinstance(shown, RecordsShown) or shown.page != "clock":
        return ""
    return f"{view.screen.now.at + timedelta(minutes=shown.off):%Y-%m-%d %H:%M}"


def checkup(view: View) -> Panel:
    shown = view.screen.tool
    if not isinstance(shown, CheckupShown):
        return Panel(view.say("desk.checkup"))
    found = sorted(shown.checks, key=lambda check: check.state == "ok")
    rows, more = leafed(
        view, [Row(_part(view, one.part), view.tell(told(one)), "", STATES[one.state]) for one in found]
    )
    buttons = (
        Button("print_checkup", view.say("tools.checkup.print"), sign="print", look="first"),
        Button("print_acceptance", view.say("tools.checkup.acceptance"), sign="paper"),
        Button("look_again", view.say("tools.checkup.again"), sign="again", look="plain"),
    )
    notice = "" if shown.told is None else view.tell(shown.told)
    return Panel(view.say("desk.checkup"), rows, buttons, notice=notice, more=more)


def screen_setup(view: View) -> Panel:
    shown = view.screen.tool
    if not isinstance(shown, SetupShown):
        return Panel(view.say("desk.screen_setup"))
    if shown.page == "bright":
        return _dimming(view, shown)
    reset = Button("straight", view.say("tools.screen_setup.touch_back"), "", "back", "plain")
    dim = Button("tool", view.say("tools.change"), "screen_setup bright", "light", "plain")
    mark = view.say("tools.chosen_here") if shown.calibrated else ""
    rows = (
        Row(
            view.say("tools.screen_setup.touch"),
            view.say("tools.screen_setup.touch_about"),
            "hand",
            mark=mark,
            button=Button("tool", view.say("tools.begin"), "screen_setup touch", "hand", "plain"),
        ),
        Row(
            view.say("tools.screen_setup.colours"),
            view.say("tools.screen_setup.colours_about"),
            "light",
            button=Button("tool", view.say("tools.begin"), "screen_setup colours", "light", "plain"),
        ),
        Row(
            view.say("tools.screen_setup.bright"),
            _bright(view, shown),
            "light",
            button=None if shown.bright is None else dim,
        ),
    )
    buttons = ((reset,) if shown.calibrated else ()) + (fault(view, "screen"),)
    notice = "" if shown.told is None else view.tell(shown.told)
    return Panel(view.say("desk.screen_setup"), rows, buttons, notice=notice)


def _dimming(view: View, shown: SetupShown) -> Panel:
    steps = tuple(Button("bright", f"{step} %", str(step)) for step in STEPS)
    notice = "" if shown.told is None else view.tell(shown.told)
    title = view.say("tools.screen_setup.bright")
    return Panel(title, buttons=steps, lead=_bright(view, shown), notice=notice, up="screen_setup")


def _bright(view: View, shown: SetupShown) -> str:
    return view.say("tools.screen_setup.no_light") if shown.bright is None else f"{shown.bright} %"


def scan_test(view: View) -> Panel:
    shown = view.screen.tool
    if not isinstance(shown, ScanShown):
        return Panel(view.say("desk.scan_test"))
    rows, more = leafed(view, [_reading(view, one) for one in shown.readings], READINGS)
    clear = Button("clear", view.say("tools.scan_test.clear"), sign="erase", look="plain")
    hint = view.say(f"screen.hint.{shown.hint}") if shown.hint and view.words.knows(f"screen.hint.{shown.hint}") else ""
    lead = "" if rows else view.say("tools.scan_test.hold")
    return Panel(view.say("desk.scan_test"), rows, (clear, fault(view, "camera")), lead, notice=hint, more=more)


def _reading(view: View, one: Reading) -> Row:
    key = f"tools.scan_test.kind.{one.kind}"
    kind = view.say(key) if view.words.knows(key) else view.say("tools.scan_test.kind.other")
    how = view.say("tools.scan_test.gun" if one.by_gun else "tools.scan_test.camera")
    quality = (
        ""
        if one.quality is None
        else view.say(
            "tools.scan_test.quality", side=one.quality.side, sharpness=one.quality.sharpness, glare=one.quality.glare
        )
    )
    about = " · ".join(part for part in (how, one.symbology, one.at[11:19], quality) if part)
    return Row(f"{kind} · {one.text[:LONGEST]}", about, "camera", GOOD)


def supplies(view: View) -> Panel:
    shown = view.screen.tool
    if not isinstance(shown, SuppliesShown):
        return Panel(view.say("desk.supplies"))
    if shown.open is not None:
        return _moves(view, shown, shown.open)
    rows, more = leafed(view, [_line(view, line) for line in shown.lines])
    return Panel(view.say("desk.supplies"), rows, (_supply(view),), more=more)


def _line(view: View, line: Line) -> Row:
    left = view.say("tools.supplies.never") if line.left is None else _amount(view, line.left, line.item)
    about = f"{left} · {view.say('tools.supplies.low')}" if line.low else left
    open_it = Button("tool", view.say("tools.open"), f"supplies {line.item.id}", "more", "plain")
    mark = "" if line.item.confirmed else view.say("screen.unconfirmed")
    return Row(_name(view, line.item), about, "paper", BAD if line.low else QUIET, mark, open_it)


def _moves(view: View, shown: SuppliesShown, item: Item) -> Panel:
    found = [
        Row(
            f"{view.say(f'tools.supplies.event.{move.event}')} {_amount(view, move.count, item)}",
            " · ".join(part for part in (day_and_time(at), move.by, move.note) if part),
            "paper",
        )
        for at, move in shown.moves
    ]
    rows, more = leafed(view, found)
    lead = "" if rows else view.say("tools.supplies.no_moves")
    return Panel(_name(view, item), rows, (_supply(view, item.id),), lead, up="supplies", more=more)


def _supply(view: View, item: str = "") -> Button:
    return Button("sheet", view.say("tools.supplies.write"), f"supply {item}".strip(), "yes", "first")


def _name(view: View, item: Item) -> str:
    return item.names.get(view.words.language, item.id)


def _amount(view: View, count: Decimal, item: Item) -> str:
    return f"{plain(count)} {view.named(item.unit, '')}".strip()


def faults(view: View) -> Panel:
    shown = view.screen.tool
    if not isinstance(shown, FaultsShown):
        return Panel(view.say("desk.faults"))
    found = []
    for one in shown.faults:
        seen = (
            view.say("tools.faults.seen", by=one.seen_by, at=day_and_time(one.seen_at))
            if one.seen_by
            else view.say("tools.faults.unseen")
        )
        title = f"{_part(view, one.body.part)} · {view.say(f'tools.faults.what.{one.body.what}')}"
        about = " · ".join(part for part in (day_and_time(one.at), one.body.note, seen) if part)
        found.append(Row(title, about, "attention", GOOD if one.seen_by else BAD))
    rows, more = leafed(view, found)
    lead = "" if rows else view.say("tools.faults.none")
    return Panel(view.say("desk.faults"), rows, (fault(view, "station"),), lead, more=more)


def training(view: View) -> Panel:
    shown = view.screen.tool
    if not isinstance(shown, TrainingShown):
        return Panel(view.say("desk.training"))
    paper = Button(
        "practise", view.say("training.begin_paper"), "paper", "print", why=view.say("training.begin_paper_why")
    )
    begin = Button("practise", view.say("training.begin"), "", "yes", "first", view.say("training.begin_why"))
    wait = view.say("training.waiting") if shown.restarting else ""
    buttons = (begin, paper) if shown.paper else (begin,)
    return Panel(view.say("desk.training"), (), buttons, view.say("training.about", minutes=shown.minutes), busy=wait)


def _part(view: View, part: str) -> str:
    """A part of the box by its word; a device by its name."""
    key = f"tools.part.{part}"
    return view.say(key) if view.words.knows(key) else view.part(DeviceState(part, None))
