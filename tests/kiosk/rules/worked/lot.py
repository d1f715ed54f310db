"""The worked rows of `packs/rules/lot.toml`, put to the real rules."""

from collections.abc import Callable
from functools import partial

from kiosk.rules.goods import ledger
from kiosk.rules.goods.book import Balance
from kiosk.rules.messages import EntryBody
from tests.support import lots as made

Given = dict[str, str]


def _balance(given: Given) -> Balance:
    """A lot of `declared`, with `issued` on certificate C1, `sent` under it or bare, and `lost`."""
    entries: list[EntryBody] = [made.declared(amount=given["declared"])]
    if "issued" in given:
        entries.append(made.certificate(amount=given["issued"]))
    if "sent" in given:
        entries.append(made.sent(given["sent"], certificate="C1"))
    if "bare" in given:
        entries.append(made.sent(given["bare"]))
    if "lost" in given:
        entries.append(made.lost(given["lost"]))
    if given.get("void") == "yes":
        entries.append(made.voided())
    return made.balance(*entries)


def _over_issue(given: Given) -> str:
    return made.told(ledger.may_certify(_balance(given), made.amount(f"{given['asked']} kg")), "lot/over_issue")


def _unknown(given: Given) -> str:
    balance = made.book(made.declared()).balance(given["lot"])
    return made.told(ledger.may_certify(balance, made.amount("1 kg")), "lot/unknown")


def _unit_differs(given: Given) -> str:
    balance = made.balance(made.declared(unit=given["lot"]))
    return made.told(ledger.may_certify(balance, made.amount(given["asked"])), "lot/unit_differs")


def _send(rule: str, given: Given) -> str:
    entry = made.sent(given["asked"], certificate=given.get("certificate", ""))
    return made.told(ledger.may_send(_balance(given), entry), rule)


def _lose(rule: str, given: Given) -> str:
    return made.told(ledger.may_lose(_balance(given), made.lost(given["asked"])), rule)


def _buyer_sources(given: Given) -> str:
    book = made.book(made.incoming("P1", "100"))
    sources = tuple(given["sources"].split())
    entry = made.declared("B", "50", subject="b1", sources=sources)
    return made.told(ledger.may_declare(book, entry, buyer=given["who"] == "buyer"), "lot/buyer_sources")


def _sources_short(given: Given) -> str:
    book = made.book(made.incoming("P1", given["first"]), made.incoming("P2", given["second"]))
    entry = made.declared("B", given["asked"], subject="b1", sources=("P1", "P2"))
    return made.told(ledger.may_declare(book, entry, buyer=True), "lot/sources_short")


def _other_goods(given: Given) -> str:
    entry = made.declared(subject=given["subject"], product=given["product"])
    return made.told(ledger.may_declare(made.book(made.declared()), entry, buyer=False), "lot/other_goods")


def _source(rule: str, given: Given) -> str:
    """Lot A of Li's tomatoes, lot B split from it; a new declaration names a source."""
    book = made.book(made.declared(), made.declared("B", "40", parent="A"))
    entry = made.declared(
        given.get("lot", "C"),
        "10",
        subject=given.get("subject", "s1"),
        product=given.get("product", "tomato"),
        sources=(given.get("source", "A"),),
    )
    stopped = given.get("stopped", "").split()
    return made.told(ledger.may_declare(book, entry, buyer=False, stopped=stopped), rule)


WORKED: dict[str, Callable[[Given], str]] = {
    "lot/over_issue": _over_issue,
    "lot/unknown": _unknown,
    "lot/unit_differs": _unit_differs,
    "lot/sent": partial(_send, "lot/sent"),
    "lot/sent_bare": partial(_send, "lot/sent_bare"),
    "lot/sent_paper": partial(_send, "lot/sent_paper"),
    "lot/sent_under": partial(_send, "lot/sent_under"),
    "lot/lost": partial(_lose, "lot/lost"),
    "lot/lost_certified": partial(_lose, "lot/lost_certified"),
    "lot/buyer_sources": _buyer_sources,
    "lot/sources_short": _sources_short,
    "lot/other_goods": _other_goods,
    "lot/source_unknown": partial(_source, "lot/source_unknown"),
    "lot/source_other": partial(_source, "lot/source_other"),
    "lot/source_stopped": partial(_source, "lot/source_stopped"),
    "lot/cycle": partial(_source, "lot/cycle"),
}
