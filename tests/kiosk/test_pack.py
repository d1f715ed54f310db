"""Packs: what is shipped is right, what is wrong is told whole."""

import shutil
from collections.abc import Callable
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from kiosk.pack import PackError, load_packs
from kiosk.rules.products import ProductClass

SHIPPED = Path(str(resources.files("kiosk"))) / "packs"
METHOD = "methods/gbt-5009-199-2003.toml"
WORDING = "certificate/2026-02-01.toml"
PRODUCTS = "products/vegetables.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in ("methods", "certificate", "products"):
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


def test_a_problem_names_file_key_and_what_was_expected(folder: Path, change: Callable[[str, str, str], None]) -> None:
    change(METHOD, "wavelength", "wave_length")
    with pytest.raises(PackError) as wrong:
        load_packs(folder)
    assert f"{METHOD}: wave_length: unknown key; the nearest known key is 'wavelength'" in str(wrong.value)
    assert f"{METHOD}: wavelength: Field required" in str(wrong.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        (METHOD, 'id = "gbt-5009-199-2003"', 'id = "other"', "id"),
        (METHOD, 'value = "50"', 'value = "NaN"', "positive_at.value"),
        (METHOD, 'value = "0.3"', 'value = "0"', "blank_min.value"),
        (METHOD, 'value = "0.8"', 'value = "0.3"', "-"),
        (METHOD, 'value = "inhibition"', 'value = "a + b"', "formula.value"),
        (METHOD, '"carbamate"]', '"pyrethroid"]', "scope.value.1"),
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


def test_a_band_stands_below_the_limit(folder: Path, change: Callable[[str, str, str], None]) -> None:
    band = '[suspect_from]\nvalue = "50"\nmark = "I"\nsource = "county"\nconfirmed = false\n\n[repeats]'
    change(METHOD, "[repeats]", band)
    assert problems(folder) == [(METHOD, "-")]
    change(METHOD, '[suspect_from]\nvalue = "50"', '[suspect_from]\nvalue = "40"')
    assert load_packs(folder).methods["gbt-5009-199-2003"].suspect_from == Decimal(40)


def test_an_empty_folder_is_told(folder: Path) -> None:
    (folder / METHOD).unlink()
    assert problems(folder) == [("methods", "-")]
