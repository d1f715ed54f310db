"""Every piece of paper that is no certificate: its sizes, its example, and how it is drawn from an entry."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from kiosk.doctor import told
from kiosk.paper.card import CardFace, load_card_press
from kiosk.paper.labels import LabelFace, laid_out, load_label_press, load_sheet
from kiosk.paper.pages import Pages
from kiosk.paper.slip import SlipFace, load_slip_press
from kiosk.paper.slip_blocks import Marks
from kiosk.rules.messages import Opened, SampleTaken, TraceLabel, Voucher
from kiosk.slips import (
    acceptance,
    advice,
    checkup,
    daily,
    dispatch,
    hand_in,
    handover,
    lot_label,
    notice,
    objection,
    recorded,
    report,
    sampling,
    seal_label,
    trace_label,
    tube_label,
    voucher,
)
from kiosk.slips.acceptance import Delivered
from kiosk.slips.cited import Cited
from kiosk.slips.desk import Desk
from kiosk.slips.hand_in import Waiting
from ui.command.paper_examples import Examples, header

Labels = tuple[LabelFace, ...]
Faces = SlipFace | Labels | CardFace
ROLLS, FORMS, LABELS = ("80mm", "58mm"), ("80mm", "58mm", "a5", "a4"), ("60x40", "50x30")
SIZES = {
    "voucher": (*ROLLS, "a5"),
    "hand-in": ROLLS,
    "report": FORMS,
    "sampling": ("a4", "a5", *ROLLS),
    "notice": ("a4", "a5", *ROLLS),
    "objection": FORMS,
    "dispatch": ("a4", "a5", *ROLLS),
    "advice": ROLLS,
    "handover": FORMS,
    "daily": FORMS,
    "checkup": FORMS,
    "acceptance": ("a4", *ROLLS),
    "trace-label": LABELS,
    "seal-label": LABELS,
    "lot-label": LABELS,
    "tube-label": ("a4", *LABELS),
    "card": ("card", "a4"),
}
# Pieces that the station prints from an entry, by the name of the slip there.
SLIPS = {
    "report": "report",
    "sampling": "sampling",
    "notice": "notice",
    "objection": "objection",
    "dispatch": "dispatch",
    "advice": "advice",
    "daily": "daily",
    "checkup": "checkup",
    "seal-label": "seals",
    "lot-label": "lot_label",
    "tube-label": "tube",
}
# Which entries a piece shows; handover and card show none.
KINDS: dict[str, type] = {
    "voucher": Voucher,
    "hand-in": SampleTaken,
    "acceptance": Opened,
    "trace-label": TraceLabel,
    **{piece: recorded.KINDS[slip] for piece, slip in SLIPS.items()},
}


def drawn(faces: Faces, size: str) -> Pages:
    """Raises PaperError."""
    if isinstance(faces, SlipFace):
        slip = load_slip_press(size)
        return Pages(slip.draw(faces), slip.dots_per_mm)
    if isinstance(faces, CardFace):
        return _carded(faces, size)
    if size != "a4":
        label = load_label_press(size)
        return Pages(tuple(label.draw(face) for face in faces), label.dots_per_mm)
    label, sheet = load_label_press("tube"), load_sheet("tube-a4")
    return Pages(laid_out([label.draw(face) for face in faces], sheet), sheet.dots_per_mm)


def as_example(faces: Faces, desk: Desk) -> Faces:
    """The same, and it says on its face that it is none."""
    if isinstance(faces, SlipFace):
        return replace(faces, blocks=(Marks((desk.say("example_mark"),)), *faces.blocks))
    if isinstance(faces, CardFace):
        return replace(faces, hint=desk.say("example_mark"))
    return tuple(replace(face, title=desk.say("example_title", title=face.title)) for face in faces)


def example(name: str, known: Examples, desk: Desk) -> Faces:
    """One of SIZES, drawn from made-up values."""
    made: dict[str, Callable[[], Faces]] = {
        "voucher": lambda: voucher.face(known.voucher(), header("voucher"), desk),
        "hand-in": lambda: hand_in.face(known.sample(), header("sample.taken"), known.waiting(), desk),
        "report": lambda: report.face(known.test(), header("test"), desk),
        "sampling": lambda: sampling.face(known.sample(), header("sample.taken"), desk),
        "notice": lambda: notice.face(known.delivery(), known.test(), header("result.delivered"), desk),
        "objection": lambda: objection.face(
            known.objection(), known.delivery(), header("objection", clock="12:02"), desk
        ),
        "dispatch": lambda: dispatch.face(known.sample(), header("sample.taken"), known.errand(), desk),
        "advice": lambda: advice.face(known.advice(), known.test("3.2"), header("advice"), desk),
        "handover": lambda: handover.face(known.shift(), desk),
        "daily": lambda: daily.face(known.day(), header("day.closed", 1321, "20:00"), desk),
        "checkup": lambda: checkup.face(known.doctor(), header("doctor.report", 1322, "17:30"), told, desk),
        "acceptance": lambda: acceptance.face(
            known.opened(), header("log.opened", 1, "09:00"), known.delivered(), desk
        ),
        "trace-label": lambda: (
            trace_label.face(known.label(), known.subject().name, header("label"), (), desk, nth=37),
        ),
        "seal-label": lambda: seal_label.faces(known.sample(), desk),
        "lot-label": lambda: (lot_label.face(known.lot(), known.subject().name, desk),),
        "tube-label": lambda: tuple(tube_label.face(tube, desk) for tube in known.tubes()),
        "card": known.card,
    }
    return made[name]()


def of_entry(name: str, known: Cited, seq: int, desk: Desk) -> Faces:
    """One of KINDS, as entry `seq` says. Raises CitedError, ContractError."""
    if name in SLIPS:
        return recorded.faces(SLIPS[name], seq, known, desk)
    body: Any = known.of(KINDS[name], seq)
    head, _ = known.entry(seq)
    made: dict[str, Callable[[], Faces]] = {
        "voucher": lambda: voucher.face(body, head, desk),
        "hand-in": lambda: hand_in.face(body, head, Waiting(), desk),
        "acceptance": lambda: acceptance.face(body, head, Delivered((), ()), desk),
        "trace-label": lambda: tuple(
            trace_label.face(body, known.name(body.subject), head, body.marks, desk, nth)
            for nth in range(1, body.labels + 1)
        ),
    }
    return made[name]()


def sheets_of_cards(faces: Sequence[CardFace]) -> Pages:
    """A4 with cut marks, one person a card."""
    sheet = load_sheet("card-a4")
    press = load_card_press(sheet.dots_per_mm)
    return Pages(laid_out([press.draw(face) for face in faces], sheet), sheet.dots_per_mm)


def _carded(face: CardFace, size: str) -> Pages:
    if size == "a4":
        return sheets_of_cards((face,) * 10)
    press = load_card_press()
    return Pages((press.draw(face),), press.dots_per_mm)
