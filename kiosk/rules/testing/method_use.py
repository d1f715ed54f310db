"""Whether a method may be used: its days, its crops, its unit. Said before anybody opens a reagent."""

from datetime import date

from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.testing.methods import CropEffect, Formula, MethodPack


def unit_fits(formula: Formula, unit: str) -> bool:
    """An inhibition rate is a percentage and nothing else: no mg/kg, and no limit in mg/kg, ever stands beside it."""
    match formula:
        case Formula.INHIBITION:
            return unit == "%"
        case Formula.CURVE:
            return unit not in ("", "%")
        case Formula.CARD | Formula.STRIP:
            return not unit


def usable(method: MethodPack, day: date, product: str, name: str) -> tuple[Ruling, ...]:
    """What is to be said before a test of this product (`name`: as the person calls it) by this method on this day."""
    said = (in_force(method, day), fits(method, product, name))
    return tuple(ruling for ruling in said if ruling is not None)


def in_force(method: MethodPack, day: date) -> Ruling | None:
    if method.in_force_from is None:
        return warn("methods/in_force", "methods.begin_unknown", method=method.rule)
    if day < method.in_force_from:
        return stop("methods/in_force", "methods.not_yet", method=method.rule, since=str(method.in_force_from))
    if method.in_force_to is not None and day > method.in_force_to:
        return stop("methods/in_force", "methods.ended", method=method.rule, until=str(method.in_force_to))
    return None


def fits(method: MethodPack, product: str, name: str) -> Ruling | None:
    """Whether the method holds for this crop; an excluded one is refused before anybody opens a reagent."""
    effects = [crop.effect for crop in method.crops if crop.product == product]
    if CropEffect.EXCLUDED in effects:
        return stop("methods/excluded_crop", "methods.excluded_crop", method=method.rule, product=name)
    if effects:
        return warn("methods/false_positive_crop", "methods.false_positive_crop", product=name)
    return None
