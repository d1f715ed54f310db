"""Targets: what is held before a station's scanner. A damaged code is the same code still, or it is not believed."""

import re
from functools import cache
from random import Random

from kiosk.label_form import load_label
from kiosk.rules.scan.codes import Around, explain
from kiosk.rules.scan.numbers import shown, shown_card
from kiosk.rules.scan.patterns import pattern
from kiosk.rules.scan.tags import Tag, tag_link, tag_number
from kiosk.seal import link
from tests.fuzz.door import CREDIT, NUMBERS, PAPERS, Door
from tests.fuzz.mutate import damaged
from tests.fuzz.sealed import World
from tests.fuzz.target import Broken, Target
from tests.support.bodies import HOST, START

ID_NUMBER = "11010519491231002X"
LONE_ID = re.compile(rf"(?<![0-9A-Za-z]){ID_NUMBER}(?![0-9A-Za-z])")
ALL_WE_KNOW = Around(pattern("Z[0-9]{11}"), pattern("[0-9]{20}"), load_label(), START.date(), (HOST,))
IDLE, BASKET, GUN = range(3)  # the first byte of an input: what the station does, or that a gun reads
UNIT = "10812341001234567890123456789012"  # a pesticide bottle's
SAID = (
    *(f"HTTPS://{HOST.upper()}/N/{number}" for number in PAPERS),
    *PAPERS,
    *(shown(number) for number in PAPERS),
    *NUMBERS,
    *(shown_card(number) for number in NUMBERS),
    CREDIT,
    *(tag_link(HOST, tag_number(tag, b"liang")) for tag in Tag),
    *(tag_number(tag, b"liang") for tag in Tag),
    ID_NUMBER,
    f"姓名:张三,{ID_NUMBER}",
    f"https://a.example/x?id={ID_NUMBER}&t=1",
    "https://id.gs1.org/01/09506000134352/10/ABC",
    "(01)09506000134352(10)ABC(11)261101",
    "]C10109506000134352\x1d10ABC\x1d11261101",
    "6901234567892",
    UNIT,
    f"https://例子.example/一?c={UNIT}",
    "PD20081234",
    "Z12345678901",
    "12345678901234567890",
)


def targets(_: World) -> tuple[Target, ...]:
    return (_payloads(),)


def _payloads() -> Target:
    """Every code of the trade, damaged, all the way from what the scanner tells to the station's record."""
    door = cache(Door)
    said = (*(text.encode() for text in SAID), *(text.encode("gb18030") for text in SAID if not text.isascii()))

    def breed(draw: Random) -> bytes:
        mode, chance = bytes([draw.choice((IDLE, IDLE, BASKET, GUN))]), draw.random()
        links = door().links
        if chance < 0.02:
            return mode + draw.choice(links)
        if chance < 0.3:
            return mode + damaged(draw, said)
        if chance < 0.6:
            return mode + damaged(draw, (*links, b"]Q1" + links[0], links[1] + b"\r\n"))
        tokens = (*door().cards, *door().papers)
        return mode + link(HOST, draw.choice("KC"), damaged(draw, tokens)).encode()

    def check(data: bytes) -> bool:
        mode, payload = data[0] if data else IDLE, data[1:]
        for around in (Around(), ALL_WE_KNOW):
            _shows_nobody(payload, around)
        keyed = door().numbered(payload.decode("utf-8", "replace"))
        proved = door().proves(payload)
        if mode == BASKET:
            return door().collects(payload) or keyed or proved
        return door().lets_in(payload, "gun" if mode == GUN else "zxing") or keyed or proved

    return Target("scanner.payloads", breed, check)


def _shows_nobody(payload: bytes, around: Around) -> None:
    scanned = explain(payload, around)
    if any(LONE_ID.search(text) for text in (scanned.text, *scanned.facts.values())):
        raise Broken("an ID number stands in what is shown")
