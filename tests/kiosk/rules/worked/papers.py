"""The worked rows of `packs/rules/papers.toml`, put to the real rules."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from kiosk.rules.certify import papers as rules
from kiosk.rules.messages import EntryBody, TraceLabel, Voucher
from tests.support import lots as made

Given = dict[str, str]


def _voucher(given: Given) -> Voucher:
    subject = replace(made.LI, kind=given.get("kind", "farmer"))
    day = made.NOON.date()
    balance = made.balance(made.declared())
    to, code = given.get("to", "market"), given.get("code", "")
    return rules.voucher("V1", "v", subject, balance, made.amount("10 kg"), day, to=to, trace_code=code)


def _give(rule: str, given: Given) -> str:
    stopped, pattern = given.get("stopped") == "yes", given.get("pattern", "")
    balance = made.balance(made.declared())
    return made.told(rules.may_give(_voucher(given), balance, stopped=stopped, trace_pattern=pattern), rule)


def _label(rule: str, given: Given) -> str:
    amount, unit = given.get("here", "100 kg").split()
    entries: list[EntryBody] = [made.declared(amount=amount, unit=unit), made.certificate(amount="1", unit=unit)]
    if given.get("void") == "yes":
        entries.append(made.voided())
    labels, certificate = int(given.get("labels", "1")), given.get("certificate", "")
    label = TraceLabel("T1", "v", "s1", "tomato", "A", labels, "", certificate=certificate)
    return made.told(rules.may_label(label, made.balance(*entries), stopped=given.get("stopped") == "yes"), rule)


def _stopped(given: Given) -> str:
    return (_give if given["paper"] == "voucher" else _label)("papers/stopped", given)


def _title(rule: str, given: Given) -> str:
    return made.told(rules.titled(given["says"], given.get("certificate", ""), made.wordings()), rule)


WORKED: dict[str, Callable[[Given], str]] = {
    "papers/who": partial(_give, "papers/who"),
    "papers/to": partial(_give, "papers/to"),
    "papers/stopped": _stopped,
    "papers/trace_code": partial(_give, "papers/trace_code"),
    "papers/labels": partial(_label, "papers/labels"),
    "papers/labels_packages": partial(_label, "papers/labels_packages"),
    "papers/label_certificate": partial(_label, "papers/label_certificate"),
    "papers/no_title": partial(_title, "papers/no_title"),
    "papers/title_wanted": partial(_title, "papers/title_wanted"),
}
