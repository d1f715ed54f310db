"""`liangzheng paper` as people type it: listed, samples, and pieces drawn from a record that a station has open."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image

from kiosk.pack import load_packs
from kiosk.record import Record
from kiosk.rules.messages import EntryBody, TubeBound
from kiosk.rules.scan.tags import Tag, tag_number
from kiosk.slips.desk import Desk
from kiosk.words import load_words
from tests.kiosk.test_record import Box
from tests.support.rich_record import fill, laid_out, of
from tests.support.typed import run
from ui.command import paper
from ui.command.paper import ALL
from ui.command.paper_examples import HOST, Examples
from ui.command.paper_pieces import KINDS


def call(*typed: object) -> int:
    return run(paper.add, ("paper", *typed))


@dataclass(frozen=True, slots=True)
class Working:
    """A record that its station has open, and the number of an entry for each piece."""

    place: Path
    record: Record
    seqs: dict[str, int]


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Working]:
    box = Box(tmp_path_factory.mktemp("box"))
    record = box.open()
    fill(box, record)
    seqs: dict[type, int] = {}
    for body in bodies(seqs):
        record.append(body)
        seqs[type(body)] = record.last
    seqs[KINDS["acceptance"]] = 1
    yield Working(laid_out(box), record, {piece: seqs[kind] for piece, kind in KINDS.items()})
    record.close()


def bodies(seqs: dict[type, int]) -> Iterator[EntryBody]:
    """One for every piece; what names another one names its number."""
    words, packs = load_words("zh"), load_packs(texts=False)
    known = Examples(Desk(words, "x", HOST, packs.products, packs.methods))
    yield known.sample()
    yield known.test()
    yield replace(known.delivery(), test=seqs[KINDS["report"]])
    yield replace(known.objection(), delivery=seqs[KINDS["notice"]])
    yield replace(known.advice(), test=seqs[KINDS["report"]])
    yield known.voucher()
    yield replace(known.label(), labels=2)
    yield replace(known.lot(), lot="L261122-7K3M9QX2-W")
    yield TubeBound(tag_number(Tag.TUBE, b"12345"), known.sample().sample_code, "r-1")
    yield known.day()
    yield known.doctor()


def test_every_piece_is_listed_with_its_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("list") == 0
    told = capsys.readouterr().out.splitlines()[1:]
    assert [line.split()[0] for line in told] == list(ALL)
    assert all(size in line for line, sizes in zip(told, ALL.values(), strict=True) for size in sizes)


@pytest.mark.parametrize("piece", ALL)
def test_a_sample_of_every_piece(piece: str, tmp_path: Path) -> None:
    out = tmp_path / "sample.pdf"
    assert call("sample", piece, "--out", out) == 0
    assert out.read_bytes().startswith(b"%PDF-")


def test_pages_of_png_are_numbered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("sample", "seal-label", "--size", "60x40", "--out", tmp_path / "seal.png") == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["seal-1.png", "seal-2.png"]
    assert "seal-2.png" in capsys.readouterr().out


def test_a_png_has_its_size_on_paper(tmp_path: Path) -> None:
    out = tmp_path / "voucher.png"
    assert call("sample", "voucher", "--size", "58mm", "--out", out, "--lang", "en") == 0
    with Image.open(out) as image:
        assert image.width == 384
        assert round(image.info["dpi"][0]) == 203


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("napkin", "--out", "x.png"), "There is no piece"),
        (("voucher", "--size", "a3", "--out", "x.png"), "has no size a3"),
        (("voucher", "--out", "x.docx"), "Only .png or .pdf"),
        (("certificate", "--size", "a3", "--out", "x.png"), "has no size a3"),
    ],
)
def test_wrong_usage_is_told_in_words(
    typed: tuple[str, ...],
    said: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("sample", *typed) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("piece", KINDS)
def test_a_piece_is_drawn_beside_the_station(piece: str, working: Working, tmp_path: Path) -> None:
    out, before = tmp_path / "drawn.pdf", working.record.last
    typed = ("--place", working.place, "--seq", working.seqs[piece], "--host", HOST)
    assert call("draw", piece, *typed, "--out", out) == 0
    assert out.read_bytes().startswith(b"%PDF-")
    assert working.record.last == before


def test_the_same_entry_gives_the_same_file(working: Working, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.pdf", "two.pdf")]
    for file in files:
        assert call("draw", "report", "--place", working.place, "--seq", working.seqs["report"], "--out", file) == 0
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_voucher_without_a_host_is_drawn_without_a_code(working: Working, tmp_path: Path) -> None:
    typed = ("--place", working.place, "--seq", working.seqs["voucher"])
    sizes = []
    for name, more in (("bare", ()), ("coded", ("--host", HOST))):
        out = tmp_path / f"{name}.png"
        assert call("draw", "voucher", *typed, *more, "--out", out) == 0
        with Image.open(out) as image:
            sizes.append(image.height)
    assert sizes[0] < sizes[1]


@pytest.mark.parametrize(
    ("piece", "seq", "said"),
    [
        ("voucher", 1, 'Entry 1 is "log.opened"; "voucher" is needed'),
        ("voucher", 99999, "There is no entry 99999"),
        ("handover", 1, "only a sample can be drawn"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_words(
    piece: str, seq: int, said: str, working: Working, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("draw", piece, "--place", working.place, "--seq", seq, "--out", tmp_path / "x.png") == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "x.png").exists()


def test_a_folder_without_a_record_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("draw", "voucher", "--place", tmp_path, "--seq", 1, "--out", tmp_path / "x.png") == 1
    assert str(tmp_path) in capsys.readouterr().err


def test_tables_that_cannot_be_read_are_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = Box(tmp_path)
    box.open().close()
    (laid_out(box) / "record.db").write_bytes(b"no tables")
    assert call("draw", "acceptance", "--place", tmp_path, "--seq", 1, "--out", tmp_path / "x.png") == 1
    assert "cannot be drawn" in capsys.readouterr().err


def test_what_retention_took_cannot_be_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = Box(tmp_path)
    record = box.open()
    fill(box, record)
    record.retire(of((3, 3)))
    record.close()
    assert call("draw", "report", "--place", laid_out(box), "--seq", 3, "--out", tmp_path / "x.png") == 1
    assert "removed after its time" in capsys.readouterr().err


@pytest.mark.parametrize("target", ["", "missing/x.png", "folder.png", "x.png.new"])
def test_a_target_that_cannot_be_written_is_told_and_nothing_is_left(
    target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.png").mkdir()
    before = sorted(tmp_path.iterdir())
    assert call("sample", "voucher", "--out", tmp_path / target) in (1, 2)
    assert capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == before


def test_a_link_to_a_device_is_not_put_aside(tmp_path: Path) -> None:
    (tmp_path / "full.png").symlink_to("/dev/full")
    assert call("sample", "voucher", "--out", tmp_path / "full.png") == 1
    assert (tmp_path / "full.png").is_symlink()
