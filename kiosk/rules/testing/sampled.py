"""A test of a sample: whose it is says the sample's own sheet, whether it counts says quality control."""

from collections.abc import Sequence
from dataclasses import replace

from kiosk.rules.messages import Outcome, SampleTaken, Test, Verdict
from kiosk.rules.ruling import Ruling, findings, first_stop


def of_sample(test: Test, sample: SampleTaken) -> Test:
    """With everything that the sampling sheet says, and nothing else of whom it is about."""
    return replace(
        test,
        sample_code=sample.sample_code,
        sample_type=sample.sample_type,
        scene=sample.scene,
        subject=sample.subject,
        subject_name=sample.subject_name,
        subject_code=sample.subject_code,
        product=sample.product,
        origin=sample.origin,
        lot=sample.lot,
        stall=sample.stall,
        producer=sample.producer,
        sampler=sample.sampler,
        sampled_at=sample.taken_at,
        sample_source=sample.sample_source,
        region=sample.region,
    )


def ruled(test: Test, rulings: Sequence[Ruling]) -> Test:
    """What quality control found stands beside the verdict; where it stops, nothing may be concluded."""
    kept = replace(test, findings=(*test.findings, *findings(rulings)))
    stopped = first_stop(rulings)
    if stopped is None or test.verdict.outcome is Outcome.INVALID:
        return kept
    return replace(kept, verdict=Verdict(Outcome.INVALID, stopped.rule, stopped.say.key, stopped.say.facts))
