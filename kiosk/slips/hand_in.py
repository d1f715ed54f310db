"""交样单: what somebody takes home who left a sample: its code, when to come back, how many are before him."""

from dataclasses import dataclass

from kiosk.contract import Header
from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Big, Coded, Notes, Paragraph
from kiosk.rules.messages import SampleTaken
from kiosk.rules.personal import masks
from kiosk.slips.desk import Desk


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the service point expects. `back_at`: ISO 8601, empty where nobody knows; `before`: samples before it."""

    back_at: str = ""
    before: int | None = None


def face(sample: SampleTaken, header: Header, waiting: Waiting, desk: Desk) -> SlipFace:
    queue = "" if waiting.before is None else desk.say("hand_in.before", count=waiting.before)
    back = desk.soon(waiting.back_at) or desk.say("hand_in.called")
    code = desk.code(sample.sample_code)
    return desk.face(
        desk.say("hand_in.title"),
        Big(desk.say("field.sample_code"), sample.sample_code, framed=True),
        Big(desk.say("hand_in.back"), back),
        desk.fields(
            ("product", desk.product(sample.product)),
            ("handed_in_by", masks.name(sample.subject_name)),
            ("handed_in_at", desk.time(sample.taken_at)),
            ("queue", queue),
        ),
        Paragraph(desk.say("hand_in.bring")),
        Coded(code, desk.say("field.sample_code"), sample.sample_code, desk.say("hand_in.hint")) if code else None,
        Notes((desk.say("hand_in.no_result"),)),
        header=header,
    )
