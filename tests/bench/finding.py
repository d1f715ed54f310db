"""A key on our own keyboard, with 20,000 people in the list: until it is known whom the letters mean."""

import random
from collections.abc import Callable, Iterator
from time import perf_counter

from kiosk.finding import Finding, Listed, Lists
from kiosk.pack import load_packs
from kiosk.pinyin import Pinyin, load_pinyin
from kiosk.rules.sheets.sheet import Ask, Kind
from tests.bench.row import Row

PEOPLE = 20_000
TYPED = ("w", "wj", "wjg", "wangjianguo", "zhangzhong", "lysc", "moshacun", "4321", "zzzz", "xianxianxian")


def rows() -> Iterator[Row]:
    pinyin, people = load_pinyin(), _people()
    packs = load_packs(texts=False)
    names = [one.name for one in people]
    began = perf_counter()
    desk = Finding(Lists(lambda: people, lambda: 1, packs.products.values, lambda: packs.drugs))
    ask = Ask("who", Kind.SUBJECT)
    desk.found(ask, (), "w")
    yield Row("pinyin: list of 20,000 taken up", "ms", ((perf_counter() - began) * 1000,))
    ours = [_took(lambda typed=typed: desk.found(ask, (), typed)) for typed in TYPED for _ in range(5)]  # type: ignore[misc]
    naive = [_took(lambda typed=typed: _spelt_out(pinyin, names, typed)) for typed in TYPED]  # type: ignore[misc]
    theirs = tuple(one for one in naive for _ in range(5))
    yield Row("pinyin: one key, 20,000 people", "ms", tuple(ours), "spelling every name", theirs)
    letters = ("w", "wang", "jian", "yi", "zh")
    keys = [_took(lambda typed=typed: desk.found(Ask("n", Kind.NAME), ("x",), typed)) for typed in letters * 5]  # type: ignore[misc]
    yield Row("pinyin: one key, characters of a name", "ms", tuple(keys))


def _people() -> list[Listed]:
    """Names as they are distributed: few surnames, many characters."""
    pinyin, chance = load_pinyin(), random.Random(7)
    surnames = [one.text for one in pinyin.family[:120]]
    given = pinyin.commonest[:1500]
    return [
        Listed(
            str(nth),
            chance.choice(surnames) + "".join(chance.choices(given, k=chance.choice((1, 2, 2)))),
            "".join(chance.choices(given[:60], k=2)),
            f"1{chance.randrange(10**10):010}",
        )
        for nth in range(PEOPLE)
    ]


def _spelt_out(pinyin: Pinyin, names: list[str], typed: str) -> int:
    """What a list without an index does at each key."""
    return sum(
        1 for name in names if any(one.startswith(typed) for one in (pinyin.initials(name), *pinyin.spelt(name)))
    )


def _took(step: Callable[[], object]) -> float:
    began = perf_counter()
    step()
    return (perf_counter() - began) * 1000
