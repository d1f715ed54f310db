"""What lies in the printer's tray: each paper is compared, dot by dot, with the copies that the record allows.

A paper is one copy, whole, when it ends with that copy's picture; what hangs above it was left by an interrupted print.
"""

from io import BytesIO
from pathlib import Path

from PIL import Image

from drivers.scanner.codes.decoders import read_codes
from drivers.simulated.printer import MARGIN
from kiosk.issuing import Copy, Press
from kiosk.pack import load_packs
from kiosk.paper.certificate import load_press
from kiosk.rules.messages import Certificate
from kiosk.seal import link
from kiosk.trust import read_key
from kiosk.words import load_words
from tests.support.waiting import settled
from ui.demo.bench import COUNTY, HOST, Bench

QUIET_S = 0.3
MOST_COPIES = 9


class Tray:
    def __init__(self, bench: Bench) -> None:
        packs = load_packs()
        wordings = {wording.id: wording for wording in packs.wordings}
        key = read_key(bench.box / "keys" / "station.key")
        self._bench = bench
        self._products = packs.products
        self._press = Press(COUNTY, HOST, key, load_words("zh"), wordings, load_press(), read_codes)
        self._copies: dict[tuple[str, int], bytes] = {}
        self._papers: dict[Path, tuple[bytes, frozenset[bytes]]] = {}

    def settle(self) -> None:
        """Wait until the printer has been still for a moment."""
        settled(lambda: len(self._bench.printer.papers), QUIET_S)

    def copies(self, certificate: Certificate) -> list[int]:
        """The copies of a certificate that came out whole, one number for each paper; 1 is the original."""
        code = link(HOST, "C", bytes.fromhex(certificate.code)).encode()
        papers = [rows for rows, codes in map(self._paper, list(self._bench.printer.papers)) if code in codes]
        return [copy for rows in papers for copy in self._kinds(rows, certificate)]

    def _kinds(self, rows: bytes, certificate: Certificate) -> list[int]:
        for copy in range(1, MOST_COPIES + 1):
            if rows.endswith(self._drawn(certificate, copy)):
                return [copy]
        return []

    def _drawn(self, certificate: Certificate, copy: int) -> bytes:
        key = (certificate.number, copy)
        if key not in self._copies:
            raster = self._press.again(certificate, Copy(copy), self._products[certificate.product]).raster
            self._copies[key] = _rows(raster, raster.width)
        return self._copies[key]

    def _paper(self, file: Path) -> tuple[bytes, frozenset[bytes]]:
        if file not in self._papers:
            image = Image.open(BytesIO(file.read_bytes())).convert("1")
            ink = image.crop((MARGIN, MARGIN, image.width - MARGIN, image.height))
            gray = memoryview(image.convert("L").tobytes()).cast("B", (image.height, image.width))
            self._papers[file] = (_rows(ink, ink.width), frozenset(read_codes(gray)))
        return self._papers[file]


def _rows(picture: Image.Image, width: int) -> bytes:
    """The dots without the white rows at the end, which are feed."""
    wide = Image.new("1", (576, picture.height), 1)
    wide.paste(picture.crop((0, 0, width, picture.height)), (0, 0))
    data, row = wide.tobytes(), 576 // 8
    blank = b"\xff" * row
    end = len(data)
    while end and data[end - row : end] == blank:
        end -= row
    return data[:end]
