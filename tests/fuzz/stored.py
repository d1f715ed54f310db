"""Target: log segments on a card that lies. An entry that was published is told as it was, or the damage is told."""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from kiosk import log
from tests.fuzz.mutate import damaged
from tests.fuzz.sealed import World
from tests.fuzz.target import Broken, Target


def targets(world: World) -> tuple[Target, ...]:
    return (_segments(world),)


def _segments(world: World) -> Target:
    """The last entry is durable and not yet published: only it may be lost, as after a power cut."""
    written = [one.bytes() for one in world.entries]
    place = TemporaryDirectory(prefix="liangzheng-fuzz-")
    folder = Path(place.name) / "up"
    whole = _written(folder, written)
    segment = f"{1:020}.seg"

    def check(data: bytes) -> bool:
        (Path(place.name) / "up" / segment).write_bytes(data)  # `place` lives as long as somebody may write here
        told = _told(folder)
        if told != written[: len(told)]:
            raise Broken("an entry reads otherwise than it was written")
        try:
            writer = log.Writer(folder)
        except log.LogError:
            return False
        last = writer.last
        writer.close()
        if last < len(written) - 1 or _told(folder) != written[:last]:
            raise Broken(f"a log of {last} entries was opened although {len(written) - 1} were published")
        return True

    return Target("log.segments", lambda draw: _hurt(draw, whole), check)


def _hurt(draw: Random, whole: bytes) -> bytes:
    """Damage anywhere, or near the end, where a power cut and a bad sector look alike."""
    if draw.random() < 0.5:
        return damaged(draw, (whole,))
    cut = len(whole) - draw.randrange(1, 400)
    return whole[:cut] + damaged(draw, (whole[cut:] or b"\0",))


def _written(folder: Path, payloads: list[bytes]) -> bytes:
    writer = log.Writer(folder)
    for payload in payloads:
        writer.append(payload)
    writer.flush()
    writer.publish(len(payloads) - 1)
    writer.close()
    return (folder / f"{1:020}.seg").read_bytes()


def _told(folder: Path) -> list[bytes]:
    told: list[bytes] = []
    try:
        for _, payload in log.payloads(folder):
            told.append(payload)
    except log.LogError:
        pass
    return told
