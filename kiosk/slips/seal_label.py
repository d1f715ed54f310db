"""封条: over the opening of a portion; torn when it is opened. The sample's code, no name."""

from kiosk.paper.labels import LabelFace
from kiosk.rules.messages import SampleTaken
from kiosk.slips.desk import Desk


def faces(sample: SampleTaken, desk: Desk) -> tuple[LabelFace, ...]:
    """One for each seal of the sample, in its order."""
    return tuple(_face(sample, seal, desk) for seal in sample.seals)


def _face(sample: SampleTaken, seal: str, desk: Desk) -> LabelFace:
    return LabelFace(
        title=desk.say("label.seal_title"),
        big=desk.say("label.seal_broken"),
        lines=(
            (desk.say("field.sample_code"), sample.sample_code),
            (desk.say("field.seals"), desk.say("label.seal_number", seal=seal)),
            (desk.say("field.taken_at"), desk.day(sample.taken_at[:10])),
        ),
        code=desk.code(seal),
        sign=desk.say("label.seal_sign"),
        framed=True,
    )
