"""The certificate for `liangzheng paper`: the drawing of the station's own press, made again from an entry as a file.

Nothing is sealed here and nothing is printed: the code is the recorded one, and the file is no copy of a paper.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from drivers.scanner.codes.decoders import read_codes
from kiosk.issuing import Copy, Press
from kiosk.pack import Packs, load_packs
from kiosk.paper.certificate import SIZES, CertificateFace, CertificatePress
from kiosk.paper.fonts import load_fonts
from kiosk.paper.layout import CertificateLayout, load_layout
from kiosk.paper.pages import Pages
from kiosk.rules.certify.certificate import wording_on
from kiosk.rules.messages import Basis, Certificate, Presence
from kiosk.slips.cited import Cited, CitedError
from kiosk.words import load_words
from ui.command.paper_examples import COUNTY, DAY, DIGEST, HOST, LOT, Examples

__all__ = ["SIZES", "example", "of_entry"]

LABELS = ("60x40", "50x30")  # room for a short mark only
CODE_BYTES = 252  # of a usual code


class _Marked(CertificatePress):
    """Draws with marks beside those of the paper: that it is a sample, or void."""

    def __init__(self, size: str, marks: Iterable[str]) -> None:
        super().__init__(load_layout(f"certificate-{size}", CertificateLayout), load_fonts())
        self._marks = tuple(marks)

    def check(self, face: CertificateFace) -> None:
        super().check(replace(face, marks=(*face.marks, *self._marks)))

    def draw(self, face: CertificateFace) -> Image.Image:
        return super().draw(replace(face, marks=(*face.marks, *self._marks)))


def example(size: str, known: Examples) -> Pages:
    """A sample; its code proves nothing. Raises PressError, PaperError."""
    packs = load_packs(texts=False)
    mark = "example_short" if size in LABELS else "example_mark"
    return _pages(_example(known, packs), size, packs, HOST, (load_words("zh").say(f"slips.{mark}"),))


def of_entry(size: str, known: Cited, seq: int, host: str) -> Pages:
    """As it was issued, a page for each of its parts; one that is void says so. Raises CitedError, PressError."""
    certificate = known.of(Certificate, seq)
    if not host:
        raise CitedError("no_host")
    number, tables = certificate.number, known.tables
    void = tables.lots.is_void(number) or tables.orders.revoked_certificate(number) is not None
    marks = (load_words("zh").say("slips.void_mark"),) if void else ()
    return _pages(certificate, size, known.packs(), host, marks)


def _pages(certificate: Certificate, size: str, packs: Packs, host: str, marks: Iterable[str]) -> Pages:
    drawer = _Marked(size, marks)
    wordings = {wording.id: wording for wording in packs.wordings}
    key = Ed25519PrivateKey.generate()  # a press has one; drawing again does not use it
    press = Press(COUNTY, host, key, load_words("zh"), wordings, drawer, read_codes)
    boxed = packs.settings.signature_box and not drawer.online_only  # they have no room for one
    product = packs.products.get(certificate.product)
    if product is None:
        raise CitedError("no_product", product=certificate.product)
    parts = certificate.parts or ("",)
    drawn = (press.again(certificate, Copy(1, part, boxed), product).raster for part in parts)
    return Pages(tuple(drawn), drawer.dots_per_mm)


def _example(known: Examples, packs: Packs) -> Certificate:
    voucher, wording = known.voucher(), wording_on(date.fromisoformat(DAY), packs.wordings)
    return Certificate(
        number=voucher.certificate,
        style=1,
        wording="" if wording is None else wording.id,
        wording_confirmed=wording is not None and wording.confirmed,
        visit=voucher.visit,
        subject=voucher.subject,
        presence=Presence.SHOWN,
        product=voucher.product,
        quantity=Decimal(voucher.quantity),
        unit=voucher.unit,
        quantity_typed=voucher.quantity_typed,
        origin=voucher.origin,
        date=DAY,
        basis=(Basis.CONTROL, Basis.SELF_TEST),
        tests=(1230,),
        promise=DIGEST,
        text=DIGEST,
        code=bytes(nth * 37 % 256 for nth in range(CODE_BYTES)).hex(),
        clock_trusted=True,
        lot=LOT,
    )
