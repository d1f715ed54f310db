"""Slips and labels that say what stands in the record and nothing else: one entry, and those that it names."""

from collections.abc import Callable
from typing import Any

from kiosk.contract import Header
from kiosk.doctor import told
from kiosk.paper.labels import LabelFace
from kiosk.paper.slip import SlipFace
from kiosk.rules.messages import (
    Advice,
    DayClosed,
    DoctorReport,
    EntryBody,
    LotDeclared,
    Objection,
    ReagentOpened,
    ResultDelivered,
    SampleTaken,
    Test,
    TubeBound,
)
from kiosk.slips import (
    advice,
    checkup,
    daily,
    dispatch,
    lot_label,
    notice,
    objection,
    reagent_label,
    report,
    sampling,
    seal_label,
    tube_label,
)
from kiosk.slips.cited import Cited
from kiosk.slips.desk import Desk
from kiosk.slips.dispatch import Errand

# Which entry each of them is about.
KINDS: dict[str, type[EntryBody]] = {
    "report": Test,
    "sampling": SampleTaken,
    "notice": ResultDelivered,
    "objection": Objection,
    "dispatch": SampleTaken,
    "advice": Advice,
    "daily": DayClosed,
    "checkup": DoctorReport,
    "seals": SampleTaken,
    "tube": TubeBound,
    "lot_label": LotDeclared,
    "reagent": ReagentOpened,
}


def faces(name: str, seq: int, known: Cited, desk: Desk) -> SlipFace | tuple[LabelFace, ...]:
    """One of KINDS, as entry `seq` says. Raises CitedError, ContractError."""
    body: Any = known.of(KINDS[name], seq)
    head, _ = known.entry(seq)
    made: dict[str, Callable[[], SlipFace | tuple[LabelFace, ...]]] = {
        "report": lambda: report.face(body, head, desk, known.beside(body)),
        "sampling": lambda: sampling.face(body, head, desk),
        "notice": lambda: _notice(body, head, known, desk),
        "objection": lambda: objection.face(body, known.of(ResultDelivered, body.delivery), head, desk),
        "dispatch": lambda: dispatch.face(body, head, Errand(), desk),
        "advice": lambda: advice.face(body, known.of(Test, body.test), head, desk),
        "daily": lambda: daily.face(body, head, desk),
        "checkup": lambda: checkup.face(body, head, told, desk),
        "seals": lambda: seal_label.faces(body, desk),
        "tube": lambda: (tube_label.face(body.tube, desk),),
        "lot_label": lambda: (lot_label.face(body, known.name(body.subject), desk),),
        "reagent": lambda: (reagent_label.face(body, desk),),
    }
    return made[name]()


def _notice(delivery: ResultDelivered, head: Header, known: Cited, desk: Desk) -> SlipFace:
    """With the tests that there were when he was told."""
    test = known.of(Test, delivery.test)
    beside = [(seq, one) for seq, one in known.beside(test) if seq < head.seq]
    return notice.face(delivery, test, head, desk, beside)
