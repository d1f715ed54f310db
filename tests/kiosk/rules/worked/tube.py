"""The worked rows of `packs/rules/tube.toml`, put to the real rules."""

import re
from collections.abc import Callable
from dataclasses import replace

from kiosk.rules.messages import TubeBound
from kiosk.rules.quality_control import tubes as rules
from tests.support import quality as made

Given = dict[str, str]
PLACED = re.compile(r"(run \d)(?: channel (\d))?: (T\d)")


def _told(rule: str, new: TubeBound, *before: TubeBound) -> str:
    return made.told(rules.bind_rulings(before, new, made.settings()), rule)


def _two_samples(given: Given) -> str:
    old, _, withdrawn = given["before"].partition(" ")
    before = rules.tubes_of([(7, made.tube(*old.split("=")))], {7} if withdrawn else set())
    return _told("tube/two_samples", made.tube(*given["new"].split("="), channel=3), *before)


def _placed(text: str) -> TubeBound:
    parts = PLACED.fullmatch(text)
    assert parts is not None
    channel = int(parts[2]) if parts[2] else None
    return made.tube(parts[3], f"S{parts[3][1:]}", run=parts[1], channel=channel)


def _places(rule: str) -> Callable[[Given], str]:
    return lambda given: _told(rule, _placed(given["new"]), _placed(given["before"]))


def _late(given: Given) -> str:
    return _told("tube/late", rules.bound(made.tube(), shown=given["verdict"] == "shown"))


def _unbound(given: Given) -> str:
    bound = tuple(made.tube(f"T{channel}", f"S{channel}", channel=int(channel)) for channel in given["bound"].split())
    results = [int(channel) for channel in given["results"].split()]
    return made.told(rules.run_rulings(bound, "r1", results), "tube/unbound")


def _review(rule: str, given: Given) -> str:
    settings = replace(made.settings(), second_reviewer=given.get("second") == "yes")
    late = made.tube(late=True, by=given["by"])
    return made.told([rules.review_ruling(late, given["reviewer"], settings)], rule)


WORKED: dict[str, Callable[[Given], str]] = {
    "tube/no_code": lambda given: _told("tube/no_code", made.tube(given["tube"])),
    "tube/no_sample": lambda given: _told("tube/no_sample", made.tube(sample=given["sample"])),
    "tube/two_samples": _two_samples,
    "tube/channel_taken": _places("tube/channel_taken"),
    "tube/twice": _places("tube/twice"),
    "tube/two_channels": _places("tube/two_channels"),
    "tube/late": _late,
    "tube/unbound": _unbound,
    "tube/no_reviewer": lambda given: _review("tube/no_reviewer", given),
    "tube/same_reviewer": lambda given: _review("tube/same_reviewer", given),
}
