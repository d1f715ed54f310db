"""Entries about tests: the sample, its tube, the run's controls, and the verdict."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from kiosk.rules.messages.parts import Device, Finding, Measured, Outcome, Repeat, SampleType, Scene, Signature, Verdict


@dataclass(frozen=True, slots=True)
class SampleTaken:
    """A sample was handed in or drawn (抽样单). `test_grams` and `reserve_grams` are the sealed portions' weights."""

    kind: ClassVar[str] = "sample.taken"
    sample_code: str
    sample_type: SampleType
    scene: Scene
    subject: str
    subject_name: str
    product: str
    lot: str
    origin: str
    taken_at: str
    sampler: str
    stall: str = ""
    place: str = ""
    quantity_seen: Decimal | None = None  # kilograms that the sample stands for (抽样基数)
    test_grams: Decimal | None = None
    reserve_grams: Decimal | None = None
    seals: tuple[str, ...] = ()  # numbers of the seals on the portions
    signatures: tuple[Signature, ...] = ()
    pictures: tuple[str, ...] = ()  # SHA-256 of blobs
    task: str = ""


@dataclass(frozen=True, slots=True)
class TubeBound:
    """A tube stands for a sample. `late`: bound after its verdict was shown (后补), to be reviewed."""

    kind: ClassVar[str] = "tube.bound"
    tube: str
    sample_code: str
    run: str
    channel: int | None = None
    late: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """One sample in one run; a repeat is a new test that names the first (`retest_of` = its seq)."""

    kind: ClassVar[str] = "test"
    visit: str
    run: str
    sample_code: str
    sample_type: SampleType
    scene: Scene
    subject: str
    subject_name: str
    product: str
    origin: str
    method: str
    method_confirmed: bool
    device: Device
    blank: tuple[Measured, ...]
    sample: tuple[Measured, ...]
    value: Decimal | None
    unit: str
    verdict: Verdict
    device_value: Decimal | None
    device_verdict: str | None
    disagrees: bool
    capture: str  # SHA-256 of the blob with every byte of the session
    reagent_lot: str = ""
    retest_of: int | None = None
    lot: str = ""
    repeat: Repeat | None = None
    method_pack: str = ""  # id of the method pack, with its digest after "@"
    item: str = ""  # what was looked for, where one method sees several: pesticide group, residue, additive
    limit: Decimal | None = None
    reagent_expiry: str = ""
    started_at: str = ""  # of the run, by the station's clock
    temperature: Decimal | None = None  # °C beside the analyzer
    humidity: Decimal | None = None  # % relative
    tester: str = ""  # who loaded the run; empty when the producer served himself
    reviewer: str = ""
    read_by: str = ""  # of a human reading: who read the colour or the lines
    photograph: str = ""  # SHA-256 of the picture of card or strip beside its blank
    findings: tuple[Finding, ...] = ()  # quality control: what warned, or what made it invalid
    stall: str = ""
    sampled_at: str = ""
    device_serial: str = ""
    calibration_due: str = ""
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """A quality control: `what` = blank | positive | drift | calibration. `passed` by the named findings."""

    kind: ClassVar[str] = "control"
    what: str
    run: str
    method: str
    device: Device
    readings: tuple[Measured, ...]
    passed: bool
    findings: tuple[Finding, ...]
    capture: str
    reagent_lot: str = ""
    value: Decimal | None = None
    unit: str = ""
    temperature: Decimal | None = None
    expected: Outcome | None = None


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run that gave no tests: `reason` is a word-pack key (power cut inside a timed step, window missed …)."""

    kind: ClassVar[str] = "run.ended"
    run: str
    method: str
    reason: str
    facts: dict[str, str]
    samples: tuple[str, ...] = ()  # sample codes that were in it
    visit: str = ""


@dataclass(frozen=True, slots=True)
class ReagentOpened:
    """A reagent lot was taken into use; `event` = received | opened | thawed | warm | cold | used_up."""

    kind: ClassVar[str] = "reagent"
    lot: str
    method: str
    event: str
    expires: str = ""
    curve: dict[str, str] | None = None  # k, b, low, high, wavelength: what the kit's code carries
    by: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """An instrument was read outside a run: a value for the log, no verdict."""

    kind: ClassVar[str] = "observation"
    device: Device
    readings: tuple[Measured, ...]
    capture: str
