"""A pesticide bottle's code as what was used: by its registration number, or by the part of it that a unit code has."""

from collections.abc import Sequence
from functools import cached_property

from kiosk.label_form import load_label
from kiosk.rules.drug_use import drugs
from kiosk.rules.drug_use.pesticides import Drugs, registered
from kiosk.rules.messages import DrugUse
from kiosk.rules.scan import codes, labels
from kiosk.rules.scan.codes import Around, Kind
from kiosk.rules.scan.labels import LabelLayout
from kiosk.rules.sentence import Sentence


class Bottles:
    """The layout of labels is read when the first bottle is held up: it comes with the program only."""

    def uses(self, data: bytes, known: Drugs) -> Sequence[DrugUse] | Sentence:
        """What the bottle may stand for, several where its code names several; or why it is none."""
        scanned = codes.explain(data, Around(label=self._layout))
        if scanned.kind is not Kind.PESTICIDE:
            return Sentence("visit.no_bottle")
        unit = labels.unit_code(scanned.text, self._layout)
        if unit is not None:
            return drugs.scanned(unit, known)
        found = registered(scanned.text, known)
        if not found:
            return (DrugUse(str(drugs.Answer.REGISTERED), scanned.text, registration=scanned.text),)
        return tuple(drugs.use_of(one, drugs.Answer.REGISTERED) for one in found)

    @cached_property
    def _layout(self) -> LabelLayout:
        return load_label()
