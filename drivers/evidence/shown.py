"""What a profile claims and no transcript shows: take the claim away, and no golden notices.

An exchange nobody runs, a word for a number that never comes, a mark for «not available» that is never met.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from drivers.errors import ProfileError
from drivers.evidence.goldens import play
from drivers.evidence.replay import ReplayPort
from drivers.profile.exchange import Ask, Registers, Step
from drivers.profile.form import Profile
from drivers.profile.parts import Spoken, record_of
from drivers.transcript import Case, Golden

Tables = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing said by the profile: where, and how the tables look without it."""

    path: str
    value: str
    without: Callable[[Tables], None]


def unshown(profile: Profile, tables: Mapping[str, Any], golden: Golden) -> Iterator[tuple[str, str, str]]:
    """Code, path and value of everything that is neither shown by a golden nor waived, and of waivers of nothing."""
    said = list(claims(tables))
    unshown = {f"exchange.{name}" for name in unrun(profile, golden)}
    yield from (
        ("profile.golden.unrun", path, path.partition(".")[2]) for path in sorted(unshown) if not waived(path, profile)
    )
    for claim in said:
        if not _waived_with_others(claim.path, profile) and not _noticed(claim, tables, golden.cases):
            unshown.add(claim.path)
            if claim.path not in profile.waived:
                yield "profile.golden.unshown", claim.path, claim.value
    if not profile.extends:  # a child has the waivers of its parent, and transcripts of its own
        yield from (
            ("profile.idle_waiver", key, profile.waived[key])
            for key in _idle(profile, [claim.path for claim in said], unshown)
        )


def waived(path: str, profile: Profile) -> bool:
    """Waived by its own path, or by one that ends in `*`."""
    return path in profile.waived or _waived_with_others(path, profile)


def _waived_with_others(path: str, profile: Profile) -> bool:
    return any(key.endswith("*") and path.startswith(key[:-1]) for key in profile.waived)


def _idle(profile: Profile, said: Sequence[str], unshown: set[str]) -> Iterator[str]:
    for key in profile.waived:
        fits = any(path.startswith(key[:-1]) for path in said) if key.endswith("*") else key in unshown
        if not fits:
            yield key


def unrun(profile: Profile, golden: Golden) -> list[str]:
    """Exchanges that no case runs, directly or on the way."""
    reached: set[str] = set()
    open_ends = [name for case in golden.cases for name in _begun(profile, case.run.partition(" ")[0])]
    while open_ends:
        name = open_ends.pop()
        if name not in reached:
            reached.add(name)
            open_ends += _asked_by(profile, name)
    return [name for name in profile.exchange if name not in reached]


def _begun(profile: Profile, run: str) -> Iterator[str]:
    yield from (*profile.session.open, *profile.session.close)
    if run == "identify" and profile.identify is not None:
        yield from [profile.identify.exchange] if profile.identify.exchange else []
    elif run in profile.sequence:
        form = profile.sequence[run]
        yield from (*(step.run for step in form.steps if isinstance(step, Step)), *form.always)
    elif run in profile.exchange:
        yield run
    units = [value.unit for value in profile.result.values if value.unit.startswith("@") and "." in value.unit]
    yield from (_named(unit) for unit in units if run != "identify")


def _asked_by(profile: Profile, name: str) -> Iterator[str]:
    exchange = profile.exchange.get(name)
    if isinstance(exchange, Registers):
        yield from exchange.beside
    if isinstance(exchange, Spoken):
        record = record_of(profile, exchange)
        yield from [record.lookup.exchange] if record and record.lookup else []
    if isinstance(exchange, Ask):
        each = exchange.each
        said = (exchange.count, *((each.first, each.last, each.end) if each else ()))
        yield from (_named(reference) for reference in said if reference and reference.startswith("@"))


def _named(reference: str) -> str:
    return reference.removeprefix("@").partition(".")[0]


def claims(tables: Mapping[str, Any]) -> Iterator[Claim]:
    """Enum values, `missing` and `refuse` values, flags that a rule clears, and answers that mean a failure."""
    for room in ("record", "exchange"):
        for name, owner in tables.get(room, {}).items():
            for keys in (("fields",), ("slots", "fields"), ("slots", "more"), ("slots", "tail")):
                yield from _of_fields((room, name, *keys), f"{room}.{name}", _at(owner, keys))
            for keys in (("require",), ("slots", "require")):
                yield from _of_rules((room, name, *keys), f"{room}.{name}", _at(owner, keys))
            for n, fail in enumerate(owner.get("fail", ())):
                yield Claim(f"{room}.{name}.fail.{fail['means']}", fail["means"], _drop((room, name, "fail"), n))


def _of_fields(place: tuple[str, ...], path: str, forms: Sequence[Mapping[str, Any]]) -> Iterator[Claim]:
    for n, form in enumerate(forms):
        for key in ("enum", "refuse"):
            for raw in form.get(key, ()):
                yield Claim(f"{path}.{form['id']}.{key}.{raw}", str(raw), _drop((*place, n, key), raw))
        for at, raw in enumerate(form.get("missing", ())):
            yield Claim(f"{path}.{form['id']}.missing.{raw}", str(raw), _drop((*place, n, "missing"), at))


def _of_rules(place: tuple[str, ...], path: str, rules: Sequence[Mapping[str, Any]]) -> Iterator[Claim]:
    for n, rule in enumerate(rules):
        for at, word in enumerate(rule.get("clear", ())):
            gone = _drop(place, n) if len(rule["clear"]) == 1 else _drop((*place, n, "clear"), at)
            yield Claim(f"{path}.require.{rule['field']}.{word}", word, gone)


def _at(owner: Mapping[str, Any], keys: tuple[str, ...]) -> Sequence[Mapping[str, Any]]:
    found: Any = owner
    for key in keys:
        found = found.get(key) or {}
    return list(found) if found else []


def _drop(place: tuple[str | int, ...], key: str | int) -> Callable[[Tables], None]:
    def without(tables: Tables) -> None:
        found: Any = tables
        for step in place:
            found = found[step]
        del found[key]

    return without


def _noticed(claim: Claim, tables: Mapping[str, Any], cases: Sequence[Case]) -> bool:
    """Does any case end otherwise when the claim is taken away?"""
    changed = deepcopy(dict(tables))
    claim.without(changed)
    profile = Profile.model_validate(changed)
    return any(_differs(profile, case) for case in cases)


def _differs(profile: Profile, case: Case) -> bool:
    try:
        return play(profile, case, ReplayPort(case)) != case.told
    except ProfileError:
        return True
