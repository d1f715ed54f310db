"""What a person, a code, a device, the county and time can do at the box, drawn by a seed from what is there now."""

import string
from concurrent.futures import Future
from dataclasses import replace
from html.parser import HTMLParser
from random import Random

from drivers.errors import LinkError
from drivers.scanner.wire import Advice, Camera, CameraState, Hint, Seen
from kiosk.attendant import Tap
from kiosk.devices import AnalyzerRead, AnalyzerReady, DeviceLost, PrinterReady
from kiosk.guide import AnalyzerAsks, AnalyzerWaits
from kiosk.rules.messages import (
    AlarmSeen,
    CardRevoked,
    CertificateRevoked,
    OrderBody,
    SettingsPut,
    StaffPut,
    SubjectsMerged,
    SubjectsUpsert,
    SubjectsWithdrawn,
    TaskWithdrawn,
)
from kiosk.rules.scan.tags import Tag, tag_link, tag_number
from kiosk.rules.sheets.shelf import SHEETS as SHELF
from kiosk.rules.visits.desk import TILES, Opens
from kiosk.rules.visits.turn import Stage
from kiosk.screen import Screen
from tests.fuzz.mutate import damaged
from tests.fuzz.screen_box import (
    CARDS,
    ID_NUMBER,
    OWN_PIN,
    PEOPLE,
    PIN,
    STAFF,
    TASK,
    TESTERS,
    Station,
    identity,
    reading,
)
from tests.fuzz.shown import SAID
from tests.support.bodies import HOST, START, a_key, kid
from tests.support.desk import SIGNED

HOSTILE = (
    "", " ", "\0", "\x1b[2J", "\r\n", "a" * 100_000, "9" * 100_000, "9" * 5000, "1e999", "NaN", "-1", "0", "-0", "²",
    "١٢", "½",
    "1.", ".5", "0x10", "1_0", "😀", "\u202eabc", "\ud800", "a\0b", "../../etc/passwd", "'; drop table entries; --",
    "{{7*7}}", "<script>", "%00", "inf", "1e-999", str(2**63), str(-(2**63)), "99999999999999999999", "1 2 3 4 5",
    "320 jin x", "320 jin x 1e9", "1e5 kg", "NaN kg", "- - -", "left", "zh", "null", "true", "[]", "[[[1,2]]]",
    "[[[1e999,0],[NaN,1]]]",
    '[[["a",1]]]', "[" * 5000, '{"a":1}', "2026-02-30", "9999-12-31", "0001-01-01", "10000-01-01", "clear", "erase",
)  # fmt: skip
VALID = (
    "1234", "4321", "5555", "000000", "320 jin", "2 box x 5", "1 kg", "100000 kg", "cowpea", "tomato", "yes", "no",
    "1", "2", "3", "left", "right", "- 1", "A-001", "A-002", "A-001 2", "A-002 -", "A-001 3 T", "E2611", "read",
    "incubate", "read right",
    "gate", "sampling", "newcomer", "card", "pin", "complaint", "handover", "supply", "fault printer", "farming",
    "patrol", "slaughter",
    "reading", "review 4", "correction 4", "objection 4", "delivery 4", "disposal 4", "reagent", "loss",
    "agreement notice",
    "agreement pledge", "devices", "network wifi x", "network apn", "printers printer", "printers label_printer",
    "analyzers 0",
    "analyzers ²", "tasks task-1", "cases positives", "cases corrections", "samples", "records clock", "checkup",
    "supplies", "faults",
    "training", "screen_setup touch", "scan_test", "control", "self", "self+test", "wrong_product taken_back yes",
    "not_sold destroyed",
    "pictures", "names", "letters", "bottle", "a", "li", "张", "self", "family", "authorised", "helped", "good", "bad",
    "+day", "5000 5000",
    "2026-11-22", "2026-11-01", "13987654321", "/dev/ttyUSB9", "/dev/usb/lp9", "paper", SIGNED, "in", "0", *CARDS,
    *(one.badge for one in STAFF), *(one.id for one in STAFF), *(one.id for one in PEOPLE), TASK.task,
)  # fmt: skip
LETTERS = string.ascii_lowercase
SHEETS = tuple(SHELF)
TOOLS = tuple(tile.id for tile in TILES if tile.opens is Opens.TOOL)


class Forms(HTMLParser):
    """The forms of a page: the names and values of what each sends, and which of its fields a finger fills."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[dict[str, str], list[str]]] = []
        self._open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(({}, []))
            self._open = True
        elif self._open and tag in ("input", "button", "select", "textarea") and known.get("name"):
            sent, filled = self.forms[-1]
            sent[known["name"]] = known.get("value", "")
            if known.get("type", "text") not in ("hidden", "submit", "radio"):
                filled.append(known["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


def pressed(draw: Random, html: str, screen: Screen) -> Tap | None:
    """A finger on one of the buttons of this page; what is typed is typed as it should be, mostly."""
    forms = [form for form in Forms(html).forms if "action" in form[0]]
    if not forms:
        return None
    sent, filled = draw.choice(forms)
    facts = dict(sent)
    for name in filled:
        facts[name] = typed(draw, screen, facts["action"])
    if "amount" in facts:
        facts["value"] = f"{draw.choice(('320', '1', '0', '1e9', facts['amount']))} {facts.get('unit') or 'jin'}"
    if "reason" in facts:
        facts["value"] = f"{facts['reason']} {facts.get('paper', '')} {facts.get('again', '')}"
    return tap(facts["action"], facts.get("value", ""), screen)


def typed(draw: Random, screen: Screen, action: str) -> str:
    """Right for what is asked, more often than not."""
    if action in ("badge_pin", "staff_pin", "pin"):
        return draw.choice((PIN, PIN, PIN, "0000", "1"))
    if action == "answer" and screen.sheet is not None and screen.sheet.at is not None and screen.sheet.at.private:
        return ID_NUMBER
    subject = screen.visit.subject
    tail = "" if subject is None else subject.contact[-4:]
    return draw.choice((tail, tail, *CARDS, "000", draw.choice(VALID)))


# Where a turn that wants to come to its end goes on.
ON = {
    Stage.IDLE: (("number", ""), ("number", ""), ("number", ""), ("sheet", "newcomer"), ("sheet", "complaint")),
    Stage.KEYING: (("card", CARDS[0]), ("card", CARDS[1]), ("badge", STAFF[1].badge), ("sheet", "card")),
    Stage.PROVING: (("tail", ""), ("badge_pin", PIN), ("vouch", ""), ("pin", OWN_PIN)),
    Stage.BASKET: (("basket_closed", ""), ("mine", ""), ("paper_off", "1")),
    Stage.PRODUCT: (
        ("product", "cowpea"), ("product", "cowpea"), ("product", "tomato"), ("product", "tomato"),
        ("repeat_last", ""), ("mine", ""), ("sheet", "agreement notice"),
    ),
    Stage.QUANTITY: (("quantity", "320 jin"), ("quantity", "2 box x 5"), ("split", "3")),
    Stage.DRUGS: (
        ("drugs_none", ""), ("drugs_none", ""), ("drugs_none", ""), ("drugs_used", ""), ("drug", "others"),
        ("drug_answer", "20"), ("drugs_told", ""), ("look", "bottle"),
    ),
    Stage.TEST_CHOICE: (("test", ""), ("no_test", "")),
    Stage.TESTING: (("did", "load"), ("next_person", ""), ("next_person", ""), ("cancel_test", "")),
    Stage.RETESTING: (("retest", ""), ("next_person", ""), ("print_report", "")),
    Stage.RESULT: (("result_read", ""), ("results_read", ""), ("load_again", ""), ("test_again", ""), ("print_report",
        "")),
    Stage.PROMISE: (
        ("promise", "self"), ("promise", "self"), ("promise", "control"), ("promise", "self+test"),
        ("promise", "test"), ("promise", "self+control"), ("split", "2"),
    ),
    Stage.PRINTING: (("wrong", ""), ("enough", "")),
    Stage.CONTINUING: (("print_again", ""), ("enough", ""), ("wrong", "")),
    Stage.UNPRINTED: (("print_again", ""), ("next_person", ""), ("wrong", "")),
    Stage.UNSURE: (("paper_whole", ""), ("paper_spoiled", ""), ("wrong", "")),
    Stage.VOIDING: (("void", "wrong_product taken_back yes"), ("void", "not_sold destroyed "), ("back", "")),
    Stage.DONE: (("next", ""), ("rate", "good"), ("wrong", ""), ("batch", ""), ("paper_spoiled", ""), ("sheet",
        "delivery")),
    Stage.STOPPED: (("next", ""), ("rate", "bad"), ("print_report", "")),
    Stage.ABANDONED: (("next", ""),),
    Stage.MINE: (("back", ""), ("back", ""), ("back", ""), ("sheet", "labels"), ("sheet", "voucher")),
    Stage.DESK: (("loading", ""), *(("sheet", one) for one in SHEETS), *(("tool", one) for one in TOOLS), ("log_off",
        "")),
    Stage.TOOL: (("back", ""), ("look", ""), ("find", ""), ("take", ""), ("print_checkup", ""), ("try", "")),
    Stage.LOADING: (
        ("analyzer", "left"), ("reagent", "E2611"), ("bind", "A-001 2"), ("bind", "A-002 3"), ("tube_labels", ""),
        ("start", ""), ("start", ""), ("positive", "4"), ("next_person", ""), ("timer", "read"), ("timer_end", "read"),
    ),
}  # fmt: skip


def onward(draw: Random, screen: Screen) -> Tap | None:
    """What somebody who knows the way does next."""
    visit = screen.visit
    if screen.helper is not None:
        return tap("badge_pin", PIN, screen)
    if screen.sheet is not None:
        return answered(draw, screen)
    ways = ON.get(visit.stage, ())
    if not ways:
        return None
    action, value = draw.choice(ways)
    if visit.stage is Stage.PROVING:
        action = {"tail": "tail", "pin": "pin", "badge": "badge_pin"}.get(screen.proof, action)
        value = {"pin": OWN_PIN, "badge_pin": PIN}.get(action, "")
    if action == "tail":
        value = "" if visit.subject is None else visit.subject.contact[-4:]
    return tap(action, value, screen)


def left(screen: Screen) -> Tap:
    """Away from what stands open."""
    action = "sheet_leave" if screen.sheet is not None else "badge_leave" if screen.helper is not None else "next"
    return tap(action, "", screen)


def answered(draw: Random, screen: Screen) -> Tap | None:
    """The open question of a sheet, as its kind wants it."""
    sheet = screen.sheet
    if sheet is None:
        return None
    ask = sheet.at
    if ask is None:
        return tap(draw.choice(("sheet_done", "sheet_done", "sheet_done", "sheet_back")), "", screen)
    choices = [choice.value for choice in (*ask.choices, *sheet.found)]
    plain = {
        "number": "12", "digits": "13987654321"[: ask.most or 11], "day": "2026-11-22", "product": "cowpea",
        "subject": draw.choice(PEOPLE).id, "read": "yes", "scan": draw.choice(VALID), "text": "a", "name": "li",
    }  # fmt: skip
    if ask.private:
        plain["digits"] = plain["text"] = ID_NUMBER
    value = draw.choice(choices) if choices and draw.random() < 0.8 else plain.get(ask.kind.value, "1")
    if ask.units:
        value = f"{value} {draw.choice(ask.units)}"
    acts = {
        "staff": [("badge_number", draw.choice(STAFF).badge), ("staff_pin", PIN)],
        "signature": [("sign", SIGNED)],
        "picture": [("picture", ""), ("taken", "")],
        "several": [("take", value), ("taken", "")],
        "text": [("take", value), ("letter", draw.choice(LETTERS)), ("taken", ""), ("taken", "")],
        "name": [("take", draw.choice(("李", "花"))), ("letter", draw.choice(LETTERS)), ("taken", "")],
    }
    every = [*acts.get(ask.kind.value, [("answer", value)]), *([("skip", "")] if ask.optional else [])]
    return tap(*draw.choice(every), screen)


def wild(draw: Random, station: Station, screen: Screen, seen: list[tuple[str, str]]) -> Tap:
    """Any action that the station knows anywhere, with any value; now and then from a page of long ago."""
    actions = known_actions(station)
    action = draw.choice(actions) if draw.random() < 0.97 else draw.choice(HOSTILE)
    about = station.attendant._counter
    theirs = [one.id for one in about.open.all()] + [one.slip for one in about.open.all()] + [screen.visit.number]
    seq = str(draw.randrange(station.record.last + 2))
    value = draw.choice((draw.choice(VALID), draw.choice(VALID), draw.choice(HOSTILE), draw.choice(theirs), seq, ""))
    if draw.random() < 0.1:
        value = damaged(draw, [one.encode("utf-8", "replace") for one in VALID]).decode("utf-8", "replace")
    here = tap(action, value, screen)
    if draw.random() < 0.1:
        visit, place = draw.choice([*seen, ("", ""), (screen.visit.id, ""), ("\ud800", "\0")])
        return replace(here, visit=visit, place=place)
    return here


def known_actions(station: Station) -> list[str]:
    """Of every desk, sheet and tool, whether its page stands open or not."""
    counter = station.attendant._counter
    tools = {action for tool in counter.tools.values() for action in tool.steps()}
    return sorted({*counter._steps(), *tools})


def tap(action: str, value: str, screen: Screen) -> Tap:
    return Tap(action, value, screen.visit.id, screen.place, Future())


def held_up(draw: Random, station: Station, nth: int) -> list[Seen]:
    """A code before the camera: told at its first and its second read."""
    box, chance = station.box, draw.random()
    slips = [one.slip for one in station.attendant._counter.open.all() if one.slip]
    codes = (
        box.card_of(draw.choice(PEOPLE)),
        draw.choice(STAFF).badge.encode(),
        tag_link(HOST, draw.choice(STAFF).badge).encode(),
        tag_number(draw.choice(list(Tag)), bytes([draw.randrange(4)]) * 5).encode(),
        draw.choice(("A-001", "A-002", "E2611", *CARDS, *slips, *SAID)).encode(),
        box.paper("豇豆", "s-0009", f"530427{draw.randrange(10**6):06d}ABCDE").encode(),
    )
    data = draw.choice(codes)
    if chance < 0.15:
        data = damaged(draw, codes)
    elif chance < 0.2:
        data = draw.randbytes(draw.choice((0, 1, 64, 4096)))
    decoder = draw.choice(("zxing", "zxing", "gun"))
    return [Seen(data, draw.choice(("QRCode", "Code128", "")), decoder, None, reads, nth) for reads in (1, 2)]


def badge_of(draw: Random, nth: int) -> list[Seen]:
    badge = draw.choice(STAFF).badge.encode()
    return [Seen(badge, "QRCode", "zxing", None, reads, nth) for reads in (1, 2)]


def card_of(draw: Random, station: Station, nth: int) -> list[Seen]:
    card = station.box.card_of(draw.choice(PEOPLE))
    return [Seen(card, "QRCode", "zxing", None, reads, nth) for reads in (1, 2)]


def measured(draw: Random, screen: Screen, nth: int) -> AnalyzerRead:
    """By the analyzer of whoever stands there."""
    return AnalyzerRead(screen.visit.analyzer, identity(1), reading(draw, nth), b"# golden 1\n")


def device(draw: Random, station: Station, nth: int) -> object:
    """Of one of ours, and of one that nobody has."""
    name = draw.choice((*(one.name for one in TESTERS), *(one.name for one in TESTERS), "other", "printer", "\0"))
    who = identity(draw.choice((1, 1, 1, 2)))
    problem = LinkError(draw.choice(("link.absent", "link.silent")), port="/dev/a")
    runs = [run.run for run in station.attendant.screen().runs] or [""]
    return draw.choice(
        (
            AnalyzerReady(name, who),
            AnalyzerRead(name, who, reading(draw, nth), b"# golden 1\n"),
            AnalyzerRead(name, who, reading(draw, nth), b"# golden 1\n", run=draw.choice(runs)),
            AnalyzerRead(name, who, reading(draw, nth), b"# golden 1\n"),
            DeviceLost(name, problem),
            PrinterReady(draw.choice(("printer", "label_printer"))),
            AnalyzerAsks(name, "load", draw.choice(runs)),
            AnalyzerWaits(name, 5, draw.choice(runs)),
            Advice(draw.choice((None, *Hint))),
            Camera(draw.choice(list(CameraState)), draw.choice((None, "scanner.absent", "scanner.again"))),
            station.printed(draw),
            station.printed(draw),
            station.printed(draw),
            "a stranger's event",
        )
    )


def order(draw: Random, station: Station, screen: Screen) -> OrderBody:
    """While somebody stands there."""
    person, staff = draw.choice(PEOPLE), draw.choice(STAFF)
    moved = replace(person, contact="13700009999", name="改名")
    words = {"proof": draw.choice(("none", "tail", "pin", "staff")), "lot_days": "1", "parts": "a4"}
    key = draw.choice(list(words))
    return draw.choice(
        (
            SubjectsWithdrawn((person.id,), "gone"),
            SubjectsUpsert((person,)),
            SubjectsUpsert((moved,)),
            SubjectsMerged(PEOPLE[0].id, (person.id,)),
            StaffPut((), (staff.id,)),
            StaffPut((staff,)),
            StaffPut((replace(staff, until=draw.choice(("", "2026-01-01"))),)),
            StaffPut((replace(staff, roles=("clerk",)),)),
            CardRevoked(f"K-{person.id}", "lost"),
            CardRevoked(draw.choice(CARDS), "lost"),
            CertificateRevoked(screen.visit.number or "530427000000ABCDE", "x"),
            SettingsPut({key: words[key]}, "office"),
            TaskWithdrawn(TASK.task),
            AlarmSeen(kid(a_key("x")), 4, "office", START.isoformat()),
        )
    )
