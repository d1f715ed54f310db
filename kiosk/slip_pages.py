"""Slips and labels as pictures of the paper that is in the printers here. Fonts are opened for each one and let go."""

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from kiosk.paper.errors import PaperError
from kiosk.paper.labels import LabelFace, laid_out, load_label_press, load_sheet
from kiosk.paper.slip import SIZES as SLIPS
from kiosk.paper.slip import SlipFace, load_slip_press
from kiosk.slip_faces import Faces

LABELS = {"60x40": "60x40", "50x30": "50x30", "75x65": "60x40", "100x70": "60x40"}  # paper -> the label drawn on it
ON_ROLL = {"80mm": "60x40", "58mm": "50x30", "a5": "60x40", "a4": "60x40"}  # labels without a printer of their own
PRINTED = 8  # dots to the millimetre of every printer that a station has (station_printers.PAPERS)
NARROW = 384  # dots of a roll of 58 mm: a label lies along it
GAP = 24  # dots between two labels that are cut apart
PAGE = {"a5": 1480, "a4": 2100}  # dots down a page, at 8 to the millimetre, within its margins


@dataclass(frozen=True, slots=True)
class Papers:
    """What is in the printer, and in the label printer: names of sizes; empty where there is none."""

    slip: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Each picture is one job; `label`: for the label printer."""

    pictures: tuple[Image.Image, ...]
    label: bool = False


def drawn(faces: Faces, papers: Papers) -> Drawn:
    """Raises PaperError, also where no printer here takes such a piece of paper."""
    if isinstance(faces, SlipFace):
        if papers.slip not in SLIPS:
            raise PaperError("paper.no_slips")
        return Drawn(load_slip_press(papers.slip, dots_per_mm=PRINTED).draw(faces))
    if papers.label in LABELS:
        return Drawn(_labels(faces, LABELS[papers.label]), label=True)
    if papers.slip not in ON_ROLL:
        raise PaperError("paper.no_slips")
    return Drawn(_on_roll(faces, papers.slip))


def _labels(faces: Sequence[LabelFace], size: str) -> tuple[Image.Image, ...]:
    press = load_label_press(size)
    return tuple(press.draw(face) for face in faces)


def _on_roll(faces: Sequence[LabelFace], paper: str) -> tuple[Image.Image, ...]:
    """To be cut apart: one strip, or as many pages as are needed; bare codes on a whole page have a sheet of theirs."""
    if paper == "a4" and all(not face.lines for face in faces):
        press = load_label_press("tube", dots_per_mm=PRINTED)
        return laid_out([press.draw(face) for face in faces], load_sheet("tube-a4", PRINTED))
    labels = [_turned(label) if paper == "58mm" else label for label in _labels(faces, ON_ROLL[paper])]
    tall = labels[0].height + GAP if labels else 1
    each = max(PAGE[paper] // tall, 1) if paper in PAGE else len(labels)
    return tuple(_strip(labels[at : at + each]) for at in range(0, len(labels), max(each, 1)))


def _turned(label: Image.Image) -> Image.Image:
    return label.transpose(Image.Transpose.ROTATE_90) if label.width > NARROW else label


def _strip(labels: Sequence[Image.Image]) -> Image.Image:
    width = max(label.width for label in labels)
    strip = Image.new("1", (width, sum(label.height + GAP for label in labels)), 1)
    top = 0
    for label in labels:
        strip.paste(label, (0, top))
        top += label.height + GAP
    return strip
