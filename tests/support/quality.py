"""Values of quality control as tests need them: moments, controls, reagents, tubes. Only what differs is said."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from string import Formatter

from kiosk.pack import Packs, load_packs
from kiosk.rules.messages import Control, Device, ReagentOpened, TubeBound
from kiosk.rules.quality_control.control import Around
from kiosk.rules.quality_control.reagent import InUse, State
from kiosk.rules.quality_control.timing import Moment
from kiosk.rules.ruling import Effect, Ruling
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import CountySettings
from kiosk.rules.testing.methods import Curve, MethodPack, ReagentLife, TimedStep
from kiosk.words import LANGUAGES, Words, load_words

BEIJING = timezone(timedelta(hours=8))
EIGHT = datetime(2026, 11, 22, 8, 0, tzinfo=BEIJING)
DEVICE = Device("tl-310", 1, "00" * 32, "TL-310", None, "documented")
OF_EFFECT = {Effect.STOP: "refused", Effect.WARN: "warned"}


@cache
def packs() -> Packs:
    return load_packs()


@cache
def words(language: str) -> Words:
    return load_words(language)


def settings() -> CountySettings:
    return packs().settings


def rate() -> MethodPack:
    return packs().methods["gbt-5009-199-2003"]


def curve(blank_max: Decimal | None = None) -> MethodPack:
    return replace(packs().methods["kit-curve"], how=Curve(540, Decimal("0.995"), None, None, None, None, blank_max))


def told(found: Iterable[Ruling | None], rule: str) -> str:
    """What these rulings say by one rule, in the words of the worked tables."""
    return next((OF_EFFECT[one.effect] for one in found if one is not None and one.rule == rule), "allowed")


def same(found: Iterable[Ruling | None], *expected: Ruling) -> None:
    """These rulings exactly, each with a text, and with a sentence of the same blanks in both languages."""
    assert [one for one in found if one is not None] == list(expected)
    for ruling in expected:
        assert ruling.rule in packs().rules
        assert_said(ruling.say)


def assert_said(sentence: Sentence) -> None:
    for language in LANGUAGES:
        text = words(language)._sentences[sentence.key]
        assert {name for _, name, _, _ in Formatter().parse(text) if name is not None} == set(sentence.facts)


def span(text: str) -> timedelta:
    """`0:10:00`, `0:00:00.5`, or `+1:30` of hours and minutes."""
    if text.startswith("+"):
        hours, minutes = text[1:].split(":")
        return timedelta(hours=int(hours), minutes=int(minutes))
    hours, minutes, seconds = text.split(":")
    whole, _, part = seconds.partition(".")
    return timedelta(
        hours=int(hours), minutes=int(minutes), seconds=int(whole), microseconds=int(part.ljust(6, "0") or 0)
    )


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def moment(after: str = "0:00:00", boot: str = "b1", asleep: str = "0:00:00") -> Moment:
    """So long after eight o'clock, when the box had been up for an hour."""
    return Moment(EIGHT + span(after), boot, timedelta(hours=1) + span(after), span(asleep))


def around(
    after: str = "0:00:00",
    *,
    run: str = "r1",
    session: str = "p1",
    lot: str = "E1",
    boot: str = "b1",
    temperature: str = "25",
    asleep: str = "0:00:00",
) -> Around:
    return Around(run, session, lot, moment(after, boot, asleep), number(temperature))


def step(name: str = "react", least: int = 180, most: int | None = 600, low: str = "", high: str = "") -> TimedStep:
    return TimedStep(name, {"zh": name, "en": name}, least, most, number(low), number(high))


def control(what: str = "positive", *, passed: bool = True) -> Control:
    return Control(what, "r0", "m", DEVICE, (), passed, (), "11" * 32)


def life(
    name: str = "enzyme", *, days: int | None = None, out_minutes: int | None = None, thaws: int | None = None
) -> ReagentLife:
    return ReagentLife(name, {"zh": name, "en": name}, days, Decimal(2), Decimal(8), out_minutes, thaws)


def event(
    word: str, lot: str = "E1", *, method: str = "", expires: str = "", curve: dict[str, str] | None = None
) -> ReagentOpened:
    return ReagentOpened(lot, method, word, expires, curve)


def in_use(state: State | None, one: ReagentLife | None = None, *, lot: str = "E1", used: int = 0) -> InUse:
    return InUse(one or life(), lot, state, used)


def tube(
    code: str = "T1",
    sample: str = "S1",
    *,
    run: str = "r1",
    channel: int | None = 2,
    late: bool = False,
    by: str = "Li",
) -> TubeBound:
    return TubeBound(code, sample, run, channel, late, by)
