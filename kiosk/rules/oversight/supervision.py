"""抽样单 before it is printed, and whether a rapid method may speak in a supervision sampling (art. 50)."""

import re
from collections.abc import Container

from kiosk.rules.messages import SampleTaken, SampleType, Signature
from kiosk.rules.ruling import Effect, Ruling, stop, warn
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.methods import Authority, MethodPack

OFFICIAL = (SampleType.SUPERVISION, SampleType.ROUTINE)
ALWAYS = ("sample_code", "product", "taken_at")
ON_A_SLIP = ("subject", "subject_name", "origin", "sampler")
CODE_SHAPE = re.compile(r"[0-9A-Z](-?[0-9A-Z]){3,31}")
LEAST_TOLD = 4  # shorter names are found in codes by chance

# Art. 50: recognised by the ministry of agriculture together with market regulation.
ART_50 = (Authority.MARA, Authority.SAMR)


def slip(sample: SampleTaken) -> tuple[Ruling, ...]:
    """What a 抽样单 still lacks. It is printed when nothing stops; only supervision stops for portions and hands."""
    missing = [name for name in ALWAYS if not getattr(sample, name)]
    if sample.sample_type in OFFICIAL:
        missing += [name for name in ON_A_SLIP if not getattr(sample, name)]
        missing += [] if sample.place or sample.stall else ["place"]
    rulings = tuple(stop("supervision/slip", f"supervision.slip.{name}") for name in missing)
    if sample.sample_type not in OFFICIAL:
        return rulings
    return (*rulings, *_hands(sample), *_portions(sample), *_task(sample))


def signed(signatures: tuple[Signature, ...], *roles: str) -> bool:
    return any(one.signed and one.role in roles for one in signatures)


def attested(signatures: tuple[Signature, ...]) -> bool:
    """The subject signed; or he refused, and a witness signed that he did."""
    refused = any(one.role == "subject" and not one.signed for one in signatures)
    return signed(signatures, "subject") or (refused and signed(signatures, "witness"))


def code(sample: SampleTaken, used: Container[str]) -> tuple[Ruling, ...]:
    """A sample code is fit for a bar code, given once, and blind: the laboratory cannot read whose it is."""
    told = []
    if not CODE_SHAPE.fullmatch(sample.sample_code):
        told.append(stop("supervision/code_shape", "supervision.code_shape", code=sample.sample_code))
    if sample.sample_code in used:
        told.append(stop("supervision/code_used", "supervision.code_used", code=sample.sample_code))
    names = [name for name in (sample.subject, sample.subject_name) if len(name) >= LEAST_TOLD]
    if any(name.upper() in sample.sample_code for name in names):
        told.append(stop("supervision/code_blind", "supervision.code_blind", code=sample.sample_code))
    return tuple(told)


def recognised(method: MethodPack, *offices: Authority) -> bool:
    """All these offices recognise the method, and a named source says so."""
    return "recognised_by" not in method.unconfirmed and all(office in method.recognised_by for office in offices)


def national(method: MethodPack) -> bool:
    """Nationally stipulated, as a market's own tests have to be (Order 81)."""
    return recognised(method, Authority.SAMR)


def before_run(sample_type: SampleType, method: MethodPack) -> tuple[Ruling, ...]:
    """Said before a supervision run is loaded; other samples are tested without a word."""
    if sample_type is not SampleType.SUPERVISION:
        return ()
    if not recognised(method, *ART_50):
        return (warn("supervision/recognised", "supervision.not_recognised", method=method.rule),)
    if not method.confirmed:
        return (warn("supervision/confirmed", "supervision.unconfirmed", method=method.rule),)
    return ()


def evidence(sample_type: SampleType, method: MethodPack) -> bool:
    """Whether the result may serve as evidence: supervision, a recognised method, and nothing of it unconfirmed."""
    return sample_type is SampleType.SUPERVISION and recognised(method, *ART_50) and method.confirmed


def screening_only(sample_type: SampleType, method: MethodPack) -> Ruling | None:
    """What goes with an official result that is not evidence."""
    if sample_type not in OFFICIAL or evidence(sample_type, method):
        return None
    return warn("supervision/evidence", "supervision.not_evidence", method=method.rule)


def _hands(sample: SampleTaken) -> list[Ruling]:
    told = []
    if not signed(sample.signatures, "sampler", "inspector"):
        told.append(_lacks(sample, "sampler_signature"))
    if not attested(sample.signatures):
        told.append(_lacks(sample, "subject_signature"))
    return told


def _portions(sample: SampleTaken) -> list[Ruling]:
    told = []
    if (sample.test_grams or 0) <= 0:
        told.append(_lacks(sample, "test_portion"))
    if (sample.reserve_grams or 0) <= 0:
        told.append(_lacks(sample, "reserve_portion"))
    if len({seal.strip() for seal in sample.seals} - {""}) < 2:
        told.append(_lacks(sample, "seals"))
    return told


def _task(sample: SampleTaken) -> list[Ruling]:
    return [] if sample.task else [warn("supervision/task", "supervision.task")]


def _lacks(sample: SampleTaken, clause: str) -> Ruling:
    effect = Effect.STOP if sample.sample_type is SampleType.SUPERVISION else Effect.WARN
    return Ruling(f"supervision/{clause}", effect, Sentence(f"supervision.{clause}"))
