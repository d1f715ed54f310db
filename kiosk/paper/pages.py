"""Drawn pages and how many dots of them are a millimetre: what a printer, a file or a screen is given."""

from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True, slots=True)
class Pages:
    pictures: tuple[Image.Image, ...]
    dots_per_mm: int

    def single(self) -> tuple["Pages", ...]:
        """Each page by itself."""
        return tuple(Pages((picture,), self.dots_per_mm) for picture in self.pictures)
