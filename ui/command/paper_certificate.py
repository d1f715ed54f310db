"""The certificate for `liangzheng paper`: the drawing of the station's own press, made again from an entry as a file.

Nothing is sealed here and nothing is printed: the code is the recorded one, and the file is no copy of a paper.
"""

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from drivers.scanner.codes.decoders import read_codes
from kiosk.issuing import Copy, Press
from kiosk.pack import Packs, load_packs
from kiosk.paper.certificate import SIZES, CertificatePress, text_of
from kiosk.paper.marked import MarkedPress
from kiosk.paper.pages import Pages
from kiosk.rules.certify.certificate import wording_on
from kiosk.rules.goods.products import Product
from kiosk.rules.messages import Basis, Certificate, Presence
from kiosk.slips.cited import Cited, CitedError
from kiosk.trust import make_key
from kiosk.words import load_words
from ui.command.paper_examples import COUNTY, DAY, DIGEST, LOT, Examples

__all__ = ["SIZES", "example", "of_entry"]

HOST = "lz.example.cn"  # short, as the smallest labels need it
CODE_BYTES = 252  # of a usual code


class FilePress(Press):
    """The station's press, which also knows the words of a certificate that nobody has issued."""

    def worded(self, certificate: Certificate, product: Product) -> Certificate:
        """With the digests of its words, as if it had been issued here."""
        face = self._face(certificate, product)
        words, promise = (hashlib.sha256(text.encode()) for text in (text_of(face), "\n".join(face.promise)))
        return replace(certificate, text=words.hexdigest(), promise=promise.hexdigest())


def example(size: str, known: Examples) -> Pages:
    """A sample; its code proves nothing. Raises PressError, PaperError."""
    packs = load_packs(texts=False)
    drawer = MarkedPress(size, (load_words("zh").say("slips.example_mark"),))
    press, made = press_for(drawer, packs, HOST), _example(known, packs)
    product = packs.products[made.product]
    return _pages(press, drawer, press.worded(made, product), packs)


def of_entry(size: str, known: Cited, seq: int, host: str) -> Pages:
    """As it was issued, a page for each of its parts; one that is void says so. Raises CitedError, PressError."""
    certificate = known.of(Certificate, seq)
    if not host:
        raise CitedError("no_host")
    number, tables, packs = certificate.number, known.tables, known.packs()
    void = tables.lots.is_void(number) or tables.orders.revoked_certificate(number) is not None
    drawer = MarkedPress(size, (load_words("zh").say("slips.void_mark"),) if void else ())
    return _pages(press_for(drawer, packs, host), drawer, certificate, packs)


def press_for(drawer: CertificatePress, packs: Packs, host: str) -> FilePress:
    wordings = {wording.id: wording for wording in packs.wordings}
    with TemporaryDirectory() as folder:
        key = make_key(Path(folder) / "key")  # a press has one; drawing again does not use it
    return FilePress(COUNTY, host, key, load_words("zh"), wordings, drawer, read_codes)


def _pages(press: FilePress, drawer: CertificatePress, certificate: Certificate, packs: Packs) -> Pages:
    product = packs.products.get(certificate.product)
    if product is None:
        raise CitedError("no_product", product=certificate.product)
    boxed, parts = packs.settings.signature_box, certificate.parts or ("",)
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
