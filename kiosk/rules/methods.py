"""Test methods as values: a dated pack each, every number with its source. assay.py judges, kiosk.pack loads."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Formula(StrEnum):
    """The closed list of what we can compute."""

    INHIBITION = "inhibition"  # (ΔA0 - ΔAt) / ΔA0 x 100


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
class MethodPack:
    """`rule` is the standard's own name; verdicts store `<rule>/<clause>`."""

    id: str
    rule: str
    names: dict[str, str]  # language -> name
    formula: Formula
    unit: str
    wavelength: int  # nm
    positive_at: Decimal  # a value equal to it is positive
    suspect_from: Decimal | None  # None: the method knows no suspicious band
    blank_min: Decimal  # ΔA0 of the blank, absorbance units
    blank_max: Decimal | None
    repeats: int  # valid repeats that a positive or suspect first test needs
    scope: tuple[DrugClass, ...]
    recognised_by: tuple[str, ...]
    in_force_from: date
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


def with_band(method: MethodPack, suspect_from: Decimal) -> MethodPack:
    """The method with a county's suspicious band, which the standard does not have."""
    setting = Sourced("suspect_from", "I", "county setting", confirmed=False)
    return replace(method, suspect_from=suspect_from, sources=(*method.sources, setting))
