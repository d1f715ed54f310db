"""Values that follow from others by a named rule: inhibition, absorbance, difference, line. Exact decimals. Pure.

A value that cannot be computed is missing; none is invented, and a negative one stays negative (design.md §5).
"""

from collections.abc import Mapping
from decimal import Decimal

from drivers.analyzer.fields import Row, Value
from drivers.profile.exchange import Delta, Derive, Inhibition, Linear, LogRatio

MOST = 28  # digits of a number of the decimal context


def derived(row: Row, rules: Mapping[str, Derive]) -> Row:
    """The row with every value that its fields allow; a rule may use the values of the rules before it."""
    fields = dict(row.fields)
    for name, rule in rules.items():
        if all(operand in fields for operand in _operands(rule)):
            fields[name] = _value(rule, fields)
    return Row(fields, row.raw)


def _operands(rule: Derive) -> list[str]:
    said = rule.model_dump(exclude={"rule", "digits", "plus"}).values()
    return [operand for operand in said if isinstance(operand, str)]


def _value(rule: Derive, fields: Mapping[str, Value]) -> Decimal | None:
    numbers = {name: Decimal(found) for name in _operands(rule) if isinstance(found := fields[name], Decimal | int)}
    if len(numbers) < len(set(_operands(rule))):
        return None
    if isinstance(rule, Inhibition):
        return _inhibition(numbers[rule.control], numbers[rule.sample], rule.digits)
    if isinstance(rule, LogRatio):
        return _absorbance(rule, numbers)
    if isinstance(rule, Delta):
        return numbers[rule.last] - numbers[rule.first]
    return _linear(rule, numbers)


def _inhibition(control: Decimal, sample: Decimal, digits: int) -> Decimal | None:
    """GB/T 5009.199-2003 5.4: (ΔA_control − ΔA_sample) / ΔA_control × 100."""
    return _rounded((control - sample) / control * 100, digits) if control > 0 else None


def _absorbance(rule: LogRatio, numbers: Mapping[str, Decimal]) -> Decimal | None:
    full = numbers[rule.full] - (numbers[rule.full_dark] if rule.full_dark else 0)
    sample = numbers[rule.sample] - (numbers[rule.sample_dark] if rule.sample_dark else 0)
    return _rounded((full / sample).log10(), rule.digits) if full > 0 and sample > 0 else None


def _linear(rule: Linear, numbers: Mapping[str, Decimal]) -> Decimal:
    times = numbers[rule.times] if isinstance(rule.times, str) else rule.times
    return numbers[rule.of] * times + rule.plus


def _rounded(number: Decimal, digits: int) -> Decimal | None:
    """None of a number that has no place for these digits: no instrument measured it."""
    step = Decimal(1).scaleb(-digits)
    return number.quantize(step) if number.adjusted() + digits + 1 < MOST else None
