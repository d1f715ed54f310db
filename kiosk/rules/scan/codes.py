"""What scanned bytes are: one function, and unknown is an answer. Signatures are verified by kiosk.seal, not here.

The readers are asked in one order, by named rules (`packs/rules/codes.toml`): our links; a right ID number; a right
credit code; our numbers; the county's patterns; what may be an ID number; pesticides; links; other holders; goods.
An ID number is recognised so that a screen can decline it politely; it is never in the answer.
"""

import re
import unicodedata
from dataclasses import replace

from kiosk.rules.scan import gs1, identifiers, labels, numbers, tags
from kiosk.rules.scan.gs1 import Elements
from kiosk.rules.scan.links import Link, base32_bytes, link
from kiosk.rules.scan.private import excerpt, is_person, like_person, masked
from kiosk.rules.scan.scanned import Around, Check, Kind, Scanned, around
from kiosk.rules.scan.tags import Tag

__all__ = ["Around", "Check", "Kind", "Scanned", "around", "base32_bytes", "excerpt", "explain", "text_of"]

DATA_MOST = 1 << 13  # bytes; the largest QR code holds 7,089 digits
SPACES = " \t\r\n"
SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")  # ISO/IEC 15424, as some scanners are set to send it
OURS = re.compile(r"https://([^/?#\s]+)/([KCNRJTS])/([0-9A-Za-z-]+)", re.IGNORECASE)
TELEPHONE = re.compile(r"861[3-9][0-9]{9}")
SIGNED_LEAST = 64  # bytes; a signature alone has as many
TAGS = {Tag.REAGENT: Kind.REAGENT, Tag.TASK: Kind.TASK, Tag.TUBE: Kind.TUBE, Tag.BADGE: Kind.BADGE}


def explain(data: bytes, around: Around | None = None) -> Scanned:
    """What these bytes are. `ok` is False when the kind is clear and its check fails, or when nothing is clear."""
    told = _told(data, around or Around())
    return replace(told, text=masked(told.text), facts={name: masked(fact) for name, fact in told.facts.items()})


def text_of(data: bytes) -> str | None:
    """Text as scanners see it in China: UTF-8, else GB18030; None when neither fits or it holds control characters."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding).strip(SPACES)
        except UnicodeDecodeError:
            continue
        noise = any(unicodedata.category(one) in ("Cc", "Cs", "Cn", "Co") and one not in SPACES for one in text)
        return None if noise else text
    return None


def _told(data: bytes, around: Around) -> Scanned:
    if found := _symbol(data, around):
        return found
    text = text_of(data) if len(data) <= DATA_MOST else None
    if text is not None and SYMBOLOGY.match(text):
        text = text[3:]
    if not text:
        return Scanned(Kind.UNKNOWN, "", ok=False, note="code.unreadable", rule="codes/unknown")
    for reader in READERS:
        if found := reader(text, around):
            return found
    shown = excerpt(text)
    return Scanned(Kind.UNKNOWN, shown, ok=False, note="code.unknown", facts={"excerpt": shown}, rule="codes/unknown")


def _symbol(data: bytes, around: Around) -> Scanned | None:
    """GS1 elements that say so: by the symbology that the scanner names, or by their separators."""
    text = data.decode("ascii", "replace").strip(SPACES)
    named = text.startswith(gs1.SYMBOLOGIES)
    if not named and gs1.SEPARATOR not in text:
        return None
    elements = gs1.element_string(text[3:] if named else text)
    if elements is not None and (named or elements.ok):
        return _elements(elements, around)
    if not named:
        return None
    return Scanned(Kind.GS1, "", ok=False, note="code.gs1_unread", rule="codes/elements", check=Check.WRONG)


def _ours(text: str, around: Around) -> Scanned | None:
    parts = OURS.fullmatch(text)
    if parts is None:
        return None
    host, room, rest = parts[1].rpartition("@")[2].lower(), parts[2], parts[3]
    if room == "N":
        ours = numbers.parse_number(rest) or (numbers.looks_like_number(rest) and not like_person(rest))
        return _number(rest, {"host": host}) if ours else None
    if room in tuple(Tag):
        return _tag_link(Tag(room), host, rest, text, around)
    if room not in ("K", "C") or rest != rest.upper() or "-" in rest:
        return None
    return _signed(Kind.CARD if room == "K" else Kind.CERTIFICATE, base32_bytes(rest), text, host)


def _tag_link(tag: Tag, host: str, rest: str, text: str, around: Around) -> Scanned | None:
    """Other hosts have one-letter rooms too: there only what has our form is ours."""
    if around.hosts and host not in around.hosts:
        return None
    number = tags.parse_tag(rest, tag)
    if number is not None or tags.looks_like_tag(rest):
        return _tag(tag, number, rest, {"host": host})
    token = base32_bytes(rest) if tag in tags.SIGNED else None
    if token is not None and len(token) >= SIGNED_LEAST:
        return replace(_signed(TAGS[tag], token, text, host), note=f"code.{TAGS[tag]}_signed")
    return _signed(TAGS[tag], None, excerpt(text), host) if around.hosts else None


def _signed(kind: Kind, token: bytes | None, text: str, host: str) -> Scanned:
    ok = token is not None
    note = f"code.{kind}" if ok else "code.damaged"
    check = Check.NONE if ok else Check.WRONG
    return Scanned(kind, text, ok, note, token, {"host": host}, rule="codes/ours", check=check)


def _person(text: str, around: Around) -> Scanned | None:
    return _id_number(ok=True, rule="codes/person") if is_person(text, around.today) else None


def _person_like(text: str, _: Around) -> Scanned | None:
    return _id_number(ok=False, rule="codes/person_like") if like_person(text) else None


def _id_number(*, ok: bool, rule: str) -> Scanned:
    return Scanned(Kind.ID_NUMBER, "", ok, "code.id_number", rule=rule, check=_check(ok))


def _credit(text: str, _: Around) -> Scanned | None:
    """A right credit code of somebody whom the table names."""
    code = identifiers.credit_code(_compact(text))
    return _credit_code(code) if code is not None and code.ok and code.holder else None


def _credit_code(code: identifiers.CreditCode) -> Scanned:
    facts = {"code": code.text, "region": code.region, "holder": code.holder, "right": code.right}
    note = _noted("credit_code", code.ok)
    ruling = identifiers.credit_ruling(code)
    rule = "codes/credit_check"
    return Scanned(Kind.CREDIT_CODE, code.text, code.ok, note, None, facts, rule, _check(code.ok), ruling=ruling)


def _registered(text: str, _: Around) -> Scanned | None:
    """A named holder's code with a wrong check, or what may be a family farm's."""
    compact = _compact(text)
    code = identifiers.credit_code(compact)
    if code is not None and code.holder:
        return _credit_code(code)
    farm = identifiers.farm_code(compact)
    if farm is None:
        return None
    note = "code.farm_code" if farm.ok else "code.farm_code_unchecked"
    check = _check(farm.ok) if farm.right else Check.NONE
    facts = {"code": compact, "region": compact[2:8]}
    told = Scanned(Kind.FARM_CODE, compact, True, note, None, facts, "codes/farm", check, confirmed=False)
    return replace(told, ruling=identifiers.farm_ruling(farm))


def _own_number(text: str, _: Around) -> Scanned | None:
    """A number of ours with a right check. 17 mere digits are one only in our groups: others have as many, too."""
    if numbers.parse_number(text) and (numbers.grouped(text) or not (_compact(text).isdigit() or like_person(text))):
        return _number(text.upper(), {})
    number = tags.parse_tag(text)
    return _tag(tags.tag_of(number), number, text, {}) if number else None


def _own_number_wrong(text: str, _: Around) -> Scanned | None:
    upper = text.upper()
    if numbers.looks_like_number(upper):
        return _number(upper, {})
    if tags.looks_like_tag(upper):
        return _tag(tags.tag_of(upper), None, upper, {})
    return None


def _number(text: str, facts: dict[str, str]) -> Scanned:
    number = numbers.parse_number(text)
    shown = text if number is None else numbers.shown(number)
    ok = number is not None
    facts = {**facts, "number": shown}
    return Scanned(Kind.NUMBER, number or text, ok, _noted("number", ok), None, facts, "codes/ours", _check(ok))


def _tag(tag: Tag, number: str | None, text: str, facts: dict[str, str]) -> Scanned:
    if number is None:
        facts = {**facts, "number": text}
        return Scanned(TAGS[tag], text, False, "code.tag_wrong", None, facts, "codes/tag", Check.WRONG)
    facts = {**facts, "number": tags.shown_tag(number)}
    return Scanned(TAGS[tag], number, True, f"code.{TAGS[tag]}", None, facts, "codes/tag", Check.RIGHT)


def _patterned(text: str, around: Around) -> Scanned | None:
    """A national code as the county describes it: kept whole, nothing read from it."""
    for kind, pattern in ((Kind.SUBJECT_CODE, around.subject), (Kind.TRACE_CODE, around.trace)):
        if pattern is not None and text.isprintable() and pattern.fits(text):
            facts = {"code": text}
            return Scanned(kind, text, True, f"code.{kind}", None, facts, "codes/pattern", confirmed=False)
    return None


def _pesticide(text: str, around: Around) -> Scanned | None:
    if around.label is None:
        return None
    confirmed = around.label.confirmed
    if unit := labels.unit_code(text, around.label):
        facts = {"registration_class": "/".join(unit.prefixes), "registration_tail": unit.tail, "maker": unit.maker}
        facts |= {"specification": unit.specification}
        note, rule = "code.pesticide_unit", "codes/label_unit"
        return Scanned(Kind.PESTICIDE, unit.text, True, note, None, facts, rule, confirmed=confirmed)
    number = labels.registration_number(text, around.label)
    if number is None:
        return None
    facts, rule = {"registration": number}, "codes/label_registration"
    return Scanned(Kind.PESTICIDE, number, True, "code.pesticide", None, facts, rule, confirmed=confirmed)


def _web(text: str, around: Around) -> Scanned | None:
    target = link(text)
    if target is None:
        return None
    elements = gs1.digital_link(target)
    if elements is not None:
        return _linked(text, target, elements, around)
    return Scanned(Kind.URL, text, ok=True, note="code.url", facts={"host": target.host}, rule="codes/web")


def _linked(text: str, target: Link, elements: Elements, around: Around) -> Scanned:
    told = _elements(elements, around)
    note = _noted("gs1_link", elements.ok)
    return replace(told, kind=Kind.GS1_LINK, text=text, note=note, facts={"host": target.host, **told.facts})


def _goods(text: str, around: Around) -> Scanned | None:
    """Printed or bare elements, or a GTIN. 8 and 12 digits are one only with a right check."""
    elements = gs1.bracketed(text)
    if elements is None and gs1.wholly(bare := gs1.element_string(text)):
        elements = bare
    if elements is not None:
        return _elements(elements, around)
    compact = _compact(text)
    ok = identifiers.gtin_ok(compact)
    if not ok and not (compact.isascii() and compact.isdigit() and len(compact) in (13, 14)):
        return None
    if not ok and TELEPHONE.fullmatch(compact):
        return None
    return Scanned(Kind.GTIN, compact, ok, _noted("gtin", ok), None, {"gtin": compact}, "codes/goods", check=_check(ok))


def _elements(elements: Elements, around: Around) -> Scanned:
    facts = {name: fact if fact.isprintable() else excerpt(fact) for name, fact in elements.facts(around.today).items()}
    if elements.rest:
        facts["rest"] = excerpt(elements.rest)
    if elements.wrong:
        facts["wrong"] = ", ".join(f"({ai})" for ai in elements.wrong)
    text = "".join(f"({ai}){value}" for ai, value in elements.values)
    note, check = _noted("gs1", elements.ok), _check(elements.ok)
    shown = text if text.isprintable() else excerpt(text)
    return Scanned(Kind.GS1, shown, elements.ok, note, None, facts, "codes/elements", check)


def _compact(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").upper()


def _noted(kind: str, ok: bool) -> str:
    return f"code.{kind}" if ok else f"code.{kind}_wrong"


def _check(ok: bool) -> Check:
    return Check.RIGHT if ok else Check.WRONG


READERS = (
    _ours, _person, _credit, _own_number, _patterned, _person_like, _own_number_wrong, _pesticide, _web, _registered,
    _goods,
)  # fmt: skip
