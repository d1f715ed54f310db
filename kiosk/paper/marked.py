"""Certificates with marks beside those of the paper: that it is a sample (样张), or void."""

from collections.abc import Iterable
from dataclasses import replace

from PIL import Image

from kiosk.paper.certificate import CertificateFace, CertificatePress
from kiosk.paper.fonts import load_fonts
from kiosk.paper.layout import CertificateLayout, load_layout


class MarkedPress(CertificatePress):
    """Draws as the press of `size` does, with the words of `marks`."""

    def __init__(self, size: str, marks: Iterable[str]) -> None:
        super().__init__(load_layout(f"certificate-{size}", CertificateLayout), load_fonts())
        self._marks = tuple(marks)

    def check(self, face: CertificateFace) -> None:
        super().check(self._marked(face))

    def draw(self, face: CertificateFace) -> Image.Image:
        return super().draw(self._marked(face))

    def _marked(self, face: CertificateFace) -> CertificateFace:
        return replace(face, marks=(*face.marks, *self._marks))
