"""What a named rule says of one case. Every refusal and every reminder of the house has this form.

The rule's text, source and worked examples are data: `packs/rules/<room>.toml`, shown by `liangzheng rules explain`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.rules.messages import Finding
from kiosk.rules.sentence import Sentence


class Effect(StrEnum):
    WARN = "warn"  # goes on; the entry keeps that it warned
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Ruling:
    """`rule` is its name, `room/clause`; `say` tells the limit, the value, and what to do."""

    rule: str
    effect: Effect
    say: Sentence

    @property
    def stops(self) -> bool:
        return self.effect is Effect.STOP


def warn(rule: str, key: str, **facts: str) -> Ruling:
    return Ruling(rule, Effect.WARN, Sentence(key, facts))


def stop(rule: str, key: str, **facts: str) -> Ruling:
    return Ruling(rule, Effect.STOP, Sentence(key, facts))


def first_stop(rulings: Iterable[Ruling]) -> Ruling | None:
    return next((ruling for ruling in rulings if ruling.stops), None)


def findings(rulings: Iterable[Ruling]) -> tuple[Finding, ...]:
    """As an entry keeps them."""
    return tuple(Finding(one.rule, one.effect, one.say.key, one.say.facts) for one in rulings)
