"""A producer's facts as somebody typed them or a file has them, checked one by one. Pure.

Every problem is told, not the first: `column` says where, `problem.people.<code>` what is wrong and what to do.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kiosk.rules.messages import Certification, Subject
from kiosk.rules.personal.typed import masked
from kiosk.rules.scan.identifiers import credit_check, credit_code, farm_code
from ui.county.people.kinds import sort_of
from ui.county.people.texts import faults

COLUMNS = (
    "id", "name", "sort", "contact", "origin", "region", "village", "code", "products", "controller", "scale",
    "adviser", "certifications",
)  # fmt: skip
MOST = {
    "id": 64, "name": 60, "sort": 40, "contact": 24, "origin": 80, "region": 12, "village": 40, "code": 18,
    "products": 400, "controller": 40, "scale": 8, "adviser": 40, "certifications": 1000,
}  # fmt: skip
MOST_PRODUCTS, MOST_CERTIFICATIONS, MOST_PART = 20, 20, 60
CONTACT = re.compile(r"[0-9]{3,4}-[0-9]{7,8}|[0-9]{7,12}")
REGION = re.compile(r"[0-9]{6}([0-9]{3}([0-9]{3})?)?")
BETWEEN = re.compile(r"[;；、，,\n]+")
YEARS = (1949, 2150)  # of a day that somebody means
CALLED = re.compile(r"^(?:[+]|00)86[ -]?")


@dataclass(frozen=True, slots=True)
class Problem:
    """`warns`: a person may go on all the same."""

    column: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What typed words are compared with. Names of marks and products by their id; `regions` of who types, if any."""

    county: str
    marks: Mapping[str, Sequence[str]]
    products: Mapping[str, Sequence[str]]
    yes: Sequence[str]
    no: Sequence[str]
    regions: tuple[str, ...] = ()
    outside: bool = False  # who types looks after stations and no place: nobody can be entered by him


@dataclass(frozen=True, slots=True)
class Facts:
    """Of a producer, ready to be put: all but his id when he is new."""

    subject: Subject
    sort: str
    village: str
    scale: bool
    adviser: str
    certifications: tuple[Certification, ...]


def read(typed: Mapping[str, str], known: Known, seen: bool = False) -> tuple[Facts, list[Problem]]:
    """`seen`: somebody has compared a code whose check is wrong with the licence itself."""
    texts = {name: typed.get(name, "").strip(" \u3000") for name in COLUMNS}  # a tab is told, not taken off
    texts["contact"] = CALLED.sub("", texts["contact"]).replace(" ", "")
    texts["code"] = texts["code"].upper().replace(" ", "")
    problems = [*_plain(texts), *_identity(texts, seen), *_place(texts, known)]
    certified, unfit = certifications(texts["certifications"], known)
    scale = texts["scale"].casefold()
    if scale and scale not in (*known.yes, *known.no):
        problems.append(Problem("scale", "scale", {"told": texts["scale"]}))
    sort = sort_of(texts["sort"])
    products = _products(texts["products"], known)
    if len(products) > MOST_PRODUCTS:
        problems.append(Problem("products", "many", {"most": MOST_PRODUCTS}))
    subject = Subject(
        id=texts["id"],
        kind="other" if sort is None else sort.kind,
        name=texts["name"],
        contact=texts["contact"],
        origin=texts["origin"] or texts["village"],
        region=texts["region"] or (known.regions[0] if len(known.regions) == 1 else known.county),
        code=texts["code"],
        products=products[:MOST_PRODUCTS],
        controller=texts["controller"],
        marks=tuple(_granted(one) for one in certified),
    )
    facts = Facts(subject, sort.id if sort else "", texts["village"], scale in known.yes, texts["adviser"], certified)
    return facts, [*problems, *unfit]


def numbered(facts: Facts, subject: str) -> Facts:
    return replace(facts, subject=replace(facts.subject, id=subject))


def certifications(text: str, known: Known) -> tuple[tuple[Certification, ...], list[Problem]]:
    """`mark/product/last day/number` each, as a station's file has it; more than one with `;` between."""
    found, problems = list[Certification](), list[Problem]()
    for one in filter(None, (part.strip() for part in re.split(r"[;；\n]+", text))):
        parts = [part.strip() for part in re.split(r"[/|｜]", one, maxsplit=3)]
        mark, product, until, number = (*parts, "", "", "")[:4]
        made, wrong = certification(mark, product, "", until, number, known)
        found += [made] if made else []
        problems += wrong
    return tuple(found[:MOST_CERTIFICATIONS]), problems


def certification(
    mark: str, product: str, since: str, until: str, number: str, known: Known
) -> tuple[Certification | None, list[Problem]]:
    where, problems = "certifications", list[Problem]()
    named = next((one for one, names in known.marks.items() if mark.casefold() in names), "")
    if not named:
        problems.append(Problem(where, "mark", {"told": mark}))
    for day in filter(None, (since, until)):
        if day_of(day) is None:
            problems.append(Problem(where, "day", {"told": day}))
    for text in (product, number):
        problems += [Problem(where, code) for code in faults(text)]
        if masked(text, phones=False) != text:
            problems.append(Problem(where, "id_number"))
    if since and until and since > until:
        problems.append(Problem(where, "days_order", {"since": since, "until": until}))
    if problems:
        return None, problems
    goods = next((one for one, names in known.products.items() if product.casefold() in names), product)
    return Certification(named, number[:MOST_PART], goods[:MOST_PART], since, until), []


def day_of(text: str) -> date | None:
    """Of `2027-06-30`; also where a list writes 2027/6/30 or 2027.6.30 it is none: nobody guesses at days."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return day if day is not None and YEARS[0] <= day.year <= YEARS[1] else None


def _granted(one: Certification) -> str:
    """As a station's file has it (kiosk.rules.goods.marks.granted)."""
    return "/".join((one.mark, one.product.replace("/", " "), one.until, one.number)).rstrip("/")


def _plain(texts: Mapping[str, str]) -> Iterator[Problem]:
    for name, text in texts.items():
        yield from (
            Problem(name, code) for code in faults(text.replace("\n", ";") if name == "certifications" else text)
        )
        if len(text) > MOST[name]:
            yield Problem(name, "long", {"most": MOST[name]})
        if name != "code" and masked(text, phones=False) != text:
            yield Problem(name, "id_number")


def _identity(texts: Mapping[str, str], seen: bool) -> Iterator[Problem]:
    if not texts["name"]:
        yield Problem("name", "name")
    if sort_of(texts["sort"]) is None:
        yield Problem("sort", "sort" if texts["sort"] else "sort_empty", {"told": texts["sort"]})
    if not texts["contact"]:
        yield Problem("contact", "contact_empty")
    elif CONTACT.fullmatch(texts["contact"]) is None:
        yield Problem("contact", "contact", {"told": texts["contact"]})
    yield from _code(texts["code"], seen)


def _code(text: str, seen: bool) -> Iterator[Problem]:
    """A wrong check of a credit code stops; what can only be a 一码通 has no check that anybody knows."""
    if not text:
        return
    code = credit_code(text)
    if code is not None and code.ok:
        return
    if masked(text, phones=False) != text:
        yield Problem("code", "id_number")
    elif code is None and farm_code(text) is None:
        yield Problem("code", "code_form", {"count": len(text)})
    elif code is None:
        yield Problem("code", "code_unchecked", {"code": text}, warns=True)
    elif not seen:
        yield Problem("code", "code_check", {"code": text, "right": credit_check(text)})


def _place(texts: Mapping[str, str], known: Known) -> Iterator[Problem]:
    if not (texts["origin"] or texts["village"]):
        yield Problem("origin", "origin")
    region = texts["region"]
    if region and (REGION.fullmatch(region) is None or not region.startswith(known.county)):
        yield Problem("region", "region", {"told": region, "county": known.county})
    elif known.outside:
        yield Problem("region", "region_none")
    elif known.regions and not _covered(region, known.regions):
        yield Problem("region", "region_outside", {"regions": ", ".join(known.regions)})


def _covered(region: str, regions: tuple[str, ...]) -> bool:
    """Who looks after one place alone need not name it."""
    return region.startswith(regions) if region else len(regions) == 1


def _products(text: str, known: Known) -> tuple[str, ...]:
    """Ids of the products pack where it has them, else as they were written."""
    told = (one.strip() for one in BETWEEN.split(text))
    found = (next((name for name, names in known.products.items() if one.casefold() in names), one) for one in told)
    return tuple(dict.fromkeys(one[:MOST_PART] for one in found if one))
