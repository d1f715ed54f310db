"""Names inside a profile that point nowhere: where, which, and what could have been meant. Pure."""

import re
from collections.abc import Iterable, Iterator

from drivers.profile.exchange import Ask, Exchange, Registers, Step
from drivers.profile.form import Profile
from drivers.profile.layout import Near, Record, Rule, Segments
from drivers.profile.parts import Spoken, all_fields, answer_of, fields_of, looked_up, record_of
from drivers.profile.table import nearest

Dangling = tuple[str, str, tuple[str, ...]]


def lost(profile: Profile) -> Iterator[tuple[str, str, dict[str, object]]]:
    """As contradictions: a code, a path, facts."""
    for path, name, among in dangling(profile):
        yield (
            "profile.reference",
            path,
            {"name": name, "nearest": nearest(name, list(among)), "known": ", ".join(among)},
        )


def dangling(profile: Profile) -> Iterator[Dangling]:
    exchanges = tuple(profile.exchange)
    lost = [(path, name, exchanges) for path, name in _exchanges(profile) if name not in exchanges]
    lost += [(path, name, tuple(profile.record)) for path, name in _records(profile) if name not in profile.record]
    lost += [("run.sequence", name, tuple(profile.sequence)) for name in _sequences(profile)]
    lost += _beside(profile)
    yield from lost
    if not lost:
        yield from _fields(profile)


def _exchanges(profile: Profile) -> Iterator[tuple[str, str]]:
    if profile.identify is not None and profile.identify.exchange is not None:
        yield "identify.exchange", profile.identify.exchange
    if profile.run.exchange is not None:
        yield "run.exchange", profile.run.exchange
    yield from ((f"confirm.{name}", name) for name in profile.confirm)
    yield from ((f"expires.{name}", name) for name in profile.expires)
    yield from (("session", name) for name in (*profile.session.open, *profile.session.close))
    for name, exchange in profile.exchange.items():
        yield from ((f"exchange.{name}.needs", needed) for needed in exchange.needs)
    for name, sequence in profile.sequence.items():
        steps = [step.run for step in sequence.steps if isinstance(step, Step)]
        yield from ((f"sequence.{name}", run) for run in (*steps, *sequence.always))
    for name, record in profile.record.items():
        if record.lookup is not None:
            yield f"record.{name}.lookup", record.lookup.exchange
    yield from ((path, asked) for path, asked, _ in _asked(profile))


def _records(profile: Profile) -> Iterator[tuple[str, str]]:
    for name, exchange in profile.exchange.items():
        if isinstance(exchange, Spoken) and (answer := answer_of(exchange)).startswith("@"):
            yield f"exchange.{name}.reply", answer[1:]


def _beside(profile: Profile) -> Iterator[Dangling]:
    """Beside a read stand others that have nobody beside them and no field of the same name."""
    reads = {name: asked for name, asked in profile.exchange.items() if isinstance(asked, Registers)}
    for name, exchange in reads.items():
        taken = {form.id for form in exchange.fields}
        for beside in exchange.beside:
            alone = [other for other, asked in reads.items() if not asked.beside and _apart(asked, taken)]
            if beside not in alone:
                yield f"exchange.{name}.beside", beside, tuple(alone)
            else:
                taken |= {form.id for form in reads[beside].fields}


def _apart(asked: Registers, taken: set[str]) -> bool:
    return not taken & {form.id for form in asked.fields}


def _sequences(profile: Profile) -> list[str]:
    name = profile.run.sequence
    return [name] if name is not None and name not in profile.sequence else []


def _asked(profile: Profile) -> Iterator[tuple[str, str, str]]:
    """`@exchange.field` references: where, exchange, field."""
    told = [(f"result.values.{n}.unit", value.unit) for n, value in enumerate(profile.result.values)]
    for name, exchange in profile.exchange.items():
        if isinstance(exchange, Ask):
            told += [(f"exchange.{name}.count", exchange.count or "")]
            each = exchange.each
            told += [
                (f"exchange.{name}.each", said or "") for said in ((each.first, each.last, each.end) if each else ())
            ]
    for path, said in told:
        if said.startswith("@") and "." in said:
            asked, _, field = said[1:].partition(".")
            yield path, asked, field


def _fields(profile: Profile) -> Iterator[Dangling]:
    for path, asked, field in _asked(profile):
        yield from _absent([(path, field)], _ids(profile, profile.exchange[asked]))
    identify = profile.identify
    if identify is not None and identify.exchange is not None:
        asked_fields = [(f"identify.accept.{n}.field", accept.field) for n, accept in enumerate(identify.accept)]
        asked_fields += [("identify.firmware", name) for name in re.findall(r"\{(\w+)\}", identify.firmware or "")]
        asked_fields += [("identify.serial", identify.serial)] if identify.serial else []
        yield from _absent(asked_fields, _ids(profile, profile.exchange[identify.exchange]))
    yield from _absent(list(_told(profile)), _published(profile))
    yield from _inside(profile)


def _inside(profile: Profile) -> Iterator[Dangling]:
    for name, exchange in profile.exchange.items():
        if isinstance(exchange, Registers):
            yield from _absent(
                [(f"exchange.{name}.require", f) for f in _ruled(exchange.require)], _ids(profile, exchange)
            )
        if isinstance(exchange, Ask) and exchange.count and not exchange.count.startswith("@"):
            yield from _absent([(f"exchange.{name}.count", exchange.count)], _ids(profile, exchange))
        if isinstance(exchange, Ask) and exchange.each and exchange.each.stamp:
            yield from _absent([(f"exchange.{name}.each.stamp", exchange.each.stamp)], _ids(profile, exchange))
    for name, record in profile.record.items():
        has = (*_of(record), *looked_up(profile, record))
        yield from _absent([(f"record.{name}", field) for field in _wanted(record)], (*has, "slot"))
        own = has if record.lookup else tuple(form.id for form in record.fields)  # what is known before the slots are
        yield from _absent([(f"record.{name}", field) for field in _wanted_first(record)], own)


def _wanted(record: Record) -> list[str]:
    """By every row."""
    sequence, slots, text = record.sequence, record.slots, record.text
    wanted = [name for name in (sequence.index, sequence.total) if name] if sequence else []
    wanted += [record.lookup.key] if record.lookup else []
    wanted += _ruled(text.require) if isinstance(text, Segments) else []
    return wanted + (_ruled(slots.require) if slots else [])


def _wanted_first(record: Record) -> list[str]:
    """By the message, whatever is in its slots."""
    slots = record.slots
    return ([slots.mask] if slots and slots.mask else []) + _ruled(record.require)


def _of(record: Record) -> tuple[str, ...]:
    return tuple(form.id for form in all_fields(record))


def _ruled(rules: Iterable[Rule]) -> list[str]:
    return [field for rule in rules for field in (rule.near if isinstance(rule, Near) else (rule.field,))]


def _ids(profile: Profile, exchange: Exchange) -> tuple[str, ...]:
    looked = looked_up(profile, record_of(profile, exchange)) if isinstance(exchange, Spoken) else ()
    return (*(form.id for form in fields_of(profile, exchange)), *looked, "slot")


def _told(profile: Profile) -> Iterator[tuple[str, str]]:
    """Fields that the result and the derived values name."""
    result = profile.result
    yield from ((f"result.values.{n}.field", value.field) for n, value in enumerate(result.values))
    for n, value in enumerate(result.values):
        if value.unit.startswith("@") and "." not in value.unit:
            yield f"result.values.{n}.unit", value.unit[1:]
    yield from ((f"result.{key}", name) for key, name in result.model_dump(exclude={"values"}).items() if name)
    for name, derive in profile.derive.items():
        operands = derive.model_dump(exclude={"rule", "digits", "plus"}).values()
        yield from ((f"derive.{name}", operand) for operand in operands if isinstance(operand, str))


def _published(profile: Profile) -> tuple[str, ...]:
    """What a row of the run carries: fields, derived values, and `set.field` of a sequence."""
    derived = tuple(profile.derive)
    if profile.run.sequence is None:
        run = profile.run.exchange
        return (*(_ids(profile, profile.exchange[run]) if run else ()), *derived)
    sequence = profile.sequence[profile.run.sequence]
    sets = [(step.into, step.run) for step in sequence.steps if isinstance(step, Step) and step.into]
    named = [f"{into}.{field}" for into, run in sets for field in _ids(profile, profile.exchange[run])]
    return (*named, sequence.join, *derived)


def _absent(wanted: list[tuple[str, str]], has: tuple[str, ...]) -> Iterator[Dangling]:
    yield from ((path, name, has) for path, name in wanted if name not in has)
