"""Presses for all tests of a worker, with one set of fonts: opening them takes longest, and each face costs 2.5 MB."""

from functools import cache

from kiosk.paper.certificate import CertificatePress, Size, load_press
from kiosk.paper.fonts import Fonts, load_fonts
from kiosk.paper.labels import LabelPress, load_label_press
from kiosk.paper.slip import SlipPress, load_slip_press


@cache
def fonts() -> Fonts:
    return load_fonts()


@cache
def press_of(size: Size = "80mm") -> CertificatePress:
    return load_press(size, fonts())


@cache
def slip_press_of(size: str) -> SlipPress:
    return load_slip_press(size, fonts())


@cache
def label_press_of(name: str) -> LabelPress:
    return load_label_press(name, fonts())
