"""Entries about tests: the sample, its tube, the run's controls, and the verdict."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from kiosk.rules.messages.forms import DayOrNone, Digest, DigestOrNone, Form, MonthOrDay, Number, Time, TimeOrNone
from kiosk.rules.messages.parts import (
    Device,
    Finding,
    Measured,
    Outcome,
    Position,
    Repeat,
    SampleSource,
    SampleType,
    Scene,
    Signature,
    Verdict,
)


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
    taken_at: Time
    sampler: str
    stall: str = ""
    place: str = ""
    quantity_seen: Number | None = None  # kilograms that the sample stands for (抽样基数)
    test_grams: Number | None = None
    reserve_grams: Number | None = None
    seals: tuple[str, ...] = ()  # numbers of the seals on the portions
    signatures: tuple[Signature, ...] = ()
    pictures: tuple[Digest, ...] = ()
    task: str = ""
    subject_code: str = ""  # 统一社会信用代码 or 一码通, when he has one
    sample_source: SampleSource = ""
    producer: str = ""  # who grew it, where the tested party only sells it
    producer_contact: str = ""
    region: str = ""  # GB/T 2260 of the place
    position: Position | None = None


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
    value: Number | None
    unit: str
    verdict: Verdict
    device_value: Number | None
    device_verdict: str | None
    disagrees: bool
    capture: Digest  # of the blob with every byte of the session
    reagent_lot: str = ""
    retest_of: int | None = None
    lot: str = ""
    repeat: Repeat | None = None
    method_pack: str = ""  # id of the method pack, with its digest after "@"
    item: str = ""  # what was looked for, where one method sees several: pesticide group, residue, additive
    limit: Number | None = None
    reagent_expiry: MonthOrDay = ""
    started_at: TimeOrNone = ""  # of the run, by the station's clock
    temperature: Number | None = None  # °C beside the analyzer
    humidity: Number | None = None  # % relative
    tester: str = ""  # who loaded the run; empty when the producer served himself
    reviewer: str = ""
    read_by: str = ""  # of a human reading: who read the colour or the lines
    photograph: DigestOrNone = ""  # the picture of card or strip beside its blank
    findings: tuple[Finding, ...] = ()  # quality control: what warned, or what made it invalid
    stall: str = ""
    sampled_at: TimeOrNone = ""
    device_serial: str = ""
    calibration_due: MonthOrDay = ""
    channel: int | None = None
    method_kind: str = ""  # its formula: inhibition | card | strip | curve; what platforms number 1, 2, 11
    item_name: str = ""  # in the words of the pack
    subject_code: str = ""
    sample_source: SampleSource = ""
    producer: str = ""
    sampler: str = ""
    tester_code: str = ""  # number of the tester's staff card
    reagent_maker: str = ""
    place: str = ""  # where it was tested, when that is not the station
    region: str = ""
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """A quality control. `passed` by the named findings."""

    kind: ClassVar[str] = "control"
    what: Annotated[str, Form(words=("blank", "positive", "drift", "calibration"))]
    run: str
    method: str
    device: Device
    readings: tuple[Measured, ...]
    passed: bool
    findings: tuple[Finding, ...]
    capture: Digest
    reagent_lot: str = ""
    value: Number | None = None
    unit: str = ""
    temperature: Number | None = None
    expected: Outcome | None = None
    certificate: str = ""  # of a calibration: number of its certificate, whose picture is the capture
    certified_on: DayOrNone = ""  # the day on that certificate


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
    """Something happened to a reagent lot: it came, was opened, thawed, stood warm or cold again, was used up."""

    kind: ClassVar[str] = "reagent"
    lot: str
    method: str
    event: Annotated[str, Form(words=("received", "opened", "thawed", "warm", "cold", "used_up"))]
    expires: MonthOrDay = ""
    curve: dict[str, str] | None = None  # k, b, low, high, wavelength: what the kit's code carries
    by: str = ""
    maker: str = ""
    code: str = ""  # what the kit's own code said, whole


@dataclass(frozen=True, slots=True)
class Observation:
    """An instrument was read outside a run: a value for the log, no verdict.

    `rereads`: the capture of that entry was read again, and this is what it says now; the entry and its verdict stay.
    """

    kind: ClassVar[str] = "observation"
    device: Device
    readings: tuple[Measured, ...]
    capture: Digest
    rereads: int | None = None
