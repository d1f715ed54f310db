"""The worked rows of `packs/rules/drugs.toml`, put to the real rules."""

from collections.abc import Callable
from datetime import date

from kiosk.rules.drug_use.bans import bans
from kiosk.rules.drug_use.drugs import Negative, coverage
from kiosk.rules.drug_use.pesticides import Ingredient
from kiosk.rules.goods.products import ProductClass
from kiosk.rules.messages import DrugsStated, DrugUse
from kiosk.rules.testing.methods import DrugClass
from tests.support import drugs as made
from tests.support.drugs import OF_EFFECT

Given = dict[str, str]


def _widest(given: Given) -> str:
    listed = [one for use in given["used"].split("+") for one in _ingredients(use)]
    tests = [_tested(text) for text in given["tests"].split("+") if text]
    cover = coverage(_stated(given["used"]), tests, made.drug_list(*listed))
    if cover.alone:
        return "alone"
    return "beside" if cover.supports else "control"


def _stated(text: str) -> DrugsStated | None:
    if text == "unasked":
        return None
    if text in ("no", "unknown"):
        return made.stated(used=text == "unknown")
    return made.stated(*(_use(one) for one in text.split("+")))


def _use(text: str) -> DrugUse:
    parts, answer = text.rsplit(":", 1)
    ids = [one.partition(":")[0] for one in parts.split("/")]
    return made.use(*(one for one in ids if one), answer=answer)


def _ingredients(text: str) -> list[Ingredient]:
    """Those that the packs know; a class of "-" is of none that they do."""
    parts = [one.split(":") for one in text.rpartition(":")[0].split("/") if one.strip(":")]
    return [_ingredient(name, group) for name, group in parts if group != "-"]


def _ingredient(name: str, group: str) -> Ingredient:
    known = group.strip("()")
    return made.ingredient(name, None if known == "?" else DrugClass(known), confirmed=group == known)


def _tested(text: str) -> Negative:
    classes, _, item = text.strip("()").partition("=")
    if item:
        return made.strip(DrugClass(classes), item)
    return made.enzyme(*(DrugClass(one) for one in classes.split(",")), confirmed=not text.startswith("("))


def _listed(given: Given) -> str:
    """What the one list says of the one use."""
    entry = made.ban(
        "x",
        confirmed=given["list"] == "confirmed",
        begins=_day(given["begins"]),
        ends=_day(given.get("ends", "")),
        classes=(ProductClass(given["only"]),) if "only" in given else (),
    )
    drugs = made.drug_list(made.ingredient("x", DrugClass.CARBAMATE), bans=[entry])
    said = made.stated(made.use("x", last_used=given["used"]))
    found = bans(said, made.tomato(), drugs, date.fromisoformat(given["today"]), given.get("checked_by", ""))
    return OF_EFFECT[found[0].effect] if found else "allowed"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


COVERAGE = ("every_ingredient", "unknown", "no_test", "classless", "unconfirmed", "by_word", "none_used")
WORKED: dict[str, Callable[[Given], str]] = {
    **dict.fromkeys((f"drugs/{clause}" for clause in COVERAGE), _widest),
    **dict.fromkeys(("drugs/banned", "drugs/banned_unconfirmed", "drugs/ban_begun"), _listed),
}
