"""Printer models are data: each fact has its source or is told to be assumed; what is wrong is refused by its place."""

import re
from pathlib import Path

import pytest
from PIL import Image

from drivers.errors import ProfileError
from drivers.printer.model import PrinterModel
from drivers.printer.render import LANGUAGES, render_job
from drivers.printer.shelf import known_models, load_model, sources_of
from tests.house.sources import ROOT

GOOD = """language = "escpos"
width = { is = 384, from = "db" }
dots_per_mm = { is = 8 }
answers = { is = true }
completes = { is = false }
clears = { is = false }
near_end = { is = false }

[source]
db = "a data base, page 7"
"""


@pytest.mark.parametrize("name", known_models())
def test_every_model_that_we_ship_is_whole(name: str) -> None:
    model = load_model(name)
    assert model.name == name
    assert model.language in LANGUAGES
    told = {fact: source for fact, _, source in sources_of(name)}
    assert {fact for fact, source in told.items() if not source} == set(model.assumed)
    assert model.confirmed is not bool(model.assumed)


def test_the_generic_ones_are_there() -> None:
    generic = {"escpos-80mm", "escpos-58mm", "escpos-58mm-silent", "tspl-203", "zpl-203", "cups"}
    assert generic <= set(known_models())


def test_without_a_word_a_printer_is_the_generic_80_mm_one() -> None:
    shipped = load_model("escpos-80mm")
    plain = PrinterModel()
    assert (shipped.name, shipped.width, shipped.band, shipped.completes) == (
        plain.name,
        plain.width,
        plain.band,
        plain.completes,
    )


def test_a_folder_of_ones_own_comes_first(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD)
    (tmp_path / "escpos-80mm.toml").write_text(GOOD)
    assert load_model("mine", [tmp_path]).width == 384
    assert load_model("escpos-80mm", [tmp_path]).width == 384
    assert "mine" in known_models([tmp_path])
    assert load_model("mine", [tmp_path]).assumed == ("dots_per_mm", "answers", "completes", "clears", "near_end")


def test_an_unknown_one_is_refused_with_the_known(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as refused:
        load_model("nope", [tmp_path])
    assert refused.value.code == "printer.model"
    assert "escpos-58mm-silent" in str(refused.value.facts["known"])


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("width = { is = 384", "width = { is = 3", "width.is"),
        ('"escpos"', '"pcl"', "language"),
        ("near_end =", "nearly_out =", "near_end"),
        ("dots_per_mm = { is = 8 }", "dots_per_mm = { is = 8 }\ncolour = { is = true }", "colour"),
        ('from = "db"', 'from = "nowhere"', "source.db"),
        ("is = 8 }", 'is = 8, from = "nowhere" }', "source.nowhere"),
        ("[source]", "[patience]\nquiet = 0\n\n[source]", "patience.quiet"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_its_place(tmp_path: Path, old: str, new: str, at: str) -> None:
    assert old in GOOD
    (tmp_path / "mine.toml").write_text(GOOD.replace(old, new))
    with pytest.raises(ProfileError) as refused:
        load_model("mine", [tmp_path])
    assert (refused.value.code, refused.value.facts["at"]) == ("printer.model_file", at)


@pytest.mark.parametrize("profile", ["nope", "NT-5890K"])
def test_a_profile_that_does_not_fit_is_refused_before_the_first_byte(profile: str) -> None:
    job = render_job(Image.new("1", (576, 8), 0), b"J0b!", PrinterModel(profile=profile))
    with pytest.raises(ProfileError, match=r"printer\.profile"):
        next(job)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xc0\xff")
    with pytest.raises(ProfileError, match=r"profile\.syntax"):
        load_model("mine", [tmp_path])


def test_broken_toml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("language =")
    with pytest.raises(ProfileError, match=r"profile\.syntax"):
        load_model("mine", [tmp_path])


def test_the_example_of_the_guide_is_a_model(tmp_path: Path) -> None:
    guide = (ROOT / "drivers" / "printer" / "README.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    (tmp_path / "mine.toml").write_text(example)
    model = load_model("mine", [tmp_path])
    assert model.assumed == ("completes", "clears")
    assert model.prints_within == 20


def test_the_guide_names_every_fact() -> None:
    guide = (ROOT / "drivers" / "printer" / "README.md").read_text("utf-8")
    facts = {fact for name in known_models() for fact, _, _ in sources_of(name)}
    assert [fact for fact in facts if f"`{fact}`" not in guide and f"{fact} =" not in guide] == []
