"""Dated data packs, read and checked whole: every wrong key of every file is told, what is right is frozen.

PackError   `problems`: file, key, what was expected
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from kiosk import drug_form, settings_form
from kiosk.agreement_form import AgreementForm
from kiosk.drug_form import DrugsForm
from kiosk.mark_form import MarksForm
from kiosk.method_form import MethodForm
from kiosk.override import Overrides, SettingPut
from kiosk.pack_checks import Read, checked
from kiosk.pack_forms import ProductsForm, WordingForm
from kiosk.pack_open import OpenItem, Table, open_items
from kiosk.pack_problem import PackProblem, problem, problems_of
from kiosk.patrol_form import PatrolForm
from kiosk.region_form import RegionsForm
from kiosk.rule_text import RoomForm, RuleText
from kiosk.rules.certify.certificate import Wording
from kiosk.rules.drug_use.pesticides import Drugs
from kiosk.rules.goods.marks import Marks
from kiosk.rules.goods.products import Product, ProductClass
from kiosk.rules.scan.regions import Regions, Village
from kiosk.rules.settings import CountySettings
from kiosk.rules.sheets.books import PatrolLine
from kiosk.rules.sheets.document import Document
from kiosk.rules.testing.methods import MethodPack, Sourced
from kiosk.village_form import VillagesForm
from kiosk.words import Words

FOLDERS = tuple(field.name for field in fields(Read))
TEXTS = "rules"  # what the rules say, for people

Filled = TypeVar("Filled", bound=BaseModel)


class PackError(Exception):
    def __init__(self, problems: list[PackProblem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)

    def told(self, words: Words) -> list[str]:
        """All of them, in a person's language."""
        return [problem.told(words) for problem in self.problems]


@dataclass(frozen=True, slots=True)
class Packs:
    """`products` come in the order of their classes, then as their file has them; `put` is what the county put."""

    methods: dict[str, MethodPack]
    wordings: tuple[Wording, ...]
    products: dict[str, Product]
    drugs: Drugs
    regions: Regions
    villages: tuple[Village, ...]
    agreements: tuple[Document, ...]
    patrol: tuple[PatrolLine, ...]
    marks: Marks
    settings: CountySettings
    settings_from: dict[str, Sourced]
    rules: dict[str, RuleText]
    open: tuple[OpenItem, ...]
    put: Overrides

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """What nobody has compared with its source (未核实). Open settings are questions and stand in `open` only."""
        return tuple(item.name for item in self.open if item.folder != "settings")


def load_packs(folder: Traversable | None = None, put: Overrides | None = None, *, texts: bool = True) -> Packs:
    """Read all folders of packs, the shipped ones by default, with the county's packs and answers over them.

    `put` is what is in force (`Overrides.on`). Without `texts` the texts of the rules, most of the reading and nothing
    that a rule asks for, are left out. Raises PackError with everything that is wrong in any of them.
    """
    put = put or Overrides()
    wanted = FOLDERS if texts else tuple(name for name in FOLDERS if name != TEXTS)
    reader = _Reader(pack_texts(folder, put, wanted), put.settings)
    read = Read(
        methods=reader.forms("methods", MethodForm),
        certificate=reader.forms("certificate", WordingForm),
        products=reader.forms("products", ProductsForm),
        pesticides=reader.forms("pesticides", DrugsForm),
        regions=reader.forms("regions", RegionsForm),
        villages=reader.forms("villages", VillagesForm),
        agreements=reader.forms("agreements", AgreementForm),
        patrol=reader.forms("patrol", PatrolForm),
        marks=reader.forms("marks", MarksForm),
        settings=reader.forms("settings", settings_form.SettingsForm),
        rules=reader.forms(TEXTS, RoomForm) if texts else {},
    )
    broken = {found.file.partition("/")[0] for found in reader.problems}
    problems = [*reader.problems, *checked(read, broken)]
    if problems:
        raise PackError(problems)
    return _packs(read, reader.open_items(), put)


def shipped() -> Traversable:
    return resources.files("kiosk") / "packs"


def pack_texts(folder: Traversable | None, put: Overrides, wanted: tuple[str, ...] = FOLDERS) -> dict[str, bytes]:
    """Every pack file by `folder/name.toml`: the county's where it put one, else that of `folder`."""
    root = shipped() if folder is None else folder
    texts = {
        f"{name}/{file.name}": file.read_bytes()
        for name in wanted
        if (root / name).is_dir()
        for file in sorted((root / name).iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    }
    return texts | {pack.file: pack.text.encode() for pack in put.packs}


def _packs(read: Read, items: list[OpenItem], put: Overrides) -> Packs:
    wordings = sorted((form.value() for form in read.certificate.values()), key=lambda pack: pack.in_force_from)
    (settings,), (marks,) = read.settings.values(), read.marks.values()
    rules = [text for file, form in read.rules.items() for text in form.values(_stem(file))]
    return Packs(
        methods={form.id: form.value() for form in read.methods.values()},
        wordings=tuple(wordings),
        products=_products(read),
        drugs=drug_form.drugs(read.pesticides),
        regions=Regions(tuple(name for form in read.regions.values() for name in form.values())),
        agreements=tuple(form.value() for form in read.agreements.values()),
        patrol=tuple(line for form in read.patrol.values() for line in form.values()),
        villages=tuple(village for form in read.villages.values() for village in form.values()),
        marks=marks.value(),
        settings=settings.value(),
        settings_from=settings.sources(),
        rules={text.name: text for text in rules},
        open=tuple(items),
        put=put,
    )


def _products(read: Read) -> dict[str, Product]:
    listed = [one.value() for form in read.products.values() for one in form.product]
    order = list(ProductClass)
    return {product.id: product for product in sorted(listed, key=lambda one: order.index(one.product_class))}


def _stem(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".toml")


class _Reader:
    """The tables of all files; what is wrong with them goes to `problems`."""

    def __init__(self, texts: Mapping[str, bytes], answers: tuple[SettingPut, ...]) -> None:
        self.problems: list[PackProblem] = []
        self._tables = {file: table for file in texts if (table := self._table(file, texts[file])) is not None}
        if settings_form.FILE in self._tables:
            given = settings_form.answered(self._tables[settings_form.FILE], answers)
            self._tables[settings_form.FILE] = given.table
            self.problems += given.problems

    def forms(self, folder: str, form: type[Filled]) -> dict[str, Filled]:
        read: dict[str, Filled] = {}
        files = self._of(folder)
        if not files and not any(wrong.file.startswith(f"{folder}/") for wrong in self.problems):
            self.problems.append(problem(folder, "-", "no_file"))
        for file in files:
            try:
                read[file] = form.model_validate(self._tables[file])
            except ValidationError as wrong:
                self.problems += problems_of(file, wrong, form)
        return read

    def open_items(self) -> list[OpenItem]:
        return [item for name in FOLDERS for file in self._of(name) for item in open_items(file, self._tables[file])]

    def _of(self, folder: str) -> list[str]:
        return sorted(file for file in self._tables if file.startswith(f"{folder}/"))

    def _table(self, file: str, text: bytes) -> Table | None:
        try:
            return tomllib.loads(text.decode("utf-8"))
        except (ValueError, RecursionError) as unreadable:  # also a number of thousands of digits, a list of lists of …
            self.problems.append(problem(file, "-", "toml", told=unreadable))
            return None
