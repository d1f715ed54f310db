"""Rows of `packs/rules/methods.toml`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

from kiosk.pack import Packs, load_packs
from kiosk.rules.ruling import Ruling
from kiosk.rules.testing.method_use import fits, in_force, unit_fits
from kiosk.rules.testing.methods import Formula

Given = dict[str, str]


@cache
def packs() -> Packs:
    return load_packs()


def told(ruling: Ruling | None) -> str:
    if ruling is None:
        return "allowed"
    return "refused" if ruling.stops else "warned"


def days(given: Given) -> str:
    begins, ends = (date.fromisoformat(given[key]) if given[key] else None for key in ("begins", "ends"))
    method = replace(packs().methods["nyt-448-2001"], in_force_from=begins, in_force_to=ends)
    return told(in_force(method, date.fromisoformat(given["day"])))


def crop(given: Given) -> str:
    return told(fits(packs().methods[given["method"]], given["product"], given["product"]))


def unit(given: Given) -> str:
    return "allowed" if unit_fits(Formula(given["formula"]), given["unit"]) else "refused"


WORKED: dict[str, Callable[[Given], str]] = {
    "methods/in_force": days,
    "methods/excluded_crop": crop,
    "methods/false_positive_crop": crop,
    "methods/unit": unit,
}
