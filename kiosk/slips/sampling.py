"""抽样单: what was drawn from whom, sealed with which numbers, and who signs for it."""

from kiosk.contract import Header
from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Big, Notes, Paragraph, Sign, Signatures
from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import SampleTaken, Signature
from kiosk.rules.personal import masks
from kiosk.slips.desk import Desk

WIDE = ("sampled", "subject_code", "origin", "producer", "seals")


def face(sample: SampleTaken, header: Header, desk: Desk) -> SlipFace:
    return desk.face(
        desk.say("sampling.title"),
        Big(desk.say("field.sample_code"), sample.sample_code),
        desk.form(*_whose(sample, desk), title=desk.say("sampling.whose"), wide=WIDE),
        desk.form(*_what(sample, desk), title=desk.say("sampling.what"), wide=WIDE),
        Paragraph(desk.say("sampling.agreed_one" if _undivided(sample) else "sampling.agreed")),
        Signatures(signs(sample.signatures, ("sampler", "subject", "witness"), desk), desk.say("sampling.signed")),
        Notes((desk.say("sampling.blind"),)),
        header=header,
    )


def _undivided(sample: SampleTaken) -> bool:
    """One portion is recorded, and no reserve."""
    return sample.test_grams is not None and sample.reserve_grams is None


def signs(known: tuple[Signature, ...], roles: tuple[str, ...], desk: Desk) -> tuple[Sign, ...]:
    """A place for each role; who signed on the screen or refused has nothing more to sign."""
    return tuple(_sign(role, next((one for one in known if one.role == role), None), desk) for role in roles)


def _sign(role: str, given: Signature | None, desk: Desk) -> Sign:
    label = desk.say(f"sign.{role}")
    if given is None:
        return Sign(label)
    if not given.signed:
        return Sign(label, given.name, desk.say("sign.refused"))
    return Sign(label, given.name, desk.say("sign.on_screen") if given.blob else "")


def _whose(sample: SampleTaken, desk: Desk) -> list[tuple[str, str]]:
    grown_by = " ".join(one for one in (sample.producer, masks.phone(sample.producer_contact)) if one)
    source = desk.say(f"source.{sample.sample_source}") if sample.sample_source else ""
    told = [
        ("sampled", sample.subject_name),
        ("place", sample.place),
        ("stall", sample.stall),
        ("sampling_type", desk.words.say(f"sample_type.{sample.sample_type}")),
        ("scene", desk.words.say(f"scene.{sample.scene}")),
        ("task", sample.task),
    ]
    known = [("subject_code", sample.subject_code), ("sample_source", source), ("producer", grown_by)]
    return [*told, *(row for row in known if row[1])]


def _what(sample: SampleTaken, desk: Desk) -> list[tuple[str, str]]:
    seen = "" if sample.quantity_seen is None else desk.say("kilograms", kilograms=plain(sample.quantity_seen))
    return [
        ("product", desk.product(sample.product)),
        ("lot", sample.lot),
        ("origin", sample.origin),
        ("quantity_seen", seen),
        ("taken_at", desk.time(sample.taken_at)),
        ("test_portion", desk.grams(sample.test_grams)),
        ("reserve_portion", desk.grams(sample.reserve_grams)),
        ("seals", desk.say("and").join(sample.seals)),
    ]
