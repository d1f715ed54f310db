"""Numbers as people say them, in pieces that are recorded once: names of prompts, without their `number.`."""

from decimal import Decimal

MOST = 10**8  # from here on a number is told digit by digit
TWO, HALF, POINT, AND = "two", "half", "point", "and"
MONTH, DAY = "month", "day"
WAN = 10_000
PLACES = ((1000, "1000"), (100, "100"), (10, "10"), (1, ""))
SCALES = ((10**6, "1000000"), (1000, "1000"))
NOT_CHINESE = frozenset({*map(str, range(11, 100)), "1000000", AND})


def needed(piece: str, language: str) -> bool:
    """Whether who records this language is asked for it. What is neither Chinese nor English counts as English does."""
    return piece not in NOT_CHINESE if language == "zh" else piece not in (TWO, str(WAN))


def number(amount: Decimal, language: str) -> tuple[str, ...]:
    """A count of something, not negative: 半, 两, 三百二十点五."""
    if amount == Decimal("0.5"):
        return (HALF,)
    if language == "zh" and amount == 2:
        return (TWO,)
    whole, _, decimals = f"{amount:f}".partition(".")
    said = (chinese if language == "zh" else english)(int(whole))
    decimals = decimals.rstrip("0")
    return (*said, POINT, *decimals) if decimals else said


def day(month: int, of_month: int, language: str) -> tuple[str, ...]:
    """十一月二十二号; in English the day comes as a number too."""
    if language == "zh":
        return (*chinese(month), MONTH, *chinese(of_month), DAY)
    return (MONTH, *english(month), DAY, *english(of_month))


def chinese(count: int) -> tuple[str, ...]:
    """十二, 两百二十, 一千零五, 两万三千."""
    if count >= MOST:
        return tuple(str(count))
    high, low = divmod(count, WAN)
    if not high:
        return tuple(_section(low)) or ("0",)
    told = (TWO,) if high == 2 else _section(high)
    gap = ("0",) if 0 < low < 1000 else ()
    return (*told, str(WAN), *gap, *_section(low, begun=True))


def _section(count: int, *, begun: bool = False) -> list[str]:
    """Up to 9999; empty for nothing. A ten at the beginning needs no one before it: 十二, but 一百一十二."""
    said: list[str] = []
    gap = False
    for value, name in PLACES:
        digit, count = divmod(count, value)
        if not digit:
            gap = bool(said)
            continue
        said += ["0"] if gap else []
        gap = False
        if value != 10 or digit != 1 or said or begun:
            said.append(TWO if digit == 2 and value >= 100 else str(digit))
        said += [name] if name else []
    return said


def english(count: int) -> tuple[str, ...]:
    """twelve, three hundred and twenty, one thousand and five."""
    if count >= MOST:
        return tuple(str(count))
    said: list[str] = []
    for value, name in SCALES:
        scale, count = divmod(count, value)
        said += [*_hundreds(scale), name] if scale else []
    if count:
        said += [AND] if said and count < 100 else []
        said += _hundreds(count)
    return tuple(said) or ("0",)


def _hundreds(count: int) -> list[str]:
    """1 to 999."""
    hundreds, rest = divmod(count, 100)
    said = [str(hundreds), "100"] if hundreds else []
    if rest:
        said += [AND] if hundreds else []
        said += [str(rest)] if rest < 20 else [str(rest // 10 * 10), *([str(rest % 10)] if rest % 10 else [])]
    return said
