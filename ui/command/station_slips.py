"""The slips and labels of a station: their words and numbers as they are now, on the paper that its printers have."""

import time
from collections.abc import Callable
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.pack_in_force import PacksInForce
from kiosk.piece_drawing import PieceDrawing
from kiosk.rules.messages import Handover, Opened
from kiosk.rules.sentence import Sentence
from kiosk.screen import RunShown, Screen
from kiosk.seal import CardCode, link, seal_card
from kiosk.slip_desk import SlipDesk
from kiosk.slip_faces import Beside, Faces, SlipFaces
from kiosk.slip_pages import Drawn, Papers, drawn
from kiosk.slips.acceptance import Delivered
from kiosk.slips.desk import Desk
from kiosk.slips.hand_in import Waiting
from kiosk.slips.handover import OpenRun, Shift
from kiosk.tools.handing_over import delivered
from kiosk.tools.tool import Reach
from kiosk.trust import read_key
from kiosk.words import WordError, Words
from ui.command.station_config import StationConfig
from ui.command.station_printers import paper_of

OPENING = 1  # seq of every log's first entry


def slips_of(
    config: StationConfig, packs: PacksInForce, reach: Reach, screen: Callable[[], Screen], words: Words
) -> SlipDesk:
    """`screen`: what is drawn now; `words`: those of paper. Raises SealError, OSError, ProfileError."""
    key, papers = read_key(config.key), papers_of(config)
    place = _place(reach, config.station)

    def desk() -> Desk:
        known = packs.at(reach.clock.now().at)
        return Desk(words, place, config.host, known.products, known.methods)

    def draw(faces: Faces) -> Drawn:
        return drawn(faces, papers)

    beside = Beside(
        waiting=lambda code: _waiting(reach, code),
        shift=lambda body: _shift(reach, screen(), words, body),
        delivered=lambda: _delivered(reach, screen(), words),
        card=lambda number, subject, name, day: _card(key, config.host, CardCode(number, subject, name, day)),
    )
    return SlipDesk(reach, SlipFaces(reach.record.tables, desk, beside), draw)


def pieces_of(config: StationConfig, packs: PacksInForce, reach: Reach, words: Words) -> PieceDrawing:
    """Vouchers and labels. Raises ProfileError."""
    papers, place = papers_of(config), _place(reach, config.station)

    def desk() -> Desk:
        known = packs.at(reach.clock.now().at)
        return Desk(words, place, config.host, known.products, known.methods)

    return PieceDrawing(
        reach.record.tables,
        desk,
        lambda: packs.latest.marks,
        lambda faces: drawn(faces, papers),
        lambda: reach.clock.now().text,
    )


def papers_of(config: StationConfig) -> Papers:
    """Raises ProfileError."""
    slip = "" if config.printer is None else paper_of(config.printer)
    return Papers(slip, "" if config.label_printer is None else paper_of(config.label_printer))


def _place(reach: Reach, station: str) -> str:
    """As its own log names it."""
    opened = reach.record.read(OPENING)
    return opened.name if isinstance(opened, Opened) and opened.name else station


def _card(key: Ed25519PrivateKey, host: str, code: CardCode) -> str:
    return link(host, "K", seal_card(code, key))


def _waiting(reach: Reach, code: str) -> Waiting:
    """Of a turn that was just set aside, and of one that stands there again."""
    mine = reach.open.visit if reach.open.visit.slip == code else reach.open.parked_by_slip(code)
    if mine is None:
        return Waiting()
    expected = reach.expected(mine)
    return Waiting(expected.back_at, expected.before)


def _delivered(reach: Reach, screen: Screen, words: Words) -> Delivered:
    return delivered(reach.devices(), reach.record, screen.link, reach.record.home.software, words.say)


def _shift(reach: Reach, screen: Screen, words: Words, body: Handover) -> Shift:
    names = {one.id: one.name for one in reach.record.tables.orders.staff()}
    now = reach.clock.now()
    return Shift(
        log=reach.record.log,
        through=reach.record.last,
        at=body.at,
        clock_trusted=now.trusted,
        leaves=names.get(body.leaving, body.leaving),
        takes_over=names.get(body.arriving, body.arriving),
        runs=tuple(_open_run(reach, run, words) for run in screen.runs),
        waiting=len(screen.aside),
        unsent=max(screen.link.recorded - screen.link.receipted, 0),
        problems=tuple(_said(one, words) for one in screen.problems),
    )


def _open_run(reach: Reach, run: RunShown, words: Words) -> OpenRun:
    samples = tuple(dict.fromkeys(one.sample for one in run.channels if one.sample))
    since = reach.clock.now().at - timedelta(seconds=max(time.monotonic() - run.began, 0.0) if run.began else 0.0)
    state = words.say(f"bench.state.{run.state}")
    return OpenRun(run.analyzer, samples, since.isoformat(timespec="seconds"), state)


def _said(sentence: Sentence, words: Words) -> str:
    """The bare key where there are no words for it."""
    try:
        return words.say(sentence.key, **sentence.facts)
    except WordError:
        return sentence.key
