"""What an order may put over the shipped packs: which files, how large, and only what leaves the whole set right.

Words, rule texts and layouts of paper are the house's own: an order that could change what a rule is said to be would
change what people agreed to. Settings have an order of their own, `settings.put`.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from datetime import date

from kiosk.override import Overrides
from kiosk.pack import PackError, load_packs, pack_texts
from kiosk.pack_problem import PackProblem, problem
from kiosk.rules.messages import PackPut, SettingsPut

ORDERABLE = ("methods", "products", "pesticides", "regions", "villages", "agreements", "patrol", "marks", "certificate")
FILE = re.compile(r"(?P<folder>[a-z]+)/[a-z0-9][a-z0-9.-]{0,79}\.toml")  # no way out of the packs
MOST_TEXT = 128 * 1024  # bytes; an envelope holds twice that


def refused(order: PackPut | SettingsPut, before: Overrides, today: date) -> list[PackProblem]:
    """Everything that is wrong with an order, by itself and with all packs on each day that it changes."""
    if isinstance(order, SettingsPut):
        return list(_settings(order)) or _misfits(before.with_settings(order, "-", today), today)
    found = list(_pack(order)) or _misfits(before.with_pack(order, "-", today), today)
    return found or list(_unsourced(order))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _pack(order: PackPut) -> Iterator[PackProblem]:
    place = FILE.fullmatch(order.file)
    if place is None or ".." in order.file or place["folder"] not in ORDERABLE:
        yield problem(order.file[:100], "-", "not_orderable", known=", ".join(ORDERABLE))
        return
    if len(order.text.encode()) > MOST_TEXT:
        yield problem(order.file, "-", "too_large", most=MOST_TEXT // 1024)
    if digest(order.text) != order.digest:
        yield problem(order.file, "digest", "digest")
    if order.in_force_from and _day(order.in_force_from) is None:
        yield problem(order.file, "in_force_from", "day")


def _unsourced(order: PackPut) -> Iterator[PackProblem]:
    """Wording is law: who calls it confirmed names what it was compared with, beyond what the shipped pack names."""
    if order.file.startswith("certificate/") and order.text:
        ours, shipped = tomllib.loads(order.text), pack_texts(None, Overrides()).get(order.file, b"")
        known = tomllib.loads(shipped.decode()).get("sources", [])
        if ours["confirmed"] and not set(ours["sources"]) - set(known):
            yield problem(order.file, "confirmed", "source_unnamed")


def _settings(order: SettingsPut) -> Iterator[PackProblem]:
    if not order.values:
        yield problem("settings", "-", "more_of", limit=1)
    if not order.by.strip():
        yield problem("settings", "by", "not_empty")


def _misfits(after: Overrides, today: date) -> list[PackProblem]:
    """On each day on which another pack comes into force, the whole set has to be right; each problem once."""
    found: list[PackProblem] = []
    for day in after.days_from(today):
        try:
            load_packs(put=after.on(day), texts=False)
        except PackError as wrong:
            found += [one for one in wrong.problems if one not in found]
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
