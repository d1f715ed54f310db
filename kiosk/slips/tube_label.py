"""试管标签: a tube's number as a bare code that the station's scanner reads, and to be read by eye."""

from kiosk.paper.labels import LabelFace
from kiosk.rules.scan.tags import parse_tag, shown_tag
from kiosk.slips.desk import Desk


def face(tube: str, desk: Desk) -> LabelFace:
    """`tube` as `kiosk.rules.scan.tags` gives and reads it; a maker's own number stands as it is."""
    return LabelFace(
        title=desk.say("label.tube_title"), big=tube if parse_tag(tube) is None else shown_tag(tube), code=tube
    )
