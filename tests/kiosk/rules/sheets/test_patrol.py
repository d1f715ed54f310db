"""日常巡查: every line of the county's sheet, and who signed."""

from kiosk.rules.messages import Patrol
from tests.kiosk.test_attendant import Served
from tests.support.bodies import FARMER
from tests.support.desk import DeskBox
from tests.support.law import PACKS
from tests.support.sheets import done


def test_every_line_is_told_and_what_is_poor_has_words(box: DeskBox, served: Served) -> None:
    lines = {f"item_{line.id}": "good" for line in PACKS.patrol}
    done(
        served, "patrol", subject=FARMER.id, subject_signs="signed", **{**lines, "item_waste": "poor"},
        note_waste="没有回收",
    )  # fmt: skip
    (patrol,) = box.entries(Patrol)
    assert isinstance(patrol, Patrol)
    assert [one.item for one in patrol.items] == [line.id for line in PACKS.patrol]
    assert [(one.item, one.note) for one in patrol.items if one.found == "poor"] == [("waste", "没有回收")]
    assert [one.role for one in patrol.signatures] == ["sampler", "subject"]
