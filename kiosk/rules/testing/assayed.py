"""What a test came to, and the instrument's own opinion beside it. The number is ours; a disagreement is flagged."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_FLOOR, Context, Decimal

from drivers.reading import Reading
from kiosk.rules.messages import Outcome, Verdict
from kiosk.rules.testing.methods import BatchControl, MethodPack

# Division rounds towards minus infinity at 50 digits: a quotient below a limit stays below it, an equal one is equal.
EXACT = Context(prec=50, rounding=ROUND_FLOOR)
NONE = Decimal(0)

# Decimals that people are shown, by the unit of the value; "" is a ratio.
PLACES = {"%": 1, "": 2}
PLACES_OF_CONTENT = 3

# What instruments call their own verdict, in ours. A word that is not here is kept but not compared.
DEVICE_WORDS = {
    "negative": Outcome.NEGATIVE,
    "pass": Outcome.NEGATIVE,
    "qualified": Outcome.NEGATIVE,
    "positive": Outcome.POSITIVE,
    "exceeds": Outcome.POSITIVE,
    "fail": Outcome.POSITIVE,
    "unqualified": Outcome.POSITIVE,
    "suspect": Outcome.SUSPECT,
    "suspicious": Outcome.SUSPECT,
    "invalid": Outcome.INVALID,
}


@dataclass(frozen=True, slots=True)
class Assayed:
    """`value` is None when the readings give none; it is kept unrounded and may be negative.

    `item` is what was looked for, `limit` what the value was compared with, in `unit`. `shown` is the value for
    people: cut, or `< 0.2`, or `> 4`; empty where there is none.
    """

    value: Decimal | None
    unit: str
    verdict: Verdict
    device_value: Decimal | None = None
    device_verdict: str | None = None
    disagrees: bool = False
    item: str = ""
    limit: Decimal | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A value, what it was compared with, and the verdict."""

    value: Decimal | None
    verdict: Verdict
    unit: str = ""
    limit: Decimal | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What the instrument itself made of a sample. `slack` is how far its number may lie from ours for its digits.

    `compared` is False for a number of another unit, which is kept only.
    """

    value: Decimal | None = None
    verdict: str | None = None
    slack: Decimal = NONE
    compared: bool = True


def assayed(judged: Judged, said: Said, item: str) -> Assayed:
    differs = numbers_differ(judged.value, said) or verdicts_differ(judged.verdict.outcome, said.verdict)
    return Assayed(
        judged.value,
        judged.unit,
        judged.verdict,
        said.value,
        said.verdict,
        differs,
        item,
        judged.limit,
        judged.shown,
    )


def by_eye(judged: Judged, item: str) -> Assayed:
    """No instrument was asked."""
    return assayed(judged, Said(), item)


def invalid(method: MethodPack, clause: str, reason: str, **facts: str) -> Verdict:
    return Verdict(Outcome.INVALID, method.clause(clause), reason, facts)


def shown(value: Decimal, unit: str = "%", limit: Decimal | None = None) -> str:
    """Cut and never rounded up, so that 49.96 does not read 50.0; a negative inhibition reads 0.0.

    It has as many decimals as the limit at least, so that what is below a limit reads below it.
    """
    places = PLACES.get(unit, PLACES_OF_CONTENT)
    if limit is not None:
        places = max(places, -_exponent(limit))
    return f"{max(value, NONE).quantize(Decimal(1).scaleb(-places), rounding=ROUND_DOWN):f}"


def named_item(method: MethodPack, wanted: str) -> tuple[str, Verdict | None]:
    """What this test looks for: the method's only item, or the one that was named; None of a pack: as named."""
    if not wanted and len(method.items) == 1:
        return method.items[0].id, None
    if not method.items or method.item(wanted) is not None:
        return wanted, None
    known = ", ".join(item.id for item in method.items)
    return wanted, invalid(method, "item", "verdict.no_item", item=wanted or "-", known=known)


def window_fault(method: MethodPack, elapsed: int | None) -> Verdict | None:
    """`elapsed`: seconds from the drops on the strip, or the fold of the card, to the look at it; ends are inside."""
    window = method.step("read")
    if window is None:
        return None
    if elapsed is None:
        return invalid(method, "window", "verdict.window_unknown")
    facts = {"elapsed": str(elapsed), "least": str(window.least)}
    if elapsed < window.least:
        return invalid(method, "window", "verdict.window_early", **facts)
    if window.most is not None and elapsed > window.most:
        return invalid(method, "window", "verdict.window_late", elapsed=str(elapsed), most=str(window.most))
    return None


def batch_fault(method: MethodPack, control: BatchControl, found: Outcome | None) -> Verdict | None:
    """A demanded control that is missing, or came out wrong, makes every sample of its batch invalid."""
    if control not in method.controls:
        return None
    if found is None:
        return invalid(method, "control", f"verdict.no_{control}_control")
    wanted = Outcome.NEGATIVE if control is BatchControl.BLANK else Outcome.POSITIVE
    return None if found is wanted else invalid(method, "control", f"verdict.{control}_control_wrong")


def device_verdict(sample: Sequence[Reading]) -> str | None:
    return next((reading.device_verdict for reading in sample if reading.device_verdict is not None), None)


def device_value(sample: Sequence[Reading], quantity: str) -> Decimal | None:
    value = next((reading.value for reading in sample if reading.quantity == quantity), None)
    return value if value is not None and value.is_finite() else None


def last_digit(value: Decimal) -> Decimal:
    return Decimal(1).scaleb(_exponent(value))


def numbers_differ(ours: Decimal | None, said: Said) -> bool:
    """Many devices cut a negative value to 0; that alone is no disagreement."""
    if ours is None or said.value is None or not said.compared:
        return False
    if said.value == 0:
        ours = max(ours, NONE)
    return abs(ours - said.value) > last_digit(said.value) + said.slack


def verdicts_differ(ours: Outcome, device: str | None) -> bool:
    theirs = DEVICE_WORDS.get(device.lower()) if device is not None else None
    return theirs is not None and theirs is not ours


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
