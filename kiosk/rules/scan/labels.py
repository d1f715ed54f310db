"""Labels of pesticides: the unit code in their QR and the registration number in print. The layout is data, 未核实."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.rules.scan.patterns import Pattern

WHOLE = re.compile(r"([A-Z]+)[0-9]*([0-9]{6})")  # of a registration that a unit code can name
Span = tuple[int, int]  # first and last place, from 1, as an announcement counts


@dataclass(frozen=True, slots=True)
class LabelLayout:
    """`classes`: first digit → prefixes of registrations; `makers`: who made it, as a word."""

    digits: int
    class_at: Span
    number_at: Span
    maker_at: Span
    specification_at: Span
    classes: Mapping[str, tuple[str, ...]]
    makers: Mapping[str, str]
    registration: Pattern
    mark: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class UnitCode:
    """It holds the last six digits of a registration number; which registration that is, the pesticide pack says."""

    text: str
    prefixes: tuple[str, ...]
    tail: str
    maker: str
    specification: str

    def may_be(self, registration: str) -> bool:
        """Whether this registration number (`PD20081234`) is one that the unit code can name."""
        parts = WHOLE.fullmatch(registration)
        return parts is not None and parts[1] in self.prefixes and parts[2] == self.tail


def unit_code(text: str, layout: LabelLayout) -> UnitCode | None:
    """The unit code that stands alone among digits somewhere in a code's text: in its link, beside it, or by itself."""
    for found in re.finditer(rf"(?<![0-9])[0-9]{{{layout.digits}}}(?![0-9])", text):
        digits = found[0]
        prefixes = layout.classes.get(_at(digits, layout.class_at))
        maker = layout.makers.get(_at(digits, layout.maker_at))
        if prefixes and maker:
            return UnitCode(
                digits, prefixes, _at(digits, layout.number_at), maker, _at(digits, layout.specification_at)
            )
    return None


def registration_number(text: str, layout: LabelLayout) -> str | None:
    """`PD20081234` however it is typed; None when it has not the form."""
    compact = "".join(unicodedata.normalize("NFKC", text).upper().split())
    return compact if layout.registration.fits(compact) else None


def _at(digits: str, span: Span) -> str:
    return digits[span[0] - 1 : span[1]]
