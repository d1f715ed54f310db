"""All targets by name, built once."""

from tests.fuzz import (
    alike,
    audited,
    checked,
    codes,
    described,
    guns,
    heard,
    pictures,
    printers,
    screen_taps,
    sealed,
    seen,
    shown,
    stored,
)
from tests.fuzz.sealed import World
from tests.fuzz.target import Target

ROOMS = (
    sealed,
    codes,
    alike,
    checked,
    audited,
    printers,
    heard,
    stored,
    described,
    guns,
    shown,
    pictures,
    seen,
    screen_taps,
)


def all_targets() -> dict[str, Target]:
    world = World()
    return {target.name: target for room in ROOMS for target in room.targets(world)}
