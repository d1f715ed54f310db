"""送检单: goes with a sealed portion to a laboratory. Blind: whose goods they are does not stand on it."""

from dataclasses import dataclass

from kiosk.contract import Header
from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Big, Coded, Notes, Sign, Signatures, Table
from kiosk.rules.messages import SampleTaken
from kiosk.slips.desk import Desk

WHY = ("recheck", "confirm", "commissioned")
HANDS = 4  # rows for who had the sample
WIDE = ("laboratory", "items", "seals")


@dataclass(frozen=True, slots=True)
class Errand:
    """What is asked of the laboratory. `why` is one of WHY or empty; what is not known is written in by hand."""

    why: str = ""
    laboratory: str = ""
    items: tuple[str, ...] = ()
    rapid_result: str = ""


def face(sample: SampleTaken, header: Header, errand: Errand, desk: Desk) -> SlipFace:
    code, label = desk.code(sample.sample_code), desk.say("field.sample_code")
    hand = tuple(desk.say(f"dispatch.hand.{one}") for one in ("given", "taken", "time", "seal"))
    return desk.face(
        desk.say("dispatch.title"),
        Coded(code, label, sample.sample_code, desk.say("dispatch.hint")) if code else Big(label, sample.sample_code),
        desk.boxes("dispatch.why", WHY, (errand.why,)),
        desk.form(
            ("laboratory", errand.laboratory),
            ("product", desk.product(sample.product)),
            ("taken_at", desk.time(sample.taken_at)),
            ("test_portion", desk.grams(sample.test_grams)),
            ("reserve_portion", desk.grams(sample.reserve_grams)),
            ("seals", desk.say("and").join(sample.seals)),
            ("items", desk.say("and").join(errand.items)),
            wide=WIDE,
        ),
        desk.fields(("rapid_result", errand.rapid_result)) if errand.rapid_result else None,
        Table(hand, (("",) * len(hand),) * HANDS, (3, 3, 3, 3), desk.say("dispatch.chain")),
        Signatures((Sign(desk.say("sign.sender")), Sign(desk.say("sign.laboratory")))),
        Notes((desk.say("dispatch.recheck"), desk.say("dispatch.blind"))),
        header=header,
    )
