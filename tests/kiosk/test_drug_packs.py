"""The packs of pesticides and veterinary drugs: what is shipped says where it comes from, what is wrong is told."""

import tomllib
from importlib import resources

import pytest
from pydantic import ValidationError

from kiosk.drug_form import DrugsForm, checked, drugs
from kiosk.pack import load_packs
from kiosk.rules.drug_use.pesticides import Drugs, named
from kiosk.words import load_words

FOLDER = resources.files("kiosk") / "packs" / "pesticides"
FORMS = {
    file.name: DrugsForm.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    for file in sorted(FOLDER.iterdir(), key=lambda file: file.name)
}
PRODUCTS = set(load_packs().products)
GOOD = """
[[ingredient]]
id = "x"
name = { zh = "x", en = "x" }
drug_class = { value = "carbamate", mark = "V", source = "here", confirmed = true }

[[bottle]]
registration = "PD20081234"
name = { zh = "瓶", en = "Bottle" }
aliases = ["一扫光"]
ingredients = ["x"]
mark = "V"
source = "here"
confirmed = true

[[bottle.interval]]
product = "tomato"
days = 7
begins = 2026-01-01
ends = 2026-12-31
mark = "V"
source = "here"
confirmed = true

[[ban]]
id = "list"
name = { zh = "名单", en = "List" }
listing = "restricted"
ingredients = ["x"]
products = ["tomato"]
product_classes = ["fruit"]
begins = 2026-01-01
ends = 2026-12-31
mark = "G"
source = "recalled"
confirmed = false
"""


def form(text: str = GOOD) -> DrugsForm:
    return DrugsForm.model_validate(tomllib.loads(text))


def shipped() -> Drugs:
    return drugs(FORMS)


# --- what is shipped ---


def test_the_shipped_packs_fit_together() -> None:
    assert [str(wrong) for wrong in checked(FORMS, PRODUCTS)] == []
    assert sorted(FORMS) == ["banned.toml", "pesticides.toml", "veterinary.toml"]
    assert len(shipped().ingredients) >= 30


def test_nothing_shipped_is_confirmed_before_somebody_read_it() -> None:
    packs = shipped()
    assert [one.id for one in packs.ingredients.values() if one.source is not None and one.source.confirmed] == []
    assert [one.id for one in packs.bans if one.source.confirmed] == []


def test_no_interval_is_shipped() -> None:
    assert shipped().bottles == {}


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("克百威", ["carbofuran"]),
        ("呋喃丹", ["carbofuran"]),
        ("氧化乐果", ["omethoate"]),
        ("瘦肉精", ["clenbuterol", "ractopamine", "salbutamol", "cimaterol"]),
        ("Malachite green", ["malachite-green"]),
        ("五氯酚钠", ["sodium-pentachlorophenate"]),
        ("某某灵", []),
    ],
)
def test_shipped_names(name: str, ids: list[str]) -> None:
    assert [one for found in named(name, shipped()) for one in found.ingredients] == ids


def test_residues_are_items_of_the_shipped_methods() -> None:
    items = {item.id for method in load_packs().methods.values() for item in method.items}
    assert {item for one in shipped().ingredients.values() for item in one.residues} <= items


def test_the_shipped_lists() -> None:
    lists = {one.id: one for one in shipped().bans}
    phased_out = lists["announcement-736"]
    assert phased_out.begins is not None
    assert phased_out.begins.isoformat() == "2026-06-01"
    assert phased_out.ingredients == ("omethoate", "carbofuran", "methomyl", "aldicarb")
    assert (phased_out.products, phased_out.classes) == ((), ())
    assert "malachite-green" in lists["announcement-250"].ingredients


def test_every_class_has_its_word() -> None:
    classes = {one.drug_class for one in shipped().ingredients.values() if one.drug_class is not None}
    for language in ("zh", "en"):
        words = load_words(language)
        assert [one for one in classes if not words.knows(f"verdict.drug.{one}")] == []


# --- the form ---


def test_a_whole_file() -> None:
    packs = drugs({"a.toml": form()})
    one, bottle, ban = packs.ingredients["x"], packs.bottles["PD20081234"], packs.bans[0]
    assert (one.drug_class, one.source and one.source.confirmed, one.aliases, one.residues) == (
        "carbamate",
        True,
        (),
        (),
    )
    assert (bottle.ingredients, bottle.aliases, bottle.source.source) == (("x",), ("一扫光",), "here")
    (interval,) = bottle.intervals
    assert (interval.product, interval.days, str(interval.begins), str(interval.ends)) == (
        "tomato", 7, "2026-01-01", "2026-12-31",
    )  # fmt: skip
    assert (ban.listing, ban.products, ban.classes, ban.source.confirmed) == (
        "restricted",
        ("tomato",),
        ("fruit",),
        False,
    )
    assert (str(ban.begins), str(ban.ends), ban.names["zh"]) == ("2026-01-01", "2026-12-31", "名单")
    assert [str(wrong) for wrong in checked({"a.toml": form()}, PRODUCTS)] == []


def test_an_ingredient_may_be_without_a_class() -> None:
    text = GOOD.replace('drug_class = { value = "carbamate", mark = "V", source = "here", confirmed = true }\n', "")
    one = drugs({"a.toml": form(text)}).ingredients["x"]
    assert (one.drug_class, one.source) == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('id = "x"', 'id = "X!"', "ingredient.0.id"),
        ('value = "carbamate"', 'value = "poison"', "ingredient.0.drug_class.value"),
        ('mark = "V", source = "here"', 'mark = "G", source = "here"', "ingredient.0.drug_class"),
        ("PD20081234", "20081234", "bottle.0.registration"),
        ('ingredients = ["x"]\nmark', "ingredients = []\nmark", "bottle.0.ingredients"),
        ("days = 7", "days = 366", "bottle.0.interval.0.days"),
        ("days = 7", "days = -1", "bottle.0.interval.0.days"),
        ("ends = 2026-12-31\nmark = \"V\"", "ends = 2025-12-31\nmark = \"V\"", "bottle.0.interval.0"),
        ("ends = 2026-12-31\nmark = \"G\"", "ends = 2025-12-31\nmark = \"G\"", "ban.0"),
        ("restricted", "forbidden", "ban.0.listing"),
        ('["fruit"]', '["fruits"]', "ban.0.product_classes.0"),
        ("[[ban]]", "[[ban]]\ncolour = 1", "ban.0.colour"),
        ("[[ban]]", "[[bans]]", "bans"),
    ],
)  # fmt: skip
def test_what_is_refused(old: str, new: str, place: str) -> None:
    assert old in GOOD
    with pytest.raises(ValidationError) as wrong:
        form(GOOD.replace(old, new, 1))
    assert place in [".".join(map(str, error["loc"])) for error in wrong.value.errors()]


def test_a_single_day_is_in_order() -> None:
    text = GOOD.replace("ends = 2026-12-31", "ends = 2026-01-01")
    assert drugs({"a.toml": form(text)}).bans[0].ends == drugs({"a.toml": form(text)}).bans[0].begins


def test_ids_stand_once() -> None:
    told = list(checked({"a.toml": form(), "b.toml": form()}, PRODUCTS))
    assert [(wrong.file, wrong.key, wrong.expected.facts) for wrong in told] == [
        ("b.toml", "ingredient.0.id", {"name": "x", "file": "a.toml"}),
        ("b.toml", "bottle.0.registration", {"name": "PD20081234", "file": "a.toml"}),
        ("b.toml", "ban.0.id", {"name": "list", "file": "a.toml"}),
    ]
    assert "a.toml" in told[0].told(load_words("zh"))


def test_a_list_and_an_ingredient_share_no_id() -> None:
    (wrong,) = checked({"a.toml": form(GOOD.replace('id = "list"', 'id = "x"'))}, PRODUCTS)
    assert (wrong.key, wrong.expected.key) == ("ban.0.id", "pack.wrong.twice")


def test_what_is_named_has_to_be_listed() -> None:
    text = GOOD.replace('ingredients = ["x"]', 'ingredients = ["x", "y"]').replace('"tomato"', '"moon"')
    told = list(checked({"a.toml": form(text)}, PRODUCTS))
    assert [(wrong.key, wrong.expected.facts["name"]) for wrong in told] == [
        ("bottle.0.ingredients", "y"),
        ("bottle.0.interval", "moon"),
        ("ban.0.ingredients", "y"),
        ("ban.0.products", "moon"),
    ]
    assert "moon" in told[1].told(load_words("en"))
