"""The worked rows of packs/rules/codes.toml, each carried out by the rule itself."""

from collections.abc import Callable
from datetime import date

from kiosk.label_form import load_label
from kiosk.region_form import load_regions
from kiosk.rules.ruling import Ruling
from kiosk.rules.scan import identifiers, labels
from kiosk.rules.scan.codes import Around, Check, Kind, Scanned, explain
from kiosk.rules.scan.patterns import pattern

Given = dict[str, str]


def scanned(given: Given) -> Scanned:
    text = given["text"].replace("<GS>", "\x1d")
    return explain(text.encode(), around_of(given))


def around_of(given: Given) -> Around:
    today = date.fromisoformat(given["today"]) if "today" in given else None
    return Around(pattern(given.get("subject", "")), pattern(given.get("trace", "")), load_label(), today)


def ok(right: bool) -> str:
    return "right" if right else "wrong"


def kind_and_ok(given: Given) -> str:
    told = scanned(given)
    return f"{told.kind} {ok(told.ok)}"


def kind_and_text(given: Given) -> str:
    told = scanned(given)
    return f"{told.kind} {told.text}"


def kind_only(given: Given) -> str:
    return str(scanned(given).kind)


def with_facts(given: Given) -> str:
    told = scanned(given)
    return " ".join((f"{told.kind} {ok(told.ok)}", *(f"{name}={fact}" for name, fact in told.facts.items())))


def person(given: Given) -> str:
    """The number is put together here, so that none stands in a file; for `fits` one is sought that fits both."""
    body = given["region"] + given["born"]
    around = around_of({**given, "trace": "[0-9X]{18}" if given.get("fits") == "trace pattern" else ""})
    for order in range(int(given["order"]), 1000):
        number = f"{body}{order:03}"
        number += identifiers.id_check(number)
        if given.get("fits") != "credit code" or identifiers.right_credit_code(number):
            told = explain(number.encode(), around)
            shown = told.kind is Kind.ID_NUMBER and told.ok and number not in repr(told)
            return "id_number" if shown else "other"
    return "none fits"


def person_like(given: Given) -> str:
    text = given["region"] + given["born"] + given["end"]
    told = explain(text.encode(), around_of(given))
    return str(told.kind)


def credit_check(given: Given) -> str:
    code = identifiers.credit_code(given["code"])
    if code is None:
        return "no form"
    return f"right {code.holder}" if code.ok else f"{code.right} expected"


def effect(ruling: Ruling | None) -> str:
    if ruling is None:
        return "allowed"
    return "refused" if ruling.stops else "warned"


def credit_override(given: Given) -> str:
    code = identifiers.credit_code(given["code"])
    return "no form" if code is None else effect(identifiers.credit_ruling(code, given["seen_by"]))


def farm(given: Given) -> str:
    told = explain(given["code"].encode())
    followed = {"allowed": "", "warned": " warned", "refused": " stopped"}[effect(told.ruling)]
    return f"{told.kind} {Check(told.check)}{followed}"


def label_unit(given: Given) -> str:
    told = scanned(given)
    if told.kind is not Kind.PESTICIDE:
        return str(told.kind)
    facts = [told.facts[name] for name in ("registration_class", "registration_tail", "maker", "specification")]
    unit = labels.unit_code(given["text"], load_label())
    assert unit is not None
    return " ".join((*facts, "this" if unit.may_be(given["registration"]) else "another"))


def label_registration(given: Given) -> str:
    told = scanned(given)
    return told.facts.get("registration", str(told.kind))


def region(given: Given) -> str:
    names = load_regions().on(given["code"], date.fromisoformat(given["day"]))
    return " ".join(name.name for name in names) or "none"


WORKED: dict[str, Callable[[Given], str]] = {
    "codes/ours": kind_and_ok,
    "codes/person": person,
    "codes/person_like": person_like,
    "codes/credit_check": credit_check,
    "codes/credit_override": credit_override,
    "codes/farm": farm,
    "codes/pattern": kind_only,
    "codes/tag": kind_and_ok,
    "codes/elements": with_facts,
    "codes/goods": kind_and_ok,
    "codes/label_unit": label_unit,
    "codes/label_registration": label_registration,
    "codes/region": region,
    "codes/web": kind_and_text,
    "codes/unknown": kind_and_text,
}
