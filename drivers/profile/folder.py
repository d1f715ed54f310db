"""Profiles from files: read, check, find, name by digest. A profile that contradicts itself is never handed out."""

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

import rfc8785
from pydantic import ValidationError

from drivers.errors import ProfileError
from drivers.profile.form import (
    PATTERN,
    Ask,
    Exchange,
    FieldForm,
    Fixed,
    Framed,
    Near,
    Pages,
    Profile,
    Record,
    Registers,
    Rule,
    size_of,
)

TAGS = {"registers", "ask", "pages", "framed", "fixed", "is", "clear", "near"}


def load(file: Traversable) -> Profile:
    """Raises the first of `faults`; its facts name file, path in the file and, where there is one, the nearest word."""
    for fault in faults(file):
        raise fault
    return _parse(file)


def faults(file: Traversable) -> list[ProfileError]:
    """Everything wrong with a profile file."""
    try:
        profile = _parse(file)
    except tomllib.TOMLDecodeError as broken:
        return [ProfileError("profile.syntax", file=_name(file), detail=str(broken))]
    except (OSError, UnicodeDecodeError):
        return [ProfileError("profile.unreadable", file=_name(file))]
    except ValidationError as invalid:
        return [_fault(_name(file), error) for error in invalid.errors()]
    return [
        ProfileError("profile.reference", file=_name(file), path=path, name=name, nearest=_nearest(name, known))
        for path, name, known in _dangling(profile)
    ] + [ProfileError(code, file=_name(file), path=path) for code, path in _contradictions(profile)]


def find(profile_id: str) -> Profile:
    """By id (`dayuan-tl310`) or, where a model has several firmware files, by `id/firmware`."""
    return load(place(profile_id))


def place(profile_id: str, suffix: str = ".toml") -> Traversable:
    """The profile's file, or the `.golden` beside it."""
    chosen = [name for name in known() if profile_id in (name, name.split("/")[0])]
    if len(chosen) > 1:
        raise ProfileError("profile.several", name=profile_id, known=", ".join(chosen))
    if not chosen:
        raise ProfileError("profile.unknown", name=profile_id, nearest=_nearest(profile_id, known()))
    model, firmware = chosen[0].split("/")
    return files("firmware_profiles") / model / f"{firmware}{suffix}"


def known() -> tuple[str, ...]:
    """`id/firmware` of every profile that ships."""
    models = [entry for entry in files("firmware_profiles").iterdir() if entry.is_dir()]
    found = [f"{model.name}/{file.name[:-5]}" for model in models for file in model.iterdir() if _is_profile(file)]
    return tuple(sorted(found))


def digest(profile: Profile) -> str:
    """SHA-256 of the canonical JSON of all that the profile says, defaults included."""
    return sha256(rfc8785.dumps(profile.model_dump(mode="json", by_alias=True))).hexdigest()


def fields_of(profile: Profile, exchange: Exchange) -> tuple[FieldForm, ...]:
    """The fields that an answer to `exchange` brings, slots last."""
    if isinstance(exchange, Registers):
        return exchange.fields
    record = record_of(profile, exchange)
    return record.fields + (record.slots.fields if record.slots else ())


def record_of(profile: Profile, exchange: Ask | Pages) -> Record:
    """The record an answer is made of; a pattern such as `1B {code:hex1}` becomes one."""
    if exchange.reply.startswith("@"):
        return profile.record[exchange.reply[1:]]
    return Record(fields=_pattern(exchange.reply))


def length_of(record: Record) -> int:
    """Bytes of the record on the wire."""
    end = 0
    for form in record.fields:
        end = (end if form.at is None else form.at) + size_of(form.type)
    slots = record.slots
    return end + (slots.count * sum(size_of(form.type) for form in slots.fields) if slots else 0)


def _is_profile(file: Traversable) -> bool:
    return file.name.endswith(".toml")


def _name(file: Traversable) -> str:
    return "/".join(str(file).split("/")[-2:])


def _nearest(name: str, among: tuple[str, ...]) -> str:
    return next(iter(get_close_matches(name, among, 1, 0.0)), "-")


def _parse(file: Traversable) -> Profile:
    return Profile.model_validate(tomllib.loads(file.read_text("utf-8"), parse_float=Decimal))


def _fault(file: str, error: object) -> ProfileError:
    if not isinstance(error, dict):
        raise TypeError(error)
    path = ".".join(str(part) for part in error["loc"] if part not in TAGS) or "-"
    facts = error.get("ctx", {})
    if error["type"] in ("key", "word"):
        return ProfileError(f"profile.{error['type']}", file=file, path=path, **facts)
    if error["type"] == "missing":
        return ProfileError("profile.missing", file=file, path=path)
    return ProfileError("profile.value", file=file, path=path, value=error["input"], detail=error["msg"])


def _pattern(reply: str) -> tuple[FieldForm, ...]:
    parts = re.findall(PATTERN, reply)
    return tuple(
        FieldForm(id=f"_c{place}", type="hex1", equals=constant) if constant else FieldForm(id=name, type=kind)
        for place, (name, kind, constant) in enumerate(parts)
    )


def _dangling(profile: Profile) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Names that point nowhere: where, which, and what could have been meant."""
    exchanges, records = tuple(profile.exchange), tuple(profile.record)
    named = [("identify.exchange", profile.identify.exchange), ("run.exchange", profile.run.exchange)]
    named += [(f"confirm.{name}", name) for name in profile.confirm]
    named += [
        (f"result.values.{n}.unit", v.unit[1:].split(".")[0])
        for n, v in enumerate(profile.result.values)
        if v.unit[0] == "@"
    ]
    yield from ((path, name, exchanges) for path, name in named if name not in exchanges)
    for name, exchange in profile.exchange.items():
        reply = "" if isinstance(exchange, Registers) else exchange.reply
        if reply.startswith("@") and reply[1:] not in records:
            yield f"exchange.{name}.reply", reply[1:], records
            return
    yield from _dangling_fields(profile)


def _dangling_fields(profile: Profile) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    result, identify = profile.result, profile.identify
    told = [(f"result.values.{n}.field", value.field) for n, value in enumerate(result.values)]
    told += [(f"result.{k}", v) for k, v in result.model_dump(exclude={"values"}).items() if v]
    yield from _absent(profile, profile.run.exchange, told)
    asked = [(f"identify.accept.{n}.field", accept.field) for n, accept in enumerate(identify.accept)]
    asked += [("identify.firmware", name) for name in re.findall(r"\{(\w+)\}", identify.firmware or "")]
    yield from _absent(profile, identify.exchange, asked)
    for n, value in enumerate(result.values):
        if value.unit[0] == "@":
            exchange, _, field = value.unit[1:].partition(".")
            yield from _absent(profile, exchange, [(f"result.values.{n}.unit", field)])
    for name, registers in profile.exchange.items():
        if isinstance(registers, Registers):
            yield from _absent(profile, name, [(f"exchange.{name}.require", f) for f in _ruled(registers.require)])
    for name, record in profile.record.items():
        ids = [form.id for form in record.fields]
        wanted = [record.sequence.index, record.sequence.total] if record.sequence else []
        wanted += ([record.slots.mask] if record.slots else []) + _ruled(record.require)
        yield from ((f"record.{name}", field, tuple(ids)) for field in wanted if field not in ids)


def _ruled(rules: tuple[Rule, ...]) -> list[str]:
    return [field for rule in rules for field in (rule.near if isinstance(rule, Near) else (rule.field,))]


def _absent(
    profile: Profile, exchange: str, wanted: list[tuple[str, str]]
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    if exchange not in profile.exchange:
        return
    has = (*(form.id for form in fields_of(profile, profile.exchange[exchange])), "slot")
    yield from ((path, name, has) for path, name in wanted if name not in has)


def _contradictions(profile: Profile) -> Iterator[tuple[str, str]]:
    """Parts that exist and do not fit each other: a code of `problem.profile.*` and where."""
    modbus = profile.link.kind == "modbus-rtu"
    if modbus != (profile.link.unit is not None) or modbus == (profile.frame is not None):
        yield "profile.kind", "link"
    if profile.device.integrity == "none" and profile.run.exchange not in profile.confirm:
        yield "profile.unconfirmed", "confirm"
    for name, exchange in profile.exchange.items():
        if isinstance(exchange, Registers):
            yield from ((code, f"exchange.{name}.{at}") for code, at in _registers(exchange))
        elif not _sendable(profile, exchange):
            yield "profile.forbidden", f"exchange.{name}.send"
        if isinstance(exchange, Pages) and any(len(mark) != len(exchange.head) for mark in exchange.end):
            yield "profile.marks", f"exchange.{name}.end"
        if isinstance(exchange, Registers) != modbus or isinstance(exchange, Pages) > isinstance(profile.frame, Fixed):
            yield "profile.kind", f"exchange.{name}"


def _registers(exchange: Registers) -> Iterator[tuple[str, str]]:
    read = exchange.read
    if int(read.doc) != {"input": 30001, "holding": 40001}[read.table] + read.addr:
        yield "profile.number", "read.doc"
    for form in exchange.fields:
        first = -1 if form.addr is None else form.addr
        if not read.addr <= first <= first + size_of(form.type) // 2 - 1 < read.addr + read.count:
            yield "profile.outside", f"fields.{form.id}"


def _sendable(profile: Profile, exchange: Ask | Pages) -> bool:
    said = [exchange.send, *([exchange.next] if isinstance(exchange, Pages) else [])]
    return not any(data.startswith(bad) for data in said for bad in profile.link.forbid)


def frame_of(profile: Profile) -> Framed | None:
    return profile.frame if isinstance(profile.frame, Framed) else None
