"""Every sheet that can be filled at the screen."""

from collections.abc import Mapping

from kiosk.rules.sheets import (
    agreement,
    calibration,
    card,
    closing,
    complaint,
    correction,
    delivery,
    dispatch,
    disposal,
    farming,
    fault,
    gate,
    handover,
    incoming,
    labels,
    loss,
    newcomer,
    objection,
    patrol,
    pin,
    reading,
    reagent,
    review,
    sampling,
    slaughter,
    supply,
    voucher,
)
from kiosk.rules.sheets.sheet import Sheet

PEOPLE = (newcomer, card, pin, agreement, complaint, handover, supply, fault, farming, loss, calibration)
INSPECTION = (
    sampling, reading, reagent, delivery, objection, closing, review, correction, disposal, gate, slaughter, patrol,
)  # fmt: skip

PAPERS = (incoming, voucher, labels, dispatch)

ALL: tuple[Sheet, ...] = tuple(one.SHEET for one in (*PEOPLE, *INSPECTION, *PAPERS))

SHEETS: Mapping[str, Sheet] = {sheet.id: sheet for sheet in ALL}
