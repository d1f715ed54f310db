"""Packs: what is shipped is right, what is wrong is told whole."""

import shutil
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import ValidationError

from kiosk.pack import FOLDERS, PackError, load_packs
from kiosk.pack_checks import Read
from kiosk.pack_problem import problems_of
from kiosk.rules.goods.products import ProductClass
from kiosk.words import LANGUAGES, load_words

SHIPPED = Path(str(resources.files("kiosk"))) / "packs"
METHOD = "methods/gbt-5009-199-2003.toml"
WORDING = "certificate/2026-02-01.toml"
SETTINGS = "settings/county.toml"
VETERINARY = "pesticides/veterinary.toml"
PRODUCTS = "products/vegetables.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in FOLDERS:
        shutil.copytree(SHIPPED / part, tmp_path / part)
    return tmp_path


@pytest.fixture
def change(folder: Path) -> Callable[[str, str, str], None]:
    def changed(file: str, old: str, new: str) -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return changed


def problems(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(PackError) as wrong:
        load_packs(folder)
    return [(problem.file, problem.key) for problem in wrong.value.problems]


def test_the_shipped_method() -> None:
    method = load_packs().methods["gbt-5009-199-2003"]
    assert (method.positive_at, method.suspect_from, method.repeats) == (Decimal(50), None, 2)
    assert (method.blank_min, method.blank_max, method.wavelength) == (Decimal("0.3"), Decimal("0.8"), 412)
    assert [*method.scope] == ["organophosphate", "carbamate"]
    assert (method.confirmed, method.unconfirmed[:2]) == (False, ("blank_min", "blank_max"))


def test_the_shipped_products() -> None:
    products = load_packs().products
    assert len(products) >= 16
    assert {product.product_class for product in products.values()} <= set(ProductClass) - {ProductClass.OUTSIDE}
    assert [key for key, product in products.items() if product.false_positive] == [
        "tomato", "celery", "chinese-chive", "ginger", "garlic",
    ]  # fmt: skip
    assert len({product.picture for product in products.values()}) == len(products)


def test_what_the_county_still_has_to_confirm() -> None:
    told = load_packs().unconfirmed
    assert "methods/gbt-5009-199-2003/blank_max" in told
    assert "certificate/2026-02-01" in told
    assert "products/celery/false_positive" in told


def test_all_errors_of_all_files_at_once(folder: Path, change: Callable[[str, str, str], None]) -> None:
    change(METHOD, 'value = "50"', "value = 50.0")
    change(METHOD, "value = 2\n", "value = 0\n")
    change(WORDING, "printable = true", 'printable = true\ncolour = "red"')
    change(PRODUCTS, 'product_class = "vegetable"', 'product_class = "vegetables"')
    assert problems(folder) == [
        (METHOD, "positive_at.value"),
        (METHOD, "repeats.value"),
        (WORDING, "colour"),
        (PRODUCTS, "product.0.product_class"),
    ]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", ["wave_length：没有这一项；最接近的是 wavelength", "wavelength：缺这一项"]),
        ("en", ["wave_length: unknown key; the nearest known key is wavelength", "wavelength: this key is missing"]),
    ],
)
def test_a_problem_names_file_key_and_what_was_expected(
    folder: Path, change: Callable[[str, str, str], None], language: str, told: list[str]
) -> None:
    change(METHOD, "[wavelength]", "[wave_length]")
    with pytest.raises(PackError) as wrong:
        load_packs(folder)
    said = wrong.value.told(load_words(language))
    assert all(line.startswith((f"{METHOD}:", f"{METHOD}：")) for line in said)
    assert [line for line in told if not any(line in one for one in said)] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said", "facts"),
    [
        (METHOD, 'value = "50"', "value = 50.0", "number", {}),
        (METHOD, "value = 412", "value = 412.5", "whole", {}),
        (METHOD, "value = 412", "value = 1200", "at_most", {"limit": "1100"}),
        (METHOD, "value = 412", "value = 100", "at_least", {"limit": "200"}),
        (METHOD, 'value = "0.3"', 'value = "0"', "above", {"limit": "0"}),
        (METHOD, 'value = "0.3"', 'value = "about"', "number", {}),
        (METHOD, "confirmed = true", "confirmed = 3", "yes_no", {}),
        (METHOD, 'source = "S12: operating', 'source = 12 #"S12: operating', "text", {}),
        (METHOD, 'source = "S12: operating', 'source = "" #"S12: operating', "not_empty", {"limit": "1"}),
        (METHOD, 'mark = "V"', 'mark = "seen"', "one_of", {"known": "V, V-, G, I"}),
        (METHOD, "[name]", "[[name]]", "names", {}),
        (METHOD, 'en = "Enzyme', 'fr = "Enzyme', "names", {}),
        (METHOD, "[scope]\nvalue = [", '[scope]\nvalue = "all" #[', "list", {}),
        (METHOD, "value = 2004-01-01", 'value = "last year"', "day", {}),
        (METHOD, 'value = "0.8"', 'value = "0.3"', "in_order", {"first": "blank_min", "second": "blank_max"}),
        (METHOD, 'mark = "G"\nsource', 'mark = "rumour"\nsource', "one_of", {"known": "V, V-, G, I"}),
        (METHOD, 'id = "gbt-5009-199-2003"', 'id = "other"', "file_name", {"name": "gbt-5009-199-2003"}),
        (METHOD, 'id = "gbt', 'id "gbt', "toml", None),
        (WORDING, "in_force_from = 2026-02-01", "in_force_from = 2021-12-01", "before", None),
        (PRODUCTS, 'id = "cucumber"', 'id = "cowpea"', "twice", {"name": "cowpea", "file": PRODUCTS}),
        (PRODUCTS, 'unit = "jin"', 'unit = "stone"', "one_of", None),
        (PRODUCTS, 'id = "cowpea"', 'id = "Cowpea"', "pattern", None),
    ],
)  # fmt: skip
def test_what_was_expected_is_a_sentence(
    folder: Path,
    change: Callable[[str, str, str], None],
    file: str,
    old: str,
    new: str,
    said: str,
    facts: dict[str, str] | None,
) -> None:
    change(file, old, new)
    with pytest.raises(PackError) as wrong:
        load_packs(folder)
    found = [one.expected for one in wrong.value.problems if one.expected.key == f"pack.wrong.{said}"]
    assert found, str(wrong.value)
    assert facts is None or facts in [one.facts for one in found]
    for language in LANGUAGES:
        assert "pack.wrong" not in " ".join(wrong.value.told(load_words(language)))


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        (METHOD, 'id = "gbt-5009-199-2003"', 'id = "other"', "id"),
        (METHOD, 'value = "50"', 'value = "NaN"', "positive_at.value"),
        (METHOD, 'value = "0.3"', 'value = "0"', "blank_min.value"),
        (METHOD, 'value = "0.8"', 'value = "0.3"', "-"),
        (METHOD, 'value = "inhibition"', 'value = "a + b"', "formula.value"),
        (METHOD, '"carbamate"]', '"anything"]', "scope.value.1"),
        (METHOD, 'en = "Enzyme', 'fr = "Enzyme', "name"),
        (METHOD, 'value = "0.3"\nmark = "G"', 'value = "0.3"\nmark = "rumour"', "blank_min.mark"),
        (METHOD, "figure\"\nconfirmed = false", "figure\"\nconfirmed = true", "blank_min"),
        (METHOD, 'id = "gbt', 'id "gbt', "-"),
        (WORDING, '  { stands_for = "self_test", words = "自行检测合格" },\n', "", "-"),
        (WORDING, 'stands_for = "origin"', 'stands_for = "moon"', "style.1.fields.2.stands_for"),
        (WORDING, "[style.2]", "[style.3]", "style.3.[key]"),
        ("certificate/2021-11.toml", "in_force_to = 2026-01-31", "in_force_to = 2026-02-01", "in_force_to"),
        ("certificate/2021-11.toml", "in_force_to = 2026-01-31", "in_force_to = 2020-02-01", "-"),
        (PRODUCTS, 'id = "cucumber"', 'id = "cowpea"', "product.1.id"),
        (PRODUCTS, 'id = "cucumber"', 'id = "Cucumber!"', "product.1.id"),
        (PRODUCTS, 'code = "010407"', 'code = "01040"', "product.1.code"),
        (PRODUCTS, 'unit = "jin"', 'unit = "stone"', "product.0.unit"),
    ],
)  # fmt: skip
def test_what_is_refused(
    folder: Path, change: Callable[[str, str, str], None], file: str, old: str, new: str, key: str
) -> None:
    change(file, old, new)
    assert (file, key) in problems(folder)


def test_a_value_where_a_table_belongs(folder: Path) -> None:
    (folder / METHOD).write_text('id = "gbt-5009-199-2003"\nscope = 3\nstep = [1]\n', "utf-8")
    with pytest.raises(PackError) as wrong:
        load_packs(folder)
    said = {problem.key: problem.expected.key for problem in wrong.value.problems if problem.file == METHOD}
    assert (said["scope"], said["step"], said["rule"]) == (
        "pack.wrong.table",
        "pack.wrong.table",
        "pack.wrong.missing",
    )


ODD: list[object] = [
    "", "x", "-1", 0, -1, 10**30, 1.5, True, [], [[]], [{"id": 1}], {}, {"zh": 1, "en": []}, date(2026, 1, 1),
]  # fmt: skip
Table = dict[str, object]
Way = tuple[str | int, ...]


def ways(part: object, way: Way = ()) -> Iterator[Way]:
    """The way to every value and every table of a pack."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for name, value in inner:
        yield (*way, name)
        yield from ways(value, (*way, name))


def spoilt(table: Table, way: Way, odd: object) -> Table:
    copy = deepcopy(table)
    part: Any = copy
    for step in way[:-1]:
        part = part[step]
    part[way[-1]] = odd
    return copy


@pytest.mark.parametrize(
    "file", [METHOD, WORDING, PRODUCTS, SETTINGS, "marks/marks.toml", "pesticides/banned.toml", "rules/lot.toml"]
)
def test_whatever_stands_in_a_pack_is_told_and_never_a_fault(file: str) -> None:
    """Each value in turn becomes something else; twenty of each pack are enough."""
    whole = tomllib.loads((SHIPPED / file).read_text("utf-8"))
    form = get_args(get_type_hints(Read)[file.partition("/")[0]])[1]
    said = {language: load_words(language) for language in LANGUAGES}
    every = list(ways(whole))
    for way in every[:: max(1, len(every) // 20)]:
        for odd in ODD:
            try:
                form.model_validate(spoilt(whole, way, odd))
            except ValidationError as wrong:
                told = [one.told(words) for one in problems_of(file, wrong, form) for words in said.values()]
                assert all(line.startswith(file) for line in told)


def test_a_band_stands_below_the_limit(folder: Path, change: Callable[[str, str, str], None]) -> None:
    band = '[suspect_from]\nvalue = "50"\nmark = "I"\nsource = "county"\nconfirmed = false\n\n[repeats]'
    change(METHOD, "[repeats]", band)
    assert problems(folder) == [(METHOD, "-")]
    change(METHOD, '[suspect_from]\nvalue = "50"', '[suspect_from]\nvalue = "40"')
    assert load_packs(folder).methods["gbt-5009-199-2003"].suspect_from == Decimal(40)


@pytest.mark.parametrize("part", FOLDERS)
def test_an_empty_folder_is_told(folder: Path, part: str) -> None:
    shutil.rmtree(folder / part)
    assert (part, "-") in problems(folder)


def test_what_was_not_in_words_is_told_all_the_same(folder: Path, change: Callable[[str, str, str], None]) -> None:
    (folder / METHOD).write_bytes(b'id = "\xff"')
    assert (METHOD, "-") in problems(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "said"),
    [
        (
            "methods/gbt-5009-199-2003-band.toml", 'derived_from = "gbt-5009-199-2003"', 'derived_from = "gbt"',
            "derived_from", "unknown_method",
        ),
        (PRODUCTS, 'id = "tomato"', 'id = "love-apple"', "product.2.false_positive", "no_method_says"),
        (VETERINARY, 'residues = ["aoz"]', 'residues = ["azo"]', "ingredient.1.residues", "unknown_item"),
        ("pesticides/banned.toml", '"omethoate"', '"omethoat"', "ban.0.ingredients", "unlisted"),
    ],
)  # fmt: skip
def test_what_one_pack_says_of_another(
    folder: Path, change: Callable[[str, str, str], None], file: str, old: str, new: str, key: str, said: str
) -> None:
    change(file, old, new)
    with pytest.raises(PackError) as wrong:
        load_packs(folder)
    found = [(one.file, one.key, one.expected.key) for one in wrong.value.problems]
    assert found == [(file, key, f"pack.wrong.{said}")]


@pytest.mark.parametrize("file", ["settings/county.toml", "marks/marks.toml"])
def test_there_is_one_file_of_settings_and_of_marks(folder: Path, file: str) -> None:
    other = (folder / file).with_name("zz.toml")
    shutil.copy(folder / file, other)
    assert problems(folder) == [(f"{other.parent.name}/zz.toml", "-")]


def test_one_broken_file_says_nothing_of_the_others(folder: Path, change: Callable[[str, str, str], None]) -> None:
    change(METHOD, 'unit = "%"', "unit = 3")
    change(PRODUCTS, 'unit = "jin"', 'unit = "stone"')
    assert problems(folder) == [(METHOD, "unit"), (PRODUCTS, "product.0.unit")]


def test_open_settings_are_questions_and_no_unread_source() -> None:
    packs = load_packs()
    settings = [item for item in packs.open if item.folder == "settings"]
    assert "settings/county/service_test" in [item.name for item in settings]
    assert all(set(item.question) == {"zh", "en"} for item in settings)
    assert not [name for name in packs.unconfirmed if name.startswith("settings/")]
    assert len(packs.unconfirmed) + len(settings) == len(packs.open)


def test_an_open_item_says_what_stands_there_and_where_it_comes_from() -> None:
    items = {item.name: item for item in load_packs().open}
    blank = items["methods/gbt-5009-199-2003/blank_min"]
    assert (blank.facts, blank.mark, blank.of) == ({"value": "0.3"}, "G", "blank_min")
    assert blank.title["zh"].startswith("酶抑制率法")
    assert items["certificate/2026-02-01"].source.startswith("domain.md §1.4")
    celery = items["products/celery/false_positive"]
    assert (celery.called["zh"], celery.of) == ("芹菜", "false_positive")
    ban = items["pesticides/announcement-736"]
    assert (ban.of, ban.facts["begins"], ban.facts["ingredients"].split(", ")[0]) == ("", "2026-06-01", "omethoate")
    assert len(items) == len(load_packs().open)
