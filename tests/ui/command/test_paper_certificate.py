"""`liangzheng paper` draws certificates as the station's press does: the same dots, code and all."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from drivers.scanner.codes.decoders import read_codes
from kiosk.issuing import Copy, Press
from kiosk.pack import load_packs
from kiosk.paper.certificate import SIZES, load_press
from kiosk.record import Record
from kiosk.rules.messages import Certificate, Voided
from kiosk.words import load_words
from tests.kiosk.test_record import Box
from tests.support.bodies import HOST, Station, a_key
from tests.support.rich_record import fill, laid_out
from tests.support.typed import run
from ui.command import paper
from ui.command.paper_certificate import press_for


def call(*typed: object) -> int:
    return run(paper.add, ("paper", *typed))


@dataclass(frozen=True, slots=True)
class Given:
    """A record that its station has open, with a certificate, one in two parts, and one that is void."""

    place: Path
    plain: Certificate
    seqs: dict[str, int]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Given]:
    box = Box(tmp_path_factory.mktemp("box"))
    with closing(box.open()) as record:
        fill(box, record)
        sealed = Station("530427", "gasa-01", a_key("a station"))
        packs = load_packs(texts=False)
        desk, cowpea = press_for(load_press("80mm"), packs, HOST), packs.products["cowpea"]
        plain, parted, void = (desk.worded(sealed.certificate(nth, product="cowpea"), cowpea) for nth in (1, 2, 3))
        seqs = {
            "plain": written(record, plain),
            "parted": written(record, replace(parted, parts=("goods", "stub"))),
            "void": written(record, void),
        }
        record.append(Voided(void.number, "wrong_quantity", "self", "taken_back", "v-1", ""))
        yield Given(laid_out(box), plain, seqs)


def written(record: Record, certificate: Certificate) -> int:
    record.append(certificate)
    return record.last


def draw(given: Given, which: str, out: Path, *more: object) -> int:
    typed = ("--place", given.place, "--seq", given.seqs[which], "--out", out, *more)
    return call("draw", "certificate", *typed)


def codes(picture: Image.Image) -> tuple[bytes, ...]:
    return read_codes(memoryview(picture.convert("L").tobytes()).cast("B", (picture.height, picture.width)))


@pytest.mark.parametrize("size", SIZES)
def test_a_sample_of_every_size_reads_and_says_that_it_is_one(size: str, tmp_path: Path) -> None:
    out = tmp_path / "sample.png"
    assert call("sample", "certificate", "--size", size, "--out", out) == 0
    with Image.open(out) as picture:
        (code,) = codes(picture)
    assert code.startswith(b"HTTPS://LZ.EXAMPLE.CN/")


def test_a_file_has_the_dots_of_the_paper(given: Given, tmp_path: Path) -> None:
    packs = load_packs(texts=False)
    wordings = {wording.id: wording for wording in packs.wordings}
    press = Press("530427", HOST, a_key("any"), load_words("zh"), wordings, load_press("80mm"), read_codes)
    paper = press.again(given.plain, Copy(), packs.products["cowpea"]).raster
    assert draw(given, "plain", tmp_path / "drawn.png", "--host", HOST) == 0
    with Image.open(tmp_path / "drawn.png") as picture:
        assert ImageChops.logical_xor(picture.convert("1"), paper).getbbox() is None
        assert round(picture.info["dpi"][0]) == 203


def test_the_same_entry_gives_the_same_pdf(given: Given, tmp_path: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        assert draw(given, "plain", tmp_path / name, "--host", HOST, "--size", "a5") == 0
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_every_part_is_a_page(given: Given, tmp_path: Path) -> None:
    assert draw(given, "parted", tmp_path / "parted.png", "--host", HOST) == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["parted-1.png", "parted-2.png"]


def test_what_is_void_says_so(given: Given, tmp_path: Path) -> None:
    heights = []
    for which in ("plain", "void"):
        assert draw(given, which, tmp_path / f"{which}.png", "--host", HOST) == 0
        with Image.open(tmp_path / f"{which}.png") as picture:
            heights.append(picture.height)
    assert heights[0] < heights[1]  # by the line of the mark


def test_a_certificate_has_a_code_or_is_not_drawn(
    given: Given, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert draw(given, "plain", tmp_path / "x.png") == 1
    assert "--host" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_product_that_no_pack_has_is_told(given: Given, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = Box(tmp_path / "other")
    with closing(box.open()) as record:
        seq = written(record, replace(given.plain, product="moonfruit"))
        typed = ("--place", laid_out(box), "--seq", seq, "--host", HOST, "--out", tmp_path / "x.png")
        assert call("draw", "certificate", *typed) == 1
    assert "moonfruit" in capsys.readouterr().err


def test_words_that_were_changed_since_are_not_drawn(
    given: Given, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box = Box(tmp_path / "other")
    with closing(box.open()) as record:
        seq = written(record, replace(given.plain, text="ab" * 32))
        typed = ("--place", laid_out(box), "--seq", seq, "--host", HOST, "--out", tmp_path / "x.png")
        assert call("draw", "certificate", *typed) == 1
    assert "no longer those" in capsys.readouterr().err
