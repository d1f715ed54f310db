"""All targets by name, built once."""

from tests.fuzz import described, guns, heard, pictures, sealed, seen, shown, stored
from tests.fuzz.sealed import World
from tests.fuzz.target import Target


def all_targets() -> dict[str, Target]:
    world = World()
    return {
        target.name: target
        for room in (sealed, heard, stored, described, guns, shown, pictures, seen)
        for target in room.targets(world)
    }
