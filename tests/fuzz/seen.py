"""Targets: what a camera sees. Where no code stands none is read, neither in a photograph nor by the live loop."""

import json
from collections.abc import Iterable, Iterator
from random import Random

from numpy.random import default_rng

from drivers.scanner.codes.reader import PROVEN, Reader, read_still
from drivers.scanner.watch import READS, CodeWatch
from drivers.scanner.wire import Seen
from drivers.simulated.scenes.codeless import codeless_light
from drivers.simulated.scenes.drawing import Grey
from drivers.simulated.scenes.kinds import RECIPES
from tests.fuzz.decoys import DECOYS, FPS, MISPRINTS, decoy
from tests.fuzz.sealed import World
from tests.fuzz.target import Broken, Target

SIZES = ((1280, 720), (1280, 720), (1280, 720), (1280, 720), (640, 480), (800, 1280), (1920, 1080))
FRAMES = 4  # that are drawn of one scene
LOOKS = (4, 4, 12)  # how often the live loop looks at them, in turn; in twelve looks it goes every way once
ROOM = "room"


def targets(_: World) -> tuple[Target, ...]:
    return (
        Target("scanner.codeless", lambda draw: _scene(draw, DECOYS, 0.2), _nothing_read, 10, 8.0, 12),
        Target("scanner.misprints", lambda draw: _scene(draw, MISPRINTS, 1.0), _nothing_read, 50, 8.0, 6),
    )


def _scene(draw: Random, decoys: Iterable[str], share: float) -> bytes:
    """A room, or for this share of them one in which somebody holds up what only looks like a code."""
    name = ROOM if draw.random() >= share else draw.choice(tuple(decoys))
    kinds = tuple(kind for kind in RECIPES if kind != "odd")
    how = "easy" if draw.random() < 0.4 else draw.choice(kinds)
    facts = {"scene": name, "how": how, "seed": draw.randrange(1 << 32), "size": draw.choice(SIZES)}
    return json.dumps({**facts, "looks": draw.choice(LOOKS)}).encode()


def _nothing_read(data: bytes) -> bool:
    """A single picture by every way, then the same scene as the live loop sees it."""
    facts = json.loads(data)
    frames = list(_frames(facts))
    for seen in read_still(frames[0].data, thorough=True):
        raise Broken(f"a still of {facts['scene']}: {_told(seen)}")
    for seen in _live(frames, facts["looks"]):
        raise Broken(f"live, {facts['scene']}: {_told(seen)}")
    return False


def _frames(facts: dict[str, object]) -> Iterator[Grey]:
    scene, how, seed, size = str(facts["scene"]), str(facts["how"]), int(str(facts["seed"])), facts["size"]
    wide, high = (int(side) for side in size) if isinstance(size, list) else (0, 0)
    if scene == ROOM:
        return codeless_light(default_rng(seed), FRAMES, (wide, high))
    return decoy(scene, how, seed, FRAMES, (wide, high))


def _live(frames: list[Grey], looks: int) -> Iterator[Seen]:
    """What the station would believe of what the scanner tells."""
    reader, watch = Reader(), CodeWatch()
    for look in range(looks):
        codes = reader.look(frames[look % len(frames)].data).codes
        for seen in watch.shown(codes, look / FPS):
            if seen.reads == READS or (seen.symbology, seen.decoder) == PROVEN:
                yield seen


def _told(seen: Seen) -> str:
    return f"{seen.symbology} of {seen.decoder}, reads {seen.reads}: {seen.data!r}"
