"""What one pack file alone cannot tell: names of files, overlaps, and whatever one pack says of another."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from kiosk import drug_form
from kiosk.agreement_form import AgreementForm
from kiosk.drug_form import DrugsForm
from kiosk.mark_form import MarksForm
from kiosk.method_form import MethodForm
from kiosk.pack_forms import ProductsForm, WordingForm
from kiosk.pack_problem import PackProblem, nearest, problem
from kiosk.patrol_form import PatrolForm
from kiosk.region_form import RegionsForm
from kiosk.rule_text import RoomForm
from kiosk.settings_form import SettingsForm
from kiosk.village_form import VillagesForm


@dataclass(frozen=True, slots=True)
class Read:
    """The forms of every folder of packs by the names of their files. One field = one folder = one form."""

    methods: dict[str, MethodForm]
    certificate: dict[str, WordingForm]
    products: dict[str, ProductsForm]
    pesticides: dict[str, DrugsForm]
    regions: dict[str, RegionsForm]
    villages: dict[str, VillagesForm]
    agreements: dict[str, AgreementForm]
    patrol: dict[str, PatrolForm]
    marks: dict[str, MarksForm]
    settings: dict[str, SettingsForm]
    rules: dict[str, RoomForm]


def checked(read: Read, broken: set[str]) -> Iterator[PackProblem]:
    """`broken` folders have a file that could not be read: what would be said of others because of it is not."""
    checks: tuple[tuple[Callable[[Read], Iterator[PackProblem]], set[str]], ...] = (
        (_misnamed, set()),
        (_overlapping, set()),
        (_products_twice, set()),
        (_only_files, set()),
        (_derived, {"methods"}),
        (_notes, {"methods"}),
        (_residues, {"methods"}),
        (_drugs, {"products", "pesticides"}),
    )
    for check, needed in checks:
        if not needed & broken:
            yield from check(read)


def _misnamed(read: Read) -> Iterator[PackProblem]:
    """A pack is found by its id: the file has the same name."""
    ids = {file: form.id for file, form in read.methods.items()}
    ids |= {file: form.id for file, form in read.certificate.items()}
    ids |= {file: form.id for file, form in read.agreements.items()}
    for file, said in ids.items():
        if said != PurePath(file).stem:
            yield problem(file, "id", "file_name", name=PurePath(file).stem)


def _overlapping(read: Read) -> Iterator[PackProblem]:
    """On any day at most one wording is in force."""
    ordered = sorted(read.certificate.items(), key=lambda item: item[1].in_force_from)
    for (file, form), (_, later) in itertools.pairwise(ordered):
        if form.in_force_to is None or form.in_force_to >= later.in_force_from:
            yield problem(file, "in_force_to", "before", day=later.in_force_from, name=later.id)


def _products_twice(read: Read) -> Iterator[PackProblem]:
    seen: dict[str, str] = {}
    for file, form in read.products.items():
        for place, product in enumerate(form.product):
            if product.id in seen:
                yield problem(file, f"product.{place}.id", "twice", name=product.id, file=seen[product.id])
            seen.setdefault(product.id, file)


def _derived(read: Read) -> Iterator[PackProblem]:
    known = [form.id for form in read.methods.values()]
    for file, form in read.methods.items():
        if form.derived_from and form.derived_from not in known:
            near = nearest(form.derived_from, known)
            yield problem(file, "derived_from", "unknown_method", name=form.derived_from, near=near)


def _notes(read: Read) -> Iterator[PackProblem]:
    """A product that may read too high does so by a method, and that method says it."""
    said = {crop for form in read.methods.values() for crop in form.crop}
    for file, form in read.products.items():
        for nth, product in enumerate(form.product):
            if product.false_positive is not None and product.id not in said:
                yield problem(file, f"product.{nth}.false_positive", "no_method_says", name=product.id)


def _residues(read: Read) -> Iterator[PackProblem]:
    """What an ingredient is found by is an item of a method."""
    known = [item for form in read.methods.values() for item in form.item]
    for file, form in read.pesticides.items():
        for nth, ingredient in enumerate(form.ingredient):
            for residue in ingredient.residues:
                if residue not in known:
                    near = nearest(residue, known)
                    yield problem(file, f"ingredient.{nth}.residues", "unknown_item", name=residue, near=near)


def _only_files(read: Read) -> Iterator[PackProblem]:
    for only, files in (("marks/marks.toml", read.marks), ("settings/county.toml", read.settings)):
        yield from (problem(file, "-", "only_file", file=only) for file in files if file != only)


def _drugs(read: Read) -> Iterator[PackProblem]:
    products = [product.id for form in read.products.values() for product in form.product]
    return drug_form.checked(read.pesticides, products)
