"""The worked rows of `packs/rules/incoming.toml`, put to the real rules."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from kiosk.rules.certify import incoming as rules
from kiosk.rules.certify.incoming import Seen
from kiosk.rules.messages import Incoming
from tests.support import lots as made

Given = dict[str, str]
EMPTY: dict[str, dict[str, object]] = {
    "product": {"product": ""}, "subject": {"issuer": " "}, "quantity": {"quantity": None}, "origin": {"origin": ""},
    "contact": {"contact": ""}, "date": {"issued_on": ""}, "promise": {"promise": False}, "basis": {"basis": False},
    "none": {},
}  # fmt: skip


def _judged(
    seen: Seen, rule: str, today: str = "2026-11-22", earlier: Sequence[Incoming] = (), *, void: bool = False
) -> str:
    found = rules.judge(seen, "b1", date.fromisoformat(today), made.wordings(), earlier, void=void)
    return made.told(found, rule)


def _verified(rule: str, given: Given) -> str:
    picture = made.DIGEST if given.get("picture", "yes") == "yes" else ""
    return _judged(made.seen(verified=given["verified"] == "yes", picture=picture), rule)


def _lacks(rule: str, given: Given) -> str:

    facts: dict[str, object] = {"issued_on": given.get("date", "2026-11-22"), "style": int(given.get("style", "1"))}
    return _judged(made.seen(**facts | EMPTY[given["without"]]), rule)


def _void(given: Given) -> str:
    return _judged(made.seen(), "incoming/void", void=given["void"] == "yes")


def _day(given: Given) -> str:
    return _judged(made.seen(issued_on=given["date"]), "incoming/day", given["today"])


def _form(rule: str, given: Given) -> str:
    return _judged(made.seen(issued_on=given["date"], form=given.get("form", "")), rule)


def _again(rule: str, given: Given) -> str:
    before = rules.taken(made.seen(), given["by"], "v", made.wordings())
    seen = made.seen(number=given["number"], issuer=given.get("issuer", "Li"))
    return _judged(seen, rule, earlier=[before])


def _other_product(given: Given) -> str:
    paper = rules.taken(made.seen(product=given["paper"]), "b1", "v", made.wordings())
    return made.told(rules.for_goods(paper, given["goods"]), "incoming/other_product")


WORKED: dict[str, Callable[[Given], str]] = {
    "incoming/kept": partial(_verified, "incoming/kept"),
    "incoming/picture": partial(_verified, "incoming/picture"),
    "incoming/lacks": partial(_lacks, "incoming/lacks"),
    "incoming/unnamed": partial(_lacks, "incoming/unnamed"),
    "incoming/void": _void,
    "incoming/day": _day,
    "incoming/superseded": partial(_form, "incoming/superseded"),
    "incoming/old_form": partial(_form, "incoming/old_form"),
    "incoming/twice": partial(_again, "incoming/twice"),
    "incoming/elsewhere": partial(_again, "incoming/elsewhere"),
    "incoming/other_product": _other_product,
}
