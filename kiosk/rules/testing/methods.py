"""Test methods as values: a dated pack each, every number with its source. assay.py judges, kiosk.pack loads."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kiosk.rules.errors import Unusable


class Formula(StrEnum):
    """The closed list of what we can compute."""

    INHIBITION = "inhibition"  # (ΔA0 - ΔAt) / ΔA0 x 100
    CARD = "card"  # 速测卡: a colour that a person compares with the blank card
    STRIP = "strip"  # 胶体金: T fades with the analyte, by a reader's T/C or by a person's eyes
    CURVE = "curve"  # A = k·c + b, of the reagent lot


class LineStyle(StrEnum):
    """How a competitive strip is read; the kit says which."""

    COMPARE = "compare"  # 比色法: T against C
    VANISH = "vanish"  # 消线法: T there or gone


class CardColour(StrEnum):
    """What a person may say of the pad of an enzyme card. No number comes of it."""

    WHITE = "white"
    FAINT_BLUE = "faint_blue"
    SKY_BLUE = "sky_blue"
    LIKE_BLANK = "like_blank"
    OTHER = "other"  # green, red …: the colour of the sample itself


class Authority(StrEnum):
    """Who recognised a rapid method, and so for whose supervision (law art. 50)."""

    SAMR = "SAMR"  # 市场监管总局
    MARA = "MARA"  # 农业农村部


class BatchControl(StrEnum):
    """What each batch has to hold beside its samples."""

    BLANK = "blank"  # must be negative
    POSITIVE = "positive"  # spiked; must be positive


class CropEffect(StrEnum):
    EXCLUDED = "excluded"  # the method does not hold for it
    FALSE_POSITIVE = "false_positive"  # its juice alone may look like a positive


class DrugClass(StrEnum):
    """What a method can see; anything else a negative says nothing about (用什么药、检什么药)."""

    ORGANOPHOSPHATE = "organophosphate"
    CARBAMATE = "carbamate"
    PYRETHROID = "pyrethroid"
    NEONICOTINOID = "neonicotinoid"
    ORGANOCHLORINE = "organochlorine"
    AVERMECTIN = "avermectin"
    PHENYLPYRAZOLE = "phenylpyrazole"
    TRIAZOLE = "triazole"
    BIPYRIDYL = "bipyridyl"
    OTHER_PESTICIDE = "other_pesticide"
    TRIPHENYLMETHANE = "triphenylmethane"  # 孔雀石绿
    NITROFURAN = "nitrofuran"
    BETA_AGONIST = "beta_agonist"  # 瘦肉精
    SULFONAMIDE = "sulfonamide"
    AMPHENICOL = "amphenicol"
    OTHER_VETERINARY = "other_veterinary"
    NITRITE = "nitrite"
    ADDITIVE = "additive"


@dataclass(frozen=True, slots=True)
class TimedStep:
    """One step that a clock rules. `most` None: no upper bound. Temperatures in °C, None: any."""

    id: str  # shake | stand | incubate | react | develop | read
    names: dict[str, str]  # language -> what to do
    least: int  # seconds
    most: int | None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReagentLife:
    """How long one reagent of the kit is good once opened or dissolved, and where it has to stand."""

    id: str  # enzyme | substrate | developer | strip | card
    names: dict[str, str]
    opened_days: int | None
    low: Decimal | None  # °C of its place
    high: Decimal | None
    out_minutes: int | None = None  # how long it may stand outside that
    thaws: int | None = None  # how often it may be frozen and thawed


@dataclass(frozen=True, slots=True)
class Sourced:
    """Where one value of a pack comes from. `mark` as in domain.md: V read, V- seen in part, G recalled, I inferred."""

    key: str
    mark: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """Numbers of the inhibition formula."""

    wavelength: int  # nm
    positive_at: Decimal  # %; a value equal to it is positive
    suspect_from: Decimal | None  # None: the method knows no suspicious band
    blank_min: Decimal  # ΔA0 of the blank, absorbance units
    blank_max: Decimal | None


@dataclass(frozen=True, slots=True)
class Card:
    """Colours that are positive; blue, and the blank's own, are negative."""

    positive: tuple[CardColour, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """None where each kit has its own; its lot carries it then."""

    style: LineStyle | None
    cut_off: Decimal | None  # T/C below it is positive
    control_min: Decimal | None  # a reader's C below it is no line


@dataclass(frozen=True, slots=True)
class Curve:
    """What is asked of a curve; k and b are the reagent lot's. None where the lot carries it."""

    wavelength: int | None  # nm
    r_min: Decimal
    limit: Decimal | None  # in the pack's unit; a content equal to it is positive
    volume: Decimal | None  # mL of extract
    mass: Decimal | None  # g of sample
    dilution: Decimal | None
    blank_max: Decimal | None  # absorbance of the reagent blank


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is looked for (检测项目); `detects_from` is the method's 检出限 and no legal limit."""

    id: str
    names: dict[str, str]
    drugs: tuple[DrugClass, ...]
    detects_from: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class CropNote:
    product: str
    effect: CropEffect


@dataclass(frozen=True, slots=True)
class MethodPack:
    """`rule` is the standard's own name; verdicts store `<rule>/<clause>`, a clause of `packs/rules/assay.toml`."""

    id: str
    rule: str
    names: dict[str, str]  # language -> name
    formula: Formula
    unit: str  # of the value; empty where there is none
    how: Rate | Card | Strip | Curve
    repeats: int  # valid repeats that a positive or suspect first test needs
    agreement: Decimal | None  # % of parallels that must agree; None: all
    controls: tuple[BatchControl, ...]
    steps: tuple[TimedStep, ...]
    reagents: tuple[ReagentLife, ...]
    items: tuple[Item, ...]  # empty: the kit's lot names it
    crops: tuple[CropNote, ...]
    scope: tuple[DrugClass, ...]
    recognised_by: tuple[Authority, ...]
    in_force_from: date | None  # None: not known
    in_force_to: date | None
    derived_from: str  # id of the pack that a county changed; empty for a standard's own
    sources: tuple[Sourced, ...]

    @property
    def confirmed(self) -> bool:
        """One value that no named source supports makes the whole pack 未核实."""
        return all(value.confirmed for value in self.sources)

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        return tuple(value.key for value in self.sources if not value.confirmed)

    def clause(self, name: str) -> str:
        return f"{self.rule}/{name}"

    def sees(self, drug: DrugClass) -> bool:
        return drug in self.scope

    def item(self, wanted: str) -> Item | None:
        return next((item for item in self.items if item.id == wanted), None)

    def step(self, wanted: str) -> TimedStep | None:
        return next((step for step in self.steps if step.id == wanted), None)

    def reagent(self, wanted: str) -> ReagentLife | None:
        return next((reagent for reagent in self.reagents if reagent.id == wanted), None)

    @property
    def limit(self) -> Decimal | None:
        """What a value is compared with, in `unit`; None where there is no number or the reagent lot carries it."""
        match self.how:
            case Rate():
                return self.how.positive_at
            case Strip():
                return self.how.cut_off
            case Curve():
                return self.how.limit
            case Card():
                return None

    @property
    def rate(self) -> Rate:
        """Raises Unusable for a method of another formula."""
        if not isinstance(self.how, Rate):
            raise Unusable("rules.not_inhibition", method=self.rule)
        return self.how

    @property
    def wavelength(self) -> int:
        return self.rate.wavelength

    @property
    def positive_at(self) -> Decimal:
        return self.rate.positive_at

    @property
    def suspect_from(self) -> Decimal | None:
        return self.rate.suspect_from

    @property
    def blank_min(self) -> Decimal:
        return self.rate.blank_min

    @property
    def blank_max(self) -> Decimal | None:
        return self.rate.blank_max


def with_band(method: MethodPack, suspect_from: Decimal) -> MethodPack:
    """The inhibition method with a county's suspicious band, which the standard does not have."""
    setting = Sourced("suspect_from", "I", "county setting", confirmed=False)
    how = replace(method.rate, suspect_from=suspect_from)
    return replace(method, how=how, sources=(*method.sources, setting))
