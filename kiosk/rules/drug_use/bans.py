"""Dated lists of banned and restricted drugs against what was used. The day of the use decides.

A stop is not an allowance: an entry that nobody confirmed stops as well, but a person of the staff who asked the
county may let it go on, and his name is kept.
"""

from datetime import date

from kiosk.rules.drug_use.intervals import called, day_of, once
from kiosk.rules.drug_use.pesticides import Ban, Drugs, ingredients_of
from kiosk.rules.goods.products import Product
from kiosk.rules.messages import DrugsStated, DrugUse
from kiosk.rules.ruling import Ruling, stop, warn


def bans(stated: DrugsStated, product: Product, drugs: Drugs, on: date, checked_by: str = "") -> tuple[Ruling, ...]:
    """What the lists say of every ingredient that was used on a product. A use without a day counts as today's.

    `checked_by`: the person of the staff who asked the county about unconfirmed entries.
    """
    lists = [ban for ban in drugs.bans if ban.covers(product)]
    each = [(use, one) for use in stated.uses for one in ingredients_of(use, drugs)]
    found = [_ruling(use, one, [ban for ban in lists if one in ban.ingredients], on, checked_by) for use, one in each]
    return once(ruling for ruling in found if ruling is not None)


def _ruling(use: DrugUse, one: str, lists: list[Ban], on: date, checked_by: str) -> Ruling | None:
    """Of several lists that hold, a confirmed one speaks first."""
    day = day_of(use.last_used) or on
    facts = {"drug": called(use), "ingredient": one}
    held = min((ban for ban in lists if ban.in_force(day)), key=lambda ban: not ban.source.confirmed, default=None)
    if held is not None:
        return _held(held, checked_by, list=held.id, **facts)
    begun = next((ban for ban in lists if ban.in_force(on)), None)
    return None if begun is None else warn("drugs/ban_begun", "drugs.ban_begun", list=begun.id, **facts)


def _held(ban: Ban, checked_by: str, **facts: str) -> Ruling:
    if ban.source.confirmed:
        return stop("drugs/banned", f"drugs.{ban.listing}", **facts)
    if checked_by:
        return warn("drugs/banned_unconfirmed", "drugs.banned_checked", by=checked_by, **facts)
    return stop("drugs/banned_unconfirmed", "drugs.banned_unconfirmed", **facts)
