"""Targets: what comes over wires and sockets unsigned. Only the declared refusal, never a hang or a guess."""

import json
import zlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

from drivers.errors import DeviceError, FrameError, ProfileError
from drivers.evidence.goldens import golden_of, play
from drivers.evidence.replay import ReplayPort
from drivers.printer.outcome import Printed, Unknown
from drivers.printer.printer import Printer
from drivers.profile.folder import known, shelf_with
from drivers.scanner.wire import (
    DATA_LIMIT,
    MARK_LIMIT,
    Advice,
    Camera,
    CameraState,
    Hint,
    Preview,
    Quality,
    Seen,
    Still,
    line_of,
    message_of,
    preview_line,
    still_line,
    wish_of,
)
from drivers.transcript import Case, Step, parse
from kiosk.rules.drug_use.intervals import Asks, Question
from kiosk.rules.errors import RuleError
from kiosk.rules.goods.quantity import Quantity, Unit
from kiosk.rules.messages import Basis, DrugUse, Outcome, Presence, Subject
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.visits.turn import LastTime, Planned, Stage, Visit
from kiosk.saved_visit import from_json, to_json
from kiosk.wire import WireError, pack, unpack
from tests.fuzz.mutate import bent, damaged
from tests.fuzz.sealed import World
from tests.fuzz.target import Broken, Target

FIXTURES = ("riele-5010", "village-slip")  # forms that no shipped profile has
SHELF = shelf_with([Path(__file__).parents[1] / "drivers" / "fixtures"])
STEPS_MOST = 5000  # requests after which a conversation that does not end is a hang


def targets(world: World) -> tuple[Target, ...]:
    return (
        _arrays(world),
        _scan_lines(),
        _transcripts(),
        _visits(world),
        _printer(),
        *(_analyzer(name) for name in (*known(), *FIXTURES)),
    )


def _arrays(world: World) -> Target:
    envelopes = [one.bytes() for one in world.entries]
    plain = b"[" + b",".join(envelopes) + b"]"
    seeds = (b"\x00" + plain, b"\x01" + pack(envelopes).payload, b"\x01" + zlib.compress(b"[" + b"1," * 60 + b"1]"))

    def check(data: bytes) -> bool:
        deflated, payload = data[:1] == b"\x01", data[1:]
        try:
            found = unpack(payload, deflated)
        except WireError:
            return False
        again = b"[" + b",".join(found) + b"]"
        if again != (zlib.decompress(payload) if deflated else payload):
            raise Broken("the elements are not the array")
        return True

    return Target("wire.unpack", lambda draw: damaged(draw, seeds), check)


def _scan_lines() -> Target:
    """Lines of the scanner's socket, either way: the first byte says which."""
    seen = Seen(b"HTTPS://X/K/ABC", "QRCode", "zxing")
    said = (
        seen,
        replace(seen, quality=Quality(120, 80, 3), reads=2, showing=7),
        Camera(CameraState.READY),
        Camera(CameraState.DARK, "scanner.dark"),
        Preview(b"\xff\xd8"),
        Advice(Hint.GLARE),
        Advice(None),
        Still("m-1", b"\xff\xd8\xff\xd9"),
        Still("m-1", b""),
    )
    told = tuple(line_of(message) for message in said)
    wished = (preview_line(True), preview_line(False), still_line("m-1"), still_line("m" * (MARK_LIMIT + 1)))

    def breed(draw: Random) -> bytes:
        way, seeds = draw.choice(((b"<", told), (b"<", told), (b">", wished)))
        if draw.random() < 0.4:
            return way + damaged(draw, seeds)
        return way + json.dumps(bent(draw, json.loads(draw.choice(seeds)))).encode()

    def check(data: bytes) -> bool:
        return _wish(data[1:]) if data[:1] == b">" else _message(data[1:])

    return Target("scanner.lines", breed, check)


def _message(line: bytes) -> bool:
    try:
        message = message_of(line)
    except FrameError:
        return False
    again = message_of(line_of(message))
    if again != message or repr(again) != repr(message):
        raise Broken("the message does not survive its own form")
    if isinstance(message, Seen) and not (_exact(message) and 0 < len(message.data) <= DATA_LIMIT):
        raise Broken(f"no scanner says that: {message}"[:200])
    return True


def _exact(seen: Seen) -> bool:
    """Numbers are whole ones, which to Python also true and 1.0 are."""
    quality = () if seen.quality is None else (seen.quality.side, seen.quality.sharpness, seen.quality.glare)
    return {type(number) for number in (seen.reads, seen.showing, *quality)} == {int} and seen.reads in (1, 2)


def _wish(line: bytes) -> bool:
    wish = wish_of(line)
    if isinstance(wish, str) and not 0 < len(wish) <= MARK_LIMIT:
        raise Broken("a mark that is longer than allowed")
    if wish is not None and wish_of(still_line(wish) if isinstance(wish, str) else preview_line(wish)) != wish:
        raise Broken("the wish does not survive its own form")
    return wish is not None


def _transcripts() -> Target:
    seeds = tuple(str(golden_of(name)).encode() for name in known())

    def check(data: bytes) -> bool:
        try:
            golden = parse(data.decode("utf-8", "replace"))
        except ProfileError:
            return False
        if parse(str(golden)) != golden:
            raise Broken("the transcript does not survive its own form")
        return True

    return Target("transcript.parse", lambda draw: damaged(draw, seeds), check)


def _visits(world: World) -> Target:
    seeds = [json.loads(to_json(Visit("v-1"), 1)), json.loads(SAVED)]

    def breed(draw: Random) -> bytes:
        table = bent(draw, draw.choice(seeds))
        return json.dumps(table if isinstance(table, dict) else {}).encode()

    def check(data: bytes) -> bool:
        try:
            visit, seq = from_json(data.decode())
        except RuleError:
            return False
        if from_json(to_json(visit, seq)) != (visit, seq):
            raise Broken("the visit does not survive its own form")
        return True

    return Target("visit.from_json", breed, check)


def _analyzer(name: str) -> Target:
    """Answers of one model, damaged: its golden's result, a refusal or a fault; never an end without an end.

    A checksum of eight bits lets one in 256 through that was hit anywhere, so that another result is no fault here:
    tests/drivers/profiles holds single bits and cuts to account.
    """
    profile, cases = SHELF.find(name), golden_of(name, SHELF).cases
    answers = [step.data for case in cases for step in case.steps if step.mark == "<" and step.data]

    def breed(draw: Random) -> bytes:
        case = draw.randrange(len(cases))
        steps = [step.data.hex() for step in cases[case].steps if step.mark == "<"]
        for _ in range(draw.choice((1, 1, 2))):
            at = draw.randrange(len(steps)) if steps else 0
            steps[at : at + 1] = [damaged(draw, [bytes.fromhex(steps[at]) if steps else b"", *answers])[:9000].hex()]
        return json.dumps([case, steps]).encode()

    def check(data: bytes) -> bool:
        case, heard = json.loads(data)
        play_whole(with_answers(cases[case % len(cases)], [bytes.fromhex(one) for one in heard]))
        return False

    def play_whole(case: Case) -> None:
        port = Patience(case)
        play(profile, case, port)

    return Target(f"analyzer.{name}", breed, check)


class Patience(ReplayPort):
    """A replay that notices when it is asked for ever."""

    def __init__(self, case: Case) -> None:
        super().__init__(case, loose=True)
        self._asked = 0

    def write(self, data: bytes) -> None:
        self._asked += 1
        if self._asked > STEPS_MOST:
            raise Broken("it asks for ever")
        super().write(data)


def with_answers(case: Case, heard: list[bytes]) -> Case:
    """The case with its device's bytes replaced, in order; what is over is left as it was."""
    left = list(heard)
    steps = tuple(Step("<", left.pop(0)) if step.mark == "<" and left else step for step in case.steps)
    return Case(case.name, case.run, steps, case.told)


def _printer() -> Target:
    """Replies of a printer: paper is only claimed when exactly our number came back."""
    job, number = b"\x1b@picture", b"J0b!"
    done = b"\x37\x22" + number + b"\x00"
    ready = b"\x12\x12\x12\x12"
    seeds = (
        ready + b"\x37\x25\x00" + done,
        ready * 6,
        b"\x37\x25\x00" + ready + b"\x32\x12\x12" + done,
        b"\x16\x12\x12\x72",
    )

    def check(data: bytes) -> bool:
        port = Babbler(data)
        try:
            end = Printer(port, clock=port.clock).print_job((job,), number)
        except DeviceError:
            if job in port.sent:
                raise Broken("it claims that nothing was sent") from None
            return False
        if isinstance(end, Printed) and (end.evidence != "completion" or done not in data):
            raise Broken("it claims a paper that nobody spoke of")
        return isinstance(end, Unknown | Printed)

    return Target("printer.replies", lambda draw: damaged(draw, seeds), check)


class Babbler:
    """A printer that says its bytes one after the other, whatever it is asked; time passes only while nobody speaks."""

    def __init__(self, data: bytes) -> None:
        self.sent = b""
        self._left = bytearray(data)
        self._now = 0.0
        self._asked = 0

    def clock(self) -> float:
        return self._now

    def write(self, data: bytes) -> None:
        self.sent += data

    def read(self, size: int, timeout: float) -> bytes:
        self._asked += 1
        if self._asked > STEPS_MOST:
            raise Broken("it listens for ever")
        said = bytes(self._left[:size])
        del self._left[:size]
        self._now += 0.001 if said else timeout
        return said

    def drain(self) -> bytes:
        return b""

    def close(self) -> None:
        self._left.clear()


SAVED = to_json(
    Visit(
        "v-2",
        stage=Stage.PROMISE,
        subject=Subject("x", "x", "x", "x", "x", products=("a",)),
        presence=Presence.TAIL,
        quantity=Quantity(Decimal("12.5"), Unit.KG),
        last=LastTime("cowpea", Quantity(Decimal(1), Unit.JIN)),
        uses=(DrugUse("trade_name", "x", last_used="2026-11-01", interval_days=7),),
        asked=(Question(Asks.LAST_USED, 0),),
        tests=(TestNote(3, Outcome.NEGATIVE, "3.2"),),
        planned=Planned.FIRST,
        basis=(Basis.CONTROL,),
        notice=Sentence("visit.unsure", {"a": "b"}),
    ),
    7,
)
