"""Rows of `packs/rules/assay.toml`: readings as the row writes them, judged by the real rules."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache

from drivers.reading import Reading
from kiosk.pack import Packs, load_packs
from kiosk.rules.messages import Outcome, Repeat
from kiosk.rules.testing import assay
from kiosk.rules.testing.assayed import Assayed
from kiosk.rules.testing.card_colour import CardSeen, judge_card
from kiosk.rules.testing.curve import LotCurve, fit, lot_curve
from kiosk.rules.testing.methods import CardColour, LineStyle, MethodPack
from kiosk.rules.testing.repeats import agreed, counts_as, settle
from kiosk.rules.testing.strip import Batch, LinesSeen, LotStrip, TestLine, judge_lines

Given = dict[str, str]
INSIDE = "400"  # seconds


@cache
def packs() -> Packs:
    return load_packs()


def method_of(given: Given, default: str) -> MethodPack:
    return packs().methods[given.get("method", default)]


def reading(quantity: str, value: str, unit: str = "AU", verdict: str | None = None) -> Reading:
    return Reading(1, quantity, Decimal(value), unit, b"", device_verdict=verdict)


def told(judged: Assayed, given: Given) -> str:
    parts = [str(judged.verdict.outcome)]
    parts += [judged.shown] if "show" in given else []
    parts += [judged.item] if judged.item and "item" in given else []
    return " ".join([*parts, "disagrees"] if judged.disagrees else parts)


def rate(given: Given) -> Assayed:
    method = method_of(given, "gbt-5009-199-2003")
    if "value" in given:
        value = Decimal(given["value"])
        return Assayed(value, "%", assay.judge_value(method, value), shown=assay.shown(value))
    sample = [*cuvette(given, "sample"), *said(given, "inhibition", "%")]
    return assay.judge_run(method, cuvette(given, "blank"), sample)


def cuvette(given: Given, of: str) -> list[Reading]:
    """A change, a start and an end, or two light intensities: as the row gives them."""
    if f"light_{of}" in given:
        start, end = given[f"light_{of}"].split()
        return [reading("intensity_start", start, ""), reading("intensity_end", end, "")]
    if f"{of}_from" in given:
        return [reading("absorbance_start", given[f"{of}_from"]), reading("absorbance_end", given[f"{of}_to"])]
    return [reading("absorbance_change", value) for value in given[of].split() if value != "none"]


def said(given: Given, quantity: str, unit: str) -> list[Reading]:
    if "device" not in given:
        return []
    value, _, own = given["device"].partition(" ")
    return [reading(quantity, value, own or unit, given.get("word"))]


def curve(given: Given) -> Assayed:
    blank = [reading("absorbance", given["absorbance_blank"])]
    sample = [reading("absorbance", given["absorbance"]), *said(given, "concentration", "mg/kg")]
    return assay.judge_run(method_of(given, "kit-curve"), blank, sample, lot=curve_of(given))


def curve_of(given: Given) -> LotCurve | None:
    kind, *rest = given["lot_curve"].split()
    if kind == "none":
        return None
    if kind != "points":
        return lot_curve(pairs([kind, *rest]))
    amounts = {name: Decimal(value) for name, value in pairs(given["amounts"].split()).items()}
    fitted = fit([(Decimal(c), Decimal(a)) for c, a in zip(rest[::2], rest[1::2], strict=True)])
    return replace(fitted, volume=amounts["volume"], mass=amounts["mass"], limit=amounts["limit"])


def pairs(words: list[str]) -> dict[str, str]:
    return dict(zip(words[::2], words[1::2], strict=True))


def lines(given: Given) -> Assayed:
    method = method_of(given, "kit-strip")
    style = LineStyle(given.get("style", "compare")) if given.get("style", "compare") else None
    elapsed = given.get("elapsed", INSIDE)
    seen = LinesSeen(given["control"] == "yes", TestLine(given["line"]), given.get("by", "Li"))
    return judge_lines(
        method,
        seen,
        elapsed=int(elapsed) if elapsed else None,
        batch=Batch(outcome(given.get("blank", "negative")), outcome(given.get("positive", "positive"))),
        lot=LotStrip(style=style),
        item=given.get("item", ""),
    )


def outcome(text: str) -> Outcome | None:
    return Outcome(text) if text else None


def reader(given: Given) -> Assayed:
    names = [name for name in ("line_c", "line_t", "ratio") if name in given]
    sample = [reading(name, given[name], "") for name in names]
    blank = [reading("line_c", "1000", ""), reading("line_t", "1000", "")]
    limits = {name: Decimal(given[name]) for name in ("cut_off", "control_min") if name in given}
    return assay.judge_run(
        method_of(given, "kit-strip"),
        blank,
        [*sample, *said(given, "ratio", "")],
        lot=LotStrip(LineStyle.COMPARE, limits.get("cut_off"), limits.get("control_min")),
        elapsed=int(INSIDE),
        positive=Outcome.POSITIVE,
    )


def card(given: Given) -> Assayed:
    blank = CardColour(given["blank_card"]) if given["blank_card"] else None
    seen = CardSeen(CardColour(given["colour"]), blank, given.get("by", "Li"))
    return judge_card(method_of(given, "gbt-5009-199-2003-card"), seen)


def repeats(given: Given) -> str:
    """`outcome/run`: in which run a repeat was does not matter."""
    again = [Outcome(one.partition("/")[0]) for one in given["repeats"].split()]
    settled = settle(Outcome(given["first"]), again, 2)
    return "waits" if settled is None else str(settled)


def word(given: Given) -> str:
    ruling = counts_as(
        Repeat(given["word"]),
        same_sample=given["same_sample"] == "yes",
        same_run=given["same_run"] == "yes",
        rapid=given.get("rapid", "yes") == "yes",
        test=12,
        first=7,
    )
    return "allowed" if ruling is None else "refused"


def parallel(given: Given) -> str:
    if "word" in given:
        return word(given)
    agreement = Decimal(given["agreement"]) if given["agreement"] else None
    return str(agreed([Outcome(one) for one in given["parallels"].split()], agreement))


def new_record(given: Given) -> str:
    numbers = {"test": int(given["test"]), "first": int(given["first"])}
    ruling = counts_as(Repeat.RETEST, same_sample=True, same_run=False, rapid=True, **numbers)
    return "allowed" if ruling is None else "refused"


def whichever(given: Given) -> str:
    return told(found(given), given)


def found(given: Given) -> Assayed:
    """The row itself says what was read: a curve, a reader's lines, a card, a person's lines, or a rate."""
    for key, judge in (("lot_curve", curve), ("cut_off", reader), ("ratio", reader), ("colour", card), ("line", lines)):
        if key in given:
            return judge(given)
    return rate(given)


CLAUSES = (
    "positive", "suspect", "negative", "blank", "reading", "limit", "range", "curve", "item", "control_line",
    "lines_compare", "lines_vanish", "style", "cut_off", "window", "control", "reader", "colour", "blank_card",
    "device",
)  # fmt: skip
WORKED: dict[str, Callable[[Given], str]] = {
    **{f"assay/{clause}": whichever for clause in CLAUSES},
    "assay/repeats": repeats,
    "assay/parallel": parallel,
    "assay/retest": word,
    "assay/recheck": word,
    "assay/new_record": new_record,
}
