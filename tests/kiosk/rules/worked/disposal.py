"""The worked rows of `packs/rules/disposal.toml`: a lot that failed, and what is to be done with it."""

from collections.abc import Callable
from decimal import Decimal

from kiosk.rules.messages import Disposal, LotReleased, Outcome
from kiosk.rules.oversight import disposal as rules
from tests.support import oversight as made

Given = dict[str, str]
CLAUSES = (
    "measure", "record", "pictures", "witness", "quantity", "unit", "too_much", "gone", "release",
)  # fmt: skip


def _order(given: Given) -> LotReleased:
    report, laboratory = given.get("report", "R1"), given.get("laboratory", "County laboratory")
    return made.released(outcome=Outcome(given["order"]), report=report, laboratory=laboratory)


def _wanted(given: Given) -> Disposal:
    amount = given.get("quantity", "40")
    return made.disposal(
        measure=given.get("measure", "destroyed"),
        quantity=Decimal(amount) if amount else None,
        unit=given.get("unit", "kg"),
        by=given.get("by", "A"),
        place=given.get("place", "Market"),
        pictures=(made.DIGEST,) if given.get("pictures", "yes") == "yes" else (),
        witness=given.get("witness", "B"),
    )


def _disposed(rule: str) -> Callable[[Given], str]:
    def disposed(given: Given) -> str:
        before = [(8, made.disposal(quantity=Decimal(given["before"])))] if "before" in given else []
        orders = [(int(given.get("order_at", "9")), _order(given))] if "order" in given else []
        now = rules.held("L1", Decimal(100), "kg", failed=[5], disposals=before, orders=orders)
        return made.told(rules.may_dispose(_wanted(given), now), rule)

    return disposed


WORKED: dict[str, Callable[[Given], str]] = {
    **{f"disposal/{clause}": _disposed(f"disposal/{clause}") for clause in CLAUSES},
    "disposal/order": lambda given: made.told([rules.may_release(_order(given))], "disposal/order"),
}
