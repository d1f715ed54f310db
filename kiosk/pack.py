"""Dated data packs, read and checked once at start: every wrong key of every file is told, what is right is frozen.

PackError   `problems`: file, key, what was expected
"""

import itertools
import tomllib
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from kiosk import config
from kiosk.pack_forms import MethodForm, ProductsForm, WordingForm
from kiosk.rules.certificate import Wording
from kiosk.rules.methods import MethodPack
from kiosk.rules.products import Product, ProductClass

Form = TypeVar("Form", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class PackProblem:
    file: str
    key: str
    expected: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.expected}"


class PackError(Exception):
    def __init__(self, problems: list[PackProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Packs:
    """`products` come in the order of their classes, then as their file has them."""

    methods: dict[str, MethodPack]
    wordings: tuple[Wording, ...]
    products: dict[str, Product]

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """Everything that the county still has to compare with its source (待县里确认)."""
        methods = [f"methods/{pack.id}/{key}" for pack in self.methods.values() for key in pack.unconfirmed]
        wordings = [f"certificate/{pack.id}" for pack in self.wordings if not pack.confirmed]
        notes = [
            f"products/{product.id}/false_positive"
            for product in self.products.values()
            if product.false_positive is not None and not product.false_positive.confirmed
        ]
        return (*methods, *wordings, *notes)


def load_packs(folder: Traversable | None = None) -> Packs:
    """Read `methods/`, `certificate/` and `products/` of a folder of packs, the shipped one by default.

    Raises PackError with everything that is wrong in any of them.
    """
    folder = resources.files("kiosk") / "packs" if folder is None else folder
    problems: list[PackProblem] = []
    methods = _read(folder / "methods", MethodForm, problems)
    wordings = _read(folder / "certificate", WordingForm, problems)
    products = _read(folder / "products", ProductsForm, problems)
    problems += _misnamed(methods) + _misnamed(wordings) + _overlapping(wordings) + _twice(products)
    if problems:
        raise PackError(problems)
    listed = [one.value() for form in products.values() for one in form.product]
    order = list(ProductClass)
    listed.sort(key=lambda product: order.index(product.product_class))
    return Packs(
        methods={form.id: form.value() for form in methods.values()},
        wordings=tuple(sorted((form.value() for form in wordings.values()), key=lambda pack: pack.in_force_from)),
        products={product.id: product for product in listed},
    )


def _read(folder: Traversable, form: type[Form], problems: list[PackProblem]) -> dict[str, Form]:
    """Every file of a folder by its name; what is wrong goes to `problems`."""
    read: dict[str, Form] = {}
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    if not files:
        problems.append(PackProblem(folder.name, "-", "at least one .toml file was expected"))
    for file in files:
        name = f"{folder.name}/{file.name}"
        try:
            read[name] = config.check(Path(name), tomllib.loads(file.read_text(encoding="utf-8")), form)
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as unreadable:
            problems.append(PackProblem(name, "-", str(unreadable)))
        except config.ConfigError as wrong:
            problems += [PackProblem(name, key, expected) for key, expected in wrong.problems]
    return read


def _misnamed(forms: dict[str, MethodForm] | dict[str, WordingForm]) -> list[PackProblem]:
    """A pack is found by its id: the file has the same name."""
    return [
        PackProblem(name, "id", f"{Path(name).stem!r} was expected, the name of the file")
        for name, form in forms.items()
        if form.id != Path(name).stem
    ]


def _overlapping(forms: dict[str, WordingForm]) -> list[PackProblem]:
    """On any day at most one wording is in force."""
    ordered = sorted(forms.items(), key=lambda item: item[1].in_force_from)
    return [
        PackProblem(name, "in_force_to", f"a day before {later.in_force_from} was expected, when {later.id} begins")
        for (name, form), (_, later) in itertools.pairwise(ordered)
        if form.in_force_to is None or form.in_force_to >= later.in_force_from
    ]


def _twice(forms: dict[str, ProductsForm]) -> list[PackProblem]:
    seen: dict[str, str] = {}
    problems = []
    for name, form in forms.items():
        for place, product in enumerate(form.product):
            if product.id in seen:
                problems.append(
                    PackProblem(name, f"product.{place}.id", f"{product.id!r} stands already in {seen[product.id]}")
                )
            seen.setdefault(product.id, name)
    return problems
