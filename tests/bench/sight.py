"""Reading a card from a camera frame, drawing a certificate: ours beside the one library call that must be in it."""

from collections.abc import Callable, Iterator
from datetime import date

import zxingcpp
from PIL import Image

from drivers.scanner.codes.decoders import read_codes
from drivers.scanner.codes.reader import Reader
from kiosk.issuing import Copy, Press
from kiosk.pack import load_packs
from kiosk.paper.card import CardFace, load_card_press
from kiosk.paper.certificate import load_press
from kiosk.seal import CardCode, link, seal_card
from kiosk.words import load_words
from tests.bench.row import Row, alternating
from tests.support.bodies import FARMER, HOST, County

FRAME = (1280, 720)
PAIRS = 60


def rows() -> Iterator[Row]:
    frame, grey = _frame(_card()), _frame(None)
    mine, theirs = alternating(_seen(frame, 1), _zxing(frame), PAIRS)
    yield Row(
        "scan: decode of a 1280 x 720 frame, card in it", "ms", tuple(mine), "zxing alone, QR only", tuple(theirs)
    )
    mine, theirs = alternating(_seen(grey, 0), _zxing(grey), PAIRS)
    yield Row("scan: nothing in the frame, one way more", "ms", tuple(mine), "zxing alone, QR only", tuple(theirs))
    yield _drawn()


def _seen(gray: memoryview, codes: int) -> Callable[[], None]:
    reader = Reader()

    def work() -> None:
        if len(reader.look(gray).codes) != codes:
            raise ValueError("the card was not read")

    return work


def _zxing(gray: memoryview) -> Callable[[], object]:
    only = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    return lambda: zxingcpp.read_barcodes(gray, formats=only)


def _drawn() -> Row:
    county, packs = County(), load_packs()
    box = county.enrol("gasa-01")
    certificate = box.certificate(tests=(2,), product="cowpea")
    wordings = {wording.id: wording for wording in packs.wordings}
    press = Press(county.name, HOST, box.key, load_words("zh"), wordings, load_press(), read_codes)
    product = packs.products["cowpea"]
    raster = press.again(certificate, Copy(), product).raster
    gray = memoryview(raster.convert("L").tobytes()).cast("B", (raster.height, raster.width))
    mine, theirs = alternating(lambda: press.again(certificate, Copy(), product), lambda: read_codes(gray), 20)
    return Row("certificate: draw and proofread", "ms", tuple(mine), "decoding the finished raster", tuple(theirs))


def _card() -> Image.Image:
    words, county = load_words("zh"), County()
    token = seal_card(CardCode("K-1", FARMER.id, FARMER.name, date(2026, 1, 1)), county.card)
    face = CardFace(
        title=words.say("paper.card.title"),
        name=FARMER.name,
        number_label=words.say("paper.card.number"),
        number="K-1",
        hint=words.say("paper.card.hint"),
        code_url=link(HOST, "K", token),
    )
    return load_card_press().draw(face)


def _frame(card: Image.Image | None) -> memoryview:
    """A card held up so that it fills two thirds of the height, in front of a grey room."""
    room = Image.new("L", FRAME, 128)
    if card is not None:
        height = FRAME[1] * 2 // 3
        width = card.width * height // card.height
        held = card.convert("L").resize((width, height), Image.Resampling.BICUBIC)
        room.paste(held, ((FRAME[0] - width) // 2, (FRAME[1] - height) // 2))
    return memoryview(room.tobytes()).cast("B", (FRAME[1], FRAME[0]))
